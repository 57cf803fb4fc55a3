"""The override file: flags switched by hand, beside the server, when it cannot do it. Pure.

::

    {
      "kill": ["new-checkout"],
      "serve": {"search-engine": "old"},
      "environments": {"production": {"kill": ["banner"]}, "shop/staging": {"serve": {…}}}
    }

A killed flag serves its `off`, as if it were disabled; a flag under `serve` serves that variant to
everybody, as if it had no prerequisites, targets and rules. What stands under `environments` holds
for that environment only, named by its key or by project and key. A kill goes before any `serve`.

An override changes the lines of a snapshot before it is compiled, so it costs an evaluation
nothing. What was changed carries a mark in the flag's metadata, by which decisions say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from ..core.jsontext import canonical, parse_json
from ..core.program import Compiled
from ..core.reading import escape, kind_name
from ..core.snapshot import LineId, Snapshot, line_id, reference, root_of
from ..errors import DocumentError, Problem
from .local import LocalValues, variant_of

MARK = "yardarm.override"
"""The name in a flag's metadata that says how it is overridden: `"kill"` or `"serve"`."""

SOURCE = "yardarm.source"
"""The name in a flag's metadata that says who overrides it, where that is not the override file."""

CAUSE = "override file"
"""The cause that decisions of a flag give that the override file overrides."""

SEPARATOR = "~"
"""Between a server's epoch and the name of the overrides that it serves with."""

_FIELDS = ("kill", "serve", "environments")


@dataclass(frozen=True, slots=True)
class Override:
    """What is overridden in one environment: flags that serve `off`, and those with a variant.

    `sources` names who says so, for those where it is not the override file.
    """

    kill: frozenset[str] = frozenset()
    serve: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        """The flags it names."""
        return self.kill | self.serve.keys()

    def words(self) -> str:
        """What it does, for people."""
        said = [f"flag {key!r} is off" for key in sorted(self.kill)]
        said += [f"flag {key!r} serves {self.serve[key]!r}" for key in sorted(self.serve)]
        more = f" and {len(said) - 10} more" if len(said) > 10 else ""
        return ", ".join(said[:10]) + more


@dataclass(frozen=True, slots=True)
class Overrides:
    """A whole file: what holds everywhere, and what holds in single environments."""

    everywhere: Override = field(default_factory=Override)
    environments: Mapping[str, Override] = field(default_factory=dict)

    def of(self, project: str, environment: str) -> Override:
        """What holds in an environment; with names that are not known, what holds everywhere."""
        kill, serve = set(self.everywhere.kill), dict(self.everywhere.serve)
        names = (environment, f"{project}/{environment}") if environment else ()
        for name in names:
            more = self.environments.get(name)
            if more is not None:
                kill |= more.kill
                serve |= more.serve
        served = {key: variant for key, variant in serve.items() if key not in kill}
        return Override(frozenset(kill), served)

    def to_json(self) -> dict[str, Any]:
        """Its JSON form, the shortest."""
        below = {name: _section(part) for name, part in sorted(self.environments.items())}
        return _section(self.everywhere) | ({"environments": below} if below else {})


NOTHING = Overrides()


def _section(part: Override) -> dict[str, Any]:
    found: dict[str, Any] = {"kill": sorted(part.kill)} if part.kill else {}
    return found | ({"serve": dict(sorted(part.serve.items()))} if part.serve else {})


# --- reading ----------------------------------------------------------------------------------


def read_overrides(data: bytes, *, toml: bool = False) -> Overrides:
    """The overrides that a file's bytes say, JSON or TOML. Raises `DocumentError`."""
    if not data.strip():
        raise DocumentError([Problem("", "the file is empty", "write {} to override nothing")])
    return overrides_from_json(parse_toml(data) if toml else parse_json(data))


def overrides_from_json(value: Any) -> Overrides:
    """The overrides of their JSON form. Raises `DocumentError` with everything that is wrong."""
    problems: list[Problem] = []
    environments: dict[str, Override] = {}
    everywhere = _read_section(value, "", _FIELDS, problems)
    below = value.get("environments", {}) if isinstance(value, dict) else {}
    if isinstance(below, dict):
        for name, part in below.items():
            at = f"/environments/{escape(name)}"
            read = _read_section(part, at, _FIELDS[:2], problems)
            if read.keys:
                environments[name] = read
    else:
        problems.append(_expected("/environments", "an object of environments", below))
    if problems:
        raise DocumentError(problems)
    return Overrides(everywhere, environments)


def _read_section(value: Any, at: str, known: Sequence[str], problems: list[Problem]) -> Override:
    if not isinstance(value, dict):
        problems.append(_expected(at, 'an object like {"kill": ["flag-key"]}', value))
        return Override()
    for name in value:
        if name not in known:
            hint = f"known here: {', '.join(known)}"
            problems.append(Problem(f"{at}/{escape(name)}", "unknown field", hint))
    kill, serve = value.get("kill", []), value.get("serve", {})
    if not isinstance(kill, list) or not all(isinstance(key, str) for key in kill):
        problems.append(_expected(f"{at}/kill", "a list of flag keys", kill))
        kill = []
    if not isinstance(serve, dict) or not all(isinstance(v, str) for v in serve.values()):
        problems.append(_expected(f"{at}/serve", "an object from flag keys to variants", serve))
        serve = {}
    return Override(frozenset(kill), serve)


