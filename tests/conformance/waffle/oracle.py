"""django-waffle in a few plain lines: what `flag_is_active` answers, written a second time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Json = Any


def is_active(flag: Json, request: Json, chance: float, override: bool = False) -> bool:
    """`chance` is the draw, 0 to 1, of whoever has no cookie."""
    name, query, cookies = flag["name"], request["query"], request["cookies"]
    if override and name in query:
        return bool(query[name] == "1")
    if flag["everyone"] is not None:
        return bool(flag["everyone"])
    if flag["testing"]:
        test = f"dwft_{name}"
        header = test.replace("_", "-")
        if test in query:
            return bool(query[test] == "1")
        if header in request["headers"]:
            return bool(request["headers"][header] == "1")
        if test in cookies:
            return bool(cookies[test] == "True")
    languages = [one.strip() for one in flag["languages"].split(",")]
    if flag["languages"] and request["language"] in languages:
        return True
    if of_user(flag, request):
        return True
    percent = Decimal(flag["percent"] or 0)
    if percent > 0:
        cookie = f"dwf_{name}"
        if cookie in cookies:
            return bool(cookies[cookie] == "True")
        return Decimal(str(chance * 100)) <= percent
    return False


def of_user(flag: Json, request: Json) -> bool:
    if "key" not in request:
        return False
    for column, attribute in (
        ("authenticated", "authenticated"), ("staff", "staff"), ("superusers", "superuser"),
    ):  # fmt: skip
        if flag[column] and request[attribute]:
            return True
    return int(request["key"]) in flag["users"] or bool(
        set(request["groups"]) & set(flag["groups"])
    )
