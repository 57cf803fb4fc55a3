"""No text of a document becomes code in the module that is written of it."""

import ast
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.native_server import flag

from yardarm.connect.python.module import python_module
from yardarm.core.codec import document_from_json

HOSTILE = st.sampled_from([
    '"""', "\\", '\\"""', "'''", "\n", "\r\nimport os\n", '")\nimport os\n("', "\u2028import os",
    "{__import__('os')}", "#", "\x00", '"], __import__("os"), ["', "\ud800",
])  # fmt: skip
TEXT = st.lists(HOSTILE | st.text(max_size=4), max_size=4).map("".join)
SCHEMA = st.recursive(
    st.sampled_from([{}, {"type": "string"}, {"type": ["null", "integer"]}, {"$ref": "#"}])
    | TEXT.map(lambda text: {"enum": [text, 1]}),
    lambda below: st.dictionaries(TEXT, below, max_size=3).map(
        lambda members: {"type": "object", "properties": members, "required": list(members)[:1]}
    ),
    max_leaves=4,
)


def described(description: str, name: str, owner: str, schema: Any, variant: str) -> dict[str, Any]:
    variants = [{"key": variant, "value": {}}]
    return {
        "type": "json", "variants": variants, "description": description, "name": name,
        "owner": owner, "schema": schema, "expires_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip


FLAGS = st.dictionaries(
    TEXT, st.builds(described, TEXT, TEXT, TEXT, SCHEMA, TEXT) | st.just(flag()), max_size=4
)

STATEMENTS = (
    ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef, ast.Expr,
    ast.Return, ast.If,
)  # fmt: skip
MODULES = {"__future__", "typing", "typing_extensions", "warnings", "yardarm"}
CALLED = {"TypedDict", "Flags", "deprecated", "warn", *(
    f"{kind}Flag" for kind in ("Boolean", "String", "Integer", "Number", "Json")
)}  # fmt: skip


@given(FLAGS)
def test_texts_stay_texts(flags: dict[str, Any]) -> None:
    text = python_module(document_from_json({"flags": flags}), 10**18)
    tree = ast.parse(text)
    compile(tree, "written", "exec")
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Import)
        if isinstance(node, ast.stmt):
            assert isinstance(node, STATEMENTS)
        if isinstance(node, ast.ImportFrom):
            assert node.module in MODULES
        if isinstance(node, ast.Call):
            called = node.func.value if isinstance(node.func, ast.Subscript) else node.func
            assert isinstance(called, ast.Name)
            assert called.id in CALLED
    constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert flags.keys() <= constants
    assert text.replace("\n", "").isprintable()
