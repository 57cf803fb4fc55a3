"""The synchronisation machine: gaps, duplicates, other histories. Faults 85 to 88."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.native_server import flag, snapshot_of

from yardarm.core.snapshot import Snapshot, between, decode
from yardarm.sdk.state import Continuity, ProtocolError

A, B, C = {"a": flag()}, {"a": flag(False)}, {"a": flag(), "b": flag()}


def hello(snapshot: Snapshot, **changes: Any) -> bytes:
    told = {"epoch": snapshot.epoch, "version": snapshot.version, "root": snapshot.root}
    return json.dumps(told | changes).encode()


def heartbeat(version: Any) -> bytes:
    return json.dumps({"version": version}).encode()


def test_nothing_held_means_fetch() -> None:
    state = Continuity()
    assert state.position is None
    assert state.hello(hello(snapshot_of(A))).action == "fetch"
    assert state.heartbeat(heartbeat(1)).action == "fetch"
    assert state.patches([between(snapshot_of(A), snapshot_of(B, 2)).encode()]).action == "fetch"


def test_a_snapshot_is_taken() -> None:
    state = Continuity()
    step = state.offer(snapshot_of(A, 5))
    assert (step.action, step.changed, state.position) == ("take", None, "e1:5")
    assert state.hello(hello(snapshot_of(A, 5))).action == "stay"
    assert state.heartbeat(heartbeat(5)).action == "stay"


def test_a_patch_is_applied() -> None:
    state = Continuity(snapshot_of(A, 5))
    step = state.patches([between(snapshot_of(A, 5), snapshot_of(C, 6)).encode()])
    assert (step.action, step.changed) == ("take", frozenset({("flag", "b")}))
    assert state.snapshot == snapshot_of(C, 6)


def test_fault_85_a_missing_patch_means_fetch() -> None:
    state = Continuity(snapshot_of(A, 5))
    step = state.patches([between(snapshot_of(B, 6), snapshot_of(C, 7)).encode()])
    assert (step.action, state.snapshot) == ("fetch", snapshot_of(A, 5))


def test_fault_85_a_patch_that_came_before_is_dropped() -> None:
    patch = between(snapshot_of(A, 5), snapshot_of(B, 6)).encode()
    state = Continuity(snapshot_of(A, 5))
    assert state.patches([patch, patch]).action == "take"
    assert state.patches([patch]).action == "stay"
    assert state.snapshot == snapshot_of(B, 6)


def test_fault_85_a_burst_is_applied_as_one() -> None:
    versions = [snapshot_of({"a": flag(i % 2 == 0), f"f{i % 3}": flag()}, i) for i in range(1, 20)]
    burst = [between(a, b).encode() for a, b in pairwise(versions)]
    state = Continuity(versions[0])
    step = state.patches(burst)
    assert (step.action, state.snapshot) == ("take", versions[-1])


def test_fault_85_a_damaged_patch_means_fetch() -> None:
    patch = between(snapshot_of(A, 5), snapshot_of(B, 6)).encode()
    for damaged in (patch[:-1], patch.replace(b'"off"', b'"on"'), b"\n", b"{}\n", b"<html>\n"):
        state = Continuity(snapshot_of(A, 5))
        assert state.patches([damaged]).action == "fetch"
        assert state.snapshot == snapshot_of(A, 5)


def test_fault_85_a_heartbeat_ahead_means_fetch() -> None:
    assert Continuity(snapshot_of(A, 5)).heartbeat(heartbeat(6)).action == "fetch"


def test_fault_86_removing_what_is_not_there_does_no_harm() -> None:
    """A patch may remove a flag that this client never had: the root decides."""
    held, after = snapshot_of(A, 5), snapshot_of(A, 6)
    patch = between(snapshot_of(C, 5), after).encode()
    state = Continuity(held)
    assert state.patches([patch]).action == "take"
    assert state.snapshot == after


def test_fault_86_a_removed_flag_does_not_come_back_with_a_stale_patch() -> None:
    with_b, changed, without = snapshot_of(C, 5), snapshot_of(C | {"b": flag(False)}, 6), None
    without = snapshot_of(A, 7)
    first, second = between(with_b, changed).encode(), between(changed, without).encode()
    state = Continuity(with_b)
    state.patches([first])
    state.patches([second])
    assert state.patches([first]).action == "stay"
    assert state.patches([first, second]).action == "stay"
    assert state.snapshot == without


def test_fault_87_another_history_is_fetched_whole_and_told() -> None:
    other = snapshot_of(C, 2, "e2")
    state = Continuity(snapshot_of(A, 5))
    step = state.hello(hello(other))
    assert (step.action, step.alarm) == ("fetch", True)
    step = state.patches([between(snapshot_of(A, 1, "e2"), other).encode()])
    assert step.action == "fetch"
    step = state.offer(other)
    assert (step.action, step.alarm, state.snapshot) == ("take", True, other)
    assert "history" in step.why


def test_fault_88_a_lower_version_of_the_same_epoch_is_refused_and_told() -> None:
    state = Continuity(snapshot_of(A, 5))
    for step in (
        state.hello(hello(snapshot_of(B, 4))),
        state.heartbeat(heartbeat(4)),
        state.offer(snapshot_of(B, 4)),
    ):
        assert (step.action, step.alarm) == ("stay", True)
    assert state.snapshot == snapshot_of(A, 5)


def test_fault_88_another_content_of_the_same_version_is_fetched_and_told() -> None:
    state = Continuity(snapshot_of(A, 5))
    step = state.hello(hello(snapshot_of(B, 5)))
    assert (step.action, step.alarm) == ("fetch", True)
    step = state.offer(snapshot_of(B, 5))
    assert (step.action, step.alarm) == ("take", True)


def test_what_came_with_the_program_gives_way_without_a_word() -> None:
    state = Continuity(snapshot_of(A, 9, ""), provisional=True)
    assert state.position is None
    step = state.hello(hello(snapshot_of(B, 5)))
    assert (step.action, step.alarm) == ("fetch", False)
    step = state.offer(snapshot_of(B, 5))
    assert (step.action, step.alarm, state.provisional) == ("take", False, False)


def test_a_source_without_history_is_followed_wherever_it_goes() -> None:
    state = Continuity()
    assert state.replace(snapshot_of(A, 5)).action == "take"
    assert state.replace(snapshot_of(A, 5)).action == "stay"
    assert state.replace(snapshot_of(C, 3)).changed == frozenset({("flag", "b")})


NONSENSE = [b"", b"[]", b"null", b"<html>", b"{", b"[" * 100_000, b'{"epoch":1}', b"\xff"]


@pytest.mark.parametrize("data", NONSENSE)
def test_nonsense_is_a_protocol_error(data: bytes) -> None:
    state = Continuity(snapshot_of(A, 5))
    with pytest.raises(ProtocolError):
        state.hello(data)
    with pytest.raises(ProtocolError):
        state.heartbeat(data)
    assert state.snapshot == snapshot_of(A, 5)


@pytest.mark.parametrize("version", ["5", 5.0, True, None, -1])
def test_a_version_is_a_whole_number(version: Any) -> None:
    with pytest.raises(ProtocolError):
        Continuity(snapshot_of(A, 5)).heartbeat(heartbeat(version))


HISTORY = [
    snapshot_of({"a": flag(i % 2 == 0), f"f{i % 4}": flag(i % 3 == 0)}, i) for i in range(1, 13)
]
PATCHES = [between(a, b).encode() for a, b in pairwise(HISTORY)]


@settings(max_examples=300)
@given(
    st.integers(0, len(HISTORY) - 1),
    st.lists(st.lists(st.integers(0, len(PATCHES) - 1), min_size=1, max_size=5), max_size=12),
)
def test_fault_85_any_order_of_patches_ends_at_the_server_s_state(
    start: int, deliveries: list[list[int]]
) -> None:
    """Patches lost, doubled and shuffled: never a step back, never a wrong state, the end right."""
    state = Continuity(HISTORY[start])
    known = {snapshot.version: snapshot for snapshot in HISTORY}
    at = HISTORY[start].version
    for delivery in deliveries:
        step = state.patches([PATCHES[i] for i in delivery])
        if step.action == "fetch":
            state.offer(decode(HISTORY[max(delivery) + 1].encode()))
        assert state.snapshot is not None
        assert state.snapshot.version >= at
        assert state.snapshot == known[state.snapshot.version]
        at = state.snapshot.version
    if state.heartbeat(heartbeat(12)).action == "fetch":
        state.offer(HISTORY[-1])
    assert state.snapshot == HISTORY[-1]


def test_a_servers_overrides_are_no_surprise() -> None:
    """They come and go with an epoch of their own, at the very version that is held."""
    state = Continuity(snapshot_of(A, 5))
    overridden, truth = snapshot_of(B, 5, "e1~abc"), snapshot_of(A, 5)
    step = state.hello(hello(overridden))
    assert (step.action, step.why) == ("fetch", "the server's override file is in force")
    step = state.offer(overridden)
    assert (step.action, step.alarm, step.changed) == ("take", True, frozenset({("flag", "a")}))
    step = state.offer(truth)
    assert (step.action, step.why) == ("take", "the server's override file is no longer in force")
    assert "another history" in state.hello(hello(snapshot_of(B, 5, "e2~abc"))).why
