"""`yardarm counts`."""

from __future__ import annotations

import click

from .output import say_json, table
from .target import Target, as_json, targeted


@click.command("counts", short_help="Show how often flags were evaluated.")
@click.argument("flag", required=False)
@click.option("--from", "start", metavar="TIME", help="Not before: 2027-03-01T09:00:00Z.")
@click.option("--to", "end", metavar="TIME", help="Before this time.")
@click.option("--interval", metavar="5m|1h|1d", help="A row for each such interval; needs --from.")
@as_json
@targeted
def show_counts(
    flag: str | None,
    start: str | None,
    end: str | None,
    interval: str | None,
    as_json: bool,
    target: Target,
) -> None:
    """Show how often each flag, or FLAG, answered with which variant and reason.

    Counts are calls, not people.
    """
    query = {"flag": flag, "from": start, "to": end, "interval": interval}
    found = target.server().get(target.in_environment("counts"), query).body["items"]
    if as_json:
        say_json(found)
        return
    table(
        ("FLAG", "VARIANT", "REASON", *(("FROM",) if interval else ()), "COUNT"),
        (
            (
                row["flag"],
                row["variant"] or "(fallback)",
                row["reason"],
                *((row["at"],) if interval else ()),
                row["count"],
            )
            for row in found
        ),
        empty="nothing was evaluated",
    )
