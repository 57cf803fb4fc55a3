"""One flag of LaunchDarkly as ours.

Everything keeps its place: targets come first, then rules by index, then the fallthrough. Where the
model needs a rule of its own for what is malformed, the rules around it say in `metadata` which
rule of LaunchDarkly's they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from ...core import model as m
from .clauses import conjunction, together
from .fields import (
    NOTHING,
    Malformed,
    Notes,
    flagged,
    kind_of,
    listed,
    number,
    objects,
    optional,
    own_key,
    required,
    texts,
)
from .serving import Before, Owner, served
from .variants import is_plain, variants_of

VariantOf = Callable[[str, int], "str | None"]
"""The variant's key of another flag's variation; None where there is none."""


def read_flag(
    key: str,
    raw: dict[str, m.Json],
    at: str,
    variant_of: VariantOf,
    segments: Collection[str],
    notes: Notes,
) -> m.Flag:
    """The flag. Raises `Malformed` where the SDK would refuse the document for its sake."""
    _check_identity(key, raw, at, notes)
    type_, variants = variants_of(optional(raw, "variations", list, at) or [])
    seed = f"{own_key(key, raw, at)}.{optional(raw, 'salt', str, at) or ''}"
    owner = Owner(variants, seed, notes)
    off = optional(raw, "offVariation", int, at)
    fallthrough = optional(raw, "fallthrough", dict, at) or {}
    default, before = served(fallthrough, f"{at}/fallthrough", owner)
    targets, rules = _targets(raw, at, owner)
    taken = {rule.id for rule in rules}
    for index, rule in enumerate(objects(raw, "rules", at)):
        _rule(rules, taken, rule, index, f"{at}/rules/{index}", owner, segments)
    if before:
        _after_rules(rules, taken, before)
    _check_rest(raw, at, notes)
    return m.Flag(
        key=key,
        type=type_,
        variants=variants,
        enabled=flagged(raw, "on", at),
        off=None if off is None else owner.variant(off, at, "offVariation"),
        default=default,
        prerequisites=_prerequisites(raw, at, variant_of, notes),
        targets=targets,
        rules=tuple(rules),
        client_visible=is_client_visible(raw),
        metadata=NOTHING,
        origin={"dialect": "launchdarkly", "raw": raw},
    )


def _check_identity(key: str, raw: dict[str, m.Json], at: str, notes: Notes) -> None:
    if type(raw.get("version")) is not int and optional(raw, "version", int, at) is None:
        notes.add(
            f"{at}/version",
            "missing; LaunchDarkly's SDK for Python refuses the document",
            "read all the same",
        )
    own = raw.get("key")
    if own == key:
        pass
    elif optional(raw, "key", str, at) is None:
        notes.add(
            f"{at}/key",
            "missing; LaunchDarkly's SDK for Python refuses the document",
            "it has the key that it stands under",
        )
    else:
        notes.add(
            f"{at}/key",
            f"says {own!r} but stands under {key!r}",
            f"it is asked for as {key!r}; its rollouts hash {own!r}, and `yardarm eval`, like the "
            f"SDK, takes it for {own!r} in search of cycles",
        )
    if not is_plain(key):
        notes.add(
            at,
            "the key is not one that LaunchDarkly gives",
            "it is evaluated; a server may refuse to publish it",
            "lost",
        )


def is_client_visible(raw: dict[str, m.Json]) -> bool:
    """Whether LaunchDarkly serves the flag to clients in browsers."""
    available = raw.get("clientSideAvailability")
    if isinstance(available, dict):
        return available.get("usingEnvironmentId") is True
    return raw.get("clientSide") is True


_NONE: tuple[m.Json, ...] = (None, [])


# --- targets ----------------------------------------------------------------------------------


def _targets(
    raw: dict[str, m.Json], at: str, owner: Owner
) -> tuple[tuple[m.Target, ...], list[m.Rule]]:
    """Targets in the order in which they are asked.

    From the first one on that has no variation they are rules, because such a target serves the
    caller's default. So they are where the variation is a boolean, which the answer repeats.
    """
    targets: list[m.Target] = []
    rules: list[m.Rule] = []
    if raw.get("targets") in _NONE and raw.get("contextTargets") in _NONE:
        return (), rules
    in_order = _in_order(raw, at, owner.notes)
    seen: dict[str, set[str]] = {}
    for index, kind, keys, where in in_order:
        before = seen.setdefault(kind, set())
        fresh = tuple(key for key in keys if key not in before) if before else tuple(keys)
        before.update(fresh)
        variant = owner.variant(index, where, "variation")
        if not fresh:
            continue
        if variant is not None and not rules and type(index) is int:
            targets.append(m.Target(variant, fresh, kind))
            continue
        about = m.Clause("key", "launchdarkly.in", fresh, kind)
        number = len(rules)
        metadata: dict[str, m.Json] = {"target": True}
        if type(index) is bool:
            metadata["named"] = index
        rules.append(m.Rule(f"target-{number}", about, variant, metadata=metadata))
    return tuple(targets), rules


def _in_order(
    raw: dict[str, m.Json], at: str, notes: Notes
) -> list[tuple[int, str, Sequence[str], str]]:
    """Variation, kind, keys and pointer of each target.

    `contextTargets` say the order where there are any; those of the kind `user` stand for the first
    of `targets` with the same variation. The kind that one of `targets` names is not read.
    """
    users = _listed_targets(raw, "targets", at, notes)
    others = _listed_targets(raw, "contextTargets", at, notes)
    if not others:
        return [(index, m.DEFAULT_KIND, keys, where) for index, _, keys, where in users]
    found = []
    for index, kind, keys, where in others:
        if kind != m.DEFAULT_KIND:
            found.append((index, kind, keys, where))
            continue
        for user_index, _, user_keys, user_where in users:
            if user_index == index:
                found.append((index, kind, user_keys, user_where))
                break
    return found


def _listed_targets(
    raw: dict[str, m.Json], name: str, at: str, notes: Notes
) -> list[tuple[int, str, Sequence[str], str]]:
    found = []
    for index, target in enumerate(objects(raw, name, at)):
        where = f"{at}/{name}/{index}"
        kind = kind_of(optional(target, "contextKind", str, where))
        listed(target, "values", where, notes)
        keys = texts(target, "values", where)
        index = number(target, "variation", where, notes)
        if type(target.get("variation")) is bool:
            said = "true" if target["variation"] else "false"
            notes.add(
                f"{where}/variation", f"{said} is no index", f"taken for {index}, as in the SDK"
            )
            index = target["variation"]
        found.append((index, kind, keys, where))
    return found


# --- rules and prerequisites ------------------------------------------------------------------


def _rule(
    rules: list[m.Rule],
    taken: set[str],
    raw: dict[str, m.Json],
    index: int,
    at: str,
    owner: Owner,
    segments: Collection[str],
) -> None:
    """Append the rule, after those it needs before itself."""
    own_id = optional(raw, "id", str, at)
    conditions = conjunction(raw, at, segments, owner.notes)
    serves, before = served(raw, at, owner)
    for condition, serve in before:
        place = _place(rules, index)
        name = _free(f"rule-{index}-{len(rules)}", taken)
        rules.append(m.Rule(name, together((*conditions, condition)), serve, metadata=place))
    metadata = _place(rules, index)
    if own_id is not None and own_id not in taken and is_plain(own_id):
        rule_id = own_id
        taken.add(own_id)
    else:
        rule_id = _free(f"rule-{index}", taken)
        metadata = {**metadata, "id": own_id}
    rules.append(m.Rule(rule_id, together(conditions), serves, metadata=metadata))


def _place(rules: list[m.Rule], index: int) -> dict[str, m.Json]:
    """The rule's index in LaunchDarkly, where it is another one here."""
    return NOTHING if len(rules) == index else {"index": index}


