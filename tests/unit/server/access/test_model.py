"""Grants and principals."""

from __future__ import annotations

import itertools

import pytest

from yardarm.errors import DocumentError
from yardarm.server.access.model import (
    SCOPES,
    Grant,
    Principal,
    Scope,
    grant_from_json,
    local,
)

IMPLIED: dict[Scope, set[Scope]] = {
    "read": {"read"},
    "edit": {"read", "edit"},
    "approve": {"read", "approve"},
    "kill": {"read", "kill"},
    "admin": set(SCOPES),
}


def test_what_implies_what() -> None:
    for given, asked in itertools.product(SCOPES, SCOPES):
        principal = Principal("ann", (Grant(given),))
        assert principal.may(asked, "shop", "production") is (asked in IMPLIED[given])


@pytest.mark.parametrize(
    ("grant", "project", "environment", "allowed"),
    [
        (Grant("edit"), None, None, True),
        (Grant("edit"), "shop", None, True),
        (Grant("edit"), "shop", "production", True),
        (Grant("edit", "shop"), None, None, False),
        (Grant("edit", "shop"), "shop", None, True),
        (Grant("edit", "shop"), "shop", "production", True),
        (Grant("edit", "shop"), "blog", "production", False),
        (Grant("edit", "shop", "staging"), "shop", None, False),
        (Grant("edit", "shop", "staging"), "shop", "staging", True),
        (Grant("edit", "shop", "staging"), "shop", "production", False),
        (Grant("edit", "*", "staging"), "blog", "staging", True),
        (Grant("edit", "*", "staging"), None, None, False),
    ],
)
def test_where_a_grant_holds(
    grant: Grant, project: str | None, environment: str | None, allowed: bool
) -> None:
    assert grant.allows("edit", project, environment) is allowed


def test_whoever_may_read_an_environment_may_read_its_project() -> None:
    principal = Principal("ann", (Grant("edit", "shop", "staging"),))
    assert principal.may("read", "shop")
    assert not principal.may("read", "blog")
    assert not principal.may("read")
    assert not principal.may("read", "shop", "production")


def test_any_of_several_scopes_is_enough() -> None:
    principal = Principal("ann", (Grant("kill", "shop", "production"),))
    assert principal.may_any(("edit", "kill"), "shop", "production")
    assert not principal.may_any(("edit", "approve"), "shop", "production")
    assert not Principal("bob", ()).may_any(SCOPES, "shop", "production")


def test_the_servers_own_hand_may_do_everything() -> None:
    assert all(local().may(scope) for scope in SCOPES)
    assert local().via == "local"


def test_grants_have_a_json_form() -> None:
    for grant in (Grant("kill", "shop", "production"), Grant("read")):
        assert grant_from_json(grant.to_json()) == grant
    assert grant_from_json({"scope": "edit"}) == Grant("edit")


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([], "/g"),
        ({}, "/g/scope"),
        ({"scope": "root"}, "/g/scope"),
        ({"scope": ["edit"]}, "/g/scope"),
        ({"scope": "edit", "project": ""}, "/g/project"),
        ({"scope": "edit", "environment": 7}, "/g/environment"),
        ({"scope": "edit", "extra": 7}, "/g/extra"),
    ],
)
def test_what_is_no_grant_is_refused(value: object, pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        grant_from_json(value, "/g")
    assert [problem.pointer for problem in caught.value.problems] == [pointer]
