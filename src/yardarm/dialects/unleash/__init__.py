"""Unleash.

`read` takes what `GET /api/client/features` answers (`{"version", "features", "segments"}`), or the
events of `GET /api/client/delta`. It has no options.

`write` gives the same shape (events become one hydration). Option:

- `splits`: `"rehash"` writes a percentage split of another algorithm as Unleash's own rollout of
  the same percentages, which moves people; without it such a split becomes what its `outside` says,
  or off.

`evaluation` answers `{"enabled", "variant": {"name", "payload", "enabled", "feature_enabled"}}` as
Unleash's engine does, `payload` only where there is one. Option:

- `client`: `"python"` reads contexts as UnleashClient for Python sends them to the engine, every
  value made text by `str()`: true is `"True"` then, and null is `"None"`.
"""

from __future__ import annotations

from ..base import Dialect
from .answers import evaluation
from .read import read
from .write import write

DIALECT = Dialect("unleash", "Unleash", read, write, evaluation)
