"""Logins by the municipality's own account and with a second step; what articles 33 and 34 AVG ask of
an incident stands in the open; cases whose person asked that they be left alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_STEPS = "'open', 'code', 'enrol'"


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def upgrade() -> None:
    op.add_column("person", sa.Column("subject", sa.String(length=64)))
    op.add_column("person", sa.Column("factor", sa.String()))
    op.add_column("person", sa.Column("factor_step", sa.BigInteger()))
    op.add_column("person", _text("recovery"))
    op.create_index("person_subject", "person", ["subject"], unique=True)
    with op.batch_alter_table("web_session") as session:
        session.add_column(_text("step", "open"))
        session.add_column(sa.Column("id_token", sa.LargeBinary()))
        session.create_check_constraint("web_session_step", f"step IN ({_STEPS})")
    op.add_column("incident", sa.Column("people", sa.Integer()))
    for name in ("people_kinds", "data_kinds", "told"):
        op.add_column("incident", _text(name))
    op.add_column("incident", sa.Column("told_on", sa.Date()))
    op.add_column("incident", sa.Column("reported_on", sa.Date()))
    op.add_column("incident", sa.Column("report_number", sa.String()))
    for name in ("officer_told", "officer_told_incident"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("installation", column)
    op.create_table(
        "restriction",
        sa.Column(
            "reference",
            sa.String(),
            sa.ForeignKey("mail.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
    )
