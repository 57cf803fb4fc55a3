"""Populations, previews, policies, change requests, jobs, plans, webhooks, deployments.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic.operations import Operations

from yardarm.server.store.columns import Identifier, Instant, JsonText

revision = "0002"
down_revision = "0001"


def upgrade(op: Operations) -> None:
    """The tables for the control of what a change reaches."""
    op.create_table(
        "jobs",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held_until", Instant, nullable=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_jobs_unique_key")),
    )
    op.create_index(op.f("ix_jobs_due_at"), "jobs", ["due_at"], unique=False)
    op.create_table(
        "change_requests",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("command", JsonText, nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_change_requests_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_requests")),
    )
    op.create_index(
        op.f("ix_change_requests_project_id_state"),
        "change_requests",
        ["project_id", "state"],
        unique=False,
    )
    op.create_table(
        "plans",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_plans_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(
        op.f("ix_plans_project_id_state"), "plans", ["project_id", "state"], unique=False
    )
    op.create_table(
        "policies",
        sa.Column("project_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_policies_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "environment", "name", name=op.f("pk_policies")),
    )
    op.create_table(
        "previews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_previews_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_previews")),
    )
    op.create_index(op.f("ix_previews_at"), "previews", ["at"], unique=False)
    op.create_table(
        "webhooks",
        sa.Column("project_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_webhooks_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "deployments",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_deployments_environment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
    )
    op.create_index(
        op.f("ix_deployments_environment_id_at"),
        "deployments",
        ["environment_id", "at"],
        unique=False,
    )
    op.create_table(
        "observed_contexts",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sightings", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("first_at", Instant, nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environments.id"],
            name=op.f("fk_observed_contexts_environment_id"),
        ),
        sa.PrimaryKeyConstraint("environment_id", "place", name=op.f("pk_observed_contexts")),
    )
    op.create_index(
        op.f("ix_observed_contexts_environment_id_last_at"),
        "observed_contexts",
        ["environment_id", "last_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_observed_contexts_environment_id_sequence"),
        "observed_contexts",
        ["environment_id", "sequence"],
        unique=False,
    )
    op.create_table(
        "populations",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("contexts", sa.BigInteger(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_populations_environment_id")
        ),
        sa.PrimaryKeyConstraint("environment_id", name=op.f("pk_populations")),
    )
    op.create_table(
        "reporters",
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("sdk", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("contexts", sa.BigInteger(), nullable=False),
        sa.Column("last_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_reporters_environment_id")
        ),
        sa.PrimaryKeyConstraint(
            "environment_id", "application", "sdk", "version", name=op.f("pk_reporters")
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token_id", Identifier, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_sessions_token_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
