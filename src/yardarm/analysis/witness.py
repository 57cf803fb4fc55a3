"""Contexts that are put together to show something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..core import model as m
from ..core.context import Context
from .subjects import NOW, Attribute


@dataclass(frozen=True)
class Witness:
    """A context: attributes by kind; and the time, in seconds since 1970, if it counts."""

    kinds: dict[str, dict[str, Any]]
    now: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The context as callers give it."""
        kinds = {kind: values for kind, values in self.kinds.items() if values}
        if set(kinds) <= {m.DEFAULT_KIND}:
            values = kinds.get(m.DEFAULT_KIND, {})
            if {"kind", "multi", "_private"}.isdisjoint(values):
                return dict(values)
        return {"kind": "multi", **kinds}

    @cached_property
    def context(self) -> Context:
        """The context, ready for evaluation."""
        return Context.of(self.to_json())


def witness(values: Mapping[Attribute, Any]) -> Witness:
    """The context in which attributes have these values, None where they are missing."""
    kinds: dict[str, dict[str, Any]] = {m.DEFAULT_KIND: {}}
    now = None
    for attribute in sorted(values, key=lambda attribute: len(attribute.path)):
        value = values[attribute]
        if attribute == NOW:
            now = value
        elif value is not None:
            inner = kinds.setdefault(attribute.kind, {})
            for name in attribute.path[:-1]:
                if not isinstance(inner.get(name), dict):
                    inner[name] = {}
                inner = inner[name]
            inner[attribute.path[-1]] = {} if value == {} else value
    return Witness(kinds, now)
