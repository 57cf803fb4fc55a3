"""What every dialect consists of: a reader, a writer, and answers in the vendor's own shape.

A reader never refuses a whole document for one bad flag: it reads what it can and reports the rest
as `Loss`. A writer says what the vendor's language cannot say, and what is written instead. Both
are pure functions of parsed data; files, databases and endpoints are the business of `connect`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from ..core.ambient import Ambient
from ..core.decision import Decision
from ..core.model import Document, Json

Options: TypeAlias = Mapping[str, Json]
"""What a dialect lets a person choose; each dialect documents its own."""

LossKind: TypeAlias = Literal["lost", "malformed", "differs"]


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that could not be carried over exactly.

    `pointer` is a JSON pointer into what was read (for a writer, into our document). `message`
    says what is there and why it cannot be said; `effect` what is served instead, and to whom.
    `flag` is the key of the flag concerned, None where it is the whole document or a segment.

    - `lost`: the other language has no words for it.
    - `malformed`: it makes no sense in its own language either.
    - `differs`: the old code did something other than it said. `says` and `did` hold both, and
      `option` names the option of the reader by which a person chooses.
    """

    pointer: str
    message: str
    effect: str = ""
    flag: str | None = None
    kind: LossKind = "lost"
    says: str = ""
    did: str = ""
    option: str = ""

    def to_json(self) -> dict[str, Json]:
        """The loss as JSON; empty fields are left out."""
        names = ("kind", "flag", "pointer", "message", "effect", "says", "did", "option")
        return {name: value for name in names if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Reading:
    """A vendor's document as ours, and what was lost on the way."""

    document: Document
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """Our document as the vendor's (parsed JSON, or text where the vendor has no JSON)."""

    document: Json
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a vendor's document. `context` has the vendor's own shape.

    `flag` None asks for everything, where the vendor can. `experiment` is an experiment given by
    the caller instead of a flag.
    """

    flag: str | None
    context: Json = None
    fallback: Json = None
    options: Options = field(default_factory=dict)
    experiment: Json = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Our decision (None where everything, or an experiment, was asked for) and, in `vendor`, what
    the vendor's own SDK would say, in its own shape."""

    decision: Decision | None
    vendor: Json


class Evaluation(Protocol):
    """A vendor's document made ready for any number of questions."""

    def answer(self, asked: Asked, ambient: Ambient) -> Answer:
        """The answer. Never raises, whatever the context is."""
        ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """A vendor's language.

    - `read(source, options)`: from parsed JSON (or text, where the vendor has its own format; each
      dialect says what it takes) to our document. Raises `DocumentError` only for what is no
      document of this vendor at all.
    - `write(document, options)`: the other way. None where nobody can load such a thing any more.
    - `evaluation(source, options)`: the document made ready to answer as the vendor does. None for
      libraries that never answered more than our `Decision` says.
    - `choices`: of the options that losses name, those with few values: by the option, what is
      chosen (`"did"` and `"said"`, or the value itself) and the value that says so, None for
      leaving the option out. The first is what is read without the option.
    """

    name: str
    title: str
    read: Callable[[Json, Options], Reading]
    write: Callable[[Document, Options], Writing] | None = None
    evaluation: Callable[[Json, Options], Evaluation] | None = None
    choices: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


def did_or_said(*options: str) -> dict[str, dict[str, Json]]:
    """Choices between what the old code did, which is read without them, and what it said."""
    return {option: {"did": "did", "said": "said"} for option in options}
