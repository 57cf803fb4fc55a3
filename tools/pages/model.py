"""Pages about documents: the model, its operators, the native format."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from yardarm.core import conditions, model, snapshot
from yardarm.core.bucketing import find, names
from yardarm.core.operators import OPERATORS, VENDORS, Operator, of_vendor

from .prose import cell, code, prose, table, wrapped

TAKES = {
    "none": "no values", "one": "one value", "many": "one or more values", "any": "any values",
}  # fmt: skip
ORDER = (
    model.Document, model.Flag, model.Variant, model.Prerequisite, model.Target, model.Rule,
    model.Split, model.Arm, model.Bucketing, model.Layer, model.Clause, model.All, model.AnyOf,
    model.Not, model.InSegment, model.FlagServes, model.Always, model.Share, model.Logic,
    model.Fault, model.Segment, model.SegmentKeys,
)  # fmt: skip


def operators() -> str:
    """Every operator of a clause."""
    head = wrapped(
        "A clause asks one operator of one attribute. A missing attribute, null, and an attribute "
        "of another type than the operator speaks of match nothing; nothing is converted. Where "
        "several values are given, one of them suffices."
    )
    vendors = wrapped(
        "A vendor's operator has the vendor's exact meaning, coercions and missing attributes "
        "included. Imported flags use them, so that nobody is served anything else than before; "
        "they can be written by hand as well."
    )
    algorithms = [f"`{name}` | {cell(found.summary)}" for name in names() if (found := find(name))]
    return "\n\n".join(
        [
            f"# Operators\n\n{head}",
            _operators(OPERATORS.values()),
            f"## Operators of vendors\n\n{vendors}",
            *(
                f"### {vendor}\n\n{_operators(of_vendor(vendor).values())}"
                for vendor in VENDORS
                if of_vendor(vendor)
            ),
            "## Algorithms\n\n" + wrapped("How a split or a share places units."),
            table("algorithm | places by", algorithms),
        ]
    )


def _operators(operators: Iterable[Operator]) -> str:
    rows = [f"`{o.name}` | {TAKES[o.takes]} | {cell(o.summary)}" for o in operators]
    return table("operator | takes | matches an attribute that", rows)


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
