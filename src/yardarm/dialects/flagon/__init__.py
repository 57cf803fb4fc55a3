"""Flagon 0.0.3: features that are on or off, in nine kinds of storage.

`read` takes what any of its backends kept:

- `json`: ``{"test": {"active": true, "strategy": null, "params": {}}}``; the memory backend's
  dictionary and memcached's values are the same;
- `redis`: ``{"test": {"active": "True"}}``, also in ``{"redis": {…}}`` among other keys;
- `mongo`: a list of ``{"name": "test", "active": true}``;
- `sqlalchemy`: ``{"features": [row, …], "params": [row, …]}``, also in ``{"tables": {…}}``;
- `django`: ``{"flagonfeature": [row, …], "flagonparams": […]}``, also in ``{"tables": {…}}``, or
  what ``dumpdata`` prints;
- `datastore`: a list of entities ``{"name": "test", "enabled": true, "strategyId": …}``, or an
  object of them by name;
- `togglz`: the text of a file in Togglz's format, as ConfigObj reads it.

Options of `read`:

- `layout`: one of these names; without it the content shows which it is.
- `strategies`: strategies were stored and never asked: `"did"` (the default) reads such a feature
  as on for everybody, `"said"` reads the strategy `username` as the users that it names, and
  refuses any other.
- `turned_off`: the SQL backend stored 2 for "turned off" and read it as on: `"did"` (the default),
  or `"said"`.
- `texts`: Redis's `"true"` is off, any text in the other storages is on, `"False"` too: `"did"`
  (the default), or `"said"`.
- `names`: the file backend looks names up in capitals, so it never found others: `"did"` (the
  default) leaves them out, `"said"` reads them.

`write` gives the layout that was read, or the option `layout`; `json` where neither says.
"""

from __future__ import annotations

from ..base import Dialect, did_or_said
from .read import read
from .write import write

DIALECT = Dialect(
    "flagon",
    "Flagon",
    read,
    write,
    choices=did_or_said("strategies", "turned_off", "texts", "names"),
)
