import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yardarm.connect.yaml import load_yaml
from yardarm.connect.yaml_edit import rewrite
from yardarm.connect.yaml_write import dump_yaml
from yardarm.errors import DocumentError

TEXT = """\
# Flags of the shop.
format: 1

flags:
  # The new checkout, since spring.
  new-checkout:
    type: boolean      # a switch
    variants:
      - {key: on, value: true}     # new
      - key: off
        value: false
    enabled: false  # not yet
    off: 'off'
    metadata: {ticket: SHOP-12, "cost": 1e3}
    rules:
      # Dutch first.
      - id: r1
        when: {attribute: country, op: in, values: [NL,   BE]}
        serve: on   # yes
      # Then the others.
      - id: r2
        # all of them
        when:
          always: true
        serve: off

  # The banner.
  banner:
    type: string
    variants: [{key: a, value: A}]
    description: |
      Two
      lines.
# The end.
"""


def value() -> dict[str, Any]:
    loaded: dict[str, Any] = load_yaml(TEXT)
    return loaded


def edited(after: Any, text: str = TEXT) -> str:
    made = rewrite(text, after)
    assert load_yaml(made) == after
    return made


def changed_lines(after: str, before: str = TEXT) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return (
        [line for line in old if line not in new],
        [line for line in new if line not in old],
    )


def test_without_a_difference_nothing_changes() -> None:
    assert rewrite(TEXT, value()) == TEXT


def test_a_value_is_changed_in_its_place() -> None:
    after = value()
    after["flags"]["new-checkout"]["enabled"] = True
    assert edited(after) == TEXT.replace("enabled: false  # not yet", "enabled: true  # not yet")


def test_a_value_inside_one_line_is_changed_in_its_place() -> None:
    after = value()
    after["flags"]["new-checkout"]["rules"][0]["when"]["op"] = "has_any"
    after["flags"]["new-checkout"]["variants"][0]["value"] = False
    assert edited(after) == TEXT.replace("op: in, ", "op: has_any, ").replace(
        "{key: on, value: true} ", "{key: on, value: false} "
    )


def test_a_list_on_one_line_may_grow() -> None:
    after = value()
    after["flags"]["new-checkout"]["rules"][0]["when"]["values"].append("LU")
    assert edited(after) == TEXT.replace("[NL,   BE]", "[NL, BE, LU]")


def test_a_new_member_comes_last_and_moves_no_comment() -> None:
    after = value()
    after["flags"]["new-checkout"]["owner"] = "ann"
    went, came = changed_lines(edited(after))
    assert (went, came) == ([], ["    owner: ann"])
    assert "        serve: off\n    owner: ann\n\n  # The banner.\n" in edited(after)


def test_a_new_flag_keeps_the_blank_lines_between_flags() -> None:
    after = value()
    after["flags"]["x"] = {"type": "boolean", "variants": [{"key": "on", "value": True}]}
    assert edited(after).endswith(
        "      lines.\n\n  x:\n    type: boolean\n    variants:\n"
        "      - {key: on, value: true}\n# The end.\n"
    )


def test_a_rule_goes_with_its_comment_and_leaves_the_others() -> None:
    after = value()
    del after["flags"]["new-checkout"]["rules"][0]
    went, came = changed_lines(edited(after))
    assert came == []
    assert [line.strip() for line in went] == [
        "# Dutch first.",
        "- id: r1",
        "when: {attribute: country, op: in, values: [NL,   BE]}",
        "serve: on   # yes",
    ]


def test_rules_that_change_places_take_their_comments_along() -> None:
    after = value()
    after["flags"]["new-checkout"]["rules"].reverse()
    made = edited(after)
    assert sorted(made.splitlines()) == sorted(TEXT.splitlines())
    assert made.index("# Then the others.") < made.index("- id: r2") < made.index("# all of them")
    assert made.index("- id: r2") < made.index("# Dutch first.") < made.index("- id: r1")


def test_a_rule_before_the_first() -> None:
    after = value()
    after["flags"]["new-checkout"]["rules"].insert(
        0, {"id": "r0", "when": {"always": True}, "serve": "on"}
    )
    made = edited(after)
    assert changed_lines(made)[0] == []
    assert "    rules:\n      - id: r0\n" in made
    assert "        serve: on\n      # Dutch first.\n      - id: r1\n" in made


