"""JSON forms of conditions and serves.

A condition is an object with one of these shapes::

    {"attribute": "country", "op": "in", "values": ["NL", "BE"]}     a clause ("kind" if not user)
    {"all": [ … ]}   {"any": [ … ]}   {"not": … }                     nested
    {"segment": "beta"}                                              segment membership
    {"flag": "new-nav", "variants": ["on"]}                          what another flag serves
    {"always": true}                                                 everyone

A serve is a variant's key, or ``{"split": {"arms": [{"variant": "on", "weight": 10000}, …]}}``
with weights in parts of 100,000 and optionally ``by``, ``kind``, ``seed``, ``algorithm``,
``layer`` and ``outside``.
"""

from __future__ import annotations

from collections.abc import Callable

from . import model as m
from .reading import MAX_DEPTH, Reader, texts

_SHAPES = ("attribute", "all", "any", "not", "segment", "flag", "always")


def read_condition(reader: Reader, depth: int = 0) -> m.Condition | None:
    """A condition, or None (and a problem) when it has no known shape."""
    if depth > MAX_DEPTH:
        reader.problem("condition nested too deeply", f"at most {MAX_DEPTH} levels")
        return None
    if not reader.is_object():
        return None
    shapes = [shape for shape in _SHAPES if shape in reader.value]
    if len(shapes) != 1:
        reader.problem(
            "not a condition: it needs exactly one of " + ", ".join(_SHAPES),
            'for example {"attribute": "country", "op": "equals", "values": ["NL"]}',
        )
        return None
    condition = _READERS[shapes[0]](reader, depth)
    reader.no_others()
    return condition


def _read_clause(reader: Reader, depth: int) -> m.Condition | None:
    operator = reader.need("op")
    clause = m.Clause(
        attribute=reader.take_str("attribute"),
        operator=operator.text() if operator is not None else "",
        values=reader.take_list("values", _value),
        kind=reader.take_str("kind", m.DEFAULT_KIND),
    )
    return clause if operator is not None else None


def _value(reader: Reader) -> m.Json:
    if reader.value is None or isinstance(reader.value, list | dict):
        reader.problem("values are text, numbers or booleans")
        return None
    return reader.value


def _read_many(reader: Reader, name: str, depth: int) -> tuple[m.Condition, ...]:
    found = reader.at(name)
    return found.items(lambda item: read_condition(item, depth + 1)) if found is not None else ()


def _read_not(reader: Reader, depth: int) -> m.Condition | None:
    found = reader.at("not")
    inner = read_condition(found, depth + 1) if found is not None else None
    return m.Not(inner) if inner is not None else None


def _read_flag_serves(reader: Reader, depth: int) -> m.Condition:
    reader.need("variants")
    return m.FlagServes(reader.take_str("flag"), reader.take_list("variants", texts))


def _read_always(reader: Reader, depth: int) -> m.Condition:
    found = reader.at("always")
    if found is not None and found.value is not True:
        found.problem("'always' is always true", 'write {"always": true}')
    return m.Always()


_READERS: dict[str, Callable[[Reader, int], m.Condition | None]] = {
    "attribute": _read_clause,
    "all": lambda reader, depth: m.All(_read_many(reader, "all", depth)),
    "any": lambda reader, depth: m.AnyOf(_read_many(reader, "any", depth)),
    "not": _read_not,
    "segment": lambda reader, depth: m.InSegment(reader.take_str("segment")),
    "flag": _read_flag_serves,
    "always": _read_always,
}


def condition_to_json(condition: m.Condition) -> m.Json:
    """The condition's JSON form."""
    match condition:
        case m.Clause():
            out: dict[str, m.Json] = {"attribute": condition.attribute, "op": condition.operator}
            if condition.values:
                out["values"] = list(condition.values)
            if condition.kind != m.DEFAULT_KIND:
                out["kind"] = condition.kind
            return out
        case m.All(conditions):
            return {"all": [condition_to_json(c) for c in conditions]}
        case m.AnyOf(conditions):
            return {"any": [condition_to_json(c) for c in conditions]}
        case m.Not(inner):
            return {"not": condition_to_json(inner)}
        case m.InSegment(segment):
            return {"segment": segment}
        case m.FlagServes(flag, variants):
            return {"flag": flag, "variants": list(variants)}
        case m.Always():
            return {"always": True}


def read_serve(reader: Reader) -> m.Serve | None:
    """A variant's key or a split, or None (and a problem)."""
    if isinstance(reader.value, str):
        return reader.value
    if not isinstance(reader.value, dict) or "split" not in reader.value:
        reader.problem("serve a variant's key, or an object with 'split'")
        return None
    found = reader.at("split")
    reader.no_others()
    return _read_split(found) if found is not None and found.is_object() else None


def _read_split(reader: Reader) -> m.Split:
    by = reader.take_list("by", texts)
    layer, outside = reader.at("layer"), reader.at("outside")
    reader.need("arms")
    split = m.Split(
        arms=reader.take_list("arms", _read_arm),
        bucketing=m.Bucketing(
            algorithm=reader.take_str("algorithm", "yardarm"),
            seed=reader.take_optional("seed"),
            by=by or ("key",),
            kind=reader.take_str("kind", m.DEFAULT_KIND),
            layer=None if layer is None or layer.value is None else _read_layer(layer),
        ),
        outside=reader.take_optional("outside"),
        partial=outside is not None and outside.value is None,
    )
    reader.no_others()
    return split


def _read_arm(reader: Reader) -> m.Arm | None:
    if not reader.is_object():
        return None
    variant, weight = reader.need("variant"), reader.need("weight")
    ranges = reader.at("ranges")
    reader.no_others()
    if variant is None or weight is None:
        return None
    stored = None if ranges is None or ranges.value is None else ranges.items(_read_range)
    return m.Arm(variant.text(), weight.integer(), stored)


def _read_range(reader: Reader) -> m.Range | None:
    pair = reader.items(lambda item: item.integer())
    if len(pair) != 2:
        reader.problem("a range is [start, end)", "two integers from 0 to 100000")
        return None
    return pair[0], pair[1]


def _read_layer(reader: Reader) -> m.Layer | None:
    if not reader.is_object() or (key := reader.need("key")) is None:
        return None
    reader.need("ranges")
    layer = m.Layer(key.text(), reader.take_list("ranges", _read_range))
    reader.no_others()
    return layer


def serve_to_json(serve: m.Serve) -> m.Json:
    """The serve's JSON form. Bucketing fields with their default value are left out."""
    if isinstance(serve, str):
        return serve
    bucketing = serve.bucketing
    out: dict[str, m.Json] = {"arms": [_arm_to_json(arm) for arm in serve.arms]}
    if bucketing.algorithm != "yardarm":
        out["algorithm"] = bucketing.algorithm
    if bucketing.seed is not None:
        out["seed"] = bucketing.seed
    if bucketing.by != ("key",):
        out["by"] = list(bucketing.by)
    if bucketing.kind != m.DEFAULT_KIND:
        out["kind"] = bucketing.kind
    if bucketing.layer is not None:
        ranges = [list(pair) for pair in bucketing.layer.ranges]
        out["layer"] = {"key": bucketing.layer.key, "ranges": ranges}
    if serve.outside is not None or serve.partial:
        out["outside"] = serve.outside
    return {"split": out}


def _arm_to_json(arm: m.Arm) -> m.Json:
    out: dict[str, m.Json] = {"variant": arm.variant, "weight": arm.weight}
    return out if arm.ranges is None else {**out, "ranges": [list(pair) for pair in arm.ranges]}
