"""Prerequisites as dependencies."""

from __future__ import annotations

from collections.abc import Mapping

from ...core import model as m
from .variants import name_of
from .write_constraints import Raw, Unsayable
from .write_flag import says


def dependencies_of(flag: m.Flag, flags: Mapping[str, m.Flag]) -> list[m.Json]:
    """The dependencies of a toggle. Raises `Unsayable`."""
    made = [_dependency(needed, flags.get(needed.flag)) for needed in flag.prerequisites]
    return [need for need in made if need is not None]


def _dependency(needed: m.Prerequisite, parent: m.Flag | None) -> Raw | None:
    """One dependency; None where it always holds."""
    if parent is None or parent.archived_at is not None:
        return {"feature": needed.flag}  # never satisfied, there and here
    if parent.prerequisites:
        raise Unsayable(f"a prerequisite {needed.flag!r} that has prerequisites itself")
    if needed.enabled and not parent.enabled and says_on(parent, parent.off):
        raise Unsayable(f"that {needed.flag!r} must be enabled, whatever it serves")
    wanted = set(needed.variants)
    on = [v for v in parent.variants if says(parent, v) is not None]
    off = {v.key for v in parent.variants if says(parent, v) is None}
    wanted_on = [v for v in on if v.key in wanted]
    if not wanted & off:
        return _of_variants(parent, on, wanted_on)
    if not off <= wanted or _gives_fallback(parent):
        raise Unsayable(f"some of the ways in which {needed.flag!r} is off")
    if not wanted_on:
        return {"feature": needed.flag, "enabled": False}
    if len(wanted_on) < len(on):
        raise Unsayable(f"that {needed.flag!r} is off, or serves one of some variants")
    return None


def _of_variants(parent: m.Flag, on: list[m.Variant], wanted: list[m.Variant]) -> Raw:
    feature = parent.key
    if not wanted:
        raise Unsayable(f"a prerequisite that no variant of {feature!r} meets")
    if len(wanted) == len(on):
        return {"feature": feature}
    named = [variant for variant in wanted if _has_name(parent, variant)]
    names = {name_of(variant) for variant in named}
    others = [variant for variant in on if variant not in wanted]
    # Whoever serves no variant satisfies whatever variants are asked for.
    if any(not _has_name(parent, v) or name_of(v) in names for v in others) or not names:
        raise Unsayable(f"some of the variants of {feature!r}")
    return {"feature": feature, "variants": [name_of(variant) for variant in named]}


def _has_name(flag: m.Flag, variant: m.Variant) -> bool:
    """Whether Unleash has a variant of its own for it, beside being on."""
    chosen = says(flag, variant)
    return chosen is not None and bool(chosen.arms)


def says_on(flag: m.Flag, key: str | None) -> bool:
    """Whether a toggle is on that serves this variant."""
    return any(v.key == key and says(flag, v) is not None for v in flag.variants)


def _gives_fallback(flag: m.Flag) -> bool:
    """Whether the flag may serve no variant at all."""
    serves: list[m.Serve | None] = [flag.off, flag.default, *(rule.serve for rule in flag.rules)]
    return any(
        serve is None
        or isinstance(serve, m.Fault | m.Logic)
        or (serve is flag.default and isinstance(serve, m.Split) and serve.outside is None)
        for serve in serves
    )
