"""GrowthBook's SDKs as oracles, and what opens its encrypted documents."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from tests.conformance.growthbook import javascript
from tests.conformance.growthbook.vendor import needs_sdk

from yardarm.connect.decryption import decrypter, with_decrypter
from yardarm.connect.vendors.growthbook import oracle
from yardarm.errors import OptionError

DOCUMENT: Any = {"features": {"f": {"defaultValue": 1, "rules": [{"variations": ["a", "b"]}]}}}
KEY = "Zvwv/+uhpFDznZ6SX28Yjg=="
TEXT = "m5ylFM6ndyOJA2OPadubkw==.Uu7ViqgKEt/dWvCyhI46q088PkAEJbnXKf3KPZjf9IEQQ+A8fojNoxw4wIbPX3aj"


def _python() -> dict[str, Any]:
    pytest.importorskip("growthbook")
    return {"sdk": "python"}


def _javascript() -> dict[str, Any]:
    needs_sdk()
    return javascript.options()


@pytest.mark.parametrize("sdk", [_python, _javascript])
def test_an_answer(sdk: Any) -> None:
    found = oracle(DOCUMENT, sdk())
    answer = found.answer("f", {"attributes": {"id": "1"}})
    assert (answer["value"], answer["on"], answer["off"]) == ("b", True, False)
    assert (answer["source"], answer["ruleId"]) == ("experiment", "")
    assert answer["experimentResult"]["bucket"] == 0.894
    assert found.answer("gone", {})["source"] == "unknownFeature"
    assert found.answer("f", None)["source"] == "defaultValue"
    sticky = found.answer("f", {"attributes": {"id": "1"}, "stickyBucketAssignmentDocs": []})
    assert list(sticky["stickyBucketAssignmentDocs"]) == ["id||1"]
    experiment = {"experiment": {"key": "e", "variations": [0, 1]}}
    run = found.answer(None, {"attributes": {"id": "1"}}, experiment)
    assert run["experimentResult"]["featureId"] is None
    assert "raised" in found.answer(None, {}, {"experiment": {"key": "e"}})
    with pytest.raises(OptionError, match="one feature"):
        found.answer(None, {})


@pytest.mark.parametrize("sdk", [_python, _javascript])
def test_an_encrypted_document(sdk: Any) -> None:
    found = oracle({"encryptedFeatures": TEXT}, {**sdk(), "decryptionKey": KEY})
    assert found.answer("feature", {})["value"] is True
    found = oracle({"encryptedFeatures": TEXT}, {**sdk(), "decryptionKey": "AAAA"})
    assert found.answer("feature", {})["source"] == "unknownFeature"


def test_what_is_not_installed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionError, match="install @growthbook/growthbook"):
        oracle(DOCUMENT, {"sdk": "javascript", "packages": str(tmp_path)})
    (tmp_path / "node_modules" / "@growthbook" / "growthbook").mkdir(parents=True)
    with pytest.raises(OptionError, match="Node is not installed"):
        oracle(DOCUMENT, {"sdk": "javascript", "packages": str(tmp_path), "node": "no-such-node"})
    with pytest.raises(OptionError, match="no GrowthBook SDK 'perl'"):
        oracle(DOCUMENT, {"sdk": "perl"})
    monkeypatch.setitem(sys.modules, "growthbook", None)
    with pytest.raises(OptionError, match="install growthbook"):
        oracle(DOCUMENT)


def test_what_opens_a_document() -> None:
    assert decrypter(KEY)(TEXT) == '{"feature":{"defaultValue":true}}'
    assert decrypter(KEY.rstrip("="))(f" {TEXT}") == '{"feature":{"defaultValue":true}}'
    for key, text in (("AAAA", TEXT), ("%", TEXT), (KEY, "x.y"), (KEY, TEXT.replace(".", ""))):
        with pytest.raises(ValueError, match=r"."):
            decrypter(key)(text)
    assert with_decrypter("growthbook", {"a": 1})["decrypter"] is decrypter
    assert with_decrypter("unleash", {"a": 1}) == {"a": 1}
