"""Commands run in this process, with nothing of the machine's own set-up in sight."""

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from yardarm.cli.run import run


@dataclass
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


Yardarm = Callable[..., Done]


@pytest.fixture
def yardarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Yardarm:
    """Run `yardarm ARGUMENTS…` in an empty folder."""
    for name in list(os.environ):
        if name.startswith("YARDARM_") or name == "NO_COLOR":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        code = run(arguments)
        sys.stdout.flush()
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return call
