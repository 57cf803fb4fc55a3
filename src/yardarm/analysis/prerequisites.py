"""Prerequisites that no context fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from ..core import model as m
from ..core.reading import escape
from .causes import fewest
from .finding import Finding
from .flags import Flags, Way
from .formula import Formula
from .review import Place
from .words import listed


def check_prerequisites(place: Place, way: Way) -> Iterator[Finding]:
    """Prerequisites that never hold, alone or together with those before them."""
    for number, prerequisite in enumerate(way.flag.prerequisites):
        found = _check(place, way, number, prerequisite)
        if found is not None:
            yield found
            if found.kind != "undecided":
                return  # those after it are never asked


def _check(place: Place, way: Way, number: int, prerequisite: m.Prerequisite) -> Finding | None:
    key, pointer = way.flag.key, f"/prerequisites/{number}"

    def together(flags: Flags) -> list[Formula]:
        return [met.true for met in flags.get_way(key).prerequisites[: number + 1]]

    def alone(flags: Flags) -> list[Formula]:
        return [flags.get_way(key).prerequisites[number].true]

    answer = place.ask(together, place.evaluation.reaches(key, pointer))
    if answer.verdict == "possible":
        return None
    if answer.verdict == "unknown":
        return place.undecided("prerequisite-never-holds", pointer, answer.why)
    wants = (
        f"it never holds that {prerequisite.flag!r} serves "
        + " or ".join(repr(variant) for variant in prerequisite.variants)
        + (" and is enabled" if prerequisite.enabled else "")
    )
    if place.never(alone(place.review.flags)):
        proof, off = _why(place, prerequisite)
        return place.finding(
            "prerequisite-never-holds", pointer, f"{wants}: {proof}",
            culprits=[f"/flags/{escape(prerequisite.flag)}"], proof=proof, never=alone,
            note=off and not place.review.document.flags[key].enabled,
        )  # fmt: skip
    before = fewest(
        range(number),
        lambda some: place.never(
            [*alone(place.review.flags), *(way.prerequisites[i].true for i in some)]
        ),
    )
    others = listed([f"what is asked of {way.flag.prerequisites[i].flag!r}" for i in before])
    proof = f"whoever fulfils it does not fulfil {others}"
    return place.finding(
        "prerequisite-never-holds", pointer, f"{wants}: {proof}",
        culprits=[f"/prerequisites/{i}" for i in before], proof=proof, never=together,
    )  # fmt: skip


def _why(place: Place, prerequisite: m.Prerequisite) -> tuple[str, bool]:
    """In words, and whether it is only that the other flag is switched off."""
    other = place.review.document.flags.get(prerequisite.flag)
    if other is None:
        return f"there is no flag {prerequisite.flag!r}", False
    if other.archived_at is not None:
        return f"{other.key!r} is archived", False
    if not other.enabled:
        served = "the caller's fallback" if other.off is None else repr(other.off)
        return f"{other.key!r} is switched off and serves {served}", True
    if place.review.flags.way(other.key) is None:
        return f"{other.key!r} cannot be evaluated", False
    return f"{other.key!r} serves that to nobody", False
