"""GrowthBook's own test cases, as questions that an SDK can be asked.

The file holds calls of the SDK's inner functions too. Those are asked here through a feature or
an inline experiment that leads to the call; what has no such way (`getBucketRange`,
`chooseVariation`, `getEqualWeights`) is asked for the users whose buckets show it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from yardarm.core.javascript.values import double

Json = Any

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance" / "growthbook"

DOCUMENT = ("features", "savedGroups", "contextualBandits", "experiments")
"""What is the document's in the file's contexts; the rest is the user's."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known of its answer: some members of it, or of members of it."""

    id: str
    document: Json
    flag: str | None
    context: Json
    expected: Json
    options: Mapping[str, Json] = field(default_factory=dict)


def raw() -> Json:
    """The file. Skips when it is absent; in CI its absence is a failure."""
    file = FOLDER / "cases.json"
    if not file.exists():
        reason = f"GrowthBook's test cases are absent: {file.parent}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason, allow_module_level=True)
    return json.loads(file.read_text("utf-8"))


def cases() -> list[Case]:
    """Every case of the file."""
    found = raw()
    return [
        case
        for section, make in _SECTIONS.items()
        for index, row in enumerate(found[section])
        for case in make(f"{section}-{index}", row)
    ]


def _parts(context: Json) -> tuple[Json, Json]:
    document = {name: context[name] for name in DOCUMENT if name in context}
    return document, {name: value for name, value in context.items() if name not in DOCUMENT}


def _eval_condition(name: str, row: Json) -> Iterator[Case]:
    title, condition, attributes, expected, *groups = row
    rule = {"condition": condition, "force": True}
    document: Json = {"features": {"f": {"defaultValue": False, "rules": [rule]}}}
    if groups:
        document["savedGroups"] = groups[0]
    yield Case(f"{name} {title}", document, "f", {"attributes": attributes}, {"value": expected})


def _hash(name: str, row: Json) -> Iterator[Case]:
    seed, value, version, bucket = row
    experiment = {"key": seed, "seed": seed, "hashVersion": version, "variations": [0, 1]}
    context = {"attributes": {"id": value}}
    result: Json = {"inExperiment": bucket is not None}
    if bucket is not None:
        result["bucket"] = bucket
    yield Case(name, {}, None, context, {"experimentResult": result}, {"experiment": experiment})


def _bucket_range(name: str, row: Json) -> Iterator[Case]:
    title, (count, coverage, weights), ranges = row
    experiment: Json = {"key": "k", "hashVersion": 2, "variations": list(range(count))}
    experiment |= {"coverage": coverage} if coverage is not None else {}
    experiment |= {"weights": weights} if weights is not None else {}
    yield from _by_bucket(f"{name} {title}", experiment, ranges)


def _choose_variation(name: str, row: Json) -> Iterator[Case]:
    title, bucket, ranges, expected = row
    experiment = {"key": "k", "hashVersion": 2, "variations": list(range(len(ranges)))}
    experiment["ranges"] = ranges
    user = people()[round(bucket * 10_000)]
    yield _placed(f"{name} {title}", experiment, user, expected)


def _equal_weights(name: str, row: Json) -> Iterator[Case]:
    count, weights = row
    if count < 2:  # no experiment has fewer than two
        return
    ends = [sum(weights[: i + 1]) for i in range(count)]
    ranges = [[end - weight, end] for end, weight in zip(ends, weights, strict=True)]
    experiment = {"key": "k", "hashVersion": 2, "variations": list(range(count))}
    yield from _by_bucket(name, experiment, ranges)


def _by_bucket(name: str, experiment: Json, ranges: Json) -> Iterator[Case]:
    """The experiment asked for users near every end of the ranges, ends themselves left out."""
    ends = {round(end * 10_000) for pair in ranges for end in pair}
    for part in sorted({end + off for end in ends for off in (-3, 3)} & people().keys()):
        bucket = part / 10_000
        inside = [i for i, (start, end) in enumerate(ranges) if start <= bucket < end]
        expected = inside[0] if inside else -1
        yield _placed(f"{name} {bucket}", experiment, people()[part], expected)


def _placed(name: str, experiment: Json, user: str, expected: int) -> Case:
    result = {"inExperiment": expected >= 0, "variationId": max(expected, 0)}
    context = {"attributes": {"id": user}}
    return Case(name, {}, None, context, {"experimentResult": result}, {"experiment": experiment})


