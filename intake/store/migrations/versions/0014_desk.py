"""What a clerk decided can be undone for a moment: a letter has a first moment to leave. Invoices
are put aside until a day, and handed over; corrections are counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("reply", sa.Column("not_before", sa.DateTime(timezone=True)))
    op.add_column("reply", sa.Column("written_by", sa.String()))
    op.add_column("invoice", sa.Column("assigned_to", sa.String()))
    op.add_column("invoice", sa.Column("later_until", sa.Date()))
    op.create_index("ix_invoice_assigned_to", "invoice", ["assigned_to"])
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("kvk", sa.String()),
    )
    op.create_index("ix_correction_at", "correction", ["at"])
