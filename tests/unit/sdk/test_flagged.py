"""`@flag`, `choose` and `with enabled(…)` on everything that can be called."""

import asyncio
import copy
import inspect
import logging
import pickle
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

import pytest
from tests.native_server import flag as flag_json

import yardarm
from yardarm import Client, Context, OptionError, choose, context_for, enabled, flag
from yardarm.sdk.current import CURRENT, LOG

DUTCH = {"id": "nl", "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
         "serve": "on"}  # fmt: skip
NL, BE = {"key": "u", "country": "NL"}, {"key": "u", "country": "BE"}


def variants(serves: str) -> dict[str, Any]:
    return {
        "type": "string", "enabled": True, "default": serves,
        "variants": [{"key": key, "value": key.upper()} for key in ("v1", "v2", "v3")],
    }  # fmt: skip


FLAGS: dict[str, Any] = {"dutch": flag_json(False, rules=[DUTCH]), "search": variants("v2")}
ON = {**FLAGS, "new": flag_json(True)}
OFF = {**FLAGS, "new": flag_json(False)}


@pytest.fixture(autouse=True)
def client() -> Iterator[Client]:
    client = Client.from_document({"flags": ON})
    yardarm.set_client(client)
    yield client
    yardarm.set_client(None)


def old(query: str = "") -> str:
    return f"old {query}"


@flag("new", fallback=old)
def search(query: str = "") -> str:
    """Search."""
    return f"new {query}"


def test_a_function_follows_its_flag(client: Client) -> None:
    assert (search("x"), search(query="y"), search()) == ("new x", "new y", "new ")
    client.update({"flags": OFF})
    assert (search("x"), search(query="y"), search()) == ("old x", "old y", "old ")


def test_it_stays_what_it_was() -> None:
    assert search.__name__ == "search"
    assert search.__doc__ == "Search."
    assert str(inspect.signature(search)) == "(query: str = '') -> str"
    assert not inspect.iscoroutinefunction(search)


def test_what_the_function_raises_is_the_callers() -> None:
    @flag("new", fallback=0)
    def divide() -> float:
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        divide()


@pytest.mark.parametrize("value", [None, 0, "text", ["list"], {"d": 1}])
def test_a_value_is_returned(client: Client, value: Any) -> None:
    client.update({"flags": OFF})
    assert flag("new", fallback=value)(search)("x") is value


def test_an_exception_is_raised(client: Client) -> None:
    class Gone(Exception):
        pass

    once = Gone("not here")
    decorated = [flag("new", fallback=Gone)(search), flag("new", fallback=once)(search)]
    client.update({"flags": OFF})
    for function in decorated:
        for _ in range(2):
            with pytest.raises(Gone) as raised:
                function("x")
            assert len(raised.traceback) < 6  # of this call only


def test_an_exception_that_needs_arguments_is_refused() -> None:
    with pytest.raises(OptionError, match="UnicodeDecodeError cannot be raised without arguments"):
        flag("new", fallback=UnicodeDecodeError)(search)


def test_coroutine_functions(client: Client) -> None:
    async def before(n: int) -> str:
        await asyncio.sleep(0)
        return f"old {n}"

    @flag("new", fallback=before)
    async def after(n: int) -> str:
        return f"new {n}"

    valued = flag("new", fallback="value")(after)
    raising = flag("new", fallback=KeyError)(after)
    assert all(map(inspect.iscoroutinefunction, (after, valued, raising)))
    assert asyncio.run(after(1)) == "new 1"
    client.update({"flags": OFF})
    assert asyncio.run(after(2)) == "old 2"
    assert asyncio.run(valued(2)) == "value"
    with pytest.raises(KeyError):
        asyncio.run(raising(2))


def test_generators(client: Client) -> None:
    def before(n: int) -> Iterator[Any]:
        yield "old"

    @flag("new", fallback=before)
    def numbers(n: int) -> Any:
        got = yield n
        yield got
        return "end"

    empty = flag("new", fallback=())(numbers)
    assert inspect.isgeneratorfunction(numbers)
    running = numbers(7)
    assert (next(running), running.send("sent")) == (7, "sent")
    with pytest.raises(StopIteration, match="end"):
        next(running)
    later = numbers(7)
    client.update({"flags": OFF})
    assert list(later) == ["old"]  # asked when its first value is
    assert list(empty(1)) == []


