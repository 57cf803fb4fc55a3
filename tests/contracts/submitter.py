"""A process of its own that submits changes until it is done or killed.

Usage: python -m tests.contracts.submitter URL FLAG COUNT. Prints `ready`, waits for a line on
standard input, then prints `ack VERSION` for each commit; a `StoreError` is printed by its name.
"""

from __future__ import annotations

import asyncio
import os
import sys

from tests.server_world import open_world

from yardarm.server.changes import commands as c
from yardarm.server.store.errors import StoreError


async def main(url: str, flag: str, count: int) -> None:
    async with open_world(url) as world:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(count):
            target = {"variant": "on", "keys": [f"{os.getpid()}-{number}"]}
            try:
                done = await world.submit(c.EditFlag(flag, {"targets": [target]}), "production")
            except StoreError as error:
                print(type(error).__name__, flush=True)
                continue
            print(f"ack {done.changes[0].version}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
