"""LaunchDarkly's server SDK for Python, asked about one document without a client or a network.

Its evaluator is called with getters over the decoded flags and segments, exactly as its client
does; what the client adds (an invalid context, an unknown flag, an evaluation that raises) is added
here in the same order. No big segment store is configured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...core.model import Json
from ...core.reading import escape
from ...errors import DocumentError, OptionError, Problem

PACKAGE = "launchdarkly-server-sdk"


class Oracle:
    """LaunchDarkly's own SDK, asked about one document.

    Raises `OptionError` when the SDK is not installed and `DocumentError` for a document that it
    refuses; a client would then keep what it has, good flags and bad ones alike.
    """

    def __init__(self, document: Json, options: Mapping[str, Json] | None = None) -> None:
        try:
            from ldclient.impl.evaluator import Evaluator
            from ldclient.impl.events.types import EventFactory
            from ldclient.impl.model import FeatureFlag, Segment
        except ImportError:
            raise OptionError(f"LaunchDarkly's SDK is not installed: install {PACKAGE}") from None
        problems: list[Problem] = []
        self._flags = _decoded(document, "flags", FeatureFlag, problems)
        segments = _decoded(document, "segments", Segment, problems)
        if problems:
            raise DocumentError(problems)
        self._evaluator = Evaluator(
            lambda key: _kept(self._flags, key),
            lambda key: _kept(segments, key),
            lambda key: (None, "NOT_CONFIGURED"),
        )
        self._events = EventFactory(False)

    def answer(
        self, flag: str | None, context: Json, options: Mapping[str, Json] | None = None
    ) -> Json:
        """The detail of one evaluation: `value`, `variationIndex` and `reason`.

        `value` is null wherever the SDK would answer the caller's default. Without a flag the
        answers of all flags by key.
        """
        read = _context(context)
        if flag is None:
            return {key: self._answer(key, read) for key in self._flags if self._has(key)}
        return self._answer(flag, read)

    def _has(self, key: str) -> bool:
        return _kept(self._flags, key) is not None

    def _answer(self, key: str, context: Any) -> Json:
        if not context.valid:
            return _failed("USER_NOT_SPECIFIED")
        flag = _kept(self._flags, key)
        if flag is None:
            return _failed("FLAG_NOT_FOUND")
        try:
            detail: Any = self._evaluator.evaluate(flag, context, self._events).detail
        except Exception:  # noqa: BLE001 - as the SDK's client does
            return _failed("EXCEPTION")
        return {
            "value": detail.value,
            "variationIndex": detail.variation_index,
            "reason": detail.reason,
        }


def oracle(document: Json, options: Mapping[str, Json] | None = None) -> Oracle:
    """LaunchDarkly's SDK with this document. Raises as `Oracle` does."""
    return Oracle(document, options)


def _failed(kind: str) -> Json:
    return {
        "value": None,
        "variationIndex": None,
        "reason": {"kind": "ERROR", "errorKind": kind},
    }


def _decoded(
    document: Json, name: str, decode: Callable[[Json], Any], problems: list[Problem]
) -> dict[str, Any]:
    """The flags or segments as the SDK's store decodes them."""
    found: dict[str, Any] = {}
    items = document.get(name) if isinstance(document, dict) else None
    if items is None:
        return found
    if not isinstance(items, dict):
        problems.append(Problem(f"/{name}", "not an object"))
        return found
    for key, item in items.items():
        try:
            found[key] = decode(item)
        except Exception as error:  # noqa: BLE001 - whatever it raises, it refuses the document
            problems.append(Problem(f"/{name}/{escape(key)}", f"refused: {error}"))
    return found


def _kept(items: Mapping[str, Any], key: Any) -> Any:
    """What the SDK's store answers: deleted things are not there."""
    item = items.get(key)
    return None if item is None or item.deleted else item


# --- contexts ---------------------------------------------------------------------------------

_USER_TEXTS = ("firstName", "lastName", "email", "country", "avatar", "ip")


def _context(value: Json) -> Any:
    """The SDK's context. What is no context at all becomes an invalid one."""
    from ldclient import Context

    if not isinstance(value, dict):
        return Context.from_dict({})
    return Context.from_dict(value) if "kind" in value else _user(value)


def _user(value: Mapping[str, Json]) -> Any:
    """A context of kind `user` from the older user format.

    This SDK no longer reads that format by itself; SDKs that do and the services behind them read
    it like this. An empty key is allowed, a missing one is not.
    """
    from ldclient import Context

    if not _is_user(value):
        return Context.from_dict({})
    builder = Context.builder(value["key"])
    builder._allow_empty_key(True)
    builder.name(value.get("name"))
    builder.anonymous(value.get("anonymous") is True)
    for name in _USER_TEXTS:
        builder.set(name, value.get(name))
    for name, custom in (value.get("custom") or {}).items():
        if name not in ("kind", "key", "name", "anonymous"):
            builder.set(name, custom)
    builder.private(*(value.get("privateAttributeNames") or ()))
    return builder.build()


def _is_user(value: Mapping[str, Json]) -> bool:
    """Whether every field of the user format has its type."""
    texts = [value.get(name) for name in ("name", *_USER_TEXTS)]
    private = value.get("privateAttributeNames")
    return (
        isinstance(value.get("key"), str)
        and all(text is None or isinstance(text, str) for text in texts)
        and isinstance(value.get("anonymous"), bool | None)
        and isinstance(value.get("custom"), dict | None)
        and isinstance(private, list | None)
        and all(isinstance(name, str) for name in private or ())
    )
