"""What several templates that are held out do in the same way: the rows of the totals, labels with
their values, sentences about paying, and HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.families.facts import Facts
from tests.families.html import e
from tests.families.look import Look

Pair = tuple[str, str]
CSS = (
    ".n{text-align:right;white-space:nowrap}h1,h2,h3{margin:0;font-weight:bold}p{margin:1.2mm 0}"
    "thead{display:table-header-group}tr{break-inside:avoid}.items{width:100%}"
)
"""What these templates have in common, under their own."""
_OVER = {"nl": "over", "en": "on", "de": "auf", "fr": "sur"}
_OR = {"nl": " of ", "en": " or ", "de": " oder ", "fr": " ou "}
_UNTIL = {"nl": " t/m ", "en": " to ", "de": " bis ", "fr": " au "}


@dataclass(frozen=True)
class TotalWords:
    """A template's words for the rows of its totals."""

    gross: str
    """Of an invoice with btw."""
    total: str
    """Of an exempt one."""
    net: str
    vat: str
    """``{r}`` is the rate, ``{b}`` what it is counted over."""
    subtotal: str = "Subtotaal"
    discount: str = "Korting"
    rounding: str = "Afronding"
    paid: str = "Reeds betaald"
    due: str = "Te betalen"


class Row(NamedTuple):
    kind: str
    """``subtotal``, ``discount``, ``net``, ``vat``, ``gross``, ``rounding``, ``paid`` or ``due``."""
    label: str
    amount: str


def totals(
    f: Facts, look: Look, say: TotalWords, *, sign: bool = True, bases: bool = True
) -> list[Row]:
    """The rows of the totals in their usual order.

    Args:
        sign: amounts with their currency.
        bases: of several rates each row says what it is counted over, where no word of the
            template does; False for a template that tells so elsewhere.
    """

    def money(value: object) -> str:
        return look.money(value, sign=sign)  # type: ignore[arg-type]

    rows = []
    if f.discount:
        percent = f" {f.discount_percent}%" if f.discount_percent else ""
        rows.append(Row("subtotal", say.subtotal, money(f.subtotal)))
        rows.append(Row("discount", say.discount + percent, money(-f.discount)))
    if not f.exempt:
        rows.append(Row("net", say.net, money(f.net)))
        over = f" {_OVER[f.language]} {{b}}" if len(f.shares) > 1 and bases else ""
        label = say.vat if "{b}" in say.vat else say.vat + over
        for share in f.shares:
            text = label.format(r=share.rate, b=look.money(share.net))
            rows.append(Row("vat", text, money(share.vat)))
    rows.append(Row("gross", say.total if f.exempt else say.gross, money(f.gross)))
    if f.rounding:
        rows.append(Row("rounding", say.rounding, money(f.rounding)))
    if f.paid:
        rows.append(Row("paid", say.paid, money(-f.paid)))
    if f.paid or f.rounding:
        rows.append(Row("due", say.due, money(f.due_amount)))
    return rows


def period(f: Facts, look: Look, form: str = "") -> str:
    return _UNTIL[f.language].join(look.date(day, form) for day in f.period)


def place(f: Facts, look: Look) -> str:
    """Postcode and city."""
    s = f.supplier
    return f"{look.postcode(s.postcode)} {s.city}".strip()


def address(f: Facts, look: Look) -> list[str]:
    """Street, postcode with city, and PO box, as far as they are there."""
    return [line for line in (f.supplier.street, place(f, look), f.supplier.po_box) if line]


def values(f: Facts, look: Look) -> dict[str, str]:
    """Every single fact as this document writes it; '' when it is not there."""
    s = f.supplier
    return {
        "name": s.name,
        "street": s.street,
        "place": place(f, look),
        "postcode": look.postcode(s.postcode),
        "city": s.city,
        "phone": look.phone(s.phone),
        "email": s.email,
        "web": s.web,
        "kvk": look.kvk(s.kvk),
        "vat": look.vat(s.vat_id),
        "iban": _OR[f.language].join(look.iban(a.iban) for a in s.accounts),
        "bic": s.bic if len(s.accounts) == 1 else "",
        "bank": s.bank,
        "agb": s.agb,
        "branch": s.branch,
        "g-account": look.iban(s.g_account) if s.g_account else "",
        "number": f.number,
        "corrects": f.corrects,
        "date": look.date(f.date),
        "due": look.date(f.due),
        "period": period(f, look),
        "customer": f.customer,
        "order": f.order,
        "reference": f.reference,
        "pay": look.money(f.due_amount),
    }


def pairs(f: Facts, look: Look, labels: Mapping[str, str]) -> list[Pair]:
    """(label, value) of the facts that are there, in the order of ``labels``.

    Args:
        labels: name in ``values`` → label; of a credit note the part behind ``|``.
    """
    known = values(f, look)
    found: list[Pair] = []
    for name, label in labels.items():
        own = label.split("|")[-1 if f.kind == "credit-note" else 0]
        if name == "iban":
            found += [(own, look.iban(account.iban)) for account in f.supplier.accounts]
        elif known[name]:
            found.append((own, known[name]))
    return found


def sentence(f: Facts, look: Look, *templates: str) -> str:
    """One of the sentences of which every fact is there; '' when there is none, and on a credit
    note, of which nobody asks a payment.
    """
    if f.kind == "credit-note":
        return ""
    known = values(f, look)
    fits = [t for t in templates if all(v or f"{{{k}}}" not in t for k, v in known.items())]
    return look.pick(*fits).format(**known) if fits else ""


def title(f: Facts, invoice: str, credit: str) -> str:
    return credit if f.kind == "credit-note" else invoice


def closing(f: Facts, look: Look) -> list[str]:
    """Exemption, what the supplier typed, and sentences that mention other numbers."""
    return [text for text in (f.exemption, *f.remarks, *look.notes) if text]


def has_line_discount(f: Facts) -> bool:
    return any(line.discount for line in f.lines)


def paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{e(text)}</p>" for text in texts)


def css_text(text: str) -> str:
    """Text as a value of ``content``."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], align: str, kind: str = "items"
) -> str:
    """``align``: a letter a column, ``l``, ``c`` or ``r``. Cells are text."""
    style = {"l": "", "c": " style='text-align:center'", "r": " class=n"}
    head = "".join(f"<th{style[a]}>{e(h)}</th>" for h, a in zip(heads, align, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{style[a]}>{e(c)}</td>" for c, a in zip(row, align, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table class={kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
