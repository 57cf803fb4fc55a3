"""From flipper-client's items to our document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from ...core import model as m
from ...core.reading import escape
from .. import onoff
from ..base import Options, Reading
from .bucketers import BucketerReader, is_bucketed
from .checks import Check, condition, read_checks
from .options import Chosen

NAME = "flipper"
_TABLES = ("feature_flags", "features")

_Place = tuple[str, str, m.Json]
"""Pointer, key as it was, item."""


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what holds no items."""
    chosen = Chosen.of(options)
    notes = onoff.Notes()
    flags: dict[str, m.Flag] = {}
    for at, key, value in _places(source, notes):
        name = key.removeprefix(f"{chosen.base_key}/")
        notes.flag = name
        if name in flags:
            notes.add(at, f"{name!r} comes twice", "the first one counts")
        else:
            reader = _ItemReader(name, at, chosen, notes)
            made = notes.attempt(at, partial(reader.flag, key, value))
            if made is not None:
                flags[name] = made
        notes.flag = None  # what the next item finds is not of this one
    flags = onoff.with_options(flags, options)
    layout = {"layout": _layout(source)}
    if layout["layout"] == "table":
        layout["table"] = str(_table(source))
    return Reading(m.Document(flags, environment={NAME: layout}), tuple(notes.losses))


def _layout(source: m.Json) -> str:
    if isinstance(source, list):
        return "list"
    if _table(source) is not None:
        return "table"
    return "redis" if isinstance(source.get("redis"), dict) else "mapping"


def _table(source: dict[str, m.Json]) -> str | None:
    """The name of the table of flags, if there is one."""
    tables = source.get("tables")
    return next((n for n in _TABLES if isinstance(tables, dict) and n in tables), None)


def _places(source: m.Json, notes: onoff.Notes) -> Iterator[_Place]:
    if isinstance(source, list):
        yield from _listed(source, "", "feature_name", notes)
    elif not isinstance(source, dict):
        raise onoff.no_document("no mapping of items", '{"NAME": {"is_enabled": true, …}}')
    elif _layout(source) == "table":
        table = str(_table(source))
        yield from _listed(source["tables"][table], f"/tables/{table}", "name", notes)
    else:
        wrapped = _layout(source) == "redis"
        items = source["redis"] if wrapped else source
        for key, value in items.items():
            yield f"{'/redis' if wrapped else ''}/{escape(str(key))}", str(key), value


def _listed(items: m.Json, at: str, name: str, notes: onoff.Notes) -> Iterator[_Place]:
    if not isinstance(items, list):
        notes.add(at, "the items are no list", "none of them is read")
        return
    for index, item in enumerate(items):
        if isinstance(item, dict) and isinstance(item.get(name), str):
            yield f"{at}/{index}", item[name], item
        else:
            notes.add(f"{at}/{index}", f"an item without {name}", "left out")


class _ItemReader:
    """One item."""

    def __init__(self, name: str, at: str, chosen: Chosen, notes: onoff.Notes) -> None:
        self.name = name
        self.at = at
        self.chosen = chosen
        self.notes = notes

    def flag(self, key: str, value: m.Json) -> m.Flag:
        item = parsed(value)
        enabled, meta = item.get("is_enabled"), item.get("meta", {})
        if not isinstance(enabled, bool):
            raise onoff.Refused(f"{self.at}/is_enabled", "is_enabled is neither true nor false")
        if not isinstance(meta, dict):
            raise onoff.Refused(f"{self.at}/meta", "the meta data is no object")
        rules, default = self._rules(meta)
        return onoff.flag(
            self.name, NAME, value, enabled=enabled, default=default, rules=rules,
            more={"key": key},
        )  # fmt: skip

    def _rules(self, meta: dict[str, m.Json]) -> tuple[list[m.Rule], str]:
        at = f"{self.at}/meta"
        checks = read_checks(meta.get("conditions", []), f"{at}/conditions")
        given = meta.get("bucketer")
        bucketer = None
        if is_bucketed(given, f"{at}/bucketer"):
            bucketer = BucketerReader(self.name, given, f"{at}/bucketer", self.chosen, self.notes)
        asked = condition(checks, self.chosen)
        if bucketer is None:
            if asked is None:
                return [], onoff.ON
            return [m.Rule("conditions", asked, onoff.ON)], onoff.OFF
        rules = bucketer.rules()
        if not checks:
            return [m.Rule(name, when, onoff.ON) for name, when in rules], onoff.OFF
        self._warn_both()
        if self.chosen.conditions == "said":
            return _together(asked, rules), onoff.OFF
        return self._conditions_first(asked, checks, bucketer, rules), onoff.OFF

    def _conditions_first(
        self,
        asked: m.Condition | None,
        checks: list[list[Check]],
        bucketer: BucketerReader,
        rules: list[tuple[str, m.Condition]],
    ) -> list[m.Rule]:
        """As soon as anything is passed the conditions decide; the percentage is for nobody."""
        names = {name for one in checks for name, _, _ in one} | set(bucketer.names())
        names |= set(self.chosen.passed(self.name) or [])
        passed = [m.Clause(self.chosen.attribute(name), "present") for name in sorted(names)]
        found = []
        if passed:
            given: m.Condition = passed[0] if len(passed) == 1 else m.AnyOf(tuple(passed))
            first = given if asked is None else m.All((given, asked))
            found = [m.Rule("conditions", first, onoff.ON), m.Rule("otherwise", given, onoff.OFF)]
        return [*found, *(m.Rule(name, when, onoff.ON) for name, when in rules)]

    def _warn_both(self) -> None:
        self.notes.differs(
            f"{self.at}/meta/conditions",
            "the flag has conditions and a percentage",
            says="on for the percentage of those for whom the conditions hold",
            did="on wherever the conditions hold; the percentage only where nothing is passed",
            option="conditions",
            taken=self.chosen.conditions,
        )


def parsed(value: m.Json) -> dict[str, m.Json]:
    """An item from JSON text, from a row of the table, or as it is. Raises `Refused`."""
    if isinstance(value, dict) and "is_enabled" not in value and isinstance(value.get("item"), str):
        value = value["item"]
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise onoff.Refused("", "the item is not JSON") from None
    if not isinstance(value, dict):
        raise onoff.Refused("", "the item is no object")
    return value


def _together(asked: m.Condition | None, rules: list[tuple[str, m.Condition]]) -> list[m.Rule]:
    """Conditions and percentage at once."""
    if asked is None:
        return [m.Rule(name, when, onoff.ON) for name, when in rules]
    return [m.Rule(name, m.All((asked, when)), onoff.ON) for name, when in rules]
