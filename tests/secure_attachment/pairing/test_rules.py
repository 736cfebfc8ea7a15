"""Which attachment belongs to which invoice: a table of situations, and the same end for every
order of arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.model.attachment import Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.mail import PartKind
from intake.model.verdict import CheckedDocument
from intake.secure_attachment.pairing.across_mails import with_invoices, without_invoice
from intake.secure_attachment.pairing.model import (
    Bundle,
    By,
    Choice,
    Elsewhere,
    Gist,
    Loose,
    MailContents,
    Pair,
    Waiting,
)
from intake.secure_attachment.pairing.rules import choose, gist_of, numbers_named, pair
from intake.store.records import GISTS
from tests.checks.examples import EXEMPT, LINE

STRONG = Protection.STRONG


def bill(
    number: str, total: str = "100", kind: DocumentKind = DocumentKind.INVOICE
) -> CheckedDocument:
    """An invoice at the path that is its number."""
    invoice = replace(
        EXEMPT,
        kind=kind,
        invoice_number=Field.of(number),
        net_amount=Field.of(Decimal(total)),
        gross_amount=Field.of(Decimal(total)),
    )
    return CheckedDocument(number, PartKind.PDF, f"{number}.pdf", invoice, None, 1)


def line(number: str | None = None, amount: str | None = None) -> CareLine:
    return replace(LINE, invoice_number=number, amount=Decimal(amount) if amount else None)


def sheet(
    *lines: CareLine,
    path: str = "9",
    names: Sequence[str] = (),
    opening: Opening = Opening.OPENED,
    mail: int = 0,
    subject: str = "",
) -> Bundle:
    return Bundle(
        Container(path, "zip", opening, STRONG),
        tuple(lines),
        names=tuple(names),
        mail=mail,
        subject=subject,
    )


def shown(pairs: Sequence[Pair]) -> set[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Invoices, containers and doubt of each pair."""
    return {
        (pair.invoices, tuple(dict.fromkeys(b.container.path for b in pair.bundles)), pair.doubt)
        for pair in pairs
    }


A, B, C = bill("2026-0011", "100"), bill("2026-0012", "200"), bill("2026-0013", "300")
TABLE = {
    "one and one": ([A], [sheet(line())], {((A.path,), ("9",), "")}),
    "one and several": (
        [A],
        [sheet(line(), path="8"), sheet(line(), path="9")],
        {((A.path,), ("8", "9"), "")},
    ),
    "one without": ([A], [], {((A.path,), (), "")}),
    "one that names another": ([A], [sheet(line("77-1"))], {((A.path,), ("9",), "other-number")}),
    "numbers inside": (
        [A, B],
        [sheet(line("2026 0012"), path="8"), sheet(line("2026-0011"))],
        {((A.path,), ("9",), ""), ((B.path,), ("8",), "")},
    ),
    "both in one sheet": (
        [A, B],
        [sheet(line("2026-0011"), line("2026-0012"))],
        {((A.path,), ("9",), ""), ((B.path,), ("9",), "")},
    ),
    "file names": (
        [A, B],
        [
            sheet(line(), path="8", names=["bijlage_2026-0012.zip"]),
            sheet(line(), names=["Bijlage 2026.0011.zip"]),
        ],
        {((A.path,), ("9",), ""), ((B.path,), ("8",), "")},
    ),
    "sums": (
        [A, B],
        [sheet(line(None, "200"), path="8"), sheet(line(None, "100"))],
        {((A.path,), ("9",), ""), ((B.path,), ("8",), "")},
    ),
    "what is left": (
        [A, B],
        [sheet(line("2026-0012"), path="8"), sheet(line())],
        {((A.path,), ("9",), ""), ((B.path,), ("8",), "")},
    ),
    "one for both": ([A, B], [sheet(line())], {((A.path, B.path), ("9",), "")}),
    "one sum for both": ([A, B], [sheet(line(None, "300"))], {((A.path, B.path), ("9",), "")}),
    "named after one, sum of both": (
        [A, B],
        [sheet(line(None, "300"), names=["2026-0011.zip"])],
        {((A.path,), ("9",), ""), ((B.path,), (), "named")},
    ),
    "named after one only": (
        [A, B],
        [sheet(line(), names=["2026-0011.zip"])],
        {((A.path,), ("9",), ""), ((B.path,), (), "named")},
    ),
    "certainly of one only": (
        [A, B],
        [sheet(line("2026-0011"))],
        {((A.path,), ("9",), ""), ((B.path,), (), "")},
    ),
    "nothing tells": (
        [A, B],
        [sheet(line(), path="8"), sheet(line())],
        {((A.path, B.path), ("8", "9"), "which")},
    ),
    "name against sum": (
        [A, B],
        [sheet(line(None, "200"), names=["2026-0011.zip"])],
        {((A.path, B.path), ("9",), "which")},
    ),
    "one too many": (
        [A, B],
        [sheet(line("2026-0011"), path="7"), sheet(line("2026-0012"), path="8"), sheet(line())],
        {((A.path,), ("7",), ""), ((B.path,), ("8",), ""), ((), ("9",), "loose")},
    ),
    "rows of a third": (
        [A, B],
        [sheet(line("2026-0011"), line("2026-0012"), line("77-1"))],
        {((A.path,), ("9",), ""), ((B.path,), ("9",), ""), ((), ("9",), "other-number")},
    ),
    "a locked one by its name": (
        [A, B],
        [
            sheet(path="8", names=["2026-0012.zip"], opening=Opening.LOCKED),
            sheet(line("2026-0011")),
        ],
        {((A.path,), ("9",), ""), ((B.path,), ("8",), "")},
    ),
    "locked, then sent again": (
        [A],
        [sheet(path="8", opening=Opening.LOCKED), sheet(line(), path="1+9", mail=1)],
        {((A.path,), ("1+9",), "")},
    ),
    "by the subject of the later mail": (
        [A, B],
        [
            sheet(line("2026-0011")),
            sheet(
                line(),
                path="1+9",
                mail=1,
                subject="Re: Factuur 2026-0012: wij hebben nog iets nodig",
            ),
        ],
        {((A.path,), ("9",), ""), ((B.path,), ("1+9",), "")},
    ),
    "a credit note needs none": (
        [A, bill("2026-0014", kind=DocumentKind.CREDIT_NOTE)],
        [sheet(line())],
        {((A.path,), ("9",), ""), (("2026-0014",), (), "")},
    ),
}


