"""A reply may leave as a draft of a mailbox: which one, and by which ids it is found again."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    for name in ("sent_by", "draft_id", "draft_message_id"):
        op.add_column("reply", sa.Column(name, sa.String(), nullable=True))
    for name, column in (("reply_draft", "draft_id"), ("reply_draft_message", "draft_message_id")):
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "reply", [column], sqlite_where=some, postgresql_where=some)
