"""The worklist: a row for each invoice, in the view that it stands in, and what it is found by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_EXACT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_VIEWS = (
    "look", "fast", "new", "post", "letter", "waiting", "later", "unclear", "unread", "done",
    "ignored",
)  # fmt: skip
_INDEXES = {
    "worklist_received": ["view", "received_on", "sequence"],
    "worklist_due": ["view", "due_on", "sequence"],
    "worklist_supplier": ["view", "supplier", "sequence"],
    "worklist_amount": ["view", "cents", "sequence"],
    "worklist_kvk": ["view", "kvk", "sequence"],
    "worklist_municipality": ["view", "municipality", "sequence"],
    "worklist_of_amount": ["cents", "sequence"],
    "worklist_of_kvk": ["kvk", "view"],
    "worklist_assigned": ["assigned", "view", "received_on", "sequence"],
}


def _of_mail(primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("mail.reference", ondelete="CASCADE")
    return sa.Column("reference", sa.String(), key, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    op.create_table(
        "worklist",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of_mail(),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("supplier", _EXACT, nullable=False),
        sa.Column("kvk", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("assigned", sa.String(), nullable=False),
        sa.UniqueConstraint("reference", "path", name="worklist_once"),
        sa.CheckConstraint(f"view IN ({', '.join(map(repr, _VIEWS))})", name="worklist_view"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "worklist", columns)
    op.create_table(
        "worklist_word",
        sa.Column("word", _EXACT, primary_key=True),
        _of_mail(primary_key=True),
        sa.Column("path", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_worklist_word_reference", "worklist_word", ["reference"])
    op.create_table(
        "opened",
        _of_mail(primary_key=True),
        sa.Column("user", sa.String(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_opened_at", "opened", ["at"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "person", sa.String(), sa.ForeignKey("person.name", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_saved_view_person", "saved_view", ["person"])
