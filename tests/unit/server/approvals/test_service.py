"""Change requests from the refusal to the landing, over SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.approvals_world import Approving, approving, grounds, percent, serve
from tests.server_world import MEMORY, PROJECT, postgres_database

from yardarm.errors import DocumentError
from yardarm.server.access.errors import Forbidden
from yardarm.server.access.model import Grant
from yardarm.server.approvals.life import approved
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import KeyReused, NotFound, Refused
from yardarm.server.changes.gate import is_emergency
from yardarm.server.store.change_requests import Sought

OPEN = Sought(["open"])

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("databases")]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield MEMORY
        return
    with postgres_database() as made:
        yield made


@pytest.fixture
async def world(url: str) -> AsyncIterator[Approving]:
    async with approving(url) as made:
        yield made


TENTH = {"max_share": 0.1}


# --- passing and waiting ------------------------------------------------------------------------


async def test_without_policies_nothing_is_asked_or_measured(world: Approving) -> None:
    done = await world.world.submit(serve("NL"), "production")
    assert done.changes[0].movement is None
    assert world.measure.asked == 0


async def test_within_the_budget_a_change_is_made_and_records_who_moved(world: Approving) -> None:
    await world.set("budgets", {"max_share": 0.5})
    done = await world.world.submit(serve("NL"), "production")
    movement = done.changes[0].movement
    assert (movement["contexts"], movement["moved"], movement["unknown"]) == (100, 50, 0)
    assert movement["flags"] == {"checkout": 50}
    assert movement["interval"] == [50, 50]


async def test_above_the_budget_it_becomes_a_change_request(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"), reason="more people")
    assert (row.state, row.author, row.project) == ("open", "tess", PROJECT)
    assert grounds(row) == "moves 50 of 100 contexts (50 %) in production, the budget is 10 %"
    assert row.body["preview"]["production"]["flags"]["checkout"]["matrix"] == [
        {"from": "off", "to": "on", "count": 50}
    ]
    assert (await world.flag("checkout"))["rules"] == 0


async def test_a_change_request_shows_no_people(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    assert "examples" not in row.body["preview"]["production"]["flags"]["checkout"]


async def test_an_environments_policy_stands_in_the_place_of_the_projects(world: Approving) -> None:
    await world.set("budgets", TENTH, environment=None)
    await world.waits(serve("NL"), "production")
    await world.set("budgets", {"max_share": 1})
    await world.world.submit(serve("NL"), "production")


async def test_asking_again_gives_the_same_request(world: Approving) -> None:
    await world.set("budgets", TENTH)
    first = await world.waits(serve("NL"))
    assert (await world.waits(serve("NL"))).id == first.id
    assert (await world.waits(serve("DE"))).id != first.id
    renamed = {**serve("NL").fields["rules"][0], "id": "another"}
    assert (await world.waits(c.EditFlag("checkout", {"rules": [renamed]}))).id == first.id
    assert (await world.waits(serve("NL"), reason="another")).id != first.id
    keyed = await world.waits(serve("NL"), reason="x", idempotency_key="k")
    assert keyed.id != first.id
    assert (await world.waits(serve("NL"), reason="x", idempotency_key="k")).id == keyed.id
    with pytest.raises(KeyReused):
        await world.world.submit(serve("DE"), "production", idempotency_key="k")


async def test_many_who_ask_at_once_make_one_request(world: Approving) -> None:
    await world.set("budgets", TENTH)
    rows = await asyncio.gather(*(world.waits(serve("NL")) for _ in range(5)))
    assert len({row.id for row in rows}) == 1


async def test_a_repeated_key_is_answered_by_the_change_once_it_has_landed(
    world: Approving,
) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"), idempotency_key="k")
    await world.approvals.approve(await world.token("ann"), PROJECT, row.id)
    done = await world.world.submit(serve("NL"), "production", idempotency_key="k")
    assert done.replayed
    assert done.changes[0].movement["request"] == row.id


async def test_a_population_nobody_knows_never_passes_as_zero(world: Approving) -> None:
    await world.set("budgets", TENTH, environment="staging")
    row = await world.waits(serve("NL"), "staging")
    assert "cannot be checked" in grounds(row)
    await world.set("budgets", {**TENTH, "without_population": "allow"}, environment="staging")
    await world.world.submit(serve("NL"), "staging")


async def test_what_nobody_asks_for_yet_moves_nobody(world: Approving) -> None:
    await world.set("budgets", TENTH)
    await world.world.create("brand-new", enabled=True)
    await world.world.submit(c.UpdateFlag("checkout", {"description": "words"}))


async def test_a_kill_and_an_emergency_pass_and_an_emergency_is_marked(world: Approving) -> None:
    await world.set("budgets", {"max_share": 0})
    await world.set("approval", {"always": True})
    await world.world.submit(c.Kill("checkout"), "production")
    with pytest.raises(Refused, match="needs a reason"):
        await world.world.submit(c.SetEnabled("checkout", True), "production", emergency=True)
    await world.world.submit(
        c.SetEnabled("checkout", True), "production", emergency=True, reason="it burns"
    )
    told = world.world.told[-1]
    change = await world.world.changes.get_change(told.project, told.environment, told.version)
    assert is_emergency(change.movement)
    assert change.reason == "it burns"


async def test_two_changes_that_together_exceed_the_hour(world: Approving) -> None:
    await world.set("budgets", {"per_hour": {"max_share": 0.6}})
    outcomes = await asyncio.gather(
        world.world.submit(serve("NL"), "production"),
        world.world.submit(percent(50), "production"),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ApprovalNeeded", "Submitted"]
    world.world.clock.move(minutes=61)
    again = percent(50) if isinstance(outcomes[1], BaseException) else serve("NL")
    await world.world.submit(again, "production")


async def test_a_kill_is_counted_in_the_hour_after_the_fact(world: Approving) -> None:
    await world.world.submit(serve("NL"), "production")  # before there was a budget
    await world.world.submit(c.Kill("checkout"), "production")
    world.world.clock.move(minutes=30)
    await world.set("budgets", {"per_hour": {"max_share": 1.2}})
    row = await world.waits(c.SetEnabled("checkout", True))
    assert "with the 3 changes of the last hour that is 150 (150 %)" in grounds(row)


# --- who approves -------------------------------------------------------------------------------


async def test_another_person_approves_and_it_lands_as_the_authors_change(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"), by=await world.token("ann"), reason="launch")
    done = await world.approvals.approve(await world.token("bob"), PROJECT, row.id, "looks right")
    assert done.state == "landed"
    version = done.body["landed"]["versions"]["production"]
    change = await world.world.changes.get_change(PROJECT, "production", version)
    assert (change.actor, change.reason) == ("ann", "launch")
    assert change.movement["request"] == row.id
    assert change.movement["approved_by"] == ["bob"]
    assert change.movement["moved"] == 50
    assert (await world.flag("checkout"))["rules"] == 1
    assert [each["what"] for each in done.body["history"]] == ["opened", "approved", "landed"]
    assert world.events == [
        ("request", "opened", "open"),
        ("request", "approved", "approved"),
        ("request", "landed", "landed"),
    ]


async def test_the_author_approves_with_no_token(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"), by=await world.token("ann"))
    other_token = await world.token("ann", Grant("admin"))
    with pytest.raises(Refused, match="had a hand in"):
        await world.approvals.approve(other_token, PROJECT, row.id)


async def test_approving_needs_the_scope_everywhere_it_changes_something(world: Approving) -> None:
    await world.set("budgets", TENTH, environment=None)
    row = await world.waits(serve("NL"), "production", "staging")
    half = await world.token("bob", Grant("approve", PROJECT, "production"))
    with pytest.raises(Forbidden):
        await world.approvals.approve(half, PROJECT, row.id)


async def test_two_of_those_named_have_to_approve(world: Approving) -> None:
    await world.set("budgets", TENTH)
    await world.set("approval", {"approvals": 2, "by": ["bob", "cyd"]})
    row = await world.waits(serve("NL"))
    with pytest.raises(Refused, match="not among those who approve"):
        await world.approvals.approve(await world.token("dan"), PROJECT, row.id)
    bob = await world.token("bob")
    for _ in range(2):  # once is enough, twice is not two
        row = await world.approvals.approve(bob, PROJECT, row.id)
        assert row.state == "open"
        (need,) = await world.approvals.needs(row)
        assert (need.environment, need.missing, need.by) == ("production", 1, {"bob", "cyd"})
    assert (
        await world.approvals.approve(await world.token("cyd"), PROJECT, row.id)
    ).state == "landed"


async def test_an_edit_voids_approvals_and_the_editor_approves_no_more(world: Approving) -> None:
    await world.set("budgets", TENTH)
    await world.set("approval", {"approvals": 2})
    row = await world.waits(serve("NL"), by=await world.token("ann"))
    bob = await world.token("bob")
    await world.approvals.approve(bob, PROJECT, row.id)
    edited = await world.approvals.edit(bob, PROJECT, row.id, serve("DE"))
    assert (edited.state, edited.body["approvals"], edited.revision) == ("open", [], 2)
    with pytest.raises(Refused, match="had a hand in"):
        await world.approvals.approve(bob, PROJECT, row.id)
    cyd = await world.token("cyd")
    with pytest.raises(Refused, match="revision 2, not 1"):
        await world.approvals.approve(cyd, PROJECT, row.id, revision=1)
    await world.approvals.approve(cyd, PROJECT, row.id, revision=2)
    done = await world.approvals.approve(await world.token("dan"), PROJECT, row.id)
    version = done.body["landed"]["versions"]["production"]
    change = await world.world.changes.get_change(PROJECT, "production", version)
    assert change.movement["edited_by"] == ["bob"]
    assert change.command["fields"]["rules"][0]["id"] == "DE"


async def test_an_edit_needs_the_right_to_the_command(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    with pytest.raises(Forbidden):
        await world.approvals.edit(
            await world.token("bob", Grant("approve")), PROJECT, row.id, serve("DE")
        )


async def test_an_edit_that_would_change_nothing_is_refused(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    with pytest.raises(Refused, match="would change nothing"):
        await world.approvals.edit(
            world.world.me, PROJECT, row.id, c.EditFlag("checkout", {"default": "off"})
        )
    with pytest.raises(Refused, match="waits for nobody"):
        await world.approvals.edit(world.world.me, PROJECT, row.id, c.CreateEnvironment("new"))


# --- what happens meanwhile ---------------------------------------------------------------------


async def test_an_author_who_lost_the_right_meanwhile(world: Approving) -> None:
    await world.set("budgets", TENTH)
    ann = await world.token("ann")
    row = await world.waits(serve("NL"), by=ann)
    assert ann.token_id is not None
    await world.world.access.revoke_token(world.world.me, ann.token_id)
    done = await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert done.state == "rejected"
    assert "'ann' may not do this" in done.body["history"][-1]["text"]
    assert (await world.flag("checkout"))["rules"] == 0


async def test_an_approver_who_lost_the_right_meanwhile(world: Approving) -> None:
    await world.set("budgets", TENTH)
    await world.set("approval", {"approvals": 2})
    row = await world.waits(serve("NL"))
    bob = await world.token("bob")
    await world.approvals.approve(bob, PROJECT, row.id)
    assert bob.token_id is not None
    await world.world.access.revoke_token(world.world.me, bob.token_id)
    done = await world.approvals.approve(await world.token("cyd"), PROJECT, row.id)
    assert (done.state, done.body["approvals"]) == ("stale", [])


async def test_the_world_moved_on_elsewhere(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"), at={"production": 1})
    await world.world.create("other")
    done = await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert done.state == "landed"


async def test_the_same_flag_was_changed_meanwhile(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    await world.world.submit(c.EditFlag("checkout", {"off": "on"}), "production")
    done = await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert (done.state, done.body["approvals"], done.revision) == ("stale", [], 2)
    assert "what it changes was changed between versions" in done.body["history"][-1]["text"]
    assert (await world.flag("checkout"))["rules"] == 0
    again = await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert again.state == "landed"


async def test_what_the_flag_rests_on_was_changed_meanwhile(world: Approving) -> None:
    segment = {"key": "near", "when": {"attribute": "country", "op": "in", "values": ["NL"]}}
    await world.world.submit(c.PutSegment(segment), "production")
    await world.set("budgets", TENTH)
    rules = [{"id": "r", "when": {"segment": "near"}, "serve": "on"}]
    row = await world.waits(c.EditFlag("checkout", {"rules": rules}))
    wider = {"key": "near", "when": {"attribute": "country", "op": "in", "values": ["NL", "DE"]}}
    await world.world.submit(c.PutSegment(wider), "production")
    done = await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert done.state == "stale"
    assert "it moves 100 contexts instead of 50" in done.body["history"][-1]["text"]
    assert done.body["preview"]["production"]["moved"] == 100


async def test_the_population_may_grow_meanwhile_but_not_the_share(world: Approving) -> None:
    await world.set("budgets", TENTH)
    first, second = await world.waits(serve("NL")), await world.waits(serve("DE"))
    await world.people(102)
    assert (
        await world.approvals.approve(await world.token("bob"), PROJECT, first.id)
    ).state == "landed"
    await world.people(300, country="DE")
    done = await world.approvals.approve(await world.token("bob"), PROJECT, second.id)
    assert done.state == "stale"


async def test_a_command_that_does_not_apply_any_more(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    await world.world.submit(c.ArchiveFlag("checkout", force=True), emergency=True, reason="gone")
    done = await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert done.state == "stale"
    assert "does not apply any more" in done.body["history"][-1]["text"]


async def test_it_expires_and_stays_so_when_the_clock_goes_back(world: Approving) -> None:
    await world.set("budgets", TENTH)
    await world.set("approval", {"expires_hours": 1})
    row = await world.waits(serve("NL"))
    world.world.clock.move(minutes=61)
    await world.approvals.sweep()
    assert (await world.now(row)).state == "expired"
    world.world.clock.move(minutes=-30)
    with pytest.raises(Refused, match="is expired"):
        await world.approvals.approve(await world.token("bob"), PROJECT, row.id)
    assert (await world.waits(serve("NL"))).id != row.id


async def test_rejected_and_withdrawn_requests_are_over(world: Approving) -> None:
    await world.set("budgets", TENTH)
    ann, bob = await world.token("ann"), await world.token("bob")
    first = await world.waits(serve("NL"), by=ann)
    done = await world.approvals.reject(bob, PROJECT, first.id, "too many")
    assert (done.state, done.body["history"][-1]["text"]) == ("rejected", "too many")
    second = await world.waits(serve("NL"), by=ann)
    assert second.id != first.id
    with pytest.raises(Forbidden):
        await world.approvals.withdraw(bob, PROJECT, second.id)
    assert (await world.approvals.withdraw(ann, PROJECT, second.id)).state == "withdrawn"
    for act in (world.approvals.approve, world.approvals.reject):
        with pytest.raises(Refused, match="is withdrawn"):
            await act(bob, PROJECT, second.id)


async def test_comments(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    bob = await world.token("bob", Grant("read"))
    after = await world.approvals.comment(bob, PROJECT, row.id, "why so many?")
    assert after.body["history"][-1]["text"] == "why so many?"
    assert after.revision == row.revision
    for text in ("", " ", "x" * 10_001, "\0"):
        with pytest.raises(DocumentError):
            await world.approvals.comment(bob, PROJECT, row.id, text)
    with pytest.raises(NotFound):
        await world.approvals.comment(bob, PROJECT, 999, "hello")


# --- exactly once -------------------------------------------------------------------------------


async def test_many_approvers_at_once_land_it_once(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    people = [await world.token(f"approver-{n}") for n in range(4)]
    done = await asyncio.gather(
        *(world.approvals.approve(each, PROJECT, row.id) for each in people)
    )
    assert {each.state for each in done} == {"landed"}
    log = await world.world.changes.list_changes(PROJECT, "production")
    assert sum("request" in (change.movement or {}) for change in log) == 1


async def test_what_was_approved_and_not_landed_is_landed_by_the_sweep(world: Approving) -> None:
    await world.set("budgets", TENTH)
    row = await world.waits(serve("NL"))
    bob = await world.token("bob")
    rules = await world.policies.rules(PROJECT, ["production"])
    async with world.world.database.write() as transaction:  # and then the process was killed
        locked = await transaction.change_requests.get(row.project_id, row.id, lock=True)
        assert locked is not None
        after = approved(locked, world.world.clock(), bob.actor, bob.via, rules)
        await transaction.change_requests.save(after)
    assert (await world.now(row)).state == "approved"
    await asyncio.gather(world.approvals.sweep(), world.approvals.sweep())
    assert (await world.now(row)).state == "landed"
    log = await world.world.changes.list_changes(PROJECT, "production")
    assert sum("request" in (change.movement or {}) for change in log) == 1


async def test_requests_are_listed_by_state(world: Approving) -> None:
    await world.set("budgets", TENTH)
    first, second = await world.waits(serve("NL")), await world.waits(serve("DE"))
    await world.approvals.reject(await world.token("bob"), PROJECT, first.id)
    assert [row.id for row in await world.approvals.list(PROJECT)] == [second.id, first.id]
    assert [row.id for row in await world.approvals.list(PROJECT, OPEN)] == [second.id]
    assert [row.id for row in await world.approvals.list(PROJECT, before=second.id)] == [first.id]
    with pytest.raises(NotFound):
        await world.approvals.list("elsewhere")
