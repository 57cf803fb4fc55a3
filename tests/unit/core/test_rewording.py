"""A draft's sentence says what will be served, and which of its words are new."""

from __future__ import annotations

from dataclasses import replace

from yardarm.core import model as m
from yardarm.core.rewording import Reworded, reworded
from yardarm.core.sentence import sentence


def flag(percent: int, *countries: str) -> m.Flag:
    when = m.Clause("country", "in", countries)
    arms = (m.Arm("on", percent * 1000), m.Arm("off", 100_000 - percent * 1000))
    variants = (m.Variant("on", True), m.Variant("off", False))
    rule = m.Rule("r", when, m.Split(arms))
    return m.Flag("nav", "boolean", variants, True, "off", "off", rules=(rule,))


def marked(said: list[Reworded]) -> str:
    return "".join(f"[{part.text}]" if part.changed else part.text for part in said)


def test_without_a_change_it_is_the_sentence_of_the_flag() -> None:
    same = flag(10, "NZ")
    assert [part[:2] for part in reworded(same, same)] == sentence(same)
    assert marked(reworded(same, same)).startswith("Serves on to 10 %")


def test_only_what_changed_is_marked() -> None:
    before, after = flag(10, "NZ"), flag(25, "NZ", "AU")
    assert marked(reworded(before, after)) == (
        "Will serve on to [25] % of those whose country is NZ[ or ][AU]; everyone else gets off."
    )
    kinds = {part.text: part.kind for part in reworded(before, after) if part.changed}
    assert kinds["AU"] == "value"


def test_a_switch_is_a_sentence_of_its_own() -> None:
    before = flag(10, "NZ")
    said = marked(reworded(before, replace(before, enabled=False)))
    assert said == "[Switched off: will] serve [off] to [everyone.]"
