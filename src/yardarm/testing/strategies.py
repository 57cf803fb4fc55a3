"""Hypothesis strategies: contexts that fall on either side of what a document's rules ask for.

Needs `hypothesis`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from ..core import model as m
from ..core.clauses import clauses
from ..core.codec import document_from_json

_KEYS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
_SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)


def contexts(document: m.Document | Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Contexts for a document's flags, in the dict form that every evaluation takes.

    Each attribute that a clause asks for is there or not; its value is one that the clause names,
    one that is near it, or any other. Keys are those that targets name, or any. Every kind that is
    asked for may be there. Raises `DocumentError` for a document that cannot be read.
    """
    if not isinstance(document, m.Document):
        document = document_from_json(dict(document))
    asked: dict[str, dict[str, list[Any]]] = {m.DEFAULT_KIND: {}}
    for each in clauses(document):
        if isinstance(each, m.Clause):
            values = asked.setdefault(each.kind, {}).setdefault(each.attribute, [])
            values.extend(value for value in each.values if not isinstance(value, list | dict))
        else:
            kind = asked.setdefault(each.bucketing.kind, {})
            for name in each.bucketing.by:
                kind.setdefault(name, [])
    for flag in document.flags.values():
        for target in flag.targets:
            asked.setdefault(target.kind, {}).setdefault("key", []).extend(target.keys)
    kinds = {kind: _of_kind(values) for kind, values in asked.items() if kind != "$"}
    user = kinds.pop(m.DEFAULT_KIND)
    if not kinds:
        return user
    several = st.fixed_dictionaries(
        {"kind": st.just("multi"), m.DEFAULT_KIND: user}, optional=kinds
    )
    return user | several


def _of_kind(asked: Mapping[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    keys = [key for key in asked.get("key", ()) if isinstance(key, str) and key]
    key = _KEYS if not keys else st.sampled_from(keys) | _KEYS
    named = {name: _values(values) for name, values in asked.items() if _is_attribute(name)}
    flat = {name: value for name, value in named.items() if not name.startswith("/")}
    found = st.fixed_dictionaries({"key": key}, optional=flat)
    for pointer in sorted(named.keys() - flat.keys()):
        found = st.tuples(found, st.none() | st.tuples(named[pointer])).map(
            lambda both, at=pointer: _put(both[0], at, both[1])  # type: ignore[misc]
        )
    return found


def _is_attribute(name: str) -> bool:
    return bool(name) and name not in ("key", "kind", "_private")


def _values(named: list[Any]) -> st.SearchStrategy[Any]:
    if not named:
        return _SCALARS
    return st.sampled_from(named) | st.sampled_from(named).flatmap(_near) | _SCALARS


def _near(value: Any) -> st.SearchStrategy[Any]:
    """What a wrong comparison takes for the same."""
    if isinstance(value, str):
        return st.sampled_from([value.upper(), value.lower(), f"{value}x", f"x{value}", value[:-1]])
    if isinstance(value, bool) or value is None:
        return st.just(value)
    return st.sampled_from([value - 1, value + 1, -value, str(value)])


def _put(context: dict[str, Any], pointer: str, value: tuple[Any] | None) -> dict[str, Any]:
    """With a value where a pointer points to, as far as nothing else stands there."""
    if value is None:
        return context
    *path, last = (name.replace("~1", "/").replace("~0", "~") for name in pointer[1:].split("/"))
    found = at = {**context}
    for name in path:
        inner = at.get(name, {})
        if not isinstance(inner, dict):
            return context
        at[name] = {**inner}
        at = at[name]
    at[last] = value[0]
    return found
