"""A saved view, and what may be in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yardarm.errors import DocumentError, Problem

MAX_VIEWS = 50
"""Views of one person in one project."""

MAX_NAME = 80
MAX_FILTERS = 20
MAX_VALUE = 1_000
"""The longest value of a filter, in characters."""


@dataclass(frozen=True, slots=True)
class View:
    """One person's view of a project's flags. `filters` is the query of the list."""

    id: int
    name: str
    filters: Mapping[str, str]


def check_view(name: str, filters: Mapping[str, str]) -> str:
    """The name without space around it. Raises `DocumentError`."""
    name, problems = name.strip(), []
    if not (0 < len(name) <= MAX_NAME and name.isprintable()):
        problems.append(
            Problem("/name", f"expected 1 to {MAX_NAME} characters that can be seen", "'My team'")
        )
    if len(filters) > MAX_FILTERS:
        problems.append(Problem("/filters", f"more than {MAX_FILTERS} filters"))
    problems += [
        Problem(f"/filters/{key[:40]}", f"longer than {MAX_VALUE} characters, or no text to keep")
        for key, value in filters.items()
        if len(key) > MAX_NAME or len(value) > MAX_VALUE or not f"{key}{value}".isprintable()
    ]
    if problems:
        raise DocumentError(problems)
    return name
