"""The vendor's own SDK and ours, asked the same: what `yardarm import --verify` does.

Contexts are given, or generated from what the document itself asks for: each attribute takes the
values that its clauses name, values beside them, or is missing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from ..core import model as m
from ..core.ambient import Ambient
from ..core.clauses import clauses
from ..core.context import Context
from ..core.model import Json
from ..core.observed import is_hashed
from ..dialects.base import Asked, Dialect, Options
from ..errors import OptionError
from .decryption import with_decrypter

ORACLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "launchdarkly": ("ldclient", ("launchdarkly-server-sdk",)),
    "unleash": ("yggdrasil_engine", ("UnleashClient",)),
    "flagsmith": ("flag_engine", ("flagsmith", "flagsmith-flag-engine")),
    "growthbook": ("growthbook", ("growthbook",)),
    "flagd": ("openfeature.contrib.tools.flagd", ("openfeature-flagd-core",)),
    "harness": ("featureflags", ("harness-featureflags",)),
}
"""Dialects whose vendor has a Python SDK to compare with: its module, and what to install."""

MAX_DIFFERENCES = 100
"""Most differences that are kept word for word; all are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that the vendor's SDK and ours answer differently."""

    flag: str
    context: Json
    vendor: Json
    ours: Json


@dataclass(frozen=True, slots=True)
class Verified:
    """`asked` questions over `flags` flags and `contexts` contexts; `differing` were not equal."""

    flags: int
    contexts: int
    asked: int
    differing: int
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Json]:
        """The result as JSON."""
        return {
            "flags": self.flags,
            "contexts": self.contexts,
            "asked": self.asked,
            "differing": self.differing,
            "differences": [
                {"flag": d.flag, "context": d.context, "vendor": d.vendor, "ours": d.ours}
                for d in self.differences
            ],
        }


def verify(
    dialect: Dialect,
    source: Json,
    document: m.Document,
    contexts: Iterable[Json],
    now: float,
    *,
    options: Options | None = None,
    progress: Callable[[int], None] = lambda asked: None,
) -> Verified:
    """Ask the vendor's SDK and ours about every flag for every context.

    `source` is the vendor's document, `document` what was read of it, `contexts` have the vendor's
    shape. `now` is seconds since 1970, for ours; a vendor's SDK looks at the clock itself.
    Raises `OptionError` when the vendor has no SDK here, or it cannot load the document.
    """
    if dialect.name not in ORACLES or dialect.evaluation is None:
        raise OptionError(f"{dialect.title} has no Python SDK to verify with")
    chosen = dict(options or {})
    oracle = import_module(f".vendors.{dialect.name}", __package__).oracle(source, chosen)
    ours = dialect.evaluation(source, with_decrypter(dialect.name, chosen))
    ambient = Ambient.at(now, random.Random(0).random)
    asked = differing = seen = 0
    kept: list[Difference] = []
    for context in contexts:
        seen += 1
        for key in document.flags:
            expected = oracle.answer(key, context, chosen)
            found = ours.answer(Asked(key, context, options=chosen), ambient).vendor
            asked += 1
            if _plain(expected) != _plain(found):
                differing += 1
                if len(kept) < MAX_DIFFERENCES:
                    kept.append(Difference(key, context, expected, found))
        progress(asked)
    return Verified(len(document.flags), seen, asked, differing, tuple(kept))


def is_installed(dialect: str) -> bool:
    """Whether the vendor's SDK is here, without loading more of it than its outermost packages."""
    try:
        return dialect in ORACLES and find_spec(ORACLES[dialect][0]) is not None
    except ImportError:  # a package around it is not there
        return False


def _plain(answer: Json) -> str:
    """An answer as text in which 1 and 1.0 are one number, and true is none."""
    return json.dumps(_whole(answer), sort_keys=True, default=str)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# --- contexts ---------------------------------------------------------------------------------


def generated(dialect: str, document: m.Document, count: int, seed: int = 0) -> Iterator[Json]:
    """Contexts in the vendor's shape, made of what the document's clauses ask for."""
    shape = _SHAPES.get(dialect, dict)
    made = _contexts(document, random.Random(seed), typed=dialect in _TYPED)
    return (shape(context) for context in islice(made, count))


def given(value: Json) -> Json:
    """A context in the vendor's shape as a line of a file has it: bare, or as `{"context": …}`."""
    wrapped = isinstance(value, dict) and isinstance(value.get("context"), dict)
    return value["context"] if wrapped else value


