"""What differs between two documents, by pointer and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from . import model as m
from .codec import flag_to_json, segment_to_json
from .reading import escape

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `before` or `after` is None where it did not or does not exist.

    `kind` and `key` name the flag or segment, `pointer` the place in it, `words` the whole in
    one plain sentence.
    """

    kind: Literal["flag", "segment"]
    key: str
    pointer: str
    before: m.Json
    after: m.Json
    words: str

    def to_json(self) -> dict[str, m.Json]:
        """The difference as JSON."""
        return {
            "kind": self.kind,
            "key": self.key,
            "pointer": self.pointer,
            "before": self.before,
            "after": self.after,
            "words": self.words,
        }


def diff(before: m.Document, after: m.Document) -> list[Difference]:
    """Everything that differs, flags first, each in the order of its key.

    Versions are not compared: they say when, not what.
    """
    found: list[Difference] = []
    flags = [{key: flag_to_json(f) for key, f in d.flags.items()} for d in (before, after)]
    segments = [{key: segment_to_json(s) for key, s in d.segments.items()} for d in (before, after)]
    found += _items("flag", *flags)
    found += _items("segment", *segments)
    return found


def _items(
    kind: Literal["flag", "segment"], before: Mapping[str, m.Json], after: Mapping[str, m.Json]
) -> Iterator[Difference]:
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        name = f"{kind} {key!r}"
        if old is None:
            yield Difference(kind, key, "", None, new, f"{name} is added")
        elif new is None:
            yield Difference(kind, key, "", old, None, f"{name} is removed")
        elif old != new:
            for pointer, was, now in _fields(old, new):
                if pointer != "/version":
                    words = f"{name}: {_words(pointer, was, now)}"
                    yield Difference(kind, key, pointer, _or_none(was), _or_none(now), words)


def _fields(old: m.Json, new: m.Json, at: str = "") -> Iterator[tuple[str, m.Json, m.Json]]:
    """Pointers of the smallest parts that differ, with what stood and what stands there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            below = f"{at}/{escape(name)}"
            was, now = old.get(name, _MISSING), new.get(name, _MISSING)
            if was is not _MISSING and now is not _MISSING:
                yield from _fields(was, now, below)
            else:
                yield below, was, now
    elif _by_id(old) and _by_id(new):
        yield from _rules(old, new, at)
    elif old != new or type(old) is not type(new):
        yield at, old, new


def _by_id(value: m.Json) -> bool:
    return isinstance(value, list) and all(isinstance(v, dict) and "id" in v for v in value)


def _rules(old: list[m.Json], new: list[m.Json], at: str) -> Iterator[tuple[str, m.Json, m.Json]]:
    was = {rule["id"]: rule for rule in old}
    now = {rule["id"]: rule for rule in new}
    for rule_id in [*was, *(i for i in now if i not in was)]:
        below = f"{at}/{escape(rule_id)}"
        if rule_id in was and rule_id in now:
            yield from _fields(was[rule_id], now[rule_id], below)
        else:
            yield below, was.get(rule_id, _MISSING), now.get(rule_id, _MISSING)
    kept_before = [i for i in was if i in now]
    kept_after = [i for i in now if i in was]
    if kept_before != kept_after:
        yield f"{at}/order", kept_before, kept_after


def _or_none(value: m.Json) -> m.Json:
    return None if value is _MISSING else value


def _words(pointer: str, was: m.Json, now: m.Json) -> str:
    if pointer == "/enabled":
        return "switched on" if now else "switched off"
    parts = pointer[1:].split("/")
    name = " ".join(parts)
    if parts[0] == "rules" and len(parts) >= 2:
        name = "the order of the rules" if parts[1] == "order" else f"rule {parts[1]!r}"
        name += "".join(f" {part}" for part in parts[2:])
    if was is _MISSING:
        return (
            f"{name} is set to {_short(now)}"
            if len(parts) != 2 or parts[0] != "rules"
            else (f"{name} is added")
        )
    if now is _MISSING:
        return f"{name} is removed"
    return f"{name} changes from {_short(was)} to {_short(now)}"


def _short(value: m.Json) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"
