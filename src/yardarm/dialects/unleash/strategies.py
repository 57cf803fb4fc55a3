"""Strategies: when one matches, and which share of units it covers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core import model as m
from ...core.unleash.text import WHITE_SPACE
from .attributes import attribute_of, is_quotable, unquoted
from .constraints import lost_pattern, read_constraint
from .faults import Uncompilable, Unreadable, each, needed, optional

HOST_KIND = "host"
"""The context kind whose key is the name of the machine."""

_PERCENT = re.compile(r"\+?([0-9]+)")
_DEFAULT_UNIT = ("key", "sessionId")
_IDS = range(-(2**31), 2**31)
_NONE: tuple[Any, ...] = ()
_NO_LOSSES: tuple[tuple[str, str], ...] = ()
_EVERYBODY = m.Always()
_RANGES = [((0, percent),) for percent in range(101)]
_PERCENTS = {str(percent): percent for percent in range(101)}
"""The usual way to write a percentage; what is written otherwise is looked at closely."""


@dataclass(slots=True)
class Strategy:
    """What was read of a strategy.

    `never` says why it can never match. `share` is the part of the units that it covers, None for
    all. `variants` are its own, as the document has them. `lost` are patterns that we cannot read,
    by pointer.
    """

    name: str
    conditions: list[m.Condition]
    share: tuple[m.Bucketing, int] | None
    never: str
    custom: bool
    parameters: dict[str, str]
    variants: Sequence[Any]
    lost: Sequence[tuple[str, str]]

    @classmethod
    def of_everybody(cls) -> Strategy:
        """What a toggle without strategies has: it is on for everybody."""
        return cls("default", [], None, "", False, {}, _NONE, _NO_LOSSES)


class Common:
    """What the toggles of one document have in common: its segments.

    `segments` has the condition for each id, None where the segment does not compile.
    """

    __slots__ = ("segments",)

    def __init__(self, segments: Mapping[int, m.InSegment | None]) -> None:
        self.segments = segments

    def segment(self, raw: Any) -> m.Condition:
        """The condition for a segment's id. Raises `Unreadable` and `Uncompilable`."""
        if type(raw) is not int or raw not in _IDS:
            raise Unreadable("", "a segment's id is not a whole number")
        if raw not in self.segments:
            raise Uncompilable("", f"there is no segment {raw}")
        found = self.segments[raw]
        if found is None:
            raise Uncompilable("", f"segment {raw} does not compile")
        return found


def read_strategy(raw: Any, number: int, common: Common) -> Strategy:
    """Read one strategy; `number` is its place, from 1. Raises `Unreadable` and `Uncompilable`."""
    if type(raw) is not dict:
        raise Unreadable("", "a strategy is not an object")
    name = needed(raw, "name", str)
    parameters = optional(raw, "parameters", dict) or {}
    for parameter, value in parameters.items():
        if type(value) is not str:
            raise Unreadable(f"/parameters/{parameter}", "a parameter is not a text")
    order = raw.get("sortOrder")
    if order is not None and (type(order) is not int or order not in _IDS):
        raise Unreadable("/sortOrder", "not a number of 32 bits")
    variants = optional(raw, "variants", list) or _NONE
    made = Strategy(name, [], None, "", False, parameters, variants, _NO_LOSSES)
    constraints = optional(raw, "constraints", list)
    if constraints:
        made.conditions += each("constraints", constraints, read_constraint)
        made.lost = [
            (f"/constraints/{index}/value", why)
            for index, constraint in enumerate(constraints)
            if constraint["operator"] == "REGEX" and (why := lost_pattern(constraint)) is not None
        ]
    ids = optional(raw, "segments", list)
    if ids:
        made.conditions += each("segments", ids, common.segment)
    _READERS.get(name, _custom)(made, number)
    return made


def together(conditions: list[m.Condition]) -> m.Condition:
    """All of the conditions; everybody where there are none."""
    if not conditions:
        return _EVERYBODY
    return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))


def shared(strategy: Strategy, number: int, *, drawn_once: bool = False) -> list[m.Condition]:
    """The strategy's share of units as a condition.

    Where it is asked for more than once, a unit that is drawn must be drawn only once
    (`drawn_once`): the draw is then named by the strategy's number.
    """
    if strategy.share is None:
        return []
    bucketing, percent = strategy.share
    ranges = _RANGES[percent]
    if not drawn_once or bucketing.algorithm != "unleash.rollout_or_random":
        return [m.Share(bucketing, ranges)]
    placed = m.Bucketing("unleash.rollout", bucketing.seed, bucketing.by)
    drawn = m.Bucketing("unleash.rollout", bucketing.seed, (chance(number),), m.AMBIENT_KIND)
    absent = tuple(m.Not(m.Clause(attribute, "present")) for attribute in bucketing.by)
    return [m.AnyOf((m.Share(placed, ranges), m.All((*absent, m.Share(drawn, ranges)))))]


