"""Observed contexts, told to a vendor's SDK in the shape that it knows."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.connect.verify import in_shape
from yardarm.core.context import Context

ANN = Context("ann", {"country": "NL", "age": 3}, private=("email",))
TEAM = Context.multi(Context("ann", {"country": "NL"}), Context("acme", kind="team"))


@pytest.mark.parametrize(
    ("dialect", "context", "shaped"),
    [
        ("launchdarkly", ANN, {"kind": "user", "key": "ann", "country": "NL", "age": 3}),
        ("launchdarkly", TEAM, {"kind": "multi", "user": {"key": "ann", "country": "NL"},
                                "team": {"key": "acme"}}),
        ("unleash", ANN, {"userId": "ann", "properties": {"country": "NL", "age": "3"}}),
        ("unleash", TEAM, {"userId": "ann", "properties": {"country": "NL"}}),
        ("flagsmith", ANN, {"identifier": "ann", "traits": {"country": "NL", "age": 3}}),
        ("growthbook", ANN, {"attributes": {"id": "ann", "country": "NL", "age": 3}}),
        ("flagd", ANN, {"targetingKey": "ann", "country": "NL", "age": 3}),
        ("unleash", Context("acme", kind="team"), None),
        ("flagd", Context.of({"key": "a", "email": {"sha256": "00"}, "_private": ["email"]}),
         {"targetingKey": "a"}),
    ],
)  # fmt: skip
def test_an_observed_context_in_the_vendors_shape(
    dialect: str, context: Context, shaped: Any
) -> None:
    assert in_shape(dialect, context) == shaped
