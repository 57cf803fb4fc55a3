"""JSON forms of the model: parsed values in, `Flag`, `Segment` and `Document` out, and back.

Reading is total: it answers with what could be read and a list of problems, so that one bad flag
never takes its neighbours down. The writers give the shortest form: fields with their default
value are left out. Bytes are the business of `jsontext`.
"""

from __future__ import annotations

from typing import Any

from ..errors import DocumentError, Problem
from . import model as m
from .conditions import condition_to_json, read_condition, read_serve, serve_to_json
from .reading import Reader, texts

# --- documents --------------------------------------------------------------------------------


def read_document(value: m.Json) -> tuple[m.Document, list[Problem]]:
    """A document from its parsed JSON, and every problem of form found on the way.

    `flags` and `segments` are objects by key, or lists of objects that each name their `key`.
    """
    problems: list[Problem] = []
    root = Reader(value, "", problems)
    if not root.is_object():
        return m.Document(), problems
    fmt = root.take_int("format", m.FORMAT)
    if fmt > m.FORMAT:
        root.problem(f"format {fmt} is newer than {m.FORMAT}", "upgrade Yardarm to read it")
    document = m.Document(
        flags=_collect(root, "flags", read_flag),
        segments=_collect(root, "segments", read_segment),
        environment=root.take_object("environment"),
        version=root.take_int("version"),
        epoch=root.take_str("epoch"),
        format=fmt,
    )
    for ignored in ("$schema", "root"):
        root.at(ignored)
    root.no_others()
    return document, problems


def _collect(root: Reader, name: str, read: Any) -> dict[str, Any]:
    found = root.at(name)
    if found is None:
        return {}
    members: list[tuple[str | None, Reader]] = []
    if isinstance(found.value, list):
        found.items(lambda reader: members.append((None, reader)))
    else:
        members.extend(found.members())
    collected: dict[str, Any] = {}
    for key, reader in members:
        item = read(reader, key)
        if item is None:
            continue
        if item.key in collected:
            reader.problem(f"the key {item.key!r} is used twice", "give one of them another key")
        collected[item.key] = item
    return collected


def _key_of(reader: Reader, key: str | None) -> str | None:
    if not reader.is_object():
        return None
    own = reader.need("key") if key is None else reader.at("key")
    if own is None:
        return key
    text = own.text()
    if key is not None and text != key:
        own.problem(f"the key {text!r} differs from the name {key!r} it stands under")
    return text if key is None else key


def read_flag(reader: Reader, key: str | None = None) -> m.Flag | None:
    """A flag from its JSON form. None when it is no object or has no key."""
    key = _key_of(reader, key)
    if key is None:
        return None
    reader.need("type")
    if reader.need("variants") is None:
        return None
    flag = m.Flag(
        key=key,
        type=reader.take_choice("type", m.FLAG_TYPES, "json"),
        variants=reader.take_list("variants", _read_variant),
        enabled=reader.take_bool("enabled"),
        off=reader.take_optional("off"),
        default=_read_optional_serve(reader, "default"),
        prerequisites=reader.take_list("prerequisites", _read_prerequisite),
        targets=reader.take_list("targets", _read_target),
        rules=reader.take_list("rules", _read_rule),
        purpose=reader.take_choice("purpose", m.PURPOSES, "release"),
        name=reader.take_str("name"),
        description=reader.take_str("description"),
        owner=reader.take_str("owner"),
        tags=reader.take_list("tags", texts),
        schema=_optional_object(reader, "schema"),
        expires_at=reader.take_optional("expires_at"),
        archived_at=reader.take_optional("archived_at"),
        client_visible=reader.take_bool("client_visible"),
        metadata=reader.take_object("metadata"),
        origin=_optional_object(reader, "origin"),
        version=reader.take_int("version"),
    )
    reader.no_others()
    return flag


def _optional_object(reader: Reader, name: str) -> dict[str, m.Json] | None:
    found = reader.at(name)
    if found is None or found.value is None:
        return None
    return dict(found.value) if found.is_object() else None


def _read_optional_serve(reader: Reader, name: str) -> m.Serve | None:
    found = reader.at(name)
    return None if found is None or found.value is None else read_serve(found)


def _read_variant(reader: Reader) -> m.Variant | None:
    if not reader.is_object():
        return None
    key, value = reader.need("key"), reader.need("value")
    description, metadata = reader.take_str("description"), reader.take_object("metadata")
    withheld = reader.take_bool("withheld")
    reader.no_others()
    if key is None or value is None:
        return None
    return m.Variant(key.text(), value.value, description, metadata, withheld)


def _read_prerequisite(reader: Reader) -> m.Prerequisite | None:
    if not reader.is_object() or (flag := reader.need("flag")) is None:
        return None
    reader.need("variants")
    made = m.Prerequisite(
        flag.text(), reader.take_list("variants", texts), reader.take_bool("enabled")
    )
    reader.no_others()
    return made


def _read_target(reader: Reader) -> m.Target | None:
    if not reader.is_object() or (variant := reader.need("variant")) is None:
        return None
    reader.need("keys")
    made = m.Target(
        variant.text(), reader.take_list("keys", texts), reader.take_str("kind", m.DEFAULT_KIND)
    )
    reader.no_others()
    return made


def _read_rule(reader: Reader) -> m.Rule | None:
    if not reader.is_object():
        return None
    rule_id, when, serve = reader.need("id"), reader.need("when"), reader.need("serve")
    name, paused = reader.take_str("name"), reader.take_bool("paused")
    metadata = reader.take_object("metadata")
    reader.no_others()
    if rule_id is None or when is None or serve is None:
        return None
    condition = read_condition(when)
    served = None if serve.value is None else read_serve(serve)
    if condition is None or (served is None and serve.value is not None):
        return None
    return m.Rule(rule_id.text(), condition, served, name, paused, metadata)


