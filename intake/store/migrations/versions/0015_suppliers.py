"""A register of suppliers, what public registers say, and the creditor number of what is exported.

Who stands in it at the start is filled in by ``supplier_register.fill``: whose invoices were
accepted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_SCOPES = "'gemeente', 'regio', 'landelijk', 'geen'"
_KINDS = "'interventieteam', 'afronding'"
_ANSWERS = "'found', 'unknown', 'no-answer'"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _supplier() -> sa.Column[int]:
    return sa.Column(
        "supplier", sa.Integer(), sa.ForeignKey("supplier.id", ondelete="CASCADE"), nullable=False
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    op.add_column(
        "batch_invoice",
        sa.Column("creditor_number", sa.String(), nullable=False, server_default=""),
    )
    op.create_table(
        "supplier",
        _id(),
        _text("municipality"),
        sa.Column("kvk", sa.String()),
        sa.Column("vat_id", sa.String()),
        *map(_text, ("name", "street", "postcode", "city", "creditor_number", "notes", "search")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("municipality", "kvk", name="supplier_kvk_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("supplier_by_name", "supplier", ["municipality", "name", "id"])
    op.create_index("supplier_by_vat_id", "supplier", ["municipality", "vat_id"])
    op.create_table(
        "supplier_fact",
        _id(),
        _supplier(),
        _text("kind"),
        _text("value"),
        sa.CheckConstraint("kind IN ('name', 'address', 'domain')", name="supplier_fact_kind"),
        sa.UniqueConstraint("supplier", "kind", "value", name="supplier_fact_once"),
    )
    op.create_table(
        "supplier_account",
        _id(),
        _supplier(),
        _text("iban"),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        _text("added_by"),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_on", sa.Date()),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_on IS NULL)", name="supplier_account_approved"
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> added_by", name="supplier_account_second_person"
        ),
        sa.UniqueConstraint("supplier", "iban", name="supplier_account_once"),
    )
    op.create_index("supplier_account_iban", "supplier_account", ["iban"])
    op.create_table(
        "supplier_contract",
        _id(),
        _supplier(),
        _text("scope"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.CheckConstraint(f"scope IN ({_SCOPES})", name="supplier_contract_scope"),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name="supplier_contract_days"
        ),
        sa.UniqueConstraint("supplier", "scope", "first_day", name="supplier_contract_once"),
    )
    op.create_table(
        "supplier_agreement",
        _id(),
        _supplier(),
        _text("kind"),
        _text("number"),
        _text("product"),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("ceiling_cents", sa.BigInteger()),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name="supplier_agreement_kind"),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day", name="supplier_agreement_days"
        ),
        sa.UniqueConstraint(
            "supplier", "kind", "number", "product", name="supplier_agreement_once"
        ),
    )
    op.create_table(
        "register_answer",
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _text("kind"),
        _text("names"),
        _text("postcodes"),
        _text("cities"),
        sa.Column("ended_on", sa.Date()),
        sa.Column("inactive", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_ANSWERS})", name="register_answer_kind"),
    )
    op.create_index("ix_register_answer_asked_at", "register_answer", ["asked_at"])
