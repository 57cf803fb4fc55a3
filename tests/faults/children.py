"""A program with four processes of multiprocessing: python -m tests.faults.children METHOD WHERE.

METHOD is fork, spawn or forkserver. WHERE says when the client is made: when the module is imported
(which spawn and forkserver do in each child), in the forkserver (`preload`), or in the child.
Each process waits until the flag serves on, then until it serves off, then just ends. Printed is
how often they evaluated it.
"""

import multiprocessing
import os
import sys
import time
from multiprocessing.connection import Connection

from yardarm import Client

PROCESSES = 4


def connect() -> Client:
    url, key = os.environ["YARDARM_URL"], os.environ["YARDARM_SERVER_KEY"]
    return Client(url, key, report_seconds=3600)


client = connect() if os.environ["WHERE"] != "child" else None


def work(parent: Connection) -> None:
    global client
    client = client or connect()
    evaluations = 0
    for variant in ("on", "off"):
        until = time.monotonic() + 20
        while True:
            evaluations += 1
            if client.boolean_detail(os.environ["FLAG"], {"key": "user-1"}).variant == variant:
                break
            assert time.monotonic() < until
            time.sleep(0.01)
        parent.send(evaluations)


def main(method: str) -> None:
    context = multiprocessing.get_context(method)
    if os.environ["WHERE"] == "preload":
        context.set_forkserver_preload([work.__module__])
    pipes = [context.Pipe(duplex=False) for _ in range(PROCESSES)]
    processes = [context.Process(target=work, args=(end,)) for _, end in pipes]
    for process in processes:
        process.start()
    for _ in ("on", "off"):
        print(sum(mine.recv() for mine, _ in pipes), flush=True)
    for process in processes:
        process.join()
        assert process.exitcode == 0


if __name__ == "__main__":
    from tests.faults import children  # so that children find `work` in a module, not in a program

    children.main(sys.argv[1])
