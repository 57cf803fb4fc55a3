"""Where an attribute stands in a context, how a clause names it, and contexts around it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .values import TEXTS, pick

Json = Any

USER_KEYS = ("user-1", "user-2", "user-3", "alice", "élan", "a", "1", "true", "x y", "\U0001f600")
NOTHING = object()
"""In place of a value: the attribute is not there."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place for one value. `clause` says how a clause names it."""

    cell: str
    clause: Mapping[str, Json]
    kind: str
    path: tuple[str, ...]

    def attributes(self, value: Json) -> dict[str, Json]:
        """Attributes of the kind with the value in its place."""
        if value is NOTHING:
            return {}
        for name in reversed(self.path):
            value = {name: value}
        return value


PLACES = (
    Place("plain name", {"attribute": "attr"}, "user", ("attr",)),
    Place("plain name", {"attribute": "attr", "contextKind": ""}, "user", ("attr",)),
    Place("plain name", {"attribute": "attr", "contextKind": "user"}, "user", ("attr",)),
    Place("name with a slash", {"attribute": "/attr/x"}, "user", ("/attr/x",)),
    Place("name with a slash", {"attribute": "a~1b"}, "user", ("a~1b",)),
    Place("path", {"attribute": "/attr", "contextKind": "user"}, "user", ("attr",)),
    Place("path", {"attribute": "/a~1b~0c", "contextKind": "user"}, "user", ("a/b~c",)),
    Place("path", {"attribute": "/~01", "contextKind": "user"}, "user", ("~1",)),
    Place("nested", {"attribute": "/addr/city", "contextKind": "user"}, "user", ("addr", "city")),
    Place("nested", {"attribute": "/a/b~1c/2", "contextKind": "user"}, "user", ("a", "b/c", "2")),
    Place("built in", {"attribute": "email"}, "user", ("email",)),
    Place("other kind", {"attribute": "attr", "contextKind": "org"}, "org", ("attr",)),
    Place("other kind", {"attribute": "/plan/name", "contextKind": "org"}, "org", ("plan", "name")),
)
KEY = Place("key", {"attribute": "key"}, "user", ("key",))
NAME = Place("name", {"attribute": "/name", "contextKind": "user"}, "user", ("name",))
ORG_KEY = Place("key of other kind", {"attribute": "key", "contextKind": "org"}, "org", ("key",))


def place_for(rng: random.Random, value: Json) -> Place:
    """A place that can hold the value."""
    if isinstance(value, str) and value and rng.random() < 0.25:
        return rng.choice((KEY, NAME, ORG_KEY))
    if value is NOTHING and rng.random() < 0.1:
        return NAME
    return rng.choice(PLACES)


def context_with(rng: random.Random, place: Place, value: Json) -> Json:
    """A context that holds the value there, in one of the forms that can."""
    there: dict[str, Json] = extras(rng)
    there.pop(place.path[0], None)
    there |= place.attributes(value)
    there.setdefault("key", pick(rng, USER_KEYS))
    legacy = _legacy(place, there, value)
    forms: list[Callable[[], Json]] = [
        lambda: {"kind": place.kind, **there},
        lambda: _multi(rng, place.kind, there),
    ]
    if legacy is not None:
        forms += [lambda: legacy]
    if value is NOTHING:
        forms += [lambda: _without(rng, place), lambda: _blocked(rng, place, there)]
    return rng.choice(forms)()


def extras(rng: random.Random) -> dict[str, Json]:
    """A few attributes that nothing asks for."""
    out: dict[str, Json] = {}
    if rng.random() < 0.2:
        out["name"] = pick(rng, TEXTS)
    if rng.random() < 0.2:
        out["anonymous"] = rng.random() < 0.5
    if rng.random() < 0.2:
        out["other"] = rng.choice((1, "x", None, [1, 2]))
    if rng.random() < 0.1:
        out["_meta"] = {"privateAttributes": ["other"]}
    return out


def _multi(rng: random.Random, kind: str, attributes: Json) -> Json:
    others = [other for other in ("device", "user", "org") if other != kind]
    chosen = rng.sample(others, rng.choice((0, 1, 1, 2)))
    parts = [(kind, attributes)]
    parts += [(other, {"key": pick(rng, USER_KEYS), **extras(rng)}) for other in chosen]
    rng.shuffle(parts)
    return {"kind": "multi", **dict(parts)}


def _legacy(place: Place, there: Mapping[str, Json], value: Json) -> Json:
    """The older user format, where it can hold all of this."""
    if place.kind != "user" or "kind" in there or (place.path == ("email",) and _odd(value)):
        return None
    top = ("key", "name", "anonymous")
    out = {name: there[name] for name in top if name in there}
    custom = {name: held for name, held in there.items() if name not in (*top, "_meta", "email")}
    if "email" in there:
        out["email"] = there["email"]
    return {**out, "custom": custom} if custom else out


def _odd(value: Json) -> bool:
    return value is not NOTHING and not isinstance(value, str)


def _without(rng: random.Random, place: Place) -> Json:
    """A context without the kind."""
    kind = rng.choice([kind for kind in ("user", "org", "device") if kind != place.kind])
    return {"kind": kind, "key": pick(rng, USER_KEYS), "attr": "x", "other": 1}


def _blocked(rng: random.Random, place: Place, there: Json) -> Json:
    """A context in which null, or no object, stands in the way."""
    if place.path == ("key",):
        return {"kind": place.kind, **there}
    value: Json = None
    if len(place.path) > 1:
        value = rng.choice((None, "x", 1, ["a"], {}, {place.path[1]: None}))
    return {"kind": place.kind, **there, place.path[0]: value}
