"""What the address of a page decides: overrides in its query, URL targeting, redirects."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from ...core import model as m
from ...core.javascript import regex
from ...core.javascript.values import WHITE_SPACE
from ...core.regex import PatternError
from .addresses import Address, NoAddress, form, parse

_HERE = Address("https", "_")
_WILD = "_____"
_ANYWHERE = Address("https", _WILD)
_ANCHOR = re.compile(r"#[^\n\r\u2028\u2029]*")
_WHOLE = re.compile(r"[+-]?(?:0[xX]([0-9a-fA-F]+)|([0-9]+))")
_HOST_FIRST = re.compile(r"\A([^:/?]*)\.")
_SCHEME = re.compile(r"\Ahttps?://")
_SPECIAL = frozenset("*.+?^${}()|[]\\")
_FIRST_PART = re.compile(r"\A[^/]*/")


def overridden(experiment: str, url: str, count: int) -> int | None:
    """The variation that the query of an address asks for; None where it asks for none there is."""
    parts = url.split("?")
    if len(parts) < 2 or not parts[1]:
        return None
    for pair in _ANCHOR.sub("", parts[1], count=1).split("&"):
        name, *values = pair.split("=")
        if name == experiment:
            asked = _leading_integer(values[0]) if values else None
            return asked if asked is not None and 0 <= asked < count else None
    return None


def _leading_integer(text: str) -> int | None:
    """parseInt, of numbers that can be an index."""
    text = text.lstrip(WHITE_SPACE)
    found = _WHOLE.match(text)
    if found is None:
        return None
    if found[1]:
        size = int(found[1][:20], 16)
    else:
        size = int(found[2][:20]) if len(found[2].lstrip("0")) < 20 else 10**19
    return -size if text[0] == "-" else size


def targeted(url: str, targets: m.Json) -> bool:
    """Whether an address is one that an experiment's `urlPatterns` name."""
    if not isinstance(targets, list) or not targets:
        return False
    includes = included = False
    for target in targets:
        if not isinstance(target, dict):
            return False
        matches = _matches(url, target.get("type"), target.get("pattern"))
        if target.get("include") is False:
            if matches:
                return False
        else:
            includes = True
            included = included or matches
    return included or not includes


def _matches(url: str, kind: m.Json, pattern: m.Json) -> bool:
    if not isinstance(pattern, str):
        return False
    try:
        address = parse(url, _HERE)
        if kind == "simple":
            return _simple(address, pattern)
    except NoAddress:
        return False
    if kind != "regex":
        return False
    found = _search(pattern)
    return found is not None and (found(address.href) or found(address.href[len(address.origin) :]))


@lru_cache(maxsize=256)
def _search(pattern: str) -> regex.Search | None:
    try:
        return regex.search_of(pattern)
    except (regex.NotAPattern, PatternError):
        return None


def url_matches(pattern: m.Json, url: str) -> bool:
    """The older form: a pattern for the whole address or for what follows the host."""
    found = _search(pattern) if isinstance(pattern, str) else None
    if found is None or not url:
        return False
    return found(url) or found(_FIRST_PART.sub("/", _SCHEME.sub("", url)))


def _simple(actual: Address, pattern: str) -> bool:
    wanted = parse(_HOST_FIRST.sub(r"https://\1.", pattern).replace("*", _WILD), _ANYWHERE)
    parts = [(actual.host, wanted.host, False), (actual.path, wanted.path, True)]
    if wanted.fragment:
        parts.append(
            (f"#{actual.fragment}" if actual.fragment else "", f"#{wanted.fragment}", False)
        )
    given = dict(reversed(actual.parameters()))  # the first of a name counts
    parts += [(given.get(name, ""), value, False) for name, value in wanted.parameters()]
    return all(_fits(*part) for part in parts)


def _fits(actual: str, pattern: str, is_path: bool) -> bool:
    """Whether a part of an address fits a pattern with wildcards, case aside."""
    escaped = "".join(f"\\{char}" if char in _SPECIAL else char for char in pattern)
    escaped = escaped.replace(_WILD, ".*")
    if is_path:  # slashes at its ends may be missing
        escaped = f"\\/?{escaped.removeprefix('/').removesuffix('/')}\\/?"
    try:
        return regex.search_of(f"^{escaped}$", ignore_case=True)(actual)
    except (regex.NotAPattern, PatternError):
        return False


def redirected(url: str, to: str) -> str:
    """Where a redirect leads that keeps the query: the old names that the new one does not have."""
    try:
        before, after = parse(url), parse(to)
    except NoAddress:
        return to
    pairs = after.parameters()
    known = {name for name, _ in pairs}
    more: dict[str, str] = {}
    for name, value in before.parameters():
        if name not in known:
            known.add(name)
            more[name] = value
    if not more:
        return after.href
    return replace(after, query=form([*pairs, *more.items()])).href
