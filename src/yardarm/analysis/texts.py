"""Texts: for every way in which text operators can come out together, a text.

Texts that clauses name are tested one by one. Of all the others, dates, versions and addresses are
met at and between the bounds that clauses name; text operators and patterns by walking their
automata. Where both kinds meet on one attribute, the automata also say which texts look like a
date, a version or an address, and what cannot be told from examples is left open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count

from ..core.semver import parse
from . import addresses, instants, versions
from .cells import Cells
from .steps import Steps
from .subjects import UNIT, Atom
from .walk import Walk

_MOST_TAKEN = 300


def named(atoms: Sequence[Atom]) -> dict[str, None]:
    """The texts that are tested one by one, in the order of the clauses."""
    found: dict[str, None] = {}
    for atom in atoms:
        if atom.operator in ("equals", "in"):
            found.update(dict.fromkeys(v for v in atom.values if isinstance(v, str)))
        elif atom.operator == UNIT:
            found[""] = None
    return found


def add_texts(cells: Cells, taken: Collection[str], steps: Steps) -> None:
    """Add the cells of all texts but those that are `taken`. Raises `TooMany` and `Spent`."""
    walk = Walk(cells.atoms)
    other = next(text for text in _others() if text not in taken)
    walked = walk.automatic | walk.compared
    rest = cells.vector("text", other) & ~walked
    for spellings in _examples(cells.atoms, walk.endings):
        free = [text for text in spellings if text not in taken]
        for text in free if walk.automatic else free[:1]:
            cells.add("text", text)
        if not free:
            cells.suppose("text", rest | cells.vector("text", spellings[0]) & walk.families)
    if not walk.automatic:
        cells.add("text", other)
        return
    outcomes = _outcomes(cells, walk)
    for bits, free_text in _free(walk, taken, steps):
        if free_text is not None:
            cells.add("text", free_text)
        open_ = [0] if free_text is None else []
        for number, (_, members) in enumerate(walk.shapes):
            if bits >> len(cells.atoms) + number & 1:
                open_ += [0, *(outcome for outcome in outcomes if outcome & members)]
                if members & walk.compared:  # what looks like a version may be too long to be one
                    cells.suppose("text", bits & walk.automatic | rest)
        for outcome in open_:
            cells.suppose("text", bits & walked | rest | outcome)


def _outcomes(cells: Cells, walk: Walk) -> set[int]:
    """What operators on dates, versions and addresses can make of a text."""
    families = walk.families
    texts = (spellings[0] for spellings in _examples(cells.atoms, ()))
    return {cells.vector("text", text) & families for text in texts} if families else set()


def _free(walk: Walk, taken: Collection[str], steps: Steps) -> Iterator[tuple[int, str | None]]:
    """For each outcome of the walk a text that is not taken; None where that is not known."""
    found = walk.texts((), steps)
    found = {bits: _beside(walk, text, bits, taken) for bits, text in found.items()}
    clashing = {bits for bits, text in found.items() if text in taken}
    again: dict[int, str] = {}
    if clashing:
        excluded = taken
        if len(taken) > _MOST_TAKEN:
            excluded = [text for text in taken if walk.bits(text) in clashing]
        if len(excluded) <= _MOST_TAKEN:
            again = walk.texts(excluded, steps)
    for bits, text in found.items():
        if bits not in clashing:
            yield bits, text
        elif not again:
            yield bits, None
        elif bits in again:
            yield bits, None if again[bits] in taken else again[bits]


def _beside(walk: Walk, text: str, bits: int, taken: Collection[str]) -> str:
    """The text, or where it is taken one like it that is not, if that is easily found."""
    if text in taken:
        for other in (
            f"{text}{text}",
            *(f"{text}{n}" for n in "-x~0"),
            *(f"{n}{text}" for n in "-x~0"),
        ):
            if other not in taken and walk.bits(other) == bits:
                return other
    return text


def _examples(atoms: Sequence[Atom], endings: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Dates, versions and addresses, each in several spellings that mean the same.

    `endings` are texts that may be looked for in them.
    """
    yield from instants.texts(instants.bounds(atoms))
    if found := versions.bounds(atoms):
        for version in versions.versions(found):
            text = versions.text(version)
            tails = (*(end for end in endings if parse(f"0.0.0+{end}")), "build", "1", "a.b", "x-y")
            yield (text, *(f"{text}+{tail}" for tail in tails))
    if networks := addresses.networks(atoms):
        yield from addresses.addresses(networks)


def _others() -> Iterator[str]:
    yield from chain(("other", "another"), (f"other-{number}" for number in count(2)))
