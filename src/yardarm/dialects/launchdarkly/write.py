"""Our document as LaunchDarkly's flags and segments.

What is as it was read from LaunchDarkly is written byte for byte the same JSON, key order aside;
what was changed, or made here, is written from the model. Options:

- `splits`: `"fixed"` (the default) writes one variant in the place of a split whose units are
  placed by another algorithm; `"rehash"` writes a rollout with the same shares, which places
  everybody anew.
"""

from __future__ import annotations

from ...core import model as m
from ...core.reading import escape
from ...errors import OptionError
from ..base import Loss, Options, Writing
from .write_flags import Flags
from .write_segments import Segments


def write(document: m.Document, options: Options) -> Writing:
    """The vendor's document and what it could not say. Raises `OptionError` for a wrong option."""
    if options.get("splits", "fixed") not in ("fixed", "rehash"):
        raise OptionError(f"splits is 'fixed' or 'rehash', not {options['splits']!r}")
    kept = document.environment.get("launchdarkly")
    kept = kept if isinstance(kept, dict) else {}
    segments = Segments(document)
    segments.write_all()
    writer = Flags(document, segments, options)
    flags: dict[str, m.Json] = {}
    for key, flag in document.flags.items():
        if flag.archived_at is None and (made := writer.write(flag)) is not None:
            flags[key] = made
    losses = [*segments.losses, *_doubtful(segments), *writer.losses]
    return Writing(_whole(kept, flags, segments), tuple(losses))


def _doubtful(segments: Segments) -> list[Loss]:
    """For whom a segment may answer otherwise."""
    return [
        Loss(
            f"/segments/{escape(key)}",
            f"LaunchDarkly compares otherwise what is {reason}",
            f"may differ for contexts in which one of these is such: {', '.join(sorted(names))}",
        )
        for key, doubts in segments.doubts.items()
        for reason, names in doubts.attributes.items()
    ]


def _whole(kept: dict[str, m.Json], flags: dict[str, m.Json], segments: Segments) -> m.Json:
    """Flags and segments, with what stood around them when they were read."""
    every = {**segments.written, **segments.helpers}
    data: dict[str, m.Json] = {
        "flags": {**flags, **_object(kept.get("deleted_flags"))},
        "segments": {**every, **_object(kept.get("deleted_segments"))},
        **_object(kept.get("rest")),
    }
    for name in ("flags", "segments"):
        if not data[name]:
            if name in _names(kept.get("without")):
                del data[name]
            elif name in _names(kept.get("null")):
                data[name] = None
    around = kept.get("around")
    return {**around, "data": data} if isinstance(around, dict) else data


def _names(value: m.Json) -> list[m.Json]:
    return value if isinstance(value, list) else []


def _object(value: m.Json) -> dict[str, m.Json]:
    return value if isinstance(value, dict) else {}
