"""Flask-FeatureFlags 0.6: a dictionary of switches in Flask's configuration.

`read` takes any of

- a configuration: ``{"FEATURE_FLAGS": {"new_nav": true}, "FEATURE_FLAGS_OLD_NAV": false, …}``,
  with the names of the inline handler beside it. No other setting is looked at or kept: they hold
  secrets;
- the dictionary itself: ``{"new_nav": true}``;
- the table: ``[{"feature": "new_nav", "is_active": true}, …]``, or
  ``{"tables": {"feature_flag": [row, …]}}``.

The library asks its handlers in turn and takes the first that says yes, so a feature that stands in
several places is on when it is on in one of them.

Options of `read`:

- `truthiness`: the library takes a value as Python does, so the text `"False"` is on. `"did"` (the
  default) reads it so, `"said"` reads texts as what they say (`"False"`, `"off"`, `"no"`, `"0"`).

`write` gives a configuration. Options: `layout`: `"config"` or `"table"`; without it, each feature
is written where it was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..core import model as m
from ..core.reading import escape
from . import onoff
from .base import Dialect, Loss, Options, Reading, Writing, did_or_said

NAME = "flask_featureflags"
_CONFIG = "FEATURE_FLAGS"
_INLINE = "FEATURE_FLAGS_"
_TABLE = "feature_flag"
_NO = frozenset({"", "0", "false", "off", "no", "n", "f", "none", "null"})

_Place = tuple[str, str, str, m.Json]
"""Pointer, where it stands (`config`, `inline`, `table`), the feature, and its value or row."""


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what is neither a dictionary nor rows."""
    truthiness = onoff.choice(options, "truthiness", ("did", "said"), "did")
    notes = onoff.Notes()
    places: dict[str, list[_Place]] = {}
    for place in _places(source, notes):
        places.setdefault(place[2], []).append(place)
    flags = {}
    for feature, found in places.items():
        notes.flag = feature
        made = notes.attempt(found[0][0], partial(_flag, feature, found, truthiness, notes))
        if made is not None:
            flags[feature] = made
    layout = "rows" if isinstance(source, list) else "bare" if _is_bare(source) else "config"
    return Reading(m.Document(flags, environment={NAME: {"layout": layout}}), tuple(notes.losses))


def _is_bare(source: m.Json) -> bool:
    return isinstance(source, dict) and not any(
        isinstance(name, str) and (name == _CONFIG or name.startswith(_INLINE) or name == "tables")
        for name in source
    )


def _places(source: m.Json, notes: onoff.Notes) -> Iterator[_Place]:
    """Everything that says something about a feature."""
    if isinstance(source, list):
        yield from _rows(source, "", notes)
    elif not isinstance(source, dict):
        raise onoff.no_document(
            "neither a dictionary nor rows", '{"FEATURE_FLAGS": {"name": true}}'
        )
    elif _is_bare(source):
        yield from _members(source, "", notes)
    else:
        if _CONFIG in source:
            yield from _members(source[_CONFIG], f"/{_CONFIG}", notes)
        for name, value in source.items():
            if isinstance(name, str) and name.startswith(_INLINE) and name != _INLINE:
                yield f"/{escape(name)}", "inline", name.removeprefix(_INLINE), value
        tables = source.get("tables")
        if isinstance(tables, dict) and _TABLE in tables:
            yield from _rows(tables[_TABLE], f"/tables/{_TABLE}", notes)


def _members(value: m.Json, at: str, notes: onoff.Notes) -> Iterator[_Place]:
    if not isinstance(value, dict):
        notes.add(at, "the features are no dictionary", "none of them is read")
        return
    for feature, active in value.items():
        if isinstance(feature, str):
            yield f"{at}/{escape(feature)}", "config", feature, active
        else:
            notes.add(f"{at}/{feature}"[:200], "a feature's name is no text", "left out")


