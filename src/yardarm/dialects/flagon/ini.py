"""The text of a settings file as ConfigObj reads it, as far as a file of features goes.

One setting a line, ``name = value``; ``#`` begins a comment; a name or value may stand in quotes;
commas outside of quotes make a list. Settings below a ``[section]`` belong to it and are no
features.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_QUOTES = ("'", '"')


@dataclass(slots=True)
class Settings:
    """The settings above the first section, and what could not be read: line and reason."""

    values: dict[str, str | list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    in_sections: int = 0


def parse(text: str) -> Settings:
    """Read the text. Never raises."""
    found = Settings()
    section = False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = True
            continue
        name, rest = _name(line)
        if name is None:
            found.problems.append((number, "a line without a name and a value"))
        elif section:
            found.in_sections += 1
        else:
            _add(found, number, name, rest)
    return found


def _add(found: Settings, number: int, name: str, rest: str) -> None:
    value = _value(rest)
    if value is None:
        found.problems.append((number, f"the value of {name!r} cannot be read"))
    elif name in found.values:
        found.problems.append((number, f"{name!r} is given twice, which ConfigObj refuses"))
    else:
        found.values[name], found.lines[name] = value, number


def _name(line: str) -> tuple[str | None, str]:
    if line[0] in _QUOTES:
        end = line.find(line[0], 1)
        rest = line[end + 1 :].lstrip() if end > 0 else ""
        return (line[1:end], rest[1:].strip()) if rest.startswith("=") else (None, "")
    name, equals, rest = line.partition("=")
    return (name.strip(), rest.strip()) if equals and name.strip() else (None, "")


def _value(text: str) -> str | list[str] | None:
    """One value, a list where there is a comma; None for quotes that do not close, and commas with
    nothing between them. A comma alone is the empty list."""
    items: list[str] = []
    commas = 0
    while text and not text.startswith("#"):
        if text.startswith(","):
            commas += 1
            text = text[1:].lstrip()
            if commas > max(len(items), 1):
                return None
            continue
        item, text = _item(text)
        if item is None or (text and text[0] not in ",#") or commas > len(items):
            return None
        items.append(item)
    if commas:
        return items
    return items[0] if items else ""


def _item(text: str) -> tuple[str | None, str]:
    if text[0] in _QUOTES:
        end = text.find(text[0], 1)
        return (None, "") if end < 0 else (text[1:end], text[end + 1 :].lstrip())
    end = min((at for at in map(text.find, ",#") if at >= 0), default=len(text))
    return text[:end].rstrip(), text[end:]


def write(values: dict[str, str | list[str]]) -> str:
    """The settings as text that `parse` reads back."""
    return "".join(f"{_quoted(name)} = {_shown(value)}\n" for name, value in values.items())


def _shown(value: str | list[str]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    shown = ", ".join(map(_quoted, value))
    return shown if len(value) > 1 else f"{shown},"


def _quoted(text: str) -> str:
    plain = text == text.strip() and not set(text) & set(",#='\"[") and text
    if plain:
        return text
    quote = "'" if '"' in text else '"'
    return f"{quote}{text}{quote}"
