"""Togglz once more, as plainly as it can be said: a state and a request in, yes or no out.

Written from the facts about its strategies, and sharing nothing with the dialect or the core.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta
from typing import Any

BLANKS = "".join(chr(code) for code in range(33))
IDS = (
    "username", "user-role", "gradual", "release-date", "script", "server-ip", "property",
    "client-ip", "header", "query-parameter", "servername", "spring-profile",
    "spring-environment-property", "microprofile-config-property", "gae_app_version",
)  # fmt: skip


def java_hash(text: str) -> int:
    """The sum of units times powers of 31, in 32 bits."""
    data = text.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
    total = sum(unit * 31 ** (len(units) - 1 - at) for at, unit in enumerate(units))
    return (total + 2**31) % 2**32 - 2**31


def pieces(text: str | None, pattern: str) -> list[str]:
    """Trimmed parts that are not blank."""
    return [part.strip(BLANKS) for part in re.split(pattern, text or "") if part.strip(BLANKS)]


def active(
    feature: str,
    enabled: bool,
    strategy: str | None,
    params: dict[str, str],
    context: dict[str, Any],
    now: float,
) -> bool:
    """Whether the feature is active."""
    if not enabled:
        return False
    if not strategy:
        return True
    for name in IDS:
        if name.casefold() == strategy.casefold():
            return _STRATEGIES[name](feature, params, context, now)
    return False


def _username(feature: str, params: Any, context: Any, now: float) -> bool:
    return context.get("key") in pieces(params.get("users"), ",")


def _role(feature: str, params: Any, context: Any, now: float) -> bool:
    roles = context.get("roles")
    return isinstance(roles, list) and any(r in roles for r in pieces(params.get("roles"), ","))


def _gradual(feature: str, params: Any, context: Any, now: float) -> bool:
    user = context.get("key") or ""
    text = params.get("percentage") or ""
    if not user.strip(BLANKS) or not re.fullmatch(r"[+-]?\d+", text):
        return False
    percentage = int(text)
    if percentage <= 0 or percentage >= 2**31:
        return False
    number = java_hash(user.lower().strip(BLANKS) + ":" + feature)
    return (-48 if number == -(2**31) else abs(number) % 100) < percentage


def _release(feature: str, params: Any, context: Any, now: float) -> bool:
    date, time = params.get("date"), (params.get("time") or "").strip(BLANKS)
    if date is None:
        return False
    numbers = re.match(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)",
                       f"{date.strip(BLANKS)}T{time or '00:00:00'}")  # fmt: skip
    if numbers is None:
        return False
    year, month, day, hour, minute, second = map(int, numbers.groups())
    try:
        months = year * 12 + month - 1
        start = datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
        start += timedelta(days=day - 1, hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return False
    return start.year >= 1000 and now > start.timestamp()


def _script(feature: str, params: Any, context: Any, now: float) -> bool:
    return False


def _server_ip(feature: str, params: Any, context: Any, now: float) -> bool:
    own = context.get("server_ips")
    return isinstance(own, list) and any(ip in own for ip in pieces(params.get("ips"), _SPLIT))


_SPLIT = r"[ \t\n\x0b\f\r,]+"


def _number(text: str) -> tuple[int, int] | None:
    """Size and number of an address without a name service; None for what is none."""
    if re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,10}){0,3}", text):
        parts = [int(part) for part in text.split(".")]
        size = 256 ** (5 - len(parts))
        if max(parts[:-1], default=0) > 255 or parts[-1] >= size:
            return None
        number = 0
        for part in parts[:-1]:
            number = number * 256 + part
        return 4, number * size + parts[-1]
    try:
        found = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    return (4, int(found.ipv4_mapped)) if found.ipv4_mapped is not None else (16, int(found))


def _client_ip(feature: str, params: Any, context: Any, now: float) -> bool:
    own = context.get("client_ip")
    client = _number(own) if isinstance(own, str) else None
    if client is None:
        return False
    for part in pieces(params.get("ips"), _SPLIT):
        if part == own:
            return True
        if "/" not in part:
            if _number(part) == client:
                return True
            continue
        base, _, length = part.partition("/")
        network = _number(base)
        if network is None or not re.fullmatch(r"[+-]?\d{1,9}", length):
            return False
        bits = network[0] * 8
        keep = min(int(length), bits)
        if keep < 0:
            low, high = 0, 2**bits - 1
        else:
            low = network[1] >> (bits - keep) << (bits - keep)
            high = low + 2 ** (bits - keep) - 1
        if low <= client[1] <= high:
            return True
    return False


def _header(feature: str, params: Any, context: Any, now: float) -> bool:
    header = context.get("x_features")
    return isinstance(header, str) and feature in header.split(",")


def _query(feature: str, params: Any, context: Any, now: float) -> bool:
    query, text = context.get("query"), (params.get("params") or "").strip(BLANKS)
    if not isinstance(query, dict) or not text:
        return False
    for trigger in re.sub(r",+$", "", re.sub(r"[ \t]*,[ \t]*", ",", text)).split(","):
        name, *wanted = re.split(r"[ \t]*=[ \t]*", trigger, maxsplit=1)
        if name in query:
            values = query[name] if isinstance(query[name], list) else [query[name]]
            if not wanted or wanted[0] in values:
                return True
    return False


def _servername(feature: str, params: Any, context: Any, now: float) -> bool:
    return context.get("server_name") in pieces(params.get("servernames"), _SPLIT)


def _property(parameter: str, attribute: str) -> Any:
    def strategy(feature: str, params: Any, context: Any, now: float) -> bool:
        properties = context.get(attribute)
        name = params.get(parameter) or ""
        name = name if name.strip(BLANKS) else f"togglz.{feature}"
        if not isinstance(properties, dict) or name not in properties:
            return False
        found = properties[name]
        text = str(found).lower() if isinstance(found, bool) else found
        return bool(text.strip(BLANKS)) and text.lower() == params.get("value", "true").lower()

    return strategy


def _profile(feature: str, params: Any, context: Any, now: float) -> bool:
    profiles = context.get("profiles")
    if not isinstance(profiles, list):
        return False
    on = [profile.lower() for profile in profiles]
    for token in pieces(params.get("profiles"), _SPLIT):
        if token.startswith("!"):
            if token[1:].lower() not in on:
                return True
        elif token.lower() in on:
            return True
    return False


def _version(feature: str, params: Any, context: Any, now: float) -> bool:
    version = context.get("app_version")
    return isinstance(version, str) and any(
        version.startswith(allowed) for allowed in pieces(params.get("version"), _SPLIT)
    )


_STRATEGIES = {
    "username": _username, "user-role": _role, "gradual": _gradual, "release-date": _release,
    "script": _script, "server-ip": _server_ip, "property": _property("system-property",
    "system_properties"), "client-ip": _client_ip, "header": _header, "query-parameter": _query,
    "servername": _servername, "spring-profile": _profile,
    "spring-environment-property": _property("name", "environment_properties"),
    "microprofile-config-property": _property("name", "config_properties"),
    "gae_app_version": _version,
}  # fmt: skip
