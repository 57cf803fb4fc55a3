"""Functions and classes that choose, at each call, what is run in their place.

A wrapped function stays what it was: coroutine functions stay coroutine functions, generators
generators, classes classes, each with its name, signature and documentation. What is chosen among
must be of one sort, so that nobody awaits a list or iterates over a coroutine.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeAlias, TypeVar

from ..errors import OptionError

F = TypeVar("F", bound=Callable[..., Any])
Pick: TypeAlias = Callable[[tuple[Any, ...], dict[str, Any]], Callable[..., Any]]
"""What is to be run for these arguments."""

Sort = Literal["function", "generator", "coroutine function", "async generator", "class"]

_SYNCHRONOUS = frozenset({"function", "generator", "class"})


def sort_of(function: Callable[..., Any]) -> Sort:
    """What sort of thing is called. Anything callable that is none of the others is a function."""
    if isinstance(function, type):
        return "class"
    if inspect.isasyncgenfunction(function):
        return "async generator"
    if inspect.isgeneratorfunction(function):
        return "generator"
    called = getattr(type(function), "__call__", None)  # noqa: B004  # objects with `async __call__`
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called):
        return "coroutine function"
    return "function"


def check_alike(function: Callable[..., Any], other: Callable[..., Any], role: str) -> None:
    """Raises `OptionError` unless the other can stand in: same sort, same positional arguments."""
    sorts = sort_of(function), sort_of(other)
    if sorts[0] != sorts[1] and not set(sorts) <= _SYNCHRONOUS:
        raise OptionError(
            f"{name_of(function)} is a {sorts[0]} and its {role} {name_of(other)} a {sorts[1]}: "
            "write one that is called in the same way"
        )
    try:
        wanted, given = inspect.signature(function), inspect.signature(other)
    except (TypeError, ValueError):  # written in C, and does not tell
        return
    positional: list[object] = []
    named: dict[str, object] = {}
    for name, parameter in wanted.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            return  # it takes anything; what it is called with is not known
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = parameter
        else:
            positional.append(parameter)
    try:
        given.bind(*positional, **named)
    except TypeError as error:
        raise OptionError(
            f"the {role} {name_of(other)}{given} cannot be called as {name_of(function)}{wanted}: "
            f"{error}"
        ) from None


def name_of(function: Any) -> str:
    """What a function is called in messages."""
    return str(getattr(function, "__qualname__", None) or repr(function))[:100]


def wrap(function: F, pick: Pick) -> F:
    """What runs whatever `pick` answers for its arguments, in place of the function."""
    make: dict[Sort, Callable[[Any, Pick], Any]] = {
        "function": _function,
        "generator": _generator,
        "coroutine function": _coroutine_function,
        "async generator": _async_generator,
        "class": _class,
    }
    wrapped: F = make[sort_of(function)](function, pick)
    return wrapped


def plain(like: Callable[..., Any], pick: Pick) -> Callable[..., Any]:
    """As `wrap`, but a class is left as it is: what makes an instance is a function beside it."""
    if not isinstance(like, type):
        return wrap(like, pick)

    def chosen(*args: Any, **kwargs: Any) -> Any:
        return pick(args, kwargs)(*args, **kwargs)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(chosen, name, getattr(like, name))
    chosen.__signature__ = inspect.signature(like)  # type: ignore[attr-defined]
    return chosen


def _function(function: Callable[..., Any], pick: Pick) -> Callable[..., Any]:
    @wraps(function)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        return pick(args, kwargs)(*args, **kwargs)

    return chosen


def _generator(function: Callable[..., Any], pick: Pick) -> Callable[..., Any]:
    @wraps(function)
    def chosen(*args: Any, **kwargs: Any) -> Any:
        return (yield from pick(args, kwargs)(*args, **kwargs))

    return chosen


def _coroutine_function(function: Callable[..., Any], pick: Pick) -> Callable[..., Any]:
    @wraps(function)
    async def chosen(*args: Any, **kwargs: Any) -> Any:
        return await pick(args, kwargs)(*args, **kwargs)

    return chosen


def _async_generator(function: Callable[..., Any], pick: Pick) -> Callable[..., Any]:
    @wraps(function)
    async def chosen(*args: Any, **kwargs: Any) -> Any:
        inner = pick(args, kwargs)(*args, **kwargs)
        try:
            value = await anext(inner)
            while True:  # `yield from`, which async generators do not have
                try:
                    sent = yield value
                except GeneratorExit:
                    raise
                except BaseException as error:
                    value = await inner.athrow(error)
                else:
                    value = await inner.asend(sent)
        except StopAsyncIteration:
            return
        finally:
            await inner.aclose()

    return chosen


def _class(cls: type, pick: Pick) -> type:
    """A subclass of the same name whose metaclass chooses when it is called.

    Not by `__new__`, which copying and unpickling call too: they must give back what they were
    given. Subclasses of it are made as ever.
    """
    meta: Any = type(cls)

    class Choosing(meta):  # type: ignore[misc]
        def __call__(kind, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
            if kind is not chosen or (found := pick(args, kwargs)) is cls:
                return super().__call__(*args, **kwargs)
            return found(*args, **kwargs)

        @property
        def __signature__(kind) -> inspect.Signature:  # noqa: N805
            made: Any = kind.__init__ if kind.__init__ is not object.__init__ else kind.__new__  # type: ignore[misc]
            if made is object.__new__:
                return inspect.Signature()
            whole = inspect.signature(made)
            return whole.replace(parameters=list(whole.parameters.values())[1:])

    names = ("__module__", "__qualname__", "__doc__")
    body = {"__slots__": (), **{name: getattr(cls, name) for name in names}}
    try:
        chosen: type = Choosing(cls.__name__, (cls,), body)
    except TypeError as error:
        raise OptionError(f"{name_of(cls)} cannot be chosen: {error}") from None
    return chosen
