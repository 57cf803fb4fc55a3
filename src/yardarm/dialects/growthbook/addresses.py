"""Web addresses, read as browsers read them (WHATWG URL Standard), as far as targeting needs it.

Host names beyond ASCII are written in Punycode after lower case and NFKC, without the standard's
own tables; `file` has no rules of its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}

_CONTROL = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_FORBIDDEN = frozenset("\0\t\n\r #/:<>?@[\\]^|%\x7f") | frozenset(map(chr, range(33)))
_QUERY = frozenset(" \"#<>'")
_FRAGMENT = frozenset(' "<>`')
_PATH = frozenset(' "#<>?^`{}')
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")


class NoAddress(ValueError):
    """What a browser does not take for an address."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address, percent-encoded. `query` and `fragment` None: there is none.

    `lead` is what stands between scheme and host: `://` and the user, or only a colon.
    """

    scheme: str
    host: str
    path: str = "/"
    query: str | None = None
    fragment: str | None = None
    lead: str = "://"

    @property
    def origin(self) -> str:
        """Scheme and host, with the port where it is not the scheme's own; `null` for others."""
        return f"{self.scheme}://{self.host}" if self.scheme in PORTS else "null"

    @property
    def href(self) -> str:
        """The whole address."""
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}{self.lead}{self.host}{self.path}{query}{fragment}"

    def parameters(self) -> list[tuple[str, str]]:
        """Names and values of the query, decoded."""
        pairs = (pair.partition("=") for pair in (self.query or "").split("&") if pair)
        return [(_plain(name), _plain(value)) for name, _, value in pairs]


def parse(text: str, base: Address | None = None) -> Address:
    """The address that a text is, seen from another address. Raises `NoAddress`."""
    text = text.strip(_CONTROL)
    for sign in "\t\n\r":
        text = text.replace(sign, "")
    if found := _SCHEME.match(text):
        scheme, rest = found[1].lower(), text[found.end() :]
        if scheme not in PORTS:
            return _other(scheme, rest)
        if base is None or scheme != base.scheme or _slashes(rest) == "//":
            return _absolute(scheme, rest.lstrip("/\\"))
        text = rest
    if base is None:
        raise NoAddress("no scheme")
    if _slashes(text) == "//":
        return _absolute(base.scheme, text.lstrip("/\\"))
    rest, fragment = _cut(text, "#")
    rest, query = _cut(rest, "?")
    made = replace(base, query=_query(query), fragment=_fragment(fragment))
    if not rest:
        return replace(made, query=base.query if query is None else made.query)
    before = [] if _slashes(rest)[:1] == "/" else base.path.split("/")[1:-1]
    return replace(made, path=_path(rest.replace("\\", "/"), before))


def _slashes(text: str) -> str:
    return text[:2].replace("\\", "/")


def _other(scheme: str, text: str) -> Address:
    """An address of a scheme that browsers know nothing about."""
    text, fragment = _cut(text, "#")
    text, query = _cut(text, "?")
    query = None if query is None else _encoded(query, _QUERY - {"'"})
    host, lead = "", ":"
    if text.startswith("//"):
        host, slash, path = text[2:].partition("/")
        if any(char in _FORBIDDEN - {"%", ":", "@"} for char in host):
            raise NoAddress("the host")
        host, lead = _encoded(host, frozenset()), "://"
        path = _path(slash + path, []) if slash else ""
    elif text.startswith("/"):
        path = _path(text, [])
    else:
        path = _encoded(text, frozenset())
    return Address(scheme, host, path, query, _fragment(fragment), lead)


def _cut(text: str, sign: str) -> tuple[str, str | None]:
    before, found, after = text.partition(sign)
    return before, after if found else None


def _absolute(scheme: str, text: str) -> Address:
    text, fragment = _cut(text, "#")
    text, query = _cut(text, "?")
    end = min((at for at in (text.find("/"), text.find("\\")) if at >= 0), default=len(text))
    user, at, host = text[:end].rpartition("@")
    return Address(
        scheme,
        _host(host, PORTS[scheme]),
        _path(text[end:].replace("\\", "/"), []),
        _query(query),
        _fragment(fragment),
        f"://{_user(user)}@" if at and user.strip(":") else "://",
    )


def _user(text: str) -> str:
    name, colon, word = text.partition(":")
    signs = _PATH | frozenset("/:;=@[\\]|")
    word = _encoded(word, signs)
    return _encoded(name, signs) + (f":{word}" if colon and word else "")


def _query(text: str | None) -> str | None:
    return None if text is None else _encoded(text, _QUERY)


def _fragment(text: str | None) -> str | None:
    return None if text is None else _encoded(text, _FRAGMENT)


def _encoded(text: str, signs: frozenset[str]) -> str:
    return "".join(
        char if " " <= char <= "~" and char not in signs else octets(char) for char in text
    )


def octets(char: str) -> str:
    return "".join(f"%{octet:02X}" for octet in char.encode("utf-8", "replace"))


