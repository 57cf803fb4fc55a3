"""A process of its own that does jobs of the kind `note` until it is killed.

Usage: python -m tests.contracts.job_worker URL. Prints `ready`, and a line for
each job that it did.
What a job does is one entry in the system chain, so that what happened twice is there twice.
"""

from __future__ import annotations

import asyncio
import random
import sys

from yardarm.server.audit.service import Audit
from yardarm.server.jobs.model import Retrying
from yardarm.server.jobs.service import Claim, Jobs
from yardarm.server.store.database import Database
from yardarm.server.store.instants import utc_now


async def main(url: str) -> None:
    database = await Database.open(url)
    audit, jobs = Audit(database), Jobs(database, lease_seconds=1.0)

    async def note(claim: Claim) -> None:
        number = claim.job.body["number"]
        await asyncio.sleep(random.random() * 0.01)  # so that kills fall anywhere
        async with database.write() as transaction:
            await audit.append(
                transaction, actor="worker", action="noted", details={"number": number},
                at=utc_now(),
            )  # fmt: skip
            await claim.finish(transaction)
        print(number, flush=True)

    jobs.handle("note", note, retrying=Retrying(most_attempts=1_000, longest_seconds=0.1))
    await jobs.start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
