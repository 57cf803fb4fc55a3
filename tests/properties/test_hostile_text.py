"""No text of a document ever becomes source code.

A text is put wherever a document has room for text: keys, values, names, attributes, kinds,
patterns, seeds. Nothing of it may be found in what is given to Python's compiler, and the answers
must be what the interpreter says, which knows no source at all.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.oracle import generate
from tests.oracle.differential import Comparison

from yardarm.core import model as m
from yardarm.core import outcome as outcomes
from yardarm.core.compile import emitter as compiling
from yardarm.core.evaluate import evaluate
from yardarm.core.program import Program

MARK = "Zqx"
TEXTS = [
    f"{MARK}",
    f"{MARK}\n    __import__('os').system('exit 1')\n",
    f"{MARK}'); __import__('os').system('exit 1'); ('",
    f'{MARK}"+str(1/0)+"',
    f"'''{MARK}'''",
    f'"""{MARK}"""',
    f"{MARK}\\",
    f"\\n{MARK}\\'",
    f"{{0}}{MARK}{{v}}{{c}}{{t}}{{}}",
    f"{{v.__class__.__mro__}}{MARK}",
    f"%s%d%(v)s{MARK}",
    f"${{jndi:{MARK}}}",
    f"{MARK} # comment",
    f"{MARK}\r\treturn True\x0c\x85\u2028",
    f"/{MARK}/~1/~0",
    f"c4 {MARK}; u = kinds",
    "c0", "u", "kinds", "return", "True", "__class__", "__builtins__", "NOBODY", "made", "o",
]  # fmt: skip

WORDS = {
    "def", "made", "return", "if", "else", "not", "and", "or", "is", "in", "None", "True", "False",
    "lambda", "u", "kinds", "now", "random", "w", "s", "t", "o", "v", "get", "startswith",
    "endswith", "variant", "type", "NOBODY", "str", "int", "float",
}  # fmt: skip
OURS = re.compile(r"[cak][0-9]+")


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every source that the core gives to Python's compiler."""
    seen: list[str] = []

    def spy(source: str, *arguments: Any) -> Any:
        seen.append(source)
        return compile(source, *arguments)

    compiling._code.cache_clear()
    for module in (compiling, outcomes):
        monkeypatch.setattr(module, "compile", spy, raising=False)
    return seen


def document_of(text: str) -> m.Document:
    """A document that says `text` wherever it can."""
    other = f"other {text}"
    variants = (
        m.Variant(text, {text: [text, {"x": text}]}), m.Variant(other, [text], text),
    )  # fmt: skip
    pointer = "/" + text.replace("~", "~0").replace("/", "~1") + "/below"
    clauses = [
        m.Clause(text, operator, values, kind)
        for kind in (text, "user")
        for operator, values in (
            ("equals", (text,)), ("in", (text, other)), ("equals_ignore_case", (text,)),
            ("in_ignore_case", (text, other)), ("starts_with", (text,)), ("ends_with", (text,)),
            ("contains", (text,)), ("starts_with_ignore_case", (text,)),
            ("matches", (pattern(text),)),
            ("ends_with_ignore_case", (text,)), ("contains_ignore_case", (text,)), ("present", ()),
            ("has_any", (text,)), ("has_all", (text,)), ("lt", (1,)), ("semver_gt", ("1.0.0",)),
        )
    ]  # fmt: skip
    clauses += [m.Clause(pointer, "equals", (text,)), m.Clause(text, text, (text,))]
    bucketing = m.Bucketing(
        seed=text, by=(text, pointer, "key"), kind=text, layer=m.Layer(text, ((0, 90_000),))
    )
    split = m.Split((m.Arm(text, 30_000), m.Arm(other, 30_000)), bucketing, partial=True)
    rules = [
        m.Rule(f"{text}-{number}", condition, split if number % 2 else text, name=text)
        for number, clause in enumerate(clauses)
        for condition in (clause, m.All((m.Not(clause), m.InSegment(text))))
    ]
    shared = {"name": text, "description": text, "owner": text, "metadata": {text: text}}
    flags = {
        "asks": m.Flag(
            "asks", "json", variants, True, other, split, (m.Prerequisite(text, (text,)),),
            (m.Target(other, (f"{text} of somebody",), text),), tuple(rules), **shared,
        ),
        text: m.Flag(
            text, "json", variants, True, other, text,
            rules=(m.Rule(text, m.Clause("key", "equals", (other,)), other),), **shared,
        ),
        "needs": m.Flag(
            "needs", "json", variants, True, text, other,
            rules=(m.Rule(text, m.FlagServes("asks", (text,)), split),),
        ),
    }  # fmt: skip
    segment = m.Segment(
        text, clauses[0], (m.SegmentKeys((text,), text),), (m.SegmentKeys((other,)),), name=text
    )
    return m.Document(flags, {text: segment})


