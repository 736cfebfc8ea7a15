"""A person's mail without an invoice (post) says what it is, and which case it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("mail", sa.Column("post", sa.String(), nullable=True))
    op.create_index("mail_post", "mail", ["state", "post", "sequence"])
    op.create_table(
        "post_link",
        sa.Column(
            "reference",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "about",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            nullable=False,
        ),
    )
    op.create_index("ix_post_link_about", "post_link", ["about"])
