"""Change requests in words."""

from __future__ import annotations

from typing import Any

from .output import safe
from .target import Target


def grounds_words(request: dict[str, Any]) -> str:
    """Why a change needs approval."""
    return "; ".join(str(ground["words"]) for ground in request["grounds"])


def moved_words(movement: dict[str, Any]) -> str:
    """Whom a change would move in an environment, in one line."""
    if movement.get("population") == "none":
        return "no contexts are known, so nobody knows who moves"
    moved, unknown = movement["moved"], movement["unknown"]
    most = f" to {moved + unknown:,}" if unknown else ""
    sample = " of a sample" if movement["sample_rate"] < 1 else ""
    return f"{moved:,}{most} of {movement['contexts']:,} contexts move{sample}"


def happened(entry: dict[str, Any]) -> str:
    """An entry of a change request's history."""
    words = f": {safe(entry['text'])}" if entry["text"] else ""
    return f"{safe(entry['at'])[:16]}Z {safe(entry['actor'])} {_DID.get(entry['what'], '')}{words}"


_DID = {
    "opened": "asked for it",
    "commented": "said",
    "edited": "edited it",
    "approved": "approved it",
    "landed": "made the change",
    "stale": "did not make it",
    "rejected": "rejected it",
    "withdrawn": "took it back",
    "expired": "ended it, its time was over",
}


def outcome_words(request: dict[str, Any], target: Target) -> str:
    """What became of a change request, and what to do next."""
    number, state = request["id"], request["state"]
    if state == "landed":
        versions = request["landed"]["versions"]
        made = [f"change {version} in {safe(at)}" for at, version in sorted(versions.items())]
        undo = [target.undo_words(version, at) for at, version in sorted(versions.items())]
        return f"change request {number} is made: {', '.join(made) or 'no difference'}" + (
            f"; {undo[0]}" if undo else ""
        )
    last = request["history"][-1]["text"]
    if state == "stale":
        return f"change request {number} is stale: {safe(last)}; look at it, and approve it anew"
    if state == "open":
        return f"change request {number} waits for {request['missing']} more approvals"
    return f"change request {number} is {state}" + (f": {safe(last)}" if last else "")
