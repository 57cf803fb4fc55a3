"""Flags on a command line: the words of `--flag NAME[=VARIANT]`, and programs without a parser."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..core.jsontext import parse_json
from ..core.model import Json
from ..errors import OptionError
from .local import FileValues, LocalValues, variables

Parse = Callable[[bytes, str], Json]
"""Reads the bytes of a file, whose name says the format. Raises `DocumentError`."""

_EMPTY: Mapping[str, str] = {}


def parse_plain(data: bytes, name: str) -> Json:
    """JSON, or TOML if the name says so: what needs nothing but Python."""
    from .overrides import parse_toml

    if name.endswith((".yaml", ".yml")):
        raise OptionError("YAML is read by yardarm.local_flags(files=…)")
    return parse_toml(data) if name.endswith(".toml") else parse_json(data)


@dataclass(frozen=True, slots=True)
class LocalFlags:
    """Where a program takes local values of flags from, for the option `local` of a client.

    >>> local = LocalFlags({"new-ui": True}, os.environ, ["flags.toml"])
    >>> client = Client("http://127.0.0.1:8180", "ys_…", local=local)

    What they say goes before the server: first `arguments` (of the command line, by flag), then
    `environ` (variables such as `YARDARM_FLAG_NEW_UI`; all others are ignored), then `files`, of
    which a later one goes before an earlier one. A value is the key of a variant, or a variant's
    value; True and False are for boolean flags, and False of any other flag serves its `off`.

    A file is JSON or TOML, a value by flag; in one called `pyproject.toml` they are in the table
    `[tool.yardarm.flags]`. It is looked at twice a second. One that is not there says nothing; one
    that cannot be read changes nothing and is logged. `parse` reads other formats;
    `yardarm.local_flags` brings one for YAML.
    """

    arguments: Mapping[str, Json] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    files: Sequence[str | os.PathLike[str]] = ()
    parse: Parse = parse_plain

    def __post_init__(self) -> None:
        if isinstance(self.files, str | bytes) or not isinstance(self.files, Sequence):
            raise OptionError(f"files is a list of paths, not {self.files!r:.100}")

    def with_argument(self, key: str, value: Json) -> LocalFlags:
        """With one more word of the command line; the last one about a flag counts."""
        return replace(self, arguments={**self.arguments, key: value})

    def with_file(self, path: str | os.PathLike[str]) -> LocalFlags:
        """With one more file, which goes before the others."""
        return replace(self, files=[*self.files, path])

    def values(self, files: tuple[FileValues, ...] = ()) -> LocalValues:
        """What is said now, with what was read of the files."""
        return LocalValues(dict(self.arguments), variables(self.environ), files)


def read_argument(text: str) -> tuple[str, Json]:
    """Key and value of `NAME` or `NAME=VARIANT`. Raises `OptionError`."""
    key, equals, value = text.partition("=")
    if not key.strip() or (equals and not value):
        raise OptionError(f"write --flag new-ui or --flag search=v2, not {text!r:.100}")
    return key.strip(), value if equals else True


def take_flags(
    arguments: Sequence[str], local: LocalFlags | None = None
) -> tuple[LocalFlags, list[str]]:
    """What a command line says of flags, and the rest of it: for programs without a parser.

    >>> local, rest = take_flags(sys.argv[1:])
    >>> client = Client.from_document({"flags": {}}, local=local)

    Taken are `--flag NAME[=VARIANT]`, `--no-flag NAME` and `--flags-file FILE`, each also with `=`
    before its word, wherever they stand before a `--`. Without `local` the environment counts too.
    Raises `OptionError` where a word is missing.
    """
    found = LocalFlags(environ=os.environ) if local is None else local
    rest: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word == "--":
            return found, [*rest, word, *words]
        option, equals, value = word.partition("=")
        if option not in OPTIONS:
            rest.append(word)
            continue
        if not equals:
            if not words or words[0] == "--":
                raise OptionError(f"{option} needs a word behind it: {OPTIONS[option]}")
            value = words.pop(0)
        found = said(found, option, value)
    return found, rest


OPTIONS = {
    "--flag": "NAME[=VARIANT]",
    "--no-flag": "NAME",
    "--flags-file": "FILE",
}
"""The options, and what stands behind each."""


def said(local: LocalFlags, option: str, word: str) -> LocalFlags:
    """The local flags after one option more. Raises `OptionError`."""
    if option == "--flags-file":
        return local.with_file(word)
    if option == "--no-flag":
        if not word.strip() or "=" in word:
            raise OptionError(f"write --no-flag new-ui, not {word!r:.100}")
        return local.with_argument(word.strip(), False)
    return local.with_argument(*read_argument(word))
