"""Every flag with what it serves and who says so: what `--list-flags` prints."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.context import Context
from ..core.model import FlagType
from ..core.outcome import FALLBACK
from ..core.program import Program
from .binding import current_context
from .evaluating import Evaluating
from .extracting import Contextual, read_context
from .local import PREFIX, variable, variant_word
from .overrides import CAUSE, MARK, SOURCE
from .present import PRESENT
from .serving import Serving

CODE = "code default"


@dataclass(frozen=True, slots=True)
class ListedFlag:
    """A flag and its value for one context.

    `variant` is the key of the variant that it serves, None where the program's own fallback would
    be. `source` says where that comes from: `"command line"`, `"environment YARDARM_FLAG_…"`,
    `"file …"`, `"override file"`, `"server"` or another origin of a client, or `"code default"`.
    `type` is None for a flag that only local values name.
    """

    key: str
    variant: str | None
    source: str
    type: FlagType | None = None
    description: str = ""


def list_flags(client: Evaluating, context: Contextual = None) -> list[ListedFlag]:
    """Every flag that the client knows, by key, with what it serves for a context and why.

    Nothing of it counts as an evaluation. Raises `ContextError` when the context cannot be read.
    """
    read = current_context() if context is None else read_context(context)
    serving = client._serving
    program = serving.tables.program
    keys = [] if program is None else serving.keys()
    listed = [_listed(key, program, serving, read) for key in keys] if program is not None else []
    return sorted([*listed, *_strangers(serving, set(keys))], key=lambda one: one.key)


def flag_table(client: Evaluating, context: Contextual = None) -> str:
    """What `list_flags` says, as a table for people."""
    rows = [("flag", "serves", "source", "description")]
    rows += [
        (one.key, one.variant or "-", one.source, one.description.partition("\n")[0])
        for one in list_flags(client, context)
    ]
    shown = [[_visible(word) for word in row] for row in rows]
    widths = [max(len(row[at]) for row in shown) for at in range(3)]
    return "\n".join(
        "  ".join([*(word.ljust(width) for word, width in zip(row, widths, strict=False)), row[3]])
        .rstrip()
        for row in shown
    )  # fmt: skip


def _listed(key: str, program: Program, serving: Serving, context: Context) -> ListedFlag:
    try:
        compiled = program.compiled(key)
        outcome = compiled.run(context.user, context.kinds, PRESENT)
    except Exception:  # it cannot be evaluated: then the fallback answers
        return ListedFlag(key, None, CODE)
    flag = compiled.flag
    about = (None, "") if flag is None else (flag.type, flag.description or flag.name)
    if outcome.value is FALLBACK:
        return ListedFlag(key, None, CODE, *about)
    metadata = {} if flag is None else flag.metadata
    source = serving.status.origin if MARK not in metadata else metadata.get(SOURCE, CAUSE)
    return ListedFlag(key, outcome.variant, str(source), *about)


def _strangers(serving: Serving, known: set[str]) -> list[ListedFlag]:
    """Flags that nobody but local values names; the name of a variable tells no more than that."""
    local = serving.local
    keys = set(local.arguments).union(*(one.values for one in local.files)) - known
    said = {key: found for key in keys if (found := local.find(key)) is not None}
    named = {name for one in (*known, *keys) if (name := variable(one)) in local.environment}
    for name in local.environment.keys() - named:
        key = name.removeprefix(PREFIX).lower().replace("_", "-")
        if (found := local.find(key)) is not None:
            said[key] = found
    return [ListedFlag(key, variant_word(one.value), one.source) for key, one in said.items()]


def _visible(text: str) -> str:
    """With control characters made visible, and not endlessly long."""
    shown = text if len(text) <= 80 else text[:79] + "…"
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)