def _free(name: str, taken: set[str]) -> str:
    """A name that is not taken yet; it is from now on."""
    while name in taken:
        name += "-again"
    taken.add(name)
    return name


def _after_rules(rules: list[m.Rule], taken: set[str], before: Before) -> None:
    """What has to be asked before the default."""
    for condition, serve in before:
        name = _free(f"default-{len(rules)}", taken)
        rules.append(m.Rule(name, condition, serve, metadata={"default": True}))


def _prerequisites(
    raw: dict[str, m.Json], at: str, variant_of: VariantOf, notes: Notes
) -> tuple[m.Prerequisite, ...]:
    if raw.get("prerequisites") in _NONE:
        return ()
    needs = objects(raw, "prerequisites", at)
    found = []
    for index, needed in enumerate(needs):
        where = f"{at}/prerequisites/{index}"
        key = required(needed, "key", str, where)
        variation = number(needed, "variation", where, notes)
        variant = variant_of(key, variation)
        if variant is None:
            notes.add(
                where,
                f"the flag {key!r} is not there, or has no variation {variation}",
                "the prerequisite is never met, as in LaunchDarkly's SDKs",
            )
        found.append(m.Prerequisite(key, () if variant is None else (variant,), enabled=True))
    return tuple(found)


# --- what is not evaluated --------------------------------------------------------------------

_REST: tuple[tuple[str, type], ...] = (
    ("trackEvents", bool),
    ("trackEventsFallthrough", bool),
    ("excludeFromSummaries", bool),
    ("samplingRatio", int),
    ("migration", dict),
)


def _check_rest(raw: dict[str, m.Json], at: str, notes: Notes) -> None:
    """Fields about events: a wrong type makes the SDK refuse the document, but costs nothing."""
    for name, kind in _REST:
        if name in raw:
            try:
                optional(raw, name, kind, at)
            except Malformed as error:
                message = f"{error.message}; LaunchDarkly's SDK refuses the document"
                notes.add(error.pointer, message, "no evaluation reads it")
