"""Every exception becomes a problem, by the nearest class that somebody knows."""

from __future__ import annotations

import json

import pytest

from yardarm.errors import DocumentError, Problem, SnapshotError
from yardarm.server.web.problems import KINDS, Fault, RequestFailed, failed, problem, problem_of


def test_a_problem_has_the_members_of_rfc_9457() -> None:
    made = problem(
        "conflict", "it moved", errors=[Fault("/a", "b", "c"), Fault("/d", "e")], edits=[1]
    )
    assert json.loads(made.render("/api/v1/x", "r-1")) == {
        "type": "/problems/conflict", "title": KINDS["conflict"].title, "status": 409,
        "detail": "it moved", "instance": "/api/v1/x", "request_id": "r-1", "edits": [1],
        "errors": [
            {"pointer": "/a", "detail": "b", "hint": "c"}, {"pointer": "/d", "detail": "e"},
        ],
    }  # fmt: skip
    headers = dict(made.header_list(b"12"))
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"content-length"] == b"2"


def test_members_cannot_take_the_place_of_the_standard_ones() -> None:
    shown = problem("refused", status=200, type="x").to_json()
    assert shown["status"] == 409
    assert shown["type"] == "/problems/refused"


def test_every_kind_says_what_to_do() -> None:
    for slug, kind in KINDS.items():
        assert 400 <= kind.status < 600, slug
        assert kind.title
        assert kind.advice.endswith("."), slug


class Base(Exception):
    pass


class Nearer(Base):
    pass


def test_the_nearest_known_class_decides() -> None:
    known = {
        Base: lambda error: problem("not-found", "base"),
        Nearer: lambda error: problem("gone", "near"),
    }
    assert problem_of(Base(), known).slug == "not-found"
    assert problem_of(Nearer(), known).slug == "gone"
    assert problem_of(type("Below", (Base,), {})(), known).slug == "not-found"
    assert problem_of(failed("too-large"), known).slug == "too-large"


def test_a_document_error_points_at_every_fault() -> None:
    faulty = DocumentError([Problem("/a", "bad", "mend"), Problem("/b", "odd", severity="warning")])
    shown = problem_of(faulty, {})
    assert (shown.status, shown.errors) == (422, (Fault("/a", "bad", "mend"),))
    assert problem_of(SnapshotError("damaged"), {}).status == 422


def test_what_nobody_knows_says_nothing_of_itself() -> None:
    shown = problem_of(RuntimeError("password=1234"), {})
    assert shown.status == 500
    assert "1234" not in shown.render("/x", "r").decode()


def test_a_slug_that_is_not_there_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        problem("no-such-kind")
    assert isinstance(failed("gone"), RequestFailed)
