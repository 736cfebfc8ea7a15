"""Every invoice of a mail has a row, also one without a number; good invoices of refused mails stand open again.

Until here a mail was closed as refused when one of its invoices was, and the good ones beside it were closed with it.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("invoice") as invoice:
        invoice.alter_column("number_hash", existing_type=sa.String(length=64), nullable=True)
    closed = "state = 'rejected' AND decided_by IS NULL AND NOT due"
    good = "reference IN (SELECT reference FROM invoice WHERE outcome = 'queued')"
    event = sa.text(
        "INSERT INTO event (reference, at, code)"  # noqa: S608 nothing of it comes from outside
        f" SELECT reference, :now, 'opened-again' FROM mail WHERE {closed} AND {good}"
    ).bindparams(sa.bindparam("now", dt.datetime.now(dt.UTC), sa.DateTime(timezone=True)))
    op.get_bind().execute(event)
    op.execute(f"UPDATE mail SET state = 'queued', version = version + 1 WHERE {closed} AND {good}")  # noqa: S608
