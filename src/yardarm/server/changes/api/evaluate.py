"""REST: asking what a flag would answer, now, at a version or at an instant.

For people and tools that look at a configuration; programs ask by the SDK or by OFREP. Nothing is
counted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program
from yardarm.core.snapshot import SnapshotSource

from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.scopes import needs
from ..service import Changes
from .moments import instant


class Question(Struct, forbid_unknown_fields=True):
    """What to evaluate for whom, and when."""

    flag: str
    context: Annotated[
        dict[str, Any],
        Meta(
            description='Who the flag is evaluated for: `{"key": "user-1", "country": "NL"}`.',
        ),
    ] = {}
    fallback: Annotated[Any, Meta(description="The caller's own value.")] = None
    explain: Annotated[bool, Meta(description="Answer the trace too.")] = False
    version: Annotated[int, Meta(ge=0, le=10**15)] | None = None
    at: Annotated[
        str | None,
        Meta(
            description=(
                "The time that rules see (RFC 3339 with zone). Without `version` it also picks "
                "the configuration."
            )
        ),
    ] = None


class Answer(Struct):
    """What the flag answers, and why.

    `reason` and `error` are OpenFeature's words, `cause` is our detail. `bucket` is the unit's
    part of 100,000 if a split decided, `environment_version` the configuration that was asked.
    """

    flag: str
    value: Any
    variant: str | None
    reason: str
    rule: str | None
    error: str | None
    cause: str | None
    bucket: float | None
    version: int
    environment_version: int
    trace: dict[str, Any] | None = None


@post(
    "/projects/{project:str}/environments/{environment:str}/evaluate",
    opt=needs("read", on="environment"),
    tags=["Evaluation"],
    status_code=200,
    summary="Evaluate a flag",
)
async def evaluate_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[Question],
    changes: Given[Changes],
) -> Answer:
    """Evaluate a flag for a context, optionally with the trace of every rule and clause."""
    then = instant(data.at) if data.at is not None else None
    of = then if data.version is None else None
    snapshot = await changes.snapshot(project, environment, data.version, of)
    now = (then or datetime.now(UTC)).timestamp()
    decision = evaluate(
        Program(SnapshotSource(snapshot)),
        data.flag,
        data.context,
        data.fallback,
        now=now,
        explained=data.explain,
    )
    return Answer(
        flag=decision.flag,
        value=decision.value,
        variant=decision.variant,
        reason=decision.reason,
        rule=decision.rule,
        error=decision.error,
        cause=decision.cause,
        bucket=decision.bucket,
        version=decision.version,
        environment_version=snapshot.version,
        trace=decision.trace.to_json() if decision.trace is not None else None,
    )


ROUTES = (evaluate_flag,)
