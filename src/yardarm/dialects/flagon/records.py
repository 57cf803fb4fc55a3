"""Features from any of Flagon's storages, each as one record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...core import model as m
from ...core.reading import escape
from .. import onoff
from . import ini

LAYOUTS = ("json", "redis", "mongo", "sqlalchemy", "django", "datastore", "togglz")
_EXPECTED = '{"NAME": {"active": true}}'


@dataclass(frozen=True, slots=True)
class Record:
    """One feature. `raw` is all that the storage has of it."""

    at: str
    name: str
    active: m.Json
    raw: m.Json
    strategy: m.Json = None
    params: dict[str, m.Json] = field(default_factory=dict)


def layout_of(source: m.Json) -> str:
    """The storage that the content shows. Raises `DocumentError` where it shows none."""
    match source:
        case str():
            return "togglz"
        case list():
            if any(isinstance(one, dict) and isinstance(one.get("model"), str) for one in source):
                return "django"
            entity = any(isinstance(one, dict) and "enabled" in one for one in source)
            return "datastore" if entity else "mongo"
        case dict():
            return _layout_of_mapping(source)
    raise onoff.no_document("nothing that Flagon kept", _EXPECTED)


def _layout_of_mapping(source: dict[str, m.Json]) -> str:
    tables = source.get("tables", source)
    if isinstance(tables, dict):
        if isinstance(tables.get("features"), list):
            return "sqlalchemy"
        if isinstance(tables.get("flagonfeature"), list):
            return "django"
    if isinstance(source.get("redis"), dict):
        return "redis"
    features = [value for value in source.values() if isinstance(value, dict)]
    if any("enabled" in value and "active" not in value for value in features):
        return "datastore"
    texts = [value["active"] for value in features if "active" in value]
    redis = texts and all(text in ("True", "False") for text in texts)
    return "redis" if redis else "json"


def records(source: m.Json, layout: str, notes: onoff.Notes) -> Iterator[Record]:
    """Every feature. Raises `DocumentError` for what is not laid out like that."""
    read: dict[str, Callable[[m.Json, onoff.Notes], Iterator[Record]]] = {
        "json": _mapping,
        "redis": _redis,
        "mongo": _documents,
        "sqlalchemy": _sql,
        "django": _django,
        "datastore": _entities,
        "togglz": _file,
    }
    yield from read[layout](source, notes)


def _object(source: m.Json) -> dict[str, m.Json]:
    if not isinstance(source, dict):
        raise onoff.no_document("no mapping of features", _EXPECTED)
    return source


def _mapping(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    for name, value in _object(source).items():
        at = f"/{escape(str(name))}"
        if isinstance(value, dict) and "active" in value:
            params = value.get("params")
            params = params if isinstance(params, dict) else {}
            yield Record(at, str(name), value["active"], value, value.get("strategy"), params)
        else:
            _refuse(notes, at, str(name), "no object with 'active': is_active raised an error")


def _redis(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    wrapped = isinstance(_object(source).get("redis"), dict)
    keys, prefix = (source["redis"], "/redis") if wrapped else (source, "")
    others = 0
    for name, value in keys.items():
        at = f"{prefix}/{escape(str(name))}"
        if isinstance(value, dict) and "active" in value:
            yield Record(at, str(name), value["active"], value)
        else:
            others += 1
    if others:
        notes.lost(prefix, f"{others} keys that are no hash with 'active'", "not looked at")


def _documents(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    yield from _list(source, "active", notes)


def _entities(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    if isinstance(source, dict):
        for name, value in source.items():
            at = f"/{escape(str(name))}"
            if isinstance(value, dict) and "enabled" in value:
                yield _entity(at, str(name), value)
            else:
                _refuse(notes, at, str(name), "no entity with 'enabled'")
        return
    for record in _list(source, "enabled", notes):
        yield _entity(record.at, record.name, record.raw)


def _entity(at: str, name: str, raw: dict[str, m.Json]) -> Record:
    names, values = raw.get("strategyParamsNames"), raw.get("strategyParamsValues")
    names = names if isinstance(names, list) else []
    pairs = zip(names, values if isinstance(values, list) else [], strict=False)
    params = {name: value for name, value in pairs if isinstance(name, str)}
    return Record(at, name, raw.get("enabled"), raw, raw.get("strategyId"), params)


def _list(source: m.Json, active: str, notes: onoff.Notes) -> Iterator[Record]:
    if not isinstance(source, list):
        raise onoff.no_document("no list of features", '[{"name": "test", "active": true}]')
    for index, value in enumerate(source):
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str):
            notes.add(f"/{index}", "a feature without a name", "left out")
        elif active not in value:
            _refuse(notes, f"/{index}", name, f"a feature without {active!r}")
        else:
            yield Record(f"/{index}", name, value[active], value)


def _sql(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    tables, prefix = _tables(source)
    params: dict[m.Json, list[m.Json]] = {}
    for row in _rows(tables, "params"):
        if isinstance(row.get("feature_id"), str):
            params.setdefault(row["feature_id"], []).append(row)
    for index, row in enumerate(_rows(tables, "features")):
        at, name = f"{prefix}/features/{index}", row.get("name")
        if not isinstance(name, str):
            notes.add(at, "a row without a name", "left out")
            continue
        own = params.get(name, [])
        pairs = ((param.get("name"), param.get("value")) for param in own)
        named = {name: value for name, value in pairs if isinstance(name, str)}
        raw = {"row": row, "params": own}
        yield Record(at, name, row.get("active"), raw, row.get("strategy"), named)


def _tables(source: m.Json) -> tuple[dict[str, m.Json], str]:
    tables = _object(source).get("tables")
    return (tables, "/tables") if isinstance(tables, dict) else (source, "")


def _rows(tables: dict[str, m.Json], name: str) -> list[dict[str, m.Json]]:
    rows = tables.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _django(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    if isinstance(source, list):
        entries = [one for one in source if isinstance(one, dict)]
        features = [one for one in entries if _is_model(one, "flagonfeature")]
        params = {_id(one.get("pk")): one for one in entries if _is_model(one, "flagonparams")}
        prefix = ""
    else:
        tables, prefix = _tables(source)
        features, prefix = _rows(tables, "flagonfeature"), f"{prefix}/flagonfeature"
        params = {_id(row.get("id")): row for row in _rows(tables, "flagonparams")}
    for index, feature in enumerate(features):
        fields = feature.get("fields", feature)
        name = fields.get("name") if isinstance(fields, dict) else None
        if not isinstance(name, str):
            notes.add(f"{prefix}/{index}", "a feature without a name", "left out")
            continue
        param = params.get(_id(fields.get("params", fields.get("params_id"))))
        raw = {"row": feature, "params": [] if param is None else [param]}
        yield Record(
            f"{prefix}/{index}", name, fields.get("active"), raw, fields.get("strategy"),
            _param(param),
        )  # fmt: skip


def _id(value: m.Json) -> m.Json:
    """A key of a row that can be looked up; an object that equals nothing where it is none."""
    return value if isinstance(value, str | int) else object()


def _is_model(entry: dict[str, m.Json], name: str) -> bool:
    model = entry.get("model")
    return isinstance(model, str) and model.lower().rpartition(".")[2] == name


def _param(entry: dict[str, m.Json] | None) -> dict[str, m.Json]:
    fields = {} if entry is None else entry.get("fields", entry)
    if not isinstance(fields, dict) or not isinstance(fields.get("key"), str):
        return {}
    return {fields["key"]: fields.get("value")}


def _file(source: m.Json, notes: onoff.Notes) -> Iterator[Record]:
    if not isinstance(source, str):
        raise onoff.no_document("no text of a file", "FEATURE_ONE = true")
    found = ini.parse(source)
    for line, problem in found.problems:
        notes.add("", f"line {line}: {problem}", "the line is left out")
    if found.in_sections:
        notes.lost("", f"{found.in_sections} settings in sections", "they are no features")
    features = [name for name in found.values if "." not in name]
    for name in features:
        own = {key: v for key, v in found.values.items() if key.startswith(f"{name}.")}
        params = {
            key.removeprefix(f"{name}.param."): v for key, v in own.items() if ".param." in key
        }
        active = found.values[name]
        raw: dict[str, m.Json] = {name: active, **own}
        yield Record("", name, active, raw, own.get(f"{name}.strategy"), dict(params))


def _refuse(notes: onoff.Notes, at: str, name: str, message: str) -> None:
    notes.flag = name
    notes.refuse(onoff.Refused(at, message))
    notes.flag = None
