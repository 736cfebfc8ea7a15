"""Some invoices two persons must accept: one that was accepted once stands apart, and who accepted
first stays known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_STATES = (
    "to-decide", "later", "waiting", "quarantined", "approved-once", "accepted", "exported", "reversed",
    "rejected", "ignored",
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
        "state NOT IN ('approved-once', 'accepted', 'exported', 'reversed')"
        " OR decided_by IS NOT NULL"
    ),
}
_NEW = {
    "invoice_first_by": (
        "first_by IS NULL OR"
        " (state IN ('accepted', 'exported', 'reversed') AND first_by <> decided_by)"
    )
}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as invoice:
        invoice.add_column(sa.Column("first_by", sa.String(), nullable=True))
        for name in () if sqlite else _CHANGED:
            invoice.drop_constraint(name, type_="check")
        for name, condition in {**(_KNOWN if sqlite else {}), **_CHANGED, **_NEW}.items():
            invoice.create_check_constraint(name, condition)
