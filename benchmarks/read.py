"""Reading a vendor's document of 10,000 flags, against the vendor's own SDK loading it.

    .venv/bin/python -m benchmarks.read [--flags N] [--runs N]

Both begin with the document's bytes and end ready for the first evaluation: we parse, read and make
a client; the SDK does what it does when a poll answers, by the same calls and without the network.
Each load has a process of its own, and they take turns; figures are medians of CPU time. Run it
where `[test]` is installed.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks import results
from benchmarks.vendor_documents import vendor_document

VENDORS = ("launchdarkly", "unleash", "growthbook", "flagsmith", "flagd", "harness")


def ours(vendor: str) -> Callable[[bytes], object]:
    """Parse, read, and a program."""
    from yardarm.core.program import Program
    from yardarm.dialects import find

    dialect = find(vendor)
    assert dialect is not None

    def load(data: bytes) -> object:
        reading = dialect.read(json.loads(data), {})
        return Program.of(reading.document)

    return load


def theirs(vendor: str) -> Callable[[bytes], object]:
    """The SDK, loaded as `yardarm import --verify` loads it."""
    from importlib import import_module

    if vendor == "unleash":
        from yggdrasil_engine.engine import UnleashEngine

        return lambda data: UnleashEngine().take_state(data.decode())
    if vendor == "launchdarkly":
        return _launchdarkly
    if vendor == "flagd":
        return _flagd
    oracle = import_module(f"yardarm.connect.vendors.{vendor}").oracle
    return lambda data: oracle(json.loads(data), {})


def _launchdarkly(data: bytes) -> object:
    """A client, until it has put the data of its first poll into its store."""
    from benchmarks.peers.launchdarkly_load import load

    client = load(data)
    client.close()
    return client


def _flagd(data: bytes) -> object:
    """A provider, until it has read its file."""
    from openfeature.contrib.provider.flagd import FlagdProvider
    from openfeature.contrib.provider.flagd.config import ResolverType
    from openfeature.evaluation_context import EvaluationContext

    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(data)
        file.flush()
        provider = FlagdProvider(
            resolver_type=ResolverType.FILE, offline_flag_source_path=file.name
        )
        provider.initialize(EvaluationContext())
        provider.shutdown()
    return provider


def run(flags: int, runs: int) -> dict[str, Any]:
    """Time every vendor and return the record that is written and rendered."""
    found = []
    for vendor in VENDORS:
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        for _ in range(runs):
            for side, took in times.items():
                took.append(_in_a_process(vendor, side, flags))
        ratios = [a / b for a, b in zip(times["ours"], times["theirs"], strict=True)]
        size = len(json.dumps(vendor_document(vendor, flags)))
        found.append({
            "vendor": vendor, "bytes": size,
            **{f"{n}_ms": [min(t), statistics.median(t), max(t)] for n, t in times.items()},
            "ratio": statistics.median(ratios),
        })  # fmt: skip
        print(f"{vendor}: {found[-1]['ratio']:.2f}", file=sys.stderr, flush=True)
    return {"flags": flags, "runs": runs, "vendors": found}


def _in_a_process(vendor: str, side: str, flags: int) -> float:
    """Milliseconds of CPU, in a process that holds nothing else."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.read",
        "--one",
        vendor,
        side,
        "--flags",
        str(flags),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def one(vendor: str, side: str, flags: int) -> float:
    """Milliseconds of CPU of one load, after a small one that imports what there is to import."""
    load = ours(vendor) if side == "ours" else theirs(vendor)
    load(json.dumps(vendor_document(vendor, 20)).encode())
    data = json.dumps(vendor_document(vendor, flags)).encode()
    gc.collect()
    started = time.process_time()
    load(data)
    return (time.process_time() - started) * 1000


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--flags", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(one(*options.one, options.flags))
        return
    record = run(options.flags, options.runs)
    if not options.no_record:
        results.write("read", record)
    from benchmarks.report import read_table

    print(read_table(record))


if __name__ == "__main__":
    main()
