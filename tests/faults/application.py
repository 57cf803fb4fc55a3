"""A WSGI application as people write them: one client, made where it is imported."""

import json
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from yardarm import Client

client = Client(os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"], report_seconds=3600)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What the flag says in the process that answers."""
    decision = client.boolean_detail(os.environ["FLAG"], {"key": "user-1"})
    time.sleep(0.05)  # the process is busy, so that another one takes the next request
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps([os.getpid(), decision.variant]).encode()]
