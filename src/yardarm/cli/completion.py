"""`yardarm completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from .lazy import root
from .output import say_json
from .target import as_json

_HOW = {
    "bash": 'eval "$(yardarm completion bash)"  # in ~/.bashrc',
    "zsh": 'eval "$(yardarm completion zsh)"  # in ~/.zshrc',
    "fish": "yardarm completion fish | source  # in ~/.config/fish/config.fish",
}


@click.command("completion", short_help="Print a script for your shell.")
@click.argument("shell", type=click.Choice(tuple(_HOW)))
@as_json
def print_completion(shell: str, as_json: bool) -> None:
    """Print the script that makes your shell complete yardarm's commands and options.

    \b
    bash: eval "$(yardarm completion bash)"
    zsh:  eval "$(yardarm completion zsh)"
    fish: yardarm completion fish | source
    """
    made = get_completion_class(shell)
    assert made is not None
    # Only the template: its own method starts a shell to look at the version.
    complete = made(root(), {}, "yardarm", "_YARDARM_COMPLETE")
    script = complete.source_template % complete.source_vars()
    if as_json:
        say_json({"shell": shell, "script": script, "use": _HOW[shell]})
    else:
        click.echo(script)
