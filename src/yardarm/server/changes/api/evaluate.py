"""REST: asking what flags would answer, now, at a version or at an instant.

For people and tools that look at a configuration; programs ask by the SDK or by OFREP. Nothing is
counted.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from yardarm.core.snapshot import Snapshot

from ...store.instants import to_rfc3339
from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.scopes import needs
from .. import asking
from ..service import Changes
from .moments import instant

_EVALUATE = "/projects/{project:str}/environments/{environment:str}/evaluate"
_READ = needs("read", on="environment")
_TAGS = ["Evaluation"]

Context = Annotated[
    dict[str, Any],
    Meta(description='Who the flag is evaluated for: `{"key": "user-1", "country": "NL"}`.'),
]
Explain = Annotated[bool, Meta(description="Answer the trace too.")]
Version = Annotated[int, Meta(ge=0, le=10**15)]
At = Annotated[
    str | None,
    Meta(
        description=(
            "The time that rules see (RFC 3339 with zone). Without `version` it also picks "
            "the configuration: the one that was in force then."
        )
    ),
]


class Question(Struct, forbid_unknown_fields=True):
    """What to evaluate for whom, and when."""

    flag: str
    context: Context = {}
    fallback: Annotated[Any, Meta(description="The caller's own value.")] = None
    explain: Explain = False
    version: Version | None = None
    at: At = None


class QuestionOfAll(Struct, forbid_unknown_fields=True):
    """For whom to evaluate every flag, and when."""

    context: Context = {}
    explain: Explain = False
    version: Version | None = None
    at: At = None


class Answer(Struct):
    """What the flag answers, and why.

    `reason` and `error` are OpenFeature's words, `cause` is our detail. `bucket` is the unit's
    part of 100,000 if a split decided, `environment_version` the configuration that was asked.
    `chance`: something was drawn by chance, so that each evaluation may answer otherwise.
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
    chance: bool = False


class Answers(Struct):
    """What every flag that is not archived answers, by key.

    `environment_version` is the configuration that was asked, `at` the time that rules saw.
    """

    environment_version: int
    at: str
    flags: list[Answer]


@post(_EVALUATE, opt=_READ, tags=_TAGS, status_code=200, summary="Evaluate a flag")
async def evaluate_flag(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[Question],
    changes: Given[Changes],
) -> Answer:
    """Evaluate a flag for a context, optionally with the trace of every rule and clause.

    Asked for an instant, it answers what was served then: by the configuration in force, with
    rules about time seeing that instant.
    """
    snapshot, now = await _asked_of(changes, project, environment, data.version, data.at)
    question = asking.Question(data.context, now.timestamp(), data.fallback, data.explain)
    return _answer(asking.ask(snapshot, data.flag, question), snapshot)


@post(f"{_EVALUATE}/all", opt=_READ, tags=_TAGS, status_code=200, summary="Evaluate every flag")
async def evaluate_all(
    project: ProjectKey,
    environment: EnvironmentKey,
    data: JSONBody[QuestionOfAll],
    changes: Given[Changes],
) -> Answers:
    """Evaluate every flag that is not archived for one context."""
    snapshot, now = await _asked_of(changes, project, environment, data.version, data.at)
    question = asking.Question(data.context, now.timestamp(), explained=data.explain)
    # Every flag is compiled for this one question: beside the loop, which serves the programs.
    found = await asyncio.to_thread(asking.ask_all, snapshot, question)
    return Answers(snapshot.version, to_rfc3339(now), [_answer(each, snapshot) for each in found])


async def _asked_of(
    changes: Changes, project: str, environment: str, version: int | None, at: str | None
) -> tuple[Snapshot, datetime]:
    """The configuration, and the time that rules see."""
    then = instant(at) if at is not None else None
    snapshot = await changes.snapshot(
        project, environment, version, then if version is None else None
    )
    return snapshot, then or datetime.now(UTC)


def _answer(found: asking.Answered, snapshot: Snapshot) -> Answer:
    decision = found.decision
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
        chance=found.chance,
    )


ROUTES = (evaluate_flag, evaluate_all)
