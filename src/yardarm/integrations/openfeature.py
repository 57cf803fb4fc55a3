"""An OpenFeature provider: OpenFeature's API over an in-process `Client`.

>>> from openfeature import api
>>> from yardarm.integrations.openfeature import YardarmProvider
>>> api.set_provider(YardarmProvider("http://127.0.0.1:8180", "ys_…"))
>>> api.get_client().get_boolean_value("new-checkout", False)

Needs `yardarm[openfeature]`. The targeting key is the context's `key`; attributes are passed on as
they are, so `kind` and several kinds in one context work as in the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, Unpack

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode, ProviderNotReadyError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata
from openfeature.track import TrackingEventDetails

from ..core.decision import Decision
from ..errors import OptionError
from ..sdk.client import Client
from ..sdk.options import Given

T = TypeVar("T")

READY_SECONDS = 10.0


class YardarmProvider(AbstractProvider):
    """Resolves flags by a `Client`.

    Give a URL and a key, or a client that exists already by `client=`; that one is not closed at
    shutdown. `initialize` waits up to `ready_seconds` for the server; when it takes longer, the
    provider is not ready but answers with what it has, and becomes ready by itself.
    """

    def __init__(
        self, url: str = "", key: str = "", *, client: Client | None = None,
        ready_seconds: float = READY_SECONDS, **options: Unpack[Given],
    ) -> None:  # fmt: skip
        super().__init__()
        if client is not None and (url or key or options):
            raise OptionError("give a client, or a URL with a key and options, not both")
        self._own = client is None
        self._client = client if client is not None else Client(url, key, **options)
        self._ready_seconds = ready_seconds
        self._stop_listening: Callable[[], None] = lambda: None

    @property
    def client(self) -> Client:
        """The client that evaluates."""
        return self._client

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata("yardarm")

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Wait for the server. Raises `ProviderNotReadyError` when there is nothing to serve yet.

        What came from disk or with `bootstrap` will do after a second.
        """
        self._stop_listening = self._client.on_change(self._changed)
        if self._client.wait_ready(min(self._ready_seconds, 1.0)):
            return
        if self._client.status.origin != "nothing":
            return
        if not self._client.wait_ready(max(self._ready_seconds - 1.0, 0.0)):
            self._client.when_ready(lambda: self.emit_provider_ready(ProviderEventDetails()))
            why = self._client.status.error or "the server has not answered yet"
            raise ProviderNotReadyError(why)

    def shutdown(self) -> None:
        """Stop listening, and close the client if it is the provider's own."""
        self._stop_listening()
        if self._own:
            self._client.close()

    def _changed(self, keys: frozenset[str]) -> None:
        details = ProviderEventDetails(flags_changed=sorted(keys))
        self.emit_provider_configuration_changed(details)

    # --- resolving ----------------------------------------------------------------------------

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:  # fmt: skip
        """Resolve a boolean flag."""
        context = _context(evaluation_context)
        return _details(self._client.boolean_detail(flag_key, context, default_value), bool)

    def resolve_string_details(
        self, flag_key: str, default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:  # fmt: skip
        """Resolve a string flag."""
        context = _context(evaluation_context)
        return _details(self._client.string_detail(flag_key, context, default_value), str)

    def resolve_integer_details(
        self, flag_key: str, default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:  # fmt: skip
        """Resolve an integer flag."""
        context = _context(evaluation_context)
        return _details(self._client.integer_detail(flag_key, context, default_value), int)

    def resolve_float_details(
        self, flag_key: str, default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:  # fmt: skip
        """Resolve a number flag, or an integer flag as a float."""
        context = _context(evaluation_context)
        return _details(self._client.number_detail(flag_key, context, default_value), float)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Resolve a json flag."""
        context = _context(evaluation_context)
        return _details(self._client.json_detail(flag_key, context, default_value), None)

    def track(
        self,
        tracking_event_name: str,
        evaluation_context: EvaluationContext | None = None,
        tracking_event_details: TrackingEventDetails | None = None,
    ) -> None:
        """Report a metric event, with the details' value if there is one."""
        value = None if tracking_event_details is None else tracking_event_details.value
        self._client.track(tracking_event_name, _context(evaluation_context), value)


def _context(given: EvaluationContext | None) -> dict[str, Any] | None:
    if given is None:
        return None
    context: dict[str, Any] = dict(given.attributes)
    if given.targeting_key is not None:
        context["key"] = given.targeting_key
    return context


_METADATA = ("rule", "cause", "bucket")


def _details(decision: Decision, kind: Callable[[Any], T] | None) -> FlagResolutionDetails[T]:
    served = decision.variant is not None
    error = None if decision.error is None else ErrorCode(decision.error)
    metadata: dict[str, bool | int | float | str] = {"version": decision.version}
    for name in _METADATA:
        value = getattr(decision, name)
        if value is not None:
            metadata[name] = value
    return FlagResolutionDetails(
        value=kind(decision.value) if served and kind is not None else decision.value,
        variant=decision.variant,
        reason=Reason(decision.reason),
        error_code=error,
        error_message=None if error is None else decision.cause,
        flag_metadata=metadata,
    )
