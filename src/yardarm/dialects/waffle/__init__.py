"""django-waffle 1 to 5: flags for each request, switches, and samples of chance.

`read` takes what ``dumpdata waffle`` prints (``[{"model": "waffle.flag", "pk": 1, "fields": {…}},
…]``), or the tables: ``{"tables": {"waffle_flag": [row, …], "waffle_flag_groups": […],
"waffle_flag_users": […], "waffle_switch": […], "waffle_sample": […]}}``, also without `tables`.

A request is this context: `key` the user's primary key (or whatever names a visitor), `groups` a
list of group keys as they are stored, `authenticated`, `staff` and `superuser` booleans, `language`
the request's language, `cookies`, `query` and `headers` objects of texts (a header's name in small
letters). What is missing is not so.

Percentages were drawn at random for each visitor and remembered in the cookie ``dwf_NAME``. Here
the cookie decides where there is one, and a visitor without one is placed by the hash of `key`.

Options of `read`:

- `percent`: `"hash"` (the default) or `"random"`, a draw for each evaluation as the library makes
  one. Only a program that sets the cookie itself should ask for the latter.
- `override`: true where the settings say ``WAFFLE_OVERRIDE``: ``?NAME=1`` beats everything.
- `cookie`, `test_cookie`: the settings ``WAFFLE_COOKIE`` and ``WAFFLE_TEST_COOKIE``; ``dwf_%s`` and
  ``dwft_%s`` without them.
- `flag_model`, `switch_model`, `sample_model`: your own models, such as ``shop.flag``.

Flags, switches and samples may have one name each. Of two with one name the flag keeps it, and the
switch becomes ``switch:NAME``, the sample ``sample:NAME``.

`write` gives the dump or the tables again. It has no options.
"""

from __future__ import annotations

from ..base import Dialect
from .read import read
from .write import write

DIALECT = Dialect(
    "waffle", "django-waffle", read, write, choices={"percent": {"said": "hash", "did": "random"}}
)
