"""launchdarkly-server-sdk from the bytes of a polling answer to the first evaluation.

The client's own polling processor runs: it asks `FeatureRequester` for the data, which parses the
bytes as the SDK's own requester does (`json.loads(bytes.decode())`) but takes them from memory
instead of from a socket, and puts them into the SDK's default in-memory store. Events are off.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
from typing import Any

from ldclient import Context, LDClient
from ldclient.config import Config
from ldclient.interfaces import FeatureRequester
from ldclient.versioned_data_kind import FEATURES, SEGMENTS

from benchmarks import documents

VERSION = importlib.metadata.version("launchdarkly-server-sdk")


def encode() -> bytes:
    """The polling answer."""
    return json.dumps(documents.launchdarkly(), separators=(",", ":")).encode()


def load(data: bytes) -> LDClient:
    """A client that has initialized its store from the bytes."""
    logging.getLogger("ldclient.util").setLevel(logging.ERROR)
    pending = [data]

    class FromMemory(FeatureRequester):
        def __init__(self, config: Config) -> None:
            """As the SDK's own requester is made."""

        def get_all_data(self) -> Any:
            parsed = json.loads(pending.pop().decode("UTF-8"))
            return {FEATURES: parsed["flags"], SEGMENTS: parsed["segments"]}

    config = Config(
        "sdk-benchmark", stream=False, send_events=False, feature_requester_class=FromMemory
    )
    return LDClient(config, start_wait=60)


def ask(client: LDClient) -> Any:
    """The first evaluation."""
    return client.variation(documents.ASKED, Context.create("user-1"), None)