@pytest.mark.parametrize("situation", TABLE)
def test_in_one_mail(situation: str) -> None:
    """Care lines judged with a neighbour's invoice refuse a good one, or pay what is not there."""
    documents, bundles, expected = TABLE[situation]
    assert shown(pair(documents, bundles)) == expected


def test_a_number_inside_a_longer_one_is_not_that_number() -> None:
    """The attachment of 2026-101 would be taken for that of 101, and of R-10 for R-101."""
    short, long = bill("101", "100"), bill("2026-101", "200")
    assert shown(pair([short, long], [sheet(line(), names=["bijlage 2026-101.zip"])])) == {
        (("2026-101",), ("9",), ""),
        (("101",), (), "named"),
    }
    assert not any(
        b.bundles
        for b in pair([bill("R-10"), bill("R-11")], [sheet(line(), names=["R-101.zip"])])
        if len(b.invoices) == 1
    )


@pytest.mark.parametrize("name", ["bijlage 999990019.zip", "2026.zip"])
def test_neither_a_client_nor_a_year_names_an_invoice(name: str) -> None:
    """A BSN in the open would steer whose data goes where."""
    number = name.removeprefix("bijlage ").removesuffix(".zip")
    assert numbers_named([sheet(line(), names=[name])], "") == ()
    assert shown(pair([bill(number), B], [sheet(line(), names=[name])])) == {
        ((number, B.path), ("9",), "")
    }


def waits(reference: str, *documents: CheckedDocument, **how: bool) -> Waiting:
    return Waiting(
        reference, tuple(d.invoice for d in documents if d.invoice), **(how or {"sender": True})
    )


