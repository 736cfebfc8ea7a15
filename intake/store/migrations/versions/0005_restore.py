"""What a database that was put back from a copy must know."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "restore",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column(
        "installation",
        sa.Column("high_water", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("mailbox", sa.Column("done_uidvalidity", sa.BigInteger(), nullable=True))
    op.add_column("mailbox", sa.Column("done_uidnext", sa.BigInteger(), nullable=True))
    op.add_column("mailbox", sa.Column("reread_since", sa.DateTime(timezone=True), nullable=True))
