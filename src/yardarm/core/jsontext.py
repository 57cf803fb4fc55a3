"""JSON text as Yardarm reads and writes it: strict where people write, canonical where we do."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ..errors import DocumentError, Problem
from .model import Json
from .reading import escape

MAX_NESTING = 80
"""How deep a document's JSON may nest: as deep as conditions may (two levels each), and where they
stand."""

SAFE_INTEGER = 2**53 - 1
"""Integers beyond this are not the same number in every language, so they are refused."""


def parse_json(data: bytes | str, *, strict: bool = True) -> Json:
    """Parse JSON as a document must be: UTF-8 (a BOM is skipped), no duplicate names, no NaN or
    Infinity, integers within ±(2^53 - 1), no lone surrogates, nesting up to 80.

    `strict=False` skips the checks that cost time, for bytes that a Yardarm server wrote.
    Raises `DocumentError`.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise _refuse(f"not valid UTF-8 at byte {error.start}", "save the file as UTF-8") from None
    text = text.removeprefix("\ufeff")
    try:
        if not strict:
            return json.loads(text)
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except DocumentError:
        raise
    except RecursionError:
        raise _refuse("nested too deeply", f"at most {MAX_NESTING} levels") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refuse(f"not JSON at {where}: {error.msg}", "check quotes, commas") from None
    except ValueError as error:
        raise _refuse(f"not JSON: {error}") from None
    problems = check_value(value)
    if problems:
        raise DocumentError(problems)
    return value


def check_value(value: Json, pointer: str = "") -> list[Problem]:
    """Problems of a parsed value that no JSON reader may be given: nesting, numbers, text."""
    problems: list[Problem] = []
    stack: list[tuple[Any, str, int]] = [(value, pointer, 0)]
    while stack:
        item, at, depth = stack.pop()
        if depth > MAX_NESTING:
            problems.append(Problem(at, "nested too deeply", f"at most {MAX_NESTING} levels"))
        elif isinstance(item, dict):
            for name, member in item.items():
                below = f"{at}/{escape(_writable(str(name)))}"
                if not isinstance(name, str):
                    problems.append(Problem(below, "names must be text"))
                elif name == "__proto__":
                    problems.append(Problem(below, "the name '__proto__' is refused"))
                else:
                    problems.extend(_check_text(name, below))
                stack.append((member, below, depth + 1))
        elif isinstance(item, list):
            stack.extend((member, f"{at}/{i}", depth + 1) for i, member in enumerate(item))
        else:
            problems.extend(_check_scalar(item, at))
    return problems


def _writable(name: str) -> str:
    """A name for a pointer, which must be writable even where the name itself is not."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return name.encode("utf-8", "backslashreplace").decode()
    return name


def _check_scalar(item: Any, at: str) -> list[Problem]:
    if isinstance(item, str):
        return _check_text(item, at)
    if isinstance(item, bool) or item is None:
        return []
    if isinstance(item, int):
        if abs(item) > SAFE_INTEGER:
            return [Problem(at, "integer beyond 2^53 - 1", "not exact everywhere: use text")]
        return []
    if isinstance(item, float):
        bad = item != item or item in (float("inf"), float("-inf"))
        return [Problem(at, "NaN and Infinity are not JSON")] if bad else []
    return [Problem(at, f"{type(item).__name__} is no JSON value")]


def _check_text(text: str, at: str) -> list[Problem]:
    if "\0" in text:
        return [Problem(at, "holds the character U+0000", "remove it")]
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return [Problem(at, "holds a lone surrogate", "it cannot be written as UTF-8: remove it")]
    return []


def _refuse(message: str, hint: str = "") -> DocumentError:
    return DocumentError([Problem("", message, hint)])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _refuse(f"the name {twice!r} is given twice in one object", "keep one of them")
    return found


def _constant(text: str) -> NoReturn:
    raise _refuse(f"{text} is not JSON", "use a finite number")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _refuse(f"the number {text[:40]} is out of range")
    return number


def _integer(text: str) -> int:
    if len(text) > 17:
        raise _refuse(f"the integer {text[:40]} is beyond 2^53 - 1", "use text")
    return int(text)


def canonical(value: Json) -> bytes:
    """Sorted names, no white space, UTF-8: equal values give equal bytes."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")
