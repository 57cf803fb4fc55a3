"""Business objects as contexts, by functions that the application declares for their classes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import singledispatch
from typing import Any, TypeAlias, TypeVar

from ..core.context import Context
from ..errors import ContextError, OptionError

T = TypeVar("T")
Extractor: TypeAlias = Callable[[T], Context | Mapping[str, Any]]


Contextual: TypeAlias = Context | Mapping[str, Any] | object | None
"""A context as callers give it: `Context`, a dict such as `{"key": "user-1"}`, an object of a class
that `context_for` knows, a tuple of these; or None for the one that is bound."""


class ExtractionError(ContextError):
    """The application's own code, an extractor or a property that it reads, has raised."""


@singledispatch
def _context(value: Any) -> Context:
    """What is no business object. Extractors are registered here, and found as methods are."""
    return Context.of(value)


@_context.register
def _of_several(values: tuple) -> Context:  # type: ignore[type-arg]  # as singledispatch wants it
    return Context.multi(*map(read_context, values))


class Unreadable:
    """In the place of a context that could not be made, so that evaluations say so."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why


@_context.register
def _of_unreadable(value: Unreadable) -> Context:
    raise ExtractionError(value.why)


def read_context(value: Any) -> Context:
    """The context that a value is or stands for.

    Raises `ContextError` when it is none, `ExtractionError` when an extractor fails.
    """
    return value if type(value) is Context else _context(value)


def context_for(
    kind: type[T], *, private: Collection[str] = ()
) -> Callable[[Extractor[T]], Extractor[T]]:
    """Declare the function that makes contexts of a class's objects, and of its subclasses'.

    >>> @context_for(User, private=["email"])
    ... def user_context(user: User) -> dict[str, object]:
    ...     return {"key": user.id, "plan": user.plan, "email": user.email}

    From then on a `User` can be given wherever a context is asked for. The function answers a
    `Context` or its dict form; `private` names attributes that never leave the process in a report.
    For an object of several declared classes the one that comes first in its method resolution
    order counts. A tuple of objects is one context of several kinds. When the function raises, the
    evaluation answers the fallback and logs why.

    Raises `OptionError` when `kind` is no class, or one that is a context already.
    """
    given: object = kind
    if not isinstance(given, type) or issubclass(given, Context | dict | tuple | type(None)):
        raise OptionError(f"context_for takes a class of your own, not {kind!r:.100}")
    if isinstance(private, str):
        raise OptionError(f"private is a list of attributes, not the text {private!r:.100}")
    hidden = frozenset(private)

    def register(extractor: Extractor[T]) -> Extractor[T]:
        if not callable(extractor):
            raise OptionError(f"context_for decorates a function, not {extractor!r:.100}")

        def extracted(value: T) -> Context:
            try:
                found = Context.of(extractor(value))
            except Exception as error:
                name = type(value).__name__
                why = f"the context of a {name} cannot be made: {type(error).__name__}: {error}"
                raise ExtractionError(why) from error
            if hidden <= found.private:
                return found
            return Context._of_kinds(found.by_kind(), found.private | hidden)

        _context.register(kind, extracted)
        return extractor

    return register
