"""Fields in the order in which people read them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


def in_order(item: dict[str, Any], cls: Any) -> dict[str, Any]:
    """The JSON of a flag or segment with its fields in the order of the model's class."""
    order = {field.name: number for number, field in enumerate(fields(cls))}
    return {name: item[name] for name in sorted(item, key=lambda n: order.get(n, len(order)))}