def test_async_generators(client: Client) -> None:
    closed: list[str] = []

    async def before() -> AsyncIterator[Any]:
        yield "old"

    @flag("new", fallback=before)
    async def numbers() -> Any:
        try:
            got = yield 1
            try:
                yield got
            except KeyError:
                yield "caught"
        finally:
            closed.append("closed")

    listed = flag("new", fallback=["a", "b"])(numbers)
    assert inspect.isasyncgenfunction(numbers)

    async def talk() -> list[Any]:
        running = numbers()
        said = [await anext(running), await running.asend("sent")]
        said.append(await running.athrow(KeyError()))
        await running.aclose()
        return said

    async def all_of(function: Any) -> list[Any]:
        return [item async for item in function()]

    assert asyncio.run(talk()) == [1, "sent", "caught"]
    assert closed == ["closed"]
    assert asyncio.run(all_of(numbers)) == [1, None]
    client.update({"flags": OFF})
    assert asyncio.run(all_of(numbers)) == ["old"]
    assert asyncio.run(all_of(listed)) == ["a", "b"]


def test_methods(client: Client) -> None:
    class Shop:
        rate = 2

        def old_total(self, n: int) -> int:
            return n

        @flag("new", fallback=old_total)
        def total(self, n: int) -> int:
            return n * self.rate

        @staticmethod
        def old_word() -> str:
            return "old"

        @flag("new", fallback=old_word)
        @staticmethod
        def word() -> str:
            return "new"

        @classmethod
        @flag("new", fallback=None)
        def name(cls) -> str | None:
            return cls.__name__

        @property
        @flag("new", fallback="old")
        def colour(self) -> str:
            return "new"

    class Corner(Shop):
        rate = 3

    shop = Corner()
    assert (shop.total(2), shop.word(), shop.name(), shop.colour) == (6, "new", "Corner", "new")
    client.update({"flags": OFF})
    assert (shop.total(2), shop.word(), shop.name(), shop.colour) == (2, "old", None, "old")


class OldEngine:
    def __init__(self, size: int = 1) -> None:
        self.size = -size


@flag("new", fallback=OldEngine)
class Engine:
    """An engine."""

    def __init__(self, size: int = 1) -> None:
        self.size = size


class Turbo(Engine):
    def __init__(self, size: int, *, boost: int = 2) -> None:
        super().__init__(size * boost)


def test_classes(client: Client) -> None:
    engine = Engine(3)
    assert isinstance(engine, Engine)
    assert engine.size == 3
    assert isinstance(Engine, type)
    assert (Engine.__name__, Engine.__doc__) == ("Engine", "An engine.")
    client.update({"flags": OFF})
    assert type(Engine(3)) is OldEngine
    assert Engine(3).size == -3
    assert Turbo(3).size == 6  # subclasses are not concerned
    assert str(inspect.signature(Engine)) == "(size: int = 1) -> None"
    assert str(inspect.signature(Turbo)) == "(size: int, *, boost: int = 2) -> None"


def test_what_was_made_is_copied_whatever_the_flag_says(client: Client) -> None:
    engine = Engine(3)
    client.update({"flags": OFF})
    for again in (copy.copy(engine), copy.deepcopy(engine), pickle.loads(pickle.dumps(engine))):
        assert type(again) is Engine
        assert again.size == 3


def test_abstract_classes_keep_their_metaclass() -> None:
    class Base(ABC):
        @abstractmethod
        def run(self) -> int: ...

    @flag("new", fallback=None)
    class Half(Base):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]


def test_a_fallback_below_the_class_is_refused() -> None:
    class Base:
        pass

    class Below(Base):
        pass

    with pytest.raises(OptionError, match="is a subclass of it"):
        flag("new", fallback=Below)(Base)


# --- contexts ------------------------------------------------------------------------------


class Person:
    def __init__(self, country: str) -> None:
        self.country = country


@context_for(Person)
def person_context(person: Person) -> dict[str, Any]:
    return {"key": "p", "country": person.country}


