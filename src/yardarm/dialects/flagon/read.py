"""From Flagon's storages to our document."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from ...core import model as m
from .. import onoff
from ..base import Options, Reading
from .records import LAYOUTS, Record, layout_of, records

NAME = "flagon"
_BOTH = ("did", "said")
_NO = frozenset({"", "0", "2", "false", "off", "no", "n", "f", "none", "null"})


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The options, checked."""

    strategies: str
    turned_off: str
    texts: str
    names: str

    @classmethod
    def of(cls, options: Options) -> _Chosen:
        return cls(
            *(
                onoff.choice(options, name, _BOTH, "did")
                for name in ("strategies", "turned_off", "texts", "names")
            )
        )


def read(source: m.Json, options: Options) -> Reading:
    """The document. Raises `DocumentError` for what no backend of Flagon kept."""
    chosen = _Chosen.of(options)
    layout = onoff.choice(options, "layout", ("", *LAYOUTS), "") or layout_of(source)
    notes = onoff.Notes()
    flags: dict[str, m.Flag] = {}
    for record in records(source, layout, notes):
        name = record.name
        if layout == "togglz" and name != name.upper():
            _warn_name(record, chosen, notes)
            if chosen.names == "did":
                notes.flag = None
                continue
            name = name.upper()
        notes.flag = name
        if name in flags:
            notes.add(record.at, f"{name!r} comes twice", "the first one counts")
        else:
            make = partial(_flag, name, record, layout, chosen, notes)
            made = notes.attempt(record.at, make)
            if made is not None:
                flags[name] = made
        notes.flag = None  # what the next record finds is not of this one
    shape = "wrapped" if isinstance(source, dict) and {"redis", "tables"} & source.keys() else ""
    dumped = "dump" if layout == "django" and isinstance(source, list) else shape
    by_name = "mapping" if layout == "datastore" and isinstance(source, dict) else dumped
    flags = onoff.with_options(flags, options)
    environment: m.Json = {NAME: {"layout": layout, "shape": by_name}}
    return Reading(m.Document(flags, environment=environment), tuple(notes.losses))


def _warn_name(record: Record, chosen: _Chosen, notes: onoff.Notes) -> None:
    notes.flag = record.name.upper() if chosen.names == "said" else record.name
    notes.differs(
        record.at,
        f"{record.name!r} is not in capitals, in which the backend looks names up",
        says=f"a feature {record.name.upper()}",
        did="an unknown feature",
        option="names",
        taken=chosen.names,
    )


def _flag(name: str, record: Record, layout: str, chosen: _Chosen, notes: onoff.Notes) -> m.Flag:
    on = _active(record, layout, chosen, notes)
    more: dict[str, m.Json] = {"layout": layout, "name": record.name}
    rules: list[m.Rule] = []
    if isinstance(record.strategy, str) and record.strategy.strip():
        rules = _strategy(record, on, chosen, notes)
    default = onoff.OFF if rules else onoff.ON
    return onoff.flag(name, NAME, record.raw, enabled=on, default=default, rules=rules, more=more)


def _active(record: Record, layout: str, chosen: _Chosen, notes: onoff.Notes) -> bool:
    """Whether the backend's `is_active` was true."""
    value = record.active
    if layout == "togglz":
        return bool(value == "true")
    did = bool(value == "True") if layout == "redis" else bool(value)
    if layout == "sqlalchemy" and value == 2 and not isinstance(value, bool):
        return _both(record, did, False, "turned_off", chosen.turned_off, notes)
    if isinstance(value, str):
        said = value.strip().lower() not in _NO
        if said != did:
            return _both(record, did, said, "texts", chosen.texts, notes)
    elif not isinstance(value, bool | int | None):
        notes.add(record.at, "the state is neither true nor false", _words(did))
    return did


def _both(
    record: Record, did: bool, said: bool, option: str, taken: str, notes: onoff.Notes
) -> bool:
    notes.differs(
        record.at,
        f"the state is {record.active!r}",
        says=_words(said),
        did=_words(did),
        option=option,
        taken=taken,
    )
    return said if taken == "said" else did


def _words(on: bool) -> str:
    return "on" if on else "off"


def _strategy(record: Record, on: bool, chosen: _Chosen, notes: onoff.Notes) -> list[m.Rule]:
    """A strategy was stored and never asked."""
    users = _users(record)
    if on:
        notes.differs(
            record.at,
            f"the strategy {record.strategy!r} was stored and never asked",
            says=f"on for {', '.join(users)}" if users else f"on as {record.strategy} says",
            did="on for everybody",
            option="strategies",
            taken=chosen.strategies,
        )
    if chosen.strategies == "did":
        return []
    if str(record.strategy).strip().lower() != "username":
        if not on:
            return []
        raise onoff.Refused(record.at, f"the strategy {record.strategy!r} is one of Togglz")
    clause = m.Clause("key", "in", tuple(users))
    return [m.Rule("username", clause if users else onoff.NOBODY, onoff.ON)]


def _users(record: Record) -> list[str]:
    """The users that the strategy's parameter names."""
    value = record.params.get("users", record.params.get("username"))
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return list(dict.fromkeys(name for part in parts if (name := str(part).strip())))
