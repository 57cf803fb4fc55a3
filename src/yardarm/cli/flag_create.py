"""`yardarm flags create`."""

from __future__ import annotations

import json
from shlex import quote
from typing import Any

import click

from ..core.model import Flag
from .failures import Failure
from .field_order import in_order
from .flag_options import PLAIN, changed, describing, typed
from .mutations import say_warnings
from .output import safe, say, say_json
from .target import Target, as_json, dev_key, targeted, with_reason


@click.command("create", short_help="Create a flag, by default a boolean.")
@click.argument("key")
@typed
@describing
@click.option("--enabled", is_flag=True, help="Switch it on at once, in every environment.")
@click.option("--file", "file", metavar="FILE", help="Take the flag from this file.")
@click.option("--document", metavar="FILE", help="Write it into this document, not to a server.")
@with_reason
@as_json
@targeted
def create_flag(
    key: str,
    kind: str | None,
    enabled: bool,
    file: str | None,
    document: str | None,
    reason: str,
    as_json: bool,
    target: Target,
    **options: Any,
) -> None:
    """Create a flag in every environment of the project.

    `yardarm flags create new-checkout` alone makes a boolean with the variants on and off. It is
    switched off; once enabled it serves on. Prints a program that asks for it.
    """
    flag = _described(key, kind, file, options)
    if enabled:
        flag["enabled"] = True
    if document is not None:
        _into_file(document, key, flag, as_json)
        return
    server = target.server()
    done = server.send("POST", target.in_project("flags"), flag, reason=reason).body
    snippet = _snippet(flag, target)
    if as_json:
        say_json({**done, "snippet": snippet})
        return
    state = "switched on" if enabled else "switched off"
    # As comments, so that all of the output is a program.
    say(f"# created {safe(key)}: {flag['type']}, {_variants(done['flag'])}, {state}")
    if not enabled:
        say(f"# switch it on:  yardarm flags enable {quote(key)}")
    say(snippet)
    say_warnings(done)


def _variants(flag: dict[str, Any]) -> str:
    return "variants " + ", ".join(safe(v["key"]) for v in flag["variants"])


def _described(key: str, kind: str | None, file: str | None, options: Any) -> dict[str, Any]:
    """The new flag's JSON, without the fields that say the usual."""
    base: dict[str, Any] = {}
    if file is not None:
        from .flag_files import load_flag

        base = {n: v for n, v in load_flag(file).items() if n not in ("version", "archived_at")}
        if base.get("key", key) != key:
            raise Failure(f"{file} describes {base['key']!r}, not {key!r}")
        if "variants" not in base or "type" not in base:
            raise Failure(f"{file} holds no flag: it needs 'type' and 'variants'")
    base = {**base, "key": key, "type": kind or base.get("type") or "boolean"}
    if not options.get("variants") and not base.get("variants"):
        if base["type"] != "boolean":
            raise Failure(f"a {base['type']} flag needs its variants: --variant KEY=VALUE")
        base["variants"] = [{"key": "on", "value": True}, {"key": "off", "value": False}]
        base |= {"off": "off", "default": "on"}
    flag = {**base, **changed(base, options)}
    if file is None and "default" not in flag and flag["type"] != "boolean":
        flag["default"] = flag["variants"][0]["key"]
    return in_order({n: v for n, v in flag.items() if n not in PLAIN or v != PLAIN[n]}, Flag)


def _into_file(document: str, key: str, flag: dict[str, Any], as_json: bool) -> None:
    from .flag_files import FlagFile

    file = FlagFile.read(document)
    if key in file.flags():
        raise Failure(f"{document} has a flag {key!r} already; change it with `flags set`")
    file.put(key, {name: value for name, value in flag.items() if name != "key"})
    if as_json:
        say_json({"file": document, "flag": {"enabled": False, **flag}})
    else:
        say(f"created {safe(key)} in {safe(document)}")


def _snippet(flag: dict[str, Any], target: Target) -> str:
    """A program that asks for the flag and runs as it stands, given the server key."""
    where = f"{target.project}/{target.environment or '<environment>'}"
    known = dev_key(target) is not None
    hint = "as `yardarm dev` printed it" if known else "make one with `yardarm keys create`"
    values = {v["key"]: v["value"] for v in flag["variants"]}
    fallback = values.get(flag.get("off") or "", flag["variants"][-1]["value"])
    key, value = _literal(flag["key"]), _literal(fallback)
    ask = f'{flag["type"]}({key}, {{"key": "user-1"}}, fallback={value})'
    return "\n".join([
        "import os",
        "",
        "from yardarm import Client",
        "",
        f"# The server key of {where}: {hint}.",
        f'client = Client({_literal(target.url)}, os.environ["YARDARM_SERVER_KEY"])',
        "client.wait_ready(5)",
        f"print(client.{ask})",
        "client.close()",
    ])  # fmt: skip


def _literal(value: Any) -> str:
    """The value in Python, text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
