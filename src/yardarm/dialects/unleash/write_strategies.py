"""What a rule serves, as strategies of Unleash: on, a percentage, variants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ...core import model as m
from .attributes import is_quotable, name_of, quoted
from .variants import name_of as variant_name
from .write_conditions import Term
from .write_constraints import Doubts, Raw, Unsayable

_DEFAULT_UNIT = ("key", "sessionId")
_HASHED = ("unleash.rollout", "unleash.rollout_or_random")
WHOLE = 1_000
"""What Unleash's own weights add up to."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """A percentage, and how units are placed."""

    percent: int
    stickiness: str | None
    group: str | None
    by_chance: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """Variants with weights, and how units are placed; without variants the toggle is only on."""

    arms: tuple[tuple[m.Variant, int], ...] = ()
    stickiness: str | None = None
    group: str | None = None


def strategy(term: Term, rollout: Rollout | None, chosen: Chosen, flag_key: str) -> Raw:
    """One strategy. Raises `Unsayable` where its parts ask for more than one name or grouping."""
    parameters: Raw = {}
    name = "default"
    if rollout is not None and rollout.by_chance:
        name = "gradualRolloutRandom"
        parameters["percentage"] = str(rollout.percent)
    elif rollout is not None:
        name = "flexibleRollout"
        group = quoted(flag_key if rollout.group is None else rollout.group)
        if group is None:
            raise Unsayable("a group that ends in a backslash, which Unleash cannot read")
        parameters = {
            "rollout": str(rollout.percent),
            "stickiness": rollout.stickiness or "default",
            "groupId": group,
        }
    if term.hosts is not None:
        if rollout is not None:
            raise Unsayable("a percentage of the units on certain hosts")
        name, parameters = "applicationHostname", {"hostNames": ",".join(term.hosts)}
        if not all(map(is_quotable, term.hosts)) or any("," in host for host in term.hosts):
            raise Unsayable("a host's name with a comma or a quote")
    made: Raw = {"name": name, "parameters": parameters, "constraints": list(term.constraints)}
    if chosen.arms:
        _placed(parameters, chosen, flag_key)
        made["variants"] = [_variant(v, weight, parameters) for v, weight in chosen.arms]
    if term.segments:
        made["segments"] = list(term.segments)
    return made


def _placed(parameters: Raw, chosen: Chosen, flag_key: str) -> None:
    """The parameters say how variants are chosen, and also how the percentage is."""
    if len(chosen.arms) == 1:
        return
    wanted = {
        "stickiness": chosen.stickiness or "default",
        "groupId": flag_key if chosen.group is None else chosen.group,
    }
    for name, value in wanted.items():
        if parameters.setdefault(name, value) != value:
            raise Unsayable("a percentage and variants that are placed in different ways")


def _variant(variant: m.Variant, weight: int, parameters: Raw) -> Raw:
    made: Raw = {
        "name": variant_name(variant),
        "weight": weight,
        "weightType": "variable",
        "stickiness": parameters.get("stickiness", "default"),
    }
    payload = payload_of(variant)
    return made if payload is None else {**made, "payload": payload}


def variants_of(chosen: Chosen) -> list[m.Json]:
    """The variants of a toggle."""
    given: Raw = {"stickiness": chosen.stickiness or "default"}
    return [_variant(variant, weight, given) for variant, weight in chosen.arms]


def payload_of(variant: m.Variant) -> Raw | None:
    """The payload that says the variant's value; None where its name says it."""
    given = variant.metadata.get("payload")
    value = variant.value
    if isinstance(given, dict):
        kept = given.get("value")
        if kept == value or (isinstance(kept, str) and _reads_as(kept, value)):
            return dict(given)
    if isinstance(value, str):
        if value == variant_name(variant) and given is None:
            return None
        return {"type": "string", "value": value}
    kind = "number" if type(value) in (int, float) else "json"
    return {"type": kind, "value": json.dumps(value, ensure_ascii=False)}


def _reads_as(text: str, value: m.Json) -> bool:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return bool(read == value) and type(read) is type(value)


# --- splits -----------------------------------------------------------------------------------


