"""The tables. `migrations/` holds the steps that lead here; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Bytes, Identifier, Instant, JsonText

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *parts)


def _id() -> sa.Column[int]:
    return sa.Column("id", Identifier, primary_key=True, autoincrement=True)


def _environment(*, primary: bool = True) -> sa.Column[int]:
    return sa.Column(
        "environment_id",
        Identifier,
        sa.ForeignKey("environments.id"),
        primary_key=primary,
        nullable=False,
        autoincrement=False,
    )


def _text(name: str, *, primary: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary, nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Instant, nullable=nullable)


# --- projects and environments ----------------------------------------------------------------

projects = _table(
    "projects",
    _id(),
    _text("key"),
    _text("name"),
    _at("created_at"),
    _text("created_by"),
    sa.UniqueConstraint("key"),
)

environments = _table(
    "environments",
    _id(),
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), nullable=False),
    _text("key"),
    _text("name"),
    _text("epoch"),
    sa.Column("version", sa.BigInteger, nullable=False),
    _text("root"),  # root of the snapshot at `version`
    _text("head"),  # hash of the last change
    sa.Column("bytes", sa.BigInteger, nullable=False),  # size of that snapshot
    _at("created_at"),
    _text("created_by"),
    sa.UniqueConstraint("project_id", "key"),
)

# --- what is served, and how it came to be ----------------------------------------------------

lines = _table(  # the current snapshot, one row per flag or segment
    "lines",
    _environment(),
    _text("kind", primary=True),
    _text("key", primary=True),
    sa.Column("body", Bytes, nullable=False),  # its canonical JSON
    _text("hash"),  # SHA-256 of the whole line
)

changes = _table(
    "changes",
    _environment(),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("change_set"),
    sa.Column("command", JsonText, nullable=False),
    _text("actor"),
    _text("reason"),
    _at("at"),
    sa.Column("movement", JsonText, nullable=False),
    sa.Column("inverse", JsonText, nullable=False),
    _text("root"),
    _text("patch_hash"),
    _text("prev_hash"),
    _text("hash"),
    sa.Column("patch", Bytes, nullable=False),
    sa.Index(None, "change_set"),
    sa.Index(None, "environment_id", "at"),
)

snapshots = _table(  # every hundredth version whole, so that the past is near
    "snapshots",
    _environment(),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", Bytes, nullable=False),  # zlib
)

submissions = _table(  # idempotency keys and what was answered
    "submissions",
    _text("actor", primary=True),
    _text("key", primary=True),
    _text("fingerprint"),
    sa.Column("answer", JsonText, nullable=False),
    _at("at"),
    sa.Index(None, "at"),
)

# --- access -----------------------------------------------------------------------------------

actors = _table(
    "actors",
    _id(),
    _text("name"),
    _at("created_at"),
    _text("created_by"),
    sa.UniqueConstraint("name"),
)

tokens = _table(
    "tokens",
    _id(),
    sa.Column("actor_id", Identifier, sa.ForeignKey("actors.id"), nullable=False),
    _text("name"),
    _text("hash"),
    _text("prefix"),
    sa.Column("grants", JsonText, nullable=False),
    _at("created_at"),
    _text("created_by"),
    _at("expires_at", nullable=True),
    _at("revoked_at", nullable=True),
    _at("last_used_at", nullable=True),
    sa.UniqueConstraint("hash"),
)

sdk_keys = _table(
    "sdk_keys",
    _id(),
    _environment(primary=False),
    _text("kind"),
    _text("name"),
    _text("hash"),
    _text("prefix"),
    sa.Column("sealed", Bytes, nullable=True),  # encrypted, when it may be shown again
    sa.Column("vendor", sa.Text, nullable=True),  # whose key it is, of one that is not ours
    _at("created_at"),
    _text("created_by"),
    _at("revoked_at", nullable=True),
    sa.UniqueConstraint("hash"),
    sa.Index(None, "environment_id"),
)

setup_codes = _table(
    "setup_codes",
    _text("hash", primary=True),
    _at("expires_at"),
    _at("used_at", nullable=True),
)

sessions = _table(  # people signed in to the dashboard, and links that sign somebody in once
    "sessions",
    _text("hash", primary=True),
    _text("kind"),
    sa.Column("token_id", Identifier, sa.ForeignKey("tokens.id"), nullable=False),
    _at("created_at"),
    _at("expires_at"),
    _at("ended_at", nullable=True),
    sa.Column("agent", sa.Text, nullable=True),  # what the browser called itself
    sa.Column("address", sa.Text, nullable=True),  # where it was
    sa.Index(None, "expires_at"),
)

audit_entries = _table(
    "audit_entries",
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    _at("at"),
    _text("actor"),
    _text("action"),
    sa.Column("details", JsonText, nullable=False),
    _text("reason"),
    _text("prev_hash"),
    _text("hash"),
)

audit_head = _table(  # one row: the end of the chain, and what writers lock
    "audit_head",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    _text("hash"),
)

# --- what clients report ----------------------------------------------------------------------

event_batches = _table(
    "event_batches",
    _environment(),
    _text("batch", primary=True),
    _at("received_at"),
    sa.Index(None, "received_at"),
)

evaluation_counts = _table(  # an empty variant: the caller's fallback
    "evaluation_counts",
    _environment(),
    sa.Column("minute", sa.BigInteger, primary_key=True, autoincrement=False),  # since 1970
    _text("flag", primary=True),
    _text("variant", primary=True),
    _text("reason", primary=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("application", primary=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Index(None, "environment_id", "flag", "minute"),
)

exposures = _table(
    "exposures",
    _environment(),
    _text("flag", primary=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("kind", primary=True),
    _text("unit", primary=True),
    _text("variant", primary=True),
    sa.Column("rule", sa.Text, nullable=True),
    _at("at"),
    sa.Column("attributes", sa.JSON, nullable=False),
    _text("application"),
    sa.Index(None, "at"),
)

metric_events = _table(
    "metric_events",
    _id(),
    _environment(primary=False),
    _text("event"),
    _text("kind"),
    _text("unit"),
    sa.Column("value", sa.Double, nullable=True),
    _at("at"),
    sa.Column("attributes", sa.JSON, nullable=False),
    _text("application"),
    sa.Index(None, "environment_id", "event", "kind", "unit"),
    sa.Index(None, "at"),
)

flag_usage = _table(
    "flag_usage",
    _environment(),
    _text("flag", primary=True),
    _text("application", primary=True),
    _at("last_evaluated_at"),
)

losses = _table(  # what SDKs say they had to drop
    "losses",
    _environment(),
    _text("application", primary=True),
    _text("kind", primary=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    _at("last_at"),
)

# --- the contexts that were really seen -------------------------------------------------------

populations = _table(  # one per environment that has any; `generation` changes when rows go
    "populations",
    _environment(),
    sa.Column("contexts", sa.BigInteger, nullable=False),
    sa.Column("threshold", sa.BigInteger, nullable=False),  # contexts placed below it are kept
    sa.Column("sequence", sa.BigInteger, nullable=False),  # the last number given to a row
    sa.Column("generation", sa.BigInteger, nullable=False),
)

observed_contexts = _table(
    "observed_contexts",
    _environment(),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),  # hash of the keys
    sa.Column("body", Bytes, nullable=False),  # canonical JSON of the context
    sa.Column("sightings", sa.BigInteger, nullable=False),
    _text("source"),
    _text("application"),
    _at("first_at"),
    _at("last_at"),
    sa.Column("sequence", sa.BigInteger, nullable=False),  # raised whenever the row changes
    sa.Index(None, "environment_id", "sequence"),
    sa.Index(None, "environment_id", "last_at"),
)

reporters = _table(  # which programs are connected, and whether they say whom they see
    "reporters",
    _environment(),
    _text("application", primary=True),
    _text("sdk", primary=True),
    _text("version", primary=True),
    sa.Column("contexts", sa.BigInteger, nullable=False),  # reported by it, in all
    _at("last_at"),
)

previews = _table(  # finished previews, for the version and the population that they name
    "previews",
    _text("id", primary=True),
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), nullable=False),
    _text("actor"),
    sa.Column("body", JsonText, nullable=False),
    _at("at"),
    sa.Index(None, "at"),
)

# --- who may move how many --------------------------------------------------------------------

policies = _table(  # an empty environment: the whole project
    "policies",
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), primary_key=True,
              autoincrement=False),
    _text("environment", primary=True),
    _text("name", primary=True),
    sa.Column("body", JsonText, nullable=False),
    _at("updated_at"),
    _text("updated_by"),
)  # fmt: skip

change_requests = _table(
    "change_requests",
    _id(),
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), nullable=False),
    _text("state"),
    _text("author"),
    sa.Column("key", sa.Text, nullable=True),  # the author's idempotency key
    _text("fingerprint"),
    sa.Column("revision", sa.BigInteger, nullable=False),  # raised when what is asked for changes
    sa.Column("command", JsonText, nullable=False),
    sa.Column("body", JsonText, nullable=False),
    _at("created_at"),
    _at("updated_at"),
    _at("expires_at"),
    sa.Index(None, "project_id", "state"),
)

# --- what happens later -----------------------------------------------------------------------

jobs = _table(  # claimed, done and followed up in one transaction; without `due_at`: given up
    "jobs",
    _id(),
    _text("kind"),
    sa.Column("body", JsonText, nullable=False),
    sa.Column("unique_key", sa.Text, nullable=True),
    _at("due_at", nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    _at("held_until", nullable=True),
    _text("holder"),  # a random name of whoever claimed it, empty when nobody has
    _text("error"),
    sa.UniqueConstraint("unique_key"),
    sa.Index(None, "due_at"),
)

plans = _table(
    "plans",
    _id(),
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), nullable=False),
    _text("state"),
    sa.Column("body", JsonText, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    _at("created_at"),
    _text("created_by"),
    _at("updated_at"),
    sa.Index(None, "project_id", "state"),
)

webhooks = _table(  # one per project
    "webhooks",
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), primary_key=True,
              autoincrement=False),
    _text("url"),
    sa.Column("sealed", Bytes, nullable=False),  # the signing secret, encrypted
    sa.Column("body", JsonText, nullable=False),  # which events, and how the last delivery ended
    _at("updated_at"),
    _text("updated_by"),
)  # fmt: skip

deployments = _table(  # markers on the timeline, posted by whoever deploys
    "deployments",
    _id(),
    _environment(primary=False),
    _text("application"),
    _text("version"),
    _text("url"),
    _text("actor"),
    _at("at"),
    sa.Index(None, "environment_id", "at"),
)

imports = _table(  # other vendors' documents that were read, and how far each has been taken over
    "imports",
    _text("id", primary=True),
    _environment(primary=False),
    sa.Column("body", JsonText, nullable=False),
    sa.Column("source", Bytes, nullable=True),  # what was read, encrypted; gone once taken over
    sa.Column("document", Bytes, nullable=True),  # what it is in ours, compressed
    sa.Column("flags", Bytes, nullable=True),  # the report on each flag, compressed
    _at("created_at"),
    _text("created_by"),
    _at("updated_at"),
    sa.Index(None, "environment_id", "created_at"),
)

# --- what people keep for themselves ----------------------------------------------------------

saved_views = _table(  # filters of the list of flags, each person's own
    "saved_views",
    _id(),
    sa.Column("project_id", Identifier, sa.ForeignKey("projects.id"), nullable=False),
    _text("actor"),
    _text("name"),
    sa.Column("filters", JsonText, nullable=False),
    _at("created_at"),
    sa.UniqueConstraint("project_id", "actor", "name"),
)
