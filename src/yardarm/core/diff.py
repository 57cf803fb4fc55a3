"""What differs between two documents, by pointer and in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from . import model as m
from .codec import flag_to_json, segment_to_json
from .reading import escape

Item = TypeVar("Item", m.Flag, m.Segment)
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `before` or `after` is None where it did not or does not exist.

    `kind` and `key` name the flag or segment, `pointer` the place in it, `words` the whole in
    one plain sentence.
    """

    kind: Literal["flag", "segment"]
    key: str
    pointer: str
    before: m.Json
    after: m.Json
    words: str

    def to_json(self) -> dict[str, m.Json]:
        """The difference as JSON."""
        return {
            "kind": self.kind,
            "key": self.key,
            "pointer": self.pointer,
            "before": self.before,
            "after": self.after,
            "words": self.words,
        }


def diff(before: m.Document, after: m.Document) -> list[Difference]:
    """Everything that differs, flags first, each in the order of its key.

    Versions are not compared: they say when, not what.
    """
    return [
        *_items("flag", before.flags, after.flags, flag_to_json),
        *_items("segment", before.segments, after.segments, segment_to_json),
    ]


def _items(
    kind: Literal["flag", "segment"],
    before: Mapping[str, Item],
    after: Mapping[str, Item],
    to_json: Callable[[Item], m.Json],
) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        name = f"{kind} {key!r}"
        if was is now:
            continue
        old = None if was is None else to_json(was)
        new = None if now is None else to_json(now)
        if was is None:
            yield Difference(kind, key, "", None, new, f"{name} is added")
        elif now is None:
            yield Difference(kind, key, "", old, None, f"{name} is removed")
        else:
            for pointer, stood, stands in _fields(old, new):
                if pointer != "/version":
                    words = f"{name}: {_words(pointer, stood, stands)}"
                    yield Difference(kind, key, pointer, _or_none(stood), _or_none(stands), words)


def _fields(old: m.Json, new: m.Json, at: str = "") -> Iterator[tuple[str, m.Json, m.Json]]:
    """Pointers of the smallest parts that differ, with what stood and what stands there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            below = f"{at}/{escape(name)}"
            was, now = old.get(name, _MISSING), new.get(name, _MISSING)
            if was is not _MISSING and now is not _MISSING:
                yield from _fields(was, now, below)
            else:
                yield below, was, now
    elif at == "/rules" and _by_id(old) and _by_id(new):
        yield from _rules(old, new, at)
    elif not _same(old, new):
        yield at, old, new


def _same(one: m.Json, other: m.Json) -> bool:
    """Equal as JSON is: to Python, true and 1 would be equal too."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _by_id(rules: m.Json) -> bool:
    """Whether rules can be told apart by their ids, as they can in any valid flag."""
    return len({rule["id"] for rule in rules}) == len(rules)


def _rules(old: list[m.Json], new: list[m.Json], at: str) -> Iterator[tuple[str, m.Json, m.Json]]:
    was = {rule["id"]: rule for rule in old}
    now = {rule["id"]: rule for rule in new}
    for rule_id in [*was, *(i for i in now if i not in was)]:
        below = f"{at}/{escape(rule_id)}"
        if rule_id in was and rule_id in now:
            yield from _fields(was[rule_id], now[rule_id], below)
        else:
            yield below, was.get(rule_id, _MISSING), now.get(rule_id, _MISSING)
    kept_before = [i for i in was if i in now]
    kept_after = [i for i in now if i in was]
    if kept_before != kept_after:
        yield f"{at}/order", kept_before, kept_after


def _or_none(value: m.Json) -> m.Json:
    return None if value is _MISSING else value


def _words(pointer: str, was: m.Json, now: m.Json) -> str:
    if pointer == "/enabled":
        return "switched on" if now else "switched off"
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
    name = " ".join(parts)
    if parts[0] == "rules" and len(parts) >= 2:
        name = "the order of the rules" if parts[1] == "order" else f"rule {parts[1]!r}"
        name += "".join(f" {part}" for part in parts[2:])
    if was is _MISSING:
        return (
            f"{name} is set to {_short(now)}"
            if len(parts) != 2 or parts[0] != "rules"
            else (f"{name} is added")
        )
    if now is _MISSING:
        return f"{name} is removed"
    return f"{name} changes from {_short(was)} to {_short(now)}"


def _short(value: m.Json) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"
