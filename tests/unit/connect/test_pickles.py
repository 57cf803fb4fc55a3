"""Pickles are read as data. None of these, however hostile, runs anything."""

import collections
import contextlib
import datetime
import decimal
import io
import pickle
import pickletools
import random
import time
from typing import Any

import pytest

from yardarm.connect import pickles
from yardarm.connect.pickles import read_pickle
from yardarm.errors import DocumentError


class Basket:
    def __init__(self) -> None:
        self.items = [1, "two", 3.0, None, True]
        self.kind: Any = Basket


NAME = f"{Basket.__module__}.Basket"
VALUES: list[Any] = [
    None, True, False, 0, 255, 65536, -1, 2**40, -(2**200), 1.5, "", "é\n'\"\\", "x" * 300, [],
    [1, [2]], {}, {"a": {"b": [1]}}, {"1": 1}, list(range(3000)), {str(n): n for n in range(3000)},
]  # fmt: skip


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_comes_as_it_is(protocol: int) -> None:
    for value in VALUES:
        assert read_pickle(pickle.dumps(value, protocol)) == value


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_objects_have_the_form_of_jsonpickle(protocol: int) -> None:
    state = {"items": [1, "two", 3.0, None, True], "kind": {"py/type": NAME}}
    assert read_pickle(pickle.dumps(Basket(), protocol)) == {"py/object": NAME, "py/state": state}
    assert read_pickle(pickle.dumps((1, (2,)), protocol)) == {"py/tuple": [1, {"py/tuple": [2]}]}
    assert read_pickle(pickle.dumps({5}, protocol)) == {"py/set": [5]}
    assert read_pickle(pickle.dumps(frozenset({5}), protocol)) == {"py/set": [5]}
    reduced = [{"py/type": "decimal.Decimal"}, {"py/tuple": ["0.5"]}]
    assert read_pickle(pickle.dumps(decimal.Decimal("0.5"), protocol)) == {"py/reduce": reduced}
    assert "datetime.date" in str(read_pickle(pickle.dumps(datetime.date(2026, 1, 2), protocol)))
    ordered = pickle.dumps(collections.OrderedDict(a=1), protocol)
    assert read_pickle(ordered) == {"a": 1}


def test_numbers_and_null_as_names() -> None:
    assert read_pickle(pickle.dumps({1: "a", None: "b", 2.5: "c"})) == {
        "1": "a", "None": "b", "2.5": "c",
    }  # fmt: skip
    with pytest.raises(DocumentError, match="keys"):
        read_pickle(pickle.dumps({(1, 2): "a"}))


@pytest.mark.parametrize(("data", "value"), [
    (b"S'caf\\xc3\\xa9'\n.", "café"), (b'S"it\'s"\n.', "it's"), (b"S'\\xe9'\n.", "é"),
    (b"U\x05caf\xc3\xa9.", "café"), (b"U\x04caf\xe9.", "café"), (b"V\\u20ac\n.", "€"),
    (b"I01\n.", True), (b"I7\n.", 7), (b"L7L\n.", 7), (b"(lp0\nI1\na.", [1]),
    (b"(dp0\nS'a'\nI1\ns.", {"a": 1}), (b"(I1\nI2\nt.", {"py/tuple": [1, 2]}),
    (b"(ishop\nBasket\np0\n.", {"py/object": "shop.Basket"}),
    (b"(cshop\nBasket\no.", {"py/object": "shop.Basket"}),
    (b"\x80\x02](K\x01K\x02e2.", None), (b"I1\nI2\n0.", 1), (b"(I1\n1I2\n.", 2),
])  # fmt: skip
def test_what_python_2_wrote(data: bytes, value: Any) -> None:
    expected = [1, 2] if value is None else value
    assert read_pickle(data) == expected


def test_an_object_within_itself() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    assert read_pickle(pickle.dumps(loop)) == [1, {"py/cycle": True}]
    shared = ["x"]
    assert read_pickle(pickle.dumps([shared, shared])) == [["x"], ["x"]]


# --- hostile pickles ----------------------------------------------------------------------------


class Bomb:
    """What a pickle does to whoever loads it."""

    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> Any:
        return self.call


RAN: list[str] = []


def run(word: str) -> None:
    RAN.append(word)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("bomb", [
    Bomb(run, ("x",)), Bomb(eval, ("1",)), Bomb(print, ("x",)), Bomb(getattr, (str, "join")),
    Bomb(io.open, ("/dev/null", "w")), Bomb(time.sleep, (100,)),
], ids=lambda bomb: bomb.call[0].__name__)  # fmt: skip
def test_calls_are_refused(bomb: Bomb, protocol: int) -> None:
    with pytest.raises(DocumentError, match="the pickle calls") as caught:
        read_pickle(pickle.dumps([1, {"a": bomb}], protocol))
    assert "it would run code" in str(caught.value)
    assert RAN == []


