"""flipper-client 1.3: flags with conditions on keyword arguments and percentages of them.

`read` takes the items by name, ``{"checkout": {"feature_name": …, "is_enabled": …, "meta": …}}``:
Redis or Consul keys (``{"features/checkout": item}``, also in ``{"redis": {…}}``), a list of items,
or the table of its PostgreSQL store, ``{"tables": {"feature_flags": [{"name": …, "item": …}]}}``.
An item is JSON text or parsed.

The keyword arguments of `is_enabled` are attributes of the context, under their own names and with
their own types: 1 and `"1"` fall into different buckets.

Options of `read`:

- `base_key`: the prefix of the keys; `features` without it.
- `key`: the keyword argument whose value is the context's `key` from now on, which is text;
  `key_type`: `"integer"` where the program passed it as a number, so that it is hashed as one.
- `kwargs`: ``["user_id", "plan"]``, or ``{"checkout": ["user_id"]}``: what the program passes. A
  bucketer without a whitelist hashes everything that is passed, so it cannot be read without this.
- `conditions`: as soon as anything is passed, a flag's conditions decide alone and its percentage
  is not asked: `"did"` (the default), or `"said"`: both must hold.
- `missing`: a condition on an argument that is not passed is not checked: `"did"` (the default), or
  `"said"`: it does not hold.
- `percentages`: a bucket that equals the percentage belongs to it, so 1 % reaches 2 buckets of 100:
  `"did"` (the default), or `"said"`: it does not belong to it.
- `ramps`: a ramp that goes down is at its end at once, and falls on to nobody when its time is
  over: `"did"` (the default), or `"said"`: it goes down in its time, and stays.

`write` gives the items by key again. It has no options.
"""

from __future__ import annotations

from ..base import Dialect, did_or_said
from .read import read
from .write import write

DIALECT = Dialect(
    "flipper",
    "flipper-client",
    read,
    write,
    choices=did_or_said("conditions", "percentages", "ramps"),
)
