"""From a flagd document to ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core import model as m
from ...core.model import Json
from ...core.reading import escape, kind_name
from ...errors import DocumentError, Problem
from ..base import Loss, Options, Reading
from .conditions import Words
from .evaluators import Evaluators
from .flags import BadFlag, is_metadata, read_flag
from .generations import chosen
from .report import losses_of_document, losses_of_flag


class Source:
    """The flags and segments of a flagd document, each read when it is asked for.

    Raises `DocumentError` when the document is none of flagd's.
    """

    def __init__(self, document: Json, options: Options) -> None:
        if not isinstance(document, dict):
            raise _refused("", f"a flagd document is an object, not {kind_name(document)}")
        flags = document.get("flags")
        if not isinstance(flags, dict):
            raise _refused("/flags", f"'flags' is an object, not {kind_name(flags)}")
        self.flags: Mapping[str, Json] = flags
        self.rest = {name: value for name, value in document.items() if name != "flags"}
        evaluators = Evaluators.of(document)
        self.words = Words(evaluators, chosen(options), evaluators.portable())

    def flag(self, key: str) -> m.Flag:
        """Raises `KeyError` when there is none, and `DocumentError` when it is malformed."""
        try:
            raw = self.flags[key]
            return read_flag(key, raw, self.words, self.words.evaluators.needed_by(raw))
        except BadFlag as error:
            where = "/".join(("", "flags", escape(key), *([error.field] if error.field else [])))
            raise _refused(where, str(error)) from None

    def segment(self, key: str) -> m.Segment:
        """An evaluator as a segment. Raises `KeyError` when there is none."""
        words = self.words
        if key not in words.segments:
            raise KeyError(key)
        rule = words.evaluators.rules[key]
        inside = Words(words.evaluators.after(key), words.generation, words.segments)
        return m.Segment(key, inside.condition(rule), origin={"dialect": "flagd", "raw": rule})

    def metadata(self) -> dict[str, Json]:
        """The metadata of the whole set of flags."""
        found = self.rest.get("metadata")
        plain = found if isinstance(found, dict) else {}
        return {name: value for name, value in plain.items() if is_metadata(value)}


def _refused(pointer: str, message: str) -> DocumentError:
    return DocumentError([Problem(pointer, message)])


def read(document: Json, options: Options) -> Reading:
    """Our document, and what could not be carried over. See the package for the options.

    Raises `DocumentError` when this is no document of flagd's at all.
    """
    source = Source(document, options)
    losses: list[Loss] = []
    flags: dict[str, m.Flag] = {}
    for key in source.flags:
        try:
            flag = flags[key] = source.flag(key)
            losses += losses_of_flag(flag)
        except DocumentError as error:
            losses += (
                Loss(p.pointer, p.message, "the flag is left out", flag=key, kind="malformed")
                for p in error.problems
            )
    segments = {name: source.segment(name) for name in source.words.segments}
    losses += losses_of_document(source.rest, flags.values(), options)
    environment: dict[str, Any] = {"flagd": source.rest} if source.rest else {}
    return Reading(m.Document(flags, segments, environment=environment), tuple(losses))
