"""The client of a Django project in processes that fork, before and after it was made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests import django_world
from tests.native_server import flag

django_world.need("waffle")

PROGRAM = """
import os, sys, threading
import django
from django.conf import settings

path, early = sys.argv[1], sys.argv[2] == "early"
settings.configure(
    INSTALLED_APPS=["yardarm.integrations.django"],
    YARDARM={"document": path, "options": {"poll_seconds": 0.05}},
)
django.setup()

import yardarm
from yardarm.integrations.django import is_active

assert threading.active_count() == 1  # nothing is opened before a flag is asked for
if early:
    made = yardarm.get_client()
    assert made.wait_ready(10) and is_active("x")
child = os.fork()
if child == 0:
    changed = threading.Event()
    client = yardarm.get_client()
    assert not early or client is made
    client.on_change(lambda keys: changed.set())
    assert client.wait_ready(10) and is_active("x")
    print("asked", flush=True)
    while is_active("x"):  # the first document may count as a change too
        changed.wait()
        changed.clear()
    print("followed", flush=True)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("when", ["early", "late"])
def test_a_forked_child_follows_changes(when: str, tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text(json.dumps({"flags": {"x": flag(True)}}))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file), when], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "asked\n"
        beside = tmp_path / "new.json"
        beside.write_text(json.dumps({"flags": {"x": flag(False)}}))
        beside.replace(file)
        assert running.stdout.readline() == "followed\n"
    assert running.returncode == 0
