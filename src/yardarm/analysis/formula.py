"""Conditions as formulas: literals, joined by "and" and "or", without any "not" around them.

Formulas are shared, never changed. `both` and `either` settle what is settled already, so `TRUE`
and `FALSE` only ever stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from .subjects import Atom


class Formula:
    """`subjects` has the bit of every subject it asks about; `size` counts its literals as if
    nothing were shared; `depth` is how deep it is nested."""

    __slots__ = ("depth", "opposite", "size", "subjects")

    def __init__(self, subjects: int, size: int, depth: int) -> None:
        self.subjects = subjects
        self.size = size
        self.depth = depth
        self.opposite: Formula | None = None


class Literal(Formula):
    """An atom that holds, or one that does not."""

    __slots__ = ("atom", "holds")

    def __init__(self, atom: Atom, holds: bool = True) -> None:
        super().__init__(1 << atom.subject_id, 1, 0)
        self.atom = atom
        self.holds = holds

    def __repr__(self) -> str:
        return f"{'' if self.holds else 'not '}{self.atom}"


class Joined(Formula):
    """Several formulas, joined."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Formula, ...]) -> None:
        subjects, size, depth = 0, 0, 0
        for part in parts:
            subjects |= part.subjects
            size += part.size
            depth = max(depth, part.depth)
        super().__init__(subjects, min(size, 1 << 40), depth + 1)
        self.parts = parts

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.parts!r}"


class And(Joined):
    """True when all parts are."""

    __slots__ = ()


class Or(Joined):
    """True when at least one part is."""

    __slots__ = ()


class _Constant(Formula):
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(0, 0, 0)
        self.name = name

    def __repr__(self) -> str:
        return self.name


TRUE, FALSE = _Constant("TRUE"), _Constant("FALSE")
TRUE.opposite, FALSE.opposite = FALSE, TRUE


def both(parts: Iterable[Formula]) -> Formula:
    """All of them."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part is FALSE:
            return FALSE
        if isinstance(part, And):
            kept.update(dict.fromkeys(part.parts))
        elif part is not TRUE:
            kept[part] = None
    if not kept:
        return TRUE
    return next(iter(kept)) if len(kept) == 1 else And(tuple(kept))


def either(parts: Iterable[Formula]) -> Formula:
    """At least one of them."""
    kept: dict[Formula, None] = {}
    for part in parts:
        if part is TRUE:
            return TRUE
        if isinstance(part, Or):
            kept.update(dict.fromkeys(part.parts))
        elif part is not FALSE:
            kept[part] = None
    if not kept:
        return FALSE
    return next(iter(kept)) if len(kept) == 1 else Or(tuple(kept))


def negate(formula: Formula) -> Formula:
    """The opposite. Made once, so that the opposite of the opposite is the formula itself."""
    if formula.opposite is None:
        match formula:
            case Literal():
                made: Formula = Literal(formula.atom, not formula.holds)
            case And():
                made = either(map(negate, formula.parts))
            case Or():
                made = both(map(negate, formula.parts))
            case _:
                raise AssertionError(formula)
        formula.opposite = made
        if made.opposite is None:
            made.opposite = formula
    return formula.opposite


def atoms_of(formulas: Iterable[Formula]) -> set[Atom]:
    """Every atom that occurs."""
    found: set[Atom] = set()
    seen: set[Formula] = set()
    stack = list(formulas)
    while stack:
        formula = stack.pop()
        if formula in seen:
            continue
        seen.add(formula)
        if isinstance(formula, Literal):
            found.add(formula.atom)
        elif isinstance(formula, Joined):
            stack.extend(formula.parts)
    return found
