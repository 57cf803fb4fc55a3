"""Flags in a document's file: what `--document FILE` makes the commands of flags work on.

An edit touches only what differs; in YAML comments stay. The document is validated before the
file is replaced, in one step, so that a program which follows the file never sees half of it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..connect import files
from ..connect.jsonschema import check_schema
from ..connect.yaml_edit import rewrite
from ..core.codec import document_from_json
from ..core.validate import errors, validate
from ..errors import DocumentError
from .failures import CONFLICT, Failure


@dataclass(frozen=True, slots=True)
class FlagFile:
    """A document's file as it was read: `value` is its JSON form."""

    path: Path
    data: bytes
    loaded: files.Loaded

    @classmethod
    def read(cls, path: str) -> FlagFile:
        """Read the file. Raises `OSError`, `DocumentError`, `Failure`."""
        data = files.read_bytes(path)
        loaded = files.parse(data, path)
        if path == "-" or loaded.format not in ("json", "yaml"):
            what = "standard input" if path == "-" else f"a {loaded.format} file"
            raise Failure(f"{what} cannot be edited; use a document in YAML or JSON")
        if not isinstance(loaded.value, dict):
            raise Failure(f"{path} holds no document; begin with 'flags:'")
        return cls(Path(path), data, loaded)

    def flags(self) -> dict[str, Any]:
        """The flags by key, each as it is written. Raises `DocumentError` for a bad document."""
        document_from_json(self.loaded.value)
        found = self.loaded.value.get("flags") or {}
        return dict(found) if isinstance(found, dict) else {flag["key"]: flag for flag in found}

    def flag(self, key: str) -> dict[str, Any]:
        """One flag. Raises `Failure` when there is none."""
        found = self.flags().get(key)
        if found is None:
            raise Failure(f"{self.path} has no flag {key!r}")
        return {"key": key, **found}

    def put(self, key: str, fields: Mapping[str, Any]) -> None:
        """Write these fields of a flag; a flag that is not there yet is made of them.

        Raises `DocumentError` when the document would not be valid, and `Failure` when the file
        has changed meanwhile. Nothing is written then.
        """
        value = self.loaded.value
        flags = value.get("flags") or {}
        if isinstance(flags, dict):
            after: Any = {**flags, key: {**flags.get(key, {}), **fields}}
        elif any(flag["key"] == key for flag in flags):
            after = [{**flag, **fields} if flag["key"] == key else flag for flag in flags]
        else:
            after = [*flags, {"key": key, **fields}]
        self._write({**value, "flags": after})

    def _write(self, value: Any) -> None:
        document = document_from_json(value)
        if found := errors(validate(document, check_schema)):
            raise DocumentError(found)
        if self.loaded.format == "yaml":
            text = rewrite(self.data.decode("utf-8-sig"), value)
        else:
            text = files.write_json(value)
        if self.path.read_bytes() != self.data:
            raise Failure(f"{self.path} has changed meanwhile; run this again", CONFLICT)
        _replace(self.path, text.encode())


def _replace(path: Path, data: bytes) -> None:
    """Put `data` in the file's place in one step, with the same permissions."""
    aim = path.resolve()  # a link stays a link
    handle, name = tempfile.mkstemp(prefix=f".{aim.name}.", dir=aim.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, aim.stat().st_mode & 0o7777)
        os.replace(name, aim)
    except BaseException:
        os.unlink(name)
        raise


def load_flag(path: str) -> dict[str, Any]:
    """A single flag from a file of its own, as JSON. Raises `Failure` and what `load` raises."""
    value = files.load(path).value
    if not isinstance(value, dict):
        raise Failure(f"{path} holds no flag; begin with 'type:' and 'variants:'")
    return value
