"""How fast a kill is: by REST to 1,000 streams, and by an override file to real SDKs.

    python -m benchmarks.kill [--python P] [--streams 1000] [--sdks 200]

`--python` is an interpreter in whose environment Yardarm is installed with `[server,cli]`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import results
from benchmarks.server import Fleet, Server, connect, percentile, readers, yardarm

FLAG = "flag-3"


def kill(server: Server) -> tuple[float, float, int]:
    """Kill the flag. Returns when it was asked, when it was answered, and the version."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {server.token}"}
    connection = connect(server.url)
    asked = time.monotonic()
    connection.request(
        "POST", f"/api/v1/projects/{server.project}/flags/{FLAG}/kill", "{}", headers
    )
    response = connection.getresponse()
    body = json.loads(response.read())
    answered = time.monotonic()
    if response.status != 200:
        raise SystemExit(f"could not kill {FLAG}: {body}")
    changes = {change["environment"]: change["version"] for change in body["changes"]}
    return asked, answered, changes[server.environment]


def measure_kill(server: Server, count: int, sdks: int = 20, kills: int = 30) -> dict[str, float]:
    """Milliseconds from asking for a kill until each stream has it, real SDKs among them."""
    everybody: list[float] = []
    real: list[float] = []
    slowest: list[float] = []
    answers: list[float] = []
    with readers(server, count - sdks) as process:
        assert process.stdout is not None
        fleet = Fleet(server, sdks)
        fleet.times.clear()  # what they were told at their start
        for _ in range(kills):
            asked, answered, version = kill(server)
            line = json.loads(process.stdout.readline())
            if line["version"] != version:
                raise SystemExit(f"expected version {version}, the streams saw {line['version']}")
            times = fleet.take()
            real += [(at - asked) * 1e3 for at in times]
            took = [(at - asked) * 1e3 for at in (*line["times"], *times)]
            everybody += took
            slowest.append(max(took))
            answers.append((answered - asked) * 1e3)
            time.sleep(0.1)
            server.enable(FLAG, on=True)
            process.stdout.readline()
            fleet.take()
            time.sleep(0.1)
        fleet.close()
    return {
        "streams": count,
        "sdks": sdks,
        "kills": kills,
        "p50_ms": percentile(everybody, 50),
        "p99_ms": percentile(everybody, 99),
        "sdks_p99_ms": percentile(real, 99),
        "slowest_p50_ms": percentile(slowest, 50),
        "answer_p50_ms": percentile(answers, 50),
    }


def measure_override(server: Server, file: Path, sdks: int, turns: int = 10) -> dict[str, float]:
    """Milliseconds from an override file's appearing (or going) until each real SDK serves it."""
    fleet = Fleet(server, sdks)
    fleet.times.clear()
    comes: list[float] = []
    goes: list[float] = []
    beside = file.with_suffix(".new")
    for turn in range(turns):
        beside.write_text(json.dumps({"kill": [FLAG]}))
        time.sleep(0.037 * turn)  # not in step with the server's looking
        began = time.monotonic()
        os.replace(beside, file)
        comes += [(at - began) * 1e3 for at in fleet.take()]
        began = time.monotonic()
        file.unlink()
        goes += [(at - began) * 1e3 for at in fleet.take()]
    fleet.close()
    return {
        "sdks": sdks,
        "turns": turns,
        "comes_p50_ms": percentile(comes, 50),
        "comes_p99_ms": percentile(comes, 99),
        "goes_p99_ms": percentile(goes, 99),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--sdks", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "overrides.json"
        os.environ["YARDARM_OVERRIDES"] = str(file)
        with yardarm(options.python, folder) as server:
            found = {
                "kill": measure_kill(server, options.streams),
                "override": measure_override(server, file, options.sdks),
            }
    print(json.dumps(found, indent=2))
    results.write("kill", found)


if __name__ == "__main__":
    main()
