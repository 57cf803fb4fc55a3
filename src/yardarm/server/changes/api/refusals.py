"""What to answer when a command is not carried out."""

from __future__ import annotations

from ...web.problems import Fault, Known, Problem, problem
from ..errors import Conflict, KeyReused, Refused


def _conflict(error: Conflict) -> Problem:
    return problem(
        "conflict",
        str(error),
        environment=error.environment,
        base=error.base,
        current=error.current,
        edits=[edit.to_json() for edit in error.edits],
        changed_since=list(error.changed_since),
    )


def _refused(error: Refused) -> Problem:
    details = [Fault("", detail, error.hint) for detail in error.details]
    return problem("refused", str(error), errors=details, reason=error.reason, hint=error.hint)


def _key_reused(error: KeyReused) -> Problem:
    return problem("idempotency-mismatch", str(error))


PROBLEMS: Known = {Conflict: _conflict, Refused: _refused, KeyReused: _key_reused}
"""What to answer to this package's exceptions."""
