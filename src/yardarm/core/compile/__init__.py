"""From a flag or segment to one Python function.

`emitter` writes source and binds constants, `flag` and `segment` say what is to be written. No text
of a document ever becomes source.
"""

from .emitter import Abort, Belongs, Emitter, Run, Unevaluable
from .flag import NEXT, FlagEmitter
from .segment import compile_segment

__all__ = [
    "NEXT",
    "Abort",
    "Belongs",
    "Emitter",
    "FlagEmitter",
    "Run",
    "Unevaluable",
    "compile_segment",
]
