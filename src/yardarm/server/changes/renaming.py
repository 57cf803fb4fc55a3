"""Variants of a flag under other keys, with everything that names them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from yardarm.core import model as m
from yardarm.core.reading import escape
from yardarm.core.references import of_flag, of_segment
from yardarm.errors import DocumentError, Problem

from .errors import Refused
from .flags import pointer_of

Renames = Mapping[str, m.Json]
"""From the key of a variant to its new one."""


def renamed(document: m.Document, flag: m.Flag, renames: Renames) -> m.Document:
    """The document with these variants of a flag renamed: there, and wherever others ask for them.

    Splits keep their ranges, so that every unit keeps its place. Raises `DocumentError` for keys
    that do not fit, `Refused` where a formula names variants, which nobody can rename in it.
    """
    _check(flag, renames)
    change = _Renaming(flag.key, {old: str(new) for old, new in renames.items()})
    here = ("flag", flag.key)
    flags = {
        key: change.of_other(other) if here in of_flag(other) else other
        for key, other in document.flags.items()
    }
    flags[flag.key] = change.of_flag(flags[flag.key])
    segments = {
        key: change.of_segment(segment) if here in of_segment(segment) else segment
        for key, segment in document.segments.items()
    }
    return replace(document, flags=flags, segments=segments)


def _check(flag: m.Flag, renames: Renames) -> None:
    at = f"{pointer_of(flag.key)}/renames"
    known = [variant.key for variant in flag.variants]
    problems = []
    for old, new in renames.items():
        if old not in known:
            hint = f"it has {', '.join(known)}"
            problems.append(Problem(f"{at}/{escape(old)}", "the flag has no such variant", hint))
        elif not isinstance(new, str) or not new:
            problems.append(Problem(f"{at}/{escape(old)}", "expected the variant's new key"))
    if problems:
        raise DocumentError(problems)
    after = [renames.get(key, key) for key in known]
    if len(set(after)) < len(after):
        raise DocumentError([Problem(at, "two variants would have one key", "choose another")])
    serves = [flag.default, *(rule.serve for rule in flag.rules)]
    if any(isinstance(serve, m.Logic) for serve in serves):
        raise Refused(
            "variant-in-formula",
            f"a formula of the flag {flag.key!r} names its variants",
            hint="write the formula anew first",
        )


class _Renaming:
    def __init__(self, flag: str, renames: Mapping[str, str]) -> None:
        self._flag = flag
        self._renames = renames

    def of_flag(self, flag: m.Flag) -> m.Flag:
        """The flag whose variants they are."""
        return replace(
            flag,
            variants=tuple(replace(v, key=self._key(v.key)) for v in flag.variants),
            off=None if flag.off is None else self._key(flag.off),
            default=self._serve(flag.default),
            targets=tuple(replace(t, variant=self._key(t.variant)) for t in flag.targets),
            rules=tuple(replace(rule, serve=self._serve(rule.serve)) for rule in flag.rules),
        )

    def of_other(self, flag: m.Flag) -> m.Flag:
        """A flag that asks for them."""
        return replace(
            flag,
            prerequisites=tuple(
                replace(p, variants=self._keys(p.variants)) if p.flag == self._flag else p
                for p in flag.prerequisites
            ),
            rules=tuple(replace(rule, when=self._condition(rule.when)) for rule in flag.rules),
        )

    def of_segment(self, segment: m.Segment) -> m.Segment:
        """A segment that asks for them."""
        when = None if segment.when is None else self._condition(segment.when)
        return replace(segment, when=when)

    def _key(self, variant: str) -> str:
        return self._renames.get(variant, variant)

    def _keys(self, variants: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self._key, variants))

    def _serve(self, serve: m.Serve | None) -> m.Serve | None:
        if isinstance(serve, str):
            return self._key(serve)
        if not isinstance(serve, m.Split):
            return serve
        arms = tuple(replace(arm, variant=self._key(arm.variant)) for arm in serve.arms)
        outside = None if serve.outside is None else self._key(serve.outside)
        return replace(serve, arms=arms, outside=outside)

    def _condition(self, condition: m.Condition) -> m.Condition:
        match condition:
            case m.All(inner):
                return m.All(tuple(map(self._condition, inner)))
            case m.AnyOf(inner):
                return m.AnyOf(tuple(map(self._condition, inner)))
            case m.Not(inner):
                return m.Not(self._condition(inner))
            case m.FlagServes(flag, variants) if flag == self._flag:
                return m.FlagServes(flag, self._keys(variants))
            case _:
                return condition
