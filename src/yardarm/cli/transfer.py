"""`yardarm export|import`: whole documents out of a server and into one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..connect import files
from ..connect.yaml_write import dump_yaml
from ..core.model import Flag, Segment
from .dialect import dialect_named, read_options
from .failures import Failure
from .field_order import in_order
from .moving import Applying, Asking, import_dialect, write_dialect
from .mutations import base_of, say_mutation
from .output import note, safe, say, say_json
from .target import Target, as_json, only_previewed, targeted, with_force, with_reason


@click.command("export", short_help="Print an environment as a document.")
@click.option("--version", type=click.IntRange(min=0), help="As it was at this version.")
@click.option("--at", metavar="TIME", help="As it was at this time: 2027-03-01T09:00:00Z.")
@click.option(
    "--format", "form", type=click.Choice(("json", "yaml")), help="By default what --output says."
)
@click.option("--output", metavar="FILE", help="Write it into this file.")
@click.option("--to", metavar="NAME", help="Write it in this vendor's dialect.")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the dialect."
)
@as_json
@targeted
def export_document(
    version: int | None,
    at: str | None,
    form: str | None,
    output: str | None,
    to: str | None,
    options: tuple[str, ...],
    as_json: bool,
    target: Target,
) -> None:
    """Print an environment's flags and segments as one document, JSON unless said otherwise.

    A program's client can work from that file without a server. With --to it is the document of
    another vendor, for the vendor's own SDKs; what that cannot say is listed on stderr.
    """
    query = {"version": version, "at": at}
    document = target.server().get(target.in_environment("export"), query).body
    if to is not None:
        write_dialect(document, dialect_named(to), read_options(options), output)
        return
    is_yaml = not as_json and (form or Path(output or "").suffix) in ("yaml", ".yaml", ".yml")
    document = _readable(document, keyed=not is_yaml)
    text = dump_yaml(document) if is_yaml else files.write_json(document)
    if output is None:
        click.echo(text, nl=False)
        return
    Path(output).write_text(text, "utf-8", newline="\n")
    note(f"wrote {len(document['flags'])} flags at version {document['version']} to {safe(output)}")


def _readable(document: dict[str, Any], *, keyed: bool) -> dict[str, Any]:
    """The document with every flag's and segment's fields in the order of the model.

    Not `keyed`: without the keys that stand above them already.
    """
    out = dict(document)
    for name, cls in (("flags", Flag), ("segments", Segment)):
        ordered = {key: in_order(item, cls) for key, item in document[name].items()}
        if not keyed:
            ordered = {k: {n: v for n, v in i.items() if n != "key"} for k, i in ordered.items()}
        out[name] = ordered
    return out


@click.command("import", short_help="Take over a document into an environment.")
@click.argument("source")
@click.option("--from", "dialect", metavar="NAME", help="The vendor or library it comes from.")
@click.option(
    "--verify",
    type=click.IntRange(min=1),
    metavar="N",
    help="Ask the vendor's own SDK and ours for N contexts first (with --from).",
)
@click.option(
    "--contexts",
    metavar="FILE|observed",
    help="Take the contexts of --verify from here, one JSON a line; or the environment's own.",
)
@click.option(
    "--key", envvar="YARDARM_IMPORT_KEY", metavar="KEY", help="Key of the vendor's endpoint."
)
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the dialect."
)
@click.option("--report", metavar="FILE", help="Write the whole report there, as JSON.")
@click.option(
    "--mode",
    type=click.Choice(("merge", "replace")),
    default="merge",
    show_default=True,
    help="replace: archive flags and remove segments that the document does not have.",
)
@with_force("Override guards against large removals. Never validation.")
@with_reason
@as_json
@targeted
def import_document(
    source: str,
    dialect: str | None,
    verify: int | None,
    contexts: str | None,
    key: str | None,
    options: tuple[str, ...],
    report: str | None,
    mode: str,
    force: bool,
    reason: str,
    as_json: bool,
    target: Target,
) -> None:
    """Take over the document in SOURCE (JSON, YAML, TOML, snapshot; `-`: standard input).

    Flags that are new are made in the project's other environments too, switched off. If the
    environment changes meanwhile, nothing is taken over and the exit code is 3.

    With --from, SOURCE is another vendor's document or an older library's store: a file, a folder,
    a redis://, sqlite:// or postgresql:// URL, or the address of the vendor's SDK endpoint. What is
    exact and what is lost is said before anything changes; everyone stays in their bucket. There,
    --preview stops after that, and needs no server; with --yes too, the server's preview follows.

    \b
    yardarm import --from unleash features.json --preview
    yardarm import --from launchdarkly https://sdk.example.com --key KEY --verify 1000
    yardarm import --from togglz redis://127.0.0.1/0
    """
    if dialect is not None:
        only = only_previewed()
        asked = Asking(source, key, read_options(options), only, verify, contexts, report)
        import_dialect(
            dialect_named(dialect), asked, Applying(mode, force, reason), target, as_json
        )
        return
    if verify or contexts or report or options:
        raise Failure("--verify, --contexts, --report and --option go with --from")
    loaded = files.load(source)
    loaded.document()  # raises for what is no document, before anything is asked
    server = target.server()
    on = base_of(server, target)
    body = {"document": loaded.value, "mode": mode, "force": force}
    done = server.send("POST", target.in_environment("import"), body, on=on, reason=reason).body
    if as_json:
        say_json(done)
        return
    environment = safe(target.environment)
    say_mutation(
        done, target, f"nothing to import: {environment} has all of {safe(source)} already"
    )
    if done["changes"]:
        say(f"`yardarm changes show {done['changes'][0]['version']}` says what it did")
