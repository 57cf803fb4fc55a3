"""From our document to Gutter's switches, as jsonpickle writes them."""

from __future__ import annotations

import json

from ...core import model as m
from .. import onoff
from ..base import Loss, Options, Writing
from .read import NAME, read
from .written import Unwritable, written

_CLASSES = "gutter.client.models"


def write(document: m.Document, options: Options) -> Writing:
    """The hash, or the list, of the switches."""
    onoff.choice(options, "layout", ("", "hash", "list"), "")
    classes = onoff.texts(options, "arguments")
    losses: list[Loss] = []
    fields: dict[str, m.Json] = {}
    for key, flag in document.flags.items():
        if onoff.is_boolean(flag, losses):
            origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
            field = origin.get("field") or f"default.{key}"
            fields[str(field)] = _switch(flag, origin, classes, losses)
    return Writing(_laid_out(fields, document, options), tuple(losses))


def _laid_out(fields: dict[str, m.Json], document: m.Document, options: Options) -> m.Json:
    found = document.environment.get(NAME)
    was = found if isinstance(found, dict) else {}
    layout = options.get("layout") or was.get("layout", "hash")
    if layout == "list":
        return list(fields.values())
    keyspace = was.get("keyspace")
    if options.get("layout") or not keyspace:
        return {"redis": fields} if layout == "redis" else fields
    hashes: dict[str, m.Json] = {keyspace: fields}
    if "counter" in was:
        hashes[f"{keyspace}last_updated"] = was["counter"]
    return {"redis": hashes} if layout == "redis" else hashes


def _switch(flag: m.Flag, origin: m.Json, classes: dict[str, str], losses: list[Loss]) -> m.Json:
    raw = origin.get("raw")
    if raw is not None and _unedited(flag, origin):
        return raw
    made = _made(flag, _before(raw), classes, losses)
    return json.dumps(made) if isinstance(raw, str) else made


def _before(raw: m.Json) -> dict[str, m.Json]:
    """The fields of the switch that was read."""
    if isinstance(raw, str):
        raw = json.loads(raw)
    state = raw.get("py/state", raw) if isinstance(raw, dict) else {}
    return state if isinstance(state, dict) else {}


def _made(
    flag: m.Flag, before: dict[str, m.Json], classes: dict[str, str], losses: list[Loss]
) -> m.Json:
    state: dict[str, m.Json] = {
        **{name: value for name, value in before.items() if not name.startswith("py/")},
        "_Switch__init_vars": {},
        "_name": before.get("_name") or before.get("name") or flag.key,
        "label": flag.name or (before.get("label") and "") or None,
        "description": flag.description or (before.get("description") and "") or None,
        "concent": bool(flag.prerequisites) or (":" not in flag.key and _concent(before)),
        "state": 1,
        "compounded": False,
        "conditions": [],
    }
    try:
        state.update(_asked(flag, classes))
    except Unwritable as error:
        on = onoff.write_fixed(flag, losses, str(error))
        state.update(concent=False, state=3 if on else 1)
    return {"py/object": f"{_CLASSES}.Switch", "py/state": state}


def _concent(before: dict[str, m.Json]) -> bool:
    """Where there is no parent it means nothing, and Gutter sets it."""
    return bool(before.get("concent", True))


def _asked(flag: m.Flag, classes: dict[str, str]) -> dict[str, m.Json]:
    """State, conditions and how they are put together. Raises `Unwritable`."""
    on = onoff.on_variant(flag)
    if not flag.enabled and onoff.is_on(flag):
        raise Unwritable("a flag that is on where it is disabled")
    parent = flag.key.rpartition(":")[0]
    if any((p.flag, p.variants) != (parent, (on,)) for p in flag.prerequisites):
        raise Unwritable("a prerequisite other than the switch's parent, by its name")
    if flag.targets:
        raise Unwritable("keys that are listed one by one")
    rules = [rule for rule in flag.rules if not rule.paused or flag.default == on]
    if any(rule.serve != on for rule in rules):
        raise Unwritable("a rule that switches off, or splits")
    found = [(rule, *written(rule, classes)) for rule in rules]
    together = any(compounded for _, compounded, _ in found)
    if together and len(found) > 1:
        raise Unwritable("several rules, one of which needs several conditions at once")
    if not isinstance(flag.default, str):
        raise Unwritable("a percentage of another bucketing")
    everyone = flag.default == on
    if everyone and any(not rule.paused for rule in rules):
        raise Unwritable("rules before a default that is on")
    state = 1 if not flag.enabled else 3 if everyone else 2
    conditions = [condition for _, _, listed in found for condition in listed]
    return {"state": state, "compounded": together, "conditions": conditions}


def _unedited(flag: m.Flag, origin: m.Json) -> bool:
    """Whether the origin still says what the flag does; its parent need not be at hand."""
    field = origin.get("field", "")
    source: m.Json = {field: origin["raw"]} if field else [origin["raw"]]
    options = {**onoff.options_of(origin), "autocreate": True}
    return onoff.unedited(flag, read(source, options).document.flags.get(flag.key))
