"""What was accepted leaves for the finance package in batches, each invoice once; users have roles.

Until here everybody might do everything: who is a user already keeps that, until an administrator
takes roles away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_STATES = "'made', 'delivered', 'failed', 'booked'"


_EVERYTHING = "clerk senior care-reviewer privacy-officer"


def upgrade() -> None:
    op.add_column("person", sa.Column("roles", sa.String(), nullable=False, server_default="clerk"))
    op.execute(sa.text("UPDATE person SET roles = :roles").bindparams(roles=_EVERYTHING))
    op.create_table(
        "batch",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("cost_centre", sa.String(), nullable=False),
        sa.Column("cost_type", sa.String(), nullable=False),
        sa.Column("task_field", sa.String(), nullable=False),
        sa.Column("vat_code", sa.String(), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name="batch_state"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_batch_municipality", "batch", ["municipality"])
    op.create_table(
        "batch_invoice",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch", sa.Integer(), sa.ForeignKey("batch.number"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "reference",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("paid_on", sa.Date()),
        sa.Column("blocked", sa.String()),
        sa.UniqueConstraint("reference", "path", name="exported_once"),
    )
    op.create_index("ix_batch_invoice_batch", "batch_invoice", ["batch"])
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("hash", sa.String(length=64), nullable=False, unique=True),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
    )
