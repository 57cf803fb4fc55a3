"""The pytest plugin, which comes with the package.

Markers: `flags` overrides, `flag_variants`, `flag_combinations` and `flag_states` run a test once
for each of several states. The fixture `flags` overrides and tells what was asked for.
`--flags-strict`, `--flags-report` and `--flags-json` are for all tests. A test that uses none of it
costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..core.model import Document, Json
    from .recording import Recording
    from .report import Report
    from .states import State

_MARKERS = {
    "flags": "flags(values, *, strict=None, **named): override flags in this test.",
    "flag_variants": (
        "flag_variants(flag, *variants): run once for each variant; without any, for all that "
        "the flag has in flags_document."
    ),
    "flag_combinations": (
        "flag_combinations({flag: variants}, strength=2): run in few combinations that hold every "
        "pair of variants; an empty list of variants means all of flags_document."
    ),
    "flag_states": (
        "flag_states(*names, change={}): run in `live` (what flags_document serves), `next-live` "
        "(that with the change) and `fallbacks` (nothing can be reached)."
    ),
}
_STATE = "flag_state"
_IN_WORKER = "yardarm_flags"


class Flags:
    """The flags of the test that runs: the fixture `flags`."""

    def __init__(self, held: ExitStack, seen: Recording) -> None:
        self.seen = seen
        """Every evaluation so far, see `Recording`."""
        self._held = held
        self.overridden: set[str] = set()
        """The keys of what this test overrides itself."""
        self.bare = False
        """Whether all flags fall back."""

    def override(self, values: Mapping[str, Json] | None = None, /, **named: Json) -> None:
        """Override flags until the end of the test; see `yardarm.testing.override`."""
        from .holding import override

        said = {**(values or {}), **named}
        self.overridden |= said.keys()
        self._held.enter_context(override(said))

    def fall_back(self) -> None:
        """Have all flags answer their fallbacks until the end of the test."""
        from .holding import without_flags

        self.bare = True
        self._held.enter_context(without_flags())

    def serve(self, document: Document | Mapping[str, Any]) -> None:
        """Have every client serve this document until the end of the test."""
        from .holding import serving

        self._held.enter_context(serving(document))


_HELD = pytest.StashKey[ExitStack]()
_FLAGS = pytest.StashKey[Flags]()
_REPORT: pytest.StashKey[Report] = pytest.StashKey()
_DOCUMENT: pytest.StashKey[Document | None] = pytest.StashKey()


# --- the command line ---------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and settings."""
    group = parser.getgroup("yardarm", "feature flags (yardarm)")
    group.addoption(
        "--flags-strict",
        action="store_true",
        help="fail a test that asks for an unknown flag, or overrides one that nobody asks for",
    )
    group.addoption(
        "--flags-report",
        action="store_true",
        help="tell which flags the tests touched, and which states none covers",
    )
    group.addoption("--flags-json", metavar="FILE", help="write that report to FILE, as JSON")
    parser.addini("flags_document", "a document (JSON, TOML or YAML) of the flags as they are live")
    parser.addini("flags_strict", "as --flags-strict", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Markers, and the report if it is wished for."""
    for text in _MARKERS.values():
        config.addinivalue_line("markers", text)
    if config.getoption("flags_report") or config.getoption("flags_json"):
        from .report import Report

        config.stash[_REPORT] = Report()


def _document(config: pytest.Config) -> Document | None:
    """The document that the settings name; read once. Raises `UsageError`."""
    if _DOCUMENT not in config.stash:
        name = config.getini("flags_document")
        config.stash[_DOCUMENT] = _load(config.rootpath / name) if name else None
    return config.stash[_DOCUMENT]


def _load(path: Path) -> Document:
    from ..connect.files import load_document
    from ..errors import YardarmError

    try:
        return load_document(str(path))
    except (OSError, YardarmError) as error:
        raise pytest.UsageError(f"flags_document: {error}") from None


# --- states, as parameters ----------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each state that its markers ask for."""
    from ..errors import OptionError

    try:
        several = list(_states(metafunc))
    except (OptionError, TypeError) as error:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {error}") from None
    if several:
        from .states import all_of

        metafunc.fixturenames.append(_STATE)
        states = all_of(several)
        metafunc.parametrize(_STATE, states, ids=[state.name for state in states], indirect=True)


def _states(metafunc: pytest.Metafunc) -> Generator[list[State], None, None]:
    for marker in metafunc.definition.iter_markers():
        if marker.name not in _MARKERS or marker.name == "flags":
            continue
        from . import states

        document = _document(metafunc.config)
        if marker.name == "flag_variants":
            flag, *variants = marker.args
            yield states.of_variants(flag, variants, document)
        elif marker.name == "flag_combinations":
            (choices,) = marker.args
            strength = marker.kwargs.get("strength", 2)
            yield states.of_combinations(choices, strength, document)
        else:
            yield states.of_names(marker.args, marker.kwargs.get("change", {}), document)


@pytest.fixture
def flag_state(request: pytest.FixtureRequest) -> Any:
    """The state of flags in which the test runs, by the markers; None without any."""
    return getattr(request, "param", None)


# --- around a test ------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """What the markers say holds before any fixture is made."""
    if _is_concerned(item):
        _begin(item)
    return (yield)


def _is_concerned(item: pytest.Item) -> bool:
    if _is_strict(item) or _REPORT in item.config.stash:
        return True
    if "flags" in getattr(item, "fixturenames", ()):
        return True
    return any(marker.name in _MARKERS for marker in item.iter_markers())


def _is_strict(item: pytest.Item) -> bool:
    for marker in item.iter_markers("flags"):
        if marker.kwargs.get("strict") is not None:
            return bool(marker.kwargs["strict"])
    return bool(item.config.getoption("flags_strict") or item.config.getini("flags_strict"))


def _begin(item: pytest.Item) -> None:
    from .recording import record

    held = item.stash[_HELD] = ExitStack()
    flags = item.stash[_FLAGS] = Flags(held, held.enter_context(record()))
    callspec = getattr(item, "callspec", None)
    state = None if callspec is None else callspec.params.get(_STATE)
    if state is not None:
        state.hold(held)
        flags.overridden |= state.values.keys()
        flags.bare = state.bare
    # The marker that is nearest to the test comes last, and counts.
    for marker in reversed(list(item.iter_markers("flags"))):
        named = {name: value for name, value in marker.kwargs.items() if name != "strict"}
        flags.override(*marker.args, **named)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """After a strict test that passed: what it may not do."""
    result = yield
    if _FLAGS in item.stash and _is_strict(item):
        from .strict import complaints

        flags, document = item.stash[_FLAGS], _document(item.config)
        known = () if document is None else document.flags
        found = complaints(flags.seen, flags.overridden, bare=flags.bare, known=known)
        if found:
            pytest.fail("strict flags: " + "; ".join(found), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """What held ends after the last fixture."""
    try:
        return (yield)
    finally:
        if _FLAGS in item.stash:
            if _REPORT in item.config.stash:
                item.config.stash[_REPORT].add(item.nodeid, item.stash[_FLAGS].seen)
            item.stash[_HELD].close()
            del item.stash[_HELD], item.stash[_FLAGS]


@pytest.fixture
def flags(request: pytest.FixtureRequest) -> Flags:
    """The flags of this test: override them, and see what was asked for."""
    found: Flags = request.node.stash[_FLAGS]
    return found


# --- the report ---------------------------------------------------------------------------------


@pytest.hookimpl
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist tells its controller what it saw."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None and _REPORT in session.config.stash:
        output[_IN_WORKER] = session.config.stash[_REPORT].told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller hears of it."""
    told = getattr(node, "workeroutput", {}).get(_IN_WORKER)
    if told and _REPORT in node.config.stash:
        node.config.stash[_REPORT].merge(told)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The report, at the end of the run."""
    if _REPORT not in config.stash or hasattr(config, "workeroutput"):
        return
    report, document = config.stash[_REPORT], _document(config)
    if file := config.getoption("flags_json"):
        text = json.dumps(report.to_json(document), indent=2, ensure_ascii=False)
        Path(file).write_text(text + "\n", "utf-8")
        terminalreporter.write_line(f"flags: {file}")
    if config.getoption("flags_report"):
        terminalreporter.section("flags")
        for line in report.lines(document):
            terminalreporter.write_line(line)
