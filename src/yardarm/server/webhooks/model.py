"""Webhooks and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

Event: TypeAlias = Literal["change", "emergency", "kill", "request", "plan"]
EVENTS: tuple[Event, ...] = ("change", "emergency", "kill", "request", "plan")

KEPT_DELIVERIES = 20


class Delivery(Struct, frozen=True):
    """How one event's delivery stands. `status` is what the receiver answered last."""

    id: str
    event: str
    at: datetime
    state: Literal["delivered", "retrying", "failed"]
    attempts: int
    status: int | None
    error: str


class Webhook(Struct, frozen=True):
    """A project's webhook: where it goes, which events, and the last deliveries, newest first."""

    url: str
    events: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    updated_at: datetime
    updated_by: str


class Body(Struct, frozen=True):
    """The stored form of what is not in a column."""

    events: tuple[str, ...]
    deliveries: tuple[Delivery, ...] = ()

    def with_delivery(self, delivery: Delivery) -> Body:
        """The body with this delivery noted, in place of what was noted of it before."""
        others = (each for each in self.deliveries if each.id != delivery.id)
        return Body(self.events, (delivery, *others)[:KEPT_DELIVERIES])


def body_to_json(body: Body) -> Any:
    """As it is stored."""
    return msgspec.to_builtins(body)


def body_from_json(value: Any) -> Body:
    """From what is stored."""
    return msgspec.convert(value, Body)
