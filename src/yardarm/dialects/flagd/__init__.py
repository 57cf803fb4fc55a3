"""flagd: JSONLogic rules, `fractional` splits, named evaluators.

Takes flagd's document as parsed JSON (`flags`, `$evaluators`, `metadata`). Options of reading and
evaluating: `fractional` is the generation that the document means, `"v1"`, `"v2"` (where nothing
is said) or `"v3"`.
"""

from ..base import Dialect
from .answers import evaluation
from .read import read
from .write import write

DIALECT = Dialect(
    "flagd",
    "flagd",
    read,
    write,
    evaluation,
    {"fractional": {"v2": "v2", "v1": "v1", "v3": "v3"}},
)
"""flagd's language."""