ACROSS = {
    "number inside": (
        [line("2026-0011")],
        "",
        [waits("1", A), waits("2", B)],
        Choice(("1",), By.NUMBER),
    ),
    "two numbers, two mails": (
        [line("2026-0011"), line("2026-0012")],
        "",
        [waits("1", A), waits("2", B)],
        Choice(("1", "2"), By.NUMBER),
    ),
    "one of its two numbers": (
        [line("2026-0011"), line("2026-0012")],
        "",
        [waits("1", A)],
        Choice(("1",), By.NUMBER, missing=True),
    ),
    "a number that is not there": (
        [line("77-1")],
        "",
        [waits("1", A, thread=True)],
        Choice((), By.NUMBER, missing=True),
    ),
    "subject": (
        [line()],
        "Bijlage bij 2026-0012",
        [waits("1", A), waits("2", B)],
        Choice(("2",), By.NAME),
    ),
    "subject against sum": (
        [line(None, "100")],
        "Bijlage bij 2026-0012",
        [waits("1", A), waits("2", B)],
        Choice(doubtful=("2", "1")),
    ),
    "sum": ([line(None, "200")], "", [waits("1", A), waits("2", B)], Choice(("2",), By.AMOUNT)),
    "sum of two": (
        [line(None, "300")],
        "",
        [waits("1", A), waits("2", B)],
        Choice(("1", "2"), By.AMOUNT),
    ),
    "equal sums": (
        [line(None, "100")],
        "",
        [waits("1", A), waits("2", bill("x-1"))],
        Choice(doubtful=("1", "2")),
    ),
    "equal sums, one in the thread": (
        [line(None, "100")],
        "",
        [waits("1", A), waits("2", bill("x-1"), thread=True)],
        Choice(("2",), By.AMOUNT),
    ),
    "thread": (
        [line()],
        "",
        [waits("1", A), waits("2", B, thread=True)],
        Choice(("2",), By.THREAD),
    ),
    "sender": ([line()], "", [waits("1", A)], Choice(("1",), By.SENDER)),
    "sender, but another sum": ([line(None, "77")], "", [waits("1", A)], Choice(doubtful=("1",))),
    "two of the sender": (
        [line()],
        "",
        [waits("1", A), waits("2", B)],
        Choice(doubtful=("1", "2")),
    ),
    "nobody": ([line()], "", [], Choice()),
    "a stranger with the same number": (
        [line("2026-0011")],
        "",
        [waits("1", A, sender=False)],
        Choice((), By.NUMBER, missing=True),
    ),
    "another address of the same provider": (
        [line("2026-0011", "100")],
        "",
        [waits("1", A, sender=False)],
        Choice(("1",), By.NUMBER),
    ),
    "a stranger named in the subject": (
        [line()],
        "bij 2026-0011",
        [waits("1", A, sender=False)],
        Choice(),
    ),
}


@pytest.mark.parametrize("situation", ACROSS)
def test_in_several_mails(situation: str) -> None:
    """Client data added to a stranger's invoice is a data leak; a half that is not recognised is a
    refusal.
    """
    lines, subject, waiting, expected = ACROSS[situation]
    assert choose([sheet(*lines)], subject, waiting) == expected


# --- what is kept of a mail -----------------------------------------------------------------


def never_opened(reference: str, _number: int) -> tuple[str, list[Bundle]]:
    raise AssertionError(f"{reference} was opened")


def test_a_mail_that_cannot_be_read_may_bring_the_attachment_and_is_not_opened_again() -> None:
    """Each invoice of the sender would spend minutes on it; or an invoice would be refused whose
    attachment lies there.
    """
    unread = Loose("IN-1", Gist("", unread=True), False, True, False, ())
    found = MailContents(documents=(A,))

    _, pairs, elsewhere = with_invoices(found, "IN-2", lambda _: [unread], never_opened)

    assert (elsewhere.taken, elsewhere.possible) == ((), ("IN-1",))
    assert [pair.doubt for pair in pairs] == ["elsewhere"]


def test_only_the_mail_whose_attachment_it_is_is_opened() -> None:
    """Twenty mails of one sender, each opened for each of his invoices, took a gigabyte."""
    kept = {f"IN-{n}": gist_of("", [sheet(line(f"F-{n}"))]) for n in range(20)}
    others = [Loose(name, gist, False, True, False, ()) for name, gist in kept.items()]
    opened: list[str] = []

    def open_it(reference: str, number: int) -> tuple[str, list[Bundle]]:
        opened.append(reference)
        return "", [sheet(line("F-7"), path=f"{number}+9", mail=number)]

    _, pairs, elsewhere = with_invoices(
        MailContents(documents=(bill("F-7"),)), "IN-99", lambda _: others, open_it
    )

    assert opened == ["IN-7"]
    assert elsewhere == Elsewhere(taken=("IN-7",), considered=tuple(kept))
    assert shown(pairs) == {(("F-7",), ("1+9",), "")}


def test_what_is_kept_of_a_mail_holds_no_client_and_no_bytes() -> None:
    """A second copy of the attachment would outlive the first."""
    said = sheet(line("F-1", "12.50"), names=["bijlage.zip"])
    kept = GISTS.pack(gist_of("Bijlage F-1", [said]))

    assert (
        kept == b'{"v":1,"subject":"Bijlage'
        b' F-1","bundles":[{"opening":"opened","rows":[{"invoice":"F-1","amount":"12.50"}],'
        b'"names":["bijlage.zip"]}],'
        b'"unread":false}'
    )
    assert GISTS.pack(GISTS.unpack(kept)) == kept


# --- any order of arrival -------------------------------------------------------------------