def test_the_context_is_given_or_bound() -> None:
    def on() -> bool:
        return True

    assert flag("dutch", fallback=False, context=NL)(on)() is True
    assert flag("dutch", fallback=False, context=Context("u", BE))(on)() is False
    assert flag("dutch", fallback=False, context=Person("NL"))(on)() is True
    bound = flag("dutch", fallback=False)(on)
    assert bound() is False
    with yardarm.bound_context(NL):
        assert bound() is True


def test_the_context_is_an_argument() -> None:
    @flag("dutch", fallback=False, context="who")
    def on(n: int, who: Any = NL, *, more: int = 0) -> bool:
        return True

    @flag("dutch", fallback=False, context="who")
    def named(*more: Any, who: Any) -> bool:
        return True

    assert named(BE, BE, who=NL) is True
    assert [on(1), on(1, BE), on(1, who=BE), on(1, Person("NL"))] == [True, False, False, True]
    assert [named(who=NL), named(who=BE)] == [True, False]


def test_the_context_is_made_of_the_arguments() -> None:
    @flag("dutch", fallback=False, context=lambda request, **_: request["user"])
    def on(request: dict[str, Any], *, deep: bool = False) -> bool:
        return True

    assert on({"user": NL}) is True
    assert on({"user": BE}, deep=True) is False


def test_a_method_may_be_asked_for_itself() -> None:
    class Citizen(Person):
        @flag("dutch", fallback="hello", context="self")
        def greeting(self) -> str:
            return "hallo"

    assert [Citizen("NL").greeting(), Citizen("BE").greeting()] == ["hallo", "hello"]


def test_a_context_that_cannot_be_found_runs_the_fallback(caplog: pytest.LogCaptureFixture) -> None:
    @flag("dutch", fallback=False, context=lambda request: request["user"])
    def on(request: dict[str, Any]) -> bool:
        return True

    LOG.settled("context of 'dutch'")
    with caplog.at_level(logging.ERROR, "yardarm"):
        assert [on({}), on({})] == [False, False]
    (line,) = caplog.messages
    assert "no context for flag 'dutch', the fallback runs: KeyError: 'user'" in line


def test_an_argument_that_is_not_there_is_refused() -> None:
    with pytest.raises(OptionError, match=r"search has no argument 'user'; it has: query"):
        flag("new", fallback=None, context="user")(search)
    with pytest.raises(OptionError, match="stands for several"):
        flag("new", fallback=None, context="args")(lambda *args: None)


# --- clients -------------------------------------------------------------------------------


def test_without_a_client_fallbacks_answer_and_it_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    yardarm.set_client(None)
    with caplog.at_level(logging.WARNING, "yardarm"):
        assert [search("x"), search("y")] == ["old x", "old y"]
        assert not enabled("new")
    (line,) = caplog.messages
    assert "call yardarm.set_client(client)" in line
    with pytest.raises(OptionError, match=r"call yardarm\.set_client"):
        yardarm.get_client()


def test_the_processs_client_is_the_one_that_was_set(client: Client) -> None:
    assert yardarm.get_client() is client
    with pytest.raises(OptionError, match="takes a Client or an AsyncClient"):
        yardarm.set_client("http://127.0.0.1")  # type: ignore[arg-type]
    assert CURRENT.client is client


def test_a_client_may_be_named() -> None:
    other = Client.from_document({"flags": OFF})
    assert flag("new", fallback="off", client=other)(search)() == "off"
    assert not enabled("new", client=other)


def test_a_flag_that_is_not_there_runs_the_fallback() -> None:
    assert flag("unheard-of", fallback=old)(search)("x") == "old x"


# --- variants ------------------------------------------------------------------------------


def test_a_flag_of_any_type_by_its_variant(client: Client) -> None:
    second = flag("search", variant="v2", fallback="other")(search)
    assert second("x") == "new x"
    client.update({"flags": {**ON, "search": variants("v1")}})
    assert second("x") == "other"


def test_match_on_variants(client: Client) -> None:
    match client.variant("search"):
        case "v2":
            found = "two"
        case _:
            found = "another"
    assert found == "two"
    match client.variant_detail("search"):
        case yardarm.Decision(variant="v2", value=value, reason="STATIC" | "DEFAULT"):
            assert value == "V2"
        case other:
            pytest.fail(str(other))


