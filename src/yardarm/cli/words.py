"""Rules, serves and commands in words: the language that `grammar` reads, as far as it goes."""

from __future__ import annotations

import json
import re
from typing import Any

from ..core.bucketing import find
from ..core.model import DEFAULT_KIND, PARTS
from ..core.operators import OPERATORS
from .grammar import RESERVED, SIGNS, Token, value_of

_SIGN_OF = {name: sign for sign, name in SIGNS.items()}
_BARE = re.compile(r'[^\s,":%]+\Z')


def rule_words(rule: dict[str, Any]) -> str:
    """A rule: whom it is for and what it serves."""
    return f"{condition_words(rule['when'])} -> {serve_words(rule['serve'])}"


def flag_words(flag: dict[str, Any]) -> str:
    """What a flag serves, in short: by how many targets and rules, and to everyone else."""
    if not flag.get("enabled"):
        return f"{serve_words(flag.get('off'))} (off)"
    targets = sum(len(target["keys"]) for target in flag.get("targets", ()))
    asked = [
        f"{count} {name}{'' if count == 1 else 's'}"
        for count, name in (
            (len(flag.get("prerequisites", ())), "prerequisite"), (targets, "target"),
            (len(flag.get("rules", ())), "rule"),
        )
        if count
    ]  # fmt: skip
    served = serve_words(flag.get("default"))
    text = f"{', '.join(asked)}, else {served}" if asked else served
    return text.replace('"', "")  # to be read, not to be typed


def condition_words(condition: dict[str, Any]) -> str:
    """A condition. What the language cannot say is in parentheses."""
    if "all" in condition:
        return " and ".join(_inner(part, ("all", "any")) for part in condition["all"])
    if "any" in condition:
        return " or ".join(_inner(part, ("any",)) for part in condition["any"])
    if "not" in condition:
        return f"not {_inner(condition['not'], ('all', 'any'))}"
    if "segment" in condition:
        return f"segment {_word(condition['segment'])}"
    if "flag" in condition:
        variants = ",".join(map(_word, condition.get("variants", ())))
        return f"flag {_word(condition['flag'])} is {variants}"
    if "always" in condition:
        return "everyone"
    if "share" in condition:
        return _share_words(condition["share"])
    if "logic" in condition:
        return f"(JSONLogic {json.dumps(condition['logic'], ensure_ascii=False)})"
    if "fault" in condition:
        return f"(cannot be evaluated: {condition['fault']})"
    operator = condition["op"]
    name = _attribute(condition["attribute"], condition.get("kind", DEFAULT_KIND))
    values = ",".join(_value(value) for value in condition.get("values", ()))
    if not values and (operator in OPERATORS or "." in operator):
        return f"{name} {operator}"
    return f"{name} {_SIGN_OF.get(operator, operator)} {values}"


def serve_words(serve: Any) -> str:
    """A serve; "the caller's fallback" for none."""
    if serve is None:
        return "the caller's fallback"
    if isinstance(serve, str):
        return _word(serve)
    if "fault" in serve:
        return f"(cannot be evaluated: {serve['fault']})"
    if "logic" in serve:
        return f"(JSONLogic {json.dumps(serve['logic'], ensure_ascii=False)})"
    split = serve["split"]
    whole = _whole(split)
    shares = [f"{percent(arm['weight'], whole)} {_word(arm['variant'])}" for arm in split["arms"]]
    if split.get("outside") is not None:
        shares.append(f"rest {_word(split['outside'])}")
    return ", ".join(shares) + _placed_words(split)


def _share_words(share: dict[str, Any]) -> str:
    algorithm = find(share.get("algorithm", "yardarm"))
    whole = algorithm.whole if algorithm is not None and algorithm.whole else PARTS
    covered = sum(end - start for start, end in share["ranges"])
    return f"({percent(covered, whole)} of units{_placed_words(share)})"


def _placed_words(bucketing: dict[str, Any]) -> str:
    kind, by = bucketing.get("kind", DEFAULT_KIND), bucketing.get("by", ["key"])
    text = ""
    if kind != DEFAULT_KIND or by != ["key"]:
        text += " by " + ",".join(_attribute(attribute, kind) for attribute in by)
    if bucketing.get("layer"):
        text += f" (in layer {bucketing['layer']['key']})"
    return text


def _whole(split: dict[str, Any]) -> float:
    """What the weights of everybody add up to, in the unit of the split's algorithm."""
    algorithm = find(split.get("algorithm", "yardarm"))
    total = sum(arm["weight"] for arm in split["arms"])
    return (algorithm.whole if algorithm is not None else PARTS) or total or 1


def percent(weight: float, whole: float = PARTS) -> str:
    """A weight as a share of everybody."""
    return f"{weight * 100 / whole:.3f}".rstrip("0").rstrip(".") + "%"


def command_words(command: dict[str, Any]) -> str:
    """What somebody asked to be changed."""
    kind = str(command.get("type", ""))
    flag = command.get("flag", "")
    key = flag.get("key", "") if isinstance(flag, dict) else flag
    match kind:
        case "set_enabled":
            return f"{'enable' if command.get('enabled') else 'disable'} {key}"
        case "update_flag" | "edit_flag":
            return f"set {', '.join(command.get('fields', {}))} of {key}"
        case "put_segment":
            return f"set segment {command.get('segment', {}).get('key', '')}"
        case "remove_segment":
            return f"remove segment {command.get('segment', '')}"
        case "copy_environment":
            return f"copy environment {command.get('source', '')}"
        case "undo":
            last = command.get("through")
            return f"undo {command.get('version', '')}{f' to {last}' if last else ''}"
        case "restore_version":
            return f"set {key} back to what it was at version {command.get('version', '')}"
        case "promote_flag":
            return f"promote {key} from {command.get('source', '')}"
        case "restore_entries":
            named = [f"{e.get('kind')} {e.get('key')}" for e in command.get("entries", ())]
            return "put back " + ", ".join(named[:3]) + (" …" if len(named) > 3 else "")
        case "together":
            each = [command_words(one) for one in command.get("commands", ())]
            return ", ".join(each[:3]) + (f" and {len(each) - 3} more" if len(each) > 3 else "")
        case "import_document":
            return f"import a document ({command.get('mode', 'merge')})"
        case _:
            return f"{kind.replace('_', ' ')} {key or command.get('key', '')}".strip()


def _inner(condition: dict[str, Any], needing: tuple[str, ...]) -> str:
    text = condition_words(condition)
    return f"({text})" if any(name in condition for name in needing) else text


def _attribute(name: str, kind: str) -> str:
    return _word(name) if kind == DEFAULT_KIND else f"{kind}:{name}"


def _word(text: str) -> str:
    """The text as one word: bare if it can be, else in quotes."""
    bare = _BARE.match(text) and text not in RESERVED and value_of(Token(text)) == text
    return text if bare else json.dumps(text, ensure_ascii=False)


def _value(value: Any) -> str:
    return _word(value) if isinstance(value, str) else json.dumps(value)