def read_segment(reader: Reader, key: str | None = None) -> m.Segment | None:
    """A segment from its JSON form. None when it is no object or has no key."""
    key = _key_of(reader, key)
    if key is None:
        return None
    when = reader.at("when")
    segment = m.Segment(
        key=key,
        when=None if when is None or when.value is None else read_condition(when),
        included=reader.take_list("included", _read_keys),
        excluded=reader.take_list("excluded", _read_keys),
        name=reader.take_str("name"),
        description=reader.take_str("description"),
        metadata=reader.take_object("metadata"),
        origin=_optional_object(reader, "origin"),
        version=reader.take_int("version"),
    )
    reader.no_others()
    return segment


def _read_keys(reader: Reader) -> m.SegmentKeys | None:
    if not reader.is_object():
        return None
    reader.need("keys")
    made = m.SegmentKeys(reader.take_list("keys", texts), reader.take_str("kind", m.DEFAULT_KIND))
    reader.no_others()
    return made


# --- and back ---------------------------------------------------------------------------------

_PLAIN_FLAG = m.Flag("", "json", ())
_PLAIN_SEGMENT = m.Segment("")


def flag_to_json(flag: m.Flag) -> dict[str, m.Json]:
    """The flag's JSON form. Fields that have their default value are left out."""
    out: dict[str, m.Json] = {
        "key": flag.key,
        "type": flag.type,
        "variants": [
            {"key": v.key, "value": v.value}
            | ({"description": v.description} if v.description else {})
            | ({"metadata": dict(v.metadata)} if v.metadata else {})
            | ({"withheld": True} if v.withheld else {})
            for v in flag.variants
        ],
        "enabled": flag.enabled,
    }
    if flag.default is not None:
        out["default"] = serve_to_json(flag.default)
    if flag.prerequisites:
        out["prerequisites"] = [
            {"flag": p.flag, "variants": list(p.variants)}
            | ({"enabled": True} if p.enabled else {})
            for p in flag.prerequisites
        ]
    if flag.targets:
        out["targets"] = [
            {"variant": t.variant, "keys": list(t.keys)} | _kind(t.kind) for t in flag.targets
        ]
    if flag.rules:
        out["rules"] = [_rule_to_json(rule) for rule in flag.rules]
    _rest(
        out,
        flag,
        _PLAIN_FLAG,
        (
            "off",
            "purpose",
            "name",
            "description",
            "owner",
            "tags",
            "schema",
            "expires_at",
            "archived_at",
            "client_visible",
            "metadata",
            "origin",
            "version",
        ),
    )
    return out


def _rule_to_json(rule: m.Rule) -> dict[str, m.Json]:
    out: dict[str, m.Json] = {
        "id": rule.id,
        "when": condition_to_json(rule.when),
        "serve": None if rule.serve is None else serve_to_json(rule.serve),
    }
    if rule.name:
        out["name"] = rule.name
    if rule.metadata:
        out["metadata"] = dict(rule.metadata)
    return {**out, "paused": True} if rule.paused else out


def segment_to_json(segment: m.Segment) -> dict[str, m.Json]:
    """The segment's JSON form. Fields that have their default value are left out."""
    out: dict[str, m.Json] = {"key": segment.key}
    if segment.when is not None:
        out["when"] = condition_to_json(segment.when)
    for name in ("included", "excluded"):
        if listed := getattr(segment, name):
            out[name] = [{"keys": list(k.keys)} | _kind(k.kind) for k in listed]
    _rest(out, segment, _PLAIN_SEGMENT, ("name", "description", "metadata", "origin", "version"))
    return out


def document_to_json(document: m.Document) -> dict[str, m.Json]:
    """The document's JSON form, flags and segments as objects by key."""
    return {
        "format": document.format,
        "epoch": document.epoch,
        "version": document.version,
        "environment": dict(document.environment),
        "flags": {key: flag_to_json(flag) for key, flag in document.flags.items()},
        "segments": {key: segment_to_json(s) for key, s in document.segments.items()},
    }


def _kind(kind: str) -> dict[str, str]:
    return {} if kind == m.DEFAULT_KIND else {"kind": kind}


def _rest(out: dict[str, m.Json], item: Any, plain: Any, names: tuple[str, ...]) -> None:
    for name in names:
        value = getattr(item, name)
        if value != getattr(plain, name):
            out[name] = list(value) if isinstance(value, tuple) else value


# --- conveniences that raise ------------------------------------------------------------------


def flag_from_json(value: m.Json, key: str | None = None, pointer: str = "") -> m.Flag:
    """One flag. Raises `DocumentError` with every problem of form."""
    problems: list[Problem] = []
    flag = read_flag(Reader(value, pointer, problems), key)
    if problems or flag is None:
        raise DocumentError(problems)
    return flag


def segment_from_json(value: m.Json, key: str | None = None, pointer: str = "") -> m.Segment:
    """One segment. Raises `DocumentError` with every problem of form."""
    problems: list[Problem] = []
    segment = read_segment(Reader(value, pointer, problems), key)
    if problems or segment is None:
        raise DocumentError(problems)
    return segment


def document_from_json(value: m.Json) -> m.Document:
    """A document. Raises `DocumentError` with every problem of form."""
    document, problems = read_document(value)
    if problems:
        raise DocumentError(problems)
    return document
