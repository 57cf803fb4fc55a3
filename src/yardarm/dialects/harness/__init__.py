"""Harness FF (Feature Flags, the product before FME).

`read` takes `{"flags": [feature configs], "segments": [target segments]}`, both as the SDK's
endpoints give them, or the list of feature configs alone. It has no options.

`write` gives the same shape. Options:

- `splits`: `"rehash"` writes a percentage split of another algorithm as Harness's own distribution
  of the same percentages, which moves people; without it such a split becomes a fixed variation.
- `project`, `environment`: Harness's identifiers, for flags that were not read from Harness.

`evaluation` answers `{"value", "variation"}`: the value is the text that the document holds, as the
SDK's evaluator gives it, and null with an empty variation where nothing is served.
"""

from __future__ import annotations

from ..base import Dialect
from .answers import evaluation
from .read import read
from .write import write

DIALECT = Dialect("harness", "Harness FF", read, write, evaluation)