def rollout_of(share: m.Share) -> Rollout:
    """The share as a percentage from 0 on. Raises `Unsayable`."""
    bucketing = share.bucketing
    if len(share.ranges) != 1 or share.ranges[0][0] != 0:
        raise Unsayable("a share of units that does not begin with the first")
    return _rollout(bucketing, share.ranges[0][1])


def percentage_of(split: m.Split) -> Rollout:
    """A split with one arm as a percentage. Raises `Unsayable`."""
    if len(split.arms) != 1 or split.arms[0].ranges is not None:
        raise Unsayable("a percentage of several parts")
    return _rollout(split.bucketing, split.arms[0].weight)


def _rollout(bucketing: m.Bucketing, percent: float) -> Rollout:
    if percent != int(percent) or not 0 <= percent <= 100:
        raise Unsayable(f"{percent} %, which is no whole percentage")
    whole = int(percent)
    if bucketing.algorithm == "unleash.random" and bucketing.kind == m.AMBIENT_KIND:
        return Rollout(whole, None, None, by_chance=True)
    if bucketing.algorithm not in _HASHED or bucketing.layer is not None:
        raise Unsayable(f"units placed by {bucketing.algorithm!r}")
    group = bucketing.seed
    if bucketing.kind == m.AMBIENT_KIND:
        if bucketing.algorithm != "unleash.rollout":
            raise Unsayable("units that are drawn only where they are missing")
        return Rollout(whole, "random", group)
    chance = bucketing.algorithm == "unleash.rollout_or_random"
    if chance != (bucketing.by == _DEFAULT_UNIT):
        raise Unsayable(f"units by {', '.join(bucketing.by)}, with chance where they are missing")
    return Rollout(whole, stickiness_of(bucketing), group)


def chosen_of(split: m.Split, variants: Sequence[m.Variant]) -> Chosen:
    """A split over variants that Unleash places. Raises `Unsayable`."""
    bucketing = split.bucketing
    if bucketing.algorithm != "unleash.variant" or bucketing.layer is not None:
        raise Unsayable(f"units placed by {bucketing.algorithm!r}")
    if any(arm.ranges is not None or arm.weight != int(arm.weight) for arm in split.arms):
        raise Unsayable("shares that are no whole weights")
    known = {variant.key: variant for variant in variants}
    arms = tuple((known[arm.variant], int(arm.weight)) for arm in split.arms)
    return Chosen(arms, stickiness_of(bucketing), bucketing.seed)


def stickiness_of(bucketing: m.Bucketing) -> str:
    """What Unleash calls the units of a bucketing. Raises `Unsayable`."""
    if bucketing.kind != m.DEFAULT_KIND:
        raise Unsayable(f"units of the kind {bucketing.kind!r}")
    if bucketing.by == _DEFAULT_UNIT:
        return "default"
    name = name_of(bucketing.by[0]) if len(bucketing.by) == 1 else None
    if name is None or not is_quotable(name) or name in ("default", "random"):
        raise Unsayable(f"units by {', '.join(bucketing.by)}")
    return name


# --- splits that are made anew ----------------------------------------------------------------


def rehashed(split: m.Split, variants: Sequence[m.Variant], doubts: Doubts) -> tuple[int, Chosen]:
    """A split of another algorithm with Unleash's own: the percentage that the arms cover, and
    the arms. Raises `Unsayable`."""
    whole = sum(arm.weight for arm in split.arms)
    percent = round(whole * 100 / m.PARTS) if split.bucketing.algorithm == "yardarm" else 100
    if percent * m.PARTS != whole * 100 and split.bucketing.algorithm == "yardarm":
        doubts.note("Unleash has whole percentages", f"{percent} % instead of {whole / 1_000} %")
    doubts.note("units are placed anew", "everybody in a split: who gets what changes")
    known = {variant.key: variant for variant in variants}
    try:
        stickiness = stickiness_of(split.bucketing)
    except Unsayable:
        stickiness = "default"
        doubts.note("Unleash cannot place units by this", "they are placed by userId")
    arms = tuple((known[arm.variant], round(arm.weight)) for arm in split.arms if arm.weight)
    return percent, Chosen(arms, stickiness, split.bucketing.seed)
