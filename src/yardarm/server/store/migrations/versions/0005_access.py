"""Keys of other vendors, and where sessions were opened.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0005"
down_revision = "0004"


def upgrade(op: Operations) -> None:
    """What was there before is of ours, and was opened nobody knows where."""
    op.add_column("sdk_keys", sa.Column("vendor", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("agent", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("address", sa.Text(), nullable=True))
