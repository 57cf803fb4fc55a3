"""What a rule or the fallthrough of LaunchDarkly serves: a variation, a rollout or an experiment.

A rollout is one `Split`, an experiment one whose arms count unless they are not tracked. What the
SDK finds malformed only for those who come to it (an arm without a variation, a bucketing attribute
that is no reference) becomes a rule of its own before the one that serves: `before` holds their
conditions and serves.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...core import model as m
from ...core.bucketing.launchdarkly import ranges
from .clauses import reference
from .fields import (
    MAX_WEIGHT,
    Malformed,
    Notes,
    flagged,
    kind_of,
    listed,
    number,
    objects,
    optional,
)

ROLLOUT, EXPERIMENT = "launchdarkly", "launchdarkly.experiment"

NO_REFERENCE = "a rollout by an attribute that is no reference: "
"""How the cause of a `Fault` begins for who is bucketed by such an attribute."""

_BEYOND = 2.0
"""More than any bucket."""

Before = tuple[tuple[m.Condition, "m.Serve | None"], ...]


Served = tuple["m.Serve | None", Before]
"""What is served (None is an error in LaunchDarkly's SDK), and what comes before."""


@dataclass(slots=True)
class Owner:
    """The flag that serves: its variants by index, the seed of its rollouts, its notes."""

    variants: tuple[m.Variant, ...]
    seed: str
    notes: Notes

    def variant(self, index: int, at: str, name: str) -> str | None:
        """The key of the variant that the field `name` names by its index.

        None, and a note, where the flag has none there.
        """
        if 0 <= index < len(self.variants):
            return self.variants[index].key
        self.notes.add(
            f"{at}/{name}",
            f"there is no variation {index}",
            "who comes to it is served the caller's default and an error, as in the SDK",
        )
        return None


def served(data: dict[str, m.Json], at: str, owner: Owner) -> Served:
    """What a rule or a fallthrough serves."""
    index = data.get("variation")
    if type(index) is not int:
        index = optional(data, "variation", int, at)
    rollout = data.get("rollout")
    split = None
    if rollout is not None:
        optional(data, "rollout", dict, at)
        split = _rollout(rollout, f"{at}/rollout", owner)
    if index is not None:
        return owner.variant(index, at, "variation"), ()
    if split is None:
        owner.notes.add(
            at,
            "neither a variation nor a rollout with variations",
            "who comes to it is served the caller's default and an error, as in the SDK",
        )
        return None, ()
    return split


def bucketing(
    data: dict[str, m.Json], kind_field: str, at: str, seed: str, algorithm: str = ROLLOUT
) -> tuple[m.Bucketing, str]:
    """How units are placed, and the attribute's name where it is an invalid reference."""
    given = optional(data, kind_field, str, at)
    name = optional(data, "bucketBy", str, at)
    kind = kind_of(given)
    by: tuple[str, ...] = ("key",)
    bad = ""
    if name and algorithm != EXPERIMENT:
        attribute = reference(name, bool(given))
        if attribute is None:
            bad = name
        elif attribute != "key":
            # The key tells an attribute that is missing from a kind that is.
            by = (attribute, "key")
    return m.Bucketing(algorithm, seed, by, kind), bad


def there(kind: str) -> m.Condition:
    """Whether a context has the kind: LaunchDarkly's contexts always have a key."""
    return m.Clause("key", "present", (), kind)


def weight_of(data: dict[str, m.Json], at: str, notes: Notes) -> int:
    """A weight in parts of 100,000."""
    weight = number(data, "weight", at, notes)
    if abs(weight) > MAX_WEIGHT:
        raise Malformed(f"{at}/weight", "out of range")
    return weight


def _rollout(data: dict[str, m.Json], at: str, owner: Owner) -> Served | None:
    """The split of a rollout, None where it has no variations."""
    is_experiment = optional(data, "kind", str, at) == "experiment"
    algorithm = EXPERIMENT if is_experiment else ROLLOUT
    own = optional(data, "seed", int, at)
    seed = owner.seed if own is None else str(data["seed"])
    placed, bad = bucketing(data, "contextKind", at, seed, algorithm)
    listed(data, "variations", at, owner.notes)
    arms = [
        _arm(arm, f"{at}/variations/{index}", owner.notes)
        for index, arm in enumerate(objects(data, "variations", at))
    ]
    if not arms:
        return None
    before: Before = ()
    if bad:
        effect = f"an error for who has the kind {placed.kind!r} and comes to it"
        owner.notes.add(f"{at}/bucketBy", f"{bad!r} is no reference to an attribute", effect)
        before = ((m.All((there(placed.kind), m.Fault(NO_REFERENCE + repr(bad)))), None),)
    return _split(arms, placed, before, at, owner)


def _arm(data: dict[str, m.Json], at: str, notes: Notes) -> tuple[int, int, bool]:
    """Variation, weight, and whether it is tracked."""
    tracked = not flagged(data, "untracked", at)
    return number(data, "variation", at, notes), weight_of(data, at, notes), tracked


def _split(
    arms: list[tuple[int, int, bool]],
    placed: m.Bucketing,
    before: Before,
    at: str,
    owner: Owner,
) -> Served:
    reach = ranges([weight for _, weight, _ in arms])
    keys = [
        owner.variant(variation, f"{at}/variations/{index}", "variation")
        for index, (variation, _, _) in enumerate(arms)
    ]
    if None in keys:
        return _without_some(arms, keys, reach, placed, before)
    made = tuple(
        # An arm without weight is left out unless it says what it reaches: the first serves those
        # without the kind.
        m.Arm(key or "", weight, (range_,) if not weight and _holds(range_) else None, tracked)
        for key, (_, weight, tracked), range_ in zip(keys, arms, reach, strict=True)
    )
    return m.Split(made, placed), before


def _without_some(
    arms: list[tuple[int, int, bool]],
    keys: list[str | None],
    reach: list[m.Range],
    placed: m.Bucketing,
    before: Before,
) -> Served:
    """The split with its good arms, after a rule for the units of those without a variation."""
    start, _ = reach[-1]
    reach = [*reach[:-1], (start, _BEYOND)]  # the last has whatever is beyond
    bad = tuple(r for key, r in zip(keys, reach, strict=True) if key is None and _holds(r))
    good = tuple(
        m.Arm(key, weight, (range_,), tracked)
        for key, (_, weight, tracked), range_ in zip(keys, arms, reach, strict=True)
        if key is not None and _holds(range_)
    )
    if not good:
        return None, before
    if not bad:
        return m.Split(good, placed), before
    return m.Split(good, placed), (*before, (m.Share(placed, bad), None))


def _holds(range_: m.Range) -> bool:
    return range_[0] < range_[1]
