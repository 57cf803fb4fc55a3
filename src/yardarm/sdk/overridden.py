"""What a flag answers where a signed override of the request says so. Pure but for the log.

Only a kill in the override file and what a test says go before it. It holds where the flag itself
is asked for; flags that have it as their prerequisite, or ask for its variant, do not see it.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..core.decision import STATIC, Decision
from ..core.model import Flag, Json
from ..core.outcome import FALLBACK
from ..core.program import Program
from .local import value_as, variant_of, variant_word
from .log import Log
from .scope import Scope
from .serving import Serving
from .tables import Wanted, accepted
from .trial import TRIALS


def overridden(
    scope: Scope, serving: Serving, wanted: Wanted, key: Any, log: Log
) -> Decision | None:
    """The decision that the request's override makes; None where it makes none.

    Its value is `FALLBACK` where the variant meant is withheld, or an `off` that there is not. What
    fits no variant of the flag is logged and has no effect.
    """
    if not isinstance(key, str):
        return None
    if key not in scope.values or key in TRIALS.now.values or serving.is_killed(key):
        return None
    said = scope.values[key]
    flag = _flag(serving.tables.program, key)
    if flag is None:
        fits, value = value_as(wanted, said)
        return _decision(key, value, variant_word(said), scope) if fits else None
    if flag.archived_at is not None or flag.type not in accepted(wanted):
        return None
    try:
        variant = variant_of(_form(flag), said)
    except ValueError as error:
        matter, why = f"signed {key!r:.100}", f"{scope.cause}: flag {key!r:.100} {error}"
        log.warning(matter, why)
        return None
    variant = flag.off if variant is None else variant
    found = next((one for one in flag.variants if one.key == variant), None)
    if found is None or found.withheld:
        return _decision(key, FALLBACK, None if found is None else found.key, scope, flag.version)
    return _decision(key, deepcopy(found.value), found.key, scope, flag.version)


def _decision(
    key: str, value: Any, variant: str | None, scope: Scope, version: int = 0
) -> Decision:
    return Decision(key, value, variant, STATIC, cause=scope.cause, version=version)


def _flag(program: Program | None, key: str) -> Flag | None:
    try:
        return None if program is None else program.compiled(key).flag
    except Exception:  # unknown, or unfit: then it has no variants to choose from
        return None


def _form(flag: Flag) -> dict[str, Json]:
    """As much of the flag's JSON form as tells its variants."""
    return {"variants": [{"key": one.key, "value": one.value} for one in flag.variants]}
