"""How units are placed: algorithms by name, native and the vendors', and the splits built on them.

`algorithms` has the native one and finds the vendors', one file each; `splitter` makes a split
ready for evaluation; `carry` changes weights with the fewest units moved.
"""

from .algorithms import ALGORITHMS, Algorithm, arm_ranges, find, names, unit_of, yardarm
from .splitter import Answers, Budget, Sampler, Splitter

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "Answers",
    "Budget",
    "Sampler",
    "Splitter",
    "arm_ranges",
    "find",
    "names",
    "unit_of",
    "yardarm",
]
