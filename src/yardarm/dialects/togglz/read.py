"""From what Togglz stored to our document."""

from __future__ import annotations

from dataclasses import replace

from ...core import model as m
from ...core.java import trim
from ...errors import OptionError
from .. import onoff
from ..base import Options, Reading
from . import objects
from .dates import release
from .states import Choices, Found, State
from .strategies import RULE, activation
from .texts import read_text

NAME = "togglz"


def read(source: m.Json, options: Options) -> Reading:
    """The features, and what was lost. Raises `DocumentError` for what is none of the layouts and
    `OptionError` for an option that makes no sense."""
    choices = Choices.of(options)
    try:
        release("2026-01-01", None, choices.utc_offset)
    except ValueError as error:
        raise OptionError(f"the option utc_offset: {error}") from None
    notes = onoff.Notes()
    found = find_states(source, choices, notes)
    flags: dict[str, m.Flag] = {}
    for state in found.states:
        notes.flag = state.feature
        if state.feature in flags:
            notes.add(state.at, "the feature comes twice", "the first one counts")
            continue
        try:
            flags[state.feature] = read_flag(state, found.layout, choices, notes)
        except onoff.Refused as error:
            notes.refuse(onoff.Refused(state.at, error.message))
    kept = {"layout": found.layout, **({"rest": dict(found.rest)} if found.rest else {})}
    return Reading(m.Document(flags, environment={NAME: kept}), tuple(notes.losses))


def find_states(source: m.Json, choices: Choices, notes: onoff.Notes) -> Found:
    """The states of a source, by its shape."""
    if isinstance(source, str):
        return read_text(source, choices, notes)
    if isinstance(source, list):
        return objects.from_list(source, choices.layout, notes)
    if not isinstance(source, dict):
        raise onoff.no_document("nothing that Togglz stores", "a file of features, or its rows")
    if isinstance(source.get("redis"), dict):
        return objects.from_redis(source["redis"], choices, notes)
    if isinstance(source.get("tables"), dict):
        tables = {str(name).lower(): rows for name, rows in source["tables"].items()}
        return objects.from_rows(tables.get("togglz"), choices, notes)
    if isinstance(source.get("togglz"), dict):
        features = source["togglz"].get("features")
        return objects.from_spring({} if features is None else features, "spring", notes)
    if isinstance(source.get("files"), dict):
        return _files(source["files"], choices, notes)
    if isinstance(source.get("Items"), list):
        return objects.from_list(source["Items"], choices.layout or "dynamodb", notes)
    if any(isinstance(each, dict) and "enabled" in each for each in source.values()):
        return objects.from_json(source, "json", "", notes)
    raise onoff.no_document("nothing that Togglz stores", '{"FEATURE": {"enabled": true}}')


def _files(files: dict[str, m.Json], choices: Choices, notes: onoff.Notes) -> Found:
    """A folder: one object for each feature, or a single file of another layout."""
    if len(files) == 1:
        only = next(iter(files.values()))
        if not isinstance(only, dict) or "enabled" not in only:
            return find_states(only, choices, notes)
    return objects.from_json(files, "files", "/files", notes)


def read_flag(state: State, layout: str, choices: Choices, notes: onoff.Notes) -> m.Flag:
    """A feature as a flag. Raises `Refused`."""
    active = activation(state, choices, notes)
    default: m.Serve = onoff.OFF
    rules: tuple[m.Rule, ...] = ()
    if active.split is not None:
        default = active.split
    elif active.when == m.Always():
        default = onoff.ON
    elif active.when is not None and active.when != onoff.NOBODY:
        rules = (m.Rule(RULE, active.when, onoff.ON),)
    made = onoff.flag(
        state.feature,
        NAME,
        state.raw,
        enabled=state.enabled,
        default=default,
        rules=rules,
        name=trim(state.label),
        more={"layout": layout, "options": _said(choices)},
    )
    # The groups of the console are only its tabs.
    return replace(made, tags=state.groups) if state.groups else made


def _said(choices: Choices) -> dict[str, str]:
    """The options that differ from the usual, to read a flag's origin again in the same way."""
    usual = Choices.of({})
    return {
        name: getattr(choices, name)
        for name in ("gradual", "strategies", "utc_offset")
        if getattr(choices, name) != getattr(usual, name)
    }
