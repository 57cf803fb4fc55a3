"""The automata of one attribute's text operators, walked together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import chain

from ..core.regex import Node, compile_pattern
from ..core.semver import parse
from .comparing import Comparing, telling
from .language import explore, shortest
from .letters import letters
from .monitors import Beginning, Matching, Monitor, Occurring
from .steps import Steps
from .subjects import Atom

AUTOMATIC = frozenset({
    "starts_with", "ends_with", "contains", "starts_with_ignore_case", "ends_with_ignore_case",
    "contains_ignore_case", "equals_ignore_case", "in_ignore_case", "matches",
})  # fmt: skip
"""Operators that are read as automata."""

_SOME = 10
_ORDERS: dict[str, Callable[[int], bool]] = {
    "semver_eq": lambda order: order == 0,
    "semver_lt": lambda order: order < 0,
    "semver_lte": lambda order: order <= 0,
    "semver_gt": lambda order: order > 0,
    "semver_gte": lambda order: order >= 0,
}
_NUMBER = "(?:0|[1-9][0-9]*)"
_PART = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_FAMILIES = {
    "semver_": rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$",
    "date": r"^[0-9]{4}-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-2][0-9]:[0-5][0-9])$",
    "in_network": r"^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$",
}
"""What texts look like that operators read as something else, by the beginning of their names."""


class Walk:
    """The monitors of one attribute's atoms.

    Bits of texts are those of the atoms, then one for each shape, then one for those excluded.
    `automatic` are the bits of text operators, `compared` those of operators on versions, which are
    read as automata, too, where there are any text operators. `families` are those of operators
    that read a text as something else and are not walked; `shapes` what texts look like that are
    versions, dates and addresses, each with its operators' bits. `endings` are texts that are
    looked for.
    """

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.atoms = atoms
        bit = {atom: 1 << number for number, atom in enumerate(atoms)}
        self.automatic = sum(bit[a] for a in atoms if a.operator in AUTOMATIC)
        self.shapes: list[tuple[Node, int]] = []
        for beginning, pattern in _FAMILIES.items():
            members = sum(bit[a] for a in atoms if _is_of(a, beginning))
            if members:
                self.shapes.append((compile_pattern(pattern).tree, members))
        versions = sum(bit[a] for a in atoms if a.operator in _ORDERS)
        self.compared = versions if self.automatic else 0
        self.families = sum(members for _, members in self.shapes) & ~self.compared
        self._excluded = 1 << len(atoms) + len(self.shapes)
        self.endings: set[str] = set()
        self._known: set[str] = set()
        self._folded: set[str] = set()
        self._matching: list[tuple[Matching, Node]] = []
        self._monitors = self._made(bit)

    def bits(self, text: str) -> int:
        """What the monitors make of a text."""
        found = 0
        for monitor in self._monitors:
            state = monitor.start
            for letter in text:
                state = monitor.step(state, letter)
            found |= monitor.bits(state)
        return found

    def texts(self, excluded: Collection[str], steps: Steps) -> dict[int, str]:
        """For each outcome the shortest text. Those excluded have outcomes of their own.

        Raises `TooMany` and `Spent`.
        """
        return explore(*self._without(excluded), steps)

    def text(
        self, wanted: int, unwanted: int, excluded: Collection[str], steps: Steps
    ) -> str | None:
        """The shortest text with all of the wanted bits and none of the unwanted ones.

        None if there is no such text but those excluded. Raises `Spent`.
        """
        return shortest(*self._without(excluded), wanted, unwanted | self._excluded, steps)

    def _without(self, excluded: Collection[str]) -> tuple[list[Monitor], list[str]]:
        monitors, known = self._monitors, self._known
        if excluded:
            marked = [(text, self._excluded) for text in sorted(excluded)]
            monitors = [*monitors, Beginning((), marked)]
            known = known | {letter for text in excluded for letter in text}
        return monitors, letters(known, self._folded, self._matching)

    def _made(self, bit: dict[Atom, int]) -> list[Monitor]:
        patterns: dict[str, list[tuple[str, int]]] = {}
        for atom in self.atoms:
            if atom.operator == "matches":
                for source in atom.values:
                    self._match(compile_pattern(source).tree, bit[atom])
            elif atom.operator in AUTOMATIC:
                fold = atom.operator.endswith("_ignore_case")
                texts = [text.casefold() if fold else text for text in atom.values]
                self.endings.update(texts if len(texts) < _SOME else ())
                (self._folded if fold else self._known).update(chain.from_iterable(texts))
                patterns.setdefault(atom.operator, []).extend((text, bit[atom]) for text in texts)
        for number, (tree, _) in enumerate(self.shapes):
            self._match(tree, 1 << len(self.atoms) + number)

        def of(*operators: str) -> list[tuple[str, int]]:
            return [each for operator in operators for each in patterns.get(operator, ())]

        made: list[Monitor] = [monitor for monitor, _ in self._matching]
        if of("starts_with"):
            made.append(Beginning(of("starts_with")))
        if of("contains", "ends_with"):
            made.append(Occurring(of("contains"), of("ends_with")))
        begin = of("starts_with_ignore_case")
        whole = of("equals_ignore_case", "in_ignore_case")
        if begin or whole:
            made.append(Beginning(begin, whole, fold=True))
        if self.compared:
            made += self._comparing(bit)
        inside, endings = of("contains_ignore_case"), of("ends_with_ignore_case")
        if inside or endings:
            made.append(Occurring(inside, endings, fold=True))
        return made

    def _comparing(self, bit: dict[Atom, int]) -> list[Monitor]:
        """Monitors of operators on versions."""
        asking = [(atom, parse(atom.values[0])) for atom in self.atoms if atom.operator in _ORDERS]
        bounds = [(atom, bound) for atom, bound in asking if bound is not None]
        self._known |= telling(bound for _, bound in bounds)
        return [Comparing(bound, _ORDERS[a.operator], bit[a]) for a, bound in bounds]

    def _match(self, tree: Node, bits: int) -> None:
        self._matching.append((Matching(tree, bits), tree))


def in_family(atom: Atom) -> bool:
    """Whether an operator reads a text as a date, a version or an address."""
    return any(_is_of(atom, beginning) for beginning in _FAMILIES)


def _is_of(atom: Atom, beginning: str) -> bool:
    if beginning == "date":
        return atom.operator in ("before", "after")
    return atom.operator.startswith(beginning)
