"""One flag of a request: rules in the order in which waffle asks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ...core import model as m
from ...core.reading import escape
from ...errors import OptionError
from .. import onoff
from ..base import Options

_KNOWN = frozenset({
    "id", "name", "everyone", "percent", "testing", "superusers", "staff", "authenticated",
    "languages", "rollout", "note", "created", "modified", "groups", "users",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """The reader's options, checked."""

    percent: str
    override: bool
    cookie: str
    test_cookie: str

    @classmethod
    def of(cls, options: Options) -> Chosen:
        """Raises `OptionError` for a value that is not allowed."""
        cookies = [str(options.get("cookie", "dwf_%s")), str(options.get("test_cookie", "dwft_%s"))]
        if any(cookie.count("%s") != 1 for cookie in cookies):
            raise OptionError("a cookie's name has %s where the flag's name goes")
        return cls(
            onoff.choice(options, "percent", ("hash", "random"), "hash"),
            bool(options.get("override", False)),
            cookies[0],
            cookies[1],
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a flag asks, and what it serves in the end."""

    enabled: bool
    rules: list[m.Rule]
    default: m.Serve


class FlagReader:
    """Reads the fields of one flag."""

    def __init__(
        self, name: str, fields: dict[str, m.Json], at: str, chosen: Chosen, notes: onoff.Notes
    ) -> None:
        self.name = name
        self.fields = fields
        self.at = at
        self.chosen = chosen
        self.notes = notes

    def asked(self) -> Asked:
        """The rules. Raises `Refused` for a value that waffle's columns cannot hold."""
        for field in self.fields:
            if field not in _KNOWN:
                pointer = f"{self.at}/{escape(str(field))}"
                self.notes.lost(pointer, "a field of your own model", "kept, not asked")
        everyone = self.fields.get("everyone")
        if not isinstance(everyone, bool | None):
            raise onoff.Refused(f"{self.at}/everyone", "everyone is neither true, false nor null")
        override = self._said("override", "query", self.name, "1") if self.chosen.override else []
        rules = [*self._testing(), *self._language(), *self._user(), *self._cookie()]
        last, default = self._percent(everyone is None)
        rules += last
        if everyone is None:
            return Asked(True, [*override, *rules], default)
        if everyone is False and not override:
            return Asked(False, rules, default)
        paused = [m.Rule(r.id, r.when, r.serve, paused=True) for r in rules]
        return Asked(True, [*override, *paused], onoff.ON if everyone else onoff.OFF)

    def truth(self, name: str, missing: bool = False) -> bool:
        """A boolean column."""
        value = self.fields.get(name, missing)
        if not isinstance(value, bool) and value not in (0, 1):
            raise onoff.Refused(f"{self.at}/{name}", f"{name} is neither true nor false")
        return bool(value)

    # --- what is asked ------------------------------------------------------------------------

    def _said(self, rule: str, holder: str, name: str, yes: str) -> list[m.Rule]:
        """What a request itself says: yes, or anything else for no."""
        attribute = f"/{holder}/{escape(name)}"
        on = m.Clause(attribute, "equals", (yes,))
        return [
            m.Rule(f"{rule}-on", on, onoff.ON),
            m.Rule(f"{rule}-off", m.Clause(attribute, "present"), onoff.OFF),
        ]

    def _testing(self) -> list[m.Rule]:
        if not self.truth("testing"):
            return []
        cookie = self.chosen.test_cookie % self.name
        header = cookie.replace("_", "-").lower()
        return [
            *self._said("test-query", "query", cookie, "1"),
            *self._said("test-header", "headers", header, "1"),
            *self._said("test-cookie", "cookies", cookie, "True"),
        ]

    def _language(self) -> list[m.Rule]:
        value = self.fields.get("languages") or ""
        if not isinstance(value, str):
            raise onoff.Refused(f"{self.at}/languages", "languages is no text")
        languages = tuple(dict.fromkeys(part.strip() for part in value.split(",")))
        if not value:
            return []
        return [m.Rule("language", m.Clause("language", "in", languages), onoff.ON)]

    def _user(self) -> list[m.Rule]:
        rules = []
        for column, missing in (("authenticated", False), ("staff", False), ("superusers", True)):
            if self.truth(column, missing):
                attribute = "superuser" if column == "superusers" else column
                clause = m.Clause(attribute, "equals", (True,))
                rules.append(m.Rule(column, clause, onoff.ON))
        if users := self._keys("users"):
            keys = tuple(dict.fromkeys(map(str, users)))
            rules.append(m.Rule("users", m.Clause("key", "in", keys), onoff.ON))
        if groups := self._keys("groups"):
            rules.append(m.Rule("groups", m.Clause("groups", "has_any", groups), onoff.ON))
        return rules

    def _keys(self, name: str) -> tuple[str | int, ...]:
        """Primary keys, or names where the dump has natural keys."""
        value = self.fields.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise onoff.Refused(f"{self.at}/{name}", f"{name} is no list of keys")
        found: list[str | int] = []
        for index, key in enumerate(value):
            if isinstance(key, list) and len(key) == 1:
                key = key[0]
            if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
                self.notes.add(f"{self.at}/{name}/{index}", "this is no key", "nobody is meant")
            else:
                found.append(key)
        return tuple(dict.fromkeys(found))

    def _cookie(self) -> list[m.Rule]:
        if self._percentage() <= 0:
            return []
        return self._said("cookie", "cookies", self.chosen.cookie % self.name, "True")

    def _percentage(self) -> Decimal:
        return percentage(self.fields.get("percent"), f"{self.at}/percent")

    def _percent(self, asked: bool) -> tuple[list[m.Rule], m.Serve]:
        """What is served to whoever is asked last: rules and the default."""
        percent = self._percentage()
        if percent <= 0:
            return [], onoff.OFF
        if asked:
            self.notes.differs(
                f"{self.at}/percent",
                "waffle draws at random for each visitor, and remembers it in a cookie",
                says=f"on for {percent} % of the visitors",
                did=f"a draw for each visitor without the cookie, with odds of {percent} %",
                option="percent",
                taken="said" if self.chosen.percent == "hash" else "did",
            )
        if percent >= 100:
            return [], onoff.ON
        if self.chosen.percent == "random":
            return [m.Rule("percent", by_chance(percent), onoff.ON)], onoff.OFF
        arm = m.Arm(onoff.ON, int(percent * 1000))
        return [], m.Split((arm,), outside=onoff.OFF)


def by_chance(percent: Decimal) -> m.Clause:
    """A condition that holds so many times in a hundred, drawn each time."""
    return m.Clause("random", "lte", (float(percent / 100),), m.AMBIENT_KIND)


def percentage(value: m.Json, at: str) -> Decimal:
    """A column of percentages. Raises `Refused` for what is none."""
    if value is None:
        return Decimal(0)
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InvalidOperation
        found = Decimal(str(value))
    except InvalidOperation:
        raise onoff.Refused(at, "the percentage is no number") from None
    if not found.is_finite() or not 0 <= found <= 100:
        raise onoff.Refused(at, f"the percentage {found} is not within 0 to 100")
    return found
