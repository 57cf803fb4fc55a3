"""A flag as lists know it: what is sought in, and its state in each environment. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from yardarm.core import model as m

from ...store.instants import from_rfc3339

State: TypeAlias = Literal["off", "killed", "one", "several"]
"""Switched off; switched off by a kill; everybody is served one variant; several are served."""


@dataclass(frozen=True, slots=True)
class Here:
    """A flag's state in one environment.

    `only` is the variant that everybody is served; None where that is the fallback, or where
    several are served. `changed_at` is None for what no change made.
    """

    state: State
    only: str | None
    changed_at: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether everybody is served the same."""
        return self.state != "several"


@dataclass(frozen=True, slots=True)
class Row:
    """A flag over environments, at least one.

    `text` is all that is sought in, folded; `changed_at` the last of all environments.
    """

    key: str
    flags: Mapping[str, m.Flag]
    here: Mapping[str, Here]
    text: str
    changed_at: datetime | None
    expires_at: datetime | None

    @property
    def flag(self) -> m.Flag:
        """The flag in one of the environments: for what it has in all of them."""
        return next(iter(self.flags.values()))


def make_row(flags: Mapping[str, m.Flag], here: Mapping[str, Here]) -> Row:
    """The row of one flag, by environment."""
    any_of_them = next(iter(flags.values()))
    instants = [state.changed_at for state in here.values() if state.changed_at is not None]
    return Row(
        key=any_of_them.key,
        flags=flags,
        here=here,
        text="\n".join(dict.fromkeys(_texts(flags))).casefold(),
        changed_at=max(instants, default=None),
        expires_at=_instant(any_of_them.expires_at),
    )


def make_here(flag: m.Flag, *, killed: bool, changed_at: datetime | None) -> Here:
    """The flag's state in one environment. `killed`: what switched it off was a kill."""
    if not flag.enabled:
        return Here("killed" if killed else "off", flag.off, changed_at)
    served = set(_served(flag))
    if len(served) == 1 and not flag.prerequisites:
        only = next(iter(served))
        if only is None or isinstance(only, str):
            return Here("one", only, changed_at)
    return Here("several", None, changed_at)


def _served(flag: m.Flag) -> Iterator[str | m.Serve | None]:
    """Everything the flag can serve while it is enabled."""
    for target in flag.targets:
        if target.keys:
            yield target.variant
    for rule in flag.rules:
        if not rule.paused:
            yield from _variants(rule.serve)
    yield from _variants(flag.default)


def _variants(serve: m.Serve | None) -> Iterator[str | m.Serve | None]:
    if not isinstance(serve, m.Split):
        yield serve
        return
    yield from (arm.variant for arm in serve.arms if arm.weight > 0)
    if serve.partial or serve.outside is not None or serve.bucketing.layer is not None:
        yield serve.outside


# --- what is sought in ------------------------------------------------------------------------


def _texts(flags: Mapping[str, m.Flag]) -> Iterator[str]:
    flag = next(iter(flags.values()))
    yield from (flag.key, flag.name, flag.description, flag.owner, *flag.tags)
    for variant in flag.variants:
        yield variant.key
        yield str(variant.value)
    for each in flags.values():
        for rule in each.rules:
            yield rule.name
            yield from _said(rule.when)


def _said(condition: m.Condition) -> Iterator[str]:
    match condition:
        case m.All(inner) | m.AnyOf(inner):
            for each in inner:
                yield from _said(each)
        case m.Not(inner_one):
            yield from _said(inner_one)
        case m.Clause(attribute=attribute, values=values):
            yield attribute
            yield from map(str, values)
        case m.InSegment(segment):
            yield segment
        case m.FlagServes(flag, variants):
            yield from (flag, *variants)


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else from_rfc3339(text)
    except (ValueError, OverflowError):
        return None
