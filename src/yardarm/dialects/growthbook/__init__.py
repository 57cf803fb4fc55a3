"""GrowthBook's language: the features document of its SDKs.

`read` and `evaluation` take what GrowthBook's API serves, `{"features": {…}, "savedGroups": {…},
"contextualBandits": {…}, …}`, or the features alone. Where GrowthBook's SDKs differ from each other
the one in JavaScript is followed.

Options:

- `unit`: which of GrowthBook's attributes is our `key` (`"id"`).
- `sticky`: true where the customer's SDKs use sticky buckets, by which fallback attributes count.
- `decryptionKey`: the key of encrypted parts, and `decrypter`: a function that makes of a key one
  that opens them (`yardarm.connect.vendors.growthbook` has it).
- `splits` (of `write`): `"rehash"` writes splits of other algorithms as GrowthBook's, by which
  users move; without it such a split is written as what is served outside of it.
"""

from __future__ import annotations

from ..base import Dialect
from .evaluation import evaluation
from .read import read
from .write import write

DIALECT = Dialect("growthbook", "GrowthBook", read, write, evaluation)
"""What this package offers."""
