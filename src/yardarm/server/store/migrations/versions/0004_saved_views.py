"""Saved views of the list of flags.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic.operations import Operations

from yardarm.server.store.columns import Identifier, Instant, JsonText

revision = "0004"
down_revision = "0003"


def upgrade(op: Operations) -> None:
    """Each person's own views, by project."""
    op.create_table(
        "saved_views",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filters", JsonText, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_saved_views_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint(
            "project_id", "actor", "name", name=op.f("uq_saved_views_project_id_actor_name")
        ),
    )