# --- by name ----------------------------------------------------------------------------------


def _default(made: Strategy, number: int) -> None:
    pass


def _custom(made: Strategy, number: int) -> None:
    made.never = f"the strategy {made.name!r} is code of your own"
    made.custom = True


def _flexible(made: Strategy, number: int) -> None:
    percent = _percent(made, "rollout")
    if percent is None:
        return
    stickiness, group = made.parameters.get("stickiness"), _group(made)
    made.share = (_bucketing(stickiness, group, number), percent)


def _bucketing(stickiness: str | None, group: str | None, number: int) -> m.Bucketing:
    if stickiness is None or stickiness == "default":
        return m.Bucketing("unleash.rollout_or_random", group, _DEFAULT_UNIT)
    if stickiness == "random":
        return m.Bucketing("unleash.rollout", group, (chance(number),), m.AMBIENT_KIND)
    if not is_quotable(stickiness):
        raise Uncompilable("/parameters/stickiness", "a quote or a backslash in it breaks the rule")
    return m.Bucketing("unleash.rollout", group, (attribute_of(stickiness),))


def chance(number: int) -> str:
    """The name of a strategy's own draw."""
    return f"random{number}"


def _gradual(attribute: str) -> Callable[[Strategy, int], None]:
    def read(made: Strategy, number: int) -> None:
        percent, group = _percent(made, "percentage"), _group(made)
        if group is None:
            made.never = "the parameter groupId is missing"
        elif percent is not None:
            made.share = (m.Bucketing("unleash.rollout", group, (attribute,)), percent)

    return read


def _random(made: Strategy, number: int) -> None:
    percent = _percent(made, "percentage", most=2**64)
    if percent is not None:
        made.share = (
            m.Bucketing("unleash.random", None, (chance(number),), m.AMBIENT_KIND),
            min(percent, 100),
        )


def _user_ids(made: Strategy, number: int) -> None:
    ids = made.parameters.get("userIds")
    if ids is None:
        made.never = "the parameter userIds is missing"
        return
    keys = _split(ids)
    if any(key[-1:] == "\\" for key in keys):
        raise Uncompilable("/parameters/userIds", "a backslash at an id's end breaks the rule")
    made.conditions.insert(0, m.Clause("key", "unleash.in", keys))


def _addresses(made: Strategy, number: int) -> None:
    addresses = made.parameters.get("IPs")
    if addresses is None:
        made.never = "the parameter IPs is missing"
        return
    clause = m.Clause("remoteAddress", "unleash.in_cidr", _quoted(addresses, "IPs"))
    made.conditions.insert(0, clause)


def _hosts(made: Strategy, number: int) -> None:
    names = _quoted(made.parameters.get("hostNames", ""), "hostNames")
    made.conditions.insert(0, m.Clause("key", "unleash.host", names, HOST_KIND))


_READERS: dict[str, Callable[[Strategy, int], None]] = {
    "default": _default,
    "flexibleRollout": _flexible,
    "gradualRolloutUserId": _gradual("key"),
    "gradualRolloutSessionId": _gradual("sessionId"),
    "gradualRolloutRandom": _random,
    "userWithId": _user_ids,
    "remoteAddress": _addresses,
    "applicationHostname": _hosts,
}


def _percent(made: Strategy, parameter: str, most: int = 100) -> int | None:
    """A percentage as the engine reads it: digits, perhaps after a plus; else it is never on."""
    text = made.parameters.get(parameter)
    usual = None if text is None else _PERCENTS.get(text)
    if usual is not None:
        return usual
    found = None if text is None else _PERCENT.fullmatch(text)
    if found is None or len(digits := found[1].lstrip("0")) > 20 or int(digits or "0") >= 2**64:
        missing = text is None
        made.never = f"the parameter {parameter} " + (
            "is missing" if missing else "is no percentage"
        )
        return None
    percent = int(digits or "0")
    if percent > most:
        raise Uncompilable(f"/parameters/{parameter}", f"{percent} % is more than all")
    return percent


def _group(made: Strategy) -> str | None:
    group = made.parameters.get("groupId")
    if group is None:
        return None
    if not is_quotable(group):
        raise Uncompilable("/parameters/groupId", "a quote or a backslash in it breaks the rule")
    return unquoted(group)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip(WHITE_SPACE) for part in text.split(","))


def _quoted(text: str, parameter: str) -> tuple[str, ...]:
    parts = _split(text)
    if not all(map(is_quotable, parts)):
        raise Uncompilable(f"/parameters/{parameter}", "a quote or a backslash breaks the rule")
    return tuple(map(unquoted, parts))
