"""What actors, tokens, keys and given secrets may be called."""

from __future__ import annotations

import unicodedata

from .errors import BadCredential
from .secrets import LONGEST_GIVEN, OWN_PREFIXES, SHORTEST_ALIAS, SHORTEST_GIVEN, usable

MAX_NAME = 100


def actor_name(name: str) -> str:
    """An actor's name in normal form. Raises `BadCredential`."""
    name = unicodedata.normalize("NFC", name.strip())
    if not name or not _visible(name):
        raise BadCredential(
            f"an actor's name has 1 to {MAX_NAME} characters, none of them invisible"
        )
    return name


def label(name: str) -> str:
    """The name of a token or key, which may be empty. Raises `BadCredential`."""
    name = name.strip()
    if not _visible(name):
        raise BadCredential(f"a name has at most {MAX_NAME} characters, none of them invisible")
    return name


def given_secret(secret: str | None) -> str | None:
    """A secret that somebody chose. Raises `BadCredential` when it cannot be one."""
    if secret is not None and not usable(secret):
        raise BadCredential(
            f"a given token or key has {SHORTEST_GIVEN} to {LONGEST_GIVEN} visible ASCII characters"
        )
    return secret


def given_alias(key: str) -> str:
    """A key that another vendor gave. Raises `BadCredential` when it cannot be one."""
    if not usable(key) or len(key) < SHORTEST_ALIAS:
        raise BadCredential(
            f"an alias is the vendor's key, word for word: {SHORTEST_ALIAS} to {LONGEST_GIVEN} "
            "visible ASCII characters"
        )
    if key.startswith(OWN_PREFIXES):
        raise BadCredential("this is a key or token of Yardarm's: an alias is another vendor's key")
    return key


def _visible(name: str) -> bool:
    return len(name) <= MAX_NAME and all(unicodedata.category(c)[0] != "C" for c in name)