def _rows(value: m.Json, at: str, notes: onoff.Notes) -> Iterator[_Place]:
    if not isinstance(value, list):
        notes.add(at, "the table is no list of rows", "none of it is read")
        return
    for index, row in enumerate(value):
        if isinstance(row, dict) and isinstance(row.get("feature"), str):
            yield f"{at}/{index}", "table", row["feature"], row
        else:
            notes.add(f"{at}/{index}", "a row without a feature", "left out")


def _flag(feature: str, found: list[_Place], truthiness: str, notes: onoff.Notes) -> m.Flag:
    on = False
    for at, place, _, value in found:
        on = (
            _truth(value.get("is_active") if place == "table" else value, at, truthiness, notes)
            or on
        )
    if len(found) > 1:
        places = ", ".join(place for _, place, _, _ in found)
        notes.add(
            found[0][0],
            f"it stands in {len(found)} places ({places})",
            f"{'on' if on else 'off'}: one yes is enough",
            "lost",
        )
    at, place, _, value = found[0]
    return onoff.flag(feature, NAME, value, enabled=on, more={"place": place})


def _truth(value: m.Json, at: str, truthiness: str, notes: onoff.Notes) -> bool:
    did = bool(value)
    if isinstance(value, bool | None) or value in (0, 1):
        return did
    said = value.strip().lower() not in _NO if isinstance(value, str) else did
    if said == did:
        notes.add(at, f"{_shown(value)} is no boolean", f"read as {'on' if did else 'off'}")
        return did
    notes.differs(
        at,
        "the value is text, and any text but the empty one is on",
        says="on" if said else "off",
        did="on" if did else "off",
        option="truthiness",
        taken=truthiness,
    )
    return said if truthiness == "said" else did


def _shown(value: m.Json) -> str:
    return repr(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"


# --- writing ----------------------------------------------------------------------------------


def write(document: m.Document, options: Options) -> Writing:
    """The configuration, or rows where all features came from the table."""
    layout = options.get("layout") and onoff.choice(
        options, "layout", ("config", "table"), "config"
    )
    losses: list[Loss] = []
    config: dict[str, m.Json] = {}
    inline: dict[str, m.Json] = {}
    rows: list[m.Json] = []
    for key, flag in document.flags.items():
        if not onoff.is_boolean(flag, losses):
            continue
        origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
        place = layout or str(origin.get("place", "config"))
        value = _value(flag, origin, place, losses)
        if place == "table":
            rows.append(value)
        elif place == "inline":
            inline[_INLINE + key] = value
        else:
            config[key] = value
    return Writing(_laid_out(document, config, inline, rows), tuple(losses))


def _laid_out(
    document: m.Document, config: dict[str, m.Json], inline: dict[str, m.Json], rows: list[m.Json]
) -> m.Json:
    kept = document.environment.get(NAME)
    was = kept.get("layout") if isinstance(kept, dict) else ""
    if was == "rows" and not config and not inline:
        return rows
    if was == "bare" and not inline and not rows:
        return config
    tables = {"tables": {_TABLE: rows}} if rows else {}
    return {**({_CONFIG: config} if config or not (inline or rows) else {}), **inline, **tables}


def _value(flag: m.Flag, origin: m.Json, place: str, losses: list[Loss]) -> m.Json:
    """What is written for one feature: what was read, where it still says the same."""
    plain = onoff.is_plain(flag)
    on = onoff.is_on(flag) if plain else onoff.write_fixed(
        flag, losses, "it has rules, targets, prerequisites or a split, the library has none"
    )  # fmt: skip
    raw, was = origin.get("raw"), origin.get("place")
    table = place == "table"
    if was == place and plain and not table and "raw" in origin and bool(raw) == on:
        return raw
    if not table:
        return on
    row = raw if was == "table" and isinstance(raw, dict) else {"feature": flag.key}
    return (
        row if bool(row.get("is_active")) == on and "is_active" in row else {**row, "is_active": on}
    )


DIALECT = Dialect(NAME, "Flask-FeatureFlags", read, write, choices=did_or_said("truthiness"))
