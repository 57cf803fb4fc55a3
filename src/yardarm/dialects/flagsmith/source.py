"""Both forms of Flagsmith's document as one: features, segments, overrides.

Nothing is built here that is not needed to know what is wrong with the document: states and rules
are read when a flag or segment is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...core.model import Json
from ...core.reading import escape, kind_name
from ...errors import DocumentError, Problem
from .notes import Malformed, Notes
from .states import ReadState, State, from_context, from_document, of_identity

IDENTITY_OVERRIDES = "identity_overrides"
"""What the SDK names the segment of an identity that has overrides."""


@dataclass(frozen=True, slots=True)
class Part:
    """One feature or segment as it stands in the document."""

    raw: Json
    pointer: str


@dataclass(frozen=True, slots=True)
class Individual:
    """A feature's state for single identities, which comes before those in segments.

    As in the SDK, identities with equal overrides are one group; 1 and true count as equal there,
    and what the first of them has is served to all. `group` is the group's index.
    """

    group: int
    identifiers: tuple[Json, ...]
    state: State


@dataclass(slots=True)
class Source:
    """A document of Flagsmith. `segments` go by the key under which they are asked.

    - `is_environment` says which form it was, `root` what paths may ask of the document.
    - `overrides` has for each feature the segments that override it, each with its state's JSON.
    - `groups` are identities with equal overrides; `named`: their names are not read as numbers.
    - `uses_context`: conditions ask more of a context than its traits; `touches_flags`: paths may
      come upon results of flags without naming one; `asks_itself`: they look into the document.
    - `fails`: something in it may make the engine fail.
    """

    is_environment: bool
    environment: Json
    read_state: ReadState
    features: dict[str, Part] = field(default_factory=dict)
    segments: dict[str, Part] = field(default_factory=dict)
    overrides: dict[str, list[tuple[str, Json]]] = field(default_factory=dict)
    individuals: dict[str, list[Individual]] = field(default_factory=dict)
    rest: dict[str, Json] = field(default_factory=dict)
    raw: Json = None
    groups: list[tuple[Json, ...]] = field(default_factory=list)
    named: bool = False
    uses_context: bool = False
    touches_flags: bool = False
    asks_itself: bool = False
    fails: bool = False
    _root: dict[str, Json] | None = None

    @property
    def form(self) -> str:
        """The form's name: `environment` or `context`."""
        return "environment" if self.is_environment else "context"

    @property
    def key(self) -> str:
        """The environment's key, which takes part in every hash of an identity."""
        key = self.environment.get("key")
        return key if type(key) is str else ""

    @property
    def given_key(self) -> str | None:
        """The same; None where the document has none at all."""
        return self.key if "key" in self.environment else None

    @property
    def identity(self) -> Json:
        """Who a whole evaluation context is about, where it says so."""
        return None if self.is_environment else self.raw.get("identity")

    @property
    def root(self) -> Mapping[str, Json]:
        """The evaluation context without an identity."""
        if self._root is None:
            from .mapping import to_context  # only documents with paths need it

            self._root = to_context(self) if self.is_environment else dict(self.raw)
            self._root.pop("identity", None)
            self._root.pop("flags", None)
        return self._root


def load(raw: Json, notes: Notes) -> Source:
    """The document. Raises `DocumentError` for what is neither of its two forms."""
    if isinstance(raw, dict) and isinstance(raw.get("feature_states"), list):
        return _environment(raw, notes)
    if isinstance(raw, dict) and isinstance(raw.get("environment"), dict):
        return _context(raw, notes)
    raise DocumentError(
        [
            Problem(
                "",
                "this is no document of Flagsmith",
                "expected an environment document with 'feature_states', or an evaluation context "
                "with 'environment', 'features' and 'segments'",
            )
        ]
    )


# --- the two forms ----------------------------------------------------------------------------

_KEYLESS = "identities are hashed without"
_CONTEXT = ("environment", "features", "segments")
_ENVIRONMENT = ("api_key", "name", "feature_states", "project", "identity_overrides")


def _context(raw: dict[str, Json], notes: Notes) -> Source:
    source = Source(False, raw["environment"], from_context, raw=raw)
    source.rest = {name: value for name, value in raw.items() if name not in _CONTEXT}
    if source.given_key is None:
        notes.add("/environment", "the environment's key is missing", _KEYLESS)
    for name, one in _members(raw, "features", notes):
        at = f"/features/{escape(name)}"
        if not isinstance(one, dict) or one.get("name") != name:
            notes.add(at, "the feature is not named as it is listed", "it is left out", flag=name)
        else:
            source.features[name] = Part(one, at)
    _check(source, notes)
    for key, one in _members(raw, "segments", notes):
        _segment(source, key, one, f"/segments/{escape(key)}", "overrides", notes)
    return source


def _members(raw: dict[str, Json], name: str, notes: Notes) -> Iterator[tuple[str, Json]]:
    found = raw.get(name)
    if found is None:
        return
    if not isinstance(found, dict):
        notes.add(f"/{name}", f"expected an object, found {kind_name(found)}", "none is read")
        return
    yield from found.items()


