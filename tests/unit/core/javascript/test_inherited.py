"""What lists and objects have without having it."""

from __future__ import annotations

from typing import Any

import pytest

from yardarm.core.javascript import values as js
from yardarm.core.javascript.inherited import LIST_METHODS, MEMBERS


@pytest.mark.parametrize("name", sorted(LIST_METHODS))
def test_lists_have_their_methods_and_objects_do_not(name: str) -> None:
    user: dict[str, Any] = {"tags": ["a"], "plan": {}, "own": {name: 1}}
    assert js.text(js.at(user, ("tags", name))) == f"function {name}() {{ [native code] }}"
    assert js.at(user, ("tags", "__proto__", name)) is js.at(user, ("tags", name))
    assert js.at(user, ("plan", name)) is None
    assert js.at(user, ("own", name)) == 1


def test_what_lists_inherit_from_inherits_what_objects_have() -> None:
    user: dict[str, Any] = {"tags": [], "plan": {}}
    assert js.at(user, ("tags", "__proto__", "__proto__")) is MEMBERS["__proto__"]
    assert js.at(user, ("plan", "__proto__", "__proto__")) is None
    assert js.text(js.at(user, ("tags", "constructor"))) == "function Array() { [native code] }"
    assert js.at(user, ("tags", "map", "name")) is None
