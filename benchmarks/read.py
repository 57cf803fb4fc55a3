"""Reading a vendor's document of 10,000 flags, against the vendor's own SDK loading it.

    .venv/bin/python -m benchmarks.read [--flags N] [--runs N]

Both begin with the document's bytes and end ready for the first evaluation: we parse, read and make
a client; the SDK does what it does when a poll answers, by the same calls and without the network.
They take turns in one process; figures are medians. Run it where `[test]` is installed.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
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
    oracle = import_module(f"yardarm.connect.vendors.{vendor}").oracle
    options = {"fractional": "v3"} if vendor == "flagd" else {}
    return lambda data: oracle(json.loads(data), options)


def run(flags: int, runs: int) -> dict[str, Any]:
    """Time every vendor and return the record that is written and rendered."""
    found = []
    for vendor in VENDORS:
        data = json.dumps(vendor_document(vendor, flags)).encode()
        loads = {"ours": ours(vendor), "theirs": theirs(vendor)}
        times: dict[str, list[float]] = {name: [] for name in loads}
        for turn in range(runs + 1):
            for name, load in loads.items():
                gc.collect()
                started = time.perf_counter()
                kept = load(data)
                took = (time.perf_counter() - started) * 1000
                del kept
                if turn:  # the first one also imports
                    times[name].append(took)
        ratios = [a / b for a, b in zip(times["ours"], times["theirs"], strict=True)]
        found.append({
            "vendor": vendor, "bytes": len(data),
            **{f"{n}_ms": [min(t), statistics.median(t), max(t)] for n, t in times.items()},
            "ratio": statistics.median(ratios),
        })  # fmt: skip
        print(f"{vendor}: {found[-1]['ratio']:.2f}", file=sys.stderr, flush=True)
    return {"flags": flags, "runs": runs, "vendors": found}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--flags", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-record", action="store_true", help="print, but write no file")
    options = parser.parse_args()
    record = run(options.flags, options.runs)
    if not options.no_record:
        results.write("read", record)
    from benchmarks.report import read_table

    print(read_table(record))


if __name__ == "__main__":
    main()
