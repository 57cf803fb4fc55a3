"""How one flag is made and changed: from what a client sent to a `Flag`. Pure.

Pointers in problems start at the document, `/flags/<key>/…`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from yardarm.core import model as m
from yardarm.core.bucketing import ALGORITHMS
from yardarm.core.bucketing.carry import carry
from yardarm.core.codec import flag_from_json, flag_to_json
from yardarm.core.reading import escape
from yardarm.errors import DocumentError, Problem

from .commands import EDITABLE_PROJECT_FIELDS, ENVIRONMENT_FIELDS, PROJECT_FIELDS

NewId = Callable[[], str]

_ON_OFF = ({"key": "on", "value": True}, {"key": "off", "value": False})


def new_flag(given: Mapping[str, m.Json], fields: Mapping[str, m.Json], new_id: NewId) -> m.Flag:
    """A flag for one environment: `given`, with that environment's own `fields` over it."""
    key = given.get("key")
    if not isinstance(key, str):
        raise DocumentError([Problem("/flags", "the flag has no key", 'give it a "key"')])
    pointer = pointer_of(key)
    if given.get("archived_at") is not None:
        raise DocumentError(
            [Problem(f"{pointer}/archived_at", "a new flag is not archived", "leave it out")]
        )
    _known(fields, ENVIRONMENT_FIELDS, pointer)
    body = {name: value for name, value in given.items() if name != "version"} | dict(fields)
    body.setdefault("type", "boolean")
    if body["type"] == "boolean" and "variants" not in body:
        body["variants"] = [dict(variant) for variant in _ON_OFF]
        body.setdefault("off", "off")
        body.setdefault("default", "on")
    return flag_from_json(with_rule_ids(body, new_id), key, pointer)


def edited(
    flag: m.Flag, fields: Mapping[str, m.Json], allowed: tuple[str, ...], new_id: NewId
) -> m.Flag:
    """The flag with these fields replaced, and the fewest units moved. Null empties a field."""
    pointer = pointer_of(flag.key)
    _known(fields, allowed, pointer)
    body = flag_to_json(flag) | dict(fields)
    body = {name: value for name, value in body.items() if value is not None}
    return carried(flag, flag_from_json(with_rule_ids(body, new_id), flag.key, pointer))


def _known(fields: Mapping[str, m.Json], allowed: tuple[str, ...], pointer: str) -> None:
    problems = []
    for name in fields:
        if name in allowed:
            continue
        hint = f"known here: {', '.join(allowed)}"
        if name == "type":
            hint = "the type of a flag is for life: create another flag"
        elif name == "archived_at":
            hint = "archive or restore the flag instead"
        elif name in ENVIRONMENT_FIELDS:
            hint = "it belongs to each environment: change it there"
        elif name in EDITABLE_PROJECT_FIELDS:
            hint = "it belongs to the project: change the flag there"
        problems.append(Problem(f"{pointer}/{escape(name)}", "cannot be changed here", hint))
    if problems:
        raise DocumentError(problems)


def with_rule_ids(body: Mapping[str, m.Json], new_id: NewId) -> dict[str, m.Json]:
    """The flag's JSON with an id for each rule that has none."""
    rules = body.get("rules")
    if not isinstance(rules, list):
        return dict(body)
    return {
        **body,
        "rules": [
            {"id": new_id(), **rule} if isinstance(rule, dict) and "id" not in rule else rule
            for rule in rules
        ],
    }


def carried(before: m.Flag, after: m.Flag) -> m.Flag:
    """`after`, with ranges such that changed weights move the fewest units of `before`."""
    splits = {rule.id: rule.serve for rule in before.rules if isinstance(rule.serve, m.Split)}
    rules = tuple(
        replace(rule, serve=_carried(splits.get(rule.id), rule.serve)) for rule in after.rules
    )
    old = before.default if isinstance(before.default, m.Split) else None
    return replace(after, rules=rules, default=_carried(old, after.default))


def _carried(before: m.Split | None, after: m.Serve | None) -> m.Serve | None:
    if not isinstance(after, m.Split) or after.bucketing.algorithm not in ALGORITHMS:
        return after  # a vendor's ranges are its own business
    if any(_stale(arm) for arm in after.arms):
        # A client sent back the ranges it had been given, but with other weights.
        after = replace(after, arms=tuple(replace(arm, ranges=None) for arm in after.arms))
    return after if before is None else carry(before, after)


def _stale(arm: m.Arm) -> bool:
    return arm.ranges is not None and sum(end - start for start, end in arm.ranges) != arm.weight


def blank(flag: m.Flag) -> m.Flag:
    """The flag for an environment that has no opinion of its own: disabled, without rules."""
    default = flag.default if isinstance(flag.default, str) else None
    return replace(
        flag, enabled=False, default=default, prerequisites=(), targets=(), rules=(), version=0
    )


def with_project_fields(flag: m.Flag, source: m.Flag) -> m.Flag:
    """The flag with the project's fields of `source`, its environment fields untouched."""
    given: dict[str, Any] = {name: getattr(source, name) for name in PROJECT_FIELDS}
    return replace(flag, **given)


def with_environment_fields(flag: m.Flag, source: m.Flag) -> m.Flag:
    """The flag with the environment's fields of `source`."""
    given: dict[str, Any] = {name: getattr(source, name) for name in ENVIRONMENT_FIELDS}
    return replace(flag, **given)


def pointer_of(key: str) -> str:
    """Where a flag stands in a document."""
    return f"/flags/{escape(key)}"
