"""Laws that an import contract cannot state, read off the source itself."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "yardarm"

# What `pip install yardarm` without extras runs.
BASE = ("__init__.py", "errors.py", "core", "dialects", "sdk")
# The one place of the base package that may try a third-party module, inside a function.
OPTIONAL = {("sdk/fast.py", "re2")}

READS_THE_CLOCK = {"now", "utcnow", "today"}
DOES_IO = {"open", "print", "input", "breakpoint"}


def sources(*parts: str) -> list[str]:
    """Paths, relative to the package, of the Python files in these parts of it."""
    found = []
    for part in parts:
        path = PACKAGE / part
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        found += [str(file.relative_to(PACKAGE)) for file in files if file.is_file()]
    return found


def parse(name: str) -> ast.Module:
    return ast.parse((PACKAGE / name).read_text("utf-8"), name)


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of the modules imported absolutely, at any depth of the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("name", sources(*BASE))
def test_the_base_package_needs_nothing_but_python(name: str) -> None:
    known = sys.stdlib_module_names | {"yardarm"}
    foreign = {module for module in imported(parse(name)) if module not in known}
    assert {module for module in foreign if (name, module) not in OPTIONAL} == set()


@pytest.mark.parametrize("name", sources("core", "dialects"))
def test_the_core_reads_no_clock_and_does_no_io(name: str) -> None:
    found = []
    for call in calls(parse(name)):
        function = call.func
        if isinstance(function, ast.Name) and function.id in DOES_IO:
            found.append(f"line {call.lineno}: {function.id}()")
        if isinstance(function, ast.Attribute) and function.attr in READS_THE_CLOCK:
            found.append(f"line {call.lineno}: .{function.attr}()")
    assert found == []


@pytest.mark.parametrize("name", sources("core", "dialects"))
def test_re_never_sees_a_pattern_from_a_document(name: str) -> None:
    """At import time no document is there yet, so `re` may be called then and never later."""
    functions = [
        node for node in ast.walk(parse(name)) if isinstance(node, ast.FunctionDef | ast.Lambda)
    ]
    found = {
        f"line {call.lineno}: re.{call.func.attr}()"
        for function in functions
        for call in calls(function)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "re"
        and call.func.attr != "escape"
    }
    assert found == set()


@pytest.mark.parametrize("name", sources("server"))
def test_only_settings_reads_the_environment(name: str) -> None:
    if name == "server/settings.py" or name.startswith("server/settings/"):
        return
    found = {
        f"line {node.lineno}: os.{node.attr}"
        for node in ast.walk(parse(name))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    }
    assert found == set()
