"""An invoice can need a mandate and the agreement of a reviewer of care; how each is booked stands with
each, follows from its supplier too, and can be chosen by a person.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"

_FACTS = (
    "supplier_name", "kvk", "vat_id", "iban", "number", "issued_on", "net_cents", "vat_cents", "gross_cents"
)  # fmt: skip
_EMPTY = " AND ".join(f"{fact} IS NULL" for fact in _FACTS)
_STATES = (
    "to-decide", "later", "waiting", "quarantined", "approved-once", "accepted", "exported", "reversed",
    "rejected", "ignored",
)  # fmt: skip
_NOT_ACCEPTED = "state NOT IN ('accepted', 'exported', 'reversed')"
_KNOWN = {
    "invoice_facts_sealed": f"NOT facts_sealed OR ({_EMPTY})",
    "invoice_state": f"state IN ({', '.join(map(repr, _STATES))})",
    "invoice_decided": "(decided_by IS NULL) = (decided_at IS NULL)",
    "invoice_accepted": (
        "state NOT IN ('approved-once', 'accepted', 'exported', 'reversed')"
        " OR decided_by IS NOT NULL"
    ),
}
"""Rebuilding a table of SQLite loses its constraints."""
_CHANGED = {
    "invoice_first_by": (
        "first_by IS NULL OR (state IN ('approved-once', 'accepted', 'exported', 'reversed')"
        " AND first_by <> decided_by)"
    )
}
_NEW = {
    "invoice_second": f"NOT asks_second OR first_by IS NOT NULL OR {_NOT_ACCEPTED}",
    "invoice_content": f"NOT asks_content OR content_by IS NOT NULL OR {_NOT_ACCEPTED}",
    "invoice_content_by": (
        "content_by IS NULL OR (content_by <> coalesce(decided_by, '')"
        " AND content_by <> coalesce(first_by, ''))"
    ),
    "invoice_mandate": (
        "mandate_cents IS NULL OR gross_cents IS NULL OR abs(gross_cents) <= mandate_cents"
        f" OR {_NOT_ACCEPTED}"
    ),
}
_VIEWS = (
    "look", "fast", "new", "post", "letter", "content", "waiting", "later", "unclear", "unread", "done",
    "ignored",
)  # fmt: skip
_CODES = ("cost_centre", "cost_type", "task_field", "vat_code", "order_number")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as invoice:
        for name in ("asks_second", "asks_content"):
            invoice.add_column(_flag(name))
        invoice.add_column(sa.Column("content_by", sa.String(), nullable=True))
        invoice.add_column(sa.Column("content_at", sa.DateTime(timezone=True), nullable=True))
        invoice.add_column(sa.Column("mandate_cents", sa.BigInteger(), nullable=True))
        for name in () if sqlite else _CHANGED:
            invoice.drop_constraint(name, type_="check")
        for name, condition in {**(_KNOWN if sqlite else {}), **_CHANGED, **_NEW}.items():
            invoice.create_check_constraint(name, condition)
    op.execute(
        "UPDATE invoice SET asks_second = true WHERE state = 'approved-once' OR first_by IS NOT NULL"
    )
    with op.batch_alter_table("worklist") as worklist:
        worklist.add_column(_flag("content"))
        if not sqlite:
            worklist.drop_constraint("worklist_view", type_="check")
        worklist.create_check_constraint(
            "worklist_view", f"view IN ({', '.join(map(repr, _VIEWS))})"
        )
    op.create_index("worklist_content", "worklist", ["content", "view", "received_on", "sequence"])
    for name in _CODES:
        empty = sa.text("''")
        op.add_column(
            "supplier", sa.Column(name, sa.String(), nullable=False, server_default=empty)
        )
        op.add_column("batch_invoice", sa.Column(name, sa.String(), nullable=True))
    op.add_column("batch_invoice", sa.Column("due_on", sa.Date(), nullable=True))
    op.create_table(
        "coding",
        sa.Column(
            "reference",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("path", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=True) for name in _CODES),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
    )


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
