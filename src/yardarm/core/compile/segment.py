"""One segment's function."""

from __future__ import annotations

from .. import model as m
from .emitter import Belongs, Emitter


def compile_segment(segment: m.Segment, emitter: Emitter) -> Belongs:
    """A function that says whether a context belongs to the segment. Raises `Unevaluable`."""
    for answer, lists in (("True", segment.included), ("False", segment.excluded)):
        name = "included" if answer == "True" else "excluded"
        for index, listed in enumerate(lists):
            key = emitter.attribute(listed.kind, "key")
            keys = emitter.constant(frozenset(listed.keys))
            expression = emitter.noted(f"/{name}/{index}", f"({key} in {keys})")
            emitter.lines.append(f"if {expression}: return {answer}")
    when = "False" if segment.when is None else emitter.condition(segment.when, "/when")
    emitter.lines.append(f"return {when}")
    return emitter.finish("segment")
