"""What is read from Python source about flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.connect.python.usage import Declared, Usage, read_usage


def read(text: str, **others: str) -> Usage:
    files = {"main.py": text, **{f"{name}.py": source for name, source in others.items()}}
    return read_usage([(name, source.encode()) for name, source in files.items()])


def keys(text: str, **others: str) -> list[str | None]:
    return [one.key for one in read(text, **others).uses if one.file == "main.py"]


@pytest.mark.parametrize(
    "text",
    [
        "client.boolean('a')", "self.client.string('a', ctx)", "flags.variant_detail(key='a')",
        "app.flag_client.json('a')", "get_client().integer('a')", "feature_flags.number('a')",
        "from yardarm import Client\nc = Client(u, k)\nc.boolean('a')",
        "from yardarm import Client\nself.it = Client.from_file('f')\nself.it.boolean('a')",
        "import yardarm\nwith yardarm.AsyncClient(u, k) as it:\n  it.json_detail('a')",
        "import yardarm as y\ny.get_client().boolean('a')",
        "from yardarm import flag as f\n@f('a', fallback=None)\ndef x(): ...",
        "import yardarm\n@yardarm.flag('a', fallback=None)\nasync def x(): ...",
        "from yardarm import choose, enabled\nchoose('a', {}, fallback=x)",
        "from yardarm import enabled\nwith enabled('a') as on: ...",
        "from yardarm import BooleanFlag\nBooleanFlag[V]('a', ['on'])",
        "KEY = 'a'\nclient.boolean(KEY)", "KEY: Final = 'a'\nclient.boolean(KEY)",
        "class Keys(StrEnum):\n  NEW = 'a'\nclient.boolean(Keys.NEW)",
        "from yardarm import declare\nKEY = declare('a')\nclient.boolean(KEY)",
    ],
)  # fmt: skip
def test_a_use_is_found(text: str) -> None:
    assert keys(text) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "response.json('a')", "faker.boolean('a')", "client.get('a')", "client.boolean()",
        "flag('a', fallback=None)", "from other import flag\nflag('a')", "client.boolean",
        '"""Written by `yardarm codegen python`."""\nfrom yardarm import JsonFlag\nJsonFlag("a")',
    ],
)  # fmt: skip
def test_what_is_none_is_not(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize("key", ["f'{a}'", "key", "keys.NEW", "'a' + b", "3", "b'a'", "g()"])
def test_a_key_that_only_the_running_program_knows(key: str) -> None:
    assert keys(f"client.boolean({key})") == [None]


def test_keys_are_followed_through_imports() -> None:
    home = "NEW = 'a'\nclass Keys:\n  OLD = 'b'\n"
    text = (
        "from app.keys import NEW, Keys as K\nfrom . import keys\n"
        "client.boolean(NEW)\nclient.boolean(K.OLD)\nclient.boolean(keys.NEW)\n"
        "client.boolean(keys.Keys.OLD)\n"
    )
    assert keys(text, keys=home) == ["a", "b", "a", "b"]
    assert keys("from app.keys import NEW\nclient.boolean(NEW)") == [None]


def test_two_modules_of_one_name_that_disagree_are_not_guessed_between() -> None:
    files = [("a/keys.py", b"NEW = 'a'"), ("b/keys.py", b"NEW = 'b'"),
             ("main.py", b"from a.keys import NEW\nclient.boolean(NEW)")]  # fmt: skip
    assert [one.key for one in read_usage(files).uses] == [None]


def test_declarations_are_read() -> None:
    found = read(
        "from yardarm import declare\n"
        "A = declare('a', purpose='experiment', owner='search', expires='2027-03-01')\n"
        "declare('b', expires=None, description=long())\n"
        "declare('c', expires=date(2027, 3, 1))\n"
        "declare(name)\n"
    )
    assert found.declared == [
        Declared("main.py", 2, "a", "experiment", "search", "2027-03-01"),
        Declared("main.py", 3, "b"),
        Declared("main.py", 4, "c", problem="its expires is no literal"),
        Declared("main.py", 5, "", problem="its key is no literal"),
    ]
    assert found.uses == []


def test_places_are_told() -> None:
    (use,) = read("\n\nclient.boolean(\n  'a')").uses
    assert (use.file, use.line, use.said) == ("main.py", 3, "client.boolean(…)")


def test_retired_names() -> None:
    (gone,) = read("import yardarm\nyardarm.retire('old')").retired
    assert (gone.key, gone.line) == ("old", 2)


@pytest.mark.parametrize("data", [b"def f(:", b"\xff\xfe", b"x = '\x00'", b"(" * 100_000])
def test_what_is_no_python_is_said_and_stops_nobody(data: bytes) -> None:
    found = read_usage([("bad.py", data), ("good.py", b"client.boolean('a')")])
    assert [one.file for one in found.unreadable] == ["bad.py"]
    assert [one.key for one in found.uses] == ["a"]


@given(st.text() | st.text(st.sampled_from("client.boolean('a')=\n @flag:()")))
def test_any_text_can_be_read(text: str) -> None:
    read_usage([("x.py", text.encode("utf-8", "surrogatepass"))])
