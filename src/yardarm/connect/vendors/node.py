"""A vendor's JavaScript SDK in a Node process: it keeps documents for us and answers questions."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from weakref import finalize

from ...core.model import Json
from ...errors import OptionError

_numbers = count()


class NodeDocument:
    """A document that a Node process holds.

    `program` is our script, which is given the folder that has the npm `package`. Raises
    `OptionError` when Node or the package is not there.
    """

    def __init__(
        self, document: Json, program: Path, package: str, node: str, packages: str
    ) -> None:
        self._process = _process(program, package, node, packages)
        self._number = next(_numbers)
        self._process.send({"keep": self._number, "document": document})
        finalize(self, self._process.send, {"drop": self._number})

    def ask(self, question: dict[str, Json]) -> Json:
        """The script's answer to a question about the document."""
        self._process.send({"document": self._number, **question})
        return self._process.receive()


class _Process:
    """A running Node with the package loaded. It ends when our end of its input is closed."""

    def __init__(self, program: Path, package: str, node: str, packages: str) -> None:
        found = shutil.which(node)
        folder = Path(packages).resolve()
        if not (folder / "node_modules" / package).is_dir():
            raise OptionError(f"not there: install {package} by npm, in {folder}")
        if found is None:
            raise OptionError(f"Node is not installed: there is no program {node!r}")
        self._package = package
        self._running = subprocess.Popen(
            [found, str(program), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def send(self, message: Json) -> None:
        assert self._running.stdin is not None
        with suppress(BrokenPipeError, ValueError):  # said by `receive`
            self._running.stdin.write(json.dumps(message).encode() + b"\n")
            self._running.stdin.flush()

    def receive(self) -> Json:
        assert self._running.stdout is not None
        line = self._running.stdout.readline()
        if not line:
            raise OptionError(f"the Node process with {self._package} has ended")
        return json.loads(line)


@lru_cache(maxsize=4)
def _process(program: Path, package: str, node: str, packages: str) -> _Process:
    return _Process(program, package, node, packages)
