"""Canonical CBOR of JSON values: RFC 8949 with the map order of RFC 7049, section 3.9.

What flagd's third generation of `fractional` hashes. Whole floats that fit into 64 bits are
encoded as integers, so that every language gives the same bytes for the same number.
"""

from __future__ import annotations

import struct
from typing import Any

MAX_DEPTH = 100
"""How deep lists and objects may nest."""


def canonical_cbor(value: Any, depth: int = 0) -> bytes:
    """The encoding. Raises `ValueError` for what is no JSON value, lone surrogates, or too deep."""
    if isinstance(value, str):
        encoded = value.encode("utf-8")
        return _head(3, len(encoded)) + encoded
    if value is None or value is True or value is False:
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, float):
        whole = value.is_integer() and -(2**63) <= value <= 2**64 - 1
        return _integer(int(value)) if whole else _float(value)
    if isinstance(value, int):
        return _integer(value)
    if depth == MAX_DEPTH:
        raise ValueError(f"nested too deeply: at most {MAX_DEPTH} levels")
    if isinstance(value, list):
        items = [canonical_cbor(item, depth + 1) for item in value]
        return _head(4, len(items)) + b"".join(items)
    if isinstance(value, dict):
        members = [
            (canonical_cbor(name), canonical_cbor(member, depth + 1))
            for name, member in value.items()
        ]
        members.sort(key=lambda member: (len(member[0]), member[0]))
        return _head(5, len(members)) + b"".join(name + member for name, member in members)
    raise ValueError(f"{type(value).__name__} is no JSON value")


def _head(major: int, count: int) -> bytes:
    """A major type with its argument, in the shortest form."""
    for size, extra in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if size == 1 and count < 24:
            return bytes((major << 5 | count,))
        if count < 1 << 8 * size:
            return bytes((major << 5 | extra,)) + count.to_bytes(size, "big")
    raise ValueError("too long")


def _integer(value: int) -> bytes:
    major, count = (0, value) if value >= 0 else (1, -1 - value)
    if count < 1 << 64:
        return _head(major, count)
    encoded = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes((0xC2 + major,)) + _head(2, len(encoded)) + encoded


def _float(value: float) -> bytes:
    """The shortest of half, single and double precision that is the same number."""
    if value != value:
        return b"\xf9\x7e\x00"
    for head, form in ((0xF9, ">e"), (0xFA, ">f")):
        try:
            encoded = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, encoded)[0] == value:
            return bytes((head,)) + encoded
    return b"\xfb" + struct.pack(">d", value)
