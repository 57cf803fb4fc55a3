"""One of our flags as LaunchDarkly's, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ...core import model as m
from ...core.check_serve import splits_of
from ..base import Options
from .flags import is_client_visible
from .serving import EXPERIMENT, ROLLOUT
from .write_clauses import Unsayable
from .write_conditions import Known, Scratch, Skipped, clauses_of, fault
from .write_segments import next_version
from .write_serving import Target, served_of

_Raw = dict[str, m.Json]

PARTS = (
    "variants", "enabled", "off", "default", "prerequisites", "targets", "rules", "client_visible",
)  # fmt: skip
"""The parts of a flag that are compared with what was read, and written each on its own."""


class Neighbourhood(Protocol):
    """What one flag's writer knows of the whole document."""

    document: m.Document
    options: Options

    def index(self, key: str) -> Mapping[str, int]:
        """The indices of a flag's variants; empty where there is no such flag."""

    def lose(self, flag: m.Flag, pointer: str, message: str, effect: str) -> None:
        """Note a loss of the flag."""


def named(flag: m.Flag) -> tuple[str, ...]:
    """The variants' keys by index: where they differ, so does whatever names a variant."""
    return tuple(variant.key for variant in flag.variants)


def _salt_of(flag: m.Flag) -> str:
    """A salt by which the flag's splits keep their seed."""
    for _, split in splits_of(flag):
        seed = split.bucketing.seed or ""
        if split.bucketing.algorithm in (ROLLOUT, EXPERIMENT) and seed.startswith(f"{flag.key}."):
            return seed[len(flag.key) + 1 :]
    return f"yardarm-{flag.key}"


