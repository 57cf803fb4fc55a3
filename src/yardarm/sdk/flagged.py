"""Flags around whole functions and classes: `@flag`, `choose` and `with enabled(…)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

from ..errors import OptionError
from .current import CURRENT, LOG, find_client
from .evaluating import Evaluating
from .extracting import Contextual
from .wrapping import Pick, check_alike, name_of, plain, sort_of, wrap

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F")

Reader = Callable[[tuple[Any, ...], dict[str, Any]], Any]
"""How a call's arguments tell its context."""


def flag(
    key: str,
    *,
    fallback: Any,
    context: Contextual | str | Callable[..., Any] = None,
    variant: str | None = None,
    client: Evaluating | None = None,
) -> Callable[[F], F]:
    """Decorate a function, method, coroutine function, generator or class with a flag.

    >>> @flag("new-search", fallback=old_search, context="user")
    ... def search(query: str, user: User) -> list[str]: ...

    Each call asks the flag. While it is true (or serves `variant`, for a flag of any type) the
    decorated function runs. Otherwise, and whenever the flag cannot be evaluated, so does
    `fallback`:

    - a function or class is called with the same arguments, and must be of the same sort: async for
      async, sync for sync;
    - an exception, or a class of one, is raised;
    - any other value is returned; generators yield each of its items.

    `context` is a context, the name of the argument that is one, or a function that is called with
    the arguments and returns one; without it, the bound context counts. An object of a class known
    to `context_for` is a context too. `client` is the one to ask instead of the process's, see
    `set_client`. What a decorated function raises is the caller's, the flag itself never raises.

    A generator asks when its first value is asked for. A class becomes a subclass of itself that,
    when called, makes an instance or calls the fallback; other subclasses are not concerned.
    Signature, types and documentation stay.

    Raises `OptionError` while decorating when the fallback cannot stand in for the function, or
    when there is no argument of the name given as `context`.
    """
    check_key(key)

    def decorate(decorated: Any) -> Any:
        if isinstance(decorated, staticmethod | classmethod):
            return type(decorated)(decorate(decorated.__func__))
        if not callable(decorated):
            raise OptionError(f"@flag({key!r}) decorates functions and classes, not {decorated!r}")
        other = _stand_in(decorated, _unbound(fallback))
        return wrap(decorated, _switch(decorated, other, key, variant, client, context))

    return decorate


