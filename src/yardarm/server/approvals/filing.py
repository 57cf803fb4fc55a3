"""From a request that needs approval to the row that waits for it, and back to the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from yardarm.core.jsontext import canonical

from ..access.model import Principal
from ..changes.commands import Command, command_from_json, command_to_json
from ..changes.idempotency import Request
from ..changes.rehearsal import Rehearsal
from ..store.change_requests import ChangeRequestRow
from .judge import Judgement
from .life import noted
from .model import Approval
from .subject import judged_of

Rules = Mapping[str, Approval]


def filed(
    request: Request,
    rehearsal: Rehearsal,
    judgement: Judgement,
    rules: Rules,
    at: datetime,
) -> ChangeRequestRow:
    """A new change request, open. Its ids are given by the store."""
    principal = request.principal
    body = judged(rehearsal, judgement)
    row = ChangeRequestRow(
        id=0,
        project_id=0,
        project=request.project,
        state="open",
        author=principal.actor,
        key=request.key,
        fingerprint=likeness(request, body),
        revision=1,
        command=command_to_json(request.command),
        body={
            "environments": _plain(request.environments),
            "reason": request.reason,
            "via": principal.via,
            "approvals": [],
            "editors": [],
            "history": [],
            "landed": None,
            "asked": request.fingerprint(),
            "edited": False,
            **body,
        },
        created_at=at,
        updated_at=at,
        expires_at=at + expiry(rules),
    )
    return noted(row, at, principal.actor, "opened", request.reason)


def judged(rehearsal: Rehearsal, judgement: Judgement) -> dict[str, Any]:
    """What is to be approved, as the request's body keeps it."""
    return {
        "concerned": sorted(judgement.environments),
        "grounds": [ground.to_json() for ground in judgement.grounds],
        "preview": dict(judgement.shown),
        "edits": rehearsal.edits(),
        "judged": {step.environment: judged_of(step).to_json() for step in rehearsal.steps},
    }


def expiry(rules: Rules) -> timedelta:
    """How long a request may wait: the shortest time of all environments."""
    return timedelta(hours=min(rule.expires_hours for rule in rules.values()))


def command_of(row: ChangeRequestRow) -> Command:
    """What is asked for."""
    return command_from_json(row.command)


def likeness(request: Request, body: Mapping[str, Any]) -> str:
    """Equal for requests that ask for the same, for the same reason, whatever is made up anew
    whenever a command is made (ids of rules)."""
    changes = {at: found["changes"] for at, found in body["judged"].items()}
    return sha256(canonical([request.command.type, request.reason, changes])).hexdigest()


def request_of(row: ChangeRequestRow, principal: Principal) -> Request:
    """The request as it came, made by `principal`."""
    body = row.body
    return Request(
        command_of(row), principal, row.project, body["environments"], body["reason"], row.key
    )


def any_version(row: ChangeRequestRow) -> dict[str, int | None] | None:
    """Where it is to be carried out: on top of whatever is there, since it is judged anew."""
    environments = row.body["environments"]
    return None if environments is None else dict.fromkeys(environments)


def _plain(environments: Mapping[str, int | None] | None) -> dict[str, int | None] | None:
    return None if environments is None else dict(environments)
