"""Whether a change that was approved would still do what was approved, in words where not. Pure.

As long as nothing that the answers depend on has changed, only the population can have grown or
shrunk; then the share that moves may drift a little. Else every count has to be what it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

DRIFT = 0.01
"""By how much the share that moves may grow while a request waits: one context of a hundred."""


def differences(approved: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is otherwise than it was approved. Both are bodies of a change request."""
    return list(_differences(approved, now))


def _differences(approved: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for environment in sorted({*approved["judged"], *now["judged"]}):
        before, after = (each["judged"].get(environment) for each in (approved, now))
        if before is None or after is None:
            what = "would change now" if before is None else "would not change any more"
            yield f"{environment} {what}"
            continue
        since = f"between versions {before['version']} and {after['version']} of {environment}"
        if before["changes"] != after["changes"]:
            yield f"what it changes was changed {since}"
            continue
        shown = [each["preview"].get(environment) for each in (approved, now)]
        same = before["rests_on"] == after["rests_on"]
        yield from _movement(environment, shown[0] or {}, shown[1] or {}, since, same=same)


def _movement(
    environment: str, before: Mapping[str, Any], after: Mapping[str, Any], since: str, *, same: bool
) -> Iterator[str]:
    was, is_ = _share(before), _share(after)
    if (was is None) != (is_ is None):
        known = "are known now" if was is None else "are not known any more"
        yield f"who moves was judged anew: contexts of {environment} {known}"
    elif same:
        if was is not None and is_ is not None and is_ > was + DRIFT:
            yield (
                f"it moves up to {100 * is_:.4g} % of the contexts in {environment} now, "
                f"{100 * was:.4g} % were approved"
            )
    else:
        flags = [found.get("flags", {}) for found in (before, after)]
        for key in sorted({*flags[0], *flags[1]}):
            old, new = (_counts(found.get(key)) for found in flags)
            if old != new:
                yield (
                    f"{key} rests on what was changed {since}: it moves {new[0]} contexts "
                    f"instead of {old[0]}"
                    + ("" if new[0] != old[0] else ", but between other variants")
                )


def _share(movement: Mapping[str, Any]) -> float | None:
    """The largest share that moves; None where nobody could count."""
    contexts = movement.get("contexts")
    if not contexts or movement.get("population") == "none":
        return None
    found: float = (movement["moved"] + movement["unknown"]) / contexts
    return found


def _counts(flag: Mapping[str, Any] | None) -> tuple[int, int, frozenset[tuple[Any, Any, int]]]:
    """Moved, unknown, and the matrix."""
    if flag is None:
        return 0, 0, frozenset()
    matrix = frozenset((cell["from"], cell["to"], cell["count"]) for cell in flag["matrix"])
    return flag["moved"], flag["unknown"], matrix
