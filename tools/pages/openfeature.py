"""The page about OpenFeature: its requirements, and the tests whose docstrings name them."""

from __future__ import annotations

import ast
import re
import runpy
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from yardarm.integrations.openfeature import YardarmProvider

from .prose import cell, code, prose, table

TESTS = Path(__file__).resolve().parents[2] / "tests" / "conformance" / "openfeature"
SECTIONS = {
    "1": "Flag evaluation",
    "2": "Providers",
    "3": "Evaluation context",
    "4": "Hooks",
    "5": "Events",
    "6": "Tracking",
}

HEAD = """\
# OpenFeature

`yardarm.integrations.openfeature.YardarmProvider` and the requirements of [OpenFeature's
specification](https://openfeature.dev/specification/) {specified}, which is what `openfeature-sdk`
{sdk} implements. The tests are of our own making, in `tests/conformance/openfeature`, and run our
provider under the real SDK. [Use OpenFeature](../how-to/use-openfeature.md) tells how to set it up;
other languages ask by [OFREP](ofrep.md).

"""

STATES = """\
## What a client's status is in OpenFeature

| The client | Status | Event |
|---|---|---|
| has heard from its source | `READY` | `PROVIDER_READY` |
| serves what came from disk or by `bootstrap`, and has heard nothing yet | `READY` | \
`PROVIDER_READY` |
| has lost its source, is refused by it now, or was closed, and serves what it had | `STALE` | \
`PROVIDER_STALE` |
| has nothing to serve | `ERROR` | `PROVIDER_ERROR` with `PROVIDER_NOT_READY` |
| has nothing to serve, because it is refused | `FATAL` | `PROVIDER_ERROR` with `PROVIDER_FATAL` |
| serves flags that changed | as before | `PROVIDER_CONFIGURATION_CHANGED` with `flags_changed` |

## Flag metadata

The flag's own metadata, and beside it `version` (the flag's), `flagSetId` (project/environment, of
a server's flags), `rule` (the rule that served) and `cause` (why an answer is what it is).

"""


class Named(NamedTuple):
    """A test that names a requirement; `failing` is why it is known to fail."""

    name: str
    failing: str


def by_requirement() -> dict[str, list[Named]]:
    """Every test by the numbers that its docstring names."""
    found: dict[str, list[Named]] = defaultdict(list)
    for path in sorted(TESTS.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _numbers(ast.get_docstring(node) or ""):
                    found[number].append(Named(node.name, _failing(node)))
    return found


def openfeature() -> str:
    """The page."""
    known = runpy.run_path(str(TESTS / "requirements.py"))
    head = HEAD.format(
        specified=known["VERSION"], sdk=".".join(version("openfeature-sdk").split(".")[:2])
    )
    out = [head, "## The provider\n\n", prose(YardarmProvider.__doc__), "\n", STATES]
    out.append("## Requirements\n\nA number is that of the specification; the words are ours.\n")
    tests = by_requirement()
    for section, title in SECTIONS.items():
        rows = [
            " | ".join((number, cell(words), _state(number, tests, known), _names(number, tests)))
            for number, words in known["REQUIREMENTS"].items()
            if number.startswith(section + ".")
        ]
        out.append(f"\n### {section}. {title}\n\n" + table("Number|In short|Holds|Tests", rows))
    return "".join(out)


def _numbers(docstring: str) -> Iterator[str]:
    named = re.match(r"Requirements? ([\d., \n]+)\.", docstring)
    return iter(re.findall(r"\d+(?:\.\d+)+", named[1]) if named else [])


def _failing(node: ast.FunctionDef) -> str:
    """The reason of its `xfail` mark."""
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("xfail"):
            return next(str(ast.literal_eval(k.value)) for k in mark.keywords if k.arg == "reason")
    return ""


def _state(number: str, tests: dict[str, list[Named]], known: dict[str, dict[str, str]]) -> str:
    if number in known["NOT_APPLICABLE"]:
        return f"does not apply: {cell(known['NOT_APPLICABLE'][number])}"
    failing = [test.failing for test in tests[number] if test.failing]
    if not failing:
        return "yes"
    return f"{'in part' if len(failing) < len(tests[number]) else 'no'}: {cell(failing[0])}"


def _names(number: str, tests: dict[str, list[Named]]) -> str:
    return ", ".join(dict.fromkeys(code(test.name) for test in tests.get(number, [])))
