"""From our document to one of Flagon's storages."""

from __future__ import annotations

from collections.abc import Callable

from ...core import model as m
from ...core.jsontext import canonical
from .. import onoff
from ..base import Loss, Options, Writing
from . import ini
from .read import NAME, read
from .records import LAYOUTS


def write(document: m.Document, options: Options) -> Writing:
    """The features in the layout that was read, or the one that the option names."""
    kept = document.environment.get(NAME)
    was = kept if isinstance(kept, dict) else {}
    asked = onoff.choice(options, "layout", ("", *LAYOUTS), "")
    layout = asked or str(was.get("layout", "json"))
    losses: list[Loss] = []
    raws: dict[str, m.Json] = {}
    for key, flag in document.flags.items():
        if onoff.is_boolean(flag, losses):
            origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
            name = str(origin.get("name") or key)
            raws[name] = _raw(flag, name, origin, layout, losses)
    shape = str(was.get("shape", "")) if layout == was.get("layout") else ""
    return Writing(_laid_out(raws, layout, shape), tuple(losses))


def _laid_out(raws: dict[str, m.Json], layout: str, shape: str) -> m.Json:
    match layout:
        case "togglz":
            return ini.write({name: v for raw in raws.values() for name, v in raw.items()})
        case "mongo":
            return list(raws.values())
        case "datastore":
            return raws if shape == "mapping" else list(raws.values())
        case "sqlalchemy" | "django":
            return _tables(list(raws.values()), layout, shape)
    return {"redis": raws} if shape == "wrapped" else raws


def _tables(raws: list[m.Json], layout: str, shape: str) -> m.Json:
    if layout == "django":
        raws = _linked([_dumped(raw) for raw in raws] if shape == "dump" else raws)
    rows = [raw["row"] for raw in raws]
    params = list({canonical(param): param for raw in raws for param in raw["params"]}.values())
    if shape == "dump":
        return [*rows, *params]
    names = ("features", "params") if layout == "sqlalchemy" else ("flagonfeature", "flagonparams")
    tables: m.Json = dict(zip(names, (rows, params), strict=True))
    return {"tables": tables} if shape == "wrapped" else tables


def _dumped(raw: m.Json) -> m.Json:
    """A row as it stands in a dump."""
    row = raw["row"]
    if "fields" in row:
        return raw
    return {**raw, "row": {"model": "db_django.flagonfeature", "pk": None, "fields": row}}


def _linked(raws: list[m.Json]) -> list[m.Json]:
    """Django's rows, each new parameter with a key of its own, which its feature refers to."""
    known = [param.get("pk", param.get("id")) for raw in raws for param in raw["params"]]
    following = max((key for key in known if isinstance(key, int)), default=0)
    found = []
    for raw in raws:
        row, params = raw["row"], raw["params"]
        if params and "pk" not in params[0] and "id" not in params[0]:
            following += 1
            params = [{"id": following, **params[0]}]
            row = {**row, "params_id": following}
            if "fields" in row:
                fields = {k: v for k, v in params[0].items() if k != "id"}
                params = [{"model": "db_django.flagonparams", "pk": following, "fields": fields}]
                row = {**raw["row"], "fields": {**raw["row"]["fields"], "params": following}}
        found.append({"row": row, "params": params})
    return found


def _raw(flag: m.Flag, name: str, origin: m.Json, layout: str, losses: list[Loss]) -> m.Json:
    same_storage = origin.get("layout") == layout
    before = origin.get("raw") if same_storage else None
    if before is not None and _unedited(flag, origin, layout):
        return before
    if onoff.is_plain(flag):
        return _made(name, onoff.is_on(flag), before, layout)
    users = _users(flag)
    if users is not None:
        losses.append(
            Loss(
                f"/flags/{flag.key}",
                "Flagon stores a strategy and never asks it",
                "written as on for everybody, with the strategy username beside it",
                flag=flag.key,
            )
        )
        return _made(name, True, before, layout, users)
    on = onoff.write_fixed(flag, losses, "Flagon knows no rules")
    return _made(name, on, before, layout)


def _users(flag: m.Flag) -> list[str] | None:
    """The keys for which alone the flag is on; None where it asks anything else."""
    on = onoff.on_variant(flag)
    rules = [rule for rule in flag.rules if not rule.paused]
    if flag.prerequisites or flag.default != onoff.OFF:
        return None
    if any(target.variant != on for target in flag.targets):
        return None
    found = [key for target in flag.targets for key in target.keys]
    for rule in rules:
        match rule.when, rule.serve:
            case m.Clause(attribute="key", operator="in" | "equals", values=values), served:
                if served != on:
                    return None
                found += map(str, values)
            case _:
                return None
    return found


def _made(
    name: str, on: bool, before: m.Json, layout: str, users: list[str] | None = None
) -> m.Json:
    """What the storage keeps of a feature; what it kept before stays, but for the state."""
    strategy = "username" if users else None
    listed = ", ".join(users or [])
    kept = before if isinstance(before, dict) else {}
    match layout:
        case "redis":
            return {**kept, "active": "True" if on else "False"}
        case "mongo":
            return {"name": name, **kept, "active": on}
        case "datastore":
            given = {"strategyParamsNames": ["users"], "strategyParamsValues": [listed]}
            return {
                "name": name, **kept, "enabled": on,
                **({"strategyId": strategy, **given} if users else {}),
            }  # fmt: skip
        case "togglz":
            said = {f"{name}.strategy": strategy, f"{name}.param.users": users}
            return {**kept, name: "true" if on else "false", **(said if users else {})}
        case "sqlalchemy":
            param = {"name": "users", "value": listed, "feature_id": name}
            return _row(kept, {"name": name, "active": int(on)}, strategy, [param])
        case "django":
            param = {"key": "users", "value": listed, "type": "str"}
            return _row(kept, {"name": name, "active": on}, strategy, [param])
    params = {"users": listed} if users else {}
    return {"strategy": strategy, "params": params, **kept, "active": on} | (
        {"strategy": strategy, "params": params} if users else {}
    )


def _row(
    kept: dict[str, m.Json], row: dict[str, m.Json], strategy: str | None, params: list[m.Json]
) -> m.Json:
    before = kept.get("row", {"strategy": None})
    said = {"strategy": strategy} if strategy else {}
    own = params if strategy else kept.get("params", [])
    if "fields" in before:
        return {"row": {**before, "fields": {**before["fields"], **row, **said}}, "params": own}
    return {"row": {**before, **row, **said}, "params": own}


_BACK: dict[str, Callable[[str, m.Json], m.Json]] = {
    "json": lambda name, raw: {name: raw},
    "redis": lambda name, raw: {name: raw},
    "mongo": lambda name, raw: [raw],
    "datastore": lambda name, raw: {name: raw},
    "togglz": lambda name, raw: ini.write(raw),
    "sqlalchemy": lambda name, raw: {"features": [raw["row"]], "params": raw["params"]},
    "django": lambda name, raw: (
        [raw["row"], *raw["params"]]
        if "fields" in raw["row"]
        else {"flagonfeature": [raw["row"]], "flagonparams": raw["params"]}
    ),
}


def _unedited(flag: m.Flag, origin: m.Json, layout: str) -> bool:
    """Whether the origin still says what the flag does."""
    source = _BACK[layout](str(origin.get("name") or flag.key), origin["raw"])
    options = {**onoff.options_of(origin), "layout": layout}
    return onoff.unedited(flag, read(source, options).document.flags.get(flag.key))
