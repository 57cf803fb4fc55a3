"""`yardarm segments …`."""

from __future__ import annotations

from typing import Any

import click

from ..connect import files
from ..core.model import DEFAULT_KIND
from .failures import Failure
from .grammar import parse_condition
from .mutations import say_mutation
from .output import fields, safe, say_json, table
from .target import Target, as_json, targeted, with_force, with_reason
from .words import condition_words


@click.command("list", short_help="List the environment's segments.")
@as_json
@targeted
def list_segments(as_json: bool, target: Target) -> None:
    """List the environment's segments."""
    segments = list(target.server().items(target.in_environment("segments")))
    if as_json:
        say_json(segments)
        return
    table(
        ("SEGMENT", "WHEN", "INCLUDED", "EXCLUDED", "NAME"),
        (
            (
                segment["key"],
                condition_words(segment["when"]) if segment.get("when") else "",
                _count(segment, "included"),
                _count(segment, "excluded"),
                segment.get("name", ""),
            )
            for segment in segments
        ),
        empty="no segments; create one with `yardarm segments set beta --include user-1`",
    )


@click.command("show", short_help="Show a segment.")
@click.argument("key")
@as_json
@targeted
def show_segment(key: str, as_json: bool, target: Target) -> None:
    """Show a segment."""
    segment = target.server().get(target.in_environment("segments", key)).body
    if as_json:
        say_json(segment)
        return
    lists = [
        (f"{name} ({listed.get('kind', DEFAULT_KIND)})", ", ".join(listed["keys"]))
        for name in ("included", "excluded")
        for listed in segment.get(name, ())
    ]
    when = condition_words(segment["when"]) if segment.get("when") else ""
    fields([
        ("key", segment["key"]), ("name", segment.get("name")),
        ("description", segment.get("description")), ("when", when), *lists,
        ("version", segment.get("version")),
    ])  # fmt: skip


@click.command("set", short_help="Create or change a segment.")
@click.argument("key")
@click.option("--when", metavar="CONDITION|none", help="Who belongs to it: 'plan = pro'.")
@click.option("--include", "included", multiple=True, metavar="KEY,…", help="Add keys.")
@click.option("--exclude", "excluded", multiple=True, metavar="KEY,…", help="Keep keys out.")
@click.option("--forget", "forgotten", multiple=True, metavar="KEY,…", help="Unlist keys.")
@click.option("--name", help="Name for people.")
@click.option("--description", help="Who is in it.")
@click.option("--file", metavar="FILE", help="Take the whole segment from this file.")
@with_force("Override guards against large removals. Never validation.")
@with_reason
@as_json
@targeted
def set_segment(
    key: str,
    file: str | None,
    force: bool,
    reason: str,
    as_json: bool,
    target: Target,
    **options: Any,
) -> None:
    """Create a segment, or change it by the options given."""
    where = target.in_environment("segments", key)
    server = target.server()
    page = server.get(target.in_environment("segments"), {"limit": 1})
    current, base = _find(server, where, page.etag)
    segment = current if file is None else _from_file(file, key)
    body = {**_changed(segment, options), **({"force": True} if force else {})}
    done = server.send("PUT", where, body, on=base, reason=reason).body
    if as_json:
        say_json(done)
    else:
        say_mutation(done, target, f"nothing to change: {safe(key)} is so already")


@click.command("remove", short_help="Remove a segment that nothing needs.")
@click.argument("key")
@with_force("Although a flag or another segment needs it.")
@with_reason
@as_json
@targeted
def remove_segment(key: str, force: bool, reason: str, as_json: bool, target: Target) -> None:
    """Remove a segment. Refused while a flag or another segment needs it."""
    where = target.in_environment("segments", key)
    server = target.server()
    base = server.get(where).etag
    query = {"force": "true"} if force else None
    done = server.send("DELETE", where, on=base, reason=reason, query=query).body
    if as_json:
        say_json(done)
    else:
        say_mutation(done, target, f"nothing to remove: there is no segment {safe(key)}")


def _find(server: Any, where: str, base: str) -> tuple[dict[str, Any], str]:
    """The segment as it is, or an empty one, and the version that either is of."""
    try:
        answer = server.get(where)
    except Failure as error:
        if error.slug != "not-found":
            raise
        return {}, base
    return dict(answer.body), answer.etag


def _from_file(file: str, key: str) -> dict[str, Any]:
    value = files.load(file).value
    if not isinstance(value, dict):
        raise Failure(f"{file} holds no segment; begin with 'when:' or 'included:'")
    if value.get("key", key) != key:
        raise Failure(f"{file} describes {value['key']!r}, not {key!r}")
    return value


def _changed(segment: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The segment as the options want it."""
    after = {name: value for name, value in segment.items() if name not in ("key", "version")}
    for name in ("name", "description"):
        if options[name] is not None:
            after[name] = options[name]
    if options["when"] is not None:
        after["when"] = None if options["when"] == "none" else parse_condition(options["when"])
    wanted = {name: _keys(options[name]) for name in ("included", "excluded")}
    moved = {*wanted["included"], *wanted["excluded"], *_keys(options["forgotten"])}
    if moved:
        for name, keys in wanted.items():
            after[name] = _listed(after.get(name, []), keys, moved)
    return after


def _listed(lists: list[Any], added: list[str], moved: set[str]) -> list[Any]:
    """The lists of keys, with those of the default kind changed. A key is in one list only."""
    others = [each for each in lists if each.get("kind", DEFAULT_KIND) != DEFAULT_KIND]
    mine = [key for each in lists if each not in others for key in each["keys"]]
    keys = [key for key in mine if key not in moved or key in added]
    keys += [key for key in added if key not in keys]
    return [{"keys": keys}, *others] if keys else others


def _keys(texts: tuple[str, ...]) -> list[str]:
    parts = (part.strip() for text in texts for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _count(segment: dict[str, Any], name: str) -> str:
    return str(sum(len(listed["keys"]) for listed in segment.get(name, ())) or "")
