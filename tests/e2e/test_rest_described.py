"""The server does what the OpenAPI document says, on requests that schemathesis makes of it.

Half of them are as described and half are not; each is sent to a real server. No answer may be a
5xx, and every answer has a status, a content type and a body that its operation describes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.e2e.processes import Dev, dev

from yardarm.server.rest import reference

pytestmark = pytest.mark.e2e

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
FLAG, SEGMENT = "known-flag", "known-segment"


def _document(coverage: bool) -> Any:
    document = json.loads(reference())
    del document["paths"]["/tokens/{token}"]  # it would revoke the token that the others need
    del document["paths"]["/projects/{project}/events"]  # a stream without an end
    schema = schemathesis.openapi.from_dict(document)
    schema.config.phases.coverage.enabled = coverage
    return schema


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    with dev(tmp_path_factory.mktemp("described"), "--no-demo") as running:
        project, environment = running.ready["project"], running.ready["environment"]
        running.rest("POST", f"/projects/{project}/flags", {"key": FLAG}, If_Match="*")
        where = f"/projects/{project}/environments/{environment}/segments/{SEGMENT}"
        running.rest("PUT", where, {}, If_Match="*")
        yield running


def _check(case: Any, server: Dev) -> None:
    """Send the case, aimed at what exists, so that it is not all 404 and 428."""
    known = {
        "project": server.ready["project"], "environment": server.ready["environment"],
        "flag": FLAG, "segment": SEGMENT, "version": "1",
    }  # fmt: skip
    for name in case.path_parameters or ():
        case.path_parameters[name] = known.get(name, case.path_parameters[name])
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"
    authorization = f"Bearer {server.ready['admin_token']}"
    response = case.call(base_url=f"{server.url}/api/v1", headers={"Authorization": authorization})
    case.validate_response(response, checks=CHECKS)


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@_document(coverage=False).parametrize()
@_settings(4)
def test_an_operation_does_what_is_described(case: Any, server: Dev) -> None:
    _check(case, server)


@pytest.mark.long
@pytest.mark.timeout(1800)
@_document(coverage=True).parametrize()
@_settings(150)
def test_an_operation_does_what_is_described_at_length(case: Any, server: Dev) -> None:
    _check(case, server)
