"""Each mail is of a municipality. ``migrate`` gives those of before that of the installation."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "mail", sa.Column("municipality", sa.String(), nullable=False, server_default=sa.text("''"))
    )