def _environment(raw: dict[str, Json], notes: Notes) -> Source:
    environment = {"key": raw.get("api_key"), "name": raw.get("name")}
    source = Source(True, environment, from_document, raw=raw)
    source.rest = {name: value for name, value in raw.items() if name not in _ENVIRONMENT}
    if type(environment["key"]) is not str:
        notes.add("/api_key", "the environment's key is missing", _KEYLESS)
    for at, one in enumerate(raw["feature_states"]):
        try:
            name = one["feature"]["name"]
            if type(name) is str:
                if name in source.features:
                    notes.add(f"/feature_states/{at}", f"{name!r} comes twice", "the later counts")
                source.features[name] = Part(one, f"/feature_states/{at}")
                continue
        except (KeyError, TypeError, IndexError):
            pass
        notes.add(f"/feature_states/{at}", "a feature state without a name", "it is left out")
    _check(source, notes)
    project = raw.get("project")
    segments = project.get("segments") if isinstance(project, dict) else None
    if not isinstance(segments, list):
        notes.add("/project/segments", "expected a list of segments", "none is read")
        segments = []
    for at, one in enumerate(segments):
        pointer = f"/project/segments/{at}"
        if not isinstance(one, dict) or type(one.get("id")) not in (int, str):
            notes.add(pointer, "a segment without an id", "it is left out")
            continue
        _segment(source, str(one["id"]), one, pointer, "feature_states", notes)
    _identities(source, raw.get("identity_overrides"), notes)
    return source


def _check(source: Source, notes: Notes) -> None:
    """Note the features that cannot be read, and leave them out."""
    read, bad = source.read_state, []
    for name, part in source.features.items():
        try:
            notes.key(name, part.pointer, "flag", name)
            if not _is_plain(part.raw, source.is_environment):
                read(part.raw)
        except Malformed as error:
            notes.add(part.pointer + error.pointer, error.message, "it is left out", flag=name)
            bad.append(name)
    for name in bad:
        del source.features[name]


def _is_plain(raw: dict[str, Json], is_environment: bool) -> bool:
    """Whether a state is so simple that nothing can be wrong with it."""
    if type(raw.get("enabled")) is not bool:
        return False
    if not is_environment:
        return (
            "value" in raw
            and not raw.get("variants")
            and type(raw.get("key", "")) in (str, int)
            and (raw.get("priority") is None or type(raw["priority"]) is int)
        )
    segment = raw.get("feature_segment")
    return (
        "feature_state_value" in raw
        and not raw.get("multivariate_feature_state_values")
        and (not segment or (type(segment) is dict and type(segment.get("priority")) is int))
        and type(raw.get("django_id") or raw.get("featurestate_uuid")) in (int, str)
    )


def _segment(
    source: Source, key: str, raw: Json, pointer: str, overrides: str, notes: Notes
) -> None:
    if not isinstance(raw, dict):
        notes.add(pointer, f"expected an object, found {kind_name(raw)}", "it is left out")
        return
    if not key or len(key) > 256:
        notes.add(pointer, "a segment's key has 1 to 256 characters", "it is left out")
        return
    if key in source.segments:
        notes.add(pointer, f"segment {key!r} comes twice", "the later counts")
        for listed in source.overrides.values():
            listed[:] = [one for one in listed if one[0] != key]
    source.segments[key] = Part(raw, pointer)
    states = raw.get(overrides) or ()
    if not isinstance(states, list | tuple):
        notes.add(f"{pointer}/{overrides}", "expected a list", "none of it is read")
        return
    for at, one in enumerate(states):
        try:
            name = _name_of(one, source)
        except Malformed as error:
            where = f"{pointer}/{overrides}/{at}{error.pointer}"
            notes.add(where, error.message, "this override is left out")
        else:
            source.overrides.setdefault(name, []).append((key, one))


def _name_of(raw: Json, source: Source) -> str:
    """The name of the feature that a state is of. Raises `Malformed` for what is no state."""
    try:
        name = raw["feature"]["name"] if source.is_environment else raw["name"]
        if type(name) is str and _is_plain(raw, source.is_environment):
            return name
    except (KeyError, TypeError, IndexError, AttributeError):
        pass
    return source.read_state(raw).name


def _identities(source: Source, raw: Json, notes: Notes) -> None:
    """The overrides of identities, those that are equal put together."""
    if raw is not None and not isinstance(raw, list):
        notes.add("/identity_overrides", f"expected a list, found {kind_name(raw)}", "none is read")
        return
    groups: dict[object, tuple[list[Json], list[State]]] = {}
    for at, one in enumerate(raw or ()):
        pointer = f"/identity_overrides/{at}"
        features = one.get("identity_features") if isinstance(one, dict) else None
        if not isinstance(features, list) or type(one.get("identifier")) not in (str, int):
            notes.add(pointer, "an identity without identifier or features", "it is left out")
            continue
        states = []
        for position, feature in enumerate(features):
            try:
                states.append(of_identity(feature))
            except Malformed as error:
                where = f"{pointer}/identity_features/{position}{error.pointer}"
                notes.add(where, error.message, "this override is left out")
        if not states:
            continue
        states.sort(key=lambda state: state.name)
        same = tuple((s.metadata["id"], s.name, s.enabled, s.value) for s in states)
        try:
            group = groups.setdefault(same, ([], states))
        except TypeError:  # a value that is a list or an object
            group = groups.setdefault(id(one), ([], states))
        group[0].append(one["identifier"])
    for at, (identifiers, own) in enumerate(groups.values()):
        source.groups.append(tuple(identifiers))
        for state in own:
            listed = source.individuals.setdefault(state.name, [])
            listed.append(Individual(at, source.groups[at], state))
