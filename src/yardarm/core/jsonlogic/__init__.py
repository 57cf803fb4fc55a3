"""JSONLogic, compiled once from its JSON into nested functions.

All operations of JSONLogic and flagd's own (`fractional`, `starts_with`, `ends_with`, `sem_ver`),
with the semantics of flagd's Python evaluator, see `coerce`.
"""

from .coerce import truthy
from .compile import MAX_NESTING, OPERATIONS, compile_logic, nesting, operations_in
from .expression import LogicError, UnknownOperation

__all__ = [
    "MAX_NESTING",
    "OPERATIONS",
    "LogicError",
    "UnknownOperation",
    "compile_logic",
    "nesting",
    "operations_in",
    "truthy",
]
