"""Flags declared in code: what for, whose, until when. `yardarm lint --code` holds code to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from ..core.dates import instant_us
from ..core.model import PURPOSES, Purpose
from ..errors import OptionError
from .flagged import check_key


@dataclass(frozen=True, slots=True)
class Declaration:
    """A flag as the code declares it. `expires` is a date (2027-03-01) or an instant, or None."""

    key: str
    purpose: Purpose = "release"
    owner: str = ""
    expires: str | None = None
    description: str = ""


_declared: dict[str, Declaration] = {}
_retired: dict[str, str] = {}


def declare(
    key: str,
    *,
    purpose: Purpose = "release",
    owner: str = "",
    expires: str | date | None = None,
    description: str = "",
) -> str:
    """Declare a flag that the program uses, and get its key back.

    >>> NEW_SEARCH = declare("new-search", owner="search", expires="2027-03-01")
    >>> client.boolean(NEW_SEARCH)

    It costs nothing while the program runs and changes no answer. `yardarm lint --code` reads it
    from the source: from the day that `expires` names on, or for a use of a flag that is declared
    nowhere, the build fails. Write the arguments as literals, so that it can.

    `purpose` is release, experiment, operational or permission. Raises `OptionError` for a purpose
    or date that is none, for a key that was declared otherwise before, or was retired.
    """
    check_key(key)
    if purpose not in PURPOSES:
        raise OptionError(f"a flag's purpose is one of {', '.join(PURPOSES)}, not {purpose!r:.100}")
    when = expires.isoformat() if isinstance(expires, date) else expires
    if when is not None and expiry_us(when) is None:
        raise OptionError(f"expires is a date such as 2027-03-01, not {when!r:.100}")
    if key in _retired:
        raise OptionError(
            f"flag {key!r} was retired and its name is not used again; choose another"
        )
    made = Declaration(key, purpose, owner, when, description)
    if _declared.setdefault(key, made) != made:
        raise OptionError(f"flag {key!r} is declared twice, and differently: {_declared[key]}")
    return key


def retire(key: str, reason: str = "") -> None:
    """Say that a flag is gone for good, so that nobody takes its name for another one.

    Old reports, links and histories name it. `yardarm lint --code` fails where it is used or
    declared again. Raises `OptionError` where the program itself still declares it.
    """
    check_key(key)
    if key in _declared:
        raise OptionError(f"flag {key!r} is declared and retired in the same program")
    _retired[key] = reason


def declared_flags() -> list[Declaration]:
    """Every flag that the modules imported so far declare, by key."""
    return [_declared[key] for key in sorted(_declared)]


def expired_flags(now: datetime | None = None) -> list[Declaration]:
    """Those of the declared flags that have expired by now, or by another (aware) time, by key.

    For a program that refuses to start with them, or a test that fails: nothing here does.
    """
    at_us = (now or datetime.now(UTC)).timestamp() * 1e6
    return [
        one
        for one in declared_flags()
        if one.expires is not None and (expiry_us(one.expires) or 0) <= at_us
    ]


def expiry_us(expires: str) -> int | None:
    """The instant from which on a flag has expired, in microseconds since 1970; None if none."""
    return instant_us(expires if "T" in expires.upper() else f"{expires}T00:00:00Z")
