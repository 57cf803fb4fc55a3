"""From GrowthBook's document to ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from ...core import model as m
from ...core.javascript.values import truthy
from ...core.reading import escape
from ..base import Loss, Options, Reading
from .features import Features
from .payload import Payload, open_payload

T = TypeVar("T")

OWN_PLACES = ("features", "savedGroups")
"""What of a document becomes flags and segments; the rest is kept as it is."""


def read(source: m.Json, options: Options) -> Reading:
    """The document, and what could not be carried over.

    Flags are read when they are first asked for; segments and losses are known once all have
    been. Raises `DocumentError` for what is no document of GrowthBook's.
    """
    payload = open_payload(source, options)
    made = _Read(payload, Features(payload, options))
    rest = {name: value for name, value in payload.whole.items() if name not in OWN_PLACES}
    for name in OWN_PLACES:
        if name in payload.whole:
            rest[name] = made.unread(name)
    flags = _Lazy(made.flag_keys, made.features.flag)
    segments = _Lazy(made.segment_keys, made.segment)
    return _LazyReading(m.Document(flags, segments, {"growthbook": rest}), made)


class _Read:
    """The parts of a reading, each made once."""

    def __init__(self, payload: Payload, features: Features) -> None:
        self.payload = payload
        self.features = features
        self._segments: tuple[str, ...] | None = None

    def flag_keys(self) -> list[str]:
        return [key for key, raw in self.payload.features.items() if truthy(raw)]

    def segment_keys(self) -> tuple[str, ...]:
        """The keys of all segments: known when everything has been read that may ask for one."""
        if self._segments is None:
            for key in self.flag_keys():
                self.features.flag(key)
            self.features.all_segments()
            self._segments = tuple(self.features.groups.wanted.values())
        return self._segments

    def segment(self, key: str) -> m.Segment:
        self.segment_keys()
        return self.features.segment(key)

    def unread(self, name: str) -> m.Json:
        """What of a part becomes nothing of ours: a whole part that is none, or members of it."""
        part = self.payload.whole[name]
        if not isinstance(part, dict):
            return part
        if name == "features":
            return {key: raw for key, raw in part.items() if not truthy(raw)}
        return {key: part[key] for key in self.features.groups.no_segments()}

    def losses(self) -> tuple[Loss, ...]:
        self.segment_keys()
        found = [*self.payload.losses, *self._nothing()]
        for losses in self.features.losses.values():
            found += losses
        return tuple(found)

    def _nothing(self) -> Iterator[Loss]:
        """Losses of what becomes no flag."""
        if self.payload.experiments:
            message = "visual and redirect experiments change pages in a browser"
            yield Loss("/experiments", message, "they are kept for GrowthBook, and do nothing here")
        for key, raw in self.payload.features.items():
            if not truthy(raw):
                at = f"/features/{escape(key)}"
                effect = "GrowthBook does not know the feature either"
                yield Loss(at, "a feature is an object", effect, key, "malformed")


class _Lazy(Mapping[str, T]):
    """A mapping whose keys are known, and whose values are made when they are asked for."""

    __slots__ = ("_get", "_keys")

    def __init__(
        self, keys: Callable[[], list[str] | tuple[str, ...]], get: Callable[[str], T]
    ) -> None:
        self._keys = keys
        self._get = get

    def __getitem__(self, key: str) -> T:
        return self._get(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def __contains__(self, key: object) -> bool:
        return key in self._keys()

    def __repr__(self) -> str:
        return repr(dict(self))


class _LazyReading(Reading):
    """A reading whose losses are known when somebody asks for them."""

    __slots__ = ("_made",)
    _made: _Read

    def __init__(self, document: m.Document, made: _Read) -> None:
        object.__setattr__(self, "document", document)
        object.__setattr__(self, "_made", made)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What was lost; asking for it reads every flag."""
        return self._made.losses()
