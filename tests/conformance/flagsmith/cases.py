"""Flagsmith's published cases (engine-test-data), read from beside the repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance" / "flagsmith"


@dataclass(frozen=True, slots=True)
class Case:
    """One file: a document, an identity and everything that must come out of them."""

    id: str
    document: Json
    context: Json
    flags: dict[str, Json]
    segments: list[Json]


def present() -> bool:
    """Whether the folder is there."""
    return FOLDER.is_dir()


def cases() -> Iterator[Case]:
    """Every case of the folder."""
    for path in sorted(FOLDER.glob("*.json*")):
        yield read(path)


def read(path: Path) -> Case:
    """One file: the identity is the context, the rest of the evaluation context the document."""
    content = json.loads(without_comments(path.read_text(encoding="utf-8")))
    document = dict(content["context"])
    context = {}
    if "identity" in document:
        context["identity"] = document.pop("identity")
    expected = content["result"]
    return Case(path.stem, document, context, expected["flags"], expected["segments"])


def without_comments(text: str) -> str:
    """JSON with its `//` and `/* */` comments left out, those in strings kept."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            kept.append(text[at : end + 1])
            at = end + 1
        elif text.startswith("//", at):
            found = text.find("\n", at)
            at = len(text) if found < 0 else found
        elif text.startswith("/*", at):
            at = text.index("*/", at) + 2
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)
