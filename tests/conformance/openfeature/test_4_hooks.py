"""Section 4 of the specification: hooks, around evaluations of our provider."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagEvaluationOptions, FlagType, Reason
from openfeature.hook import Hook, HookContext, HookHints
from tests.conformance.openfeature.world import USER, Diary

from yardarm import Client
from yardarm.integrations.openfeature import YardarmProvider

HINTS: dict[str, Any] = {
    "text": "a", "number": 1.5, "yes": True, "at": datetime(2026, 1, 1, tzinfo=UTC),
    "nested": {"list": [1]},
}  # fmt: skip


def ask(
    feature: OpenFeatureClient, *hooks: Hook, key: str = "boolean", default: bool = False
) -> bool:
    """Evaluate with these hooks, and with hints."""
    options = FlagEvaluationOptions(list(hooks), HINTS)
    return feature.get_boolean_value(key, default, USER, options)


def test_what_a_hook_sees(feature: OpenFeatureClient) -> None:
    """Requirements 4.1.1, 4.1.2, 4.2.1, 4.5.1, 4.5.2."""
    diary = Diary("h", [])
    ask(feature, diary)
    for context in diary.contexts:
        assert (context.flag_key, context.flag_type) == ("boolean", FlagType.BOOLEAN)
        assert (context.default_value, context.evaluation_context) == (False, USER)
        assert context.hook_data == {}
        assert context.client_metadata == feature.get_metadata()
        assert context.provider_metadata == api.get_provider_metadata()
    assert diary.hints == [HINTS] * 3


def test_key_type_and_default_are_immutable(feature: OpenFeatureClient) -> None:
    """Requirement 4.1.3."""
    diary = Diary("h", [])
    ask(feature, diary)
    for name in ("flag_key", "flag_type", "default_value"):
        with pytest.raises(AttributeError):
            setattr(diary.contexts[0], name, "other")


class Changing(Hook):
    """Changes the context where it must not."""

    def after(self, hook_context: HookContext, details: Any, hints: HookHints) -> None:
        hook_context.evaluation_context = EvaluationContext("another")


@pytest.mark.xfail(
    raises=pytest.fail.Exception,
    reason="openfeature-sdk 0.10 lets every stage replace the context it is shown",
)
def test_the_context_changes_in_before_alone(feature: OpenFeatureClient) -> None:
    """Requirement 4.1.4.1."""
    diary = Diary("h", [])
    ask(feature, diary)
    with pytest.raises(AttributeError):
        Changing().after(diary.contexts[0], diary.details[0], {})


def test_what_a_hook_does_to_a_context_in_after_changes_no_answer(
    feature: OpenFeatureClient,
) -> None:
    """Requirement 4.3.6."""
    assert ask(feature, Changing(), key="country") is True


class Counting(Hook):
    """Keeps something of its own from stage to stage."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def before(self, hook_context: HookContext, hints: HookHints) -> None:
        hook_context.hook_data["mine"] = object()
        self.seen.append(hook_context.hook_data["mine"])

    def after(self, hook_context: HookContext, details: Any, hints: HookHints) -> None:
        self.seen.append(hook_context.hook_data["mine"])

    def finally_after(self, hook_context: HookContext, details: Any, hints: HookHints) -> None:
        self.seen.append(hook_context.hook_data["mine"])


def test_hook_data(feature: OpenFeatureClient) -> None:
    """Requirements 4.1.5, 4.3.2, 4.6.1."""
    one, two = Counting(), Counting()
    ask(feature, one, two)
    assert len(one.seen) == 3
    assert len(set(map(id, one.seen))) == 1
    assert one.seen[0] is not two.seen[0]
    ask(feature, one)
    assert one.seen[3] is not one.seen[0]


@pytest.mark.xfail(
    raises=pytest.fail.Exception, reason="openfeature-sdk 0.10 hands on the dict it was given"
)
def test_hints_are_immutable(feature: OpenFeatureClient) -> None:
    """Requirement 4.2.2.1."""
    diary = Diary("h", [])
    ask(feature, diary)
    with pytest.raises(TypeError):
        diary.hints[0]["text"] = "b"  # type: ignore[index]


@pytest.mark.xfail(
    raises=pytest.fail.Exception, reason="openfeature-sdk 0.10 has mutable dataclasses for metadata"
)
@pytest.mark.parametrize("name", ["client_metadata", "provider_metadata"])
def test_metadata_is_immutable(feature: OpenFeatureClient, name: str) -> None:
    """Requirements 4.2.2.2, 4.2.2.3."""
    diary = Diary("h", [])
    ask(feature, diary)
    with pytest.raises(FrozenInstanceError):
        getattr(diary.contexts[0], name).name = "other"


