"""Finds sections of the documentation by words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_WORDS = 10
MOST = 30
_AROUND = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """A section that can be found: where it is and what it says."""

    path: str
    page: str
    anchor: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that was found. `excerpt`: what stands around the first match, in parts, each with
    whether it is a match."""

    entry: Entry
    excerpt: tuple[tuple[str, bool], ...]


def search(entries: Iterable[Entry], query: str) -> list[Hit]:
    """The sections that hold every word, the best first.

    A word in the title of a page says more than one in a heading, and that more than one in text.
    """
    words = list(dict.fromkeys(query.lower().split()))[:MAX_WORDS]
    if not words:
        return []
    found = [(_score(entry, words), entry) for entry in entries]
    best = sorted((one for one in found if one[0] > 0), key=lambda one: -one[0])
    return [Hit(entry, _excerpt(entry.text, words)) for _, entry in best[:MOST]]


def _score(entry: Entry, words: Sequence[str]) -> int:
    page, title, text = entry.page.lower(), entry.title.lower(), entry.text.lower()
    score = 0
    for word in words:
        times = text.count(word)
        if word not in page and word not in title and not times:
            return 0
        score += 20 * (word in page) + 12 * (word in title) + min(times, 5)
    return score + 10 * (entry.anchor == "" and all(word in page for word in words))


def _excerpt(text: str, words: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    low = text.lower()
    places = [place for word in words if (place := low.find(word)) >= 0]
    if len(low) != len(text) or not places:  # a letter whose small form is longer
        return ((text[: 2 * _AROUND], False),)
    begin = max(min(places) - _AROUND, 0)
    begin = text.find(" ", begin) + 1 if begin else 0
    end = min(places) + 2 * _AROUND
    shown = text[begin:end]
    parts: list[tuple[str, bool]] = [("… ", False)] if begin else []
    at = 0
    while at < len(shown):
        hits = [(h, w) for w in words if (h := shown.lower().find(w, at)) >= 0]
        if not hits:
            break
        place, word = min(hits)
        parts += [(shown[at:place], False), (shown[place : place + len(word)], True)]
        at = place + len(word)
    tail = shown[at:] + (" …" if end < len(text) else "")
    return tuple(part for part in [*parts, (tail, False)] if part[0])