@pytest.mark.parametrize("data", [
    b"cos\nsystem\n(S'true'\ntR.", b"(S'true'\nios\nsystem\n.", b"(cos\nsystem\nS'true'\no.",
    b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    b"c__builtin__\neval\n(S'1'\ntR.", b"cposix\nsystem\n(S'x'\ntR.",
    b"c__builtin__\ngetattr\n(c__builtin__\nfile\nS'x'\ntR.",
])  # fmt: skip
def test_classic_attacks(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"the pickle calls \S+"):
        read_pickle(data)


@pytest.mark.parametrize("data", [
    b"cos\nsystem\n.", b"(ios\nsystem\n.", b"\x80\x02cos\nsystem\n)\x81.",
])  # fmt: skip
def test_a_name_is_only_a_name(data: bytes) -> None:
    assert "os.system" in str(read_pickle(data))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no end"),
        (b"I1\n", "no end"),
        (b"\xff", "no opcode"),
        (b"garbage", "damaged"),
        (b"Phere\n.", "PERSID"),
        (b"I1\nQ.", "BINPERSID"),
        (b"\x82\x01.", "EXT1"),
        (b"\x97.", "NEXT_BUFFER"),
        (b".", "damaged"),
        (b"0.", "damaged"),
        (b"e.", "damaged"),
        (b"(.", "damaged"),
        (b"g5\n.", "damaged"),
        (b"I1\na.", "damaged"),
        (b"](I1\nu.", "damaged"),
        (b"}(I1\nu.", "damaged"),
        (b"I1\n)R.", "damaged"),
        (b"I1\n}b.", "damaged"),
        (b"I1\n)\x81.", "damaged"),
        (b"]\x93.", "damaged"),
        (b"S'x\n.", "damaged"),
        (b"Ix\n.", "damaged"),
        (b"X\xff\xff\xff\xffa.", "damaged"),
        (b"I" + b"9" * 5000 + b"\n.", "damaged"),
        (b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7fa.", "damaged"),
        (b"\x96\x01\0\0\0\0\0\0\0a.", "BYTEARRAY8"),
        (b"cdecimal\nDecimal\nI1\nR.", "damaged"),
        (b"ccopy_reg\n_reconstructor\n(tR.", "damaged"),
    ],
)
def test_damaged_pickles(data: bytes, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        read_pickle(data)


def test_bounds() -> None:
    with pytest.raises(DocumentError, match="at most 10"):
        read_pickle(pickle.dumps("x" * 50), max_bytes=10)
    with pytest.raises(DocumentError, match="too many values"):
        read_pickle(pickle.dumps(list(range(500))), max_values=100)
    deep: Any = []
    for _ in range(pickles.MAX_DEPTH + 2):
        deep = [deep]
    with pytest.raises(DocumentError, match="too deeply"):
        read_pickle(pickle.dumps(deep))


def test_a_million_laughs_are_refused_quickly() -> None:
    laughs = ["ha"]
    for _ in range(30):
        laughs = [laughs, laughs]  # type: ignore[list-item]
    data = pickle.dumps(laughs)
    assert len(data) < 300
    start = time.perf_counter()
    with pytest.raises(DocumentError, match="too many values"):
        read_pickle(data, max_values=100_000)
    assert time.perf_counter() - start < 5
    huge = b"\x80\x02" + b"(" * 200_000 + b"."  # marks without end
    with pytest.raises(DocumentError):
        read_pickle(huge)
    far = b"\x80\x02]r\xff\xff\xff\xff."  # a place in the memo that would need 32 GiB
    assert read_pickle(far) == []


def test_random_bytes_and_spoilt_pickles_never_do_worse_than_be_refused() -> None:
    rng = random.Random(7)
    good = [pickle.dumps(value, p) for value in (*VALUES[:18], Basket(), {"a": (1, {2})})
            for p in (0, 2, 4)]  # fmt: skip
    opcodes = [opcode.code.encode("latin-1") for opcode in pickletools.opcodes]
    for number in range(6_000):
        data = bytearray(rng.choice(good))
        for _ in range(rng.choice((1, 1, 3, 8))):
            at = rng.randrange(len(data) + 1)
            data[at : at + rng.choice((0, 1, 1, 4))] = rng.choice(
                (rng.randbytes(1), rng.choice(opcodes), rng.choice(opcodes), b"")
            )
        if number % 10 == 0:
            data = bytearray(rng.randbytes(rng.randint(1, 40)))
        with contextlib.suppress(DocumentError):
            read_pickle(bytes(data))
