"""Time and memory from 10,000 flags as bytes to the first evaluation, and the cost of importing.

    python -m benchmarks.load [--peers-python P] [--base-python P]

A loader is a module with `VERSION`, `encode() -> bytes` (what the library's server answers),
`load(bytes) -> client` and `ask(client) -> bool` (the first evaluation, of `documents.ASKED`).
Each run is a new process that has imported the library before it reads its clocks. Memory counts
from before the bytes are read, so a library that keeps them pays for them; "kept" is measured after
a garbage collection, with the client alive.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.documents import FLAGS
from benchmarks.libraries import IMPORTS, ROOT, Environment, interpreter
from benchmarks.report import load_tables

LOADERS: dict[str, tuple[Environment, str]] = {
    "yardarm": ("base", "benchmarks.yardarm_load"),
    "yardarm[fast]": ("fast", "benchmarks.yardarm_load"),
    "launchdarkly-server-sdk": ("peers", "benchmarks.peers.launchdarkly_load"),
}

_IMPORT = """
import sys, time
before, cpu = len(sys.modules), time.process_time()
{statement}
print(time.process_time() - cpu, len(sys.modules) - before)
"""


def measure(module: str, path: Path) -> dict[str, Any]:
    """In the child: one load of the document at `path`, which is written first if missing."""
    loader = importlib.import_module(module)
    if not path.exists():
        path.write_bytes(loader.encode())
        return {}
    gc.collect()
    rss = _memory("VmRSS")
    data = path.read_bytes()
    size = len(data)
    cpu, wall = time.process_time(), time.perf_counter()
    client = loader.load(data)
    value = loader.ask(client)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not isinstance(value, bool):
        raise SystemExit(f"{module}: the first evaluation gave {value!r}")
    del data
    gc.collect()
    answer = {
        "version": loader.VERSION,
        "bytes": size,
        "cpu_ms": cpu * 1e3,
        "wall_ms": wall * 1e3,
        "rss_mb": _memory("VmRSS") - rss,
        "peak_mb": _memory("VmHWM") - rss,
        "threads": threading.active_count(),
    }
    loader.ask(client)
    return answer


def _memory(name: str) -> float:
    """A figure of /proc/self/status in MB (10^6 bytes); Linux only."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError(name)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run every loader and every import in turns."""
    with tempfile.TemporaryDirectory() as folder:
        loads = _loads(options, Path(folder))
    return {
        "flags": FLAGS,
        "runs": options.runs,
        "load": loads,
        "imports": _imports(options),
    }


def _loads(options: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    runs: dict[str, list[dict[str, Any]]] = {}
    for turn in range(options.runs + 1):  # the first one writes the document
        for name, (environment, module) in LOADERS.items():
            if turn and name not in runs:
                continue
            command = ["-m", "benchmarks.load", "--measure", module, str(folder / module)]
            answer = _child(name, _python(options, environment), command)
            if answer is not None:
                runs.setdefault(name, []).append(json.loads(answer) if turn else {})
    records = []
    for name, taken in runs.items():
        figures = {
            figure: _spread([one[figure] for one in taken[1:]])
            for figure in ("cpu_ms", "wall_ms", "rss_mb", "peak_mb")
        }
        constants = {key: taken[1][key] for key in ("version", "bytes", "threads")}
        records.append({"name": name, **constants, **figures})
    return records


def _imports(options: argparse.Namespace) -> list[dict[str, Any]]:
    taken: dict[str, list[tuple[float, int]]] = {}
    for _ in range(options.runs + 1):  # the first one compiles
        for name, (environment, statement) in IMPORTS.items():
            command = ["-c", _IMPORT.format(statement=statement)]
            answer = _child(name, _python(options, environment), command)
            if answer is not None:
                seconds, modules = answer.split()[-2:]
                taken.setdefault(name, []).append((float(seconds), int(modules)))
    return [
        {
            "name": name,
            "cpu_ms": _spread([seconds * 1e3 for seconds, _ in runs[1:]]),
            "modules": runs[-1][1],
        }
        for name, runs in taken.items()
    ]


def _child(name: str, python: str, command: list[str]) -> str | None:
    """What the process printed; None, with a word on stderr, where it could not run."""
    if not os.path.exists(python):
        print(f"{name}: left out, no interpreter at {python}", file=sys.stderr)
        return None
    # Compiled files are written by the run that is not counted, whatever the caller's setting.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [python, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:]
        print(f"{name}: left out, {''.join(reason)}", file=sys.stderr)
        return None
    return done.stdout


def _python(options: argparse.Namespace, environment: Environment) -> str:
    python: str = getattr(options, f"{environment}_python")
    return python


def _spread(values: list[float]) -> list[float]:
    """Lowest, median, highest."""
    return [round(value, 2) for value in (min(values), statistics.median(values), max(values))]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for environment in ("peers", "base", "fast"):
        parser.add_argument(f"--{environment}-python", default=interpreter(environment))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    parser.add_argument("--measure", nargs=2, metavar=("MODULE", "PATH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        module, path = options.measure
        print(json.dumps(measure(module, Path(path))))
        return
    record = run(options)
    if not options.no_record:
        results.write("load", record)
    print(load_tables(record))


if __name__ == "__main__":
    main()
