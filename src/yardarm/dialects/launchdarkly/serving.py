"""What a rule or the fallthrough of LaunchDarkly serves: a variation, a rollout or an experiment.

A rollout is one `Split`, an experiment one whose arms count unless they are not tracked. What the
SDK finds malformed only for those who come to it (an arm without a variation, a bucketing attribute
that is no reference) becomes a rule of its own before the one that serves: `before` holds their
conditions and serves.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...core import model as m
from ...core.bucketing.launchdarkly import ABSENT, ranges
from .clauses import EXCEPTION, reference
from .fields import (
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

_LARGEST = 10**300
"""Largest weight of an arm here, and its negative: beyond it the sum of several may be no float.
Arms of a rollout with a larger one say their ranges, and the weight no longer matters."""

Before = tuple[tuple[m.Condition, "m.Serve | None"], ...]

_Arm = tuple[int, int, bool]
"""Variation, weight, and whether it is tracked."""

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


def part_of(weight: int) -> float | None:
    """A weight in parts of 100,000 as a part of 1; None beyond every float."""
    try:
        return weight / 100_000.0
    except OverflowError:
        return None


def too_large(at: str, notes: Notes) -> m.Condition:
    """What a weight beyond every float is to those who come to it."""
    notes.add(at, "a weight beyond every float", "an error for who comes to it, as in the SDK")
    return m.Fault(EXCEPTION + "a weight beyond every float")


def _rollout(data: dict[str, m.Json], at: str, owner: Owner) -> Served | None:
    """The split of a rollout, None where it has no variations."""
    is_experiment = optional(data, "kind", str, at) == "experiment"
    algorithm = EXPERIMENT if is_experiment else ROLLOUT
    own = optional(data, "seed", int, at)
    seed = owner.seed if own is None else str(data["seed"])
    if type(data.get("seed")) is bool:
        owner.notes.add(f"{at}/seed", "a boolean is no seed", f"{seed!r} is hashed, as in the SDK")
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


def _arm(data: dict[str, m.Json], at: str, notes: Notes) -> _Arm:
    tracked = not flagged(data, "untracked", at)
    return number(data, "variation", at, notes), number(data, "weight", at, notes), tracked


def _split(arms: list[_Arm], placed: m.Bucketing, before: Before, at: str, owner: Owner) -> Served:
    keys = [
        owner.variant(variation, f"{at}/variations/{index}", "variation")
        for index, (variation, _, _) in enumerate(arms)
    ]
    if None in keys or any(abs(weight) > _LARGEST for _, weight, _ in arms):
        return _in_pieces(arms, keys, placed, before, at, owner)
    reach = ranges([weight for _, weight, _ in arms])
    made = tuple(
        # An arm without weight is left out unless it says what it reaches: the first serves those
        # without the kind.
        m.Arm(key or "", weight, (range_,) if not weight and _holds(range_) else None, tracked)
        for key, (_, weight, tracked), range_ in zip(keys, arms, reach, strict=True)
    )
    return m.Split(made, placed), before


def _in_pieces(
    arms: list[_Arm],
    keys: list[str | None],
    placed: m.Bucketing,
    before: Before,
    at: str,
    owner: Owner,
) -> Served:
    """The split with its good arms, after rules for the units of those that there are not.

    Nobody comes to what stands behind a weight beyond every float.
    """
    reach = _reach(arms)
    for index, (_, weight, _) in enumerate(arms[: len(reach)]):
        if abs(weight) > _LARGEST:
            owner.notes.add(
                f"{at}/variations/{index}/weight",
                "a weight far beyond the whole",
                "the arm is kept as the range that it reaches, and served as in the SDK",
            )
    bad = tuple(r for key, r in zip(keys, reach, strict=False) if key is None and _holds(r))
    if bad:
        before = (*before, (m.Share(placed, bad), None))
    if len(reach) < len(arms):
        rest = (reach[-1][1] if reach else ABSENT, _BEYOND)
        fails = too_large(f"{at}/variations/{len(reach)}/weight", owner.notes)
        if _holds(rest):
            before = (*before, (m.All((m.Share(placed, (rest,)), fails)), None))
    good = tuple(
        m.Arm(key, max(-_LARGEST, min(weight, _LARGEST)), (range_,), tracked)
        for key, (_, weight, tracked), range_ in zip(keys, arms, reach, strict=False)
        if key is not None and _holds(range_)
    )
    return (m.Split(good, placed) if good else None), before


def _reach(arms: list[_Arm]) -> list[m.Range]:
    """The range of each arm, up to the first whose weight is beyond every float."""
    weights = [weight for _, weight, _ in arms]
    known = next((i for i, weight in enumerate(weights) if part_of(weight) is None), len(weights))
    reach = [(min(start, _BEYOND), min(end, _BEYOND)) for start, end in ranges(weights[:known])]
    if known == len(weights):
        reach[-1] = (reach[-1][0], _BEYOND)  # the last has whatever is beyond
    return reach


def _holds(range_: m.Range) -> bool:
    return range_[0] < range_[1]


# --- the index as the document names it -------------------------------------------------------


def named_index(data: dict[str, m.Json], index: int, arm: int | None, count: int) -> int:
    """The index that a rule or a fallthrough served, as it names it.

    The SDK takes a boolean for an index, as Python does, and answers it. `arm` is the split's, and
    `count` how many variations the flag has.
    """
    said = data.get("variation")
    if said is None and arm is not None:
        listed_arms = data["rollout"]["variations"]
        said = listed_arms[_position(listed_arms, arm, count)].get("variation")
    return said if type(said) is bool else index


def _position(listed_arms: list[dict[str, m.Json]], arm: int, count: int) -> int:
    """Where in the document's list the split's arm stands."""
    arms = [_arm(data, "", Notes(None)) for data in listed_arms]
    there = [0 <= variation < count for variation, _, _ in arms]
    if all(there) and all(abs(weight) <= _LARGEST for _, weight, _ in arms):
        return arm
    reach = _reach(arms)
    kept = [i for i, (good, r) in enumerate(zip(there, reach, strict=False)) if good and _holds(r)]
    return kept[arm]
