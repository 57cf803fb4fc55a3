"""A document of Flagsmith while it is put together."""

from __future__ import annotations

from collections.abc import Iterator

from ...core import model as m
from ...core.model import Json
from .forms import Form
from .states import State, listed
from .write_flags import FeatureWriter

_FEATURES = "identity_features"


class Assembly:
    """Features, segments and identities by their keys, in the words of one form.

    Parts that were taken over are never changed, only replaced.
    """

    def __init__(self, form: Form, kept: dict[str, Json], environment: dict[str, Json]) -> None:
        self.form = form
        self.kept = kept
        self.environment = environment
        self.features: dict[str, Json] = {}
        self.segments: dict[str, Json] = {}
        self.identities: list[Json] = []
        self._numbers: Iterator[int] = iter(())
        self._ids: dict[str, str] = {}

    # --- what is taken over -------------------------------------------------------------------

    def take(self, document: m.Document) -> None:
        """Take over what was read in this form, as it was."""
        for key, flag in document.flags.items():
            if (raw := self._raw(flag.origin)) is not None:
                self.features[key] = raw
        for key, segment in document.segments.items():
            if (raw := self._raw(segment.origin)) is not None:
                self.segments[key] = raw
                own = raw.get("id" if self.form.name == "environment" else "key", key)
                self._ids[key] = str(own)
        if self.form.name == "environment":
            listed = self.kept.get("identity_overrides")
            if isinstance(listed, list):
                self.identities = listed
            elif not self.kept:
                self.identities = list(_identities(document, self.form))
        self.numbers(document)

    def _raw(self, origin: object) -> Json:
        if not isinstance(origin, dict) or origin.get("dialect") != "flagsmith":
            return None
        raw = origin.get("raw")
        return raw if origin.get("form") == self.form.name and isinstance(raw, dict) else None

    # --- ids ----------------------------------------------------------------------------------

    def numbers(self, document: m.Document) -> None:
        """Find ids that are not taken yet."""
        taken = {1_000}
        for raw in (*self.features.values(), *self.segments.values()):
            taken.update(_ids_in(raw))
        taken.update(int(key) for key in document.segments if key.isascii() and key.isdigit())
        start = max(one for one in taken if one < 2**53) + 1
        self._numbers = iter(range(start, start + 10**9))

    def number_of(self, flag: str) -> str:
        """The key of a feature's state: the one it has, or a new one."""
        raw = self.features.get(flag)
        if raw is not None:
            found = raw.get("key") if self.form.name == "context" else None
            found = found or raw.get("django_id") or raw.get("featurestate_uuid")
            if found:
                return str(found)
        return str(next(self._numbers))

    # --- segments -----------------------------------------------------------------------------

    def own_segment(self, flag: str, title: str) -> str:
        """A key for a segment that is made for one rule of a flag."""
        found, number = f"{flag}: {title}", 2
        while found in self.segments:
            found, number = f"{flag}: {title} ({number})", number + 1
        return found

    def new_segment(self, key: str) -> str:
        """The id for a segment of this key: the one it has, or a new one; kept for it."""
        found = self._ids.get(key)
        if found is None:
            numeric = key.isascii() and key.isdigit() and str(int(key)) == key
            named = self.form.name == "context" or numeric
            found = key if named else str(next(self._numbers))
            self._ids[key] = found
        self.segments.setdefault(key, None)
        return found

    def set_segment(self, key: str, name: str, rules: list[Json]) -> None:
        """Write a segment's rules; its overrides stay."""
        raw = self.segments.get(key) or {}
        number = self._ids[key]
        own = {"id": int(number)} if self.form.name == "environment" else {"key": number}
        self.segments[key] = {
            self.form.overrides: [],
            **raw,
            **own,
            "name": name,
            "rules": self.form.rules(rules),
        }

    def drop_segment(self, key: str) -> None:
        """Leave out a segment that was begun."""
        self.segments.pop(key, None)
        self._ids.pop(key, None)

    # --- states -------------------------------------------------------------------------------

    def clear(self, flag: str) -> None:
        """Take out everything that overrides a flag."""
        name = self.form.overrides
        for key, raw in self.segments.items():
            states = listed(raw, name)
            if any(self.form.name_of(one) == flag for one in states):
                left = [one for one in states if self.form.name_of(one) != flag]
                self.segments[key] = {**raw, name: left}
        self.identities = [
            {**one, "identity_features": left}
            for one in self.identities
            if isinstance(one, dict)
            and (
                (left := [f for f in listed(one, _FEATURES) if self.form.name_of(f) != flag])
                or not listed(one, _FEATURES)
            )
        ]

    def set_feature(self, state: State) -> None:
        """Write what a feature is in the environment."""
        self.features[state.name] = self.form.state(state, self.features.get(state.name))

    def override(self, segment: str, state: State) -> None:
        """Write what a feature is in a segment."""
        raw = self.segments[segment]
        number = str(next(self._numbers)) if not state.variations else state.key
        state = State(
            state.name, number, state.enabled, state.value, state.variations, state.priority
        )
        base = self._identity_of(state.name)
        states = [*listed(raw, self.form.overrides), self.form.state(state, base)]
        self.segments[segment] = {**raw, self.form.overrides: states}

    def individual(self, keys: tuple[str, ...], state: State) -> None:
        """Write what a feature is for single identities."""
        if self.form.name == "context":
            key = self.own_segment(state.name, ", ".join(keys[:3]))
            self.new_segment(key)
            members = {
                "operator": "IN",
                "property": "$.identity.identifier",
                "value": list(keys),
            }
            rule = {"type": "ALL", "conditions": [members], "rules": []}
            self.set_segment(key, "identity_overrides", [rule])
            strongest = State(state.name, "", state.enabled, state.value, (), -1_000_000)
            self.override(key, strongest)
            return
        written = self.form.state(state, self._identity_of(state.name))
        for key in keys:
            self._individual(key, written)

    def _individual(self, key: str, written: Json) -> None:
        for at, one in enumerate(self.identities):
            if one.get("identifier") == key:
                self.identities[at] = {**one, _FEATURES: [*listed(one, _FEATURES), written]}
                return
        self.identities.append({"identifier": key, "identity_features": [written]})

    def _identity_of(self, flag: str) -> Json:
        """What names a feature in every one of its states."""
        raw = self.features.get(flag) or {}
        names = ("feature",) if self.form.name == "environment" else ("metadata",)
        return {name: raw[name] for name in names if name in raw}

    # --- the whole ----------------------------------------------------------------------------

    def _environment(self) -> dict[str, Json]:
        """The environment, without a key where it was read without one and none was made."""
        read = self.kept.get("environment")
        if self.environment["key"] or not isinstance(read, dict) or "key" in read:
            return self.environment
        return {name: value for name, value in self.environment.items() if name != "key"}

    def document(self) -> Json:
        """The document."""
        rest = self.kept.get("rest")
        own: dict[str, Json] = dict(rest) if isinstance(rest, dict) else {}
        segments = {key: raw for key, raw in self.segments.items() if raw is not None}
        parts = {"features": self.features, "segments": segments}
        if self.form.name == "context":
            return {**own, "environment": self._environment(), **self._present(parts)}
        project = self.kept.get("project")
        made = {
            **own,
            "api_key": self.environment["key"],
            "name": self.environment["name"],
            "feature_states": list(self.features.values()),
            "project": {
                **(project if isinstance(project, dict) else {"name": "Yardarm"}),
                "segments": list(segments.values()),
            },
            **self._present({"identity_overrides": self.identities}),
        }
        if not self.kept:
            made.setdefault("updated_at", "1970-01-01T00:00:00.000000+00:00")
        return made

    def _present(self, parts: dict[str, Json]) -> dict[str, Json]:
        """Parts that hold something; those that do not as they were, or not at all."""
        empty = self.kept.get("empty")
        if not isinstance(empty, dict):
            return parts
        return {name: part or empty[name] for name, part in parts.items() if part or name in empty}


