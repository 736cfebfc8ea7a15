"""Every invoice of a mail has a row, also one without a number; good invoices of refused mails
stand open again.

Until here a mail was closed as refused when one of its invoices was, and the good ones beside it
were closed with it. Ids of invoices and care are never given twice: by them a worker sees what was
decided while it was at work.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_CLOSED = "state = 'rejected' AND decided_by IS NULL AND NOT due"
_GOOD = "reference IN (SELECT reference FROM invoice WHERE outcome = 'queued')"


def upgrade() -> None:
    never_twice = {"sqlite_autoincrement": True}
    with op.batch_alter_table("invoice", table_kwargs=never_twice) as invoice:
        invoice.alter_column("number_hash", existing_type=sa.String(length=64), nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("care", table_kwargs=never_twice, recreate="always"):
            pass
    which = f"FROM mail WHERE {_CLOSED} AND {_GOOD}"
    event = (
        f"INSERT INTO event (reference, at, code) SELECT reference, :now, 'opened-again' {which}"
    )
    now = sa.bindparam("now", dt.datetime.now(dt.UTC), sa.DateTime(timezone=True))
    op.get_bind().execute(sa.text(event).bindparams(now))
    op.execute(
        f"UPDATE mail SET state = 'queued', version = version + 1 WHERE {_CLOSED} AND {_GOOD}"  # noqa: S608 constants
    )
