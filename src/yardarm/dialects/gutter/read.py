"""From Gutter's switches to our document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from ...core import model as m
from ...core.reading import escape
from .. import onoff
from ..base import Options, Reading
from .conditions import ConditionReader, Read, given
from .objects import Objects
from .options import Chosen

NAME = "gutter"
_DISABLED, _GLOBAL = 1, 3
_EXPECTED = '{"default.NAME": switch}, as yardarm.connect.gutter gives it'


@dataclass(frozen=True, slots=True)
class Place:
    """A switch, and where it stands: pointer and field of the hash (empty in a list)."""

    at: str
    field: str
    value: m.Json


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what holds no switches."""
    chosen = Chosen.of(options)
    notes = onoff.Notes()
    switches: dict[str, _Switch] = {}
    for place in places(source, chosen):
        notes.flag = place.field or None
        found = notes.attempt(place.at, partial(_Switch, place, chosen))
        if found is not None and found.key in switches:
            notes.add(place.at, f"{found.key!r} comes twice", "the first one counts")
        elif found is not None:
            switches[found.key] = found
    flags = {}
    for key, switch in switches.items():
        notes.flag = key
        made = notes.attempt(switch.place.at, partial(switch.flag, notes, switches))
        if made is not None:
            flags[key] = made
    if chosen.autocreate:
        flags.update(_missing_parents(switches, flags))
    _without_orphans(flags, switches, notes)
    flags = onoff.with_options(flags, options)
    layout = _layout(source, chosen)
    return Reading(m.Document(flags, environment={NAME: layout}), tuple(notes.losses))


def _without_orphans(
    flags: dict[str, m.Flag], switches: dict[str, _Switch], notes: onoff.Notes
) -> None:
    """Leave out what needs a parent that could not be read."""
    while orphans := {
        key: needed.flag
        for key, flag in flags.items()
        for needed in flag.prerequisites
        if needed.flag not in flags
    }:
        for key, parent in orphans.items():
            notes.flag = key
            at = f"{switches[key].place.at}/concent"
            notes.refuse(onoff.Refused(at, f"its parent {parent!r} cannot be read"))
            del flags[key]


def _layout(source: m.Json, chosen: Chosen) -> dict[str, m.Json]:
    if not isinstance(source, dict):
        return {"layout": "list"}
    inner = source.get("redis", source)
    keyed = isinstance(inner, dict) and isinstance(inner.get(chosen.keyspace), dict)
    layout: dict[str, m.Json] = {"layout": "redis" if "redis" in source else "hash"}
    if keyed:
        layout["keyspace"] = chosen.keyspace
        counter = inner.get(f"{chosen.keyspace}last_updated")
        return {**layout, "counter": counter} if isinstance(counter, str | int) else layout
    return layout


def places(source: m.Json, chosen: Chosen) -> Iterator[Place]:
    """Every switch of the source."""
    if isinstance(source, str):
        source = _parsed(source)
    if isinstance(source, list):
        yield from (Place(f"/{index}", "", value) for index, value in enumerate(source))
        return
    if not isinstance(source, dict):
        raise onoff.no_document("no mapping of switches", _EXPECTED)
    at, found = "", source
    for name in ("redis", chosen.keyspace):
        inner = found.get(name)
        if isinstance(inner, dict) and "py/object" not in inner:
            at, found = f"{at}/{escape(name)}", inner
    if at == "/redis":
        raise onoff.no_document(f"Redis without a key {chosen.keyspace!r}", "the option keyspace")
    for field, value in found.items():
        if field != f"{chosen.keyspace}last_updated":
            yield Place(f"{at}/{escape(str(field))}", str(field), value)


def _parsed(text: str) -> m.Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise onoff.no_document("text that is no JSON", _EXPECTED) from None


