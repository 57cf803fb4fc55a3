"""A share of a split's arms, for algorithms that place units by the sum of the weights."""

from __future__ import annotations

from yardarm.core import model as m
from yardarm.core.codec import document_from_json, document_to_json


def test_the_total_is_written_and_read() -> None:
    for total in (None, 1_000, 2.5):
        share = m.Share(m.Bucketing("unleash.variant", "g"), ((1, 500),), total)
        variants = (m.Variant("on", True), m.Variant("off", False))
        rule = m.Rule("1", share, "on")
        flag = m.Flag("f", "boolean", variants, True, "off", "off", rules=(rule,))
        document = m.Document({"f": flag})
        stored = document_to_json(document)
        assert ("total" in stored["flags"]["f"]["rules"][0]["when"]["share"]) is (total is not None)
        assert document_from_json(stored) == document
