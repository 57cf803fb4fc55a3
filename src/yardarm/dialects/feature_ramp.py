"""feature_ramp: features ramped up to a percentage, with a whitelist and a blacklist, in Redis.

`read` takes Redis keys and their values, ``{"feature.1.checkout": "{\\"percentage\\": 50, …}",
"feature.active_features": ["feature.1.checkout"]}``, bare or in ``{"redis": {…}}``. A value is JSON
text or the object in it; a key without the prefix `feature.1.` is a feature's name.

Whoever is on the whitelist gets the feature, whoever else is on the blacklist does not, and the
ramp decides for the rest, by the bucketing `feature_ramp`.

Options of `read`:

- `groups`: ``{"checkout": "payments"}``: the group of each feature that was asked for with one. It
  shifts the ramp, and is not stored in Redis.
- `default_percentage`: what the program gave where a feature stores none; 0 without it.
- `by`: the attribute that holds the identifier. Without it that is our `key`, which is text: then
  the entry 3 of a whitelist is the key `"3"`. With another attribute, types are kept as they were.
- `ask`: how the program asked: `"is_visible"` (the default) or `"is_active"`, for all features or
  ``{"checkout": "is_active"}``. `is_active` is true for everybody at any percentage above 0.
- `percentages`: a stored percentage that is text is above every number in Python 2, so it was on
  for everybody: `"did"` (the default), or `"said"` for the number in it.
- `text`: `"unicode"` (the default) or `"bytes"`: what the program passed. It matters beyond ASCII.

`write` gives Redis keys again. It has no options.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..core import model as m
from ..core.reading import escape
from ..errors import OptionError
from . import onoff
from .base import Dialect, Loss, Options, Reading, Writing, did_or_said

NAME = "feature_ramp"
_PREFIX = "feature.1."
_SET = "feature.active_features"
_FIELDS = ("percentage", "whitelist", "blacklist")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The options, checked."""

    groups: dict[str, str]
    default: float
    by: str
    ask: m.Json
    percentages: str
    algorithm: str

    @classmethod
    def of(cls, options: Options) -> _Chosen:
        default = options.get("default_percentage", 0)
        if isinstance(default, bool) or not isinstance(default, int | float):
            raise OptionError("the option default_percentage is a number from 0 to 100")
        asked = options.get("ask", "is_visible")
        for one in asked.values() if isinstance(asked, dict) else (asked,):
            onoff.choice({"ask": one}, "ask", ("is_visible", "is_active"), "")
        text = onoff.choice(options, "text", ("unicode", "bytes"), "unicode")
        return cls(
            onoff.texts(options, "groups"),
            default,
            str(options.get("by", "key")),
            asked,
            onoff.choice(options, "percentages", ("did", "said"), "did"),
            NAME if text == "unicode" else f"{NAME}.bytes",
        )

    def is_active(self, name: str) -> bool:
        """Whether the program asked `is_active` of this feature."""
        asked = self.ask.get(name) if isinstance(self.ask, dict) else self.ask
        return bool(asked == "is_active")


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what is no mapping of keys."""
    chosen = _Chosen.of(options)
    at = "/redis" if isinstance(source, dict) and isinstance(source.get("redis"), dict) else ""
    keys = source["redis"] if at else source
    if not isinstance(keys, dict):
        raise onoff.no_document("no mapping of Redis keys", '{"feature.1.NAME": {"percentage": 5}}')
    notes = onoff.Notes()
    flags: dict[str, m.Flag] = {}
    for key, value in keys.items():
        name = str(key).removeprefix(_PREFIX)
        if key == _SET:
            continue
        notes.flag = name
        here = f"{at}/{escape(str(key))}"
        reader = _Reader(name, here, notes, chosen)
        made = notes.attempt(here, partial(reader.flag, str(key), value))
        if made is not None:
            flags[name] = made
    listed = keys.get(_SET)
    notes.flag = None
    _check_listed(listed, keys, f"{at}/{escape(_SET)}", notes)
    layout = {"wrapped": bool(at), "listed": onoff.storable(listed)}
    flags = onoff.with_options(flags, options)
    return Reading(m.Document(flags, environment={NAME: layout}), tuple(notes.losses))


def _check_listed(listed: m.Json, keys: m.Json, at: str, notes: onoff.Notes) -> None:
    if listed is None:
        return
    if not isinstance(listed, list):
        notes.add(at, "the set of features is no list", "not looked at")
        return
    for index, key in enumerate(listed):
        if not isinstance(key, str) or key not in keys:
            notes.add(f"{at}/{index}", "there is no such key", "no feature is read for it")


class _Reader:
    """One feature."""

    def __init__(self, name: str, at: str, notes: onoff.Notes, chosen: _Chosen) -> None:
        self.name = name
        self.at = at
        self.notes = notes
        self.chosen = chosen

    def flag(self, key: str, value: m.Json) -> m.Flag:
        stored = _parsed(value)
        for field in stored:
            if field not in _FIELDS:
                self.notes.lost(f"{self.at}/{escape(str(field))}", "an unknown field", "kept only")
        percentage = self.percentage(stored)
        origin: dict[str, m.Json] = {"redis_key": key}
        if self.chosen.is_active(self.name):
            self.warn_active(percentage)
            return onoff.flag(self.name, NAME, value, enabled=percentage > 0, more=origin)
        default, rules = self.ramp(percentage), self.lists(stored)
        if not rules and default == onoff.OFF:
            return onoff.flag(self.name, NAME, value, enabled=False, more=origin)
        return onoff.flag(self.name, NAME, value, rules=rules, default=default, more=origin)

    def percentage(self, stored: dict[str, m.Json]) -> float:
        value = stored.get("percentage", self.chosen.default)
        if isinstance(value, int | float) and value == value:
            return int(value) if isinstance(value, bool) else value
        if value is None or isinstance(value, float):
            self.notes.add(f"{self.at}/percentage", f"{value} is no percentage", "read as 0")
            return 0
        try:
            said = float(value) if isinstance(value, str) else 0.0
        except ValueError:
            said = 0.0
        self.notes.differs(
            f"{self.at}/percentage",
            "the percentage is no number, and Python 2 finds every number smaller",
            says=f"on for {said:g} %",
            did="on for everybody",
            option="percentages",
            taken=self.chosen.percentages,
        )
        return said if self.chosen.percentages == "said" else 100

    def warn_active(self, percentage: float) -> None:
        if 0 < percentage < 100:
            self.notes.differs(
                f"{self.at}/percentage",
                "is_active is true at any percentage above 0",
                says=f"on for {percentage:g} %",
                did="on for everybody",
                option="ask",
                taken="did",
            )

    def ramp(self, percentage: float) -> m.Serve:
        if percentage >= 100:
            return onoff.ON
        if percentage <= 0:
            return onoff.OFF
        group = self.chosen.groups.get(self.name) or None
        bucketing = m.Bucketing(self.chosen.algorithm, group, (self.chosen.by,))
        return m.Split((m.Arm(onoff.ON, percentage),), bucketing, onoff.OFF)

    def lists(self, stored: dict[str, m.Json]) -> list[m.Rule]:
        rules, before = [], set[Any]()
        for name, served in (("whitelist", onoff.ON), ("blacklist", onoff.OFF)):
            entries = tuple(e for e in self.entries(stored, name) if _typed(e) not in before)
            before.update(map(_typed, entries))
            if entries:
                rules.append(m.Rule(name, self.listed(entries), served, metadata={"list": name}))
        return rules

    def listed(self, entries: tuple[m.Json, ...]) -> m.Clause:
        if self.chosen.by == "key":
            return m.Clause("key", "in", entries)
        return m.Clause(self.chosen.by, "feature_ramp.listed", entries)

    def entries(self, stored: dict[str, m.Json], name: str) -> list[m.Json]:
        """The entries of a list, each once; as text where they are compared with our key."""
        value = stored.get(name, [])
        if not isinstance(value, list):
            self.notes.add(f"{self.at}/{name}", f"the {name} is no list", "nobody is on it")
            return []
        found: dict[Any, m.Json] = {}
        for index, entry in enumerate(value):
            if not isinstance(entry, str | int | float | None) or entry != entry:
                self.notes.add(f"{self.at}/{name}/{index}", "no identifier", "nobody is meant")
            elif self.chosen.by != "key" or (isinstance(entry, str) and entry):
                found.setdefault(_typed(entry), entry)
            else:
                self.as_key(f"{self.at}/{name}/{index}", entry, found)
        return list(found.values())

    def as_key(self, at: str, entry: m.Json, found: dict[Any, m.Json]) -> None:
        if isinstance(entry, bool) or not isinstance(entry, int):
            self.notes.lost(at, f"{entry!r} cannot be a key", "nobody is meant; see the option by")
            return
        found.setdefault(_typed(str(entry)), str(entry))
        self.notes.differs(
            at,
            f"a number on a list is not the text {str(entry)!r}; our keys are text",
            says=f"{entry} and {str(entry)!r} are one",
            did=f"only the number {entry} was on the list",
            option="by",
            taken="said",
        )


def _parsed(value: m.Json) -> dict[str, m.Json]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise onoff.Refused("", "the value is not JSON") from None
    if not isinstance(value, dict):
        raise onoff.Refused("", "the value is no object")
    return value


def _typed(entry: m.Json) -> Any:
    """A stand-in that is equal for what Python finds equal (3, 3.0), and not for 3 and "3"."""
    return (isinstance(entry, str), entry)


# --- writing ----------------------------------------------------------------------------------


def write(document: m.Document, options: Options) -> Writing:
    """Redis keys and values, with the set of all of them."""
    losses: list[Loss] = []
    keys: dict[str, m.Json] = {}
    for flag in document.flags.values():
        if onoff.is_boolean(flag, losses):
            origin = flag.origin if flag.origin and flag.origin.get("dialect") == NAME else {}
            keys[str(origin.get("redis_key") or _PREFIX + flag.key)] = _value(flag, origin, losses)
    found = document.environment.get(NAME)
    kept = found if isinstance(found, dict) else {}
    if (listed := kept.get("listed", [])) is not None:
        keys[_SET] = _listed(listed, keys, document)
    return Writing({"redis": keys} if kept.get("wrapped") else keys, tuple(losses))


def _listed(was: m.Json, keys: dict[str, m.Json], document: m.Document) -> m.Json:
    """The set of features: those that were in it, and those that were not read from Redis."""
    listed = was if isinstance(was, list) else []
    before = [key for key in listed if isinstance(key, str) and key in keys]
    read_here = {
        str(flag.origin["redis_key"])
        for flag in document.flags.values()
        if flag.origin and flag.origin.get("dialect") == NAME and "redis_key" in flag.origin
    }
    return [*before, *sorted(key for key in keys if key not in before and key not in read_here)]


def _value(flag: m.Flag, origin: m.Json, losses: list[Loss]) -> m.Json:
    if "raw" in origin and _same(flag, origin):
        return origin["raw"]
    stored = _stored(flag, losses)
    raw = origin.get("raw")
    return json.dumps(stored) if isinstance(raw, str) else stored


def _same(flag: m.Flag, origin: m.Json) -> bool:
    """Whether its origin still says what the flag does."""
    source = {origin.get("redis_key"): origin["raw"]}
    again = read(source, onoff.options_of(origin)).document.flags.get(flag.key)
    return onoff.unedited(flag, again)


def _stored(flag: m.Flag, losses: list[Loss]) -> dict[str, m.Json]:
    lists: dict[str, list[m.Json]] = {"whitelist": [], "blacklist": []}
    percentage = _percentage(flag)
    if percentage is None or not _lists(flag, lists):
        why = "only lists of keys and feature_ramp's own ramp can be written"
        on = onoff.write_fixed(flag, losses, why)
        return {"percentage": 100 if on else 0, "whitelist": [], "blacklist": []}
    return {"percentage": percentage, **lists}


def _percentage(flag: m.Flag) -> float | None:
    if not flag.enabled:
        return 0 if not onoff.is_on(flag) else 100
    if isinstance(flag.default, str):
        return 100 if flag.default == onoff.on_variant(flag) else 0
    split = flag.default
    if not isinstance(split, m.Split) or not split.bucketing.algorithm.startswith(NAME):
        return None
    arms = {arm.variant for arm in split.arms if arm.ranges is None}
    on = onoff.on_variant(flag)
    return split.arms[0].weight if arms == {on} and split.outside != on else None


def _lists(flag: m.Flag, lists: dict[str, list[m.Json]]) -> bool:
    """Put targets and rules about keys on the lists; whether that says all of them."""
    on = onoff.on_variant(flag)
    if not flag.enabled:
        return True
    for target in flag.targets:
        lists["whitelist" if target.variant == on else "blacklist"].extend(target.keys)
    for rule in flag.rules:
        clause = rule.when
        if rule.paused:
            continue
        if not isinstance(clause, m.Clause) or not isinstance(rule.serve, str):
            return False
        own = clause.operator == "feature_ramp.listed"
        if not own and (clause.attribute != "key" or clause.operator not in ("in", "equals")):
            return False
        name = "whitelist" if rule.serve == on else "blacklist"
        if name == "whitelist" and lists["blacklist"]:
            return False  # the whitelist is asked first
        lists[name].extend(clause.values)
    return not flag.prerequisites


DIALECT = Dialect(
    NAME,
    "feature_ramp",
    read,
    write,
    choices={
        **did_or_said("percentages"),
        "ask": {"said": "is_visible", "did": "is_active"},
    },
)