class _Switch:
    """One switch: its key, its fields."""

    def __init__(self, place: Place, chosen: Chosen) -> None:
        self.place = place
        self.chosen = chosen
        value = self._value(place.value)
        self.objects = Objects(value)
        found = self.objects.fields(value)
        if found is None:
            raise onoff.Refused(place.at, "this is no switch")
        self.fields = found[1]
        self.namespace, self.name = self._named()
        within = self.namespace == chosen.namespace
        self.prefix = "" if within or not self.namespace else f"{self.namespace}."
        self.key = self.prefix + self.name

    def _value(self, value: m.Json) -> m.Json:
        if isinstance(value, str):
            if value.lstrip()[:1] != "{":
                raise onoff.Refused(
                    self.place.at, "a pickle: read it with yardarm.connect.gutter first"
                )
            try:
                return json.loads(value)
            except (ValueError, RecursionError):
                raise onoff.Refused(self.place.at, "the value is not JSON") from None
        if isinstance(value, dict) and isinstance(value.get("py/unreadable"), str):
            raise onoff.Refused(self.place.at, value["py/unreadable"])
        return value

    def _named(self) -> tuple[str, str]:
        """Namespace and name. A switch is looked up by its field, so that is what counts."""
        own = self.fields.get("_name", self.fields.get("name"))
        field = self.place.field
        if not field:
            if not isinstance(own, str) or not own:
                raise onoff.Refused(self.place.at, "a switch without a name")
            return self.chosen.namespace, own
        if isinstance(own, str) and own and field == own:
            return self.chosen.namespace, own
        if isinstance(own, str) and own and field.endswith(f".{own}"):
            return field.removesuffix(f".{own}"), own
        namespace, dot, name = field.partition(".")
        return (namespace, name) if dot else (self.chosen.namespace, namespace)

    def flag(self, notes: onoff.Notes, switches: dict[str, _Switch]) -> m.Flag:
        """The switch as a flag. Raises `Refused`."""
        state = self.fields.get("state")
        if isinstance(state, bool) or not isinstance(state, int):
            raise onoff.Refused(f"{self.place.at}/state", "the state is no number")
        enabled, whole = state != _DISABLED, state in (_DISABLED, _GLOBAL)
        conditions = self._conditions(notes, optional=whole)
        rules = self._rules(conditions, notes, selective=not whole)
        on = state == _GLOBAL or (not whole and not rules and self._empty(notes))
        if state == _GLOBAL:
            rules = [m.Rule(r.id, r.when, r.serve, paused=True, metadata=r.metadata) for r in rules]
        default = onoff.ON if on or (state == _DISABLED and not rules) else onoff.OFF
        return onoff.flag(
            self.key,
            NAME,
            self.place.value,
            enabled=enabled,
            default=default,
            rules=rules,
            prerequisites=self._parent(switches) if enabled else (),
            name=_words(self.fields.get("label")),
            description=_words(self.fields.get("description")),
            more={"field": self.place.field} if self.place.field else {},
        )

    # --- conditions ---------------------------------------------------------------------------

    def _conditions(self, notes: onoff.Notes, *, optional: bool) -> list[Read]:
        listed = self.objects.at(self.fields.get("conditions"))
        if not isinstance(listed, list):  # numbered otherwise: the same list is in its old state
            before = self.fields.get("_Switch__init_vars")
            listed = before.get("conditions") if isinstance(before, dict) else None
        at = f"{self.place.at}/conditions"
        if not isinstance(listed, list):
            raise onoff.Refused(at, "the conditions are no list")
        reader = ConditionReader(self.objects, self.chosen, notes)
        found = []
        for index, value in enumerate(listed):
            try:
                found.append(reader.read(value, f"{at}/{index}"))
            except onoff.Refused as error:
                if not optional:
                    raise
                notes.lost(error.pointer, error.message, "nobody asked it: the state decides")
        return found

    def _rules(self, found: list[Read], notes: onoff.Notes, *, selective: bool) -> list[m.Rule]:
        if not found:
            return []
        if not self.fields.get("compounded"):
            return [
                m.Rule(
                    f"condition-{number}", one.alone(), onoff.ON,
                    metadata={"arguments": {one.kind: one.argument}},
                )
                for number, one in enumerate(found, 1)
            ]  # fmt: skip
        if selective:
            self._warn_compounded(notes, "on where every condition holds")
        together = _said if self.chosen.compounded == "said" else _did
        arguments: dict[str, m.Json] = {one.kind: one.argument for one in found}
        metadata = {"arguments": arguments, "compounded": True}
        return [m.Rule("conditions", together(found), onoff.ON, metadata=metadata)]

    def _empty(self, notes: onoff.Notes) -> bool:
        """Whether a selective switch without any condition is on."""
        if not self.fields.get("compounded"):
            return False
        self._warn_compounded(notes, "off: it has no condition")
        return self.chosen.compounded == "did"

    def _warn_compounded(self, notes: onoff.Notes, says: str) -> None:
        notes.differs(
            f"{self.place.at}/compounded",
            "a compounded switch asks only the conditions on the inputs that were given",
            says=says,
            did="on where every condition on the inputs given holds, also where there is none",
            option="compounded",
            taken=self.chosen.compounded,
        )

    # --- parents ------------------------------------------------------------------------------

    def _parent(self, switches: dict[str, _Switch]) -> list[m.Prerequisite]:
        name = self.name.rpartition(":")[0]
        if not name or not self.fields.get("concent"):
            return []
        parent = self.prefix + name
        if parent not in switches and not self.chosen.autocreate:
            raise onoff.Refused(
                f"{self.place.at}/concent",
                f"there is no parent {parent!r}: Gutter raised ValueError at every check",
            )
        return [m.Prerequisite(parent, (onoff.ON,))]


def _did(found: list[Read]) -> m.Condition:
    """All conditions on the inputs that were given; true where there are none such."""
    groups: dict[str, list[m.Condition]] = {}
    for one in found:
        groups.setdefault(one.kind, []).append(one.condition)
    parts = [m.AnyOf((m.Not(given(kind)), _all(c))) for kind, c in groups.items()]
    return _all(list(parts))


def _said(found: list[Read]) -> m.Condition:
    return _all([one.alone() for one in found])


def _all(conditions: list[m.Condition]) -> m.Condition:
    return conditions[0] if len(conditions) == 1 else m.All(tuple(conditions))


def _words(value: m.Json) -> str:
    return value if isinstance(value, str) else ""


def _missing_parents(switches: dict[str, _Switch], flags: dict[str, m.Flag]) -> dict[str, m.Flag]:
    """What Gutter makes of a parent that is missing when it may: a disabled switch."""
    needed = {p.flag for flag in flags.values() for p in flag.prerequisites}
    return {
        name: onoff.flag(name, NAME, None, enabled=False)
        for name in sorted(needed)
        if name not in switches
    }