def pattern(text: str) -> str:
    """A pattern that finds the text, in a way of writing that Python's `re` shares."""
    escaped = "".join(
        char if (char.isalnum() and char.isascii()) or ord(char) > 0xFFFF
        else f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
        for char in text
    )  # fmt: skip
    return escaped if len(escaped) <= 1_000 else "x"


def contexts_of(text: str) -> Iterator[dict[str, Any]]:
    other = f"other {text}"
    for value in (text, text.upper(), other, f"{text}!", [text], [text, other], 7, None):
        attributes = {"key": text, text: value, "below": text}
        yield attributes
        yield {**attributes, text: {"below": value}}
        if text:
            yield {"kind": "multi", "user": {"key": "user-1", text: value}, text: {text: value}}
    yield {"key": other}


def check(text: str, sources: list[str]) -> None:
    document = document_of(text)
    comparison = Comparison()
    contexts = [c for c in contexts_of(text) if not {text} & {"kind", "multi", "_private", "key"}]
    comparison.compare(document, contexts, repr(text))
    assert comparison.differences == []
    assert sources
    for source in sources:
        assert MARK not in source
        assert_fixed(source)


def assert_fixed(source: str) -> None:
    """Only words of ours and numbered names: not one literal."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        assert token.type not in (tokenize.STRING, tokenize.NUMBER, tokenize.COMMENT), source
        if token.type == tokenize.NAME:
            assert token.string in WORDS or OURS.fullmatch(token.string), (token.string, source)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_hostile_text_is_never_source(text: str, sources: list[str]) -> None:
    check(text, sources)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_no_text_at_all_is_source(text: str, sources: list[str]) -> None:
    sources.clear()
    check(text, sources)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(document=generate.documents(5, 3))
def test_generated_documents_have_sources_of_fixed_words(
    document: m.Document, sources: list[str]
) -> None:
    compiling._code.cache_clear()
    sources.clear()
    program = Program.of(document)
    for key in document.flags:
        program.compiled(key)
        program.traced(key)
    for source in sources:
        assert_fixed(source)


def test_values_come_back_unharmed(sources: list[str]) -> None:
    for text in TEXTS:
        value = {text: [text, {text: None}], "n": 1}
        flag = m.Flag("f", "json", (m.Variant("v", value),), True, None, "v")
        program = Program.of(m.Document({"f": flag}))
        assert evaluate(program, "f", {}).value == value
        given_out = evaluate(program, "f", {}).value
        given_out[text].append("changed by the caller")
        assert evaluate(program, "f", {}).value == value
    assert all(MARK not in source for source in sources)


def test_equal_shapes_share_their_code(sources: list[str]) -> None:
    """What differs between two documents of one shape is in constants only."""

    def made_for(document: m.Document) -> set[str]:
        sources.clear()
        compiling._code.cache_clear()
        program = Program.of(document)
        for key in document.flags:
            program.compiled(key)
        return set(sources)

    one = made_for(document_of("one text"))
    assert one == made_for(document_of("another, 'quite' \n different"))
