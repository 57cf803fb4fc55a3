"""What is wrong with the flags of a program: undeclared, expired, retired, too many. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ...core.dates import instant_us
from ...core.model import PURPOSES, Document
from ...sdk.declaring import expiry_us
from ...sdk.local import did_you_mean
from .usage import Declared, Usage

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """One thing that is wrong, and where. `line` 0 is the whole of it."""

    file: str
    line: int
    kind: str
    severity: Severity
    words: str
    flag: str | None = None


def check_usage(
    usage: Usage, documents: Iterable[Document], now_us: int, max_release: int | None = None
) -> list[CodeFinding]:
    """Everything that is wrong, by file and line.

    A flag is declared by the code or by a document. It has expired by either of them; archived in a
    document it is retired.
    """
    check = _Check(usage, list(documents), now_us)
    found = [
        *check.unreadable(),
        *check.declarations(),
        *check.uses(),
        *check.too_many(max_release),
    ]
    return sorted(found, key=lambda one: (one.file, one.line, one.kind, one.words))


class _Check:
    def __init__(self, usage: Usage, documents: list[Document], now_us: int) -> None:
        self._usage = usage
        self._now_us = now_us
        self._declared = {one.key: one for one in reversed(usage.declared) if one.key}
        self._flags = {key: flag for one in documents for key, flag in one.flags.items()}
        self._retired = {one.key: f"{one.file}:{one.line}" for one in usage.retired if one.key}
        for key, flag in self._flags.items():
            if flag.archived_at is not None:
                self._retired.setdefault(key, "archived")

    def unreadable(self) -> Iterator[CodeFinding]:
        for one in self._usage.unreadable:
            yield CodeFinding(
                one.file, one.line, "code-unreadable", "error", f"this is no Python: {one.said}"
            )

    def declarations(self) -> Iterator[CodeFinding]:
        for one in self._usage.declared:
            for kind, words in self._faults(one):
                severity: Severity = "note" if kind == "flag-without-end" else "error"
                yield CodeFinding(one.file, one.line, kind, severity, words, one.key or None)

    def _faults(self, one: Declared) -> Iterator[tuple[str, str]]:
        name = f"flag {one.key!r}"
        if one.problem:
            yield "declaration-unreadable", f"this declaration cannot be checked: {one.problem}"
            return
        first = self._declared[one.key]
        same = (one.purpose, one.owner, one.expires) == (first.purpose, first.owner, first.expires)
        if not same:
            yield (
                "declared-differently",
                f"{name} is declared otherwise in {first.file}:{first.line}",
            )
        if one.purpose not in PURPOSES:
            yield "declaration-unreadable", f"{name} has no purpose {one.purpose!r}"
        if one.key in self._retired:
            yield (
                "flag-retired",
                f"{name} was retired ({self._retired[one.key]}): take another name",
            )
        if one.expires is None:
            if one.purpose == "release":
                yield "flag-without-end", f"{name} is a release flag without `expires`"
            return
        at = expiry_us(one.expires)
        if at is None:
            yield "declaration-unreadable", f"{name}: expires={one.expires!r} is no date"
        elif at <= self._now_us:
            whose = f"; ask {one.owner}" if one.owner else ""
            yield "flag-expired", f"{name} has expired on {one.expires}: remove it{whose}"

    def uses(self) -> Iterator[CodeFinding]:
        known = self._declared.keys() | self._flags.keys()
        for one in self._usage.uses:
            key = one.key
            if key is None:
                words = f"{one.said} asks for a key that only the running program knows"
                yield CodeFinding(one.file, one.line, "key-unknown", "note", words)
            elif key in self._retired:
                words = f"flag {key!r} was retired ({self._retired[key]}) and is used here"
                yield CodeFinding(one.file, one.line, "flag-retired", "error", words, key)
            elif key not in known:
                words = f"flag {key!r} is declared nowhere{did_you_mean(key, known)}"
                yield CodeFinding(one.file, one.line, "flag-undeclared", "error", words, key)
            elif (when := self._expiry_in_documents(key)) is not None:
                words = f"flag {key!r} has expired on {when} and is used here"
                yield CodeFinding(one.file, one.line, "flag-expired", "error", words, key)

    def _expiry_in_documents(self, key: str) -> str | None:
        flag = self._flags.get(key)
        if flag is None or flag.expires_at is None or key in self._declared:
            return None  # what the code declares is told where it does
        at = instant_us(flag.expires_at)
        return flag.expires_at if at is not None and at <= self._now_us else None

    def too_many(self, most: int | None) -> Iterator[CodeFinding]:
        live = {one.key: one for one in self._declared.values() if one.purpose == "release"}
        keys = set(live) | {
            key for key, flag in self._flags.items()
            if flag.purpose == "release" and key not in self._declared
        }  # fmt: skip
        keys -= self._retired.keys()
        if most is not None and len(keys) > most:
            places = [one for key, one in live.items() if key in keys]
            last = max(places, key=lambda one: (one.file, one.line), default=None)
            words = f"there are {len(keys)} live release flags, and at most {most} are wanted"
            file, line = ("(flags)", 0) if last is None else (last.file, last.line)
            yield CodeFinding(file, line, "too-many-release-flags", "error", words)
