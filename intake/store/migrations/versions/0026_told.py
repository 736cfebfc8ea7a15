"""A letter keeps which invoices it refuses; one that something else was decided after says so itself."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"

_GOES_NOWHERE = ("prepared", "held", "unknown", "failed", "bounced")
_AT_ONCE = dt.timedelta(seconds=10)
"""A refusal and its letter are written in one transaction."""


def upgrade() -> None:
    op.add_column("reply", sa.Column("tells_of", sa.String(), nullable=True))
    op.add_column("mail", sa.Column("rest_open", sa.Boolean(), nullable=True))
    _mark_overtaken()
    _name_writers()


def _mark_overtaken() -> None:
    """Until now only the newest reply of a case waited for a clerk."""
    reply = sa.table("reply", *map(sa.column, ("reference", "number", "state", "held")))
    newer = reply.alias("newer")
    overtaken = sa.exists().where(
        newer.c.reference == reply.c.reference, newer.c.number > reply.c.number
    )
    change = reply.update().where(reply.c.state.in_(_GOES_NOWHERE), overtaken)
    op.get_bind().execute(change.values(held="overtaken"))


def _name_writers() -> None:
    """A letter with which a person refused before that was kept, and that has not left, is theirs: the
    rules would drop it."""
    moment = sa.DateTime(timezone=True)
    reply = sa.table(
        "reply",
        *map(sa.column, ("id", "reference", "kind", "state", "confirmed_by", "written_by")),
        sa.column("created_at", moment),
    )
    event = sa.table(
        "event", *map(sa.column, ("reference", "code", "actor")), sa.column("at", moment)
    )
    refused = sa.select(reply.c.id, reply.c.confirmed_by, reply.c.created_at, event.c.at).where(
        event.c.reference == reply.c.reference,
        event.c.code == "refused",
        event.c.actor == reply.c.confirmed_by,
        reply.c.kind == "refusal",
        reply.c.state.in_(("ready", "held", "deferred", "failed")),
        reply.c.written_by.is_(None),
    )
    bind = op.get_bind()
    for row in bind.execute(refused).all():
        if abs(row.created_at - row.at) < _AT_ONCE:
            own = reply.update().where(reply.c.id == row.id)
            bind.execute(own.values(written_by=row.confirmed_by))
