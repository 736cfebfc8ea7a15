"""The invoice is the case: each has its own state, and says which person decided on it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_STATES = (
    "to-decide", "later", "waiting", "quarantined", "accepted", "exported", "rejected", "ignored"
)  # fmt: skip
_FACTS = (
    "supplier_name", "kvk", "vat_id", "iban", "number", "issued_on", "net_cents", "vat_cents", "gross_cents"
)  # fmt: skip
_EMPTY = " AND ".join(f"{fact} IS NULL" for fact in _FACTS)
"""Rebuilding a table of SQLite loses its constraints."""
_OF_MAIL = "(SELECT {} FROM mail WHERE mail.reference = invoice.reference)"
_IN_MAILS = "reference IN (SELECT reference FROM mail WHERE {})"


def upgrade() -> None:
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as invoice:
        invoice.alter_column("outcome", new_column_name="state")
        invoice.add_column(sa.Column("decided_by", sa.String(), nullable=True))
        invoice.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        invoice.add_column(sa.Column("why", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE invoice SET state = 'to-decide' WHERE state = 'queued'")
    not_waiting = _IN_MAILS.format("state <> 'waiting'")
    op.execute(
        f"UPDATE invoice SET state = 'quarantined' WHERE state = 'waiting' AND {not_waiting}"
    )
    by, at = _OF_MAIL.format("decided_by"), _OF_MAIL.format("decided_at")
    refused = _IN_MAILS.format("state = 'rejected'")
    decided = _IN_MAILS.format("decided_by IS NOT NULL")
    op.execute(
        f"UPDATE invoice SET decided_by = {by}, decided_at = {at}"
        f" WHERE {decided} AND (state = 'accepted' OR {refused})"
    )
    again = (("invoice_facts_sealed", f"NOT facts_sealed OR ({_EMPTY})"),)
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as invoice:
        for name, condition in (
            *(again if op.get_bind().dialect.name == "sqlite" else ()),
            ("invoice_state", f"state IN ({', '.join(map(repr, _STATES))})"),
            ("invoice_decided", "(decided_by IS NULL) = (decided_at IS NULL)"),
            ("invoice_accepted", "state NOT IN ('accepted', 'exported') OR decided_by IS NOT NULL"),
        ):
            invoice.create_check_constraint(name, condition)
