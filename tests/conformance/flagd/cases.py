"""The cases of flagd's own evaluator features, expanded from their Gherkin.

Only the steps that these features use are known; an unknown step fails the reading, so that no
case passes because it was not understood.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

Json = Any

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance" / "flagd"


@dataclass(slots=True)
class Case:
    """One evaluation. `expected` holds what the feature states: `value` (with the caller's
    `fallback` where the vendor gives the default), `variant`, `reason`, `error`, `metadata`."""

    id: str
    document: Json
    flag: str = ""
    type: str = ""
    fallback: Json = None
    context: dict[str, Json] = field(default_factory=dict)
    options: dict[str, Json] = field(default_factory=dict)
    expected: dict[str, Json] = field(default_factory=dict)

    def differences(self, answer: Json) -> list[str]:
        """What of the vendor's answer is not as the feature states."""
        metadata = answer["flagMetadata"]
        found = {
            "value": self.fallback if answer["variant"] is None else answer["value"],
            "variant": answer["variant"],
            "reason": answer["reason"],
            "error": answer["errorCode"],
            "metadata": {name: metadata.get(name) for name in self.expected.get("metadata", {})}
            or metadata,
        }
        return [
            f"{name}: {found[name]!r}, not {wanted!r}"
            for name, wanted in self.expected.items()
            if found[name] != wanted or isinstance(found[name], bool) != isinstance(wanted, bool)
        ]


def cases() -> list[Case]:
    """Every case. Skips the test when the data is not there, but fails in CI."""
    if not FOLDER.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the conformance data is missing: {FOLDER}")
        pytest.skip(f"no conformance data in {FOLDER}")
    document = json.loads((FOLDER / "testkit-flags.json").read_text("utf-8"))
    found = []
    for path in sorted(FOLDER.glob("*.feature")):
        for name, tags, lines in _scenarios(path.read_text("utf-8")):
            case = Case(f"{path.stem}: {name}", document)
            for tag in tags:
                if tag.startswith("@fractional-"):
                    case.options["fractional"] = tag.removeprefix("@fractional-")
            _follow(case, lines)
            found.append(case)
    return found


# --- Gherkin ----------------------------------------------------------------------------------

Row = list[str]


def _cells(line: str) -> Row:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _scenarios(text: str) -> Iterator[tuple[str, set[str], list[str]]]:
    """Name, tags and steps of every scenario, outlines expanded, the background in front."""
    background: list[str] = []
    feature_tags: set[str] = set()
    for tags, title, steps, examples in _blocks(text):
        kind, _, name = title.partition(":")
        if kind == "Feature":
            feature_tags = tags
        elif kind == "Background":
            background = steps
        elif not examples:
            yield name.strip(), feature_tags | tags, [*background, *steps]
        for example_tags, header, rows in examples:
            for row in rows:
                values = dict(zip(header, row, strict=True))
                filled = [
                    re.sub(r"<(\w+)>", lambda found: values[found[1]], step)  # noqa: B023
                    for step in [*background, *steps]
                ]
                yield f"{name.strip()} {row}", feature_tags | tags | example_tags, filled


def _blocks(text: str) -> Iterator[tuple[set[str], str, list[str], list[Any]]]:
    """Tags, title, steps and examples of each part of a feature."""
    tags: set[str] = set()
    block: tuple[set[str], str, list[str], list[Any]] | None = None
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            tags |= set(line.split())
        elif re.match(r"(Feature|Background|Scenario|Scenario Outline):", line):
            if block:
                yield block
            block, tags = (tags, line, [], []), set()
        elif line.startswith("Examples:"):
            assert block
            block[3].append((tags, [], []))
            tags = set()
        elif line.startswith("|") and block and block[3]:
            _, header, rows = block[3][-1]
            rows.append(_cells(line)) if header else header.extend(_cells(line))
        elif block and not block[1].startswith("Feature"):
            block[2].append(line)
    if block:
        yield block


# --- steps ------------------------------------------------------------------------------------


def _value(kind: str, text: str) -> Json:
    text = text.replace('\\"', '"')
    match kind.lower():
        case "boolean":
            return text.lower() == "true"
        case "integer":
            return int(text)
        case "float":
            return float(text)
        case "object":
            return json.loads(text)
        case _:
            return text


_TEXT = r'"((?:[^"\\]|\\.)*)"'


def _follow(case: Case, lines: list[str]) -> None:
    for line in lines:
        if line.startswith("|"):
            name, kind, value = _cells(line)
            if (name, kind) != ("key", "metadata_type"):
                case.expected["metadata"][name] = _value(kind, value)
            continue
        step = re.sub(r"^(Given|When|Then|And|But) ", "", line)
        for pattern, take in _STEPS:
            if found := re.fullmatch(pattern, step):
                take(case, *found.groups())
                break
        else:
            raise ValueError(f"unknown step {line!r}")


def _flag(case: Case, kind: str, key: str, fallback: str) -> None:
    case.type, case.flag, case.fallback = kind, key, _value(kind, fallback)


def _context(case: Case, key: str, kind: str, value: str) -> None:
    case.context[key] = _value(kind, value)


def _nested(case: Case, outer: str, inner: str, value: str) -> None:
    case.context.setdefault(outer, {})[inner] = value


def _expect(name: str) -> Any:
    def expect(case: Case, value: str) -> None:
        case.expected[name] = _value(case.type, value) if name == "value" else value

    return expect


def _metadata(case: Case) -> None:
    case.expected["metadata"] = {}


_STEPS: list[tuple[str, Any]] = [
    (r"an evaluator", lambda case: None),
    (r"the flag was evaluated with details", lambda case: None),
    (rf"an? (\w+)-flag with key {_TEXT} and a (?:default|fallback) value {_TEXT}", _flag),
    (rf"a context containing a key {_TEXT}, with type {_TEXT} and with value {_TEXT}", _context),
    (
        rf"a context containing a targeting key with value {_TEXT}",
        lambda case, value: case.context.update(targetingKey=value),
    ),
    (
        "a context containing a nested property with outer key "
        rf"{_TEXT} and inner key {_TEXT}, with value {_TEXT}",
        _nested,
    ),
    (rf"the resolved details value should be {_TEXT}", _expect("value")),
    (rf"the variant should be {_TEXT}", _expect("variant")),
    (rf"the reason should be {_TEXT}", _expect("reason")),
    (rf"the error-code should be {_TEXT}", _expect("error")),
    (r"the resolved metadata should contain", _metadata),
    (r"the resolved metadata is empty", _metadata),
]
