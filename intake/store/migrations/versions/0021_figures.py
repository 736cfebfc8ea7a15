"""What the figures count by: how long an invoice took to be decided on, and why it was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_SETTLED = {
    "sqlite": (
        "UPDATE invoice SET settled_after = (SELECT max(0,"
        " CAST(strftime('%s', coalesce(invoice.decided_at, mail.decided_at)) AS INTEGER)"
        " - CAST(strftime('%s', mail.received_at) AS INTEGER))"
        " FROM mail WHERE mail.reference = invoice.reference)"
        " WHERE state IN ('accepted', 'exported', 'reversed', 'rejected')"
    ),
    "postgresql": (
        "UPDATE invoice SET settled_after = (SELECT greatest(0, CAST(extract(epoch FROM"
        " coalesce(invoice.decided_at, mail.decided_at) - mail.received_at) AS BIGINT))"
        " FROM mail WHERE mail.reference = invoice.reference)"
        " WHERE state IN ('accepted', 'exported', 'reversed', 'rejected')"
    ),
}
_INDEXES = {
    "invoice_figures": (
        "invoice",
        [
            "received_on", "municipality", "state", "settled_after", "due_on", "kind", "reference",
            "path",
        ],
    ),
    "worklist_figures": (
        "worklist", ["received_on", "municipality", "state", "position", "path"]
    ),
}  # fmt: skip
"""They hold all that is counted by: the rows themselves are not looked at."""
_PARTIAL = {
    "event_corrected": ("event", ["reference"], "code = 'corrected'"),
    "reply_not_receipt": ("reply", ["reference", "kind", "state"], "kind <> 'receipt'"),
}


def upgrade() -> None:
    op.add_column("invoice", sa.Column("settled_after", sa.BigInteger(), nullable=True))
    op.execute(_SETTLED[op.get_bind().dialect.name])
    op.drop_index("ix_invoice_received_on", "invoice")
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)
    for name, (table, columns, where) in _PARTIAL.items():
        rows = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)
    op.create_table(
        "fault",
        sa.Column(
            "reference",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("path", sa.String(), primary_key=True),
        sa.Column("check_id", sa.String(), primary_key=True),
        sqlite_with_rowid=False,
    )
