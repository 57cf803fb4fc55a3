"""Views behind a flag."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction
from django.http import Http404
from django.shortcuts import redirect

from ...errors import OptionError
from ...sdk.extracting import Contextual
from ...sdk.flagged import check_key, enabled
from ...sdk.wrapping import check_alike, name_of, sort_of

View = TypeVar("View", bound=Callable[..., Any])


def is_active(key: str, context: Contextual = None) -> bool:
    """Whether a boolean flag is on, for a context or the request's own; off without a client."""
    return bool(enabled(key, context))


def flag_required(
    key: str, *, else_view: Callable[..., Any] | None = None, redirect_to: Any = None,
    state: bool = True,
) -> Callable[[View], View]:  # fmt: skip
    """Decorate a view with a flag: while it is off, visitors get something else.

    They get the view `else_view`, called with the same arguments; or a redirect (302) to
    `redirect_to`, which is a URL, the name of one or an object that has one; else 404. With
    `state=False` the view is there while the flag is off.

    Raises `OptionError` while decorating when `else_view` cannot be called as the view is.
    """
    check_key(key)
    if else_view is not None and redirect_to is not None:
        raise OptionError(f"flag {key!r}: give else_view or redirect_to")

    def decorate(view: View) -> View:
        if else_view is not None:
            _check(view, else_view)
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded(*args: Any, **kwargs: Any) -> Any:
                if is_active(key) is state:
                    return await view(*args, **kwargs)
                if else_view is not None:
                    return await else_view(*args, **kwargs)
                return _turned_away(key, redirect_to)
        else:

            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                if is_active(key) is state:
                    return view(*args, **kwargs)
                if else_view is not None:
                    return else_view(*args, **kwargs)
                return _turned_away(key, redirect_to)

        found: Any = guarded
        return found  # type: ignore[no-any-return]

    return decorate


def _check(view: Callable[..., Any], other: Callable[..., Any]) -> None:
    if iscoroutinefunction(view) != iscoroutinefunction(other):
        raise OptionError(
            f"{name_of(view)} and its else_view {name_of(other)} are not both async: write both "
            "alike"
        )
    if sort_of(view) == sort_of(other):  # class-based views do not look alike, and are
        check_alike(view, other, "else_view")


def _turned_away(key: str, redirect_to: Any) -> Any:
    if redirect_to is None:
        raise Http404(f"flag {key!r}")
    return redirect(redirect_to)
