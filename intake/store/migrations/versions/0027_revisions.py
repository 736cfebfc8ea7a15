"""A corrected invoice is kept with the refused one in whose place it comes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def _mail(name: str, **options: Any) -> sa.Column[str]:
    goes_with = sa.ForeignKey("mail.reference", ondelete="CASCADE")
    return sa.Column(name, sa.String(), goes_with, **options)


def upgrade() -> None:
    op.create_table(
        "revision",
        _mail("reference", primary_key=True),
        sa.Column("path", sa.String(), primary_key=True),
        _mail("of_reference", nullable=False),
        sa.Column("of_path", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=True),
        sa.CheckConstraint("link IN ('sure', 'possible', 'apart')", name="revision_link"),
    )
    op.create_index("ix_revision_of_reference", "revision", ["of_reference"])
