"""A program on gevent: python -m tests.faults.greenlets WHEN END.

WHEN is one of

- early: everything is patched before the client is imported;
- between: everything is patched between the client's import and its making;
- late: everything is patched when the client follows already;
- sockets, threads: only these are patched, early.

It waits until the flag serves on, then until it serves off, and ends: END is close (the client is),
exit (nothing is done) or fork (a child does the second half too). Printed is how often the flag was
evaluated, and how long other greenlets were kept waiting at most.
"""

import os
import sys

from gevent import monkey

WHEN, END = sys.argv[1:]
if WHEN == "early":
    monkey.patch_all()
elif WHEN == "sockets":
    monkey.patch_all(thread=False)
elif WHEN == "threads":
    monkey.patch_all(socket=False, ssl=False, dns=False, select=False)

import gevent  # noqa: E402

from yardarm import Client  # noqa: E402

if WHEN == "between":
    monkey.patch_all()
client = Client(os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"], report_seconds=3600)
if WHEN == "late":
    assert client.wait_ready(20)
    monkey.patch_all()


def beat(now: float = 0.0) -> None:
    """Notice how long the hub lets a greenlet wait beyond its time."""
    global waited
    clock = gevent.get_hub().loop.now
    while True:
        before = clock()
        gevent.sleep(0.01)
        waited = max(waited, clock() - before - 0.01)


def until(variant: str) -> None:
    count = 0
    with gevent.Timeout(20):
        while True:
            count += 1
            if client.boolean_detail(os.environ["FLAG"], {"key": "user-1"}).variant == variant:
                break
            if WHEN == "threads":
                client.poll()
            gevent.sleep(0.01)
    print(variant, count, flush=True)


waited = 0.0
gevent.spawn(beat)
until("on")
child = os.fork() if END == "fork" else None
until("off")
if child:
    assert os.waitpid(child, 0)[1] == 0
print("waited", waited, flush=True)
if END == "close":
    client.close()
