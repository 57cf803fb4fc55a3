"""From our document to flagd's.

A flag that still says what it said when it was read is written as it was. Options: `fractional` is
the generation of the written document (that of most of its flags where nothing is said), and
`splits`: `"rehash"` writes splits of other algorithms with the same shares, placed anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from ...core import model as m
from ...core.codec import flag_to_json
from ...core.model import Json
from ...core.reading import escape
from ..base import Loss, Options, Writing
from .conditions import Words
from .evaluators import Evaluators
from .expressions import Writer
from .flags import BadFlag, read_flag
from .generations import chosen
from .write_evaluators import written_evaluators
from .write_flag import FlagWriter


def write(document: m.Document, options: Options) -> Writing:
    """flagd's document, and what could not be said."""
    made = _Writing(document, options)
    rest = dict(made.rest)
    rest.pop("$evaluators", None)
    out: dict[str, Json] = {"flags": made.flags(), **rest}
    if made.evaluators or "$evaluators" in made.rest:
        out["$evaluators"] = made.evaluators
    return Writing(out, tuple(made.losses))


class _Writing:
    def __init__(self, document: m.Document, options: Options) -> None:
        self.document = document
        self.losses: list[Loss] = []
        found = document.environment.get("flagd")
        self.rest: Mapping[str, Json] = found if isinstance(found, dict) else {}
        self.generation = chosen(options) if "fractional" in options else _generation(document)
        made = written_evaluators(document, self.rest, self.generation)
        self.evaluators = made.rules
        self.losses += made.losses
        segments = frozenset(made.rules) & frozenset(document.segments)
        known = Evaluators.of({"$evaluators": made.rules})
        self.words = Words(known, self.generation, segments)
        self.writer = Writer(
            self.generation,
            segments,
            made.inlined,
            made.inexact,
            options.get("splits") == "rehash",
        )

    def flags(self) -> dict[str, Json]:
        out: dict[str, Json] = {}
        for key, flag in self.document.flags.items():
            if flag.archived_at is not None:
                at = f"/flags/{escape(key)}"
                self.losses.append(Loss(at, "flagd has no archived flags", "left out", key))
                continue
            if self._is_as_read(flag):
                out[key] = (flag.origin or {})["raw"]
                continue
            writer = FlagWriter(flag, self.writer)
            out[key] = writer.written()
            self.losses += writer.losses
        return out

    def _is_as_read(self, flag: m.Flag) -> bool:
        """Whether what the flag was read from would be read the same again."""
        origin = flag.origin or {}
        if origin.get("dialect") != "flagd" or "raw" not in origin:
            return False
        try:
            again = read_flag(flag.key, origin["raw"], self.words, {})
        except BadFlag:
            return False
        return _said(again) == _said(flag)


def _generation(document: m.Document) -> str:
    """The generation of most flags."""
    counted = Counter(
        str(flag.origin["fractional"])
        for flag in document.flags.values()
        if flag.origin and "fractional" in flag.origin
    )
    return chosen({"fractional": counted.most_common(1)[0][0]}) if counted else chosen({})


_SAID = (
    "type", "variants", "enabled", "off", "default", "prerequisites", "targets", "rules",
    "metadata",
)  # fmt: skip


def _said(flag: m.Flag) -> str:
    """Everything about a flag that flagd could say."""
    variants = tuple(m.Variant(v.key, v.value) for v in flag.variants)
    found = flag_to_json(replace(flag, variants=variants, origin=None))
    return json.dumps({name: found.get(name) for name in _SAID}, sort_keys=True)
