"""Which libraries are measured, in which environment, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / "benchmarks" / ".venvs"

Environment = Literal["peers", "base", "fast"]
Role = Literal["ours", "peer", "quiet", "imported"]


@dataclass(frozen=True, slots=True)
class Library:
    """A row of the table.

    `role`: ours; a peer with its default settings; or "quiet", a peer with its telemetry switched
    off, which does less than we do and stands beside the comparison, not in it; or "imported",
    Yardarm with a peer's own document.
    """

    name: str
    module: str
    environment: Environment
    role: Role
    options: dict[str, Any] = field(default_factory=dict)


#: The peers whose documents are read by a dialect, by its name.
IMPORTED = {
    "launchdarkly": "launchdarkly-server-sdk",
    "unleash": "UnleashClient",
    "growthbook": "growthbook",
    "flagsmith": "flagsmith",
    "flagd": "openfeature-sdk + flagd",
}


def _ours(environment: Environment, context: str, flags: int = 100) -> Library:
    install = "yardarm[fast]" if environment == "fast" else "yardarm"
    size = "" if flags == 100 else f", {flags:,} flags"
    return Library(
        f"{install}, {context}{size}",
        "benchmarks.yardarm_cases",
        environment,
        "ours",
        {"context": context, "flags": flags},
    )


def _peer(name: str, module: str, *, telemetry: bool = True) -> Library:
    title = name if telemetry else f"{name}, telemetry off"
    role: Role = "peer" if telemetry else "quiet"
    return Library(title, f"benchmarks.peers.{module}", "peers", role, {"telemetry": telemetry})


LIBRARIES = (
    _ours("base", "dict"),
    _ours("base", "Context"),
    _ours("fast", "dict"),
    _ours("fast", "Context"),
    _ours("base", "Context", flags=10_000),
    _peer("statsig-python-core", "statsig"),
    _peer("growthbook", "growthbook"),
    _peer("flagsmith", "flagsmith"),
    _peer("launchdarkly-server-sdk", "launchdarkly"),
    _peer("UnleashClient", "unleash"),
    _peer("openfeature-sdk + flagd", "flagd"),
    *(
        Library(
            f"yardarm, {peer}'s document",
            "benchmarks.yardarm_imported",
            environment,
            "imported",
            {"vendor": vendor},
        )
        for environment in ("base", "fast")
        for vendor, peer in IMPORTED.items()
    ),
    _peer("statsig-python-core", "statsig", telemetry=False),
    _peer("launchdarkly-server-sdk", "launchdarkly", telemetry=False),
    _peer("UnleashClient", "unleash", telemetry=False),
)

#: What an application imports to use each library.
IMPORTS: dict[str, tuple[Environment, str]] = {
    "yardarm": ("base", "from yardarm import Client"),
    "statsig-python-core": ("peers", "import statsig_python_core"),
    "growthbook": ("peers", "import growthbook"),
    "flagsmith": ("peers", "import flagsmith"),
    "launchdarkly-server-sdk": ("peers", "import ldclient"),
    "UnleashClient": ("peers", "import UnleashClient"),
    "openfeature-sdk + flagd": (
        "peers",
        "from openfeature import api; import openfeature.contrib.provider.flagd",
    ),
}


def interpreter(environment: Environment) -> str:
    """The interpreter that ``benchmarks/setup`` made for the environment."""
    return str(ENVIRONMENTS / environment / "bin" / "python")
