"""What every check works with: a document, its meanings, and the means to ask about them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..core import model as m
from ..core.program import Program
from ..core.reading import escape
from ..core.references import Found, Reference, survey
from .ask import Answer, Asking, Confirm
from .evaluate import Evaluation, enabled
from .finding import SEVERITIES, Finding, Kind
from .flags import Flags
from .formula import Formula, Literal, atoms_of
from .ground import Ground
from .subjects import Atoms
from .witness import Witness
from .words import is_json

Formulas = Callable[[Flags], Sequence[Formula]]
"""What is asked, made of the meanings of a document."""


class Review:
    """One document under analysis."""

    def __init__(self, document: m.Document) -> None:
        self.document = document
        self.evaluation = Evaluation(document)
        self._all_enabled = Program.of(enabled(document))
        self._atoms = Atoms()
        self.asking = Asking(self._atoms)
        self.flags = Flags(self.evaluation.program, self._all_enabled, self._atoms)
        self._surveyed: dict[Reference, Found] = {}
        self._lenient: Flags | None = None
        self._unwarmed: deque[Reference] = deque()

    def lenient(self) -> Flags:
        """The meanings if all flags were enabled."""
        if self._lenient is None:
            self._lenient = Flags(
                self.evaluation.program, self._all_enabled, self._atoms, lenient=True
            )
        while self._unwarmed:
            self._warm(self._lenient, self._unwarmed.popleft())
        return self._lenient

    def prepare(self, reference: Reference) -> frozenset[Reference]:
        """Work out what a flag or segment needs, from the bottom up, and say what it needs."""
        if reference not in self._surveyed:
            source = self.evaluation.program.source
            for at, found in survey(source, reference, self._surveyed.get).items():
                self._surveyed[at] = found
                self._unwarmed.append(at)
                if at != reference:
                    self._warm(self.flags, at)
        return self._surveyed[reference].needs

    @staticmethod
    def _warm(flags: Flags, reference: Reference) -> None:
        kind, key = reference
        if kind == "flag":
            flags.serves(key, ())
        else:
            flags.belongs(key)

    def switched_off(self, needs: Iterable[Reference]) -> list[str]:
        """The flags among these that are disabled."""
        found = []
        for kind, key in sorted(needs):
            flag = self.document.flags.get(key) if kind == "flag" else None
            if flag is not None and not flag.enabled and flag.archived_at is None:
                found.append(key)
        return found


class Place:
    """One flag or segment under review: asks about it, on one ground, and words what is found."""

    def __init__(self, review: Review, kind: str, key: str) -> None:
        self.review = review
        self.kind = kind
        self.key = key
        self.pointer = f"/{kind}s/{escape(key)}"
        self.off = review.switched_off(review.prepare((kind, key)))
        self.evaluation = review.evaluation
        if kind == "flag":
            self.evaluation = review.evaluation.as_if_enabled(key)
        review.asking.begin()
        self.member: Witness | None = None
        """Somebody who belongs to the segment, once that is known."""
        self._ground: Ground | None = None

    def lay(self, formulas: Sequence[Formula]) -> None:
        """Lay the ground for all questions about these formulas."""
        self._ground = self.review.asking.ground(formulas)

    def ask(self, formulas: Formulas, confirm: Confirm) -> Answer:
        """Whether the formulas can all be true."""
        asked = formulas(self.review.flags)
        # Where chance takes part, conditions are new each time they are made.
        ground = self._ground if not self.review.flags.chances else self._known(asked)
        return self.review.asking.ask(asked, confirm, ground)

    def never(self, formulas: Sequence[Formula]) -> bool:
        """Whether it is proven that the formulas are never all true."""
        ground, first = self._known(formulas), formulas[0]
        if ground is not None and len(formulas) == 1 and isinstance(first, Literal):
            possible = ground.alone(first)
            if possible is not None:
                return not possible
        return self.review.asking.ask(formulas, _unconfirmed, ground).verdict == "never"

    def _known(self, formulas: Sequence[Formula]) -> Ground | None:
        """The ground, if the formulas stand on it."""
        ground = self._ground
        return ground if ground is not None and atoms_of(formulas) <= ground.known else None

    def only_while_off(self, formulas: Formulas) -> bool:
        """Whether what never holds might, if other flags were switched on."""
        return bool(self.off) and not self.never(formulas(self.review.lenient()))

    def finding(
        self,
        kind: Kind,
        pointer: str,
        words: str,
        *,
        culprits: Iterable[str] = (),
        proof: str = "",
        witness: Witness | None = None,
        never: Formulas | None = None,
        note: bool = False,
    ) -> Finding:
        """A finding in this flag or segment; `pointer` and `culprits` are relative to it where they
        do not name another one. `never` is what was proven, to see if it holds only for now."""
        severity = SEVERITIES[kind]
        if never is not None and self.only_while_off(never):
            names = ", ".join(repr(key) for key in self.off)
            words += f" (as long as {names} {'is' if len(self.off) == 1 else 'are'} switched off)"
            severity = "note"
        shown: dict[str, Any] | None = None if witness is None else witness.to_json()
        return Finding(
            kind,
            "note" if note else severity,
            self.pointer + pointer,
            words,
            self.key if self.kind == "flag" else None,
            self.key if self.kind == "segment" else None,
            tuple(
                c if c.startswith(("/flags/", "/segments/")) else self.pointer + c for c in culprits
            ),
            proof,
            shown if is_json(shown) else None,
        )

    def undecided(self, kind: Kind, pointer: str, why: str) -> Finding:
        """A finding that says what could not be decided."""
        return self.finding("undecided", pointer, f"cannot tell whether {_OPEN[kind]}: {why}")


_OPEN: dict[Kind, str] = {
    "rule-never-matches": "anybody is given what the rule serves",
    "variant-never-served": "anybody is served the variant",
    "segment-empty": "anybody belongs to the segment",
    "prerequisite-never-holds": "the prerequisite ever holds",
    "share-differs": "the units are divided as it says",
}
"""What is asked, for what could not be decided."""


def _unconfirmed(witness: Witness) -> bool:
    """For proofs: whatever is found, it is not proven that there is nothing."""
    return True
