"""Flagsmith: environment documents and evaluation contexts.

Options of the writer: `form` is `"environment"` (the default) or `"context"`; `splits` is
`"rehash"` to write splits of other algorithms with Flagsmith's own, which moves units;
`environment_key` and `environment_name` name the environment where the document does not.
Option of the reader and of the evaluation: `identities` is `"named"` to find identities with
overrides by their very names, where Flagsmith's engine reads `007` as a number.
"""

from __future__ import annotations

from ..base import Dialect
from .answers import Evaluation
from .read import read
from .write import write

DIALECT = Dialect(
    "flagsmith",
    "Flagsmith",
    read,
    write,
    Evaluation,
    {"identities": {"did": None, "said": "named"}},
)