class FlagWriter:
    """One flag that is written from the model."""

    def __init__(
        self, around: Neighbourhood, known: Known, flag: m.Flag, raw: _Raw, again: m.Flag | None
    ) -> None:
        self.around = around
        self.flag = flag
        self.raw = raw
        self.again = again
        self.scratch = Scratch(flag.key, known)
        key = str(flag.key if raw.get("key") is None else raw["key"])
        self.salt = str(raw.get("salt") or ("" if raw else _salt_of(flag)))
        rehash = around.options.get("splits") == "rehash"
        self.target = Target(around.index(flag.key), f"{key}.{self.salt}", rehash)

    def write(self, differing: tuple[str, ...] | None) -> _Raw:
        """The flag's JSON, with the parts that differ from `raw` written anew."""
        out = {"key": self.flag.key, "salt": self.salt, **self.raw}
        out["version"] = next_version(self.raw, self.flag.version)
        for name in PARTS if differing is None else differing:
            getattr(self, f"_{name}")(out)
        return out

    def _lose(self, pointer: str, message: str, effect: str) -> None:
        self.around.lose(self.flag, pointer, message, effect)

    def _variants(self, out: _Raw) -> None:
        out["variations"] = [None if v.withheld else v.value for v in self.flag.variants]
        for index, variant in enumerate(self.flag.variants):
            if variant.withheld:
                self._lose(
                    f"/variants/{index}",
                    "LaunchDarkly has no variation whose value is withheld",
                    "who is served it gets null instead of the caller's fallback",
                )

    def _enabled(self, out: _Raw) -> None:
        out["on"] = self.flag.enabled

    def _off(self, out: _Raw) -> None:
        out.pop("offVariation", None)
        if self.flag.off is not None:
            out["offVariation"] = self.target.index[self.flag.off]

    def _client_visible(self, out: _Raw) -> None:
        visible = self.flag.client_visible
        if is_client_visible(self.raw) != visible:
            available = out.get("clientSideAvailability")
            others = available if isinstance(available, dict) else {"usingMobileKey": visible}
            out["clientSideAvailability"] = {**others, "usingEnvironmentId": visible}

    # --- prerequisites and targets ------------------------------------------------------------

    def _prerequisites(self, out: _Raw) -> None:
        out["prerequisites"] = [
            {"key": needed.flag, "variation": self._needed(index, needed)}
            for index, needed in enumerate(self.flag.prerequisites)
        ]

    def _needed(self, index: int, needed: m.Prerequisite) -> int:
        """The one variation that LaunchDarkly can ask for."""
        at = f"/prerequisites/{index}"
        known = self.around.index(needed.flag)
        wanted = [known[variant] for variant in needed.variants if variant in known]
        other = self.around.document.flags.get(needed.flag)
        if len(wanted) > 1:
            self._lose(
                at,
                "LaunchDarkly asks for one variation of another flag, not for one of several",
                f"only {needed.variants[0]!r} is asked for: who is served another one gets 'off'",
            )
        by_off = other is not None and other.off in needed.variants and not other.enabled
        if by_off and not needed.enabled:
            self._lose(
                at,
                f"{needed.flag!r} is off, which never meets a prerequisite of LaunchDarkly",
                "everybody gets 'off'",
            )
        return wanted[0] if wanted else -1

    def _targets(self, out: _Raw) -> None:
        """Targets in their order. Those of users have to stand in a list of their own."""
        users: dict[int, list[str]] = {}
        order: list[_Raw] = []
        for target in self.flag.targets:
            index = self.target.index[target.variant]
            if target.kind != m.DEFAULT_KIND:
                order.append(
                    {"contextKind": target.kind, "variation": index, "values": list(target.keys)}
                )
                continue
            if index not in users:
                order.append({"contextKind": m.DEFAULT_KIND, "variation": index, "values": []})
            taken = {key for keys in users.values() for key in keys}
            fresh = [key for key in target.keys if key not in taken]
            users.setdefault(index, []).extend(fresh)
        out["targets"] = [{"variation": index, "values": keys} for index, keys in users.items()]
        out["contextTargets"] = order if len(order) > len(users) else []

    # --- rules and default --------------------------------------------------------------------

    def _rules(self, out: _Raw) -> None:
        before = self._rules_as_read()
        written: list[_Raw] = []
        skip = 0
        for index, rule in enumerate(self.flag.rules):
            if skip:
                skip -= 1
                continue
            group, raw = before.get(rule.id, ((), {}))
            if group and self.flag.rules[index : index + len(group)] == group:
                written.append(raw)
                skip = len(group) - 1
                continue
            made = self._rule(rule, index)
            if made is not None:
                kept = {n: v for n, v in raw.items() if n not in ("variation", "rollout", "id")}
                written.append({**kept, **made})
        if isinstance(self.flag.default, m.Fault):
            written.append({"id": "default", "clauses": [fault(self.scratch)]})
        out["rules"] = written

    def _rules_as_read(self) -> dict[str, tuple[tuple[m.Rule, ...], _Raw]]:
        """By its first rule's id: rules that one of LaunchDarkly's was read as, and that one."""
        found: dict[str, tuple[tuple[m.Rule, ...], _Raw]] = {}
        raws = self.raw.get("rules")
        if self.again is None or not isinstance(raws, list):
            return found
        same = named(self.flag) == named(self.again)
        groups: dict[int, list[m.Rule]] = {}
        for position, rule in enumerate(self.again.rules):
            if not (rule.metadata.get("target") or rule.metadata.get("default")):
                groups.setdefault(rule.metadata.get("index", position), []).append(rule)
        for index, group in groups.items():
            if index < len(raws):
                found[group[0].id] = (tuple(group) if same else (), raws[index])
        return found

    def _rule(self, rule: m.Rule, index: int) -> _Raw | None:
        """One rule; None where it is left out."""
        at = f"/rules/{index}"
        before = self.scratch.state()
        if rule.paused:
            self._lose(at, "LaunchDarkly has no paused rules", "it is left out; nobody notices")
            return None
        try:
            clauses = clauses_of(rule.when, self.scratch)
            serves = {} if rule.serve is None else self._served(rule.serve, at)
            if isinstance(rule.serve, m.Fault):
                clauses.append(fault(self.scratch))
        except Skipped:
            self.scratch.restore(before)
            self._lose(at, "it never matches here", "it is left out; nobody notices")
            return None
        except Unsayable as error:
            self.scratch.restore(before)
            self._lose(
                at,
                f"LaunchDarkly cannot say {error}",
                "the rule is left out: those it serves are asked the next rules",
            )
            return None
        out: _Raw = {"id": rule.metadata.get("id", rule.id), "clauses": clauses, **serves}
        if out["id"] is None:
            del out["id"]
        return out

    def _served(self, serve: m.Serve, at: str) -> _Raw:
        """What a rule serves. A split that cannot be said serves its `outside`, if it has one."""
        try:
            return self._as_it_is(serve, f"{at}/serve")
        except Unsayable as error:
            if not isinstance(serve, m.Split) or serve.outside is None:
                raise
            self._lose(
                f"{at}/serve",
                f"LaunchDarkly cannot say {error}",
                f"everybody whom the rule matches is served {serve.outside!r}",
            )
            return {"variation": self.target.index[serve.outside]}

    def _as_it_is(self, serve: m.Serve, at: str) -> _Raw:
        made = served_of(serve, self.target)
        if isinstance(serve, m.Split) and serve.bucketing.algorithm not in (ROLLOUT, EXPERIMENT):
            self._lose(
                at,
                f"a split of units that {serve.bucketing.algorithm!r} places is written with the "
                "same shares",
                "everybody is placed anew, and may be served another variant",
            )
        return made

    def _default(self, out: _Raw) -> None:
        serve = self.flag.default
        if serve is None:
            self._lose(
                "/default",
                "LaunchDarkly always serves a variation",
                "the caller's default is served, as here; the SDK calls it an error",
            )
            out["fallthrough"] = {}
            return
        try:
            out["fallthrough"] = self._as_it_is(serve, "/default")
        except Unsayable as error:
            chosen = self._instead(serve)
            out["fallthrough"] = {} if chosen is None else {"variation": self.target.index[chosen]}
            instead = "the caller's default" if chosen is None else repr(chosen)
            self._lose(
                "/default",
                f"LaunchDarkly cannot say {error}",
                f"everybody who comes to it is served {instead}",
            )

    def _instead(self, serve: m.Serve) -> str | None:
        """One variant in the place of a serve that cannot be said."""
        if isinstance(serve, m.Split) and serve.outside is not None:
            return serve.outside
        return self.flag.off
