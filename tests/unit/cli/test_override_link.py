"""`yardarm override-link`."""

import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from yardarm.sdk.web.tokens import SignedOverride, Tokens

from .conftest import Yardarm

SECRET = "s" * 32
BY = ("--for", "shop/production", "--by", "ann")


@pytest.fixture(autouse=True)
def secret(yardarm: Yardarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YARDARM_OVERRIDE_SECRET", SECRET)


def read(token: str) -> SignedOverride:
    found = Tokens(SECRET, "shop/production").read(token, time.time())
    assert isinstance(found, SignedOverride)
    return found


def test_it_prints_a_token(yardarm: Yardarm) -> None:
    done = yardarm("override-link", "new=on", "dark=false", 'layout={"columns": 2}', *BY)
    assert done.code == 0
    said = read(done.out.strip())
    assert said.flags == {"new": "on", "dark": False, "layout": {"columns": 2}}
    assert (said.by, said.audience) == ("ann", "shop/production")
    assert f"override {said.id}, valid until " in done.err
    assert SECRET not in done.out + done.err


def test_it_prints_a_link_and_json(yardarm: Yardarm) -> None:
    to = ("--to", "https://shop.example/cart?a=b#top", "--parameter", "try", "--hours", "1")
    done = yardarm("override-link", "new=on", *BY, *to, "--json")
    said = json.loads(done.out)
    parts = urlsplit(said["link"])
    assert parse_qs(parts.query) == {"a": ["b"], "try": [said["token"]]}
    assert (parts.path, parts.fragment) == ("/cart", "top")
    assert abs(said["until"] - time.time() - 3600) < 60
    assert read(said["token"]).id == said["id"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["new"], "'new' is not of the form FLAG=VARIANT"),
        (["=on"], "not of the form FLAG=VARIANT"),
        (["new={"], "the value of 'new' is not JSON"),
        (["new=on", "--hours", "1000"], "up to 30 days"),
        (["new=on", "--to", "shop"], "'shop' is no address"),
        (["new=" + "x" * 5000], "name fewer flags"),
    ],
)
def test_mistakes(yardarm: Yardarm, arguments: list[str], message: str) -> None:
    done = yardarm("override-link", *arguments, *BY)
    assert (done.code, done.out) == (2, "") or (done.code, done.out) == (1, "")
    assert message in done.err


def test_the_secret_is_never_an_argument(yardarm: Yardarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YARDARM_OVERRIDE_SECRET", "short")
    assert "shorter than 32 characters" in yardarm("override-link", "a=on", *BY).err
    monkeypatch.delenv("YARDARM_OVERRIDE_SECRET")
    done = yardarm("override-link", "a=on", *BY)
    assert "set YARDARM_OVERRIDE_SECRET to the one that the application has" in done.err
