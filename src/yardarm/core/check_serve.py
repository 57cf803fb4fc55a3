"""Whether what a rule or default serves makes sense: variants, weights, ranges, layers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from ..errors import Problem
from . import bucketing as b
from . import model as m
from .reading import escape


def check_serve(
    serve: m.Serve | None, variants: Collection[str], pointer: str, *, last: bool = False
) -> Iterator[Problem]:
    """Every problem of a serve. `last` for a default, after which there is no rule."""
    match serve:
        case str():
            if serve not in variants:
                yield _unknown(pointer, serve, variants)
        case m.Split():
            yield from _split(serve, variants, f"{pointer}/split", last)
        case m.Fault(cause):
            yield check_fault(cause, pointer)
        case m.Logic(expression):
            yield from check_logic(expression, f"{pointer}/logic")


def check_fault(cause: str, pointer: str) -> Problem:
    """A warning: whoever reaches a fault gets the caller's fallback."""
    return Problem(pointer, f"cannot be evaluated: {cause}", "replace or remove it", "warning")


def check_logic(expression: m.Json, pointer: str) -> Iterator[Problem]:
    """What is wrong with a JSONLogic expression."""
    from .jsonlogic import compile_logic

    try:
        compile_logic(expression, flag_key="")
    except ValueError as error:
        yield Problem(pointer, str(error), "see the reference of JSONLogic")


def _split(split: m.Split, variants: Collection[str], at: str, last: bool) -> Iterator[Problem]:
    yield from check_bucketing(split.bucketing, at)
    if split.outside is not None and split.outside not in variants:
        yield _unknown(f"{at}/outside", split.outside, variants)
    native = split.bucketing.algorithm in b.ALGORITHMS
    seen: set[str] = set()
    for index, arm in enumerate(split.arms):
        if arm.variant not in variants:
            yield _unknown(f"{at}/arms/{index}/variant", arm.variant, variants)
        if arm.variant in seen and native:
            yield Problem(
                f"{at}/arms/{index}/variant", f"{arm.variant!r} comes twice", "add their weights"
            )
        seen.add(arm.variant)
    # A vendor's weights mean what the vendor makes of them, so whatever they add up to is served.
    yield from _weights(split, at, last) if native else ()


def _unknown(pointer: str, variant: str, variants: Collection[str]) -> Problem:
    return Problem(
        pointer,
        f"the flag has no variant {variant!r}",
        "it has " + (", ".join(sorted(variants)) or "none"),
    )


def _weights(split: m.Split, at: str, last: bool) -> Iterator[Problem]:
    for index, arm in enumerate(split.arms):
        if type(arm.weight) is not int or arm.weight < 0 or arm.weight > m.PARTS:
            yield Problem(
                f"{at}/arms/{index}/weight",
                f"{arm.weight} is not a share",
                f"0 to {m.PARTS}, where {m.PARTS} is everybody",
            )
            return
    total = sum(arm.weight for arm in split.arms)
    if not split.arms or total == 0:
        yield Problem(f"{at}/arms", "the weights add up to nothing", f"they add up to {m.PARTS}")
    elif total > m.PARTS:
        yield Problem(f"{at}/arms", f"the weights add up to {total}", f"at most to {m.PARTS}")
        return
    elif total < m.PARTS and split.outside is None and not split.partial:
        rest = "the caller's fallback" if last else "the next rule"
        yield Problem(
            f"{at}/arms",
            f"the weights add up to {total}, not {m.PARTS}",
            f'mend them, or say what happens outside: "outside": a variant, or null for {rest}',
        )
    yield from _ranges(split, at)


def _ranges(split: m.Split, at: str) -> Iterator[Problem]:
    taken: list[tuple[float, float, int]] = []
    for index, (arm, ranges) in enumerate(zip(split.arms, b.arm_ranges(split.arms), strict=True)):
        where = f"{at}/arms/{index}/ranges"
        if arm.ranges is not None and sum(end - start for start, end in ranges) != arm.weight:
            yield Problem(
                where,
                "the ranges do not have the size of the weight",
                "leave 'ranges' out to have them made",
            )
        for start, end in ranges:
            if not _in_parts(start, end):
                yield _no_range(where, start, end)
            else:
                taken.append((start, end, index))
    taken.sort()
    for (_, end, _), (start, _, index) in pairwise(taken):
        if start < end:
            yield Problem(
                f"{at}/arms/{index}/ranges",
                "overlaps the range of another arm",
                "leave 'ranges' out to have them made",
            )


