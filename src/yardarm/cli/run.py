"""Run a command and turn whatever goes wrong into one line on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from ..errors import YardarmError
from .failures import BAD_INPUT, OK, Failure, ReaderGone, one_line
from .lazy import root

_INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """The exit code of `yardarm ARGUMENTS…`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        done = root().main(args=list(arguments), prog_name="yardarm", standalone_mode=False)
        sys.stdout.flush()
        return done if isinstance(done, int) else OK
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    except click.ClickException as error:
        return _say(_usage(error), BAD_INPUT)
    except Failure as error:
        return _say(str(error), error.code)
    except YardarmError as error:
        return _say(str(error), BAD_INPUT)
    except (ReaderGone, BrokenPipeError):
        # What is still buffered is written nowhere, instead of failing once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        return _say(_of_system(error), BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED


def _say(message: str, code: int) -> int:
    click.echo(f"yardarm: {one_line(message)}", err=True)
    return code


def _usage(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    return message if ctx is None else f"{message}; see `{ctx.command_path} --help`"


def _of_system(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"
