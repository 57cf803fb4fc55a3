"""What an evaluation answers: `Decision`, and the words used in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .explain import Trace

# Reasons are exactly OpenFeature's.
STATIC: Final = "STATIC"
DEFAULT: Final = "DEFAULT"
TARGETING_MATCH: Final = "TARGETING_MATCH"
SPLIT: Final = "SPLIT"
DISABLED: Final = "DISABLED"
ERROR: Final = "ERROR"

# Error codes are OpenFeature's too; `cause` holds our detail.
FLAG_NOT_FOUND: Final = "FLAG_NOT_FOUND"
PARSE_ERROR: Final = "PARSE_ERROR"
TYPE_MISMATCH: Final = "TYPE_MISMATCH"
TARGETING_KEY_MISSING: Final = "TARGETING_KEY_MISSING"
INVALID_CONTEXT: Final = "INVALID_CONTEXT"
PROVIDER_NOT_READY: Final = "PROVIDER_NOT_READY"
GENERAL: Final = "GENERAL"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one flag and one context.

    `value` is the variant's value, or the caller's fallback when `variant` is None.
    `reason` is one of OpenFeature's; `cause` is our detail (`"target"`, `"prerequisite:KEY"`,
    `"malformed: …"`); `error` is one of OpenFeature's error codes or None. `rule` is the id of
    the rule that served, `bucket` the unit's part (0 to 99,999; a vendor's
    algorithm counts otherwise) if a split decided, `version`
    the flag's version. `trace` is there when asked for by `explain=True`.
    """

    flag: str
    value: Any
    variant: str | None
    reason: str
    rule: str | None = None
    error: str | None = None
    cause: str | None = None
    bucket: float | None = None
    version: int = 0
    trace: Trace | None = None
