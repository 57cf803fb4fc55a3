"""The cases of LaunchDarkly's own evaluation data, expanded.

A file holds `constants`, `parameters` (a list of alternatives, or a list of lists whose product is
meant), `sdkData` (flags and segments) and `evaluations`. `<NAME>` alone in a text stands for a
constant or parameter of any type, within a longer text for its text. What cannot be resolved stays
as it is: one file relies on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

Json = Any

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance" / "launchdarkly"


@dataclass(frozen=True, slots=True)
class Case:
    """One evaluation. `written` is the document as the file has it, `document` as SDKs receive it.

    `expected` is the answer that is expected; its value is None where the file expects the
    caller's default.
    """

    id: str
    document: Json
    written: Json
    flag: str
    context: Json
    expected: Json


def cases() -> list[Case]:
    """Every case. Skips the test when the data is not there, but fails in CI."""
    if not FOLDER.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the conformance data is missing: {FOLDER}")
        pytest.skip(f"no conformance data in {FOLDER}")
    return [case for path in sorted(FOLDER.glob("*.yml")) for case in _of_file(path)]


def _of_file(path: Path) -> Iterator[Case]:
    loaded = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    for number, names in enumerate(_alternatives(loaded.get("parameters"))):
        known = {**(loaded.get("constants") or {}), **names}
        written = _substituted(loaded["sdkData"], known)
        document = _received(written)
        for index, evaluation in enumerate(_substituted(loaded["evaluations"], known)):
            name = evaluation.get("name", index)
            yield Case(
                f"{path.stem} {number}.{index} {name}",
                document,
                written,
                evaluation["flagKey"],
                evaluation["context"],
                _expected(evaluation["expect"]),
            )


def _alternatives(parameters: Json) -> Iterator[dict[str, Json]]:
    """Each set of parameters the file is to be read with."""
    if not parameters:
        yield {}
    elif isinstance(parameters[0], list):
        for chosen in product(*parameters):
            yield {name: value for part in chosen for name, value in part.items()}
    else:
        yield from parameters


def _substituted(value: Json, known: Mapping[str, Json]) -> Json:
    if isinstance(value, list):
        return [_substituted(item, known) for item in value]
    if isinstance(value, dict):
        return {_text(name, known): _substituted(item, known) for name, item in value.items()}
    if not isinstance(value, str) or "<" not in value:
        return value
    if value[:1] == "<" and value[-1:] == ">" and value[1:-1] in known:
        return _substituted(known[value[1:-1]], known)
    return _text(value, known)


def _text(value: str, known: Mapping[str, Json]) -> str:
    for name, replacement in known.items():
        value = value.replace(f"<{name}>", str(replacement))
    return value


def _expected(expect: Json) -> Json:
    index = expect.get("variationIndex")
    return {
        "value": None if index is None else expect["value"],
        "variationIndex": index,
        "reason": expect["reason"],
    }


# --- what the test harness adds before an SDK sees the data -----------------------------------


def _received(written: Json) -> Json:
    """The document as the harness serves it: with keys, versions and every list that SDKs need."""
    flags, segments = (
        {
            key: {"key": key, "version": 1, **_complete(item)}
            for key, item in (written.get(part) or {}).items()
        }
        for part in ("flags", "segments")
    )
    return {"flags": flags, "segments": segments}


_LISTS: Mapping[str, tuple[tuple[str, Json], ...]] = {
    "rules": (("clauses", []),),
    "clauses": (("attribute", ""), ("values", [])),
    "targets": (("values", []),),
    "contextTargets": (("values", []),),
    "includedContexts": (("values", []),),
    "excludedContexts": (("values", []),),
}


def _complete(item: Json) -> Json:
    out = dict(item)
    for name, defaults in _LISTS.items():
        if isinstance(out.get(name), list):
            out[name] = [dict(defaults) | _complete(part) for part in out[name]]
    return out
