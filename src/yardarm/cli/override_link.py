"""`yardarm override-link`: a token that has single requests see other flags than the rest."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import click

from ..core.jsontext import parse_json
from ..core.model import Json
from ..errors import DocumentError, OptionError
from ..sdk.web.tokens import Tokens
from .failures import Failure
from .output import note, say, say_json
from .target import as_json

VARIABLE = "YARDARM_OVERRIDE_SECRET"
"""The variable that holds the secret: on a command line everybody on the machine could read it."""


@click.command("override-link", short_help="Sign flags for a few requests.")
@click.argument("flags", nargs=-1, required=True, metavar="FLAG=VARIANT…")
@click.option(
    "--for", "audience", required=True, metavar="NAME",
    help="The application and environment that is to believe it, such as shop/production.",
)  # fmt: skip
@click.option("--by", required=True, metavar="NAME", help="Who signs, for logs and reasons.")
@click.option("--hours", type=float, default=8.0, show_default=True, help="How long it holds.")
@click.option("--to", metavar="URL", help="Print a link to this page instead of the token.")
@click.option(
    "--parameter", default="yardarm_override", show_default=True, metavar="NAME",
    help="The parameter of the link, as the application is set up.",
)  # fmt: skip
@as_json
def override_link(
    flags: tuple[str, ...], audience: str, by: str, hours: float, to: str | None, parameter: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Sign flags for single requests of an application, for testing in production.

    \b
    yardarm override-link new-checkout=on --for shop/production --by ann
    yardarm override-link new-checkout=on --for shop/production --by ann --to https://shop.example

    VARIANT is a variant's key, or a value as JSON. The secret is the one that the application has,
    from the variable YARDARM_OVERRIDE_SECRET. Send the token in the header Yardarm-Override.
    """
    secret = os.environ.get(VARIABLE, "")
    if not secret:
        raise Failure(f"no secret: set {VARIABLE} to the one that the application has")
    values = dict(_said(word) for word in flags)
    try:
        tokens = Tokens(secret, audience)
        token, signed = tokens.write(values, by=by, seconds=hours * 3600, now=time.time())
    except OptionError as error:
        raise Failure(str(error)) from None
    until = datetime.fromtimestamp(signed.until, UTC).strftime("%Y-%m-%d %H:%M UTC")
    link = None if to is None else _link(to, parameter, token)
    if as_json:
        shown: dict[str, Any] = {"token": token, "id": signed.id, "until": signed.until}
        say_json(shown | ({} if link is None else {"link": link}))
        return
    say(token if link is None else link)
    note(f"override {signed.id}, valid until {until}; whoever has it sees these flags")


def _said(word: str) -> tuple[str, Json]:
    key, equals, text = word.partition("=")
    if not key or not equals or not text:
        raise Failure(f"{word!r:.100} is not of the form FLAG=VARIANT, such as new-checkout=on")
    if text[0] in '{["' or text in ("true", "false"):
        try:
            value: Json = parse_json(text)
        except DocumentError as error:
            raise Failure(f"the value of {key!r:.100} is not JSON: {error}") from None
        return key, value
    return key, text


def _link(url: str, parameter: str, token: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise Failure(f"{url!r:.100} is no address; write it like https://shop.example.com/")
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}{quote(parameter)}={token}").geturl()
