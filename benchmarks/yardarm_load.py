"""Yardarm's side of `benchmarks.load`: snapshot bytes to the first evaluation.

`load` does what the SDK does with a response: split it into lines, check the root over all of
them, make the program. A flag is parsed and compiled when it is first asked for.
"""

from __future__ import annotations

import importlib.metadata

from benchmarks.documents import ASKED, native
from yardarm.core import snapshot
from yardarm.core.codec import document_from_json
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program

VERSION = importlib.metadata.version("yardarm")


def encode() -> bytes:
    """What Yardarm's server answers for the flags."""
    return snapshot.from_document(document_from_json(native())).encode()


def load(data: bytes) -> Program:
    """From the response's bytes to something that evaluates."""
    return Program(snapshot.SnapshotSource(snapshot.decode(data)))


def ask(client: Program) -> bool:
    """The first evaluation."""
    return bool(evaluate(client, ASKED, {"key": "user-1", "country": "NL"}, False).value)
