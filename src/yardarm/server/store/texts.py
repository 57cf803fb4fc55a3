"""Text that a database can hold. What cannot be stored cannot be found either."""

from __future__ import annotations


def storable(*texts: str | None) -> bool:
    """Whether every text is free of U+0000 (PostgreSQL refuses it) and of lone surrogates."""
    for text in texts:
        if text is None:
            continue
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
        if "\0" in text:
            return False
    return True
