"""Pages about documents: the model, its operators, the native format."""

from __future__ import annotations

import dataclasses

from yardarm.core import conditions, model, snapshot
from yardarm.core.operators import OPERATORS

from .prose import cell, code, prose, table, wrapped

TAKES = {"none": "no values", "one": "one value", "many": "one or more values"}
ORDER = (
    model.Document, model.Flag, model.Variant, model.Prerequisite, model.Target, model.Rule,
    model.Split, model.Arm, model.Bucketing, model.Layer, model.Clause, model.All, model.AnyOf,
    model.Not, model.InSegment, model.FlagServes, model.Always, model.Segment, model.SegmentKeys,
)  # fmt: skip


def operators() -> str:
    """Every operator of a clause."""
    rows = [
        f"`{name}` | {TAKES[operator.takes]} | {cell(operator.summary)}"
        for name, operator in OPERATORS.items()
    ]
    head = wrapped(
        "A clause asks one operator of one attribute. A missing attribute, null, and an attribute "
        "of another type than the operator speaks of match nothing; nothing is converted. Where "
        "several values are given, one of them suffices."
    )
    return f"# Operators\n\n{head}\n\n" + table(
        "operator | takes | matches an attribute that", rows
    )


def document() -> str:
    """The model, class by class."""
    parts = ["# The document\n\n" + prose(model.__doc__), "\n## In JSON\n\n"]
    parts.append(prose(conditions.__doc__))
    for kind in ORDER:
        rows = [f"`{f.name}` | {code(f.type)} | {default(f)}" for f in dataclasses.fields(kind)]
        parts.append(f"\n## {kind.__name__}\n\n{prose(kind.__doc__)}")
        parts.append("\n" + table("field | type | default", rows) if rows else "")
    return "".join(parts)


def default(field: dataclasses.Field[object]) -> str:
    """A field's default, as code."""
    if field.default is not dataclasses.MISSING:
        return code(repr(field.default))
    if field.default_factory is not dataclasses.MISSING:
        return code(repr(field.default_factory()))
    return "required"


def native_format() -> str:
    """Snapshots and patches."""
    return "# The native format\n\n" + prose(snapshot.__doc__)