def _identities(document: m.Document, form: Form) -> Iterator[Json]:
    """Overrides of identities made of targets, where the document itself is not at hand."""
    found: dict[str, list[Json]] = {}
    for key, flag in document.flags.items():
        if not isinstance(flag.origin, dict) or flag.origin.get("dialect") != "flagsmith":
            continue
        writer = FeatureWriter(flag, "", "", rehash=False)
        feature = (
            flag.origin["raw"].get("feature") if isinstance(flag.origin.get("raw"), dict) else None
        )
        for target in flag.targets:
            enabled, value = writer.meaning(writer.variants[target.variant])
            state = form.state(State(key, "", enabled, value), {"feature": feature or {}})
            for one in target.keys:
                found.setdefault(one, []).append(state)
    for identifier, states in found.items():
        yield {"identifier": identifier, "identity_features": states}


def _ids_in(raw: Json) -> Iterator[int]:
    """Every number that a part is known by."""
    stack = [raw]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            for name in ("id", "django_id", "key"):
                found = one.get(name)
                if type(found) is int:
                    yield found
                elif name == "key" and type(found) is str and found.isascii() and found.isdigit():
                    yield int(found[:18])
            stack += [*listed(one, "feature_states"), *listed(one, "overrides")]
            if isinstance(one.get("feature"), dict):
                stack.append(one["feature"])
