"""Business facts of invoices in columns. They are filled in by ``business_facts.fill``, which needs
the keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXTS = ("supplier_name", "kvk", "vat_id", "iban", "number")
_CENTS = ("net_cents", "vat_cents", "gross_cents")
_INDEXED = (
    "municipality", "received_on", "due_on", "supplier_name", "kvk", "iban", "number", "issued_on",
    "gross_cents",
)  # fmt: skip


def upgrade() -> None:
    facts = (*_TEXTS, "issued_on", *_CENTS)
    sealed = sa.CheckConstraint(
        f"NOT facts_sealed OR ({' AND '.join(f'{fact} IS NULL' for fact in facts)})",
        name="invoice_facts_sealed",
    )
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as invoice:
        for name in ("municipality", "mailbox", "kind", *_TEXTS):
            invoice.add_column(sa.Column(name, sa.String(), nullable=True))
        for name in ("received_on", "due_on", "issued_on"):
            invoice.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name in _CENTS:
            invoice.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        invoice.add_column(
            sa.Column("facts_sealed", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        invoice.create_check_constraint("invoice_facts_sealed", sealed.sqltext)
    for name in _INDEXED:
        op.create_index(f"ix_invoice_{name}", "invoice", [name])
