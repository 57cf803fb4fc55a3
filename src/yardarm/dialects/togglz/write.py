"""From our document to what Togglz stores."""

from __future__ import annotations

from dataclasses import replace

from ...core import model as m
from ...core.reading import escape
from ...errors import OptionError
from .. import onoff
from ..base import Loss, Options, Writing
from .activations import Unsayable, strategy_of
from .kept import read_again
from .layouts import render
from .read import NAME
from .states import LAYOUTS, State


def write(document: m.Document, options: Options) -> Writing:
    """The features in a layout of Togglz, and what it cannot say.

    What was read from the same layout and not changed since is written as it was.
    """
    found = document.environment.get(NAME)
    before = found if isinstance(found, dict) else {}
    layout = onoff.choice(options, "layout", LAYOUTS, str(before.get("layout", "properties")))
    offset = options.get("utc_offset", "")
    if not isinstance(offset, str):
        raise OptionError(f"the option utc_offset is text such as +02:00; not {offset!r}")
    losses: list[Loss] = []
    states = []
    for flag in document.flags.values():
        if not onoff.is_boolean(flag, losses):
            continue
        kept = _kept(flag, layout)
        states.append(kept if kept is not None else _state(flag, offset, losses))
    rest = before.get("rest") if before.get("layout") == layout else None
    made = render(layout, states, rest if isinstance(rest, dict) else {}, losses)
    return Writing(made, tuple(losses))


def _kept(flag: m.Flag, layout: str) -> State | None:
    """The state as it was read, if it was read from this layout and says the same still."""
    origin = flag.origin or {}
    if origin.get("dialect") != NAME or origin.get("layout") != layout or "raw" not in origin:
        return None
    again = read_again(flag.key, origin)
    if again is None or not onoff.unedited(flag, again[1]) or flag.tags != again[1].tags:
        return None
    return again[0]


def _state(flag: m.Flag, offset: str, losses: list[Loss]) -> State:
    """The state made of the model. What cannot be said is the same for everybody."""
    try:
        enabled, strategy, params = _said(flag, offset)
    except Unsayable as error:
        why = f"Togglz cannot say {error}"
        return _plain(flag, onoff.write_fixed(flag, losses, why))
    for index, rule in enumerate(flag.rules):
        if rule.paused:
            losses.append(
                Loss(
                    f"/flags/{escape(flag.key)}/rules/{index}",
                    "Togglz cannot pause a rule", "the rule is left out", flag.key,
                )
            )  # fmt: skip
    return replace(_plain(flag, enabled), strategy=strategy, params=params)


def _plain(flag: m.Flag, enabled: bool) -> State:
    return State(flag.key, enabled, None, {}, "", None, flag.name, flag.tags)


def _said(flag: m.Flag, offset: str) -> tuple[bool, str | None, dict[str, str]]:
    """Enabled, strategy and parameters. Raises `Unsayable`."""
    values = {variant.key: variant.value for variant in flag.variants}
    rules = [rule for rule in flag.rules if not rule.paused]
    if not flag.enabled and values.get(flag.off or "") is True:
        return True, None, {}
    if flag.prerequisites:
        raise Unsayable("prerequisites")
    if not rules and not flag.targets and isinstance(flag.default, str):
        return flag.enabled and values.get(flag.default) is True, None, {}
    strategy, params = strategy_of(flag, rules, values, offset)
    return flag.enabled, strategy, params
