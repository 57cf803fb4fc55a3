"""The context that evaluations use when they are given none, by `contextvars`.

It is bound for a block, a request or a task, and asyncio hands it on to tasks by itself. Threads
begin without it, so `carry` takes it there.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from contextvars import ContextVar, Token, copy_context
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

from ..core.context import Context
from ..errors import OptionError
from .extracting import ExtractionError, Unreadable, read_context

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

_NOTHING = Context()


class Deferred:
    """A context that is made when the first evaluation asks for it, over what is bound already.

    For requests: who asks may be known later than the request begins, and many ask for no flag.
    """

    __slots__ = ("_found", "_make", "_maker", "_outer")

    def __init__(self, outer: Bound, make: Callable[[], object]) -> None:
        self._outer = outer
        self._make = make
        self._found: Context | Unreadable | None = None
        self._maker = 0

    @property
    def is_made(self) -> bool:
        """Whether what makes it is done."""
        return self._found is not None

    def read(self) -> Context | Unreadable:
        """The context; made once, or by each of several threads that ask at the same moment.

        Evaluations by what makes it see what was bound before.
        """
        if self._found is not None:
            return self._found
        outer, here = resolved(self._outer), threading.get_ident()
        if self._maker == here:
            return outer
        self._maker = here
        try:
            made = self._make()
            found = outer if made is None else _over(outer, _read(made))
        except Exception as error:
            found = Unreadable(f"the context of the request: {type(error).__name__}: {error}")
        self._maker = 0
        self._found = found
        return found


Bound: TypeAlias = Context | Unreadable | Deferred
BOUND: ContextVar[Bound] = ContextVar("yardarm.context", default=_NOTHING)


def resolved(bound: Bound) -> Context | Unreadable:
    """What is bound, made if it was not yet."""
    return bound.read() if isinstance(bound, Deferred) else bound


def bound_here() -> Context | Unreadable:
    """What is bound; a deferred context gives its place to what it has made."""
    bound = BOUND.get()
    if not isinstance(bound, Deferred):
        return bound
    found = bound.read()
    if bound.is_made:
        BOUND.set(found)
    return found


def current_context() -> Context:
    """The context that is bound here; one without a key or attributes where none is."""
    bound = bound_here()
    return bound if isinstance(bound, Context) else _NOTHING


def bind_context(context: object) -> Token[Bound]:
    """Bind a context from here on, over what is bound already. Returns what `reset_context` takes.

    For frameworks whose requests begin and end in different functions; in all other code
    `bound_context` reads better. Attributes are merged, kind by kind, and the new ones win; of a
    kind that now has another key nothing of before is left, so that nobody gets another's
    attributes. When an object's extractor raises, evaluations answer their fallbacks until the
    reset, and say why. Raises `ContextError` when the value is no context at all.
    """
    return BOUND.set(over_bound(context))


def over_bound(context: object) -> Bound:
    """This context over what is bound here, without binding it. Raises as `bind_context` does."""
    return _over(resolved(BOUND.get()), _read(context))


def reset_context(token: Token[Bound]) -> None:
    """Bind what was bound before the `bind_context` that returned the token."""
    BOUND.reset(token)


class bound_context:  # noqa: N801  # reads as the function it is used as
    """Bind a context for a `with` block, or around each call of a function.

    >>> with bound_context({"key": "user-1", "country": "NL"}):
    ...     client.boolean("new-checkout")

    Inside of it, evaluations that are given no context use this one. Blocks nest, as `bind_context`
    says. As a decorator it takes functions and coroutine functions; generators run between other
    people's code and are refused with `OptionError`. Raises `ContextError` when the value is no
    context at all.
    """

    __slots__ = ("_context", "_tokens")

    def __init__(self, context: object) -> None:
        self._context = _read(context)
        self._tokens: list[Token[Bound]] = []

    def __enter__(self) -> Context:
        self._tokens.append(bind_context(self._context))
        return current_context()

    def __exit__(self, *_: object) -> None:
        BOUND.reset(self._tokens.pop())

    def __call__(self, function: F) -> F:
        context = self._context
        if not inspect.isroutine(function):
            raise OptionError(f"bound_context decorates functions, not {function!r:.100}")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            name = getattr(function, "__qualname__", repr(function))
            raise OptionError(
                f"{name} is a generator: use `with bound_context(…)` where its values are consumed"
            )
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def bound(*args: Any, **kwargs: Any) -> Any:
                with bound_context(context):
                    return await function(*args, **kwargs)
        else:

            @wraps(function)
            def bound(*args: Any, **kwargs: Any) -> Any:
                with bound_context(context):
                    return function(*args, **kwargs)

        found: Any = bound
        return found  # type: ignore[no-any-return]


def carry(function: Callable[P, R]) -> Callable[P, R]:
    """The function, running with what is bound where `carry` was called, in whatever thread.

    >>> with bound_context({"key": "user-1"}):
    ...     executor.submit(carry(work), 1)

    It takes all context variables along, as `asyncio.to_thread` does by itself, and may run any
    number of times, also at once. Coroutine functions are refused with `OptionError`: asyncio
    hands the context on to tasks.
    """
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise OptionError("carry takes functions that are not async; tasks carry the context")
    held = copy_context()

    @wraps(function)
    def carried(*args: P.args, **kwargs: P.kwargs) -> R:
        return held.copy().run(function, *args, **kwargs)  # a copy: one is run by one thread

    return carried


def _read(context: object) -> Context | Unreadable:
    try:
        return context if isinstance(context, Unreadable) else read_context(context)
    except ExtractionError as error:  # the application goes on, and each evaluation says why
        return Unreadable(str(error))


def _over(outer: Context | Unreadable, inner: Context | Unreadable) -> Context | Unreadable:
    if isinstance(outer, Context) and isinstance(inner, Context):
        return merged(outer, inner)
    return inner


def merged(outer: Context, inner: Context) -> Context:
    """Both, where the inner one wins; of a kind with another key only the inner part."""
    before = outer.by_kind()
    if not before or not any(before.values()):
        return inner
    kinds = dict(before)
    for kind, values in inner.by_kind().items():
        old = before.get(kind, {})
        other = "key" in values and "key" in old and values["key"] != old["key"]
        kinds[kind] = values if other else {**old, **values}
    return Context._of_kinds(kinds, outer.private | inner.private)
