"""The bound context: blocks, functions, tasks, threads."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.native_server import flag

from yardarm import (
    Client,
    Context,
    ContextError,
    OptionError,
    bind_context,
    bound_context,
    carry,
    current_context,
    reset_context,
)
from yardarm.sdk.binding import BOUND, Deferred, merged

DUTCH = {"id": "nl", "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
         "serve": "on"}  # fmt: skip


@pytest.fixture
def client() -> Client:
    return Client.from_document({"flags": {"dutch": flag(False, rules=[DUTCH])}})


def test_an_evaluation_without_a_context_uses_the_bound_one(client: Client) -> None:
    assert client.boolean("dutch") is False
    with bound_context({"key": "u", "country": "NL"}):
        assert client.boolean("dutch") is True
        assert client.boolean_detail("dutch").rule == "nl"
        assert client.variant("dutch") == "on"
        assert client.boolean("dutch", {"key": "u"}) is False  # one that is given counts alone
    assert client.boolean("dutch") is False


def test_metric_events_use_it_too(client: Client) -> None:
    with bound_context({"key": "u-1", "country": "NL"}):
        client.track("paid", value=3)
    metric = client._exposures.take_metric()
    assert metric is not None
    assert (metric.unit, metric.attributes) == ("u-1", {"country": "NL"})


def test_blocks_nest_and_merge() -> None:
    with bound_context({"country": "NL", "plan": "free"}):
        with bound_context({"key": "u", "plan": "pro"}) as inner:
            assert inner == current_context()
            assert inner == Context("u", {"country": "NL", "plan": "pro"})
        assert current_context() == Context(None, {"country": "NL", "plan": "free"})
    assert current_context() == Context()


def test_another_key_inherits_nothing_of_its_kind() -> None:
    team = Context("acme", {"plan": "pro"}, kind="team")
    with bound_context(Context.multi(Context("alice", {"admin": True}), team)):
        with bound_context({"key": "bob"}):
            assert current_context() == Context.multi(Context("bob"), team)
        with bound_context({"key": "alice", "country": "NL"}):
            assert current_context().user == {"key": "alice", "admin": True, "country": "NL"}


def test_what_is_private_stays_private_below() -> None:
    outer = Context("u", {"email": "e"}, private=["email"])
    with bound_context(outer), bound_context({"country": "NL"}):
        assert current_context().private == {"email"}


def test_binding_by_hand_is_taken_back_by_its_token() -> None:
    token = bind_context({"key": "u"})
    assert current_context().unit == "u"
    reset_context(token)
    assert current_context() == Context()


def test_an_exception_unbinds() -> None:
    with pytest.raises(ZeroDivisionError), bound_context({"key": "u"}):
        raise ZeroDivisionError
    assert current_context() == Context()


def test_what_is_no_context_is_refused_at_once() -> None:
    for wrong in ("user-1", 3, [{"key": "u"}]):
        with pytest.raises(ContextError, match="a context is a dict or a Context"):
            bound_context(wrong)


def test_as_a_decorator_it_lasts_for_the_call() -> None:
    @bound_context({"key": "u"})
    def unit(more: str = "") -> str:
        """The unit."""
        return f"{current_context().unit}{more}"

    @bound_context({"key": "v"})
    async def later() -> str | None:
        await asyncio.sleep(0)
        return current_context().unit

    assert (unit("!"), unit.__doc__, asyncio.run(later())) == ("u!", "The unit.", "v")
    assert current_context() == Context()


def test_a_recursive_function_may_be_decorated() -> None:
    @bound_context({"key": "u"})
    def depth(left: int) -> int:
        return 0 if not left else 1 + depth(left - 1)

    assert depth(5) == 5
    assert current_context() == Context()


def test_generators_are_refused() -> None:
    def numbers() -> Any:
        yield 1

    async def later() -> Any:
        yield 1

    for function in (numbers, later):
        with pytest.raises(OptionError, match=r"is a generator: use `with bound_context"):
            bound_context({"key": "u"})(function)


def test_only_functions_are_decorated() -> None:
    with pytest.raises(OptionError, match="decorates functions, not <class"):
        bound_context({"key": "u"})(Context)


def test_tasks_have_their_own_and_inherit() -> None:
    async def seen(key: str | None, barrier: asyncio.Barrier) -> str | None:
        if key is None:
            await barrier.wait()
            return current_context().unit
        with bound_context({"key": key}):
            await barrier.wait()
            return current_context().unit

    async def all_seen() -> list[str | None]:
        barrier = asyncio.Barrier(3)
        with bound_context({"key": "outer"}):
            return await asyncio.gather(*(seen(key, barrier) for key in ("a", "b", None)))

    assert asyncio.run(all_seen()) == ["a", "b", "outer"]


def test_carry_takes_it_into_a_thread() -> None:
    def unit(suffix: str) -> str:
        return f"{current_context().unit}{suffix}"

    with bound_context({"key": "u"}):
        carried = carry(unit)
    with ThreadPoolExecutor(4) as pool:
        assert pool.submit(unit, "").result() == "None"
        assert pool.submit(carried, "!").result() == "u!"
    assert carried.__name__ == "unit"


def test_what_is_carried_may_run_in_many_threads_at_once() -> None:
    barrier = threading.Barrier(4)

    def unit() -> str | None:
        barrier.wait(10)
        with bound_context({"key": threading.current_thread().name}):
            barrier.wait(10)
            return current_context().unit

    with bound_context({"key": "u"}), ThreadPoolExecutor(4) as pool:
        carried = carry(unit)
        found = {pool.submit(carried) for _ in range(4)}
        assert len({one.result() for one in found}) == 4


def test_carry_refuses_what_only_makes_a_coroutine() -> None:
    async def work() -> None: ...

    with pytest.raises(OptionError, match="tasks carry the context"):
        carry(work)


# --- laws -----------------------------------------------------------------------------------

ATTRIBUTES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 3), max_size=3)
KEYS = st.none() | st.sampled_from(["x", "y"])
SINGLE = st.builds(
    Context, KEYS, ATTRIBUTES, kind=st.sampled_from(["user", "team"]),
    private=st.sets(st.sampled_from(["a", "b"]), max_size=2),
)  # fmt: skip
CONTEXTS = SINGLE | st.builds(
    lambda u, t: Context.multi(u, t),
    st.builds(Context, KEYS, ATTRIBUTES),
    st.builds(lambda k, a: Context(k, a, kind="team"), KEYS, ATTRIBUTES),
)


@given(CONTEXTS, CONTEXTS)
def test_the_inner_one_is_whole_and_nobody_gets_anothers(outer: Context, inner: Context) -> None:
    both = merged(outer, inner)
    for kind, values in inner.by_kind().items():
        found = both.by_kind()[kind]
        assert found.items() >= values.items()
        old = outer.by_kind().get(kind, {})
        if "key" in values and old.get("key", values["key"]) != values["key"]:
            assert found == values
    for kind in outer.by_kind().keys() - inner.by_kind().keys():
        if outer.by_kind()[kind]:
            assert both.by_kind()[kind] == outer.by_kind()[kind]


@given(CONTEXTS)
def test_binding_twice_is_binding_once(context: Context) -> None:
    assert merged(context, context).by_kind() == context.by_kind()
    assert merged(Context(), context) == context


@given(CONTEXTS, CONTEXTS)
def test_after_a_block_all_is_as_before(outer: Context, inner: Context) -> None:
    with bound_context(outer) as before:
        with bound_context(inner):
            pass
        assert current_context() is before


@pytest.mark.parametrize("asked", ["boolean", "boolean_detail", "variant"])
def test_a_deferred_context_is_made_by_the_first_evaluation(asked: str) -> None:
    client = Client.from_document({"flags": {"nl": flag(False, rules=[DUTCH])}})
    made: list[int] = []

    def make() -> dict[str, str]:
        made.append(1)
        return {"country": "NL"}

    outer = Context("ann", {"plan": "pro"})
    token = BOUND.set(Deferred(outer, make))
    try:
        ask = getattr(client, asked)
        for _ in range(3):
            found = ask("nl")
            assert getattr(found, "value", found) in (True, "on")
        assert made == [1]
        assert current_context().user["plan"] == "pro"
    finally:
        BOUND.reset(token)


def test_threads_that_ask_while_a_deferred_context_is_made_get_it_too() -> None:
    making, go = threading.Event(), threading.Event()
    turns = iter((True, False))

    def make() -> dict[str, str]:
        if next(turns):
            making.set()
            assert go.wait(10)
        return {"key": "ann"}

    deferred = Deferred(Context(), make)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(deferred.read)
        assert making.wait(10)
        second = deferred.read()
        go.set()
        found = [second, first.result(10)]
    assert [one.unit for one in found if isinstance(one, Context)] == ["ann", "ann"]
