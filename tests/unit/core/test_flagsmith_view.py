"""A context as Flagsmith sees it, asked for by the kind `flagsmith`."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core import model as m
from yardarm.core.evaluate import evaluate
from yardarm.core.flagsmith_view import look
from yardarm.core.program import Program
from yardarm.core.traits import Identity, Late
from yardarm.core.views import find

USER = {"key": "u", "list": ["a", "b"], "tree": {"leaf": 1}, "$.named.so": "trait"}


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("$.identity.identifier", "u"),
        ("$.identity.traits.list[1]", "b"),
        ("$.identity.traits.tree.leaf", 1),
        ("$.identity.traits.tree", None),
        ("$.identity.traits.key", None),
        ("$.environment.name", None),
        ("$.named.so", "trait"),
        ("$.not a path", None),
        ("/key/env", "env_u"),
        ("/traits/key", None),
    ],
)
def test_a_native_context(attribute: str, expected: Any) -> None:
    assert look(attribute)(USER, None) == expected


def test_a_whole_evaluation_context() -> None:
    context = {
        "identity": {"identifier": "u", "traits": {"key": "k"}},
        "environment": {"name": "P"},
    }
    kinds = {"flagsmith": {"context": context}}
    assert look("$.environment.name")({"key": "u"}, kinds) == "P"
    assert look("/traits/key")({"key": "u"}, kinds) == "k"
    assert look("/key/env")({"key": Identity("u", "own")}, kinds) == "own"
    assert look("/key/env")({}, kinds) is None
    late = look("$.flags.x")({}, {"flagsmith": {"context": {"flags": {"x": 5}}}})
    assert isinstance(late, Late)
    assert late.look_up() == 5


def test_other_kinds_have_no_view() -> None:
    assert find("user") is None
    assert find("organization") is None


def test_a_clause_of_the_view_in_a_native_flag() -> None:
    clause = m.Clause("$.identity.traits.list[0]", "flagsmith.equal", ("a",), "flagsmith")
    rule = m.Rule("r", clause, "on")
    variants = (m.Variant("on", True), m.Variant("off", False))
    flag = m.Flag("f", "boolean", variants, True, "off", "off", rules=(rule,))
    program = Program.of(m.Document({"f": flag}))
    assert evaluate(program, "f", USER).value is True
    assert evaluate(program, "f", {"key": "u"}).value is False
    assert evaluate(program, "f", USER, explained=True).trace is not None


def test_a_withheld_variant_gives_the_fallback_and_is_named() -> None:
    variants = (m.Variant("on", "blue"), m.Variant("off", "grey", withheld=True))
    flag = m.Flag("f", "string", variants, True, default="off")
    asks = m.Rule("r", m.FlagServes("f", ("off",)), "yes")
    other = m.Flag(
        "g", "boolean", (m.Variant("yes", True), m.Variant("no", False)), True, "no", "no",
        rules=(asks,),
    )  # fmt: skip
    program = Program.of(m.Document({"f": flag, "g": other}))
    found = evaluate(program, "f", {"key": "u"}, "mine")
    assert (found.value, found.variant, found.reason) == ("mine", "off", "STATIC")
    assert evaluate(program, "g", {"key": "u"}).value is True
