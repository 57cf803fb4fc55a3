"""The setting `YARDARM`: what it says, and what is wrong with it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from ...errors import OptionError
from ...sdk.client import Client
from ...sdk.options import Address, Options
from ...sdk.web.options import WebOptions
from ...sdk.web.signed import SignedOverrides
from ...sdk.web.visitors import Visitors
from .contexts import request_context

NAME = "YARDARM"
ORIGINS = ("url", "document", "source")
WEB = ("address", "proxies", "server_timing", "status_path", "debug_path")
KEYS = (*ORIGINS, "key", "options", "context", "visitors", "overrides", *WEB)
DATABASE = "database"
DATABASE_POLL_SECONDS = 5.0


class SettingError(OptionError):
    """Something in the setting makes no sense: the system check's `id`, and how to mend it."""

    def __init__(self, id: str, message: str, hint: str) -> None:
        super().__init__(f"{message}; {hint}")
        self.id, self.message, self.hint = id, message, hint


def read_setting() -> dict[str, Any]:
    """What the setting says; empty without one. Raises `SettingError`."""
    given = getattr(settings, NAME, {})
    if not isinstance(given, Mapping):
        raise SettingError(
            "yardarm.E001", f"{NAME} is {given!r:.100}",
            'write a dictionary such as {"url": "https://flags.example.com", "key": "ys_…"}',
        )  # fmt: skip
    for name in given:
        if name not in KEYS:
            near = difflib.get_close_matches(str(name), KEYS, 1)
            guess = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(KEYS)}"
            raise SettingError("yardarm.E001", f"{NAME} has no key {name!r:.100}", guess)
    return dict(given)


def client_maker(given: Mapping[str, Any]) -> Callable[[], Client] | None:
    """What makes the client that the setting describes; None where it describes none.

    Nothing is opened before it is called. Raises `SettingError`.
    """
    origins = [name for name in ORIGINS if given.get(name) is not None]
    if len(origins) > 1:
        raise SettingError(
            "yardarm.E002", f"{NAME} says {' and '.join(origins)}", "flags come from one place"
        )
    options = given.get("options") or {}
    if origins == ["source"] and given["source"] == DATABASE:
        options = {"poll_seconds": DATABASE_POLL_SECONDS, **options}
    _sensible("options", Options.of, options)
    if not origins:
        return None
    if origins == ["url"]:
        url, key = given["url"], given.get("key") or ""
        _sensible("url", Address.of, url, key)
        return lambda: Client(url, key, **options)
    if origins == ["document"]:
        document = given["document"]
        if isinstance(document, str | os.PathLike):
            return lambda: Client.from_file(document, **options)
        return lambda: Client.from_document(document, **options)
    return lambda: Client.from_source(_source(given["source"]), **options)


def web_options(given: Mapping[str, Any]) -> WebOptions:
    """What the middleware does beside binding a context. Raises `SettingError`."""
    found = {name: given[name] for name in WEB if name in given}
    if given.get("visitors"):
        found["visitors"] = _visitors(given["visitors"])
    if given.get("overrides"):
        found["overrides"] = _overrides(given["overrides"])
    made: WebOptions = _sensible("the middleware's options", WebOptions.of, found)
    return made


def context_maker(given: Mapping[str, Any]) -> Callable[[Any], object]:
    """What makes a context of a request. Raises `SettingError`."""
    found = given.get("context", request_context)
    found = _named("context", found) if isinstance(found, str) else found
    if not callable(found):
        raise SettingError(
            "yardarm.E003", f"{NAME}['context'] is {found!r:.100}",
            "name a function that is called with the request",
        )  # fmt: skip
    made: Callable[[Any], object] = found
    return made


def check_source(given: Mapping[str, Any]) -> None:
    """Raises `SettingError` when the source is none. It is made, not asked."""
    if given.get("source") is not None:
        _source(given["source"])


def _visitors(said: Any) -> Visitors:
    """True takes Django's own secrets: those that are retired too."""
    if isinstance(said, Visitors):
        return said
    own = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = {"secrets": own, **({} if said is True else said)}
    made: Visitors = _sensible("visitors", lambda: Visitors(**given))
    return made


def _overrides(said: Any) -> SignedOverrides:
    if isinstance(said, SignedOverrides):
        return said
    made: SignedOverrides = _sensible("overrides", lambda: SignedOverrides(**said))
    return made


def _source(said: Any) -> Any:
    if said == DATABASE:
        from .database import DatabaseSource

        return DatabaseSource()
    found = _named("source", said) if isinstance(said, str) else said
    found = found() if isinstance(found, type) else found
    if not callable(getattr(found, "fetch", None)):
        raise SettingError(
            "yardarm.E003", f"{NAME}['source'] is {found!r:.100}",
            f"give a yardarm.Source, the dotted name of one, or {DATABASE!r}",
        )  # fmt: skip
    return found


def _named(key: str, name: str) -> Any:
    try:
        return import_string(name)
    except ImportError as error:
        raise SettingError(
            "yardarm.E003", f"{NAME}[{key!r}]: {error}", "give its dotted name, or the thing itself"
        ) from None


def _sensible(key: str, make: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return make(*arguments)
    except (OptionError, TypeError) as error:
        where = key if " " in key else f"{NAME}[{key!r}]"
        raise SettingError(
            "yardarm.E004", f"{where}: {error}", "see the guide for Django"
        ) from None
