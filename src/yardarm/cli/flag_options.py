"""The options by which a flag is described, for `flags create` and `flags set`, and what they do.

`changed` takes a flag's JSON and the options given and answers the fields that differ. It knows
nothing of servers and files.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from ..core.model import DEFAULT_KIND, FLAG_TYPES, PARTS, PURPOSES
from .failures import Failure
from .grammar import parse_percent, parse_rule, parse_serve, placed_by

F = TypeVar("F", bound=Callable[..., Any])
Flag = dict[str, Any]

PROJECT_FIELDS = (
    "variants", "purpose", "name", "description", "owner", "tags", "schema", "expires_at",
    "client_visible", "metadata",
)  # fmt: skip
"""What is equal in all environments and can be changed."""

ENVIRONMENT_FIELDS = ("enabled", "off", "default", "prerequisites", "targets", "rules")
"""What each environment has for itself."""

PLAIN: Flag = {
    "purpose": "release", "name": "", "description": "", "owner": "", "tags": [], "schema": None,
    "expires_at": None, "client_visible": False, "metadata": {}, "enabled": False, "off": None,
    "default": None, "prerequisites": [], "targets": [], "rules": [],
}  # fmt: skip
"""What a field that is left out stands for."""

_NONE = "none"

_DESCRIBING = (
    click.option("--name", help="Name for people."),
    click.option("--description", help="What it does."),
    click.option("--owner", help="Who answers for it."),
    click.option("--purpose", type=click.Choice(PURPOSES), help="Why it exists."),
    click.option("--tag", "tags", multiple=True, help="Add a tag. Repeatable."),
    click.option("--expires", metavar="DATE|never", help="When it should be gone."),
    click.option(
        "--client-visible/--server-only",
        default=None,
        help="Whether client keys may ask for it.",
    ),
    click.option(
        "--variant", "variants", multiple=True, metavar="KEY=VALUE",
        help="Add a variant, or change its value. Repeatable.",
    ),
    click.option("--off", metavar="VARIANT|none", help="Served while the flag is off."),
    click.option("--default", metavar="SERVE|none", help="Served when no rule matches."),
    click.option(
        "--rollout", metavar="'10% [VARIANT]'",
        help="Serve so many a variant by default, and the rest what is served when off.",
    ),
    click.option("--by", metavar="ATTRIBUTE", help="With --rollout: what names the unit."),
    click.option(
        "--add-rule", "added_rules", multiple=True, metavar="RULE",
        help="Add a rule such as 'country in NL,BE -> on'. Repeatable.",
    ),
    click.option(
        "--target", "added_targets", multiple=True, metavar="VARIANT=KEY,…",
        help="Serve a variant to these keys. Repeatable.",
    ),
    click.option(
        "--require", "required", multiple=True, metavar="FLAG=VARIANT,…",
        help="Be off unless another flag serves one of these. Repeatable.",
    ),
)  # fmt: skip
_CHANGING = (
    click.option("--untag", "removed_tags", multiple=True, metavar="TAG", help="Take a tag off."),
    click.option(
        "--remove-variant", "removed_variants", multiple=True, metavar="VARIANT",
        help="Take a variant out.",
    ),
    click.option("--first", is_flag=True, help="With --add-rule: before the other rules."),
    click.option(
        "--set-rule", "set_rules", multiple=True, nargs=2, metavar="ID RULE",
        help="Write a rule anew; it keeps its id.",
    ),
    click.option(
        "--remove-rule", "removed_rules", multiple=True, metavar="ID", help="Take a rule out."
    ),
    click.option("--pause-rule", "paused", multiple=True, metavar="ID", help="Skip a rule."),
    click.option("--resume-rule", "resumed", multiple=True, metavar="ID", help="Ask it again."),
    click.option(
        "--untarget", "removed_targets", multiple=True, metavar="KEY",
        help="Target a key no longer.",
    ),
    click.option(
        "--unrequire", "unrequired", multiple=True, metavar="FLAG",
        help="Require a flag no longer.",
    ),
)  # fmt: skip


def describing(function: F) -> F:
    """Give a command the options that describe a flag."""
    for option in reversed(_DESCRIBING):
        function = option(function)
    return function


def changing(function: F) -> F:
    """Give a command the options that change a flag as well."""
    for option in reversed(_CHANGING):
        function = option(function)
    return describing(function)


def typed(function: F) -> F:
    """Give a command the option that says a new flag's type."""
    option = click.option(
        "--type", "kind", type=click.Choice(FLAG_TYPES), help="Type of its values."
    )
    return option(function)


def changed(flag: Flag, options: Mapping[str, Any]) -> Flag:
    """The fields that the options make different. Raises `Failure`."""
    before = {**PLAIN, **flag}
    after = dict(before)
    given = {name: value for name, value in options.items() if value not in (None, (), False)}
    for name in ("name", "description", "owner", "purpose"):
        if options.get(name) is not None:
            after[name] = options[name]
    if options.get("client_visible") is not None:
        after["client_visible"] = options["client_visible"]
    if "expires" in given:
        after["expires_at"] = _date(given["expires"])
    gone = set(given.get("removed_tags", ()))
    after["tags"] = [
        tag for tag in _merged(before["tags"], given.get("tags", ())) if tag not in gone
    ]
    after["variants"] = _variants(before, given)
    after["prerequisites"] = _prerequisites(before, given)
    after["targets"] = _targets(before, given)
    after["rules"] = _rules(before, given)
    if "off" in given:
        after["off"] = None if given["off"] == _NONE else given["off"]
    if "default" in given:
        after["default"] = None if given["default"] == _NONE else parse_serve(given["default"])
    if "rollout" in given:
        if "default" in given:
            raise Failure("--rollout is a way to say --default; give one of them")
        after["default"] = rollout(after, given["rollout"], given.get("by"))
    elif "by" in given:
        raise Failure("--by belongs to --rollout; in --default write it as 'by ATTRIBUTE'")
    return {name: value for name, value in after.items() if value != before.get(name)}


