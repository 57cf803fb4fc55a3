"""What a request shows of an environment beside the one that its path names."""

from __future__ import annotations

from ...access.errors import Forbidden
from ...access.model import Principal


def must_read(caller: Principal, project: str, environment: str) -> None:
    """What is copied or compared is shown, so it takes the scope. Raises `Forbidden`."""
    if not caller.may("read", project, environment):
        raise Forbidden(caller.actor, ("read",), project, environment)
