"""What Gutter stored, made plain: its pickles and export blocks as the data that its dialect reads.

Gutter kept each switch in one field of a hash, as base64 of a pickle or as jsonpickle's JSON;
gutter-django exports a list of switches as base64 of a pickle in a block of text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from ..core.model import Json
from ..errors import DocumentError, Problem
from .pickles import MAX_BYTES, read_pickle

_BEGIN, _END = "-----BEGIN SWITCHES-----", "-----END SWITCHES-----"


def plain(source: Json) -> Json:
    """`source` with every pickle in it read.

    Text is an export block, or JSON, which is left as it is. A mapping (also inside ``{"redis":
    …}``) holds Redis hashes or the fields of one. A field that cannot be read becomes
    ``{"py/unreadable": why}``, so that its neighbours can be. Raises `DocumentError` for text that
    is neither, and for a damaged block.
    """
    if isinstance(source, str):
        return read_block(source)
    if not isinstance(source, Mapping):
        return source
    return {name: _value(value) for name, value in source.items()}


def read_block(text: str) -> Json:
    """The switches of an export block. Text that begins like JSON is left as it is."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if text.lstrip()[:1] in ("{", "["):
        return text
    if len(lines) < 2 or lines[0] != _BEGIN or lines[-1] != _END:
        raise DocumentError(
            [Problem("", "this is no export of gutter-django", f"it begins with {_BEGIN}")]
        )
    return read_pickle(_decoded("".join(lines[1:-1])))


def _value(value: Json) -> Json:
    if isinstance(value, Mapping):
        if "py/object" in value:
            return value
        return {name: _value(member) for name, member in value.items()}
    if not isinstance(value, str | bytes):
        return value
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if text.lstrip()[:1] in ("{", "[", "") or text.strip().isdigit():
        return text  # jsonpickle's JSON, or the counter that stands beside the hash
    try:
        return read_pickle(_decoded(text))
    except DocumentError as error:
        return {"py/unreadable": error.problems[0].message}


def _decoded(text: str) -> bytes:
    packed = "".join(text.split())
    if len(packed) > MAX_BYTES * 4 // 3 + 4:
        raise DocumentError([Problem("", "the pickle is too large", f"at most {MAX_BYTES} bytes")])
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentError([Problem("", f"not base64: {error}")]) from None
