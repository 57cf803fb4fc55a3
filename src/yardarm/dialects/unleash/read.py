"""Reading: from Unleash's client features to our document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...core import model as m
from ...core.model import Json
from ...errors import DocumentError, Problem
from ..base import Loss, Options, Reading
from .constraints import lost_pattern, read_constraint
from .events import applied
from .faults import PartError, Uncompilable, Unreadable, each, needed
from .strategies import Common, together
from .toggles import Toggles


def read(source: Json, options: Options) -> Reading:
    """Our document of what `/api/client/features` (or `/api/client/delta`) answers.

    Raises `DocumentError` for what is neither.
    """
    losses: list[Loss] = []
    features, segments, rest = _parts(source, losses)
    made, common = _segments(segments, losses)
    toggles = Toggles(common)
    toggles.add(features, losses)
    environment = {"unleash": rest} if rest else {}
    return Reading(m.Document(toggles, made, environment), tuple(losses))


def _parts(
    source: Json, losses: list[Loss]
) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]], dict[str, Json]]:
    """Toggles and segments with their pointers, and the rest of the document."""
    if not isinstance(source, dict):
        raise DocumentError([Problem("", "not a document of Unleash", _HINT)])
    features = source.get("features")
    if isinstance(features, list):
        segments = source.get("segments")
        if segments is not None and not isinstance(segments, list):
            losses.append(_malformed("/segments", "segments are not a list", "there are none"))
            segments = None
        _check_version(source, losses)
        rest = {name: v for name, v in source.items() if name not in ("features", "segments")}
        if "segments" in source and not segments:
            rest["segments"] = segments  # written again: it may be there, and be empty
        return _placed("/features", features), _placed("/segments", segments or ()), rest
    if isinstance(source.get("events"), list):
        return applied(source, losses)
    raise DocumentError([Problem("", "there are neither features nor events", _HINT)])


_HINT = "give what GET /api/client/features answers: an object with features"


def _placed(at: str, items: Iterable[Any]) -> list[tuple[str, Any]]:
    return [(f"{at}/{index}", item) for index, item in enumerate(items)]


def _check_version(source: Mapping[str, Json], losses: list[Loss]) -> None:
    version = source.get("version")
    if type(version) is not int or not 0 <= version < 2**32:
        why = "the SDK refuses the document without a whole number here"
        losses.append(_malformed("/version", "version is missing or no number", why))


def _malformed(pointer: str, message: str, effect: str) -> Loss:
    return Loss(pointer, message, effect, kind="malformed")


# --- segments ---------------------------------------------------------------------------------


def _segments(
    raws: list[tuple[str, Any]], losses: list[Loss]
) -> tuple[dict[str, m.Segment], Common]:
    made: dict[str, m.Segment] = {}
    known: dict[int, m.InSegment | None] = {}
    for at, raw in raws:
        try:
            number, conditions, why = _segment(raw, at, losses)
        except PartError as error:
            losses.append(_malformed(at + error.pointer, error.reason, "the segment is left out"))
            continue
        key = str(number)
        known[number] = m.InSegment(key) if why is None else None
        if why is not None:
            effect = "every toggle with a strategy that uses the segment is off"
            losses.append(_malformed(at + why.pointer, why.reason, effect))
        name = raw.get("name")
        made[key] = m.Segment(
            key,
            None if why is not None else together(conditions),
            name=name if isinstance(name, str) else "",
            origin={"dialect": "unleash", "raw": raw},
        )
    return made, Common(known)


def _segment(
    raw: Any, at: str, losses: list[Loss]
) -> tuple[int, list[m.Condition], Uncompilable | None]:
    if type(raw) is not dict:
        raise Unreadable("", "a segment is not an object")
    number = needed(raw, "id", int)
    if not -(2**31) <= number < 2**31:
        raise Unreadable("/id", "not a number of 32 bits")
    constraints = needed(raw, "constraints", list)
    try:
        conditions = each("constraints", constraints, read_constraint)
    except Uncompilable as why:
        # The engine refuses the document for a wrong shape behind this one, too.
        _check_shapes(constraints)
        return number, [], why
    for index, constraint in enumerate(constraints):
        if (reason := lost_pattern(constraint)) is not None:
            pointer = f"{at}/constraints/{index}/value"
            losses.append(
                Loss(pointer, f"the pattern cannot be read: {reason}", "it never matches")
            )
    return number, conditions, None


def _check_shapes(constraints: list[Any]) -> None:
    for index, constraint in enumerate(constraints):
        try:
            read_constraint(constraint)
        except Uncompilable:
            continue
        except Unreadable as error:
            error.pointer = f"/constraints/{index}{error.pointer}"
            raise
