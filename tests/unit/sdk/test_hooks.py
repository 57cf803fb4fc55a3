"""Hooks around evaluations: order, what they see, and that they cannot break anything."""

from typing import Any

import pytest
from tests.native_server import flag

from yardarm import Client, Context, Evaluation, Hook, OptionError, bound_context

RULE = {
    "id": "nl",
    "when": {"attribute": "country", "op": "equals", "values": ["NL"]},
    "serve": "on",
}
FLAGS = {"a": flag(), "country": flag(False, rules=[RULE])}


def recording(name: str, log: list[str]) -> Hook:
    return Hook(
        before=lambda e: log.append(f"{name} before {e.flag}"),
        after=lambda e, d: log.append(f"{name} after {d.value}"),
        error=lambda e, d: log.append(f"{name} error {d.error}"),
        finally_=lambda e, d: log.append(f"{name} finally"),
    )


def test_hooks_run_in_order_and_back() -> None:
    log: list[str] = []
    hooks = [recording("1", log), recording("2", log)]
    client = Client.from_document({"flags": FLAGS}, hooks=hooks)
    assert client.boolean("a", {"key": "u"}) is True
    assert log == ["1 before a", "2 before a", "2 after True", "1 after True", "2 finally",
                   "1 finally"]  # fmt: skip


def test_an_error_goes_to_the_error_hooks() -> None:
    log: list[str] = []
    client = Client.from_document({"flags": FLAGS}, hooks=[recording("1", log)])
    assert client.string("a", {"key": "u"}, "x") == "x"
    assert log == ["1 before a", "1 error TYPE_MISMATCH", "1 finally"]


@pytest.mark.parametrize("form", [dict, lambda given: Context(None, given)])
def test_before_may_change_the_context(form: Any) -> None:
    hook = Hook(before=lambda e: form({"country": "NL"}))
    client = Client.from_document({"flags": FLAGS}, hooks=[hook])
    assert client.boolean("country", {"key": "u", "country": "BE"}) is True
    assert client.boolean_detail("country").rule == "nl"


def test_a_hook_sees_what_was_asked() -> None:
    seen: list[Evaluation] = []
    client = Client.from_document({"flags": FLAGS}, hooks=[Hook(before=lambda e: seen.append(e))])
    client.boolean("a", {"key": "u"}, True)
    client.json_detail("b")
    with bound_context({"key": "v"}):
        client.variant("c", fallback="x")
    assert seen == [
        Evaluation("a", "boolean", {"key": "u"}, True), Evaluation("b", "json", Context(), None),
        Evaluation("c", "variant", Context("v"), "x"),
    ]  # fmt: skip


def test_hooks_run_for_every_type_and_form_of_context() -> None:
    log: list[str] = []
    client = Client.from_document(
        {"flags": FLAGS}, hooks=[Hook(before=lambda e: log.append(e.type))]
    )
    for context in (None, {"key": "u"}, Context("u"), {"kind": "x", "key": "u"}):
        for call in ("boolean", "string", "integer", "number", "json"):
            getattr(client, call)("a", context)
    assert log == ["boolean", "string", "integer", "number", "json"] * 4


@pytest.mark.parametrize("stage", ["before", "after", "error", "finally_"])
def test_a_hook_that_raises_changes_nothing(stage: str, caplog: pytest.LogCaptureFixture) -> None:
    def bad(*_: Any) -> Any:
        raise RuntimeError("hook")

    client = Client.from_document({"flags": FLAGS}, hooks=[Hook(**{stage: bad})])
    assert client.boolean("a", {"key": "u"}) is True
    assert client.string("a", {"key": "u"}, "x") == "x"
    assert "a hook's" in caplog.text
    assert "RuntimeError: hook" in caplog.text


def test_a_hook_s_context_that_is_none_is_an_invalid_context() -> None:
    hook = Hook(before=lambda e: 5)  # type: ignore[arg-type,return-value]
    client = Client.from_document({"flags": FLAGS}, hooks=[hook])
    assert client.boolean_detail("a", {"key": "u"}).error == "INVALID_CONTEXT"


def test_evaluations_with_hooks_are_counted_and_exposed() -> None:
    client = Client.from_document({"flags": FLAGS}, hooks=[Hook()])
    client.boolean("a", {"key": "u"})
    client.boolean("a", {"key": "u"})
    assert [count.count for count in client._serving.counting.take()[0]] == [2]
    assert client._exposures.take_exposure() is not None
    assert client._exposures.take_exposure() is None


def test_hooks_follow_changes() -> None:
    client = Client.from_document({"flags": FLAGS}, hooks=[Hook()])
    client.update({"flags": {"a": flag(False)}})
    assert client.boolean("a", {"key": "u"}) is False


def test_a_hook_is_a_hook() -> None:
    with pytest.raises(OptionError, match="Hook"):
        Client.from_document({"flags": {}}, hooks=[print])  # type: ignore[list-item]
