"""System checks: what `manage.py check` says about the setting.

==================  ================================================================
yardarm.E001        the setting is no dictionary, or has a key that there is not
yardarm.E002        more than one of `url`, `document` and `source` is given
yardarm.E003        a dotted name leads nowhere, or to what is of no use there
yardarm.E004        an option makes no sense
yardarm.W001        the middleware is not installed, so no request has a context
yardarm.W002        nothing says where flags come from
yardarm.W003        cookies of visitors or overrides go over HTTP (`check --deploy`)
yardarm.W004        everybody may read the page of the last requests (`check --deploy`)
==================  ================================================================
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from ...sdk.current import CURRENT
from .configuration import (
    NAME,
    SettingError,
    check_source,
    client_maker,
    context_maker,
    read_setting,
    web_options,
)

MIDDLEWARE = (
    "yardarm.integrations.django.FlagsMiddleware",
    "yardarm.integrations.django.middleware.FlagsMiddleware",
)


def check_settings(**_: Any) -> list[CheckMessage]:
    """What is wrong, and what looks forgotten. Nothing is opened."""
    try:
        given = read_setting()
    except SettingError as error:
        return [_error(error)]
    found: list[CheckMessage] = []
    for part in (client_maker, check_source, web_options, context_maker):
        try:
            made = part(given)
        except SettingError as error:
            found.append(_error(error))
            continue
        if part is client_maker and made is None and CURRENT.client is None:
            found.append(Warning(
                "Nothing says where flags come from, so all answer their fallbacks.",
                hint=f"Put url and key, document or source into {NAME}, or call "
                "yardarm.set_client(client) at the start.",
                id="yardarm.W002",
            ))  # fmt: skip
    if not any(name in settings.MIDDLEWARE for name in MIDDLEWARE):
        found.append(Warning(
            "The middleware is not installed, so flags do not know who asks.",
            hint=f"Put {MIDDLEWARE[0]!r} first into MIDDLEWARE.",
            id="yardarm.W001",
        ))  # fmt: skip
    return found


def check_deployment(**_: Any) -> list[CheckMessage]:
    """What only development may have."""
    try:
        options = web_options(read_setting())
    except SettingError:
        return []  # told above
    found: list[CheckMessage] = []
    for name, one in (("visitors", options.visitors), ("overrides", options.overrides)):
        if one is not None and not one.secure:
            found.append(Warning(
                f"The cookie of {NAME}[{name!r}] is sent over HTTP too.",
                hint="Leave secure out of it in production.", id="yardarm.W003",
            ))  # fmt: skip
    if options.debug_path:
        found.append(Warning(
            f"Whoever reaches {options.debug_path} may read what the last requests asked for.",
            hint=f"Leave debug_path out of {NAME} in production.", id="yardarm.W004",
        ))  # fmt: skip
    return found


def _error(error: SettingError) -> CheckMessage:
    return Error(f"{error.message}.", hint=f"{error.hint}.", id=error.id)
