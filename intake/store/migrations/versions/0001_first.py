"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("audit_what", "audit", ["what", "at"], unique=False)
    op.create_index("audit_who", "audit", ["who", "at"], unique=False)
    op.create_index(op.f("ix_audit_reference"), "audit", ["reference"], unique=False)
    op.create_table(
        "destroyed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key_period", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("list_number", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", "kind", name="destroyed_once"),
    )
    op.create_index(op.f("ix_destroyed_list_number"), "destroyed", ["list_number"], unique=False)
    op.create_table(
        "health",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("part"),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_check", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "folder", "uidvalidity", "uid", name="ledger_once"),
    )
    op.create_index(op.f("ix_ledger_reference"), "ledger", ["reference"], unique=False)
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_login_attempt_hash"), "login_attempt", ["hash"], unique=False)
    op.create_table(
        "mail",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_period", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("hold_boot", sa.String(), nullable=True),
        sa.Column("hold_until", sa.Float(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("wakes", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("invoices", sa.Integer(), nullable=False),
        sa.Column("rejects", sa.Integer(), nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'received') = (decided_at IS NULL)", name="mail_decided"),
        sa.CheckConstraint("(state = 'waiting') = (deadline IS NOT NULL)", name="mail_deadline"),
        sa.CheckConstraint("NOT due OR decided_by IS NULL", name="mail_due"),
        sa.CheckConstraint("remind_on IS NULL OR state = 'waiting'", name="mail_remind"),
        sa.CheckConstraint("state <> 'accepted' OR decided_by IS NOT NULL", name="mail_accepted"),
        sa.CheckConstraint("state <> 'received' OR due", name="mail_received_is_due"),
        sa.CheckConstraint(
            "state IN ('received', 'waiting', 'queued', 'rejected', 'quarantined', 'ignored',"
            " 'accepted')",
            name="mail_state",
        ),
        sa.CheckConstraint(
            "lease_token IS NULL OR (due AND hold_until IS NOT NULL)", name="mail_lease"
        ),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index(op.f("ix_mail_deadline"), "mail", ["deadline"], unique=False)
    op.create_index(op.f("ix_mail_remind_on"), "mail", ["remind_on"], unique=False)
    op.create_index(op.f("ix_mail_received_at"), "mail", ["received_at"], unique=False)
    op.create_index(op.f("ix_mail_state"), "mail", ["state"], unique=False)
    op.create_index(
        "mail_due_index",
        "mail",
        ["sequence"],
        unique=False,
        sqlite_where=sa.text("due"),
        postgresql_where=sa.text("due"),
    )
    op.create_table(
        "mailbox",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("first_start", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kvk_hash", sa.String(length=64), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("key_period", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kvk_hash"),
    )
    op.create_index(op.f("ix_provider_email_hash"), "provider", ["email_hash"], unique=False)
    op.create_table(
        "care",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("words_hash", sa.String(length=64), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_care_code_hash"), "care", ["code_hash"], unique=False)
    op.create_index(op.f("ix_care_reference"), "care", ["reference"], unique=False)
    op.create_index(op.f("ix_care_words_hash"), "care", ["words_hash"], unique=False)
    op.create_table(
        "companion",
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("companion", sa.String(length=12), nullable=False),
        sa.Column("paired_by", sa.String(), nullable=True),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["companion"], ["mail.reference"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("reference", "companion"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_event_reference"), "event", ["reference"], unique=False)
    op.create_table(
        "hold",
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"]),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_table(
        "identity",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(op.f("ix_identity_reference"), "identity", ["reference"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "judgement = 'open' OR (known_at IS NOT NULL AND decided_by IS NOT NULL AND decided_at"
            " IS NOT NULL)",
            name="incident_decided",
        ),
        sa.CheckConstraint(
            "judgement IN ('open', 'no-incident', 'recorded', 'reported')",
            name="incident_judgement",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", "kind", name="incident_once"),
    )
    op.create_index(op.f("ix_incident_judgement"), "incident", ["judgement"], unique=False)
    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("kvk_hash", sa.String(length=64), nullable=True),
        sa.Column("vat_hash", sa.String(length=64), nullable=True),
        sa.Column("name_hash", sa.String(length=64), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_invoice_number_hash"), "invoice", ["number_hash"], unique=False)
    op.create_index(op.f("ix_invoice_reference"), "invoice", ["reference"], unique=False)
    op.create_table(
        "provider_password",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider"], ["provider.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_provider_password_provider"), "provider_password", ["provider"], unique=False
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("sender_hash", sa.String(length=64), nullable=False),
        sa.Column("domain_hash", sa.String(length=64), nullable=False),
        sa.Column("composed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("hold_boot", sa.String(), nullable=True),
        sa.Column("hold_until", sa.Float(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'sending') = (hold_until IS NOT NULL AND state <> 'deferred')",
            name="reply_sending",
        ),
        sa.CheckConstraint(
            "state IN ('prepared', 'ready', 'sending', 'sent', 'held', 'deferred', 'failed',"
            " 'unknown', 'bounced', 'dropped')",
            name="reply_state",
        ),
        sa.CheckConstraint(
            "state NOT IN ('sending', 'sent', 'bounced') OR started_at IS NOT NULL",
            name="reply_started",
        ),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        sa.UniqueConstraint("reference", "number", name="reply_number"),
    )
    op.create_index(op.f("ix_reply_counted_at"), "reply", ["counted_at"], unique=False)
    op.create_index(op.f("ix_reply_state"), "reply", ["state"], unique=False)
    op.create_index("reply_domain", "reply", ["domain_hash", "counted_at"], unique=False)
    op.create_index("reply_sender", "reply", ["sender_hash", "counted_at"], unique=False)
    op.create_table(
        "sealed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", "kind", "path", name="sealed_once"),
    )
    op.create_table(
        "trait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["mail.reference"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_trait_reference"), "trait", ["reference"], unique=False)
    op.create_index("trait_hash", "trait", ["kind", "hash"], unique=False)
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_web_session_person"), "web_session", ["person"], unique=False)
