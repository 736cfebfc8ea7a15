"""What the page says, before anybody clicks, of who must agree with an invoice besides whoever looks at
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from intake.model.invoice import Invoice
from intake.review import wording
from intake.store import Store, second_person
from intake.store.cases import Case
from intake.store.invoices import CaseInvoice
from intake.store.second_person import Bar, Needs
from intake.store.tables import InvoiceState
from intake.text.masking import masked

_BARS: Mapping[Bar, str] = {
    Bar.SAME_PERSON: "second-not-you",
    Bar.NO_MANDATE: "second-no-mandate",
    Bar.CONTENT: "content-waits",
}


def sentences(
    store: Store, case: Case, user: str, accepting: Iterable[CaseInvoice], barred: Mapping[str, Bar]
) -> list[str]:
    """In Dutch, each once.

    Args:
        accepting: what this person may accept.
    """
    read = {each.path: each.invoice for each in case.verdict.invoices} if case.verdict else {}
    several = len(case.invoices) > 1
    found = [
        f"{text} Factuur: {masked(each.number or wording.SENTENCES['without-number'])}."
        if several
        else text
        for each in case.invoices
        for text in _standing(each, user, barred.get(each.path))
    ]
    first = {each.path: read[each.path] for each in accepting if _is_first(each)}
    asked = second_person.needs_of(store, case.municipality, first, user)
    return list(dict.fromkeys([*found, *_needed(asked.values(), several)]))


def fast(store: Store, municipality: str, invoice: Invoice, user: str) -> str:
    """What a strip of the fast lane says; empty when the accept of this person is enough."""
    asked = second_person.needs_of(store, municipality, {"": invoice}, user)
    return " ".join(_needed(asked.values(), several=False))


def _is_first(invoice: CaseInvoice) -> bool:
    return invoice.state is not InvoiceState.APPROVED_ONCE


def _standing(invoice: CaseInvoice, user: str, bar: Bar | None) -> Iterator[str]:
    if invoice.content_by and invoice.content_at and invoice.is_open:
        moment = wording.moment(invoice.content_at)
        yield wording.SENTENCES["content-given"].format(by=invoice.content_by, moment=moment)
    if invoice.state is not InvoiceState.APPROVED_ONCE:
        return
    waits = "content-only" if invoice.accepts_are_given else "second-waits"
    parts = [wording.SENTENCES[waits].format(first=invoice.decided_by)]
    if bar is Bar.SAME_PERSON and user != invoice.decided_by:
        parts.append(wording.SENTENCES["second-corrected"])
    elif bar is not None and bar is not Bar.CONTENT:
        parts.append(wording.SENTENCES[_BARS[bar]])
    if invoice.asks_content and not invoice.content_by and not invoice.accepts_are_given:
        parts.append(wording.SENTENCES["content-too"])
    yield " ".join(parts)


def _needed(asked: Iterable[Needs], several: bool) -> Iterator[str]:
    which = "-some" if several else ""
    for each in asked:
        if each.mandate and each.limit:
            limit = wording.money(Decimal(each.limit) / 100)
            yield wording.SENTENCES[f"above-mandate{which}"].format(limit=limit)
        elif each.mandate:
            yield wording.SENTENCES["no-mandate"]
        elif each.second:
            yield wording.SENTENCES[f"needs-second{which}"]
        if each.content:
            yield wording.SENTENCES[f"needs-content{which}"]