def _path(text: str, before: list[str]) -> str:
    segments = list(before)
    parts = text.split("/")
    if parts and not parts[0] and len(parts) > 1:
        parts = parts[1:]
    for index, part in enumerate(parts):
        dots = part.lower().replace("%2e", ".")
        last = index == len(parts) - 1
        if dots == "..":
            segments = segments[:-1]
        elif dots != ".":
            segments.append(_encoded(part, _PATH))
            continue
        if last:
            segments.append("")
    return "/" + "/".join(segments)


# --- hosts ------------------------------------------------------------------------------------


def _host(text: str, own_port: int) -> str:
    if text.startswith("["):
        name, bracket, rest = text.partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise NoAddress("the host")
        return f"{_version_6(name[1:])}{_port(rest[1:], own_port)}"
    name, _, port = text.partition(":")
    return f"{_name(name)}{_port(port, own_port)}"


def _port(text: str, own: int) -> str:
    if not text:
        return ""
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > 5 or int(text) > 65535:
        raise NoAddress("the port")
    return "" if int(text) == own else f":{int(text)}"


def _name(text: str) -> str:
    plain = _PERCENT.sub(
        lambda found: bytes([int(found[1], 16)]), text.encode("utf-8", "surrogatepass")
    )
    name = plain.decode("utf-8", "replace")
    if not name.isascii():
        name = ".".join(map(_label, unicodedata.normalize("NFKC", name).split(".")))
    name = name.lower()
    if not name or any(char in _FORBIDDEN for char in name):
        raise NoAddress("the host")
    last = name.removesuffix(".").rpartition(".")[2]
    return _version_4(name) if last.isdigit() or _is_hex(last) else name


def _label(label: str) -> str:
    lower = label.lower()
    return lower if lower.isascii() else "xn--" + lower.encode("punycode").decode("ascii")


def _is_hex(text: str) -> bool:
    return text[:2] == "0x" and all(c in "0123456789abcdef" for c in text[2:])


def _version_4(name: str) -> str:
    parts = name.removesuffix(".").split(".")
    if len(parts) > 4:
        raise NoAddress("the host")
    numbers = []
    for part in parts:
        if not _NUMBER.fullmatch(part):
            raise NoAddress("the host")
        if part[:2] in ("0x", "0X"):
            numbers.append(int(part[2:] or "0", 16))
        elif part[0] == "0" and len(part) > 1:
            if not set(part) <= set("01234567"):
                raise NoAddress("the host")
            numbers.append(int(part, 8))
        else:
            numbers.append(int(part[:20]))
    if any(number > 255 for number in numbers[:-1]):
        raise NoAddress("the host")
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        raise NoAddress("the host")
    whole = numbers[-1]
    for index, number in enumerate(numbers[:-1]):
        whole += number << 8 * (3 - index)
    return ".".join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))


def _version_6(text: str) -> str:
    """An address of version 6 in its shortest form."""
    head, double, tail = text.partition("::")
    groups = [_groups(head), _groups(tail)] if double else [_groups(text)]
    count = sum(map(len, groups))
    if (double and count > 7) or (not double and count != 8):
        raise NoAddress("the host")
    words = groups[0] + [0] * (8 - count) * bool(double) + (groups[1] if double else [])
    best, length = -1, 1
    for start in range(8):
        size = 0
        while start + size < 8 and not words[start + size]:
            size += 1
        if size > length:
            best, length = start, size
    if best < 0:
        return "[" + ":".join(f"{word:x}" for word in words) + "]"
    left = ":".join(f"{word:x}" for word in words[:best])
    right = ":".join(f"{word:x}" for word in words[best + length :])
    return f"[{left}::{right}]"


def _groups(text: str) -> list[int]:
    found: list[int] = []
    parts = text.split(":") if text else []
    for index, part in enumerate(parts):
        if "." in part and index == len(parts) - 1:
            four = part.split(".")
            plain = all(o.isascii() and o.isdigit() and (o == "0" or o[0] != "0") for o in four)
            if len(four) != 4 or not plain or any(int(o) > 255 for o in four):
                raise NoAddress("the host")
            high, low = (int(four[i]) << 8 | int(four[i + 1]) for i in (0, 2))
            found += [high, low]
        elif 1 <= len(part) <= 4 and all(c in "0123456789abcdefABCDEF" for c in part):
            found.append(int(part, 16))
        else:
            raise NoAddress("the host")
    return found


# --- queries ----------------------------------------------------------------------------------

_KEPT = frozenset("*-._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _plain(text: str) -> str:
    encoded = text.replace("+", " ").encode("utf-8", "replace")
    decoded = _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), encoded)
    return decoded.decode("utf-8", "replace")


def form(pairs: list[tuple[str, str]]) -> str:
    """A query of these names and values, as forms write it."""

    def encoded(text: str) -> str:
        found = (c if c in _KEPT else "+" if c == " " else octets(c) for c in text)
        return "".join(found)

    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
