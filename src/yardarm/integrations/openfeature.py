"""An OpenFeature provider: OpenFeature's API over an in-process `Client`.

>>> from openfeature import api
>>> from yardarm.integrations.openfeature import YardarmProvider
>>> api.set_provider(YardarmProvider("http://127.0.0.1:8180", "ys_…"))
>>> api.get_client().get_boolean_value("new-checkout", False)

Needs `yardarm[openfeature]`. Evaluation waits for nothing, so the asynchronous methods that the
provider inherits answer at once too.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar, Unpack

from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEventDetails
from openfeature.exception import ErrorCode, ProviderFatalError, ProviderNotReadyError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.immutable_dict.mapping_proxy_type import MappingProxyType
from openfeature.provider import AbstractProvider, Metadata
from openfeature.track import TrackingEventDetails

from ..core.decision import ERROR, TYPE_MISMATCH, Decision
from ..core.model import DEFAULT_KIND
from ..errors import ContextError, OptionError
from ..sdk.binding import over_bound
from ..sdk.client import Client
from ..sdk.evaluating import Evaluating
from ..sdk.extracting import Contextual, Unreadable
from ..sdk.options import Given
from ..sdk.status import Status

T = TypeVar("T")

State = Literal["ready", "stale", "error", "fatal"]

READY_SECONDS = 10.0
SERVED_SECONDS = 1.0
"""How long `initialize` waits for the server when there is something to serve without it."""


class YardarmProvider(AbstractProvider):
    """Resolves flags by a client.

    Give a URL, a key and a `Client`'s options, or a client that exists already by `client=`
    (a `Client` or an `AsyncClient`); that one is not closed at shutdown. Several providers may
    share one client, and one provider may stand for several domains.

    `initialize` waits up to `ready_seconds` for the server; when flags are there already, from disk
    or by `bootstrap`, it waits for one second at most. It raises `ProviderNotReadyError` when there
    is nothing to serve then, and `ProviderFatalError` as soon as the server refuses the key or is
    no Yardarm. The client goes on trying all the same, and `PROVIDER_READY` tells when it got
    through. Afterwards `PROVIDER_STALE` tells that the source is lost while its last flags are
    still served, and `PROVIDER_CONFIGURATION_CHANGED` which flags changed.

    An evaluation context goes over what `bound_context` binds, as another bound context would. Its
    targeting key is the context's `key`; attributes may be nested. With `kind="multi"`, objects
    are the kinds, and the targeting key and everything else belong to the user.

    Raises `OptionError` for a client and a URL at once, and as `Client` does.
    """

    def __init__(
        self, url: str = "", key: str = "", *, client: Evaluating | None = None,
        ready_seconds: float = READY_SECONDS, **options: Unpack[Given],
    ) -> None:  # fmt: skip
        super().__init__()
        if client is not None and (url or key or options):
            raise OptionError("give a client, or a URL with a key and options, not both")
        self._make = None if client is not None else lambda: Client(url, key, **options)
        self._own: Client | None = None
        self._client: Evaluating = client if client is not None else self._open()
        self._ready_seconds = ready_seconds
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._ended = False
        self._told: State | None = None
        self._stop: list[Callable[[], None]] = []
        _renew_in_children(self)

    @property
    def client(self) -> Evaluating:
        """The client that evaluates."""
        return self._client

    def get_metadata(self) -> Metadata:
        """The provider's name."""
        return Metadata("yardarm")

    # --- from the beginning to the end ------------------------------------------------------------

    def initialize(self, evaluation_context: EvaluationContext) -> None:
        """Wait for the server, at most `ready_seconds`. The context is not needed for that.

        Raises `ProviderFatalError` when the server refuses the client and `ProviderNotReadyError`
        when it has not answered, but neither when there is something to serve without it.
        """
        with self._lock:
            self._ended = False
            self._settled.clear()
            if self._own is not None and self._own.status.connection == "closed":
                self._client = self._open()  # it is registered again after a shutdown
        self._wait()
        with self._lock:
            if self._ended:
                raise ProviderNotReadyError("the provider was shut down while it waited")
            self._unsubscribe()
            serving = self._client._serving
            self._stop = [serving.listeners.add(self._changed), serving.watch(self._follow)]
            status = serving.status
            self._told = _state(status)
        if self._told == "fatal":
            raise ProviderFatalError(status.error)
        if self._told == "error":
            raise ProviderNotReadyError(status.error or "the server has not answered yet")

    def shutdown(self) -> None:
        """Stop listening, send what is left and close the client if it is the provider's own.

        Takes two seconds at most. The provider may be registered again.
        """
        with self._lock:
            self._ended = True
            self._told = None
            self._settled.set()
            self._unsubscribe()
        if self._own is not None:
            self._own.close()

    def _open(self) -> Client:
        assert self._make is not None
        self._own = self._make()
        return self._own

    def _wait(self) -> None:
        """Wait until it is clear whether there is anything to serve, within `ready_seconds`."""

        def settle(status: Status) -> None:
            if status.ready or status.refused:
                self._settled.set()

        serving = self._client._serving
        forget = serving.watch(settle)
        settle(serving.status)
        at_once = min(self._ready_seconds, SERVED_SECONDS)
        if not self._settled.wait(at_once) and serving.status.origin == "nothing":
            self._settled.wait(self._ready_seconds - at_once)
        forget()

    def _unsubscribe(self) -> None:
        for stop in self._stop:
            stop()
        self._stop = []

    # --- events -----------------------------------------------------------------------------------

    def _changed(self, keys: frozenset[str]) -> None:
        details = ProviderEventDetails(flags_changed=sorted(keys))
        self.emit_provider_configuration_changed(details)

    def _follow(self, _: Status) -> None:
        """Tell what became of the provider, when it became something else."""
        with self._lock:
            status = self._client.status
            state = _state(status)
            if self._told is None or self._told == state:
                return
            self._told = state
        if state == "ready":
            self.emit_provider_ready(ProviderEventDetails())
        elif state == "stale":
            self.emit_provider_stale(
                ProviderEventDetails(message=status.error or "the client is closed")
            )
        else:
            code = "PROVIDER_FATAL" if state == "fatal" else "PROVIDER_NOT_READY"
            self.emit_provider_error(
                ProviderEventDetails(message=status.error, error_code=ErrorCode(code))
            )

    # --- resolving --------------------------------------------------------------------------------

    def resolve_boolean_details(
        self, flag_key: str, default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:  # fmt: skip
        """Resolve a boolean flag."""
        context = _context(evaluation_context)
        return self._details(self._client.boolean_detail(flag_key, context, default_value), bool)

    def resolve_string_details(
        self, flag_key: str, default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:  # fmt: skip
        """Resolve a string flag."""
        context = _context(evaluation_context)
        return self._details(self._client.string_detail(flag_key, context, default_value), str)

    def resolve_integer_details(
        self, flag_key: str, default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:  # fmt: skip
        """Resolve an integer flag."""
        context = _context(evaluation_context)
        return self._details(self._client.integer_detail(flag_key, context, default_value), int)

    def resolve_float_details(
        self, flag_key: str, default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:  # fmt: skip
        """Resolve a number flag, or an integer flag as a float."""
        context = _context(evaluation_context)
        return self._details(self._client.number_detail(flag_key, context, default_value), float)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """Resolve a json flag. OpenFeature has objects and lists; other JSON is a mismatch."""
        context = _context(evaluation_context)
        decision = self._client.json_detail(flag_key, context, default_value)
        if decision.variant is not None and not isinstance(decision.value, dict | list):
            found = type(decision.value).__name__
            cause = f"variant {decision.variant!r} is neither an object nor a list but {found}"
            decision = replace(
                decision, value=default_value, variant=None,
                reason=ERROR, error=TYPE_MISMATCH, cause=cause,
            )  # fmt: skip
        return self._details(decision, None)

    def track(
        self,
        tracking_event_name: str,
        evaluation_context: EvaluationContext | None = None,
        tracking_event_details: TrackingEventDetails | None = None,
    ) -> None:
        """Report a metric event, with the details' value if there is one.

        Waits for nothing. Fields that the details have beside the value are not reported.
        """
        value = None if tracking_event_details is None else tracking_event_details.value
        self._client.track(tracking_event_name, _context(evaluation_context), value)

    def _details(
        self, decision: Decision, kind: Callable[[Any], T] | None
    ) -> FlagResolutionDetails[T]:
        served = decision.variant is not None
        error = None if decision.error is None else ErrorCode(decision.error)
        return FlagResolutionDetails(
            value=kind(decision.value) if served and kind is not None else decision.value,
            variant=decision.variant,
            reason=Reason(decision.reason),
            error_code=error,
            error_message=None if error is None else decision.cause or decision.error,
            flag_metadata=MappingProxyType(self._metadata(decision)),
        )

    def _metadata(self, decision: Decision) -> dict[str, bool | int | float | str]:
        """The flag's own metadata, and what our decision knows that OpenFeature has no word for."""
        status = self._client.status
        metadata = self._client._serving.metadata(decision.flag)
        if status.environment:
            metadata["flagSetId"] = f"{status.project}/{status.environment}"
        metadata["version"] = decision.version
        for name in ("rule", "cause"):
            value = getattr(decision, name)
            if value is not None:
                metadata[name] = value
        return metadata


def _renew_in_children(provider: YardarmProvider) -> None:
    """Have a new lock after a fork: another thread of the parent may have held the old one."""
    known = weakref.ref(provider)

    def renew() -> None:
        found = known()
        if found is not None:
            found._lock = threading.Lock()
            found._settled = threading.Event()

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


def _state(status: Status) -> State:
    """What a client's status is in OpenFeature's words. Who has flags is never in error."""
    if status.ready:
        return "stale" if status.error or status.connection == "closed" else "ready"
    if status.origin != "nothing":
        return "ready"
    return "fatal" if status.refused else "error"


def _context(given: EvaluationContext | None) -> Contextual:
    """An evaluation context over what is bound, as the client reads contexts."""
    if given is None or not (given.targeting_key or given.attributes):
        return None
    try:
        return over_bound(_written(given))
    except ContextError as error:
        return Unreadable(str(error))
    except Exception as error:  # noqa: BLE001 - whatever attributes raise when they are read
        return Unreadable(f"the context cannot be read: {type(error).__name__}: {error}")


def _written(given: EvaluationContext) -> dict[str, Any]:
    """An evaluation context as one of our contexts is written as a dict."""
    attributes: dict[str, Any] = _plain(given.attributes)
    key = {"key": given.targeting_key} if given.targeting_key else {}
    if attributes.get("kind") != "multi":
        return {**attributes, **key}
    kinds = {name: value for name, value in attributes.items() if isinstance(value, dict)}
    besides = {
        name: value
        for name, value in attributes.items()
        if name not in kinds and name not in ("kind", "_private")
    }
    user = {**besides, **kinds.get(DEFAULT_KIND, {}), **key}
    private = {"_private": attributes["_private"]} if "_private" in attributes else {}
    return {**kinds, **({DEFAULT_KIND: user} if user else {}), **private, "kind": "multi"}


def _plain(value: Any) -> Any:
    """Mappings and sequences of any class as dicts and lists, all the way down."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [_plain(member) for member in value]
    return value