@dataclass
class Half:
    """A mail of the play: with invoices, or with attachments only."""

    name: str
    documents: list[CheckedDocument] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    """Names of the mails whose attachment it has, or that have its."""
    waits: bool = False


@dataclass
class Office:
    """As worker and store play it: who waits is offered to whoever comes."""

    halves: dict[str, Half] = field(default_factory=dict)

    def arrive(self, half: Half) -> None:
        self.halves[half.name] = half
        self.judge(half)

    def judge(self, half: Half) -> None:
        if not half.documents:
            found = MailContents(tuple(half.bundles))
            _, elsewhere = without_invoice(found, "", lambda _: self.waiting(half))
            half.waits = (
                not (elsewhere.choice.references or elsewhere.paired) or elsewhere.choice.missing
            )
            for name in {*elsewhere.choice.references} - half.given:
                half.given.add(name)
                self.halves[name].given.add(half.name)
                self.judge(self.halves[name])
            return
        found = MailContents(
            tuple(self.opened(name, number) for number, name in enumerate(sorted(half.given), 1)),
            tuple(half.documents),
        )
        _, pairs, elsewhere = with_invoices(
            found,
            half.name,
            lambda _: self.loose(half),
            lambda name, number: ("", [self.opened(name, number)]),
        )
        half.waits = any(not any(b.opened for b in pair.bundles) for pair in pairs if pair.invoices)
        half.given.update(elsewhere.taken)
        for name in elsewhere.taken:
            self.halves[name].given.add(half.name)
        for name in (*elsewhere.taken, *elsewhere.possible):
            self.judge(self.halves[name])

    def opened(self, name: str, number: int) -> Bundle:
        (bundle,) = self.halves[name].bundles
        return replace(
            bundle,
            mail=number,
            container=replace(bundle.container, path=f"{name}+{bundle.container.path}"),
        )

    def waiting(self, half: Half) -> list[Waiting]:
        others = (
            h for h in self.halves.values() if h.documents and (h.waits or half.name in h.given)
        )
        return [
            Waiting(h.name, self.invoices(h), sender=True, paired=half.name in h.given)
            for h in others
        ]

    def loose(self, half: Half) -> list[Loose]:
        others = (h for h in self.halves.values() if not h.documents and h.waits)
        return [
            Loose(
                h.name,
                self.gist(h),
                False,
                True,
                False,
                tuple(w for w in self.waiting(h) if w.reference != half.name),
            )
            for h in others
        ]

    def gist(self, half: Half) -> Gist | None:
        """Of every second one: the others were decided before there was any."""
        return GISTS.unpack(GISTS.pack(gist_of("", half.bundles))) if len(half.name) % 2 else None

    def invoices(self, half: Half) -> tuple[Invoice, ...]:
        return tuple(d.invoice for d in half.documents if d.invoice)

    def end(self) -> dict[str, tuple[frozenset[str], bool]]:
        return {name: (frozenset(half.given), half.waits) for name, half in self.halves.items()}


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[str, list[str], list[CareLine]]]:
    """Invoices in some mails, their care lines in others; every attachment tells by number or by
    its sum whose it is.
    """
    numbers = [f"F-{n}" for n in range(draw(st.integers(1, 4)))]
    totals = {number: str(2**place * 100) for place, number in enumerate(numbers)}
    mails: list[tuple[str, list[str], list[CareLine]]] = [
        (f"invoice {n}", [n], []) for n in numbers
    ]
    rest = list(numbers)
    while rest:
        size = draw(st.integers(1, len(rest)))
        mine, rest = rest[:size], rest[size:]
        by_number = size > 1 or draw(st.booleans())
        mails.append(
            (
                f"lines of {mine}",
                [],
                [
                    line(
                        n if by_number else None,
                        totals[n] if draw(st.booleans()) or not by_number else None,
                    )
                    for n in mine
                ],
            )
        )
    return draw(st.permutations(mails))


@settings(max_examples=150)
@given(deliveries(), st.data())
def test_the_order_of_arrival_makes_no_difference(
    mails: list[tuple[str, list[str], list[CareLine]]], data: st.DataObject
) -> None:
    """Whoever sends the attachment first would end otherwise than who sends the invoice first."""
    ends = []
    for order in (mails, data.draw(st.permutations(mails))):
        office = Office()
        for name, numbers, lines in order:
            documents = [bill(n, str(2 ** int(n[2:]) * 100)) for n in numbers]
            office.arrive(Half(name, documents, [sheet(*lines)] if lines else []))
        ends.append(office.end())
    assert ends[0] == ends[1]
    assert not any(waits for _, waits in ends[0].values()), "every half found its other half"
