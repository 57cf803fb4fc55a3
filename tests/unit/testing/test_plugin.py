"""The pytest plugin, in runs of pytest of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.testing.documents import DOCUMENT

pytest_plugins = ["pytester"]

PROGRAM = f"""
import yardarm
client = yardarm.Client.from_document({DOCUMENT!r})
DUTCH = {{"key": "ann", "country": "NL"}}
BELGIAN = {{"key": "bea", "country": "BE"}}

def buy(person):
    return "one step" if client.boolean("checkout", person) else "three steps"
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a program, and the document of what is live."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # those of others are slow
    monkeypatch.setenv("PYTEST_PLUGINS", "yardarm.testing.plugin")
    pytester.makepyfile(program=PROGRAM)
    (pytester.path / "live.json").write_text(json.dumps(DOCUMENT), "utf-8")
    pytester.makeini("[pytest]\nflags_document = live.json\npythonpath = .\n")
    return pytester


def run(project: pytest.Pytester, body: str, *arguments: str) -> pytest.RunResult:
    # Not in this process, whose modules such a run would replace.
    project.makepyfile(test_it="import pytest\nfrom program import *\n\n" + body)
    return project.runpytest_subprocess(*arguments)


def test_overridden_by_marker_and_fixture_and_only_there(project: pytest.Pytester) -> None:
    done = run(
        project,
        """
@pytest.fixture
def bought(flags):
    return buy(BELGIAN)

@pytest.mark.flags(checkout=True)
class TestMarked:
    def test_marked(self, bought):
        assert bought == "one step"   # before any fixture was made

    @pytest.mark.flags({"checkout": False})
    def test_nearest_counts(self):
        assert buy(DUTCH) == "three steps"

def test_fixture(flags):
    flags.override(checkout=True)
    assert buy(BELGIAN) == "one step"
    assert flags.seen.variants("checkout") == {"on"}
    flags.fall_back()
    assert client.string("engine", fallback="none") == "none"

def test_after():
    assert buy(BELGIAN) == "three steps"

@pytest.mark.flags(checkout=True)
async def unrelated():
    pass
""",
    )
    done.assert_outcomes(passed=4)


def test_once_for_each_state(project: pytest.Pytester) -> None:
    done = run(
        project,
        """
@pytest.mark.flag_variants("engine")
def test_variants(flags):
    client.string("engine")

@pytest.mark.flag_variants("limit", 1, 9)
def test_named_variants():
    assert client.integer("limit") in (1, 9)

@pytest.mark.flag_combinations({"checkout": [True, False], "engine": [], "new": [True, False]})
def test_pairs():
    client.boolean("checkout"), client.string("engine"), client.boolean("new")

@pytest.mark.flag_states("live", "next-live", "fallbacks", change={"engine": "v2"})
def test_what_is_live(request, flag_state):
    expected = {"live": "words", "next-live": "meaning", "fallbacks": "none"}
    assert client.string("engine", fallback="none") == expected[flag_state.name]

@pytest.mark.flag_variants("engine", "v1", "v2")
@pytest.mark.flag_states("live", "fallbacks")
def test_both():
    client.string("engine")
""",
        "-vv",
    )
    done.assert_outcomes(passed=2 + 2 + 4 + 3 + 4)
    done.stdout.fnmatch_lines(
        ["*test_variants[[]engine=v1[]]*", "*test_what_is_live[[]next-live[]]*"]
    )


def test_strict(project: pytest.Pytester) -> None:
    body = """
def test_right(flags):
    flags.override(checkout=True)
    buy(DUTCH)

def test_unknown():
    client.boolean("chekout")

@pytest.mark.flags(engine="v2")
def test_unused():
    buy(DUTCH)

@pytest.mark.flags(strict=False)
def test_excused():
    client.boolean("nonsense")

@pytest.mark.flag_states("fallbacks")
def test_without_any():
    buy(DUTCH)

def test_that_fails_itself():
    client.boolean("chekout")
    assert buy(DUTCH) == "nothing"
"""
    done = run(project, body, "--flags-strict")
    done.assert_outcomes(passed=3, failed=3)
    done.stdout.fnmatch_lines(
        [
            "*flag 'chekout' was asked for and is in no document; did you mean 'checkout'?*",
            "*flag 'engine' was overridden and never asked for*",
            "*assert 'one step' == 'nothing'*",
        ]
    )
    run(project, body).assert_outcomes(passed=5, failed=1)


def test_report(project: pytest.Pytester) -> None:
    body = """
@pytest.mark.parametrize("person", [DUTCH, BELGIAN])
def test_buy(person):
    buy(person)

def test_engine():
    client.string("engine")
    client.boolean("gone")
"""
    done = run(project, body, "--flags-report")
    done.stdout.fnmatch_lines(
        [
            "checkout: 2 tests (off in 1, on in 1)",
            "engine: 1 test (v1 in 1)",
            "gone: 1 test ((fallback) in 1)",
            "No test covers:",
            "  engine: v2",
        ]
    )
    file = project.path / "flags.json"
    run(project, body, f"--flags-json={file}")
    told = json.loads(Path(file).read_text("utf-8"))
    assert told["uncovered"] == {"engine": ["v2"]}
    assert told["flags"]["engine"] == {"v1": ["test_it.py::test_engine"]}


def test_reports_of_several_processes_are_one(project: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    file = project.path / "flags.json"
    project.makepyfile(
        test_one="from program import *\ndef test_one(): buy(DUTCH)",
        test_two="from program import *\ndef test_two(): buy(BELGIAN)",
    )
    done = project.runpytest_subprocess("-p", "xdist", "-n", "2", f"--flags-json={file}")
    done.assert_outcomes(passed=2)
    told = json.loads(Path(file).read_text("utf-8"))
    assert set(told["flags"]["checkout"]) == {"on", "off"}


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ('flag_variants("nonsense")', "there is no flag 'nonsense' in the document"),
        ('flag_states("next-life")', "there is no state 'next-life'; did you mean 'next-live'?"),
        ('flag_states("next-live")', "needs a change"),
        ('flag_combinations({"engine": []}, strength=0)', "strength is a number of flags"),
    ],
)
def test_a_marker_that_makes_no_sense_is_told(
    project: pytest.Pytester, marker: str, said: str
) -> None:
    done = run(project, f"@pytest.mark.{marker}\ndef test_it(): pass")
    assert done.ret == pytest.ExitCode.USAGE_ERROR or done.parseoutcomes().get("errors") == 1
    assert said in done.stdout.str() + done.stderr.str()


def test_a_document_that_cannot_be_read_is_told(project: pytest.Pytester) -> None:
    (project.path / "live.json").write_text("{", "utf-8")
    done = run(project, '@pytest.mark.flag_variants("engine")\ndef test_it(): pass')
    assert "flags_document" in done.stdout.str() + done.stderr.str()


def test_a_run_without_flags_loads_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import sys
        def test_it():
            assert not [name for name in sys.modules if name.startswith("yardarm.core")]
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
