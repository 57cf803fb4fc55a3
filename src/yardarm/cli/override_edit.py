"""Rewrites an override file: read, changed, checked, written beside it and renamed.

Whoever follows the file sees the old one or the new one, never a part. Who else edits it by this
command waits until the folder's lock is free.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ..errors import DocumentError
from ..sdk.drivers.override_file import MAX_BYTES
from ..sdk.overrides import NOTHING, Overrides, read_overrides
from .failures import Failure

READABLE = 0o644
"""Of a new file: the server that follows it may run as somebody else."""


def edit(file: str, change: Callable[[Overrides], Overrides]) -> Overrides:
    """Change the file, which is made if there is none. Raises `Failure`, `OSError`."""
    path = os.path.realpath(file)
    with _locked(os.path.dirname(path)):
        after = change(_read(path))
        data = _written(after, toml=path.endswith(".toml"))
        _replace(path, data)
    return after


def _read(path: str) -> Overrides:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return NOTHING
    if len(data) > MAX_BYTES:
        raise Failure(f"{path} has more than {MAX_BYTES >> 20} MiB; is it an override file?")
    if not data.strip():
        return NOTHING
    try:
        return read_overrides(data, toml=path.endswith(".toml"))
    except DocumentError as error:
        raise Failure(f"{path} is not valid: {error}; mend it, or move it away") from None


def _written(overrides: Overrides, *, toml: bool) -> bytes:
    """The file's bytes, read back to be sure of them."""
    if toml:
        text = "".join(_toml(overrides))
    else:
        text = json.dumps(overrides.to_json(), indent=2, ensure_ascii=False)
    data = f"{text}\n".encode()
    if read_overrides(data, toml=toml).to_json() != overrides.to_json():
        raise Failure("the override file cannot say this; write it as JSON")
    return data


def _toml(overrides: Overrides) -> Iterator[str]:
    value = overrides.to_json()
    yield from _toml_part(value, ())
    for name, part in value.get("environments", {}).items():
        yield from _toml_part(part, ("environments", name))


def _toml_part(part: dict[str, object], at: tuple[str, ...]) -> Iterator[str]:
    kill, serve = part.get("kill", []), part.get("serve", {})
    assert isinstance(kill, list)
    assert isinstance(serve, dict)
    if at:
        yield f"\n[{'.'.join(map(_quoted, at))}]\n"
    yield f"kill = [{', '.join(map(_quoted, kill))}]\n"
    if serve:
        yield f"\n[{'.'.join(map(_quoted, (*at, 'serve')))}]\n"
        yield from (f"{_quoted(key)} = {_quoted(variant)}\n" for key, variant in serve.items())


def _quoted(text: str) -> str:
    """A basic string of TOML: what JSON escapes, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: str, data: bytes) -> None:
    beside = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode, owner = READABLE, None
        with suppress(FileNotFoundError):
            found = os.stat(path)
            mode, owner = found.st_mode & 0o777, (found.st_uid, found.st_gid)
        os.chmod(beside, mode)
        if owner is not None and hasattr(os, "chown"):
            with suppress(PermissionError):
                os.chown(beside, *owner)
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Alone in the folder, among those who edit by this command, where the system has locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
