"""From our document to Flagsmith's.

What was read from Flagsmith and has not changed since is written as it was; what has changed, or
was made here, is written from our model, keeping of the old what the model does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...core import model as m
from ...core.bucketing.flagsmith import of_seed
from ...core.check_serve import splits_of
from ...core.model import Json
from ...core.reading import escape
from ..base import Loss, Options, Writing
from .assembly import Assembly
from .forms import Form, form_named
from .read import NAME, reading
from .write_conditions import Unsayable, Words
from .write_flags import Feature, FeatureWriter, Overriding, bucketing_seed, meanings


def write(document: m.Document, options: Options) -> Writing:
    """The document in Flagsmith's words, and what they cannot say.

    `form`: `"environment"` (the default, unless it was read as a context) or `"context"`. `splits`:
    `"rehash"` writes splits of other algorithms with Flagsmith's own. `environment_key` and
    `environment_name` name the environment where the document does not.
    """
    return _Writer(document, options).write()


class _Writer:
    def __init__(self, document: m.Document, options: Options) -> None:
        kept = document.environment.get(NAME)
        self.kept: dict[str, Json] = kept if isinstance(kept, dict) else {}
        self.document = document
        self.form = form_named(options.get("form", self.kept.get("form")))
        self.rehash = options.get("splits") == "rehash"
        self.environment = _environment(document, self.kept, options)
        self.losses: list[Loss] = []

    def write(self) -> Writing:
        """The whole document."""
        made = Assembly(self.form, self.kept, self.environment)
        made.take(self.document)
        known = _known(made)
        self._segments(made, known)
        made.numbers(self.document)
        for key, flag in self.document.flags.items():
            if not _same_flag(flag, known.flags.get(key)):
                self._flag(made, key, flag)
        return Writing(made.document(), tuple(self.losses))

    def _segments(self, made: Assembly, known: m.Document) -> None:
        for key, segment in self.document.segments.items():
            if _same_segment(segment, known.segments.get(key)):
                continue
            number = made.new_segment(key)
            words = self._words(number)
            nobody = segment.when is None and not segment.included
            try:
                rules = [] if nobody else [words.whole(segment)]
            except Unsayable as error:
                rules = []
                self._lose(f"/segments/{escape(key)}", str(error), "nobody belongs to it")
            for text in dict.fromkeys(words.inexact):
                self._lose(f"/segments/{escape(key)}", text, _INEXACT)
            made.set_segment(key, segment.name or key, rules)

    def _flag(self, made: Assembly, key: str, flag: m.Flag) -> None:
        number = made.number_of(key)
        writer = FeatureWriter(flag, self.environment["key"], number, rehash=self.rehash)
        feature = writer.feature()
        at = f"/flags/{escape(key)}"
        made.clear(key)
        made.set_feature(feature.state)
        for overriding in feature.overrides:
            self._override(made, flag, overriding, at)
        for keys, state in feature.individuals:
            made.individual(keys, state)
        self._tell(feature, at, key)

    def _override(self, made: Assembly, flag: m.Flag, overriding: Overriding, at: str) -> None:
        if overriding.when is None and overriding.segment in made.segments:
            made.override(overriding.segment, overriding.state)
            return
        when = overriding.when or m.InSegment(overriding.segment)
        title = overriding.title or overriding.segment
        key = made.own_segment(flag.key, title)
        words = self._words(made.new_segment(key))
        try:
            rule = words.rule(when)
        except Unsayable as error:
            made.drop_segment(key)
            self._lose(at, f"{error}, in the rule {title!r}", "it is left out", flag.key)
            return
        for text in dict.fromkeys(words.inexact):
            self._lose(at, f"{text}, in the rule {title!r}", _INEXACT, flag.key)
        made.set_segment(key, key, [rule])
        made.override(key, overriding.state)

    def _words(self, segment: str) -> Words:
        def of(flag: str) -> dict[str, tuple[bool, Json]]:
            found = self.document.flags.get(flag)
            if found is None:
                raise Unsayable(f"flag {flag!r}, which there is not")
            return meanings(found)

        return Words(segment, self.environment, self.document.segments, of)

    def _tell(self, feature: Feature, at: str, flag: str) -> None:
        for pointer, message, effect in feature.lost:
            self._lose(at + pointer, message, effect, flag)

    def _lose(self, pointer: str, message: str, effect: str, flag: str | None = None) -> None:
        self.losses.append(Loss(pointer, message, effect, flag))


_INEXACT = "contexts with such values may be answered otherwise"


def _environment(document: m.Document, kept: dict[str, Json], options: Options) -> dict[str, Json]:
    """What Flagsmith knows of the environment: its key and name, and more."""
    found = kept.get("environment")
    made: dict[str, Json] = dict(found) if isinstance(found, dict) else {}
    key = options.get("environment_key", made.get("key"))
    if type(key) is not str:
        key = next(_keys_of(document), "")
    name = options.get("environment_name", made.get("name", document.environment.get("name")))
    return {**made, "key": key, "name": name if type(name) is str else "Yardarm"}


def _keys_of(document: m.Document) -> Iterator[str]:
    """The environments' keys that splits were made for."""
    for flag in document.flags.values():
        for _, split in splits_of(flag):
            if split.bucketing.algorithm == "flagsmith" and bucketing_seed(split) is not None:
                yield of_seed(bucketing_seed(split) or "")[1]


def _known(made: Assembly) -> m.Document:
    """What the parts taken over say when they are read again."""
    return reading(made.document())[0].document


_ASIDE: dict[str, Any] = {
    "version": 0, "origin": None, "owner": "", "tags": (), "purpose": "release", "name": "",
    "description": "", "schema": None, "expires_at": None, "archived_at": None,
    "client_visible": False, "metadata": {},
}  # fmt: skip


def _same_flag(flag: m.Flag, known: m.Flag | None) -> bool:
    """Whether the two serve the same; what Flagsmith does not hold is not looked at."""
    return known is not None and replace(flag, **_ASIDE) == replace(known, **_ASIDE)


def _same_segment(segment: m.Segment, known: m.Segment | None) -> bool:
    plain: dict[str, Any] = {"version": 0, "origin": None, "description": "", "metadata": {}}
    return known is not None and replace(segment, **plain) == replace(known, **plain)


__all__ = ["Form", "write"]
