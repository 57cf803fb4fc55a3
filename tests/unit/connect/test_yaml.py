import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.connect import yaml
from yardarm.connect.yaml import load_yaml, parse_yaml
from yardarm.connect.yaml_write import dump_yaml
from yardarm.errors import DocumentError, Problem


def refused(text: str | bytes) -> Problem:
    with pytest.raises(DocumentError) as caught:
        load_yaml(text)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("False", False), ("TRUE", True),
        ("yes", "yes"), ("on", "on"), ("No", "No"), ("y", "y"), ("off", "off"),
        ("null", None), ("~", None), ("", None), ("NULL", None), ("nil", "nil"),
        ("12", 12), ("-7", -7), ("+7", 7), ("007", 7), ("0o17", 15), ("0x1F", 31), ("017", 17),
        ("1_000", "1_000"), ("12:30:45", "12:30:45"), ("0b11", "0b11"),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-3", -0.0015),
        ("2027-03-01", "2027-03-01"), ("2027-03-01T09:00:00Z", "2027-03-01T09:00:00Z"),
        ("'true'", "true"), ('"12"', "12"), ("=", "="), ("1.2.3", "1.2.3"),
        ("{a: [1, 'b'], c: {}}", {"a": [1, "b"], "c": {}}),
        ("on: off\nyes: no", {"on": "off", "yes": "no"}),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("\ufeffa: 1", {"a": 1}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = load_yaml(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: &x 2\n", 2, "anchor &x"),
        ("a: 1\nb:\n  c: *x\n", 3, "alias *x"),
        ("a: 1\nb: !!str 2\n", 2, "tag"),
        ("a: !python/object:os.system x\n", 1, "tag"),
        ("a:\n  <<: {b: 1}\n", 2, "merge key"),
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is given twice"),
        ("a: 1\n404: x\n", 2, "404"),
        ("a: 1\ntrue: x\n", 2, "true"),
        ("? [a, b]\n: 1\n", 1, "list or an object"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("%YAML 1.1\n---\na: yes\n", 2, "directive"),
        ("a: 1\nb: .nan\n", 2, "NaN"),
        ("a: 1\nb: -.inf\n", 2, "NaN"),
        ("a: 1\nb: 9007199254740993\n", 2, "2^53"),
        ("a:\n - b\n - " + "9" * 5000, 3, "NaN and Infinity"),
        ('a: 1\nb: "\\uD800"\n', 2, "lone surrogate"),
        ('a: "x\\0"\n', 1, "U+0000"),
        ("a: 1\nb: [1, 2\n", 3, "not YAML"),
        ("a: 1\n\tb: 2\n", 2, "not YAML"),
        ("a: 'x\n", 2, "not YAML"),
        ("a: x\x01\n", 1, "not YAML"),
        ("__proto__: 1\n", 1, "__proto__"),
    ],
)
def test_what_surprises_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    problem = refused(text)
    assert problem.message.startswith(f"line {line}:"), problem
    assert words in problem.message


def test_the_pointer_leads_to_the_place() -> None:
    assert refused("flags:\n  a:\n    rules:\n      - id: *x\n").pointer == "/flags/a/rules/0/id"
    assert refused("flags:\n  a/b:\n    x: 1\n    x: 2\n").pointer == "/flags/a~1b/x"


def test_a_billion_laughs_is_refused_at_its_first_line() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    assert "line 1" in refused(bomb).message


def test_nesting_is_bounded_in_every_style() -> None:
    assert load_yaml("[" * 60 + "]" * 60)
    assert "nested too deeply" in refused("[" * 100_000).message
    assert "nested too deeply" in refused("{a: " * 5_000).message
    assert "nested too deeply" in refused("- " * 3_000 + "x").message


def test_size_is_bounded() -> None:
    assert "bytes of YAML" in refused("a: " + "x" * yaml.MAX_BYTES).message


def test_bytes_that_are_no_utf_8_are_refused_with_their_line() -> None:
    assert refused(b"a: 1\nb: \xff\n").message == "line 2: not valid UTF-8"


def test_lines_are_known_of_every_part() -> None:
    written = parse_yaml("# head\nflags:\n  a:\n    rules:\n      - id: r1\n        paused: true\n")
    assert written.at("/flags/a/rules/0/paused") == 6
    assert written.at("/flags/a/rules/0/when/all") == 5  # the nearest part around it
    assert written.at("/segments") == 2


_LETTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
_TEXTS = st.text(_LETTERS, max_size=12) | (
    st.sampled_from([
        "on", "yes", "true", "null", "~", "1", "1e3", "0x1F", "-", "- a", "a: b", "#", "a #b", " a",
        "a ", "|", ">", "*a", "&a", "!a", "%a", "@a", "`a", "{", "[a", "a, b", "", "'", '"', "\\n",
        "two\nlines", "two\nlines\n", "\nlead", "a\n\n\nb", "  x\ny", "tab\there\nb", "<<", "=",
        "2027-03-01", "---", "...", "a\n---\nb", "é", "\u2028", "\x85", "\ufeff", "😀", "?", "? a",
    ])
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(_TEXTS.filter(lambda name: name != "__proto__"), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(_VALUES, st.booleans())
def test_what_is_written_is_read_back(value: object, hanging: bool) -> None:
    text = dump_yaml(value, hanging=hanging)
    assert repr(load_yaml(text)) == repr(value), text


def test_what_is_written_looks_as_if_by_hand() -> None:
    value = {
        "flags": {
            "new-checkout": {
                "type": "boolean",
                "variants": [{"key": "on", "value": True}, {"key": "off", "value": False}],
                "description": "Two\nlines.\n",
                "rules": [{"id": "r1", "when": {"attribute": "country", "op": "in",
                           "values": ["NL", "BE"]}, "serve": "on"}],
                "tags": [],
                "owner": "a: b",
            }
        }
    }  # fmt: skip
    assert dump_yaml(value) == (
        "flags:\n"
        "  new-checkout:\n"
        "    type: boolean\n"
        "    variants:\n"
        "      - {key: on, value: true}\n"
        "      - {key: off, value: false}\n"
        "    description: |\n"
        "      Two\n"
        "      lines.\n"
        "    rules:\n"
        "      - id: r1\n"
        "        when:\n"
        "          attribute: country\n"
        "          op: in\n"
        "          values: [NL, BE]\n"
        "        serve: on\n"
        "    tags: []\n"
        '    owner: "a: b"\n'
    )
