"""Every arrival of a mail has a row, and each day and source a report of what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"

_LOCAL_DAY = {"sqlite": "date({})", "postgresql": "CAST(timezone('Europe/Amsterdam', {}) AS date)"}
"""SQLite knows no time zones: what came in between midnight in Amsterdam and in Greenwich counts as
of the day before, in what is from before the reports."""
_SOURCE = (
    "coalesce((SELECT ledger.account FROM ledger WHERE ledger.reference = event.reference"
    " AND event.actor IN ('imap', 'graph') ORDER BY ledger.id LIMIT 1),"
    " CASE event.actor WHEN 'lmtp' THEN 'smtp' ELSE event.actor END, '')"
)


def upgrade() -> None:
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('first', 'again', 'left-out', 'came-in')", name="arrival_kind"
        ),
    )
    op.create_index("arrival_of_source", "arrival", ["source", "received_on"])
    op.create_index("arrival_at", "arrival", ["source", "at"])
    op.create_index("ix_arrival_received_on", "arrival", ["received_on"])
    op.create_index("ix_arrival_reference", "arrival", ["reference"])
    op.create_table(
        "day_report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("audit_sequence", sa.Integer(), nullable=False),
    )
    op.create_index("day_report_of_source", "day_report", ["source", "day", "id"])
    op.create_index("ix_day_report_day", "day_report", ["day"])
    op.add_column("installation", sa.Column("day_told", sa.Date(), nullable=True))
    received = _LOCAL_DAY[op.get_bind().dialect.name].format("mail.received_at")
    op.execute(
        "INSERT INTO arrival (at, received_on, source, reference, kind)"  # noqa: S608 all of it is ours
        f" SELECT event.at, {received}, {_SOURCE}, event.reference,"
        " CASE WHEN event.code = 'came-again' THEN 'again'"
        " WHEN EXISTS (SELECT 1 FROM left_out WHERE left_out.reference = event.reference)"
        " THEN 'left-out'"
        " WHEN EXISTS (SELECT 1 FROM event AS late WHERE late.reference = event.reference"
        " AND late.code = 'arrived') THEN 'came-in' ELSE 'first' END"
        " FROM event JOIN mail ON mail.reference = event.reference"
        " WHERE event.code IN ('received', 'came-again') ORDER BY event.id"
    )