def choose(
    key: str,
    implementations: Mapping[str, Callable[P, R]],
    *,
    fallback: Callable[P, R],
    context: Contextual | str | Callable[..., Any] = None,
    client: Evaluating | None = None,
) -> Callable[P, R]:
    """A function that runs another one for each variant of a flag, chosen at each call.

    >>> search = choose("search", {"v1": by_words, "v2": by_meaning}, fallback=by_words)
    >>> search("anchor")

    A variant without an implementation, and a flag that cannot be evaluated, run the `fallback`.
    All are of one sort (functions, coroutine functions, generators, classes) and take the same
    arguments; else it raises `OptionError`. `context` and `client` are as for `flag`.
    """
    check_key(key)
    known = {name: _unbound(function) for name, function in implementations.items()}
    other = _unbound(fallback)
    for name, function in known.items():
        if not callable(function):
            raise OptionError(f"variant {name!r} of {key!r} needs a function, not {function!r}")
    if not callable(other):
        raise OptionError(f"the fallback of choose({key!r}, …) is a function, not {other!r:.100}")
    for name, function in known.items():
        check_alike(other, function, f"variant {name!r}")
    read, constant = _reader(context, other)

    def pick(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        asked = client or CURRENT.client or find_client()
        if asked is None:
            return other
        try:
            found = asked.variant(key, constant if read is None else read(args, kwargs))
        except Exception as error:
            return _failed(key, error, other)
        if found and found not in known:
            LOG.warning(f"choose {key}", f"variant {found!r} of {key!r} has no implementation")
        return known.get(found, other)

    return plain(other, pick)


class enabled:  # noqa: N801  # reads as the function it is used as
    """Whether a boolean flag is on, asked once, for a `with` block or an `if`.

    >>> with enabled("new-checkout", {"key": "user-1"}) as on:
    ...     total = new_total(cart) if on else old_total(cart)

    What it says stays the same for the whole block, whatever is changed meanwhile. Without a client
    it is off. `context` and `client` are as for `flag`.
    """

    __slots__ = ("_on",)

    def __init__(
        self, key: str, context: Contextual = None, *, client: Evaluating | None = None
    ) -> None:
        asked = client or CURRENT.client or find_client()
        self._on = asked is not None and asked.boolean(key, context, False)

    def __bool__(self) -> bool:
        return self._on

    def __enter__(self) -> bool:
        return self._on

    def __exit__(self, *_: object) -> None:
        return None


def check_key(key: object) -> None:
    """Raises `OptionError` unless it may be a flag's key."""
    if not isinstance(key, str) or not key:
        raise OptionError(f"a flag's key is a text such as 'new-checkout', not {key!r:.100}")


def _switch(
    function: Any, other: Any, key: str, variant: str | None, client: Evaluating | None,
    context: Any,
) -> Pick:  # fmt: skip
    """What picks the function or the other one. Written out for each case: it runs at each call."""
    read, constant = _reader(context, function)

    def by_boolean(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        asked = client or CURRENT.client or find_client()
        if asked is None:
            return other
        try:
            given = constant if read is None else read(args, kwargs)
        except Exception as error:
            return _failed(key, error, other)
        return function if asked.boolean(key, given, False) else other

    def by_variant(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        asked = client or CURRENT.client or find_client()
        if asked is None:
            return other
        try:
            given = constant if read is None else read(args, kwargs)
        except Exception as error:
            return _failed(key, error, other)
        return function if asked.variant(key, given) == variant else other

    return by_boolean if variant is None else by_variant


def _failed(key: str, error: Exception, other: Any) -> Any:
    why = f"no context for flag {key!r:.100}, the fallback runs: {type(error).__name__}: {error}"
    LOG.error(f"context of {key!r:.100}", why)
    return other


def _reader(context: Any, function: Any) -> tuple[Reader | None, Any]:
    """How the context is found in the arguments, or the one that it always is."""
    if isinstance(context, str):
        return _argument(context, function), None
    if callable(context):
        return (lambda args, kwargs: context(*args, **kwargs)), None
    return None, context


def _argument(name: str, function: Any) -> Reader:
    """What reads an argument, given by position or by name. Raises `OptionError`."""
    parameters = list(inspect.signature(function).parameters.values())
    names = [one.name for one in parameters]
    if name not in names:
        listed = ", ".join(names) or "none"
        raise OptionError(f"{name_of(function)} has no argument {name!r}; it has: {listed}")
    parameter, at = parameters[names.index(name)], names.index(name)
    default = None if parameter.default is parameter.empty else parameter.default
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise OptionError(f"argument {name!r} of {name_of(function)} stands for several")
    if parameter.kind is parameter.KEYWORD_ONLY:
        at = len(names) + 1  # never by position

    def read(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return args[at] if len(args) > at else kwargs.get(name, default)

    return read


def _unbound(function: Any) -> Any:
    """The function of a static or class method that is named in its class's own body."""
    return function.__func__ if isinstance(function, staticmethod | classmethod) else function


def _stand_in(function: Any, fallback: Any) -> Callable[..., Any]:
    """What runs in place of the function: the fallback, or what raises or returns it."""
    if isinstance(fallback, BaseException):
        return lambda *_, **__: _throw(fallback.with_traceback(None))
    if isinstance(fallback, type) and issubclass(fallback, BaseException):
        try:
            fallback()
        except TypeError as error:
            why = f"{fallback.__name__} cannot be raised without arguments, give one made: {error}"
            raise OptionError(why) from None
        return lambda *_, **__: _throw(fallback())
    sort = sort_of(function)
    if callable(fallback):
        check_alike(function, fallback, "fallback")
        if sort == "class" and isinstance(fallback, type) and issubclass(fallback, function):
            raise OptionError(f"the fallback of {name_of(function)} is a subclass of it")
        found: Callable[..., Any] = fallback
        return found
    if "generator" in sort:
        if not isinstance(fallback, Iterable):
            raise OptionError(
                f"{name_of(function)} is a generator, and its fallback {fallback!r:.100} has no "
                "items: give a function, an exception, or a list such as []"
            )
        return _yielding(fallback) if sort == "async generator" else lambda *_, **__: fallback
    if sort == "coroutine function":
        return _awaited(fallback)
    return lambda *_, **__: fallback


def _throw(error: BaseException) -> Any:
    raise error


def _awaited(value: Any) -> Callable[..., Any]:
    async def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


def _yielding(items: Iterable[Any]) -> Callable[..., Any]:
    async def answer(*_: Any, **__: Any) -> Any:
        for item in items:
            yield item

    return answer
