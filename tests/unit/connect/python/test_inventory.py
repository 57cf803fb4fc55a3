"""What is wrong with the flags of a program."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.native_server import flag

from yardarm.connect.python.inventory import check_usage
from yardarm.connect.python.usage import read_usage
from yardarm.core.codec import document_from_json
from yardarm.sdk.declaring import expiry_us

HEAD = "from yardarm import declare, retire\n"
NOW = "2027-01-01"


def check(
    text: str, flags: dict[str, Any] | None = None, now: str = NOW, most: int | None = None
) -> list[tuple[int, str, str]]:
    documents = [] if flags is None else [document_from_json({"flags": flags})]
    usage = read_usage([("m.py", (HEAD + text).encode())])
    found = check_usage(usage, documents, expiry_us(now) or 0, most)
    return [(one.line, f"{one.severity} {one.kind}", one.words) for one in found]


def test_declared_and_current_is_fine() -> None:
    assert check("declare('a', expires='2027-03-01')\nclient.boolean('a')") == []
    assert check("declare('a', purpose='permission')\nclient.boolean('a')") == []
    assert check("client.boolean('a')", {"a": flag()}) == []


def test_a_flag_that_is_declared_nowhere() -> None:
    (found,) = check("declare('new-search', purpose='permission')\nclient.boolean('new-serch')")
    words = "flag 'new-serch' is declared nowhere; did you mean 'new-search'?"
    assert found == (3, "error flag-undeclared", words)


@pytest.mark.parametrize(("now", "fails"), [("2027-02-28", False), ("2027-03-01", True)])
def test_it_fails_from_the_day_on_that_it_expires(now: str, fails: bool) -> None:
    found = check("declare('a', owner='ann', expires='2027-03-01')", now=now)
    words = "flag 'a' has expired on 2027-03-01: remove it; ask ann"
    assert found == ([(2, "error flag-expired", words)] if fails else [])


def test_it_fails_where_the_document_says_so() -> None:
    old = {"a": {**flag(), "expires_at": "2026-12-01T00:00:00Z"}}
    words = "flag 'a' has expired on 2026-12-01T00:00:00Z and is used here"
    assert check("client.boolean('a')", old) == [(2, "error flag-expired", words)]
    assert check("", old) == []


@pytest.mark.parametrize("in_code", [True, False])
def test_retired_names_are_never_used_again(in_code: bool) -> None:
    flags = None if in_code else {"a": {**flag(), "archived_at": "2026-01-01T00:00:00Z"}}
    text = "retire('a')\n" if in_code else "\n"
    found = check(text + "declare('a', purpose='permission')\nclient.boolean('a')", flags)
    where = "m.py:2" if in_code else "archived"
    assert found == [
        (3, "error flag-retired", f"flag 'a' was retired ({where}): take another name"),
        (4, "error flag-retired", f"flag 'a' was retired ({where}) and is used here"),
    ]


def test_other_mistakes_in_declarations() -> None:
    found = check(
        "declare('a', purpose='fun', expires='2027-03-01')\n"
        "declare('b', expires='soon')\n"
        "declare('c')\n"
        "declare('d', expires='2027-03-01')\n"
        "declare('d', expires='2027-04-01')\n"
        "declare(name)\n"
    )
    assert found == [
        (2, "error declaration-unreadable", "flag 'a' has no purpose 'fun'"),
        (3, "error declaration-unreadable", "flag 'b': expires='soon' is no date"),
        (4, "note flag-without-end", "flag 'c' is a release flag without `expires`"),
        (6, "error declared-differently", "flag 'd' is declared otherwise in m.py:5"),
        (7, "error declaration-unreadable",
         "this declaration cannot be checked: its key is no literal"),
    ]  # fmt: skip


def test_a_key_made_while_running_is_a_note() -> None:
    (found,) = check("client.boolean(key)")
    words = "client.boolean(…) asks for a key that only the running program knows"
    assert found == (2, "note key-unknown", words)


def test_a_file_that_is_no_python() -> None:
    (found,) = check("def f(:")
    assert found[1] == "error code-unreadable"


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
def test_the_cap_counts_release_flags_that_live(
    declared: int, others: int, gone: int, most: int
) -> None:
    text = "".join(f"declare('d{n}', expires='2028-01-01')\n" for n in range(declared))
    text += "declare('p', purpose='permission')\n"
    flags: dict[str, Any] = {f"s{n}": flag() for n in range(others)}
    flags |= {f"g{n}": {**flag(), "archived_at": "2026-01-01T00:00:00Z"} for n in range(gone)}
    flags |= {"o": {**flag(), "purpose": "operational"}, "d0": flag()} if declared else {}
    live = declared + others
    words = f"there are {live} live release flags, and at most {most} are wanted"
    found = [one for one in check(text, flags, most=most) if "too-many" in one[1]]
    assert [one[1:] for one in found] == (
        [("error too-many-release-flags", words)] if live > most else []
    )
