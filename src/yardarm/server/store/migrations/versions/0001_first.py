"""The first schema.

Revision ID: 0001
Revises: none
"""

import sqlalchemy as sa
from alembic.operations import Operations

from yardarm.server.store.columns import Identifier, Instant, JsonText

revision = "0001"
down_revision = None


def upgrade(op: Operations) -> None:
    """Every table of the first release."""
    op.create_table(
        "actors",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actors")),
        sa.UniqueConstraint("name", name=op.f("uq_actors_name")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("details", JsonText, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "projects",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("key", name=op.f("uq_projects_key")),
    )
    op.create_table(
        "setup_codes",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_setup_codes")),
    )
    op.create_table(
        "submissions",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", JsonText, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_at"), "submissions", ["at"], unique=False)
    op.create_table(
        "environments",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_environments_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environments")),
        sa.UniqueConstraint("project_id", "key", name=op.f("uq_environments_project_id_key")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("actor_id", Identifier, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("grants", JsonText, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant, nullable=True),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.Column("last_used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_tokens_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_table(
        "changes",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("change_set", sa.Text(), nullable=False),
        sa.Column("command", JsonText, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("movement", JsonText, nullable=False),
        sa.Column("inverse", JsonText, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("patch_hash", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("patch", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_changes_environment_id")
        ),
        sa.PrimaryKeyConstraint("environment_id", "version", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_change_set"), "changes", ["change_set"], unique=False)
    op.create_index(
        op.f("ix_changes_environment_id_at"), "changes", ["environment_id", "at"], unique=False
    )
    op.create_table(
        "evaluation_counts",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environments.id"],
            name=op.f("fk_evaluation_counts_environment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "environment_id",
            "minute",
            "flag",
            "variant",
            "reason",
            "version",
            "application",
            name=op.f("pk_evaluation_counts"),
        ),
    )
    op.create_index(
        op.f("ix_evaluation_counts_environment_id_flag_minute"),
        "evaluation_counts",
        ["environment_id", "flag", "minute"],
        unique=False,
    )
    op.create_table(
        "event_batches",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_event_batches_environment_id")
        ),
        sa.PrimaryKeyConstraint("environment_id", "batch", name=op.f("pk_event_batches")),
    )
    op.create_index(
        op.f("ix_event_batches_received_at"), "event_batches", ["received_at"], unique=False
    )
    op.create_table(
        "exposures",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_exposures_environment_id")
        ),
        sa.PrimaryKeyConstraint(
            "environment_id",
            "flag",
            "version",
            "kind",
            "unit",
            "variant",
            name=op.f("pk_exposures"),
        ),
    )
    op.create_index(op.f("ix_exposures_at"), "exposures", ["at"], unique=False)
    op.create_table(
        "flag_usage",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("last_evaluated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_flag_usage_environment_id")
        ),
        sa.PrimaryKeyConstraint(
            "environment_id", "flag", "application", name=op.f("pk_flag_usage")
        ),
    )
    op.create_table(
        "lines",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_lines_environment_id")
        ),
        sa.PrimaryKeyConstraint("environment_id", "kind", "key", name=op.f("pk_lines")),
    )
    op.create_table(
        "losses",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_losses_environment_id")
        ),
        sa.PrimaryKeyConstraint("environment_id", "application", "kind", name=op.f("pk_losses")),
    )
    op.create_table(
        "metric_events",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_metric_events_environment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_events")),
    )
    op.create_index(op.f("ix_metric_events_at"), "metric_events", ["at"], unique=False)
    op.create_index(
        op.f("ix_metric_events_environment_id_event_kind_unit"),
        "metric_events",
        ["environment_id", "event", "kind", "unit"],
        unique=False,
    )
    op.create_table(
        "sdk_keys",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_sdk_keys_environment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sdk_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_sdk_keys_hash")),
    )
    op.create_index(
        op.f("ix_sdk_keys_environment_id"), "sdk_keys", ["environment_id"], unique=False
    )
    op.create_table(
        "snapshots",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_snapshots_environment_id")
        ),
        sa.PrimaryKeyConstraint("environment_id", "version", name=op.f("pk_snapshots")),
    )
