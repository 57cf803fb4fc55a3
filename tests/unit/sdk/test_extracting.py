"""Business objects as contexts."""

import logging
from dataclasses import dataclass
from typing import Any

import pytest
from tests.native_server import flag

from yardarm import (
    Client,
    Context,
    ContextError,
    OptionError,
    bound_context,
    context_for,
    current_context,
)
from yardarm.sdk.extracting import ExtractionError, read_context


@dataclass
class User:
    id: str
    plan: str = "free"
    email: str = ""


class Admin(User):
    pass


class Guest(User):
    pass


@dataclass
class Team:
    name: str


class Broken:
    @property
    def id(self) -> str:
        raise RuntimeError("no database")


@context_for(User, private=["email"])
def user_context(user: User) -> dict[str, Any]:
    return {"key": user.id, "plan": user.plan, "email": user.email}


@context_for(Guest)
def guest_context(guest: Guest) -> Context:
    return Context(None, {"plan": "guest"}, private=["plan"])


@context_for(Team)
def team_context(team: Team) -> dict[str, Any]:
    return {"kind": "team", "key": team.name}


@context_for(Broken)
def broken_context(broken: Broken) -> dict[str, Any]:
    return {"key": broken.id}


PRO = {"id": "pro", "when": {"attribute": "plan", "op": "equals", "values": ["pro"]},
       "serve": "on"}  # fmt: skip


@pytest.fixture
def client() -> Client:
    return Client.from_document({"flags": {"pro": flag(False, rules=[PRO])}})


def test_an_object_stands_wherever_a_context_does(client: Client) -> None:
    assert client.boolean("pro", User("u", "pro")) is True
    assert client.boolean("pro", User("u")) is False
    assert client.boolean_detail("pro", User("u", "pro")).rule == "pro"
    assert client.variant("pro", User("u", "pro")) == "on"
    with bound_context(User("u", "pro")):
        assert client.boolean("pro") is True


def test_private_attributes_are_evaluated_and_not_told(client: Client) -> None:
    context = read_context(User("u", "pro", "u@example.com"))
    assert context == Context("u", {"plan": "pro", "email": "u@example.com"}, private=["email"])
    client.boolean("pro", User("u", "pro", "u@example.com"))
    exposure = client._exposures.take_exposure()
    assert exposure is not None
    assert exposure.attributes == {"plan": "pro"}


def test_a_subclass_is_found_by_its_method_resolution_order() -> None:
    assert read_context(Admin("a")).unit == "a"
    assert read_context(Guest("g")) == Context(None, {"plan": "guest"}, private=["plan"])


def test_a_tuple_is_one_context_of_several_kinds(client: Client) -> None:
    both = read_context((User("u", "pro"), Team("acme")))
    assert both.by_kind().keys() == {"user", "team"}
    assert client.boolean("pro", (User("u", "pro"), {"kind": "device", "key": "d"})) is True
    with pytest.raises(ContextError, match="given twice"):
        read_context((User("u"), User("v")))


def test_an_object_that_raises_gets_the_fallback_and_one_line(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "yardarm"):
        for _ in range(3):
            assert client.boolean("pro", Broken(), fallback=True) is True
    (line,) = caplog.messages
    assert "the context of a Broken cannot be made: RuntimeError: no database" in line
    decision = client.boolean_detail("pro", Broken(), fallback=True)
    assert (decision.value, decision.error) == (True, "INVALID_CONTEXT")
    assert decision.cause is not None
    assert "no database" in decision.cause
    client.track("paid", Broken())  # counted as lost
    assert client._exposures.lost_metrics.take() == 1


def test_a_broken_object_may_be_bound(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "yardarm"), bound_context(Broken()) as bound:
        assert bound == current_context() == Context()
        assert client.boolean("pro", fallback=True) is True
        assert client.boolean("pro", {"key": "u"}, fallback=True) is False
        with bound_context(User("u", "pro")):
            assert client.variant("pro") == "on"
        assert client.variant_detail("pro").error == "INVALID_CONTEXT"
        client.track("paid")
        assert client._exposures.lost_metrics.take() == 1
    (line,) = caplog.messages
    assert "the context of a Broken cannot be made: RuntimeError: no database" in line
    assert client.boolean("pro", fallback=True) is False

    @bound_context(Broken())
    def asked() -> bool:
        return client.boolean("pro", fallback=True)

    assert asked() is True


def test_an_extractor_that_answers_nonsense_counts_as_one_that_raises() -> None:
    class Odd:
        pass

    context_for(Odd)(lambda odd: "u-1")  # type: ignore[arg-type, return-value]
    with pytest.raises(ExtractionError, match="of a Odd cannot be made: ContextError"):
        read_context(Odd())


def test_an_object_that_nobody_knows_is_no_context(client: Client) -> None:
    decision = client.boolean_detail("pro", object(), fallback=True)
    assert (decision.value, decision.error) == (True, "INVALID_CONTEXT")


@pytest.mark.parametrize("kind", [3, None, "User", dict, Context, tuple])
def test_only_own_classes_can_be_declared(kind: Any) -> None:
    with pytest.raises(OptionError, match="a class of your own"):
        context_for(kind)


def test_what_else_is_refused() -> None:
    with pytest.raises(OptionError, match="private is a list"):
        context_for(User, private="email")
    with pytest.raises(OptionError, match="decorates a function"):
        context_for(User)("user")  # type: ignore[arg-type]
