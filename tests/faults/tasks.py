"""A Celery application as people write it: one client, made where the tasks are."""

import os
import time
from typing import Any

from celery import Celery

from yardarm import Client

app = Celery("faults", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
client = Client(os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"], report_seconds=3600)


@app.task  # type: ignore[untyped-decorator]
def ask() -> tuple[int, Any]:
    """What the flag says in the process that runs the task."""
    decision = client.boolean_detail(os.environ["FLAG"], {"key": "user-1"})
    time.sleep(0.05)  # the process is busy, so that another one takes the next task
    return os.getpid(), decision.variant
