"""How lengths of time and shares are written, and how plans are shown."""

from __future__ import annotations

from typing import Any

import click
import pytest

from yardarm.cli.plan_words import Duration, Percentages, say_made, say_plan, say_plans


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("30m", 1800), ("1h", 3600), ("1h30m", 5400), ("2d", 172_800)],
)
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "1", "h", "1 h", "-1h", "1.5h", "1w", "١h"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(click.BadParameter, match="write 90s, 30m, 1h or 2d"):
        Duration().convert(text, None, None)


def test_shares() -> None:
    assert Percentages().convert("1%, 2.5%,100%", None, None) == [1.0, 2.5, 100.0]
    for text in ("", "1%,", "1,5", "101%", "x%"):
        with pytest.raises(click.BadParameter):
            Percentages().convert(text, None, None)


def plan(**given: Any) -> dict[str, Any]:
    command = {"type": "set_enabled", "flag": "a", "enabled": True}
    step = {
        "commands": [command], "environments": ["production"], "hold_seconds": 5430, "at": None,
        "window": {"from": "09:00", "to": "17:00", "zone": "UTC", "days": ["mon"]},
        "needs_approval": True,
    }  # fmt: skip
    return {
        "id": 7, "name": "seven", "state": "paused", "why": "eve\x1b[2J killed it",
        "author": "ann", "reason": "", "steps": [step, step], "missed": "skip", "step": 1,
        "repeat": {"every": "monthly", "time": "09:00", "zone": "UTC", "days": [], "day": 31},
        "round": 1, "next_at": None, "request": None, "movements": [],
        "done": [{"step": 0, "skipped": True, "versions": {}, "at": "2026-03-01T09:00:00Z"}],
        **given,
    }  # fmt: skip


def test_a_plan_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    say_plan(plan())
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "plan 7 seven",
        "state paused: `yardarm plans resume 7` goes on",
        "why eve\\x1b[2J killed it",
        "author ann",
        "repeats monthly on day 31 at 09:00 UTC",
        "if missed skip",
        "",
        "STEP DOES IN WHEN HOLD DONE",
        "1 enable a production approval, 09:00-17:00 UTC 1h30m30s skipped",
        "2 enable a production approval, 09:00-17:00 UTC 1h30m30s",
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"state": "approval"}, "waits for approval: `yardarm plans approve 7`"),
        ({"state": "request", "request": 12}, "waits for change request 12"),
        ({"state": "waiting"}, "waits for its time"),
        ({"state": "finished"}, "finished"),
    ],
)
def test_states_in_words(
    given: dict[str, Any], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    say_plan(plan(**given))
    assert f"state      {words}" in capsys.readouterr().out


def test_plans_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    say_plans([plan(state="waiting", next_at="2026-03-01T09:00:05Z", why="")])
    assert "2 of 2  2026-03-01 09:00:05Z  ann  seven" in capsys.readouterr().out
    say_plans([])
    assert capsys.readouterr().out == "no plans\n"


def test_what_was_planned_and_whom_it_moves(capsys: pytest.CaptureFixture[str]) -> None:
    say_made(plan(movements=[{"production": {"moved": 12}}, {"production": {}}]))
    shown = capsys.readouterr()
    assert shown.out == "plan 7: 2 steps; stop it with `yardarm plans cancel 7`\n"
    assert shown.err == "step 1 moves 12 contexts in production\n"
