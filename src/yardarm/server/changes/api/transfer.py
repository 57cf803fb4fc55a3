"""REST: whole documents out and in, and looking at one without taking it."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Struct

from yardarm.connect.jsonschema import check_schema
from yardarm.core.codec import read_document
from yardarm.core.model import FORMAT
from yardarm.core.validate import validate
from yardarm.errors import Problem

from ...projects.service import Projects
from ...web.rest.bodies import LARGE, StrictRequest
from ...web.rest.parameters import EnvironmentKey, ProjectKey
from ...web.rest.preconditions import TAGGED, answer, etag
from ...web.rest.scopes import needs
from ..commands import ImportDocument
from ..service import Changes
from .answers import Mutation, respond, what_was_done
from .bodies import Import, ToValidate
from .door import Door
from .moments import At, AtVersion, moment
from .native import DocumentJson
from .views import bodies_of

_ENVIRONMENT = "/projects/{project:str}/environments/{environment:str}"
_READ = needs("read", on="environment")
_TAGS = ["Import and export"]


class Found(Struct):
    """One thing that is wrong with a document, or (`warning`) worth a look."""

    pointer: str
    detail: str
    hint: str
    severity: str


class Validation(Struct):
    """Whether the document could be published, and everything there is to say about it."""

    valid: bool
    problems: list[Found]


@get(
    f"{_ENVIRONMENT}/export",
    opt={**_READ, **TAGGED},
    tags=_TAGS,
    summary="Export the configuration",
)
async def export_document(
    project: ProjectKey,
    environment: EnvironmentKey,
    request: StrictRequest,
    projects: Given[Projects],
    changes: Given[Changes],
    version: AtVersion = None,
    at: At = None,
) -> Response[DocumentJson]:
    """The whole configuration as one document: the current one, a version's, or an instant's."""
    found = await projects.get_environment(project, environment)
    snapshot = await changes.snapshot(project, environment, version, moment(version, at))
    document = {
        "format": FORMAT,
        "epoch": snapshot.epoch,
        "version": snapshot.version,
        "root": snapshot.root,
        "environment": {"project": project, "key": environment, "name": found.name},
        "flags": bodies_of(snapshot, "flag"),
        "segments": bodies_of(snapshot, "segment"),
    }
    return answer(request, document, etag(snapshot.version))


@post(
    f"{_ENVIRONMENT}/import",
    opt={**needs("edit", on="environment"), **LARGE},
    tags=_TAGS,
    status_code=200,
    summary="Import a configuration",
)
async def import_document(
    project: ProjectKey, environment: EnvironmentKey, data: JSONBody[Import], door: Given[Door]
) -> Response[Mutation]:
    """Take over a document. New flags are made in all environments, disabled in the others."""
    command = ImportDocument(data.document, data.mode, data.force)
    done = await door.submit_in(environment, command, project, reason=data.reason, body="/document")
    return respond(done, Mutation(**what_was_done(done)), environment)


@post(
    f"{_ENVIRONMENT}/validate",
    opt={**_READ, **LARGE},
    tags=_TAGS,
    status_code=200,
    summary="Validate a configuration",
)
async def validate_document(
    project: ProjectKey, environment: EnvironmentKey, data: JSONBody[ToValidate]
) -> Validation:
    """Say everything that is wrong with a document. Nothing is changed."""
    problems = await asyncio.to_thread(_examined, data.document)
    found = [Found(f"/document{p.pointer}", p.message, p.hint, p.severity) for p in problems]
    return Validation(all(p.severity != "error" for p in problems), found)


def _examined(given: Any) -> list[Problem]:
    document, problems = read_document(given)
    return problems or validate(document, check_schema)


ROUTES = (export_document, import_document, validate_document)
