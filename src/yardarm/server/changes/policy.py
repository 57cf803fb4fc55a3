"""What a command needs before it is carried out: scopes, and guards against accidents. Pure.

A guard is no validation: what it refuses would be valid, but is rarely meant. `force` overrides
guards and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yardarm.core import model as m
from yardarm.core.references import Reference, of_flag, of_segment

from ..access.model import Scope
from ..observe.model import Usage
from . import commands as c
from .errors import Refused

GROWTH_FLOOR_BYTES = 1024 * 1024
"""Below this size a document may grow as it likes."""


def scopes(command: c.Command) -> tuple[Scope, ...]:
    """The scopes of which one is needed in every environment that the command changes."""
    match command:
        case c.SetEnabled(enabled=False) | c.Kill():
            return ("kill", "edit")
        case c.CreateEnvironment():
            return ("admin",)
        case c.Together():
            each = [scopes(command) for command in command.each()]
            return ("kill", "edit") if all("kill" in wanted for wanted in each) else ("edit",)
        case _:
            return ("edit",)


def may_retire(command: c.Command) -> bool:
    """Whether the command can put flags out of use, so that recent evaluations matter."""
    if forced(command):
        return False
    if isinstance(command, c.ImportDocument):
        return command.mode == "replace" or _archives(command.document)
    if isinstance(command, c.Together):
        return any(may_retire(each) for each in command.each())
    return isinstance(command, c.ArchiveFlag | c.Undo | c.RestoreEntries)


def _archives(document: m.Json) -> bool:
    flags = document.get("flags")
    flags = flags.values() if isinstance(flags, dict) else flags
    return isinstance(flags, Iterable) and any(
        isinstance(flag, dict) and flag.get("archived_at") is not None for flag in flags
    )


def forced(command: c.Command) -> bool:
    """Whether the command overrides the guards."""
    return bool(getattr(command, "force", False))


@dataclass(frozen=True, slots=True)
class Step:
    """One environment before and after a command.

    `changed` is what `entries.touched` answers for both documents; sizes are those of snapshots.
    """

    environment: str
    before: m.Document
    after: m.Document
    changed: tuple[Reference, ...]
    bytes_before: int
    bytes_after: int


def retired(steps: Iterable[Step]) -> dict[str, set[str]]:
    """Flags that go out of use, archived or removed, with the environments where they do."""
    found: dict[str, set[str]] = {}
    for step in steps:
        for kind, key in step.changed:
            if kind == "flag" and _active(step.before, key) and not _active(step.after, key):
                found.setdefault(key, set()).add(step.environment)
    return found


def _active(document: m.Document, key: str) -> bool:
    flag = document.flags.get(key)
    return flag is not None and flag.archived_at is None


def guard(command: c.Command, steps: Sequence[Step], usages: Sequence[Usage]) -> None:
    """Raises `Refused` for what is rarely meant.

    `usages` are recent evaluations of the flags that `retired` names.
    """
    if forced(command):
        return
    for step in steps:
        _guard_flags_needed(step)
        _guard_segments_needed(step)
        _guard_growth(step)
        _guard_deletion(command, step)
    _guard_in_use(steps, usages)


def _guard_flags_needed(step: Step) -> None:
    gone = set(retired([step]))
    if not gone:
        return
    needed = [
        f"{kind} {key!r} needs {other!r} in {step.environment!r}"
        for kind, key, other in _references(step.after, "flag")
        if other in gone
    ]
    if needed:
        raise Refused(
            "flag-needed",
            "the flag is still needed",
            needed,
            "remove these references first, or force it",
        )


def _guard_segments_needed(step: Step) -> None:
    gone = step.before.segments.keys() - step.after.segments.keys()
    if not gone:
        return
    needed = [
        f"{kind} {key!r} needs {other!r} in {step.environment!r}"
        for kind, key, other in _references(step.after, "segment")
        if other in gone
    ]
    if needed:
        raise Refused(
            "segment-needed",
            "the segment is still needed",
            needed,
            "remove these references first, or force it",
        )


def _references(document: m.Document, kind: str) -> Iterable[tuple[str, str, str]]:
    """Who needs what of a kind. Archived flags need nothing."""
    for key, flag in document.flags.items():
        if flag.archived_at is None:
            yield from (("flag", key, other) for at, other in sorted(of_flag(flag)) if at == kind)
    for key, segment in document.segments.items():
        found = sorted(of_segment(segment))
        yield from (("segment", key, other) for at, other in found if at == kind)


def needing(document: m.Document, flag: str) -> list[Reference]:
    """The flags in use and the segments that ask for a flag."""
    found = {(kind, key) for kind, key, other in _references(document, "flag") if other == flag}
    return sorted(found)


def _guard_growth(step: Step) -> None:
    if step.before.flags and step.bytes_after > max(2 * step.bytes_before, GROWTH_FLOOR_BYTES):
        raise Refused(
            "growth",
            f"{step.environment!r} would grow from {step.bytes_before} to {step.bytes_after} "
            "bytes in one step",
            hint="if that is meant, force it",
        )


def _guard_deletion(command: c.Command, step: Step) -> None:
    gone = len(retired([step]))
    if isinstance(command, c.ArchiveFlag) or (isinstance(command, c.Undo) and gone == 1):
        return  # it names the one flag; nobody loses more than they said
    active = sum(flag.archived_at is None for flag in step.before.flags.values())
    if 2 * gone > active:
        raise Refused(
            "deletion",
            f"{gone} of the {active} flags in {step.environment!r} would go out of use in one step",
            hint="if that is meant, force it",
        )


def _guard_in_use(steps: Sequence[Step], usages: Sequence[Usage]) -> None:
    gone = retired(steps)
    used: Mapping[str, Usage] = {
        f"{usage.flag!r} by {usage.application or 'an unnamed application'} in "
        f"{usage.environment!r}": usage
        for usage in usages
        if usage.environment in gone.get(usage.flag, ())
    }
    if used:
        raise Refused(
            "flag-in-use",
            "the flag was evaluated a short time ago",
            [
                f"{who} at {usage.last_evaluated_at:%Y-%m-%d %H:%M} UTC"
                for who, usage in used.items()
            ],
            "remove it from these applications first, or force it",
        )