@pytest.mark.xfail(
    raises=pytest.fail.Exception, reason="openfeature-sdk 0.10 has mutable dataclasses for metadata"
)
def test_a_client_s_domain_is_immutable(feature: OpenFeatureClient) -> None:
    """Requirement 1.2.2."""
    with pytest.raises(FrozenInstanceError):
        feature.get_metadata().domain = "other"


def test_before_runs_first_and_its_context_counts(feature: OpenFeatureClient) -> None:
    """Requirements 4.3.2.1, 4.3.5."""
    elsewhere = EvaluationContext(None, {"country": "BE"})
    assert ask(feature, key="country") is True
    assert ask(feature, Diary("h", [], answering=elsewhere), key="country", default=True) is False


@pytest.mark.xfail(
    raises=KeyError, reason="openfeature-sdk 0.10 merges what `before` answers when all have run"
)
def test_the_next_before_sees_what_one_answered(feature: OpenFeatureClient) -> None:
    """Requirement 4.3.4."""
    second = Diary("second", [])
    ask(feature, Diary("h", [], answering=EvaluationContext(None, {"plan": "pro"})), second)
    assert second.contexts[0].evaluation_context.attributes["plan"] == "pro"


def test_after_and_finally_see_the_details(feature: OpenFeatureClient) -> None:
    """Requirements 4.3.6, 4.3.8, 4.3.9.1."""
    pages: list[str] = []
    diary = Diary("h", pages)
    ask(feature, diary)
    assert pages == ["h.before", "h.after", "h.finally"]
    assert [(seen.value, seen.variant) for seen in diary.details] == [(True, "on")] * 2


def test_error_and_finally_see_the_failure(feature: OpenFeatureClient) -> None:
    """Requirements 4.3.7, 4.3.8."""
    pages: list[str] = []
    diary = Diary("h", pages)
    assert ask(feature, diary, key="string", default=True) is True
    assert pages == ["h.before", "h.error", "h.finally"]
    assert diary.errors[0].error_code == ErrorCode.TYPE_MISMATCH  # type: ignore[attr-defined]
    (seen,) = diary.details
    assert (seen.value, seen.reason) == (True, Reason.ERROR)


def test_the_order_of_hooks(client: Client) -> None:
    """Requirements 4.4.1, 4.4.2."""
    pages: list[str] = []

    class Noted(YardarmProvider):
        def get_provider_hooks(self) -> list[Hook]:
            return [Diary("g", pages), Diary("h", pages)]

    api.set_provider_and_wait(Noted(client=client))
    api.add_hooks([Diary("a", pages), Diary("b", pages)])
    feature = api.get_client()
    feature.add_hooks([Diary("c", pages), Diary("d", pages)])
    for key, stage in (("boolean", "after"), ("string", "error")):
        pages.clear()
        ask(feature, Diary("e", pages), Diary("f", pages), key=key)
        before = [f"{name}.before" for name in "abcdefgh"]
        after = [f"{name}.{stage}" for name in "hgfedcba"]
        assert pages == before + after + [f"{name}.finally" for name in "hgfedcba"]


def test_finally_hooks_that_raise(feature: OpenFeatureClient) -> None:
    """Requirement 4.4.3."""
    pages: list[str] = []
    assert ask(feature, Diary("a", pages), Diary("b", pages, raising="finally")) is True
    assert pages[-2:] == ["b.finally", "a.finally"]


def test_error_hooks_that_raise(feature: OpenFeatureClient) -> None:
    """Requirement 4.4.4."""
    pages: list[str] = []
    assert ask(feature, Diary("a", pages), Diary("b", pages, raising="error"), key="string") is (
        False
    )
    assert pages[2:] == ["b.error", "a.error", "b.finally", "a.finally"]


def test_before_hooks_that_raise(feature: OpenFeatureClient) -> None:
    """Requirements 4.4.5, 4.4.6, 4.4.7."""
    pages: list[str] = []
    assert ask(feature, Diary("a", pages, raising="before"), Diary("b", pages)) is False
    assert pages == ["a.before", "b.error", "a.error", "b.finally", "a.finally"]


def test_after_hooks_that_raise(feature: OpenFeatureClient) -> None:
    """Requirements 4.4.5, 4.4.6."""
    pages: list[str] = []
    ask(feature, Diary("a", pages), Diary("b", pages, raising="after"))
    assert pages[2:] == ["b.after", "b.error", "a.error", "b.finally", "a.finally"]
