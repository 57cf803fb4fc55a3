"""What a plan does next, by state and time alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.server.rollouts import decide as d
from yardarm.server.rollouts.calendar import Repeat, Window
from yardarm.server.rollouts.model import OPEN, Plan, Progress, Step, body_of, plan_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
COMMAND = {"type": "set_enabled", "flag": "a", "enabled": True}
MINUTE = timedelta(minutes=1)


def step(count: int = 1, **given: Any) -> Step:
    return Step((COMMAND,) * count, ("production",), **given)


def plan(*steps: Step, **given: Any) -> Plan:
    progress = given.pop("progress", Progress(not_before=NOW))
    fields: dict[str, Any] = {
        "id": 7, "project": "shop", "name": "", "reason": "", "author": "ann",
        "steps": steps or (step(),), "repeat": None, "missed": "pause",
        "touches": frozenset({("production", "flag", "a")}), "movements": (), "state": "waiting",
        "progress": progress, "revision": 1, "created_at": NOW, "updated_at": NOW, **given,
    }  # fmt: skip
    return Plan(**fields)


def decided(given: Plan, now: datetime = NOW) -> d.Action:
    return d.decide(given, {}, now)


def test_a_step_that_is_due_is_run() -> None:
    assert decided(plan()) == d.Run(0, 0)


def test_a_step_waits_for_its_time_and_its_window() -> None:
    later = NOW + timedelta(days=5)  # a Saturday
    assert decided(plan(step(at=later))) == d.Wait(later)
    work = Window("UTC", start="09:00", end="17:00", days=("mon",))
    assert decided(plan(step(window=work))) == d.Run(0, 0)
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert decided(plan(step(at=later, window=work))) == d.Wait(monday)


def test_a_step_waits_until_the_one_before_was_held() -> None:
    held = d.advanced(plan(step(hold_seconds=3600), step()), NOW, {"production": 3})
    assert decided(held) == d.Wait(NOW + timedelta(hours=1))
    assert decided(held, NOW + timedelta(hours=1)) == d.Run(1, 0)
    assert held.progress.done[0].versions == {"production": 3}


def test_a_step_of_several_commands_goes_on_with_the_next() -> None:
    first = d.advanced(plan(step(2, needs_approval=True)), NOW, {})
    assert decided(replace(first.moved(approved_by="bob"))) == d.Run(0, 1)
    assert first.progress.done == ()


def test_approval_is_asked_for_when_the_step_is_due() -> None:
    asking = plan(step(at=NOW + MINUTE, needs_approval=True))
    assert decided(asking) == d.Wait(NOW + MINUTE)
    assert decided(asking, NOW + MINUTE) == d.Ask()
    assert decided(asking.moved("approval"), NOW + timedelta(days=9)) == d.Rest()


def test_an_approval_that_took_long_is_no_missed_step() -> None:
    days = NOW + timedelta(days=2)
    approved = plan(step(needs_approval=True)).moved(approved_by="bob", noticed_at=days)
    assert decided(approved, days + MINUTE) == d.Run(0, 0)


def test_an_approval_holds_for_one_step() -> None:
    approved = plan(step(needs_approval=True), step(needs_approval=True)).moved(approved_by="bob")
    assert decided(d.advanced(approved, NOW, {})) == d.Ask()


@pytest.mark.parametrize("missed", ["run", "skip", "pause"])
def test_a_missed_step(missed: Any) -> None:
    late = NOW + d.LATE + timedelta(seconds=1)
    found = decided(plan(missed=missed), late)
    why = "step 1 was due at 2026-03-02 12:00 UTC and was missed"
    assert (
        found
        == {
            "run": d.Run(0, 0),
            "skip": d.Skip(0, why),
            "pause": d.Pause(f"{why}; resume to run it now"),
        }[missed]
    )
    assert decided(plan(missed=missed), NOW + d.LATE) == d.Run(0, 0)


def test_what_a_person_resumed_is_run_however_late() -> None:
    days = NOW + timedelta(days=3)
    assert decided(plan().moved(noticed_at=days), days) == d.Run(0, 0)


def test_a_window_that_closed_meanwhile_is_waited_for() -> None:
    work = Window("UTC", start="09:00", end="12:10")
    given = plan(step(window=work), missed="run")
    assert decided(given, NOW + 20 * MINUTE) == d.Wait(datetime(2026, 3, 3, 9, 0, tzinfo=UTC))


def test_the_end_is_held_too() -> None:
    ended = d.advanced(plan(step(hold_seconds=60)), NOW, {})
    assert decided(ended) == d.Wait(NOW + MINUTE)
    assert decided(ended, NOW + MINUTE) == d.Finish()


def test_a_repeating_plan_begins_again_and_never_makes_up_for_what_it_missed() -> None:
    ended = d.advanced(plan(repeat=Repeat("daily", "UTC", "12:00")), NOW, {})
    assert decided(ended) == d.Again(NOW + timedelta(days=1))
    week = NOW + timedelta(days=7, minutes=1)
    assert decided(ended, week) == d.Again(NOW + timedelta(days=8))
    again = d.begun_again(ended, NOW + timedelta(days=1))
    assert (again.progress.round, again.progress.step) == (2, 0)
    assert decided(again) == d.Wait(NOW + timedelta(days=1))


def test_a_plan_asks_what_became_of_its_request() -> None:
    asked = plan().moved("request", request=12)
    assert decided(asked, NOW + timedelta(days=9)) == d.AskRequest(12)


@pytest.mark.parametrize("state", ["paused", "finished", "cancelled", "approval"])
def test_others_rest(state: Any) -> None:
    assert decided(plan(state=state), NOW + timedelta(days=9)) == d.Rest()


def test_when_something_happens_next() -> None:
    assert d.next_at(plan(step(at=NOW + MINUTE))) == NOW + MINUTE
    assert d.next_at(d.advanced(plan(step(hold_seconds=60)), NOW, {})) == NOW + MINUTE
    assert d.next_at(plan(state="paused")) is None
    ended = d.advanced(plan(repeat=Repeat("daily", "UTC", "12:00")), NOW, {})
    assert d.next_at(ended) == NOW + timedelta(days=1)


STEPS = st.lists(
    st.builds(
        step,
        count=st.integers(1, 3),
        hold_seconds=st.integers(0, 4000),
        at=st.none() | st.integers(-86_400, 172_800).map(lambda s: NOW + timedelta(seconds=s)),
        window=st.none() | st.just(Window("UTC", start="09:00", end="17:00")),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(STEPS, st.lists(st.integers(-7200, 20_000), min_size=1, max_size=30))
def test_every_command_runs_once_and_in_order_however_the_clock_moves(
    steps: list[Step], jumps: list[int]
) -> None:
    """Times are looked at again and again, with a clock that also goes back."""
    given, now, ran = plan(*steps, missed="run"), NOW, []
    wanted = [(n, k) for n, each in enumerate(steps) for k in range(len(each.commands))]
    for turn in range(500):
        action = decided(given, now)
        match action:
            case d.Run(number, command):
                assert now >= d.due_at(given)
                ran.append((number, command))
                given = d.advanced(given, now, {})
            case d.Wait(until):
                assert until > now
                now = until if turn % 2 else now + timedelta(seconds=jumps[turn % len(jumps)])
            case d.Finish():
                break
            case _:
                raise AssertionError(action)
    assert ran == wanted


@given(STEPS, st.sampled_from(sorted(OPEN)), st.integers(1, 9))
def test_a_stored_plan_is_the_plan(steps: list[Step], state: Any, request: int) -> None:
    given = d.advanced(
        plan(*steps, state=state, repeat=Repeat("daily", "UTC")), NOW, {"production": 4}
    ).moved(state, request=request, why="so", noticed_at=NOW)
    read = plan_of(
        body_of(given), id=given.id, project=given.project, state=state, author=given.author,
        revision=given.revision, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    assert read == given
