"""Flags for the browser, in the page itself: it need not ask before it can show anything."""

from __future__ import annotations

import json
from typing import Any

from ...core.decision import Decision
from ...core.outcome import FALLBACK
from ...core.program import Compiled
from ..binding import bound_here
from ..current import find_client
from ..evaluating import Evaluating
from ..extracting import Contextual, read_context
from ..log import Log
from ..overridden import overridden
from ..present import PRESENT
from ..scope import open_scope
from ..seen import Counted
from ..serving import Serving

LOG = Log("page flags")
ELEMENT = "yardarm-flags"
"""The id of the element, unless another one is given."""

_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


class Html(str):
    """Text that is HTML already: templates of Jinja and Django put it in as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def page_flags(
    context: Contextual = None, *, client: Evaluating | None = None, element: str = ELEMENT
) -> Html:
    """One `<script type="application/json">` element with the flags that a browser may see.

    It holds what `POST /ofrep/v1/evaluate/flags` answers to a client key for the context, or for
    the one that is bound: the flags that are client-visible, with value, variant and reason. So the
    stock OpenFeature web provider can begin with it, see the guide for Flask. Whatever a value
    holds, it cannot end the element or be run. A signed override of the request counts.

    Each flag counts as evaluated; nobody is exposed to a flag by being sent it. `element` is the
    id. Without a client, or when the context cannot be read, there are no flags in it, and the log
    says so.
    """
    asked = client or find_client()
    found: list[dict[str, Any]] = []
    if asked is not None:
        try:
            found = _flags(asked._serving, bound_here() if context is None else context)
        except Exception as error:
            LOG.error("context", f"no flags for the page: {type(error).__name__}: {error}")
    text = json.dumps({"flags": found}).translate(_UNSAFE)  # ASCII: so are U+2028 and U+2029
    name = "".join(one for one in element if one.isalnum() or one in "-_")
    return Html(f'<script type="application/json" id="{name}">{text}</script>')


def _flags(serving: Serving, context: Any) -> list[dict[str, Any]]:
    program = serving.tables.program
    if program is None:
        return []
    read = read_context(context)
    found = []
    keys = serving.keys()
    for key in keys:
        try:
            compiled = program.compiled(key)
            if _is_visible(compiled):
                outcome: Any = compiled.run(read.user, read.kinds, PRESENT)
                found.append(_shown(serving, key, outcome))
        except Exception as error:  # one that cannot be evaluated takes no other along
            matter = f"flag {key!r:.100}"
            LOG.error(matter, f"{matter}: {type(error).__name__}: {error}")
    return found


def _is_visible(compiled: Compiled) -> bool:
    flag = compiled.flag
    return flag is not None and flag.client_visible and flag.archived_at is None


def _shown(serving: Serving, key: str, outcome: Counted) -> dict[str, Any]:
    """As OFREP says it."""
    scope = open_scope()
    said = None if scope is None else overridden(scope, serving, "variant", key, LOG)
    if said is not None:
        return _member(key, said)
    outcome.tick()
    if outcome.error is not None:
        details = "the flag cannot be evaluated"
        return {"key": key, "errorCode": outcome.error, "errorDetails": details}
    return _member(key, outcome)


def _member(key: str, said: Counted | Decision) -> dict[str, Any]:
    value: dict[str, Any] = {} if said.value is FALLBACK else {"value": said.value}
    return {"key": key, **value, "reason": said.reason, "variant": said.variant, "metadata": {}}
