"""An import: another vendor's document, what is known of it, and how far it has been taken over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from yardarm.dialects.report import Fate, Step

State: TypeAlias = Literal["reading", "read", "failed", "applied"]
VerifyingState: TypeAlias = Literal["running", "done", "failed", "cancelled"]
Contexts: TypeAlias = Literal["generated", "observed", "given"]
Mode: TypeAlias = Literal["merge", "replace"]


@dataclass(frozen=True, slots=True)
class ImportTrouble:
    """Why a document could not be read: a place in it (JSON pointer), and what to do."""

    pointer: str
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ImportLoss:
    """One thing that was not carried over exactly; see `dialects.base.Loss`."""

    kind: Literal["lost", "malformed", "differs"]
    pointer: str = ""
    message: str = ""
    effect: str = ""
    flag: str = ""
    says: str = ""
    did: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """What analysis proves about a flag or segment as it was, and as it is taken over."""

    severity: Literal["error", "warning", "note"]
    pointer: str
    words: str
    proof: str = ""


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """A question that a person answers: `option` is `chosen`, one of the names in `values`.

    The names are `did` (what the old code did), `said` (what it was told to), or the value itself;
    the value null leaves the option out. `flags` asked it; `example` is what one of them lost.
    """

    option: str
    chosen: str
    values: dict[str, Any]
    flags: int
    example: ImportLoss


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """The report in numbers, and what concerns no single flag. `segments` are new or changed.

    `absent` counts the flags in use and the segments that the environment has and the document does
    not name: the mode `replace` takes them out of use. The first of them are `absent_flags` and
    `absent_segments`.

    `analysed` is false where analysis was ended because it took too long.
    """

    flags: int
    exact: int
    losses: int
    refused: int
    new: int
    changed: int
    unchanged: int
    segments: tuple[str, ...]
    general: tuple[ImportLoss, ...]
    findings: tuple[ImportFinding, ...]
    found: int
    analysed: bool
    choices: tuple[ImportChoice, ...]
    absent: int = 0
    absent_flags: tuple[str, ...] = ()
    absent_segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidPart:
    """A piece of a sentence: plain text, or the name of something."""

    kind: Literal["text", "variant", "segment", "flag", "attribute", "value"]
    text: str


@dataclass(frozen=True, slots=True)
class ImportedFlag:
    """What becomes of one flag. `says` is what it will serve; nothing where it is refused.

    `variants` are the keys of its variants, `off` is what it serves while it is disabled.
    """

    number: int
    key: str
    fate: Fate
    step: Step
    placed_by: tuple[str, ...]
    losses: tuple[ImportLoss, ...]
    findings: tuple[ImportFinding, ...]
    says: tuple[SaidPart, ...]
    variants: tuple[str, ...]
    off: str | None


@dataclass(frozen=True, slots=True)
class AnswerDiffers:
    """A question that the vendor's SDK and ours answer differently."""

    flag: str
    context: Any
    vendor: Any
    ours: Any


@dataclass(frozen=True, slots=True)
class Verification:
    """The vendor's own SDK and ours, asked the same. `differences` are the first ones."""

    state: VerifyingState
    contexts: Contexts
    count: int
    progress: float = 0.0
    error: str = ""
    flags: int = 0
    seen: int = 0
    asked: int = 0
    differing: int = 0
    differences: tuple[AnswerDiffers, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportApplied:
    """The change that took it over; version None where there was nothing to change."""

    version: int | None
    change_set: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of an import, as it is stored. `source` names the file or address.

    `version` is the environment's that the report compares with. `preview` is its last preview.
    """

    dialect: str
    source: str
    state: State
    options: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    progress: float = 0.0
    error: str = ""
    troubles: tuple[ImportTrouble, ...] = ()
    summary: ImportSummary | None = None
    verification: Verification | None = None
    preview: str = ""
    applied: ImportApplied | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """An import in its place."""

    id: str
    project: str
    environment: str
    body: Body
    created_at: datetime
    created_by: str
    updated_at: datetime
