"""The states of flags in which a test is run, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product

from ..core.model import Document, Json
from ..errors import OptionError
from ..sdk.local import did_you_mean
from .holding import override, serving, without_flags
from .pairwise import combinations

NAMES = ("live", "next-live", "fallbacks")


@dataclass(frozen=True, slots=True)
class State:
    """One state: its name, what is overridden, and what is served beside that.

    `document` is served instead of the clients' own; with `bare` nothing is.
    """

    name: str
    values: Mapping[str, Json] = field(default_factory=dict)
    document: Document | None = None
    bare: bool = False

    def hold(self, stack: ExitStack) -> None:
        """Have it hold until the stack is closed."""
        if self.document is not None:
            stack.enter_context(serving(self.document))
        if self.bare:
            stack.enter_context(without_flags())
        if self.values:
            stack.enter_context(override(self.values))

    def __or__(self, other: State) -> State:
        """Both at once; of one flag what the other says counts."""
        return State(
            f"{self.name}-{other.name}", {**self.values, **other.values},
            other.document or self.document, self.bare or other.bare,
        )  # fmt: skip


def of_variants(flag: str, variants: Sequence[Json], document: Document | None) -> list[State]:
    """A state for each variant; without any, for each that the flag has in the document."""
    return [
        State(f"{flag}={_word(variant)}", {flag: variant})
        for variant in variants or _variants(flag, document)
    ]


def of_combinations(
    choices: Mapping[str, Sequence[Json]], strength: int, document: Document | None
) -> list[State]:
    """States that hold every pair (or more) of the flags' variants; an empty choice means all."""
    whole = {flag: list(given) or _variants(flag, document) for flag, given in choices.items()}
    return [
        State(",".join(f"{flag}={_word(value)}" for flag, value in row.items()), row)
        for row in combinations(whole, strength)
    ]


def of_names(
    names: Iterable[str], change: Mapping[str, Json], document: Document | None
) -> list[State]:
    """States by their names.

    `live` is what the document serves now, `next-live` is that with the change, `fallbacks` is what
    is served when nothing can be reached.
    """
    found = []
    for name in names:
        if name not in NAMES:
            raise OptionError(
                f"there is no state {name!r}{did_you_mean(name, NAMES)}: {', '.join(NAMES)}"
            )
        if name == "fallbacks":
            found.append(State(name, bare=True))
            continue
        if document is None:
            raise OptionError(f"the state {name!r} needs a document: set `flags_document`")
        if name == "next-live" and not change:
            raise OptionError('the state "next-live" needs a change, such as {"new-nav": True}')
        found.append(State(name, change if name == "next-live" else {}, document))
    return found


def all_of(several: Iterable[list[State]]) -> list[State]:
    """Every state of each with every state of the others."""
    found: list[State] = []
    for row in product(*several):
        state = row[0]
        for other in row[1:]:
            state |= other
        found.append(state)
    return found


def _variants(flag: str, document: Document | None) -> list[Json]:
    if document is None:
        raise OptionError(f"name the variants of {flag!r}, or set `flags_document`")
    known = document.flags.get(flag)
    if known is None:
        hint = did_you_mean(flag, document.flags)
        raise OptionError(f"there is no flag {flag!r} in the document{hint}")
    return [variant.key for variant in known.variants]


def _word(value: Json) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
