"""A sentence about a flag beside the one before: which of its words are new. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from . import model as m
from .sentence import Part, PartKind, Words, sentence

_TOKEN = re.compile(r"\s+|[^\s]+")


class Reworded(NamedTuple):
    """A piece of a sentence, and whether the sentence before did not say it."""

    kind: PartKind
    text: str
    changed: bool


def reworded(before: m.Flag, after: m.Flag) -> list[Reworded]:
    """What the flag serves after a change, with the words that are not as they were marked.

    Without a change nothing is marked, and the sentence is the flag's own.
    """
    if before == after:
        return [Reworded(part.kind, part.text, False) for part in sentence(after)]
    old, new = (list(_tokens(sentence(flag, will=True))) for flag in (before, after))
    marks = [False] * len(new)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            marks[start:end] = [True] * (end - start)
    told = [Reworded(kind, text, mark) for (kind, text), mark in zip(new, marks, strict=True)]
    return list(_joined(told))


def _tokens(words: Words) -> Iterator[Part]:
    """Names whole, plain text by its words and the spaces between them."""
    for part in words:
        if part.kind == "text":
            yield from (Part("text", token) for token in _TOKEN.findall(part.text))
        else:
            yield part


def _joined(told: list[Reworded]) -> Iterator[Reworded]:
    """Plain words that are marked alike as one piece again."""
    for (kind, changed), group in groupby(told, key=lambda each: (each.kind, each.changed)):
        if kind == "text":
            yield Reworded("text", "".join(each.text for each in group), changed)
        else:
            yield from group
