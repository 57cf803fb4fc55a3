"""`yardarm flags set|edit`: read a flag, change it, send what differs on top of what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import click

from .failures import Failure
from .flag_options import ENVIRONMENT_FIELDS, PLAIN, PROJECT_FIELDS, changed, changing
from .mutations import say_mutation
from .output import safe, say, say_json
from .target import Target, as_json, targeted, with_force, with_reason

_FIXED = ("key", "type", "version", "archived_at", "origin", "says")
_FORCE = with_force("Override guards against large removals. Never validation.")


@click.command("set", short_help="Change a flag: its rules, its rollout, its owner.")
@click.argument("key")
@changing
@click.option("--file", metavar="FILE", help="Take the whole flag from this file.")
@click.option("--document", metavar="FILE", help="Change this document instead of a server.")
@_FORCE
@with_reason
@as_json
@targeted
def set_flag(
    key: str,
    file: str | None,
    document: str | None,
    force: bool,
    reason: str,
    as_json: bool,
    target: Target,
    **options: Any,
) -> None:
    """Change a flag.

    Name, variants, owner and the like change in every environment of the project; off, default,
    rollout, rules, targets and requirements in one. Given both, it makes two change sets, the
    project's first. It changes exactly what it read: if somebody was faster, nothing is changed
    and the exit code is 3.

    \b
    RULE   country in NL,BE -> on
           plan = pro and seats >= 10 -> 25% blue, 25% green
           not segment staff or flag new-nav is on -> 10% on, rest off
    SERVE  on
           50% blue, 50% green by organization:key

    The language is in docs/reference/command-line.md; what it cannot say goes by --file.
    """
    if document is not None:
        _in_file(document, key, file, options, as_json)
        return
    current = _Current.fetch(target, key)
    wanted = current.flag if file is None else _from_file(file, current.flag)
    fields = {**_differing(current.flag, wanted), **changed(wanted, options)}
    _send(current, target, fields, {"force": True} if force else {}, reason, as_json)


@click.command("edit", short_help="Change a flag in your editor.")
@click.argument("key")
@_FORCE
@with_reason
@as_json
@targeted
def edit_flag(key: str, force: bool, reason: str, as_json: bool, target: Target) -> None:
    """Change a flag in your editor (EDITOR), as YAML.

    What you save is sent on top of what you were shown; if somebody was faster, nothing is
    changed and you are told what differs.
    """
    from ..connect.yaml import load_yaml
    from ..connect.yaml_write import dump_yaml

    current = _Current.fetch(target, key)
    shown = {n: v for n, v in current.flag.items() if n not in _FIXED and v != PLAIN.get(n)}
    head = f"# {key} in {target.environment or 'the project'}; save and close to send it.\n"
    saved = click.edit(head + dump_yaml(shown), extension=".yaml")
    edited = None if saved is None else load_yaml(saved)
    if not edited:
        say("nothing saved, nothing changed")
        return
    if not isinstance(edited, dict):
        raise Failure("that is no flag any more; nothing was changed")
    fields = _differing(current.flag, _whole(edited, current.flag, "your text"))
    _send(current, target, fields, {"force": True} if force else {}, reason, as_json)


@dataclass(frozen=True, slots=True)
class _Current:
    """A flag as it was read: project fields and those of one environment (if one is named)."""

    flag: dict[str, Any]
    etag: str
    environment: str | None

    @classmethod
    def fetch(cls, target: Target, key: str) -> _Current:
        """Read the flag. Raises `Failure`."""
        answer = target.server().get(target.in_project("flags", key))
        flag = dict(answer.body)
        states = flag.pop("environments")
        if target.environment is None:
            return cls(flag, answer.etag, None)
        state = states.get(target.environment)
        if state is None:
            known = ", ".join(states) or "none that this token may read"
            raise Failure(f"there is no environment {target.environment!r}; there is {known}")
        return cls({**flag, **state}, answer.etag, target.environment)

    def base(self, done: Mapping[str, Any] | None) -> str:
        """What an edit of the environment builds on: what was read, or our own change since."""
        if done is not None:
            return f'"{done["versions"][self.environment]}"'
        pairs = (part.rpartition("=") for part in self.etag.strip('"').split(","))
        versions = {unquote(name): version for name, _, version in pairs}
        return f'"{versions[self.environment or ""]}"'


def _send(
    current: _Current,
    target: Target,
    fields: Mapping[str, Any],
    more: Mapping[str, Any],
    reason: str,
    as_json: bool,
) -> None:
    """Send the fields: those of the project first, since rules may name a new variant."""
    server, key = target.server(), current.flag["key"]
    of_project = {name: fields[name] for name in PROJECT_FIELDS if name in fields}
    of_environment = {name: fields[name] for name in ENVIRONMENT_FIELDS if name in fields}
    place = target.in_environment("flags", key) if of_environment else ""
    done: dict[str, Any] = {"change_set": None, "changes": [], "warnings": []}
    first: dict[str, Any] | None = None
    if of_project:
        where = target.in_project("flags", key)
        body = {**of_project, **more}
        first = server.send("PATCH", where, body, on=current.etag, reason=reason).body
        done = dict(first)
    if of_environment:
        try:
            body = {**of_environment, **more}
            base = current.base(first)
            second = server.send("PATCH", place, body, on=base, reason=reason).body
        except Failure as error:
            if not done["changes"]:
                raise
            made = ", ".join(of_project)
            missing = ", ".join(of_environment)
            raise Failure(f"{made} changed, but {missing} not: {error}", error.code) from None
        done = {**second, "changes": [*done["changes"], *second["changes"]]}
    if as_json:
        say_json(done)
    else:
        say_mutation(done, target, f"nothing to change: {safe(key)} is so already")


def _from_file(file: str, current: Mapping[str, Any]) -> dict[str, Any]:
    from .flag_files import load_flag

    return _whole(load_flag(file), current, file)


def _whole(given: Mapping[str, Any], current: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The flag that a file describes: what it leaves out has its usual value."""
    for name in ("key", "type"):
        if given.get(name, current[name]) != current[name]:
            raise Failure(f"{source}: the {name} is {current[name]!r} and stays so")
    known = {*PROJECT_FIELDS, *ENVIRONMENT_FIELDS, *_FIXED}
    if unknown := sorted(set(given) - known):
        raise Failure(f"{source}: a flag has no field {unknown[0]!r}")
    if "variants" not in given:
        raise Failure(f"{source} is no whole flag: it needs 'variants'")
    kept = {name: current[name] for name in _FIXED if name in current}
    return {**PLAIN, **{n: v for n, v in given.items() if n not in _FIXED}, **kept}


def _differing(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that differ, of those that were read."""
    return {
        name: wanted[name]
        for name in (*PROJECT_FIELDS, *ENVIRONMENT_FIELDS)
        if name in wanted and wanted[name] != {**PLAIN, **current}.get(name)
    }


def _in_file(
    document: str, key: str, file: str | None, options: Mapping[str, Any], as_json: bool
) -> None:
    from .flag_files import FlagFile

    edited = FlagFile.read(document)
    current = edited.flag(key)
    wanted = current if file is None else _from_file(file, current)
    fields = {**_differing(current, wanted), **changed(wanted, options)}
    if fields:
        edited.put(key, fields)
    if as_json:
        say_json({"file": document, "flag": key, "changed": sorted(fields)})
    else:
        what = ", ".join(fields) or "nothing"
        say(f"set {what} of {safe(key)} in {safe(document)}")
