"""A command line tool that follows flags: it greets every name that comes in.

Beside a server, by what `yardarm dev` printed in YARDARM_URL and YARDARM_SERVER_KEY:

    python examples/tool/greet.py --flag excited < names.txt

Without one it works as well; flags are then what the command line, variables such as
YARDARM_FLAG_EXCITED and the fallbacks below say.
"""

from __future__ import annotations

import argparse
import os
import sys

import yardarm
from yardarm import Client, choose, flag, flag_table
from yardarm.integrations.argparse import add_flag_arguments


def plain(name: str) -> str:
    """The greeting that everybody knows."""
    return f"Hello {name}"


def dutch(name: str) -> str:
    """The greeting along the canals."""
    return f"Hallo {name}"


def context_of(name: str) -> dict[str, str]:
    """Who is asked about: the person greeted."""
    return {"key": name}


greeting = choose("language", {"nl": dutch, "en": plain}, fallback=plain, context=context_of)


def calmly(name: str) -> str:
    """Without any fuss."""
    return f"{greeting(name)}."


@flag("excited", fallback=calmly, context=context_of)
def greet(name: str) -> str:
    """As if nothing better could happen."""
    return f"{greeting(name).upper()}!"


def open_client(local: yardarm.LocalFlags) -> Client:
    """A client of the server, if one is named; else one that only local values speak to."""
    url, key = os.environ.get("YARDARM_URL"), os.environ.get("YARDARM_SERVER_KEY")
    if not url or not key:
        return Client.from_document({"flags": {}}, local=local)
    client = Client(url, key, local=local, application="greet")
    client.wait_ready(5)
    return client


def main() -> None:
    """Greet each line of standard input."""
    parser = argparse.ArgumentParser(description="Greets every name on standard input.")
    add_flag_arguments(parser)
    options = parser.parse_args()
    with open_client(options.flags) as client:
        yardarm.set_client(client)
        if options.list_flags:
            print(flag_table(client))
            return
        for line in sys.stdin:
            print(greet(line.strip()), flush=True)


if __name__ == "__main__":
    main()