@cache
def people() -> dict[int, str]:
    """Users by their part of 10,000 under the seed `k` and hash version 2, as the facts give it."""

    def fnv(text: str) -> int:
        found = 0x811C9DC5
        for character in text:
            found = (found ^ ord(character)) * 0x01000193 % 2**32
        return found

    return {fnv(str(fnv(f"k{number}"))) % 10_000: str(number) for number in range(100_000)}


def _feature(name: str, row: Json) -> Iterator[Case]:
    title, given, flag, expected = row
    document, context = _parts(given)
    # The experiment as it was run is no part of an answer.
    known = {key: value for key, value in expected.items() if key != "experiment"}
    yield Case(f"{name} {title}", document, flag, context, {"experimentResult": None, **known})


def _run(name: str, row: Json) -> Iterator[Case]:
    title, given, experiment, value, inside, hashed = row
    document, context = _parts(given)
    result = {"value": value, "inExperiment": inside, "hashUsed": hashed}
    expected = {"experimentResult": result}
    yield Case(f"{name} {title}", document, None, context, expected, {"experiment": experiment})


def _query_string(name: str, row: Json) -> Iterator[Case]:
    title, key, url, count, expected = row
    experiment = {"key": key, "variations": list(range(count))}
    result = {"inExperiment": expected is not None, "variationId": expected or 0}
    answer = {"experimentResult": {**result, "hashUsed": False}}
    context = {"attributes": {}, "url": url}
    yield Case(f"{name} {title}", {}, None, context, answer, {"experiment": experiment})


def _namespace(name: str, row: Json) -> Iterator[Case]:
    title, user, namespace, expected = row
    experiment = {"key": "k", "variations": [0, 1], "namespace": namespace}
    answer = {"experimentResult": {"inExperiment": expected}}
    context = {"attributes": {"id": user}}
    yield Case(f"{name} {title}", {}, None, context, answer, {"experiment": experiment})


def _decrypt(name: str, row: Json) -> Iterator[Case]:
    title, text, key, plain = row
    document = {"encryptedFeatures": text}
    expected = {"source": "unknownFeature"}
    if plain is not None:
        value = json.loads(plain)["feature"]["defaultValue"]
        expected = {"value": value, "source": "defaultValue"}
    yield Case(f"{name} {title}", document, "feature", {}, expected, {"decryptionKey": key})


def _sticky(name: str, row: Json) -> Iterator[Case]:
    title, given, stored, flag, result, docs = row
    document, context = _parts(given)
    context["stickyBucketAssignmentDocs"] = stored
    expected = {"experimentResult": result, "stickyBucketAssignmentDocs": docs}
    yield Case(f"{name} {title}", document, flag, context, expected)


def _redirect(name: str, row: Json) -> Iterator[Case]:
    title, given, expected = row
    document, context = _parts(given)
    for experiment, known in zip(document["experiments"], expected, strict=False):
        result: Json = {"inExperiment": known["inExperiment"]}
        if known["inExperiment"]:
            result["value"] = {"urlRedirect": known["urlRedirect"]}
        answer = {"experimentResult": result}
        yield Case(f"{name} {title}", {}, None, context, answer, {"experiment": experiment})


_SECTIONS: dict[str, Callable[[str, Json], Iterator[Case]]] = {
    "evalCondition": _eval_condition,
    "hash": _hash,
    "getBucketRange": _bucket_range,
    "feature": _feature,
    "run": _run,
    "chooseVariation": _choose_variation,
    "getQueryStringOverride": _query_string,
    "inNamespace": _namespace,
    "getEqualWeights": _equal_weights,
    "decrypt": _decrypt,
    "stickyBucket": _sticky,
    "urlRedirect": _redirect,
    "contextualBandit": _feature,
}


def same(ours: Json, theirs: Json) -> bool:
    """Whether two values are one value of JavaScript: 1 is 1.0, and True is not 1."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return double(ours) == double(theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)


def holds(expected: Json, answer: Json) -> bool:
    """Whether an answer has everything that is known of it."""
    for name, known in expected.items():
        found = answer.get(name)
        if name == "experimentResult" and isinstance(known, dict):
            if not isinstance(found, dict):
                return False
            if not all(same(known[key], found.get(key)) for key in known):
                return False
        elif not same(known, found):
            return False
    return True
