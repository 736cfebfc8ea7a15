"""What was paid before is found by supplier and by account, the latest first."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.drop_index("ix_invoice_kvk", "invoice")
    op.drop_index("ix_invoice_iban", "invoice")
    for column in ("kvk", "vat_id", "iban"):
        op.create_index(f"invoice_of_{column}", "invoice", [column, "id"])
