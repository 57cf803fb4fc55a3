"""django-flags 5: flags with conditions on the request, in Django's settings and in a table.

`read` takes any of

- settings: ``{"FLAGS": {"NAME": [{"condition": "boolean", "value": true}, …]}}``, a condition also
  as ``["boolean", true]`` or ``["boolean", true, required]``; or the dictionary itself;
- rows of the table: ``[{"name": …, "condition": …, "value": …, "required": …}]``, ``{"tables":
  {"flags_flagstate": [row, …]}}``, or what ``dumpdata flags`` prints;
- settings and tables in one object: the conditions of both count together.

A flag is on when all required conditions hold and, if there are others, one of those. The user's
name is the context's `key` (a context without one is anonymous), a request's GET parameters are the
attribute `parameters` (``{"parameters": {"beta": "True"}}``), its path is `path`.

Options of `read`:

- `username`: the attribute that holds the user's name; `key` without it.
- `unknown`: a condition of your own is code that is not read: `"refuse"` (the default) leaves such
  a flag out, `"never"` takes the condition for one that never holds.
- `dates`: where Django has time zones, a date without one was never reached: `"did"` (the
  default), or `"said"`: it is taken in `utc_offset`.
- `use_tz`: false where the settings say ``USE_TZ = False``; then dates without a zone are taken in
  `utc_offset`, and those with one were never reached.
- `utc_offset`: such as ``"+01:00"``; ``"+00:00"`` without it.

`write` gives settings, rows or the dump, as the flags were read. It has no options.
"""

from __future__ import annotations

from ..base import Dialect, did_or_said
from .read import read
from .write import write

DIALECT = Dialect("django_flags", "django-flags", read, write, choices=did_or_said("dates"))
