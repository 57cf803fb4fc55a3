"""Imports.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic.operations import Operations

from yardarm.server.store.columns import Identifier, Instant, JsonText

revision = "0003"
down_revision = "0002"


def upgrade(op: Operations) -> None:
    """The table for documents of other vendors."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("environment_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("body", JsonText, nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("flags", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name=op.f("fk_imports_environment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        op.f("ix_imports_environment_id_created_at"),
        "imports",
        ["environment_id", "created_at"],
        unique=False,
    )
