"""feature_ramp in a few plain lines, as it answered under Python 2.7."""

from __future__ import annotations

import json
from typing import Any

Json = Any


def is_visible(keys: dict[str, Json], name: str, options: dict[str, Json], who: Json) -> bool:
    stored = keys[f"feature.1.{name}"]
    stored = json.loads(stored) if isinstance(stored, str) else stored
    if listed(who, stored.get("whitelist", [])):
        return True
    if listed(who, stored.get("blacklist", [])):
        return False
    rank = (hash_of(options["groups"].get(name) or name) + hash_of(as_text(who))) % 100
    percentage = stored.get("percentage", options.get("default_percentage", 0))
    if percentage is None:
        return False
    return True if isinstance(percentage, str) else rank < percentage


def listed(who: Json, entries: list[Json]) -> bool:
    return any(isinstance(who, str) == isinstance(entry, str) and who == entry for entry in entries)


def as_text(who: Json) -> str:
    return who if isinstance(who, str) else str(who)


def hash_of(text: str) -> int:
    if not text:
        return 0
    state = ord(text[0]) * 128
    for character in text:
        state = state * 1000003 % 2**64 ^ ord(character)
    state ^= len(text)
    return state - 2**64 if state >= 2**63 else state
