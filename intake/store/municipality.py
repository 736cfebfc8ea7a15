"""One database for many municipalities: what one sends or is sent is nothing to another."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from intake.store import Store
from intake.store.tables import MailRow

_NAME = select(col(MailRow.municipality)).where(col(MailRow.reference) == bindparam("reference"))


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


def name_of(store: Store, reference: str) -> str:
    """The name of the profile of a kept mail; the installation's own when it is not kept here."""
    rows = store.ask(_NAME, {"reference": reference})
    return next((row.municipality for row in rows), "") or store.settings.profile
