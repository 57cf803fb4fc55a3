import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.cli.failures import Failure
from yardarm.cli.grammar import (
    RESERVED,
    parse_condition,
    parse_percent,
    parse_rule,
    parse_serve,
)
from yardarm.cli.words import condition_words, percent, rule_words, serve_words
from yardarm.core.codec import document_from_json
from yardarm.core.operators import OPERATORS


def clause(attribute: str, operator: str, *values: object, kind: str = "user") -> dict[str, object]:
    out: dict[str, object] = {"attribute": attribute, "op": operator}
    if values:
        out["values"] = list(values)
    return out if kind == "user" else {**out, "kind": kind}


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("everyone", {"always": True}),
        ("country in NL,BE", clause("country", "in", "NL", "BE")),
        ("country in NL , BE", clause("country", "in", "NL", "BE")),
        ("plan = pro", clause("plan", "equals", "pro")),
        ("plan != pro", {"not": clause("plan", "equals", "pro")}),
        ("plan not != pro", clause("plan", "equals", "pro")),
        ("country not in NL", {"not": clause("country", "in", "NL")}),
        ("not country in NL", {"not": clause("country", "in", "NL")}),
        ("age >= 18", clause("age", "gte", 18)),
        ("age < -1.5e3", clause("age", "lt", -1500.0)),
        ("beta = true", clause("beta", "equals", True)),
        ('zip = "01234"', clause("zip", "equals", "01234")),
        ("zip = 01234", clause("zip", "equals", "01234")),
        ('city in "New York","a, b"', clause("city", "in", "New York", "a, b")),
        ("version semver_gte 2.10.0", clause("version", "semver_gte", "2.10.0")),
        ("email present", clause("email", "present")),
        ("email not present", {"not": clause("email", "present")}),
        ("/address/city = Delft", clause("/address/city", "equals", "Delft")),
        ("organization:plan = pro", clause("plan", "equals", "pro", kind="organization")),
        ('"a:b" = 1', clause("a:b", "equals", 1)),
        ('"segment" = 1', clause("segment", "equals", 1)),
        ("segment beta", {"segment": "beta"}),
        ("not segment beta", {"not": {"segment": "beta"}}),
        ("flag nav is on,new", {"flag": "nav", "variants": ["on", "new"]}),
        ("a = 1 and b = 2", {"all": [clause("a", "equals", 1), clause("b", "equals", 2)]}),
        (
            "a = 1 or b = 2 and c = 3",
            {"any": [clause("a", "equals", 1),
                     {"all": [clause("b", "equals", 2), clause("c", "equals", 3)]}]},
        ),
    ],
)  # fmt: skip
def test_conditions(text: str, condition: object) -> None:
    assert parse_condition(text) == condition


@pytest.mark.parametrize(
    ("text", "serve"),
    [
        ("on", "on"),
        ('"10%"', "10%"),
        ('"rest"', "rest"),
        ("100% on", {"split": {"arms": [{"variant": "on", "weight": 100_000}]}}),
        ("10% on", {"split": {"arms": [{"variant": "on", "weight": 10_000}], "outside": None}}),
        (
            "0.001% on, rest off",
            {"split": {"arms": [{"variant": "on", "weight": 1}], "outside": "off"}},
        ),
        (
            "50% a,50% b by organization:key",
            {"split": {"arms": [{"variant": "a", "weight": 50_000},
                                {"variant": "b", "weight": 50_000}], "kind": "organization"}},
        ),
        (
            "20% a by email, key",
            {"split": {"arms": [{"variant": "a", "weight": 20_000}], "by": ["email", "key"],
                       "outside": None}},
        ),
    ],
)  # fmt: skip
def test_serves(text: str, serve: object) -> None:
    assert parse_serve(text) == serve


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected an attribute"),
        ("country in NL", "expected '->'"),
        ("country in NL -> ", "expected a variant"),
        ("country in -> on", "expected a value"),
        ("country=NL -> on", "expected an operator"),
        ("country is NL -> on", "expected an operator"),
        ("country in New York -> on", "found 'York'"),
        ('country in "New York -> on', "quote is not closed"),
        ('a = "\\x" -> on', "no quoted text"),
        ("a = 1 and -> on", "expected an attribute"),
        ("a = 1, -> on", "expected a value"),
        ("segment -> on", "expected a segment"),
        ("flag x = on -> on", "expected 'is'"),
        ("a = 1 -> on off", "'off' is too much"),
        ("a = 1 -> 60% a, 60% b", "add up to 120%"),
        ("a = 1 -> 10.0001% a", "no share"),
        ("a = 1 -> -5% a", "no share"),
        ("a = 1 -> 10% a, b", "'b' is no share"),
        ("a = 1 -> 10% a by key, organization:key", "one kind only"),
        ("a = 1 -> rest off", "expected a variant or a share"),
        ("a = 1e999 -> on", "out of range"),
        ("everyone and a = 1 -> on", "expected '->'"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    with pytest.raises(Failure) as caught:
        parse_rule(text)
    assert words in str(caught.value)
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("text", "weight"), [("0%", 0), ("100%", 100_000), ("12.5%", 12_500), ("0.001%", 1)]
)
def test_shares(text: str, weight: int) -> None:
    assert parse_percent(text) == weight
    assert percent(weight) == text


