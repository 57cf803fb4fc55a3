"""States kept as text: properties, features, Flagon's INI, Spring Boot's application.properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...core import java
from ...core.reading import escape
from ...errors import DocumentError, Problem
from .. import onoff
from .objects import from_spring
from .properties import load
from .states import Choices, Found, State, is_true, parse_boolean

SPRING = "togglz.features."


def read_text(source: str, choices: Choices, notes: onoff.Notes) -> Found:
    """The states of a text. Raises `DocumentError` for one that is no properties file."""
    if choices.layout == "ini":
        return _ini(source, notes)
    try:
        values = load(_decoded(source, choices, notes))
    except ValueError as error:
        raise DocumentError([Problem("", f"no properties file: {error}")]) from None
    layout = choices.layout or _guessed(values)
    if layout == "spring-properties":
        return from_spring(_nested(values), layout, notes)
    if layout == "features":
        return Found(layout, tuple(of_spec(name, spec) for name, spec in values.items()))
    return _properties(values, notes)


def _decoded(source: str, choices: Choices, notes: onoff.Notes) -> str:
    """Java reads a properties file as ISO 8859-1, whatever its editor meant."""
    if source.isascii():
        return source
    seen = source.encode("utf-8", "surrogatepass").decode("latin-1")
    notes.differs(
        "",
        "the file holds characters beyond ASCII, and Java reads it as ISO 8859-1",
        says="the text as UTF-8",
        did="each byte as a character of its own",
        option="encoding",
        taken=choices.encoding,
    )
    return source if choices.encoding == "said" else seen


def _guessed(values: Mapping[str, str]) -> str:
    if any(name.startswith(SPRING) for name in values):
        return "spring-properties"
    if values and all(";" in value for value in values.values()):
        return "features"
    return "properties"


# --- properties -----------------------------------------------------------------------------------


def _parts(name: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The feature that an entry belongs to, and which part of it the entry is."""
    for mark in (".strategy", ".users"):
        base = name.removesuffix(mark)
        if base != name and base in values:
            return base, mark
    at = name.find(".param.")
    while at >= 0:
        if name[:at] in values:
            return name[:at], name[at:]
        at = name.find(".param.", at + 1)
    return name, ""


def _properties(values: Mapping[str, str], notes: onoff.Notes) -> Found:
    entries: dict[str, dict[str, str]] = {}
    rest = {}
    for name, value in values.items():
        feature, part = _parts(name, values)
        stray = not part and (name.endswith((".strategy", ".users")) or ".param." in name)
        if stray:
            notes.add(f"/{escape(name)}", "it belongs to no feature of the file", "it is left out")
            rest[name] = value
        else:
            entries.setdefault(feature, {})[part] = value
    return Found("properties", tuple(map(of_entries, entries, entries.values())), rest)


def of_entries(feature: str, raw: dict[str, str]) -> State:
    """A feature's entries. Users in the form of Togglz 1 are added to those of the strategy."""
    params = {
        part.removeprefix(".param."): value for part, value in raw.items() if ".param." in part
    }
    strategy = raw.get(".strategy")
    users = java.split(raw.get(".users"), java.COMMA)
    if users:
        params["users"] = ",".join([*java.split(params.get("users"), java.COMMA), *users])
        strategy = "username" if strategy is None else strategy
    enabled = is_true(raw.get("", ""))
    return State(feature, enabled, strategy, params, f"/{escape(feature)}", raw)


def of_spec(name: str, spec: str) -> State:
    """One line of a features file: ``label;enabled by default;group,group``."""
    parts = [*spec.split(";"), "", ""]
    groups = java.split(parts[2], java.COMMA)
    label = "" if java.is_blank(parts[0]) else parts[0]
    enabled = parse_boolean(parts[1])
    return State(name, enabled, None, {}, f"/{escape(name)}", spec, label, tuple(groups))


# --- Spring Boot ----------------------------------------------------------------------------------


def _nested(values: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """``togglz.features.NAME.part`` as Spring Boot binds them."""
    found: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        if not name.startswith(SPRING):
            continue
        feature, part = _spring_parts(name.removeprefix(SPRING))
        spec = found.setdefault(feature, {})
        if part.startswith("param."):
            params = spec.setdefault("param", {})
            if isinstance(params, dict):
                params[part.removeprefix("param.")] = value
        elif part:
            spec[part] = value
    return found


def _spring_parts(name: str) -> tuple[str, str]:
    if name.startswith("["):  # a name with dots in it is written in brackets
        feature, _, part = name[1:].partition("]")
        return feature, part.removeprefix(".")
    feature, _, part = name.partition(".")
    return feature, part


# --- Flagon's INI ---------------------------------------------------------------------------------


def _ini(source: str, notes: onoff.Notes) -> Found:
    """What Flagon made of a Togglz file: features with names in capitals, on for the text `true`
    alone, and for everybody, because it never asks a strategy."""
    values = dict(_ini_lines(source))
    entries: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        feature, part = _parts(name, values)
        entries.setdefault(feature, {})[part] = value
    states = []
    for feature, raw in entries.items():
        if feature != feature.upper():
            message = f"{feature!r} is not in capitals, in which Flagon looks names up"
            notes.add(f"/{escape(feature)}", message, "it is left out")
            continue
        notes.flag = feature
        states.append(of_ini(feature, raw, notes))
        notes.flag = None
    return Found("ini", tuple(states))


def of_ini(feature: str, raw: dict[str, str], notes: onoff.Notes) -> State:
    """A feature's entries as Flagon takes them."""
    at = f"/{escape(feature)}"
    if raw.get(".strategy"):
        notes.differs(
            f"{at}.strategy", "Flagon stores a strategy and never asks it",
            says=f"only whom the strategy {raw['.strategy']!r} lets in",
            did="on for everybody", option="layout", taken="did",
        )  # fmt: skip
    return State(feature, raw.get("") == "true", None, {}, at, raw)


def _ini_lines(source: str) -> Iterator[tuple[str, str]]:
    for line in source.splitlines():
        text = line.strip()
        if text.startswith("["):  # what follows is in a section, and no feature
            return
        if not text or text[0] == "#":
            continue
        name, equals, value = text.partition("=")
        if equals:
            yield name.strip().strip("'\""), _ini_value(value.strip())


def _ini_value(text: str) -> str:
    if text[:1] in ("'", '"'):
        return text[1:].partition(text[0])[0]
    return text.partition("#")[0].rstrip()