def in_shape(dialect: str, context: Context) -> Json:
    """A context that was observed, in the vendor's shape; None for one without a user.

    Kinds of their own are known to LaunchDarkly only; the other vendors are told of the user.
    """
    if dialect == "launchdarkly" and context.kinds is not None:
        told = context.to_json()
        return {name: value for name, value in told.items() if name != "_private"}
    user = {name: value for name, value in context.user.items() if not is_hashed(value)}
    if "key" not in user:
        return None
    return _SHAPES.get(dialect, dict)(user)


_TYPED = frozenset({"growthbook"})
"""Dialects whose vendor's own SDKs disagree on attributes of another type than is asked for."""


def _contexts(
    document: m.Document, rng: random.Random, *, typed: bool = False
) -> Iterator[dict[str, Json]]:
    asked = _asked(document)
    keys = sorted({k for flag in document.flags.values() for t in flag.targets for k in t.keys})
    number = 0
    while True:
        number += 1
        listed = keys and rng.random() < 0.1
        context: dict[str, Json] = {"key": rng.choice(keys) if listed else f"user-{number}"}
        for attribute, values in asked.items():
            if rng.random() < 0.85:
                _put(context, attribute, _value(values, rng, typed))
        yield context


def _asked(document: m.Document) -> dict[str, list[Json]]:
    """Each attribute that a clause asks for, with the values it is compared with."""
    found: dict[str, list[Json]] = {}
    for each in clauses(document):
        match each:
            case m.Clause(attribute, _, values, m.DEFAULT_KIND) if attribute != "key":
                scalars = [v for v in values if isinstance(v, str | int | float)]
                found.setdefault(attribute, []).extend(scalars[:100])
            case m.Share(bucketing, _) if bucketing.kind == m.DEFAULT_KIND:
                for name in bucketing.by:
                    found.setdefault(name, [])
            case _:
                pass
    found.pop("key", None)
    return found


_OTHERS: tuple[Json, ...] = ("other", "", 0, 1, 2.5, True, False)


def _value(values: list[Json], rng: random.Random, typed: bool) -> Json:
    if not values or rng.random() < 0.15:
        kinds = {isinstance(v, str) + 2 * isinstance(v, bool) for v in values or ("",)}
        fitting = [v for v in _OTHERS if isinstance(v, str) + 2 * isinstance(v, bool) in kinds]
        return rng.choice(fitting if typed else _OTHERS)
    value = rng.choice(values)
    if isinstance(value, str) and rng.random() < 0.3:
        return rng.choice([value.upper(), value + "x", "x" + value, value[:-1]])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + rng.choice([-1, 0, 0, 1])
    return value


def _put(context: dict[str, Json], attribute: str, value: Json) -> None:
    """Put a value under an attribute's name, or where its pointer points to."""
    names = [attribute]
    if attribute.startswith("/"):
        names = [n.replace("~1", "/").replace("~0", "~") for n in attribute[1:].split("/")]
    at = context
    for name in names[:-1]:
        inner = at.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        at = inner
    at[names[-1]] = value


def _unleash(context: Mapping[str, Json]) -> Json:
    own = ("sessionId", "remoteAddress", "environment", "appName", "currentTime")
    rest = {n: v for n, v in context.items() if n not in (*own, "key")}
    texts = {n: v if isinstance(v, str) else json.dumps(v) for n, v in rest.items()}
    named = {n: str(context[n]) for n in own if n in context}
    return {"userId": context["key"], **named, "properties": texts}


def _flagsmith(context: Mapping[str, Json]) -> Json:
    traits = {n: v for n, v in context.items() if n != "key" and not isinstance(v, dict | list)}
    return {"identifier": context["key"], "traits": traits}


def _rest(context: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in context.items() if name != "key"}


_SHAPES: dict[str, Callable[[dict[str, Json]], Json]] = {
    "launchdarkly": lambda context: {"kind": "user", **context},
    "unleash": _unleash,
    "flagsmith": _flagsmith,
    "growthbook": lambda context: {"attributes": {"id": context["key"], **_rest(context)}},
    "flagd": lambda context: {"targetingKey": context["key"], **_rest(context)},
    "harness": lambda context: {
        "identifier": context["key"], "name": context["key"], "attributes": _rest(context),
    },
}  # fmt: skip