def _no_range(pointer: str, start: float, end: float) -> Problem:
    return Problem(
        pointer,
        f"[{start}, {end}) is not a range in 0 to {m.PARTS}",
        "the start is less than the end",
    )


def _in_parts(start: float, end: float) -> bool:
    return type(start) is int and type(end) is int and 0 <= start < end <= m.PARTS


def check_share(share: m.Share, at: str) -> Iterator[Problem]:
    """Every problem of a share."""
    yield from check_bucketing(share.bucketing, at)
    if share.bucketing.algorithm in b.ALGORITHMS:
        for index, (start, end) in enumerate(share.ranges):
            if not _in_parts(start, end):
                yield _no_range(f"{at}/ranges/{index}", start, end)


def check_bucketing(bucketing: m.Bucketing, at: str) -> Iterator[Problem]:
    """Every problem of a bucketing."""
    if b.find(bucketing.algorithm) is None:
        yield Problem(
            f"{at}/algorithm",
            f"there is no algorithm {bucketing.algorithm!r}",
            "known: " + ", ".join(b.names()),
        )
    if any(not name for name in bucketing.by):
        yield Problem(f"{at}/by", "an attribute's name is empty", 'the usual is ["key"]')
    if not bucketing.kind or bucketing.kind in ("multi", "kind"):
        yield Problem(f"{at}/kind", f"{bucketing.kind!r} is no context kind", "the usual is user")
    # A vendor's group or salt may be empty, and places units all the same.
    least = 1 if bucketing.algorithm in b.ALGORITHMS else 0
    if bucketing.seed is not None and not least <= len(bucketing.seed) <= 1_000:
        yield Problem(
            f"{at}/seed", "a seed has 1 to 1,000 characters", "leave it out for the flag's key"
        )
    if bucketing.layer is not None:
        for index, (start, end) in enumerate(bucketing.layer.ranges):
            if not _in_parts(start, end):
                yield _no_range(f"{at}/layer/ranges/{index}", start, end)
        if not bucketing.layer.ranges:
            yield Problem(f"{at}/layer/ranges", "name at least one range", "such as [0, 50000]")


def splits_of(flag: m.Flag) -> Iterator[tuple[str, m.Split]]:
    """Every split of a flag, with its pointer in the flag."""
    for index, rule in enumerate(flag.rules):
        if isinstance(rule.serve, m.Split):
            yield f"/rules/{index}/serve/split", rule.serve
    if isinstance(flag.default, m.Split):
        yield "/default/split", flag.default


def check_layers(document: m.Document) -> Iterator[Problem]:
    """Flags that share a layer must take disjoint ranges of it, measured by the same unit."""
    taken: dict[str, list[tuple[m.Range, str, m.Bucketing]]] = {}
    for key, flag in document.flags.items():
        if flag.archived_at is not None:
            continue
        for pointer, split in splits_of(flag):
            layer = split.bucketing.layer
            if layer is None:
                continue
            at = f"/flags/{escape(key)}{pointer}/layer"
            others = taken.setdefault(layer.key, [])
            for (start, end), other, theirs in others:
                if other == key:
                    continue
                if (theirs.kind, theirs.by) != (split.bucketing.kind, split.bucketing.by):
                    yield Problem(
                        at,
                        f"{other!r} divides layer {layer.key!r} by another unit",
                        "use the same 'kind' and 'by' in one layer",
                    )
                elif any(a < end and start < b for a, b in layer.ranges):
                    yield Problem(
                        f"{at}/ranges",
                        f"overlaps what {other!r} takes of the layer",
                        f"{other!r} takes [{start}, {end})",
                    )
            others.extend((pair, key, split.bucketing) for pair in layer.ranges)
