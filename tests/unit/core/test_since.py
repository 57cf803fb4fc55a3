"""Which SDK can evaluate what: every feature has a version, and older SDKs lack what came later."""

from pathlib import Path

from yardarm.core.codec import document_from_json
from yardarm.core.since import FIRST, LATER, every_feature, features, lacking
from yardarm.sdk.version import VERSION

GOLDEN = Path(__file__).parents[2] / "golden" / "features.txt"
VARIANTS = [{"key": "on", "value": True}, {"key": "off", "value": False}]
NEWER = {"attribute": "app", "op": "semver_gte", "values": ["5.2.0"]}
DOCUMENT = document_from_json(
    {
        "flags": {
            "nav": {
                "type": "boolean",
                "variants": VARIANTS,
                "enabled": True,
                "prerequisites": [{"flag": "paid", "variants": ["on"]}],
                "rules": [{"id": "a", "when": {"segment": "new"}, "serve": "on"}],
            },
            "paid": {
                "type": "boolean",
                "variants": VARIANTS,
                "default": {
                    "split": {
                        "algorithm": "launchdarkly",
                        "arms": [{"variant": "on", "weight": 100_000}],
                    }
                },
            },
        },
        "segments": {"new": {"when": {"not": {"any": [NEWER, {"always": True}]}}}},
    }
)


def test_every_feature_has_a_version_that_first_could() -> None:
    first = set(GOLDEN.read_text("utf-8").split("\n")[:-1])
    assert first.isdisjoint(LATER)
    assert {*first, *LATER} == set(every_feature()), "what is new belongs into core.since.LATER"
    assert lacking(every_feature(), VERSION) == [], "this SDK can all of it"


def test_a_flag_uses_what_the_flags_and_segments_that_it_needs_use() -> None:
    assert features(DOCUMENT, "nav") == {
        "condition segment",
        "condition not",
        "condition any",
        "condition always",
        "operator semver_gte",
        "algorithm launchdarkly",
    }
    assert features(DOCUMENT, "paid") == {"algorithm launchdarkly"}
    assert features(DOCUMENT, "absent") == frozenset()
    assert features(DOCUMENT, "nav") <= set(every_feature())


def test_an_older_sdk_lacks_what_came_later() -> None:
    used = features(DOCUMENT, "nav")
    later = {"operator semver_gte": "0.3.0", "operator in": "0.9.0"}
    assert lacking(used, FIRST, later) == ["operator semver_gte"]
    assert lacking(used, "0.3.0-rc.1", later) == ["operator semver_gte"]
    assert lacking(used, "0.3.0", later) == []
    assert lacking(used, "0.0.9", later) == sorted(used)
    assert lacking(used, "yesterday's", later) is None
