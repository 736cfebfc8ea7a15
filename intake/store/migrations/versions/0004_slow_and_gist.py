"""Mails that are known to be slow, and whether one without an invoice may bring the attachment of
one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "mail", sa.Column("slow", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("mail", sa.Column("brings", sa.Boolean(), nullable=True))