def test_variants_of_every_type_and_without(client: Client) -> None:
    assert client.variant("new") == "on"
    assert client.variant("new", Context("u")) == "on"
    assert client.variant("new", {"kind": "team", "key": "t"}) == "on"
    assert client.variant("unheard-of", fallback="v1") == "v1"
    assert client.variant("unheard-of", NL, fallback=lambda: "v1") == "v1"
    detail = client.variant_detail("unheard-of", fallback="v1")
    assert (detail.value, detail.variant, detail.error) == ("v1", None, "FLAG_NOT_FOUND")


def test_choose_runs_an_implementation_for_each_variant(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def second(query: str) -> str:
        return f"second {query}"

    find = choose("search", {"v1": old, "v2": second}, fallback=old)
    assert find("x") == "second x"
    assert find.__name__ == "old"
    client.update({"flags": {**ON, "search": variants("v1")}})
    assert find("x") == "old x"
    client.update({"flags": {**ON, "search": variants("v3")}})
    with caplog.at_level(logging.WARNING, "yardarm"):
        assert find("x") == "old x"
    assert "variant 'v3' of 'search' has no implementation" in caplog.text
    yardarm.set_client(None)
    assert find("x") == "old x"


def test_choose_among_classes_and_coroutine_functions(client: Client) -> None:
    make = choose("search", {"v2": OldEngine}, fallback=Engine)
    assert type(make(2)) is OldEngine
    assert inspect.signature(make) == inspect.signature(Engine)

    async def one() -> int:
        return 1

    async def two() -> int:
        return 2

    count = choose("search", {"v2": two}, fallback=one)
    assert inspect.iscoroutinefunction(count)
    assert asyncio.run(count()) == 2


def test_choose_refuses_what_cannot_stand_in() -> None:
    async def later(query: str) -> str:
        return query

    with pytest.raises(OptionError, match=r"old is a function and its variant 'v1' .* a coroutine"):
        choose("search", {"v1": later}, fallback=old)
    with pytest.raises(OptionError, match="variant 'v1' of 'search' needs a function"):
        choose("search", {"v1": "x"}, fallback=old)  # type: ignore[dict-item]
    with pytest.raises(OptionError, match="is a function, not None"):
        choose("search", {}, fallback=None)  # type: ignore[arg-type]


def test_a_block_keeps_one_answer(client: Client) -> None:
    with enabled("new") as on:
        client.update({"flags": OFF})
        assert on is True
    with enabled("new") as on:
        assert on is False
    assert enabled("dutch", NL)
    assert not enabled("dutch", Person("BE"))


# --- what is refused while decorating ---------------------------------------------------------


async def later(query: str = "") -> str:
    return query


async def several(query: str = "") -> AsyncIterator[str]:
    yield query


class Later:
    async def __call__(self, query: str = "") -> str:
        return query


@pytest.mark.parametrize(
    ("function", "fallback"),
    [
        (old, later), (later, old), (several, later), (later, several), (several, old),
        (old, partial(later)), (old, Later()), (Engine, later), (later, OldEngine),
    ],
)  # fmt: skip
def test_sync_and_async_are_kept_apart(function: Any, fallback: Any) -> None:
    with pytest.raises(OptionError, match="write one that is called in the same way"):
        flag("new", fallback=fallback)(function)


@pytest.mark.parametrize(
    "fallback", [lambda: "", lambda a, b: "", lambda query, /, *, more: "", lambda *, query: ""]
)
def test_a_fallback_takes_the_same_arguments(fallback: Any) -> None:
    with pytest.raises(OptionError, match=r"cannot be called as old\(query: str = ''\) -> str"):
        flag("new", fallback=fallback)(old)


@pytest.mark.parametrize(
    "fallback", [lambda *a: "", lambda q, more=1: "", lambda *a, **k: "", str, print, len]
)
def test_a_fallback_may_take_more(fallback: Any) -> None:
    assert callable(flag("new", fallback=fallback)(old))


def test_other_mistakes() -> None:
    with pytest.raises(OptionError, match="a flag's key is a text"):
        flag(search, fallback=None)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="decorates functions and classes"):
        flag("new", fallback=None)(3)
    with pytest.raises(OptionError, match="decorates functions and classes"):
        flag("new", fallback=None)(property(search))
    with pytest.raises(OptionError, match="has no items"):
        flag("new", fallback=3)(several)
