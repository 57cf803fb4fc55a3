"""The mix-in for unittest."""

from __future__ import annotations

import unittest
from typing import ClassVar

from tests.unit.testing.documents import DOCUMENT

from yardarm import Client
from yardarm.sdk.trial import TRIALS, Trial
from yardarm.testing import FlagsMixin

CLIENT = Client.from_document(DOCUMENT)


class Cases:
    """Kept from pytest, which would collect them."""

    class Case(FlagsMixin, unittest.TestCase):
        flags: ClassVar = {"checkout": True}
        strict_flags = True

        def test_as_the_class_says(self) -> None:
            assert CLIENT.boolean("checkout", {"key": "ann"})
            self.assert_exposed("checkout", "on", "ann")

        def test_more_and_less(self) -> None:
            self.override_flags(engine="v2")
            assert CLIENT.string("engine") == "meaning"
            self.without_flags()
            assert CLIENT.boolean("checkout")
            assert CLIENT.string("other", fallback="none") == "none"

        def test_each_variant(self) -> None:
            CLIENT.boolean("checkout")
            for variant, value in (("v1", "words"), ("v2", "meaning")):
                with self.flag_variant("engine", variant):
                    assert CLIENT.string("engine") == value

    class Wrong(FlagsMixin, unittest.TestCase):
        flags: ClassVar = {"checkout": True}

        def test_a_variant_that_fails_does_not_hide_the_next(self) -> None:
            for variant in ("v1", "v2", "v1"):
                with self.flag_variant("engine", variant):
                    assert CLIENT.string("engine") == "meaning"

        def test_not_exposed(self) -> None:
            CLIENT.boolean("checkout", {"key": "ann"})
            self.assert_exposed("checkout", "on", "bea")

    class Strict(Wrong):
        strict_flags = True

        def test_not_exposed(self) -> None:
            CLIENT.boolean("chekout")


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert Trial() == TRIALS.now
    return result


def test_what_is_right_passes() -> None:
    result = run(Cases.Case)
    assert (result.testsRun, result.failures, result.errors) == (3, [], [])


def test_what_is_wrong_is_told() -> None:
    result = run(Cases.Wrong)
    told = "\n".join(text for _, text in result.failures)
    failed = [str(test) for test, _ in result.failures if "engine='v1'" in str(test)]
    assert len(failed) == 2, "of three"
    assert "'checkout' did not serve 'on' to 'bea'" in told
    strict = "\n".join(text for _, text in run(Cases.Strict).failures)
    assert "flag 'chekout' was asked for and is in no document" in strict
    assert "flag 'checkout' was overridden and never asked for; did you mean 'chekout'?" in strict