def _expected(at: str, what: str, found: Any) -> Problem:
    return Problem(at, f"expected {what}, found {kind_name(found)}")


def parse_toml(data: bytes) -> Any:
    """The value of a TOML file. Raises `DocumentError`."""
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DocumentError([Problem("", f"not UTF-8 at byte {error.start}")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DocumentError([Problem("", f"not TOML: {error}")]) from None


# --- over a snapshot --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlay:
    """A snapshot with an override over it. `misses` says, in words, what could not be done."""

    snapshot: Snapshot
    misses: tuple[str, ...] = ()


def overlay(snapshot: Snapshot, override: Override, *, own_epoch: bool = False) -> Overlay:
    """The snapshot as the override wants it, at the same version; itself, if nothing differs.

    With `own_epoch` its epoch says what is overridden: at one epoch and version there is then only
    one content, so that whoever follows a server notices when overrides come and go.
    """
    lines: dict[LineId, bytes] = {}
    done: dict[str, str | None] = {}
    misses: list[str] = []
    for key in sorted(override.keys):
        variant = None if key in override.kill else override.serve[key]
        at = line_id("flag", key)
        line = snapshot.lines.get(at)
        if line is None:
            misses.append(f"there is no flag {key!r}")
            continue
        edited = _edited(line, variant, override.sources.get(key))
        if isinstance(edited, str):
            misses.append(f"flag {key!r} {edited}")
            continue
        lines[at] = at + b"\t" + canonical(edited)
        done[key] = variant
    if not lines:
        return Overlay(snapshot, tuple(misses))
    hashes = {**snapshot.hashes, **{at: sha256(line).hexdigest() for at, line in lines.items()}}
    epoch = snapshot.epoch
    if own_epoch:
        epoch += SEPARATOR + sha256(canonical(done)).hexdigest()[:12]
    shown = Snapshot(epoch, snapshot.version, root_of(hashes), {**snapshot.lines, **lines}, hashes)
    return Overlay(shown, tuple(misses))


def with_local(
    snapshot: Snapshot, override: Override, local: LocalValues
) -> tuple[Override, tuple[str, ...]]:
    """The override with the local values of the snapshot's flags; what cannot be done, in words.

    A local value goes before what the override file serves, a kill in that file before all but what
    a test says.
    """
    if not local:
        return override, ()
    keys = (key for kind, key in map(reference, snapshot.lines) if kind == "flag")
    kill, serve, sources = set(override.kill), dict(override.serve), dict[str, str]()
    misses: list[str] = []
    for key in sorted(local.named(keys) - (override.kill - local.tests.keys())):
        said = local.find(key)
        flag = _parsed(snapshot.lines[line_id("flag", key)])
        if said is None or flag is None:
            continue
        try:
            variant = variant_of(flag, said.value)
        except ValueError as error:
            misses.append(f"{said.source}: flag {key!r} {error}")
            continue
        sources[key] = said.source
        serve.pop(key, None)
        kill.discard(key)
        if variant is None:
            kill.add(key)
        else:
            serve[key] = variant
    return Override(frozenset(kill), serve, sources), tuple(misses)


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The flag's JSON; None where it cannot be read."""
    try:
        flag = json.loads(line.split(b"\t", 2)[2])
        canonical(flag)
    except (ValueError, RecursionError):
        return None
    return flag if isinstance(flag, dict) else None


def _edited(line: bytes, variant: str | None, source: str | None) -> dict[str, Any] | str:
    """The flag's JSON with `enabled` false, or serving a variant; why not, in words.

    The rest of the line stays as it is, also what a newer server wrote into it.
    """
    flag = _parsed(line)
    if flag is None:
        return "cannot be read"
    if flag.get("archived_at") is not None:
        return "is archived"
    given = flag.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    how: Literal["kill", "serve"] = "kill" if variant is None else "serve"
    marks = {MARK: how} if source is None else {MARK: how, SOURCE: source}
    edited = {**flag, "metadata": {**metadata, **marks}, "enabled": variant is not None}
    if variant is None:
        return edited
    variants = flag.get("variants")
    known = [v.get("key") for v in variants if isinstance(v, dict)] if variants else []
    if variant not in known:
        return f"has no variant {variant!r}"
    for name in ("prerequisites", "targets", "rules"):
        edited.pop(name, None)
    return edited | {"default": variant}


def mark(compiled: Compiled) -> None:
    """Have the outcomes of an overridden flag give as their cause who overrides it."""
    if compiled.flag is not None and MARK in compiled.flag.metadata:
        cause = str(compiled.flag.metadata.get(SOURCE, CAUSE))
        for outcome in compiled.outcomes:
            outcome.cause = outcome.cause or cause


def same_history(epoch: str, other: str) -> bool:
    """Whether two epochs are of one history, with other overrides at most."""
    return epoch.partition(SEPARATOR)[0] == other.partition(SEPARATOR)[0]
