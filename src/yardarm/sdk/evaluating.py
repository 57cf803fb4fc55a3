"""The short way of an evaluation, and how a client is put together.

`boolean` and its sisters are all that runs for almost every call. They are written out six times
instead of calling one another, because a call costs more than all they do beside running the
flag's compiled function: look that up in the one reference that is swapped, run it, step its
outcome's counter, remember the unit. Whatever is out of the ordinary (another kind of context, no
value to serve, hooks, an exception) goes to `evaluator`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Self, Unpack

from ..core.context import Context
from ..core.decision import Decision
from ..core.model import Document
from ..core.outcome import FALLBACK
from ..errors import OptionError
from .binding import BOUND
from .drivers import Driver
from .drivers.make import Parts, file_driver, memory_driver, remote_driver, source_driver
from .drivers.memory import Memory
from .evaluator import Evaluator
from .extracting import Contextual
from .options import Given, Options
from .present import PRESENT
from .scope import open_scope
from .status import Status

if TYPE_CHECKING:
    from .sources import Source

_bound = BOUND.get


class Evaluating:
    """What `Client` and `AsyncClient` have in common: everything that waits for nothing."""

    __slots__ = (
        "__weakref__", "_driver", "_evaluator", "_exposed", "_exposures", "_finalizer", "_log",
        "_serving",
    )  # fmt: skip

    def __init__(self, url: str, key: str, **options: Unpack[Given]) -> None:
        chosen = Options.of(options)
        parts = Parts.of(chosen, name=url)
        self._start(parts, remote_driver(parts, chosen, url, key))

    @classmethod
    def from_file(cls, path: str | PathLike[str], **options: Unpack[Given]) -> Self:
        """A client that reads a native document (JSON or TOML) or a snapshot, and follows the file.

        A file that cannot be read, or is not valid, changes nothing and is logged.
        """
        chosen = Options.of(options)
        parts = Parts.of(chosen, name=str(path))
        client = cls.__new__(cls)
        client._start(parts, file_driver(parts, chosen, path))
        return client

    @classmethod
    def from_source(cls, source: Source, **options: Unpack[Given]) -> Self:
        """A client that follows a source: a table, a key of Redis, a class of your own.

        It returns at once; the source is asked in the background, every `poll_seconds`. A source
        that cannot be read, or holds what is not valid, changes nothing and is logged.
        """
        if not callable(getattr(source, "fetch", None)):
            raise OptionError(f"from_source takes an object with fetch(mark), not {source!r:.100}")
        chosen = Options.of(options)
        parts = Parts.of(chosen, name=source.name)
        client = cls.__new__(cls)
        client._start(parts, source_driver(parts, chosen, source))
        return client

    @classmethod
    def from_document(
        cls, document: Document | Mapping[str, Any], **options: Unpack[Given]
    ) -> Self:
        """A client that serves a document given by the program, for tests and scripts.

        Raises `DocumentError` when the document is not valid.
        """
        chosen = Options.of(options)
        parts = Parts.of(chosen, name="document")
        client = cls.__new__(cls)
        client._start(parts, memory_driver(parts, chosen, document))
        return client

    def _start(self, parts: Parts, driver: Driver) -> None:
        self._serving = parts.serving
        self._exposures = parts.exposures
        self._exposed = parts.exposures.exposed
        self._evaluator = Evaluator(parts.serving, parts.exposures, parts.hooks, parts.log)
        self._driver = driver
        self._log = parts.log
        # Threads know the driver, never the client: a client that nobody holds is collected, and
        # its thread ends.
        self._finalizer = weakref.finalize(self, driver.abandon)
        self._finalizer.atexit = False
        driver.start()

    # --- values ---------------------------------------------------------------------------------

    def boolean(
        self, key: str, context: Contextual = None, fallback: bool | Callable[[], bool] = False
    ) -> bool:
        """The value of a boolean flag."""
        try:
            if context is None:
                context = _bound()
            if type(context) is Context:
                unit = context.unit
                outcome = self._serving.fast.boolean[key](context.user, context.kinds, PRESENT)
            elif (
                type(context) is dict
                and "kind" not in context
                and type(unit := context["key"]) is str
                and unit
            ):
                outcome = self._serving.fast.boolean[key](context, None, PRESENT)
            else:
                return self._evaluator.value("boolean", key, context, fallback)
        except Exception:  # the longer way says what is wrong
            return self._evaluator.value("boolean", key, context, fallback)
        outcome.tick()
        found = outcome.value
        if found is FALLBACK:
            return self._evaluator.fall_back("boolean", key, fallback)
        if unit not in outcome.seen:
            self._exposed(outcome.seen, unit, context)
        value: bool = found
        return value

    def string(
        self, key: str, context: Contextual = None, fallback: str | Callable[[], str] = ""
    ) -> str:
        """The value of a string flag."""
        try:
            if context is None:
                context = _bound()
            if type(context) is Context:
                unit = context.unit
                outcome = self._serving.fast.string[key](context.user, context.kinds, PRESENT)
            elif (
                type(context) is dict
                and "kind" not in context
                and type(unit := context["key"]) is str
                and unit
            ):
                outcome = self._serving.fast.string[key](context, None, PRESENT)
            else:
                return self._evaluator.value("string", key, context, fallback)
        except Exception:  # the longer way says what is wrong
            return self._evaluator.value("string", key, context, fallback)
        outcome.tick()
        found = outcome.value
        if found is FALLBACK:
            return self._evaluator.fall_back("string", key, fallback)
        if unit not in outcome.seen:
            self._exposed(outcome.seen, unit, context)
        value: str = found
        return value

    def integer(
        self, key: str, context: Contextual = None, fallback: int | Callable[[], int] = 0
    ) -> int:
        """The value of an integer flag."""
        try:
            if context is None:
                context = _bound()
            if type(context) is Context:
                unit = context.unit
                outcome = self._serving.fast.integer[key](context.user, context.kinds, PRESENT)
            elif (
                type(context) is dict
                and "kind" not in context
                and type(unit := context["key"]) is str
                and unit
            ):
                outcome = self._serving.fast.integer[key](context, None, PRESENT)
            else:
                return self._evaluator.value("integer", key, context, fallback)
        except Exception:  # the longer way says what is wrong
            return self._evaluator.value("integer", key, context, fallback)
        outcome.tick()
        found = outcome.value
        if found is FALLBACK:
            return self._evaluator.fall_back("integer", key, fallback)
        if unit not in outcome.seen:
            self._exposed(outcome.seen, unit, context)
        value: int = found
        return value

    def number(
        self, key: str, context: Contextual = None, fallback: float | Callable[[], float] = 0.0
    ) -> float:
        """The value of a number flag; an integer flag answers too."""
        try:
            if context is None:
                context = _bound()
            if type(context) is Context:
                unit = context.unit
                outcome = self._serving.fast.number[key](context.user, context.kinds, PRESENT)
            elif (
                type(context) is dict
                and "kind" not in context
                and type(unit := context["key"]) is str
                and unit
            ):
                outcome = self._serving.fast.number[key](context, None, PRESENT)
            else:
                return self._evaluator.value("number", key, context, fallback)
        except Exception:  # the longer way says what is wrong
            return self._evaluator.value("number", key, context, fallback)
        outcome.tick()
        found = outcome.value
        if found is FALLBACK:
            return self._evaluator.fall_back("number", key, fallback)
        if unit not in outcome.seen:
            self._exposed(outcome.seen, unit, context)
        value: float = found
        return value

    def json(
        self, key: str, context: Contextual = None, fallback: Any | Callable[[], Any] = None
    ) -> Any:
        """The value of a json flag: a new copy each time, which the caller may change."""
        try:
            if context is None:
                context = _bound()
            if type(context) is Context:
                unit = context.unit
                outcome = self._serving.fast.json[key](context.user, context.kinds, PRESENT)
            elif (
                type(context) is dict
                and "kind" not in context
                and type(unit := context["key"]) is str
                and unit
            ):
                outcome = self._serving.fast.json[key](context, None, PRESENT)
            else:
                return self._evaluator.value("json", key, context, fallback)
        except Exception:  # the longer way says what is wrong
            return self._evaluator.value("json", key, context, fallback)
        outcome.tick()
        value = outcome.value
        if value is FALLBACK:
            return self._evaluator.fall_back("json", key, fallback)
        if unit not in outcome.seen:
            self._exposed(outcome.seen, unit, context)
        return value if outcome.fresh is None else outcome.fresh()

    def variant(
        self, key: str, context: Contextual = None, fallback: str | Callable[[], str] = ""
    ) -> str:
        """The key of the variant that a flag of any type serves, for `match`."""
        try:
            if context is None:
                context = _bound()
            if type(context) is Context:
                unit = context.unit
                outcome = self._serving.fast.variant[key](context.user, context.kinds, PRESENT)
            elif (
                type(context) is dict
                and "kind" not in context
                and type(unit := context["key"]) is str
                and unit
            ):
                outcome = self._serving.fast.variant[key](context, None, PRESENT)
            else:
                return self._evaluator.variant(key, context, fallback)
        except Exception:  # the longer way says what is wrong
            return self._evaluator.variant(key, context, fallback)
        outcome.tick()
        found = outcome.variant
        if found is None:
            return self._evaluator.fall_back("variant", key, fallback)
        if unit not in outcome.seen:
            self._exposed(outcome.seen, unit, context)
        return found

    # --- values with the reason -------------------------------------------------------------------

    def boolean_detail(
        self, key: str, context: Contextual = None, fallback: bool | Callable[[], bool] = False,
        *, explain: bool = False,
    ) -> Decision:  # fmt: skip
        """As `boolean`, with the reason, rule and version; with `explain=True` the trace."""
        return self._evaluator.decision("boolean", key, context, fallback, explain)

    def string_detail(
        self, key: str, context: Contextual = None, fallback: str | Callable[[], str] = "",
        *, explain: bool = False,
    ) -> Decision:  # fmt: skip
        """As `string`, with the reason, rule and version; with `explain=True` the trace."""
        return self._evaluator.decision("string", key, context, fallback, explain)

    def integer_detail(
        self, key: str, context: Contextual = None, fallback: int | Callable[[], int] = 0,
        *, explain: bool = False,
    ) -> Decision:  # fmt: skip
        """As `integer`, with the reason, rule and version; with `explain=True` the trace."""
        return self._evaluator.decision("integer", key, context, fallback, explain)

    def number_detail(
        self, key: str, context: Contextual = None, fallback: float | Callable[[], float] = 0.0,
        *, explain: bool = False,
    ) -> Decision:  # fmt: skip
        """As `number`, with the reason, rule and version; with `explain=True` the trace."""
        return self._evaluator.decision("number", key, context, fallback, explain)

    def json_detail(
        self, key: str, context: Contextual = None, fallback: Any | Callable[[], Any] = None,
        *, explain: bool = False,
    ) -> Decision:  # fmt: skip
        """As `json`, with the reason, rule and version; with `explain=True` the trace."""
        return self._evaluator.decision("json", key, context, fallback, explain)

    def variant_detail(
        self, key: str, context: Contextual = None, fallback: str | Callable[[], str] = "",
        *, explain: bool = False,
    ) -> Decision:  # fmt: skip
        """As `variant`, with value, reason, rule and version; with `explain=True` the trace."""
        return self._evaluator.decision("variant", key, context, fallback, explain)

    def track(self, event: str, context: Contextual = None, value: float | None = None) -> None:
        """Report that the context's unit did something, with a number if there is one to it.

        Experiments and measured rollouts compare these metric events between variants. Never
        raises; what cannot be reported is counted as lost, and logged. In a request that a signed
        override changes nothing is reported: it would be held against what others were served.
        """
        scope = open_scope()
        if scope is not None and scope.values:
            return
        problem = self._exposures.track(event, context, value)
        if problem:
            self._log.warning("track", f"a metric event is lost: {problem}")

    @property
    def status(self) -> Status:
        """How the client is doing at this moment."""
        return self._serving.status

    def update(self, document: Document | Mapping[str, Any]) -> None:
        """Serve another document: for a client made by `from_document`.

        Raises `DocumentError` when it is not valid, `OptionError` for any other client.
        """
        driver = self._driver
        if not isinstance(driver, Memory):
            driver = getattr(driver, "inner", driver)  # beside the override file's
        if not isinstance(driver, Memory):
            raise OptionError("only a client made by Client.from_document can be given a document")
        driver.update(document)

    def __repr__(self) -> str:
        now = self._serving.status
        return f"<{type(self).__name__} of {self._log.name}: {now.origin}, version {now.version}>"