def test_a_part_written_anew_keeps_the_comments_in_it() -> None:
    after = value()
    after["flags"]["new-checkout"]["variants"] = []
    made = edited(after)
    assert "    # new\n    variants: []\n" in made


def test_text_of_several_lines_becomes_a_block() -> None:
    after = value()
    after["flags"]["banner"]["description"] = "Now\nthree\nlines.\n"
    assert "    description: |\n      Now\n      three\n      lines.\n# The end." in edited(after)


@pytest.mark.parametrize("new", ["true", "12", "null", "a: b", "# x", "", " ", "on", "é"])
def test_text_stays_text(new: str) -> None:
    after = value()
    after["flags"]["banner"]["name"] = after["flags"]["new-checkout"]["off"] = new
    edited(after)


def test_lists_are_indented_as_their_author_does() -> None:
    text = "a:\n- {id: x}\n# c\n- {id: y}\nb: 1\n"
    after = {"a": [{"id": "x"}, {"id": "y"}, {"id": "z", "l": [{"k": {"m": 1, "n": 2}}]}], "b": 1}
    assert edited(after, text) == (
        "a:\n- {id: x}\n# c\n- {id: y}\n- id: z\n  l:\n  - k:\n      m: 1\n      n: 2\nb: 1\n"
    )


def test_windows_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    after = value()
    after["flags"]["new-checkout"]["enabled"] = True
    made = rewrite(text, after)
    assert made == text.replace("enabled: false", "enabled: true")


def test_json_in_a_yaml_file_may_be_edited_too() -> None:
    text = '# c\n{"flags": {"a": {"enabled": false,\n  "x": [1, 2]}}}\n# d\n'
    assert rewrite(text, {"flags": {"a": {"enabled": True, "x": [1, 2]}}}) == text.replace(
        "false", "true"
    )
    made = rewrite(text, {"flags": {"a": {"x": [1, 2]}}})
    assert load_yaml(made) == {"flags": {"a": {"x": [1, 2]}}}
    assert "# c" in made
    assert "# d" in made


def test_an_empty_file_gets_the_value() -> None:
    assert load_yaml(rewrite("# nothing yet\n", {"flags": {}})) == {"flags": {}}
    assert rewrite("# nothing yet\n", {"a": 1}).startswith("# nothing yet\n")


def test_what_cannot_be_edited_is_refused() -> None:
    with pytest.raises(DocumentError, match="cannot be edited"):
        rewrite("? a\n: {b: 1}\n", {"a": {"b": 1}, "c": 2})


# --- a law -------------------------------------------------------------------------------------

_NAMES = st.sampled_from(["a", "b", "id", "key", "on", "1x", "a b", "c"])
_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(
    ["x", "true", "two\nlines\n", "", "# no", "a: b", "é", "x" * 90]
)  # fmt: skip
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=14,
)


def commented(text: str, every: int) -> str:
    """The text with comments above and behind some of its lines."""
    out, in_block, number = [], -1, 0
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        if in_block >= 0 and (indent > in_block or not line.strip()):
            out.append(line)
            continue
        in_block = indent if re.search(r": \|[-+]?$", line) else -1
        number += 1
        if number % every == 0 and in_block < 0:
            out += [" " * indent + f"# above {number}", line + f"  # behind {number}"]
        else:
            out.append(line)
    return "\n".join(out) + "\n"


@given(st.data(), st.integers(1, 3), st.booleans())
def test_any_value_can_become_any_other(data: st.DataObject, every: int, hanging: bool) -> None:
    objects = st.dictionaries(_NAMES, _TREES, min_size=1, max_size=4)
    before, after = data.draw(objects), data.draw(objects)
    mixed = copy.deepcopy(before)
    for name, member in after.items():
        if data.draw(st.booleans()):
            mixed[name] = member
    text = commented(dump_yaml(before, hanging=hanging), every)
    assert load_yaml(text) == before
    for wanted in (after, mixed):
        made = rewrite(text, wanted)
        assert repr(load_yaml(made)) == repr(load_yaml(dump_yaml(load_yaml(made))))
        kept = {
            name for name in before if name in wanted and repr(before[name]) == repr(wanted[name])
        }
        for name in kept:
            assert load_yaml(made)[name] == before[name]
        if set(wanted) >= set(before) and all(
            not isinstance(before[name], dict | list) for name in before
        ):  # nothing was removed: no comment may be lost
            assert re.findall(r"# (?:above|behind) \d+", made) == re.findall(
                r"# (?:above|behind) \d+", text
            )
