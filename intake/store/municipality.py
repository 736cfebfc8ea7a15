"""One database for many municipalities: what one sends or is sent is nothing to another."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from intake.store.tables import MailRow


def same(reference: str | BindParameter[str], own: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether a mail is of the same municipality as the one with this reference; when that is not
    kept here (a dry run), as the installation's ``own``.
    """
    return col(MailRow.municipality) == of(reference, own)


def of(reference: str | BindParameter[str], own: str | BindParameter[str]) -> ColumnElement[str]:
    """The municipality of the mail with this reference, or ``own`` when it is not kept here."""
    judged = aliased(MailRow)
    theirs = select(col(judged.municipality)).where(col(judged.reference) == reference)
    return func.coalesce(theirs.scalar_subquery(), own)
