"""What the analysis says about a document: one finding for each thing that is not as it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "rule-never-matches",
    "rule-shadowed",
    "condition-contradictory",
    "condition-always-true",
    "variant-never-served",
    "segment-empty",
    "segment-duplicate",
    "prerequisite-never-holds",
    "share-differs",
    "undecided",
]

Severity: TypeAlias = Literal["error", "warning", "note"]

KINDS: dict[Kind, str] = {
    "rule-never-matches": "no context matches the rule",
    "rule-shadowed": "whoever matches the rule is served by what stands before it",
    "condition-contradictory": "a condition that no context fulfils",
    "condition-always-true": "a condition that every context fulfils",
    "variant-never-served": "nobody is served the variant, whoever asks",
    "segment-empty": "no context belongs to the segment",
    "segment-duplicate": "the segment has exactly the members of another one",
    "prerequisite-never-holds": "no context fulfils the prerequisite",
    "share-differs": "a split or share gives other parts of the units than its weights say",
    "undecided": "a question that the analysis could not answer",
}
"""Every kind of finding and what it states. All but `undecided` are proven."""

SEVERITIES: dict[Kind, Severity] = {
    "rule-never-matches": "error",
    "rule-shadowed": "warning",
    "condition-contradictory": "error",
    "condition-always-true": "warning",
    "variant-never-served": "warning",
    "segment-empty": "warning",
    "segment-duplicate": "warning",
    "prerequisite-never-holds": "error",
    "share-differs": "warning",
    "undecided": "note",
}
"""How bad each kind is by itself. A finding that holds only while another flag is switched off, and
a share that differs only by its layer or by a prerequisite, is a note."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    `pointer` is a JSON pointer into the document; `flag` or `segment` is the key of what it is in.
    `words` states it in one sentence and `proof` says why it is so. `culprits` are pointers of what
    causes it. `witness` is a context that shows it, confirmed by evaluating it; None where there is
    nothing to show.
    """

    kind: Kind
    severity: Severity
    pointer: str
    words: str
    flag: str | None = None
    segment: str | None = None
    culprits: tuple[str, ...] = ()
    proof: str = ""
    witness: dict[str, Any] | None = field(default=None, hash=False)

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "pointer": self.pointer,
            "flag": self.flag,
            "segment": self.segment,
            "words": self.words,
            "culprits": list(self.culprits),
            "proof": self.proof,
            "witness": self.witness,
        }
