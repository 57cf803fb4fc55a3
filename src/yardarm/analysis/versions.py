"""Semantic versions: enough of them to meet every way in which clauses can divide them.

By SemVer 2.0.0, clause 11, the version right after a release is the next patch's pre-release `0`,
and the one right after a pre-release is the same with a further `0`; so there may be nothing
between two versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..core.semver import SemVer, parse
from .subjects import Atom

FIRST = SemVer(0, 0, 0, False, ((False, 0, ""),))
"""0.0.0-0: no version is before it."""


def bounds(atoms: Sequence[Atom]) -> list[SemVer]:
    """The versions that clauses name, sorted."""
    found = {parse(a.values[0]) for a in atoms if a.operator.startswith("semver_")}
    return sorted(version for version in found if version is not None)


def versions(named: Sequence[SemVer]) -> Iterator[SemVer]:
    """A version at each bound and one in each gap that is not empty."""
    if named and named[0] > FIRST:
        yield _plain(FIRST, named[0])
    for number, bound in enumerate(named):
        yield bound
        after = successor(bound)
        if number + 1 == len(named):
            yield _plain(after, None)
        elif after < named[number + 1]:
            yield _plain(after, named[number + 1])


def successor(version: SemVer) -> SemVer:
    """The version right after this one."""
    if version.released:
        return SemVer(version.major, version.minor, version.patch + 1, False, ((False, 0, ""),))
    return replace(version, prerelease=(*version.prerelease, (False, 0, "")))


def _plain(least: SemVer, end: SemVer | None) -> SemVer:
    """The plainest version from `least` on that is before `end`."""
    release = replace(least, released=True, prerelease=())
    return release if end is None or release < end else least


def identifiers(version: SemVer) -> tuple[str, ...]:
    """The parts of its pre-release, as they are written."""
    return tuple(name or str(number) for _, number, name in version.prerelease)


def text(version: SemVer) -> str:
    """The version as it is written."""
    tail = "" if version.released else "-" + ".".join(identifiers(version))
    return f"{version.major}.{version.minor}.{version.patch}{tail}"
