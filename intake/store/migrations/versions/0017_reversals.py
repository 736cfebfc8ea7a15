"""An invoice that left for the finance package can be taken back: a reversal leaves in a later
batch.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_STATES = (
    "to-decide", "later", "waiting", "quarantined", "accepted", "exported", "reversed", "rejected", "ignored"
)  # fmt: skip
_FACTS = (
    "supplier_name", "kvk", "vat_id", "iban", "number", "issued_on", "net_cents", "vat_cents", "gross_cents"
)  # fmt: skip
_EMPTY = " AND ".join(f"{fact} IS NULL" for fact in _FACTS)
_KNOWN = {
    "invoice_facts_sealed": f"NOT facts_sealed OR ({_EMPTY})",
    "invoice_decided": "(decided_by IS NULL) = (decided_at IS NULL)",
}
"""Rebuilding a table of SQLite loses its constraints."""
_CHANGED = {
    "invoice_state": f"state IN ({', '.join(map(repr, _STATES))})",
    "invoice_accepted": (
        "state NOT IN ('accepted', 'exported', 'reversed') OR decided_by IS NOT NULL"
    ),
}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as invoice:
        for name, condition in {**(_KNOWN if sqlite else {}), **_CHANGED}.items():
            if not sqlite:
                invoice.drop_constraint(name, type_="check")
            invoice.create_check_constraint(name, condition)
    op.create_index("invoice_of_state", "invoice", ["municipality", "state", "id"])
    with op.batch_alter_table("batch_invoice") as entry:
        entry.add_column(
            sa.Column("reverses", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        entry.drop_constraint("exported_once", type_="unique")
        entry.create_unique_constraint("exported_once", ["reference", "path", "reverses"])
    op.create_table(
        "reversal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "reference",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("reference", "path", name="reversed_once"),
    )
