"""What holds for the time of a block, of a function, or of a test."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self, TypeVar

from ..core.codec import document_from_json
from ..core.jsontext import check_value
from ..core.model import Document, Json
from ..core.snapshot import from_document
from ..core.validate import validate
from ..errors import DocumentError, OptionError
from ..sdk.trial import TRIALS, VARIABLE, Trial

F = TypeVar("F", bound=Callable[..., Any])


class Holding:
    """A `with` block or a decorator, of functions and coroutines, in which something else holds.

    Blocks may be nested: the inner one adds to the outer one. They end in the reverse order.
    """

    def __init__(self, change: Callable[[Trial], Trial]) -> None:
        self._change = change
        self._before: list[tuple[Trial, str | None]] = []

    def __enter__(self) -> Self:
        trial = self._change(TRIALS.now)
        self._before.append((TRIALS.hold(trial), os.environ.get(VARIABLE)))
        _tell_programs(trial.to_text() if trial.values or trial.bare else None)
        return self

    def __exit__(self, *_: object) -> None:
        trial, told = self._before.pop()
        TRIALS.hold(trial)
        _tell_programs(told)

    def __call__(self, function: F) -> F:
        """The function, in the block. Raises `OptionError` for a class or a generator."""
        if isinstance(function, type) or inspect.isgeneratorfunction(function):
            raise OptionError(
                "this decorates functions and coroutines; use `with` inside of others"
            )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def held(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def held(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return function(*args, **kwargs)

        return held  # type: ignore[return-value]  # of the same signature


def override(values: Mapping[str, Json] | None = None, /, **named: Json) -> Holding:
    """Have flags serve these values to everybody, whatever their rules and the server say.

    A value is a variant's key or a variant's value; a flag that no document has takes any value
    that the program asks for. `named` is for keys that are names: `override(checkout=True)`.
    Raises `OptionError` for what cannot be a flag's value.
    """
    said = {**(values or {}), **named}
    for key, value in said.items():
        if not key or type(key) is not str:
            raise OptionError(f"a flag's key is text, not {key!r:.100}")
        if problems := check_value(value):
            raise OptionError(f"flag {key!r} cannot be overridden: {problems[0].message}")
    return Holding(lambda trial: replace(trial, values={**trial.values, **said}))


def without_flags() -> Holding:
    """Have every flag answer its fallback, as when nothing could ever be reached.

    What `override` says goes before it.
    """
    return Holding(lambda trial: replace(trial, bare=True))


def serving(document: Document | Mapping[str, Any]) -> Holding:
    """Have every client serve this document instead of what its server or file has.

    Programs that a test starts do not hear of it. Raises `DocumentError` when it is not valid.
    """
    if not isinstance(document, Document):
        document = document_from_json(dict(document))
    problems = [problem for problem in validate(document) if problem.severity == "error"]
    if problems:
        raise DocumentError(problems)
    snapshot = from_document(document)
    return Holding(lambda trial: replace(trial, snapshot=snapshot, bare=False))


def _tell_programs(text: str | None) -> None:
    if text is None:
        with suppress(KeyError):
            del os.environ[VARIABLE]
    else:
        os.environ[VARIABLE] = text
