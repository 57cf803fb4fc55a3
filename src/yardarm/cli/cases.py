"""`yardarm eval --cases`: a stream of questions in, a stream of answers out.

Each line is an object ``{"flag", "context", "default", "document"}``; each answer
``{"flag", "value", "variant", "reason", "rule", "error"}``, in the same order. Every line gets an
answer, whatever is in it. Memory holds one line and the programs of the last few documents.

In a vendor's dialect document and context have the vendor's own shapes, the answer has a `vendor`
object besides, and a line may hold `options` of the dialect, no flag (to ask for everything) or an
`experiment` instead of it.
"""

from __future__ import annotations

import json
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, BinaryIO, NoReturn

from ..connect.decryption import with_decrypter
from ..core.ambient import Ambient
from ..core.decision import ERROR, PARSE_ERROR, Decision
from ..core.evaluate import evaluate
from ..core.program import Program
from ..dialects.base import Asked, Dialect, Evaluation
from ..errors import DocumentError
from .json_source import program_of

MAX_LINE = 64 * 1024 * 1024
"""Longest line, in bytes."""

KEPT = 8
"""Programs kept, of the documents that were used last."""

_SHOWN = 10


class BadLine(Exception):
    """A line that is no question. The message says why; `asked` is what could be read of it."""

    def __init__(self, message: str, asked: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.asked = asked or {}


Ready = Program | Evaluation
"""A document made ready for questions: by us, or in a vendor's dialect."""


class Cases:
    """Answers lines. `common` gives the program of lines without a document of their own, or its
    evaluation where there is a `dialect`.

    `complain` is told what is wrong with the first few bad lines. `now` is what rules take for the
    present, in seconds since 1970: one instant for the whole stream.
    """

    def __init__(
        self,
        common: Callable[[], Ready],
        *,
        explain: bool = False,
        now: float | None = None,
        complain: Callable[[str], None] = lambda _: None,
        dialect: Dialect | None = None,
    ) -> None:
        self.bad = 0
        self._common = common
        self._dialect = dialect
        self._ambient = Ambient.at(now, random.random)
        self._explain = explain
        self._complain = complain
        self._programs: OrderedDict[bytes, Ready | str] = OrderedDict()

    def run(self, lines: BinaryIO, out: BinaryIO, *, flush: bool = False) -> None:
        """Answer every line. `flush` after each: somebody waits for it."""
        for number, line in enumerate(_lines(lines), 1):
            out.write(self._encoded(line, number))
            if flush:
                out.flush()
        out.flush()
        if self.bad > _SHOWN:
            self._complain(f"{self.bad} bad lines in all")

    def answer(self, line: bytes | None, number: int = 1) -> dict[str, Any]:
        """The answer to a line; None stands for one that is too long."""
        try:
            return self._answered(_question(line, free=self._dialect is not None))
        except BadLine as error:
            self.bad += 1
            if self.bad <= _SHOWN:
                self._complain(f"line {number}: {error}")
            key = error.asked.get("flag")
            failed = Decision("", error.asked.get("default"), None, ERROR, error=PARSE_ERROR)
            shown = self._shown(key if isinstance(key, str) else None, failed)
            return shown if self._dialect is None else {**shown, "vendor": None}

    def _encoded(self, line: bytes | None, number: int) -> bytes:
        answer = self.answer(line, number)
        try:
            return json.dumps(answer, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        except UnicodeEncodeError:  # a lone surrogate in the line
            return json.dumps(answer, allow_nan=False).encode() + b"\n"

    def _shown(self, key: str | None, decision: Decision) -> dict[str, Any]:
        out = {
            "flag": key,
            "value": decision.value,
            "variant": decision.variant,
            "reason": decision.reason,
            "rule": decision.rule,
            "error": decision.error,
        }
        if self._explain:
            out["trace"] = decision.trace.to_json() if decision.trace is not None else None
        return out

    def _answered(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            ready = self._ready(asked) if "document" in asked else self._common()
        except BadLine as error:
            raise BadLine(str(error), asked) from None
        key, context, fallback = asked.get("flag"), asked.get("context"), asked.get("default")
        if isinstance(ready, Program):
            decision = evaluate(
                ready, key or "", context, fallback, ambient=self._ambient, explained=self._explain
            )
            return self._shown(decision.flag, decision)
        options = asked.get("options") or {}
        question = Asked(key, context, fallback, options, asked.get("experiment"))
        answer = ready.answer(question, self._ambient)
        nothing = Decision(key or "", fallback, None, "")
        shown = self._shown(key, answer.decision or nothing)
        return {**shown, "reason": shown["reason"] or None, "vendor": answer.vendor}

    def _ready(self, asked: dict[str, Any]) -> Ready:
        """The line's document made ready, now if it is not one of the last few."""
        document, options = asked["document"], asked.get("options") or {}
        try:
            name = sha256(json.dumps([document, options], sort_keys=True).encode()).digest()
        except RecursionError:
            raise BadLine("the document is nested too deeply") from None
        found = self._programs.get(name)
        if found is None:
            try:
                found = self._made(document, options)
            except DocumentError as error:
                found = f"no document: {error}"
            self._programs[name] = found
            if len(self._programs) > KEPT:
                self._programs.popitem(last=False)
        else:
            self._programs.move_to_end(name)
        if isinstance(found, str):
            raise BadLine(found)
        return found

    def _made(self, document: Any, options: dict[str, Any]) -> Ready:
        if self._dialect is None:
            return program_of(document)
        return ready_in(self._dialect, document, options)


def ready_in(dialect: Dialect, document: Any, options: dict[str, Any]) -> Ready:
    """A document of another system made ready: to answer as its SDK does, or, for a library that
    never said more than our decision does, read into our program."""
    chosen = with_decrypter(dialect.name, options)
    if dialect.evaluation is None:
        return Program.of(dialect.read(document, chosen).document)
    return dialect.evaluation(document, chosen)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream; None for one that is too long."""
    while line := stream.readline(MAX_LINE):
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE)
        yield None


def _question(line: bytes | None, *, free: bool = False) -> dict[str, Any]:
    """What a line asks; `free`: it need not name a flag. Raises `BadLine`."""
    if line is None:
        raise BadLine(f"longer than {MAX_LINE} bytes")
    try:
        text = line.decode("utf-8-sig")
        asked = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_finite
        )
    except UnicodeDecodeError:
        raise BadLine("not valid UTF-8") from None
    except RecursionError:
        raise BadLine("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON at column {error.colno}: {error.msg}") from None
    except ValueError as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(asked, dict):
        raise BadLine("not an object")
    if not (isinstance(asked.get("flag"), str) or (free and asked.get("flag") is None)):
        raise BadLine("'flag' is missing, or no text", asked)
    if not isinstance(asked.get("options") or {}, dict):
        raise BadLine("'options' is no object", asked)
    return asked


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:40]} is out of range")
    return number
