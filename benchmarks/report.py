"""Render the newest results as Markdown: ``python -m benchmarks.report`` rewrites README.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.cases import CASES, TITLES

PAGE = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"

#: At most this share of the fastest peer: (base install, [fast] install).
TARGETS = dict.fromkeys(CASES, (1 / 4, 1 / 4)) | {"split": (2 / 3, 1 / 3)}


def evaluation_tables(record: dict[str, Any]) -> str:
    """Times, ratios, CPU and set-up of one evaluation run."""
    libraries = record["libraries"]
    parts = [
        "Microseconds per call, median of the rounds (lowest-highest), net of the harness.",
        _times(libraries, {"ours", "peer"}),
    ]
    if any(library["role"] == "imported" for library in libraries):
        parts += [
            "Imported flags: Yardarm with the vendor's own document, as a share of the time of the "
            "vendor's own SDK with it, median (target for 50 % by key):",
            _imported(libraries),
        ]
    quiet = [library for library in libraries if library["role"] == "quiet"]
    if quiet:
        parts += ["Peers with their telemetry switched off (they then count nothing):"]
        parts += [_times(libraries, {"quiet"})]
    if any(library["role"] == "ours" for library in libraries):
        for clock, figure in (("Wall time", "wall_us"), ("CPU", "cpu_us")):
            parts += [f"{clock} as a share of the fastest peer's, default settings (target):"]
            parts += [_ratios(libraries, figure)]
    parts += [
        "CPU microseconds per call, all threads of the process (median, net of the harness):",
        _table(
            ["", *CASES],
            (
                [library["name"], *(_cell(library, case, "cpu_us") for case in CASES)]
                for library in libraries
            ),
        ),
        "How each library was set up:",
        _table(
            ["library", "version", "set-up", "notes"],
            (
                [library["name"], library["version"], library["setup"], _notes(library)]
                for library in libraries
                if library["role"] != "quiet"
            ),
        ),
    ]
    return "\n\n".join(parts)


#: Loading: share of launchdarkly-server-sdk's CPU, and MB kept. Importing: CPU ms.
LOAD_SHARE, LOAD_MB, IMPORT_MS = 1 / 20, 15, 60


def load_tables(record: dict[str, Any]) -> str:
    """CPU, memory and import times of one load run."""
    flags = f"{record['flags']:,} flags"
    peer = next(
        (one["cpu_ms"][1] for one in record["load"] if one["name"].startswith("launchdarkly")),
        float("nan"),
    )
    return "\n\n".join(
        [
            f"From {flags} as response bytes to the first evaluation, median of "
            f"{record['runs']} processes (lowest-highest):",
            _table(
                [
                    "library",
                    "document MB",
                    "CPU ms",
                    "share of LaunchDarkly's CPU",
                    "wall ms",
                    "RSS kept MB",
                    "RSS peak MB",
                ],
                (
                    [
                        one["name"],
                        f"{one['bytes'] / 1e6:.1f}",
                        _spread(one["cpu_ms"], 1),
                        f"{one['cpu_ms'][1] / peer:.3f}",
                        *(_spread(one[name], 1) for name in ("wall_ms", "rss_mb", "peak_mb")),
                    ]
                    for one in record["load"]
                ),
            ),
            f"Targets for Yardarm: {LOAD_SHARE:.3f} of LaunchDarkly's CPU, {LOAD_MB} MB kept, "
            f"{IMPORT_MS} ms to import.",
            "Importing the library, CPU ms (lowest-highest), compiled files in place:",
            _table(
                ["library", "CPU ms", "modules loaded"],
                (
                    [one["name"], _spread(one["cpu_ms"], 1), str(one["modules"])]
                    for one in record["imports"]
                ),
            ),
        ]
    )


def read_table(record: dict[str, Any]) -> str:
    """What reading a vendor's document takes beside the vendor's own SDK."""
    return _table(
        ["document", "MB", "ours, ms", "vendor's SDK, ms", "ours to theirs (at most 1)"],
        (
            [
                one["vendor"],
                f"{one['bytes'] / 1e6:.1f}",
                _spread(one["ours_ms"], 0),
                _spread(one["theirs_ms"], 0),
                f"{one['ratio']:.2f}" + (" **over**" if one["ratio"] > 1 else ""),
            ]
            for one in record["vendors"]
        ),
    )


#: Observing: microseconds more for a context that is known, and for a new one; MB in all.
OBSERVING = {"repeated": 0.1, "new": 2}
OBSERVING_MB = 10


def observing_table(record: dict[str, Any]) -> str:
    """What reporting contexts adds to an evaluation, and to memory."""
    names = {
        "repeated": "an evaluation for a known context: us more",
        "new": "for a new one: us more",
        "other flag": "for a known one, asked about another flag for the first time: us more",
        "by team": "for a known one of two kinds, split by the second: us more",
        "reporting": "in the background, for each new context: CPU us more",
    }
    rows = [
        [text, _spread(record["us"][name], 2), str(OBSERVING.get(name, ""))]
        for name, text in names.items()
    ]
    rows += [
        [f"50,000 contexts, {text}: MB more", f"{record[name]:.1f}", str(OBSERVING_MB)]
        for name, text in (("kept_mb", "kept"), ("peak_mb", "at most, reports waiting"))
    ]
    return _table(["what, CPU", "measured", "at most"], rows)


def server_table(record: dict[str, Any]) -> str:
    """What the server costs, with the target beside each figure."""
    ofrep, push = record["ofrep"], record["push"]
    rows = [
        ["OFREP, one flag: CPU us a request", f"{ofrep['single_us']:.0f}", ""],
        ["a bare endpoint: CPU us a request", f"{ofrep['bare_us']:.0f}", ""],
        ["OFREP to bare", f"{ofrep['ratio']:.2f}", "at most 2"],
        ["OFREP, 100 of 500 flags in bulk: CPU us", f"{ofrep['bulk_100_flags_us']:.0f}", "1000"],
        [
            f"a change to {push['streams']:,} streams, from asking: p50 ms",
            f"{push['p50_ms']:.0f}",
            "",
        ],
        ["the same, p99 ms", f"{push['p99_ms']:.0f}", "100"],
        [f"the same, its {push['sdks']} real SDKs, p99 ms", f"{push['sdks_p99_ms']:.0f}", ""],
        ["the same, p99 ms after the answer", f"{push['p99_after_answer_ms']:.0f}", ""],
        ["bytes a stream for a switch among 500 flags", f"{push['bytes_per_stream']:.0f}", "1024"],
        [
            f"{record['idle']['streams']:,} idle streams: resident MB",
            f"{record['idle']['rss_mb']:.0f}",
            "under 300",
        ],
        [
            f"SIGTERM with {record['end']['streams']:,} streams: seconds",
            f"{record['end']['seconds']:.1f}",
            "3",
        ],
    ]
    return _table(["what", "measured", "target"], rows)


def kill_table(record: dict[str, Any]) -> str:
    """How fast a kill is, with the target beside each figure."""
    kill, file = record["kill"], record["override"]
    sdks = f"{file['sdks']} real SDKs"
    rows = [
        [
            f"a kill to {kill['streams']:,} streams, from asking: p50 ms",
            f"{kill['p50_ms']:.0f}",
            "",
        ],
        ["the same, p99 ms", f"{kill['p99_ms']:.0f}", "100"],
        [f"the same, its {kill['sdks']} real SDKs, p99 ms", f"{kill['sdks_p99_ms']:.0f}", ""],
        ["the slowest stream of a kill, median ms", f"{kill['slowest_p50_ms']:.0f}", ""],
        ["its answer, p50 ms", f"{kill['answer_p50_ms']:.0f}", ""],
        [f"the server's override file to {sdks}: p50 ms", f"{file['comes_p50_ms']:.0f}", ""],
        ["the same, p99 ms", f"{file['comes_p99_ms']:.0f}", "1000"],
        [f"its end to {sdks}, p99 ms", f"{file['goes_p99_ms']:.0f}", "1000"],
    ]
    return _table(["what", "measured", "target"], rows)


def fastest(libraries: list[dict[str, Any]], case: str, figure: str) -> dict[str, Any] | None:
    """The peer with default settings whose median is lowest."""
    timed = [
        library
        for library in libraries
        if library["role"] == "peer" and _us(library, case, figure) is not None
    ]
    return min(timed, key=lambda library: library["cases"][case][figure], default=None)


def _times(libraries: list[dict[str, Any]], roles: set[str]) -> str:
    rows = [
        [library["name"], *(_cell(library, case) for case in CASES)]
        for library in libraries
        if library["role"] in roles
    ]
    return _table(["", *(TITLES[case] for case in CASES)], rows)


def _ratios(libraries: list[dict[str, Any]], figure: str) -> str:
    rows = []
    for library in libraries:
        if library["role"] != "ours":
            continue
        row = [library["name"]]
        for case in CASES:
            ours, peer = _us(library, case, figure), fastest(libraries, case, figure)
            if ours is None or peer is None:
                row.append("-")
                continue
            target = TARGETS[case][library["environment"] == "fast"]
            ratio = ours / peer["cases"][case][figure]
            mark = "" if ratio <= target else " **over**"
            row.append(f"{ratio:.2f} ({target:.2f}){mark}")
        rows.append(row)
    peers = [fastest(libraries, case, figure) for case in CASES]
    names = [peer["name"] if peer else "-" for peer in peers]
    return _table(["", *CASES], [["fastest peer", *names], *rows])


#: At most this share of the vendor's own SDK, for its 50 % rollout.
IMPORTED_TARGETS = {
    "launchdarkly-server-sdk": 1 / 8, "UnleashClient": 1 / 20, "growthbook": 1 / 4,
    "flagsmith": 1 / 8, "openfeature-sdk + flagd": 1 / 8,
}  # fmt: skip


def _imported(libraries: list[dict[str, Any]]) -> str:
    """Each vendor's document in Yardarm as a share of the vendor's own SDK."""
    peers = {one["name"]: one for one in libraries if one["role"] == "peer"}
    rows = []
    for library in libraries:
        name = library["name"].removeprefix("yardarm, ").removesuffix("'s document")
        if library["role"] != "imported" or name not in peers:
            continue
        row = [f"{name}, {library['environment']} install"]
        for case in CASES:
            ours, peer = _us(library, case, "wall_us"), _us(peers[name], case, "wall_us")
            if ours is None or peer is None:
                row.append("-")
                continue
            target = IMPORTED_TARGETS[name]
            over = " **over**" if case == "split" and ours / peer > target else ""
            shown = f" ({target:.3f})" if case == "split" else ""
            row.append(f"{ours / peer:.3f}{shown}{over}")
        rows.append(row)
    return _table(["document of", *CASES], rows)


def _us(library: dict[str, Any], case: str, figure: str) -> float | None:
    figures = library["cases"][case]
    return figures[figure] if isinstance(figures, dict) and figure in figures else None


def _cell(library: dict[str, Any], case: str, figure: str = "wall_us") -> str:
    figures = library["cases"][case]
    if figures is None:
        return "-"
    if "wrong" in figures:
        return "wrong value"
    if figure == "cpu_us":
        return _number(figures["cpu_us"])
    low, high = _number(figures["wall_us_low"]), _number(figures["wall_us_high"])
    return f"{_number(figures['wall_us'])} ({low}-{high})"


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _spread(values: list[float], digits: int) -> str:
    low, middle, high = values
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def _notes(library: dict[str, Any]) -> str:
    return "; ".join(f"{case}: {note}" for case, note in library["notes"].items())


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(record: dict[str, Any]) -> str:
    """Everything between the two marks of README.md."""
    parts: list[str] = []
    for section, title, render in (
        ("evaluate", "Evaluation", evaluation_tables),
        ("load", "Loading and importing", load_tables),
        ("read", "Reading a vendor's document of 10,000 flags", read_table),
        ("observing", "Reporting contexts", observing_table),
        ("server", "The server", server_table),
        ("kill", "The kill switch", kill_table),
    ):
        if section in record:
            machine = record[section]["machine"]
            parts += [
                f"### {title}",
                f"{record[section]['date']}: {machine['processor']}, {machine['cores']} cores, "
                f"{machine['system']}; "
                f"load average at the end {machine['load_average'][0]}.",
                render(record[section]),
            ]
    return "\n\n".join(parts)


def main() -> None:
    """Rewrite the results in README.md."""
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{page(results.latest())}\n\n{END}{after}")


if __name__ == "__main__":
    main()
