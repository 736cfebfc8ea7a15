"""Indexes of what is open, so that no look gets dearer with the cases that are done."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name, table in (
        ("ix_mail_state", "mail"),
        ("ix_mail_deadline", "mail"),
        ("ix_mail_remind_on", "mail"),
        ("mail_due_index", "mail"),
        ("ix_reply_counted_at", "reply"),
        ("ix_reply_state", "reply"),
        ("reply_domain", "reply"),
        ("reply_sender", "reply"),
        ("trait_hash", "trait"),
    ):
        op.drop_index(name, table_name=table)
    op.create_index("mail_state", "mail", ["state", "sequence"])
    op.create_index(
        "mail_due_index",
        "mail",
        ["sequence"],
        sqlite_where=sa.text("due = 1"),
        postgresql_where=sa.text("due"),
    )
    _partial("mail_deadline_index", "mail", "deadline IS NOT NULL", "deadline")
    _partial("mail_remind_index", "mail", "remind_on IS NOT NULL", "remind_on")
    op.create_index("trait_hash", "trait", ["kind", "hash", "reference"])
    op.create_index("ix_companion_companion", "companion", ["companion"])
    _partial("reply_sender", "reply", "counted_at IS NOT NULL", "sender_hash", "counted_at")
    _partial("reply_domain", "reply", "counted_at IS NOT NULL", "domain_hash", "counted_at")
    _partial("reply_counted", "reply", "counted_at IS NOT NULL", "counted_at")
    _partial("reply_unsent", "reply", "state NOT IN ('sent', 'dropped')", "state", "reference")
    _partial("ledger_unfinished", "ledger", "state NOT IN ('done', 'deleted')", "account", "state")


def _partial(name: str, table: str, where: str, *columns: str) -> None:
    op.create_index(
        name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
