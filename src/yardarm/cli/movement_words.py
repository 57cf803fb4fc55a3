"""A movement, said to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .output import safe, say, table

_SHOWN = 10


def say_movement(found: Mapping[str, Any]) -> None:
    """Say who moves: the JSON of a movement, of a server's preview or one over files."""
    if found.get("population") == "none":
        flags = ", ".join(found.get("affected", ())) or "no flag"
        say(f"nobody knows whom this moves (it concerns {safe(flags)})")
        say(safe(found.get("hint", "")))
        return
    of = f"{found['moved']} of {found['contexts']} contexts get another variant"
    if found["sample_rate"] < 1:
        low, high = found["interval"]
        share = f"{found['sample_rate']:.3%} of all"
        say(f"{of}; they are a sample, {share}: about {found['estimate']} ({low} to {high})")
    else:
        say(of if not found["unknown"] else f"{of}; {found['unknown']} more may")
    moving = {k: flag for k, flag in found["flags"].items() if flag["moved"] or flag["unknown"]}
    if not moving:
        say("nobody moves")
    for key, flag in moving.items():
        _say_flag(key, flag)
    for finding in found.get("findings", ()):
        say(f"  {safe(finding.get('severity', 'note'))}: {safe(finding.get('words', finding))}")


def _say_flag(key: str, flag: Mapping[str, Any]) -> None:
    say()
    moved, unknown = flag["moved"], flag["unknown"]
    bounds = f"{moved} move" if not unknown else f"{moved} to {moved + unknown} move"
    say(f"{safe(key)} ({safe(', '.join(flag['cause']))}): {bounds}")
    table(
        ("from", "to", "contexts"),
        [(c["from"] or "fallback", c["to"] or "fallback", c["count"]) for c in flag["matrix"]],
        empty="nobody for sure",
    )
    if flag.get("exposed"):
        say(f"  {flag['exposed']} of them were exposed to it before")
    for told in flag["attributes"]:
        values = ", ".join(f"{safe(v['value'])} ({v['moved']})" for v in told["values"])
        say(f"  told best by {safe(told['attribute'])}: {values}")
    for example in flag["examples"][:_SHOWN]:
        moves = f"{example['from'] or 'fallback'} -> {example['to'] or 'fallback'}"
        say(f"  {safe(example['context'])}: {safe(moves)}")
