"""What Togglz's activation strategies ask of a request or a server, as operators.

Togglz reads these things from the servlet container, the JVM or Spring; here a caller gives them
as attributes. Source: the strategies of Togglz (Apache-2.0, read; not copied). What it answers with
an exception, or breaks off over, matches nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .. import java
from ..model import Json
from .operator import Operator, Values

# --- client-ip -----------------------------------------------------------------------------------

Address = tuple[int, int]
"""How many bits, and the number."""

_OCTETS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,10}){0,3}")
_LONGEST = 300


def _address(text: str) -> Address | None:
    """An address as Java's `InetAddress` reads one without asking anybody for a name.

    Fewer than four numbers are allowed: the last one fills what is left. An IPv4 address written
    as an IPv6 one is the IPv4 address.
    """
    from ipaddress import AddressValueError, IPv6Address

    if _OCTETS.fullmatch(text):
        *head, last = map(int, text.split("."))
        if any(part > 255 for part in head) or last >= 256 ** (4 - len(head)):
            return None
        number = sum(part << 8 * (3 - index) for index, part in enumerate(head)) + last
        return 32, number
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        number = int(IPv6Address(bare.partition("%")[0]))
    except AddressValueError:
        return None
    return (32, number & 0xFFFF_FFFF) if number >> 32 == 0xFFFF else (128, number)


def _range(part: str) -> tuple[int, int] | None:
    """The lowest and highest number of a network in CIDR notation; None for what is none.

    Numbers are compared without regard to the kind of address, as the old code does.
    """
    text, _, prefix = part.partition("/")
    address, length = _address(text), java.parse_int(prefix)
    if address is None or length is None:
        return None
    bits, number = address
    if length < 0:
        return 0, 2**bits - 1
    mask = -(2 ** (bits - length)) if length <= bits else -1
    start = number & mask
    return start, start + ~mask


_Test = Callable[[str, Address], bool]


def _client_tests(values: Values) -> tuple[_Test, ...]:
    """One test for each address or network. One that is malformed ends the list: the old code
    breaks off there. A host's name, which the old code looks up, matches nobody."""
    tests: list[_Test] = []
    for part in values:
        if not isinstance(part, str) or len(part) > _LONGEST:
            break
        if "/" in part:
            found = _range(part)
            if found is None:
                break
            tests.append(_in_range(part, *found))
        else:
            tests.append(_is_address(part, _address(part)))
    return tuple(tests)


def _in_range(part: str, low: int, high: int) -> _Test:
    return lambda text, address: text == part or low <= address[1] <= high


def _is_address(part: str, wanted: Address | None) -> _Test:
    return lambda text, address: text == part or address == wanted


def _client_ip(value: Any, tests: tuple[_Test, ...]) -> bool:
    text = _text(value)
    if text is None or len(text) > _LONGEST or java.is_blank(text):
        return False
    address = _address(text)
    return address is not None and any(test(text, address) for test in tests)


# --- header, query-parameter ----------------------------------------------------------------------


def _header(value: Any, features: frozenset[Json]) -> bool:
    text = _text(value)
    return text is not None and any(name in features for name in text.split(","))


_COMMA = re.compile(r"[ \t\n\x0b\f\r]*,[ \t\n\x0b\f\r]*")
_EQUALS = re.compile(r"[ \t\n\x0b\f\r]*=[ \t\n\x0b\f\r]*")


def _triggers(values: Values) -> tuple[tuple[str, str | None], ...]:
    """Names, each with the value that it has to have, or None for any."""
    found: list[tuple[str, str | None]] = []
    for text in values:
        parts = _COMMA.split(java.trim(text)) if isinstance(text, str) else []
        while parts and not parts[-1]:
            parts.pop()
        for part in parts:
            name, *wanted = _EQUALS.split(part, 1)
            found.append((name, wanted[0] if wanted else None))
    return tuple(found)


def _query(value: Any, triggers: tuple[tuple[str, str | None], ...]) -> bool:
    if not issubclass(type(value), dict):
        return False
    for name, wanted in triggers:
        if not dict.__contains__(value, name):
            continue
        given = dict.__getitem__(value, name)
        listed = given if type(given) in (list, tuple) else (given,)
        if wanted is None or any(_text(each) == wanted for each in listed):
            return True
    return False


# --- properties, profiles -------------------------------------------------------------------------


def _name_and_value(values: Values) -> tuple[str, str]:
    if len(values) != 2 or not all(isinstance(value, str) for value in values):
        raise ValueError("needs the property's name and its value")
    return values[0], values[1]


def _property(value: Any, wanted: tuple[str, str]) -> bool:
    if not issubclass(type(value), dict):
        return False
    found = _spelt(dict.get(value, wanted[0]))
    return not java.is_blank(found) and java.equals_ignore_case(wanted[1], found or "")


def _spelt(value: Any) -> str | None:
    """A property's value as text: Java has no other."""
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) is int else _text(value)


def _tokens(values: Values) -> tuple[tuple[str, bool], ...]:
    """Profiles in lower case, each with whether it must be inactive."""
    lowered = [value.lower() for value in values if isinstance(value, str)]
    return tuple((text.removeprefix("!"), text.startswith("!")) for text in lowered)


def _profiles(value: Any, tokens: tuple[tuple[str, bool], ...]) -> bool:
    if type(value) not in (list, tuple, set, frozenset):
        return False
    active = {text.lower() for each in value if (text := _text(each)) is not None}
    return any((name in active) != negated for name, negated in tokens)


def _text(value: Any) -> str | None:
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    return str.__str__(value) if issubclass(kind, str) else None


# fmt: off
_ALL = (
    Operator("togglz.client_ip", "any", _client_tests, _client_ip,
             "IP address that is one of these or in one of these networks, as Java reads them"),
    Operator("togglz.header", "any",
             lambda values: frozenset(v for v in values if isinstance(v, str)), _header,
             "text that lists one of these features between commas"),
    Operator("togglz.query", "any", _triggers, _query,
             "query parameters (name to value or values) with one of these: name or name=value"),
    Operator("togglz.property", "many", _name_and_value, _property,
             "properties (name to value) of which the one named first has the value named second, "
             "case aside"),
    Operator("togglz.profiles", "any", _tokens, _profiles,
             "list of active profiles that has one of these, or lacks one of those with a !"),
)
# fmt: on

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in _ALL}
"""Every operator of Togglz by its full name."""
