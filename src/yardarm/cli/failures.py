"""How a command fails: one line that says what, where and how to mend it, and an exit code.

The codes are a stable interface.
"""

from __future__ import annotations

from typing import Final

OK: Final = 0
BAD_INPUT: Final = 2
"""Something given is wrong: an option, a file, a key that does not exist."""
CONFLICT: Final = 3
"""The configuration has changed meanwhile."""
REFUSED: Final = 4
"""Not allowed: by the token's scopes, or by a guard such as the archive guard."""
UNREACHABLE: Final = 5
"""No server, or a server that cannot answer now."""
WAITING: Final = 6
"""Nothing was changed yet: the change waits for approval."""


class Failure(Exception):
    """A command ends here. `code` is the exit code, the message its one line.

    `slug` is the type of the problem that a server answered, if it was one.
    """

    def __init__(self, message: str, code: int = BAD_INPUT, slug: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.slug = slug


class ReaderGone(Exception):
    """Whoever read our output has seen enough."""


def one_line(text: str) -> str:
    """The text on one line, with nothing in it that a terminal would act on."""
    shown = " ".join(text.split())
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)
