"""`$evaluators`: rules that others mention as `{"$ref": name}`.

flagd replaces the mentions one evaluator after the other, in the order in which they are written.
So an evaluator may mention those after it; a mention of an earlier one, or of itself, stays, and
is an operation that nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...core.jsonlogic import MAX_NESTING, operations_in
from ...core.model import Json

MAX_SIZE = 20_000
"""How many values a rule may have once every mention is replaced. Evaluators that mention two
others each, and so on, double with every one of them."""

MAX_TOTAL = 5_000_000
"""How many values may be put in the place of mentions in one document."""

MAX_NAMES = 100
"""How many evaluators a flag may need and still bring them along when it is stored alone."""


MAX_ASKS, MAX_CHAIN = 500, 50
"""How many segments a segment may ask, all told and one behind the other."""


class TooLarge(ValueError):
    """A rule that is too large, or nested too deeply, once every mention is replaced."""


@dataclass(slots=True)
class _Left:
    """How many values may still be put in the place of mentions."""

    values: int = MAX_TOTAL


@dataclass(frozen=True, slots=True)
class Evaluators:
    """The evaluators of a document, in order. `first` is the index of the first one that a rule
    may mention."""

    rules: Mapping[str, Json]
    order: Mapping[str, int]
    first: int = 0
    left: _Left = field(default_factory=_Left, compare=False)

    @classmethod
    def of(cls, document: Mapping[str, Json]) -> Evaluators:
        """Those of a document; none where they are no object."""
        found = document.get("$evaluators")
        rules = found if isinstance(found, dict) else {}
        return cls(rules, {name: index for index, name in enumerate(rules)})

    def mentioned(self, value: Json) -> str | None:
        """The evaluator that the value is a mention of."""
        if not self.order or type(value) is not dict or len(value) != 1:
            return None
        if isinstance(name := value.get("$ref"), str):
            return name if self.order.get(name, -1) >= self.first else None
        return None

    def after(self, name: str) -> Evaluators:
        """What the rule of this evaluator may mention."""
        return Evaluators(self.rules, self.order, self.order[name] + 1, self.left)

    def replaced(self, value: Json) -> Json:
        """The value with every mention replaced. Raises `TooLarge`."""
        return _Replacing().replaced(value, self, 0) if self.rules else value

    def mentions(self, value: Json) -> Iterator[str]:
        """The evaluators that the value itself mentions, as often as it does. No recursion."""
        waiting = [value] if self.rules else []
        while waiting:
            item = waiting.pop()
            name = self.mentioned(item)
            if name is not None:
                yield name
            elif isinstance(item, dict):
                waiting += item.values()
            elif isinstance(item, list):
                waiting += item

    def needed_by(self, value: Json) -> dict[str, Json]:
        """The evaluators that the value needs, directly or not; none when there are too many."""
        found: dict[str, Json] = {}
        waiting = list(self.mentions(value))
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            if len(found) == MAX_NAMES:
                return {}
            found[name] = self.rules[name]
            waiting += self.after(name).mentions(self.rules[name])
        return {name: found[name] for name in self.rules if name in found} if found else found

    def portable(self) -> frozenset[str]:
        """Those that say the same whichever flag mentions them, so that they can be segments.

        Each is looked at once, after all that it mentions.
        """
        found: dict[str, _Weight] = {}
        for name in reversed(list(self.rules)):
            rule = self.rules[name]
            asked = list(self.after(name).mentions(rule))
            if all(other in found for other in asked) and _is_same_for_every_flag(rule):
                weight = _Weight.of(rule, [found[other] for other in asked])
                if weight.is_light:
                    found[name] = weight
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Weight:
    """What evaluating an evaluator as a segment takes: all values in it, the segments that it
    asks (as often as it does), and the longest chain of them."""

    size: int
    asks: int
    chain: int

    @classmethod
    def of(cls, rule: Json, asked: list[_Weight]) -> _Weight:
        return cls(
            _size(rule) + sum(other.size for other in asked),
            1 + sum(other.asks for other in asked),
            1 + max((other.chain for other in asked), default=0),
        )

    @property
    def is_light(self) -> bool:
        return self.size <= MAX_SIZE and self.asks <= MAX_ASKS and self.chain <= MAX_CHAIN


class _Replacing:
    def __init__(self) -> None:
        self.size = 0

    def replaced(self, value: Json, known: Evaluators, depth: int) -> Json:
        self.size += 1
        if self.size > MAX_SIZE or depth > 2 * MAX_NESTING:
            raise TooLarge("the rule is too large, or nested too deeply, with its evaluators")
        name = known.mentioned(value)
        if name is not None:
            if known.left.values <= 0:
                raise TooLarge("the rules of this document are too large with their evaluators")
            before = self.size
            made = self.replaced(known.rules[name], known.after(name), depth + 1)
            known.left.values -= self.size - before
            return made
        if isinstance(value, dict):
            members = {}
            for key, inner in value.items():
                members[key] = self.replaced(inner, known, depth + 1)
            return members
        if isinstance(value, list):
            items = []
            for item in value:
                items.append(self.replaced(item, known, depth + 1))  # noqa: PERF401 - one frame
            return items
        return value


def _size(value: Json) -> int:
    size = 0
    waiting = [value]
    while waiting and size <= MAX_SIZE:
        found = waiting.pop()
        size += 1
        if isinstance(found, dict):
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
    return size


def _is_same_for_every_flag(rule: Json) -> bool:
    """Whether the rule places no units, does not ask for the flag's key, and computes no names."""
    if any(name.startswith("fractional") for name in operations_in(rule)):
        return False
    waiting = [rule]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str) and found.startswith("$flagd"):
            return False
        if isinstance(found, dict):
            if "var" in found and not _is_plain_path(found["var"]):
                return False
            waiting += found.values()
        elif isinstance(found, list):
            waiting += found
    return True


def _is_plain_path(given: Json) -> bool:
    first = given[0] if isinstance(given, list) and given else given
    return isinstance(first, str) and first != ""
