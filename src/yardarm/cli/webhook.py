"""`yardarm webhook …`: where a project's events are sent."""

from __future__ import annotations

from typing import Any

import click

from .failures import UNREACHABLE, Failure
from .output import fields, note, say, say_json, table
from .target import Target, as_json, targeted

_EVENTS = ("change", "emergency", "kill", "request", "plan")


@click.command("show", short_help="Show where events go, and how the last ones ended.")
@as_json
@targeted
def show_webhook(as_json: bool, target: Target) -> None:
    """Show where the project's events go, and how the last deliveries ended."""
    found = target.server().get(target.in_project("webhook")).body["webhook"]
    if as_json:
        say_json(found)
        return
    if found is None:
        say("no webhook is set; set one with `yardarm webhook set URL`")
        return
    fields((("url", found["url"]), ("events", found["events"]), ("set by", found["updated_by"])))
    say()
    table(
        ("EVENT", "AT", "STATE", "TRIES", "ANSWER"),
        (
            (each["event"], each["at"], each["state"], each["attempts"], _answer(each))
            for each in found["deliveries"]
        ),
        empty="nothing was sent yet",
    )


@click.command("set", short_help="Set where events go, and print its secret.")
@click.argument("address", metavar="URL")
@click.option(
    "--event", "events", multiple=True, type=click.Choice(_EVENTS),
    help="Only these events. Repeatable; all, if not said.",
)  # fmt: skip
@as_json
@targeted
def set_webhook(address: str, events: tuple[str, ...], as_json: bool, target: Target) -> None:
    """Set where the project's events go: an https:// address.

    Prints the secret that deliveries are signed with, when the webhook is new. It is not shown
    again; `yardarm webhook rotate` makes another.
    """
    body = {"url": address, "events": list(events or _EVENTS)}
    done = target.server().send("PUT", target.in_project("webhook"), body).body
    if as_json:
        say_json(done)
    elif done["secret"] is None:
        say("changed; it signs with the same secret as before")
    else:
        say(done["secret"])
        note("keep it: it is not shown again, and tells the receiver that a delivery is genuine.")


@click.command("rotate", short_help="Give the webhook a new secret and print it.")
@as_json
@targeted
def rotate_secret(as_json: bool, target: Target) -> None:
    """Give the webhook a new secret and print it. The old one signs nothing from now on."""
    done = target.server().send("POST", target.in_project("webhook", "rotate-secret")).body
    if as_json:
        say_json(done)
    else:
        say(done["secret"])


@click.command("test", short_help="Send an event now, and say how that ended.")
@as_json
@targeted
def test_webhook(as_json: bool, target: Target) -> None:
    """Send an event `test` now, and say how that ended."""
    done = target.server().send("POST", target.in_project("webhook", "test")).body
    if as_json:
        say_json(done)
    elif done["state"] == "delivered":
        say(f"delivered: {_answer(done)}")
    if done["state"] != "delivered":
        raise Failure(f"not delivered: {_answer(done)}", UNREACHABLE)


@click.command("remove", short_help="Send no more events.")
@as_json
@targeted
def remove_webhook(as_json: bool, target: Target) -> None:
    """Send no more events. What waits to be delivered is dropped."""
    target.server().send("DELETE", target.in_project("webhook"))
    if as_json:
        say_json({"removed": True})
    else:
        say("removed the webhook")


def _answer(delivery: dict[str, Any]) -> str:
    status, error = delivery["status"], delivery["error"]
    said = "" if status is None else f"the receiver answered {status}"
    return ": ".join(filter(None, (said, error)))