def value_of_variant(kind: str, text: str) -> Any:
    """A variant's value from its text: as it stands for a string flag, as JSON for others."""
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Failure(f"{text!r} is no JSON, as a value of a {kind} flag must be") from None


def rollout(flag: Flag, text: str, by: str | None) -> Any:
    """The serve that gives so many one variant and the rest what is served when off."""
    share, _, variant = text.strip().partition(" ")
    weight = parse_percent(share)
    values = {v["key"]: v["value"] for v in flag["variants"]}
    off = flag.get("off")
    if not variant.strip():
        true = [key for key, value in values.items() if value is True]
        if flag["type"] != "boolean" or len(true) != 1:
            raise Failure(f"say which variant: --rollout '{share} VARIANT' ({', '.join(values)})")
        variant = true[0]
    variant = variant.strip()
    if off is None or off == variant:
        raise Failure(
            "a rollout gives the rest what is served when off, and that is "
            f"{'nothing' if off is None else repr(off)}: set --off, or say it by --default"
        )
    if weight in (0, PARTS):
        return variant if weight else off
    kind, _, name = (by or "key").rpartition(":")
    placed = placed_by([name], kind or DEFAULT_KIND)
    return {"split": {"arms": [{"variant": variant, "weight": weight}], **placed, "outside": off}}


def _merged(before: list[Any], added: Any) -> list[Any]:
    return [*before, *(item for item in dict.fromkeys(added) if item not in before)]


def _variants(flag: Flag, given: Mapping[str, Any]) -> list[Any]:
    variants = {v["key"]: v for v in flag.get("variants", [])}
    for text in given.get("variants", ()):
        key, value = _pair(text, "--variant", "KEY=VALUE")
        value = value_of_variant(flag["type"], value)
        variants[key] = {**variants.get(key, {"key": key}), "value": value}
    for key in given.get("removed_variants", ()):
        if variants.pop(key, None) is None:
            raise Failure(f"the flag has no variant {key!r}; it has {', '.join(variants)}")
    return list(variants.values())


def _prerequisites(flag: Flag, given: Mapping[str, Any]) -> list[Any]:
    needed = {p["flag"]: p for p in flag["prerequisites"]}
    for text in given.get("required", ()):
        key, variants = _pair(text, "--require", "FLAG=VARIANT,…")
        needed[key] = {"flag": key, "variants": _listed(variants)}
    for key in given.get("unrequired", ()):
        if needed.pop(key, None) is None:
            raise Failure(f"the flag does not require {key!r}")
    return list(needed.values())


def _targets(flag: Flag, given: Mapping[str, Any]) -> list[Any]:
    """Targets with the keys moved: a key has one variant."""
    gone = set(given.get("removed_targets", ()))
    added: dict[str, list[str]] = {}
    for text in given.get("added_targets", ()):
        variant, listed = _pair(text, "--target", "VARIANT=KEY,…")
        added.setdefault(variant, []).extend(_listed(listed))
    if not gone and not added:
        return list(flag["targets"])
    moved = gone | {key for keys in added.values() for key in keys}
    targets: list[Any] = []
    for target in flag["targets"]:
        if target.get("kind", DEFAULT_KIND) != DEFAULT_KIND:
            targets.append(target)
            continue
        kept = [key for key in target["keys"] if key not in moved]
        kept = _merged(kept, added.pop(target["variant"], ()))
        if kept:
            targets.append({**target, "keys": kept})
    return targets + [{"variant": v, "keys": _merged([], keys)} for v, keys in added.items()]


def _rules(flag: Flag, given: Mapping[str, Any]) -> list[Any]:
    rules = {rule["id"]: rule for rule in flag["rules"]}
    for rule_id, text in given.get("set_rules", ()):
        when, serve = parse_rule(text)
        kept = rules[_known(rules, rule_id)]
        rules[rule_id] = {**kept, "when": when, "serve": serve}
    for rule_id in given.get("paused", ()):
        kept = rules[_known(rules, rule_id)]
        rules[rule_id] = {**kept, "paused": True}
    for rule_id in given.get("resumed", ()):
        kept = rules[_known(rules, rule_id)]
        rules[rule_id] = {name: value for name, value in kept.items() if name != "paused"}
    for rule_id in given.get("removed_rules", ()):
        del rules[_known(rules, rule_id)]
    new = []
    for text in given.get("added_rules", ()):
        when, serve = parse_rule(text)
        new.append({"id": f"r-{secrets.token_hex(4)}", "when": when, "serve": serve})
    return [*new, *rules.values()] if given.get("first") else [*rules.values(), *new]


def _known(rules: Mapping[str, Any], rule_id: str) -> str:
    if rule_id not in rules:
        raise Failure(f"the flag has no rule {rule_id!r}; it has {', '.join(rules) or 'none'}")
    return rule_id


def _pair(text: str, option: str, shape: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Failure(f"{option} {text!r}: write it as {shape}")
    return name, value


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _date(text: str) -> str | None:
    if text == "never":
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00Z"
    return text
