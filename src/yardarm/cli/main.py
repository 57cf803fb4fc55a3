"""The entry of the `yardarm` script, also where the command line's packages are not installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line and exit with its code."""
    if find_spec("click") is None or find_spec("rich") is None:
        print("yardarm: the command line needs yardarm[cli]; install that extra", file=sys.stderr)
        sys.exit(2)
    from .help import help_of

    text = help_of(sys.argv[1:])
    if text is not None:
        print(text)
        return
    from .run import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
