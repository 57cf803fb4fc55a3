"""REST: a project's webhook."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody
from msgspec import Meta, Struct

from ..access.model import Principal
from ..guard import MAX_URL, Unsafe
from ..web.problems import Fault, Known, Problem, problem
from ..web.rest.parameters import ProjectKey
from ..web.rest.scopes import needs
from .model import EVENTS, Delivery, Event, Webhook
from .service import Webhooks

_WEBHOOK = "/projects/{project:str}/webhook"
_ADMIN = needs("admin", on="project")
_TAGS = ["Webhook"]
_ONCE = {"Cache-Control": "no-store"}


class WebhookBody(Struct, forbid_unknown_fields=True):
    """Where to send what."""

    url: Annotated[str, Meta(max_length=MAX_URL, description="An https:// address.")]
    events: Annotated[
        tuple[Event, ...], Meta(description="Which events; all if not said.", min_length=1)
    ] = EVENTS


class ProjectWebhook(Struct):
    """The project's webhook. A project need not have one."""

    webhook: Webhook | None


class SetWebhook(Struct):
    """The webhook as it is now. `secret` is there when it is new, and shown this once."""

    webhook: Webhook
    secret: str | None


class NewSecret(Struct):
    """What the webhook signs with from now on, shown this once."""

    secret: str


@get(_WEBHOOK, opt=_ADMIN, tags=_TAGS, summary="Show the webhook")
async def get_webhook(project: ProjectKey, webhooks: Given[Webhooks]) -> ProjectWebhook:
    """Where the project's events go, and how the last deliveries ended; null where none is set."""
    return ProjectWebhook(await webhooks.find(project))


@put(_WEBHOOK, opt=_ADMIN, tags=_TAGS, summary="Set the webhook")
async def put_webhook(
    project: ProjectKey,
    data: JSONBody[WebhookBody],
    caller: Given[Principal],
    webhooks: Given[Webhooks],
) -> Response[SetWebhook]:
    """Set where the project's events go. A new webhook is given a secret, answered this once."""
    webhook, secret = await webhooks.put(caller.actor, project, data.url, data.events)
    return Response(SetWebhook(webhook, secret), headers=_ONCE)


@delete(_WEBHOOK, opt=_ADMIN, tags=_TAGS, summary="Remove the webhook")
async def delete_webhook(
    project: ProjectKey, caller: Given[Principal], webhooks: Given[Webhooks]
) -> None:
    """Send no more. What waits to be delivered is dropped."""
    await webhooks.remove(caller.actor, project)


@post(
    f"{_WEBHOOK}/test",
    opt=_ADMIN,
    tags=_TAGS,
    status_code=200,
    summary="Try the webhook",
)
async def test_webhook(
    project: ProjectKey, caller: Given[Principal], webhooks: Given[Webhooks]
) -> Delivery:
    """Send an event `test` now, once, and say how that ended."""
    return await webhooks.test(caller.actor, project)


@post(
    f"{_WEBHOOK}/rotate-secret",
    opt=_ADMIN,
    tags=_TAGS,
    status_code=200,
    summary="Give the webhook a new secret",
)
async def rotate_secret(
    project: ProjectKey, caller: Given[Principal], webhooks: Given[Webhooks]
) -> Response[NewSecret]:
    """A new secret, answered this once. The old one signs nothing from now on."""
    secret = await webhooks.rotate_secret(caller.actor, project)
    return Response(NewSecret(secret), headers=_ONCE)


def _unsafe(error: Unsafe) -> Problem:
    return problem("invalid", str(error), errors=[Fault("/url", str(error))])


PROBLEMS: Known = {Unsafe: _unsafe}
"""What to answer to this package's exceptions."""

ROUTES = (get_webhook, put_webhook, delete_webhook, test_webhook, rotate_secret)
