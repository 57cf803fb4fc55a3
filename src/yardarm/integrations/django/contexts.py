"""Contexts made of requests: our own, and those of the libraries that people come from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language


def request_context(request: HttpRequest) -> dict[str, Any]:
    """Who asks: `key`, `username`, `authenticated`, `staff`, `superuser` and `language`.

    The key is the user's primary key, as text. Of somebody who is not signed in only the language
    is known, and a visitor's key is that of the cookie.
    """
    found: dict[str, Any] = {"authenticated": False, "language": get_language() or ""}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return found
    return {
        **found,
        "key": str(user.pk),
        "username": user.get_username(),
        "authenticated": True,
        "staff": bool(getattr(user, "is_staff", False)),
        "superuser": bool(getattr(user, "is_superuser", False)),
    }


def waffle_context(request: HttpRequest) -> dict[str, Any]:
    """What flags taken over from django-waffle ask for: also groups, cookies, query and headers.

    Groups are read from the database.
    """
    found = request_context(request)
    if found["authenticated"]:
        user: Any = request.user
        found["groups"] = list(user.groups.values_list("pk", flat=True))
    return {
        **found,
        "cookies": dict(request.COOKIES),
        "query": request.GET.dict(),
        "headers": {name.lower(): value for name, value in request.headers.items()},
        "_private": ["cookies", "query", "headers"],
    }


def django_flags_context(request: HttpRequest) -> dict[str, Any]:
    """What flags taken over from django-flags ask for: the user's name as key, query, path."""
    found = {**request_context(request), "path": request.path, "parameters": request.GET.dict()}
    found["_private"] = ["parameters"]
    if "username" in found:
        found["key"] = found["username"]
    return found
