"""Gutter 0.1 to 0.6, with gutter-django: switches with conditions on arguments.

`read` takes what `yardarm.connect.gutter.plain` makes of a Redis hash or an export block:

- the hash ``{"default.movies": switch, …}``, bare, under its key (``{"gutter": {…}}``) or as
  ``{"redis": {"gutter": {…}}}``;
- a list of switches, as gutter-django exports them.

A switch is jsonpickle's JSON (text or parsed) or a pickle made plain; text that holds a pickle is
reported, not read.

Every class of arguments is a kind of context: `UserArguments` is `user`, `RequestArguments` is
`request`. An argument's attribute is an attribute of that kind. An input that was not given is a
kind that the context does not have.

Options of `read`:

- `namespace`: the switches of this namespace keep their names; those of others are read under
  ``namespace.name``. `default` without it.
- `keyspace`: the key of the Redis hash; `gutter` without it.
- `arguments`: ``{"shop.arguments.Visitor": "user"}``: kinds by class, by its whole or last name.
- `variables`: ``{"UserArguments.age": "raw"}``, with ``"*"`` for all others: `"variable"` (the
  default: the argument is a `String`, `Value`, `Integer` …), `"raw"` (a plain property), or
  `"Boolean"` (a percentage of it was a coin toss).
- `text`: `"unicode"` (the default) or `"bytes"`: what the program passed. It matters beyond ASCII.
- `compounded`: a compounded switch is on where none of its conditions applies: `"did"` (the
  default), or `"said"`: every condition must hold.
- `autocreate`: true where the manager had it: a parent that is missing is then a disabled switch.

`write` gives a hash of switches as jsonpickle writes them. Options: `layout`: `"hash"` or `"list"`,
without it what was read; `arguments`: the other way round, ``{"user": "shop.arguments.Visitor"}``.
"""

from __future__ import annotations

from ..base import Dialect, did_or_said
from .read import read
from .write import write

DIALECT = Dialect("gutter", "Gutter", read, write, choices=did_or_said("compounded"))
