"""``benchmarks/results/DATE.json``: one file a day, one section per runner."""

from __future__ import annotations

import datetime
import json
import os
import platform
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "results"


def write(section: str, record: dict[str, Any]) -> Path:
    """Put the record into today's file beside what other runners wrote there."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    path = FOLDER / f"{today}.json"
    FOLDER.mkdir(exist_ok=True)
    whole = json.loads(path.read_text()) if path.exists() else {"date": today}
    whole[section] = record | {"machine": machine()}
    path.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n")
    return path


def latest() -> dict[str, Any]:
    """The newest of every section, each with its `date`."""
    found: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("????-??-??.json")):
        record = json.loads(path.read_text())
        date = record.pop("date")
        found |= {section: {**one, "date": date} for section, one in record.items()}
    if not found:
        raise SystemExit("no results yet: run `python -m benchmarks.evaluate` first")
    return found


def machine() -> dict[str, Any]:
    """What the figures were measured on, and how busy it was."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "load_average": [round(value, 2) for value in os.getloadavg()],
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
