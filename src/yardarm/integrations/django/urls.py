"""Whole routes behind a flag, also included ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any, TypeAlias

from django.urls import URLPattern, path, re_path

from .decorators import flag_required

Route: TypeAlias = Any
"""A `URLPattern` or a `URLResolver`."""


def flagged_path(
    key: str, route: Any, view: Any, kwargs: Any = None, name: str | None = None, *,
    state: bool = True, else_view: Callable[..., Any] | None = None, redirect_to: Any = None,
) -> Route:  # fmt: skip
    """Django's `path` behind a flag; `view` may be an `include(…)`, and is all behind it then.

    `state`, `else_view` and `redirect_to` are as for `flag_required`.
    """
    decorate = flag_required(key, else_view=else_view, redirect_to=redirect_to, state=state)
    return _guarded(path(route, view, kwargs, name), decorate)


def flagged_re_path(
    key: str, route: Any, view: Any, kwargs: Any = None, name: str | None = None, *,
    state: bool = True, else_view: Callable[..., Any] | None = None, redirect_to: Any = None,
) -> Route:  # fmt: skip
    """Django's `re_path` behind a flag, as `flagged_path`."""
    decorate = flag_required(key, else_view=else_view, redirect_to=redirect_to, state=state)
    return _guarded(re_path(route, view, kwargs, name), decorate)


@contextmanager
def flagged_paths(key: str, **options: Any) -> Iterator[Callable[..., Route]]:
    """Several routes behind one flag: `with flagged_paths("x") as path: several = [path(…)]`."""
    yield partial(flagged_path, key, **options)


@contextmanager
def flagged_re_paths(key: str, **options: Any) -> Iterator[Callable[..., Route]]:
    """As `flagged_paths`, for `re_path`."""
    yield partial(flagged_re_path, key, **options)


def _guarded(made: Route, decorate: Callable[[Any], Any]) -> Route:
    """The route with its views decorated; those of an include are copies, for others use it too."""
    found = copy(made)
    if isinstance(made, URLPattern):
        found.callback = decorate(made.callback)
    else:
        patterns = [_guarded(one, decorate) for one in made.url_patterns]
        found.__dict__["url_patterns"] = found.urlconf_name = patterns
        found.__dict__.pop("urlconf_module", None)
    return found
