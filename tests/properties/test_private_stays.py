"""Nothing private is ever in a batch's bytes, and what is withheld is always named.

Contexts of every form are given to a client whose rules are drawn too. Each private value is a
canary: a text that occurs nowhere else. What the batch says of a context must be true: an
attribute is told exactly, or it is named as withheld, or the program never had it.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.native_server import flag, split_flag

from yardarm import Client, Context
from yardarm.core.observed import is_hashed
from yardarm.sdk.events import Identity, encode
from yardarm.sdk.observing import Observing
from yardarm.sdk.outbox import Outbox
from yardarm.sdk.withholding import Withholding, secret_of

CANARY = "cAnArY"
NAMES = ["email", "plan", "address", "a/b", "tags", "kind", "multi", "name"]
FLAGS = {"a": flag(), "team": split_flag(kind="team")}

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80)
values = st.recursive(
    plain | st.text(min_size=200, max_size=3_000) | st.just(b"bytes") | st.just({1, 2}),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
attributes = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)
pointers = st.sampled_from([*NAMES, "/email", "/address/city", "/a~1b", "/a/b", "/tags/0"])
names = st.lists(pointers, max_size=4)


def hides(pointer: str, name: str) -> bool:
    """Whether a private name means the attribute, or something in it."""
    if not pointer.startswith("/"):
        return pointer == name
    unescape = [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
    return name in (pointer, unescape[0], "/".join(unescape))


def bugged(given: dict[str, Any], private: list[str]) -> dict[str, Any]:
    """The attributes, with a canary wherever something private is."""
    found = dict(given)
    for name, value in given.items():
        if any(hides(pointer, name) for pointer in private):
            found[name] = [CANARY, value] if len(name) % 2 else CANARY + repr(value)[:500]
    return found


@st.composite
def contexts(draw: st.DrawFn, options: list[str]) -> Any:
    """A context in one of the forms that programs give, and what is private of it."""
    own = draw(names)
    private = [*own, *options]
    key = f"u{draw(st.integers(0, 5))}"
    user = bugged(draw(attributes), private)
    form = draw(st.sampled_from(["dict", "Context", "kind", "several"]))
    if form == "dict":
        user = {name: value for name, value in user.items() if name not in ("kind", "multi")}
        return {"key": key, **user, "_private": own}
    if form == "Context":
        return Context(key, user, private=own)
    if form == "kind":
        return Context(key, user, kind="device", private=own)
    team = bugged(draw(attributes), private)
    return Context.multi(Context(key, user, private=own), Context("acme", team, kind="team"))


def reported(client: Client) -> bytes:
    box = Outbox(
        client._serving.counting, client._exposures, lambda: "batch-id",
        interval_seconds=1, now=0.0, wall=0.0,
    )  # fmt: skip
    batch = box.last(1.0)
    assert batch is not None
    return zlib.decompress(encode(batch, Identity("shop", "i"), 2.0), 31)


def exact(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.data(), names, st.just(True) | st.lists(st.sampled_from(NAMES), max_size=4), st.booleans()
)
def test_nothing_private_leaves_and_what_is_withheld_is_named(
    data: st.DataObject, options: list[str], observe: Any, hashed: bool
) -> None:
    client = Client.from_document(
        {"flags": FLAGS}, private_attributes=options, report_attributes=observe
    )
    secret = secret_of("ys_0123456789abcdef", "hash" if hashed else "remove")
    rules = Withholding(observe, options, secret)
    client._exposures.observing = Observing(rules, lambda: 1.0)
    context = data.draw(contexts(options))
    client.boolean("a", context)
    client.boolean("team", context)
    body = reported(client)
    assert CANARY.encode() not in body

    had = Context.of(context).by_kind()
    for entry in json.loads(body)["contexts"]:
        said = Context.of(entry["context"])
        assert said.by_kind().keys() == had.keys()
        for kind, values in said.by_kind().items():
            assert values.keys() <= had[kind].keys(), "nothing is made up"
            for name, value in had[kind].items():
                if name in values and not is_hashed(values[name]):
                    assert exact(values[name]) == exact(value), "told exactly, or not at all"
                else:
                    assert name in said.private, "what is withheld is named"
        assert said.private <= {name for values in had.values() for name in values}
