"""What a reading of flagd's documents has to say beside the flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ...core import model as m
from ...core.jsonlogic import OPERATIONS, operations_in
from ...core.model import Json
from ...core.reading import escape, kind_name
from ..base import Loss, Options
from .flags import FIELDS, is_metadata
from .generations import generations_in

_REFUSES = "flagd's Python evaluator refuses the whole document because of it"


def losses_of_flag(flag: m.Flag) -> Iterator[Loss]:
    """Everything about a flag that a person should know before it is taken over."""
    at = f"/flags/{escape(flag.key)}"
    raw = flag.origin["raw"] if flag.origin else {}
    if isinstance(raw, dict):
        yield from _unknown_fields(flag.key, raw, at)
        yield from _metadata(flag.key, raw.get("metadata"), f"{at}/metadata")
    if isinstance(flag.default, m.Logic):
        message = f"the default variant {flag.default.expression!r} is none of the flag's variants"
        effect = "whoever would be served it gets the caller's fallback and the error GENERAL"
        yield Loss(f"{at}/defaultVariant", message, effect, flag.key, "malformed")
    yield from _rules(flag, f"{at}/targeting")


def _unknown_fields(key: str, raw: Mapping[str, Json], at: str) -> Iterator[Loss]:
    for name in raw:
        if name not in FIELDS and "$ref" not in raw:
            message = f"the field is unknown; {_REFUSES}"
            yield Loss(f"{at}/{escape(name)}", message, "kept, and ignored", key, "malformed")


def _metadata(key: str, found: Json, at: str) -> Iterator[Loss]:
    if found and not isinstance(found, dict):
        yield Loss(at, f"metadata is an object; {_REFUSES}", "ignored", key, "malformed")
    elif isinstance(found, dict):
        for name, value in found.items():
            if not name or not is_metadata(value):
                message = f"metadata is text, a number or a boolean; {_REFUSES}"
                yield Loss(f"{at}/{escape(name)}", message, "left out", key, "malformed")


def _rules(flag: m.Flag, at: str) -> Iterator[Loss]:
    variants = {variant.key for variant in flag.variants}
    for expression in _expressions(flag):
        if not isinstance(expression, list | dict):
            message = f"the targeting names {expression!r}, which is none of the flag's variants"
            effect = "whoever it is meant for gets the caller's fallback and the error GENERAL"
            if expression not in variants:
                yield Loss(at, message, effect, flag.key, "malformed")
            continue
        for name in sorted(set(operations_in(expression)) - set(OPERATIONS)):
            message = f"there is no operation {name.removeprefix('unknown:')!r}"
            effect = "whoever it is evaluated for gets the caller's fallback and PARSE_ERROR"
            yield Loss(at, message, effect, flag.key, "malformed")
        if _mentions_key(expression):
            message = "the rule asks for an attribute called 'key', which is the unit's name here"
            effect = "in contexts for our own SDKs, give that attribute as 'flagd:key'"
            yield Loss(at, message, effect, flag.key, "differs")
    for rule in flag.rules:
        if isinstance(rule.serve, m.Fault):
            effect = "everybody gets the caller's fallback and the error PARSE_ERROR"
            yield Loss(at, rule.serve.cause, effect, flag.key, "malformed")


def _expressions(flag: m.Flag) -> Iterator[Json]:
    """Every piece of JSONLogic in the flag's rules."""
    waiting: list[m.Condition | m.Serve | None] = []
    for rule in flag.rules:
        waiting += (rule.when, rule.serve)
    while waiting:
        match waiting.pop():
            case m.Logic(expression):
                yield expression
            case m.All(conditions) | m.AnyOf(conditions):
                waiting += conditions
            case m.Not(inner):
                waiting.append(inner)
            case _:
                pass


def _mentions_key(expression: Json) -> bool:
    waiting = [expression]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += found
        elif isinstance(found, dict):
            given = found.get("var")
            first = given[0] if isinstance(given, list) and given else given
            if isinstance(first, str) and first.split(".")[0] == "key":
                return True
            waiting += found.values()
    return False


def losses_of_document(
    rest: Mapping[str, Json], flags: Iterable[m.Flag], options: Options
) -> Iterator[Loss]:
    """What concerns the whole document."""
    found = rest.get("metadata", {})
    if not isinstance(found, dict):
        yield Loss("/metadata", f"metadata is {kind_name(found)}, not an object", "ignored")
    evaluators = rest.get("$evaluators") or {}
    if not isinstance(evaluators, dict):
        yield Loss("/$evaluators", "evaluators are an object", "ignored", kind="malformed")
    if "fractional" not in options and any(map(_places_units, flags)):
        yield Loss(
            "/flags",
            "flagd's evaluators place the units of 'fractional' in three different ways, and the "
            "document does not say which one its users have",
            "the way of flagd itself and of Node (v2) is taken; v1 is that of flagd before it, v3 "
            "that of Python from openfeature-flagd-core 2.0",
            kind="differs",
            says="fractional",
            did="v2",
            option="fractional",
        )


def _places_units(flag: m.Flag) -> bool:
    if any(isinstance(rule.serve, m.Split) for rule in flag.rules):
        return True
    return any(generations_in(set(operations_in(e))) for e in _expressions(flag))
