"""JSON forms of conditions and serves.

A condition is an object with one of these shapes::

    {"attribute": "country", "op": "in", "values": ["NL", "BE"]}     a clause ("kind" if not user)
    {"all": [ … ]}   {"any": [ … ]}   {"not": … }                     nested
    {"segment": "beta"}                                              segment membership
    {"flag": "new-nav", "variants": ["on"]}                          what another flag serves
    {"always": true}                                                 everyone
    {"share": {"ranges": [[0, 50000]], "seed": "s", … }}             units in these parts
    {"logic": … }                                                    JSONLogic
    {"fault": "why"}                                                 cannot be evaluated

A serve is a variant's key, or ``{"split": {"arms": [{"variant": "on", "weight": 10000}, …]}}``
with weights in parts of 100,000 and optionally ``by``, ``kind``, ``seed``, ``algorithm``,
``layer`` and ``outside``; or ``{"logic": …}`` or ``{"fault": "why"}``.
"""

from __future__ import annotations

from collections.abc import Callable

from . import model as m
from .reading import MAX_DEPTH, Reader, texts

_SHAPES = (
    "attribute", "all", "any", "not", "segment", "flag", "always", "share", "logic", "fault",
)  # fmt: skip


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
    name = operator.text() if operator is not None else ""
    found = reader.at("values")
    clause = m.Clause(
        attribute=reader.take_str("attribute"),
        operator=name,
        values=() if found is None else _values(found, name),
        kind=reader.take_str("kind", m.DEFAULT_KIND),
    )
    return clause if operator is not None else None


def _values(reader: Reader, operator: str) -> tuple[m.Json, ...]:
    if "." in operator:  # a vendor's operator says itself what it takes
        return tuple(reader.value) if reader.is_list() else ()
    return reader.items(_value)


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


def _read_share(reader: Reader, depth: int) -> m.Condition | None:
    found = reader.at("share")
    if found is None or not found.is_object():
        return None
    found.need("ranges")
    total = found.at("total")
    made = m.Share(
        _read_bucketing(found),
        found.take_list("ranges", _read_range),
        None if total is None or total.value is None else total.number(),
    )
    found.no_others()
    return made


def _read_logic(reader: Reader, depth: int = 0) -> m.Logic:
    found = reader.at("logic")
    return m.Logic(None if found is None else found.value)


def _read_fault(reader: Reader, depth: int = 0) -> m.Fault:
    return m.Fault(reader.take_str("fault"))


_READERS: dict[str, Callable[[Reader, int], m.Condition | None]] = {
    "attribute": _read_clause,
    "all": lambda reader, depth: m.All(_read_many(reader, "all", depth)),
    "any": lambda reader, depth: m.AnyOf(_read_many(reader, "any", depth)),
    "not": _read_not,
    "segment": lambda reader, depth: m.InSegment(reader.take_str("segment")),
    "flag": _read_flag_serves,
    "always": _read_always,
    "share": _read_share,
    "logic": _read_logic,
    "fault": _read_fault,
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
        case m.Share(bucketing, ranges, total):
            share: dict[str, m.Json] = {"ranges": [list(r) for r in ranges]}
            if total is not None:
                share["total"] = total
            return {"share": {**share, **_bucketing_to_json(bucketing)}}
        case m.Logic(expression):
            return {"logic": expression}
        case m.Fault(cause):
            return {"fault": cause}


def read_serve(reader: Reader) -> m.Serve | None:
    """A variant's key or a split, or None (and a problem)."""
    if isinstance(reader.value, str):
        return reader.value
    shapes = [s for s in _SERVES if isinstance(reader.value, dict) and s in reader.value]
    if len(shapes) != 1:
        reader.problem("serve a variant's key, or an object with 'split'")
        return None
    serve = _SERVES[shapes[0]](reader)
    reader.no_others()
    return serve


def _read_split(reader: Reader) -> m.Split | None:
    found = reader.at("split")
    if found is None or not found.is_object():
        return None
    outside = found.at("outside")
    found.need("arms")
    bucketing = _read_bucketing(found)
    count = Reader.integer if bucketing.algorithm == "yardarm" else Reader.number
    split = m.Split(
        arms=found.take_list("arms", lambda arm: _read_arm(arm, count)),
        bucketing=bucketing,
        outside=found.take_optional("outside"),
        partial=outside is not None and outside.value is None,
    )
    found.no_others()
    return split


_SERVES: dict[str, Callable[[Reader], m.Serve | None]] = {
    "split": _read_split,
    "logic": _read_logic,
    "fault": _read_fault,
}


def _read_bucketing(reader: Reader) -> m.Bucketing:
    layer = reader.at("layer")
    return m.Bucketing(
        algorithm=reader.take_str("algorithm", "yardarm"),
        seed=reader.take_optional("seed"),
        by=reader.take_list("by", texts) or ("key",),
        kind=reader.take_str("kind", m.DEFAULT_KIND),
        layer=None if layer is None or layer.value is None else _read_layer(layer),
    )


def _read_arm(reader: Reader, count: Callable[[Reader], float]) -> m.Arm | None:
    if not reader.is_object():
        return None
    variant, weight = reader.need("variant"), reader.need("weight")
    ranges, tracked = reader.at("ranges"), reader.take_bool("tracked", True)
    reader.no_others()
    if variant is None or weight is None:
        return None
    stored = None if ranges is None or ranges.value is None else ranges.items(_read_range)
    return m.Arm(variant.text(), count(weight), stored, tracked)


def _read_range(reader: Reader) -> m.Range | None:
    pair = reader.items(lambda item: item.number())
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
    match serve:
        case str():
            return serve
        case m.Logic(expression):
            return {"logic": expression}
        case m.Fault(cause):
            return {"fault": cause}
    out: dict[str, m.Json] = {
        "arms": [_arm_to_json(arm) for arm in serve.arms],
        **_bucketing_to_json(serve.bucketing),
    }
    if serve.outside is not None or serve.partial:
        out["outside"] = serve.outside
    return {"split": out}


def _bucketing_to_json(bucketing: m.Bucketing) -> dict[str, m.Json]:
    out: dict[str, m.Json] = {}
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
    return out


def _arm_to_json(arm: m.Arm) -> m.Json:
    out: dict[str, m.Json] = {"variant": arm.variant, "weight": arm.weight}
    if arm.ranges is not None:
        out["ranges"] = [list(pair) for pair in arm.ranges]
    return out if arm.tracked else {**out, "tracked": False}