@pytest.mark.parametrize("text", ["10", "101%", "%", "nan%", "1e9%", "-0.001%", "0.0001%", "x%"])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(Failure):
        parse_percent(text)


def test_every_rule_it_makes_is_one_that_the_codec_reads() -> None:
    for operator in OPERATORS.values():
        values = "" if operator.takes == "none" else " 1"
        when, serve = parse_rule(f"a {operator.name}{values} -> 10% on, rest off by x:key")
        flag = {"type": "boolean", "variants": [], "rules": [
            {"id": "r", "when": when, "serve": serve},
        ]}  # fmt: skip
        document_from_json({"flags": {"f": flag}})


# --- words say what the grammar reads -----------------------------------------------------------

_TEXTS = st.sampled_from(sorted(RESERVED)) | st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8
)  # fmt: skip
_KEYS = _TEXTS | st.sampled_from(["10%", "a:b", "x,y", 'q"q', "true", "12", "->", "a b", "rest"])
_VALUES = _KEYS | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
_KINDS = st.sampled_from(["user", "organization"])


@st.composite
def _clauses(draw: st.DrawFn) -> dict[str, object]:
    operator = draw(st.sampled_from(sorted(OPERATORS)))
    count = {"none": 0, "one": 1, "many": draw(st.integers(1, 3))}[OPERATORS[operator].takes]
    values = [draw(_VALUES) for _ in range(count)]
    kind = draw(_KINDS)
    # A kind is written before an attribute, which then is never in quotes.
    attribute = draw(_KEYS if kind == "user" else st.sampled_from(["plan", "/a/b", "key"]))
    return clause(attribute, operator, *values, kind=kind)


_TESTS = _clauses() | st.builds(lambda key: {"segment": key}, _KEYS) | st.builds(
    lambda key, variants: {"flag": key, "variants": variants}, _KEYS, st.lists(_KEYS, min_size=1)
)  # fmt: skip
_SIGNED = _TESTS | st.builds(lambda test: {"not": test}, _TESTS)
_ALLS = _SIGNED | st.builds(lambda tests: {"all": tests}, st.lists(_SIGNED, min_size=2, max_size=3))
_CONDITIONS = (
    st.just({"always": True}) | _ALLS
    | st.builds(lambda tests: {"any": tests}, st.lists(_ALLS, min_size=2, max_size=3))
)  # fmt: skip


@st.composite
def _serves(draw: st.DrawFn) -> object:
    if draw(st.booleans()):
        return draw(_KEYS)
    weights = draw(st.lists(st.integers(0, 30_000), min_size=1, max_size=3))
    split: dict[str, object] = {
        "arms": [{"variant": draw(_KEYS), "weight": weight} for weight in weights],
        "outside": draw(_KEYS | st.none()),
    }
    if draw(st.booleans()):
        split["by"] = draw(st.sampled_from([["email"], ["email", "key"]]))
    if draw(st.booleans()):
        split["kind"] = "organization"
    return {"split": split}


@given(_CONDITIONS, _serves())
def test_words_are_read_back(when: dict[str, object], serve: object) -> None:
    text = rule_words({"when": when, "serve": serve})
    assert parse_rule(text) == (when, serve), text


@given(_CONDITIONS)
def test_condition_words_are_read_back(condition: dict[str, object]) -> None:
    assert parse_condition(condition_words(condition)) == condition


def test_words_say_more_than_the_grammar_reads() -> None:
    nested = {"not": {"all": [{"any": [{"segment": "a"}, {"segment": "b"}]}, {"segment": "c"}]}}
    assert condition_words(nested) == "not ((segment a or segment b) and segment c)"
    assert condition_words(clause("x", "vendor.op", 1)) == "x vendor.op 1"
    assert serve_words(None) == "the caller's fallback"
    layered = {"arms": [{"variant": "on", "weight": 100_000}],
               "layer": {"key": "l", "ranges": [[0, 1]]}}  # fmt: skip
    assert serve_words({"split": layered}) == "100% on (in layer l)"
