"""Gutter in a few plain lines: what its switches answered under Python 2.7, written a second time.

It knows nothing of our model; `golden.json` shows that it says what the real program said.
"""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException, InvalidOperation
from typing import Any

from tests.conformance.gutter.generate import Condition, Switch

Json = Any
_SMALL, _TEXTS = 2**63, {"name", "ip"}


class Raised(Exception):
    """What Gutter caught while it applied an operator."""


def active(switches: list[Switch], name: str, inputs: dict[str, dict[str, Json]]) -> bool:
    by_name = {switch.name: switch for switch in switches}
    switch = by_name[name]
    parent = name.rpartition(":")[0]
    if switch.concent and parent and not active(switches, parent, inputs):
        return False
    given = [*inputs] or [None]
    results = [enabled(switch, kind, inputs) for kind in given]
    known = [result for result in results if result is not None]
    return all(known) if switch.compounded else any(known)


def enabled(switch: Switch, kind: str | None, inputs: dict[str, dict[str, Json]]) -> bool | None:
    if switch.state != 2:
        return switch.state == 3
    own = [one for one in switch.conditions if one.kind == kind]
    if not own or kind is None:
        return None
    results = [applies(one, inputs[kind][one.attribute]) for one in own]
    return all(results) if switch.compounded else any(results)


def applies(condition: Condition, value: Json) -> bool:
    try:
        found = OPERATORS[condition.operator](condition, value)
    except Raised:
        found = False
    return found != condition.negative


def is_raw(condition: Condition) -> bool:
    return condition.attribute == "raw"


# --- comparing ---------------------------------------------------------------------------------


def order(value: Json) -> int:
    return 0 if value is None else 2 if isinstance(value, str) else 1


def compare(condition: Condition, value: Json, limit: Json) -> int:
    if not is_raw(condition) and condition.attribute not in _TEXTS:
        if not isinstance(value, int) or not isinstance(limit, int):
            raise Raised
        if (abs(value) < _SMALL) != (abs(limit) < _SMALL):
            raise Raised
    if order(value) != order(limit):
        return -1 if order(value) < order(limit) else 1
    return 0 if value == limit else -1 if value < limit else 1


def truth(condition: Condition, value: Json) -> bool:
    return bool(value)


def same_text(condition: Condition, value: Json) -> bool:
    text = as_str(value)
    return text.lower().strip() == condition.values[0].lower().strip()


def as_str(value: Json) -> str:
    if isinstance(value, float):
        text = f"{value:.12g}"
        return text if set(text) & set(".en") else text + ".0"
    text = str(value)
    if not text.isascii():
        raise Raised
    return text


# --- percentages -------------------------------------------------------------------------------


def hash_of(value: Json) -> int:
    if not isinstance(value, str):
        if isinstance(value, float) and value != int(value):
            return fraction_hash(value)
        return -2 if value == -1 else int(value)
    if not value:
        return 0
    state = ord(value[0]) * 128
    for character in value:
        state = state * 1000003 % 2**64 ^ ord(character)
    state ^= len(value)
    return state - 2**64 if state >= 2**63 else state


def fraction_hash(value: float) -> int:
    exponent, mantissa = 0, abs(value)
    while mantissa >= 1:
        mantissa, exponent = mantissa / 2, exponent + 1
    while mantissa < 0.5:
        mantissa, exponent = mantissa * 2, exponent - 1
    scaled = mantissa * 2**31
    high, low = int(scaled), int((scaled - int(scaled)) * 2**31)
    return (-high - low if value < 0 else high + low) + exponent * 2**15


def remainder(condition: Condition, value: Json) -> Decimal:
    context = Context(prec=28, Emax=999999999, Emin=-999999999, traps=[InvalidOperation])
    number = None
    if is_raw(condition):
        text = as_str(value)
        try:
            if "_" not in text:
                number = Decimal(text, context)
        except DecimalException:
            number = None
    if number is None:
        number = Decimal(hash_of(value))
    if not number.is_finite():
        raise Raised
    try:
        rest = context.divmod(number, Decimal(100))[1]
    except DecimalException:
        raise Raised from None
    return rest if rest >= 0 else rest + 100


def percent(condition: Condition, value: Json) -> bool:
    return 0 <= remainder(condition, value) < Decimal(float(condition.values[0]))


def percent_range(condition: Condition, value: Json) -> bool:
    lower, upper = (Decimal(str(limit)) for limit in condition.values)
    return lower <= remainder(condition, value) < upper


def _limit(test: Any) -> Any:
    return lambda condition, value: test(compare(condition, value, condition.values[0]))


OPERATORS: dict[str, Any] = {
    "equals": _limit(lambda sign: sign == 0),
    "before": _limit(lambda sign: sign < 0),
    "less_than_or_equal_to": _limit(lambda sign: sign <= 0),
    "more_than": _limit(lambda sign: sign > 0),
    "more_than_or_equal_to": _limit(lambda sign: sign >= 0),
    "between": lambda condition, value: (
        compare(condition, value, condition.values[0]) > 0
        and compare(condition, value, condition.values[1]) < 0
    ),
    "true": truth,
    "strip_ignorecase_equals": same_text,
    "percent": percent,
    "percent_range": percent_range,
}
