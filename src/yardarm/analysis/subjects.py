"""What conditions ask about (subjects), and the yes-or-no questions they ask (atoms).

Subjects vary independently of each other, but for two ties: an attribute under another one is
there only if that other one is an object, and a unit's bucket follows from the unit. Every atom is
about one subject and is told by that subject's value alone: `test(value)`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..core import model as m
from ..core.bucketing import unit_of
from ..core.operators import OPERATORS, find, prepare


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a context, by kind and path. Its value is None where it is missing."""

    kind: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """The part, 0 to 99,999, that the native algorithm gives the unit in an attribute."""

    seed: str
    unit: Attribute


@dataclass(frozen=True, slots=True)
class Place:
    """The bucket that a vendor's algorithm gives; None where there is no unit."""

    algorithm: str
    seed: str
    owner: str
    kind: str
    by: tuple[str, ...]
    total: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is not looked into: one of its options comes out, nobody knows which.

    `units` are attributes whose value may decide it.
    """

    name: str
    options: tuple[str, ...]
    units: tuple[Attribute, ...] = ()


Subject: TypeAlias = Attribute | Bucket | Place | Choice

NOW = Attribute(m.AMBIENT_KIND, ("now",))
PRESENT, OBJECT, UNIT = "present", "(object)", "(unit)"


class Atom:
    """A yes-or-no question about one subject.

    `number` and `subject_id` number the atom and its subject in their `Atoms`. `opaque`: nothing is
    known of the answer but what `test` says of single values, as with a vendor's operators; `hints`
    are values that it names.
    """

    __slots__ = (
        "hints", "number", "opaque", "operator", "subject", "subject_id", "test", "values",
    )  # fmt: skip

    def __init__(
        self,
        number: int,
        subject: Subject,
        subject_id: int,
        operator: str,
        values: tuple[Any, ...],
        test: Callable[[Any], bool],
        hints: tuple[Any, ...] | None = None,
    ) -> None:
        self.number = number
        self.subject = subject
        self.subject_id = subject_id
        self.operator = operator
        self.values = values
        self.test = test
        self.opaque = hints is not None
        self.hints = hints or ()

    def __repr__(self) -> str:
        return f"Atom({self.subject}, {self.operator}, {self.values})"


class Atoms:
    """All atoms of a document, each made once, so that equal questions are the same atom."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Atom] = {}
        self.subjects: list[Subject] = []
        self._ids: dict[Subject, int] = {}

    def _atom(
        self,
        subject: Subject,
        operator: str,
        values: tuple[Any, ...],
        test: Callable[[], Callable[[Any], bool]],
        hints: tuple[Any, ...] | None = None,
    ) -> Atom:
        key = (subject, operator, tuple((type(value), value) for value in values))
        found = self._made.get(key)
        if found is None:
            at = self._ids.setdefault(subject, len(self.subjects))
            if at == len(self.subjects):
                self.subjects.append(subject)
            number = len(self._made)
            found = Atom(number, subject, at, operator, values, test(), hints)
            self._made[key] = found
        return found

    def clause(self, clause: m.Clause) -> Atom:
        """A clause about an attribute. Raises `KeyError` and `ValueError` for one that cannot be
        evaluated."""
        operator = find(clause.operator)
        if operator is None:
            raise KeyError(clause.operator)
        prepared, test = prepare(clause.operator, clause.values), operator.test
        made = lambda: lambda value: test(value, prepared)  # noqa: E731
        subject = attribute(clause.kind, clause.attribute)
        if clause.operator in OPERATORS:
            return self._atom(subject, clause.operator, clause.values, made)
        # A vendor's values may be objects, so they are named by how they are written.
        return self._atom(subject, clause.operator, (repr(clause.values),), made, clause.values)

    def one_of(self, kind: str, keys: tuple[str, ...]) -> Atom:
        """Whether the context's key is one of these."""
        wanted = frozenset(keys)
        return self._atom(
            Attribute(kind, ("key",)), "in", keys,
            lambda: lambda value: isinstance(value, str) and value in wanted,
        )  # fmt: skip

    def present(self, subject: Attribute) -> Atom:
        """Whether the attribute is there."""
        return self._atom(subject, PRESENT, (), lambda: lambda value: value is not None)

    def is_object(self, subject: Attribute) -> Atom:
        """Whether the attribute has attributes of its own."""
        return self._atom(subject, OBJECT, (), lambda: lambda value: isinstance(value, dict))

    def names_unit(self, subject: Attribute) -> Atom:
        """Whether the native algorithm can place the attribute's value."""
        return self._atom(subject, UNIT, (), lambda: lambda value: unit_of(value) is not None)

    def bucket(
        self, subject: Bucket | Place, ranges: tuple[m.Range, ...], closed: bool = False
    ) -> Atom:
        """Whether the bucket is in one of the ranges (`closed`: or equal to a range's end)."""

        def inside(bucket: Any) -> bool:
            if bucket is None:
                return False
            return any(a <= bucket < b or (closed and bucket == b) for a, b in ranges)

        return self._atom(subject, "closed" if closed else "ranges", ranges, lambda: inside)

    def choice(self, subject: Choice, wanted: tuple[str, ...]) -> Atom:
        """Whether what is not looked into comes out as one of the wanted options."""
        return self._atom(subject, "is", wanted, lambda: lambda option: option in wanted)


def attribute(kind: str, name: str) -> Attribute:
    """The attribute that a clause or a bucketing names, by name or by JSON pointer."""
    if not name.startswith("/"):
        return Attribute(kind, (name,))
    tokens = name[1:].split("/")
    return Attribute(kind, tuple(t.replace("~1", "/").replace("~0", "~") for t in tokens))
