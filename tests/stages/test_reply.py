"""The letters: all that a refusal must say, nothing that it must never say, and no client's number
in any of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import profile
from intake.checks import document
from intake.checks import registry as checks
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.care import CareLine
from intake.model.document import Line
from intake.model.finding import Severity
from intake.model.invoice import DocumentKind, Field, Invoice
from intake.model.mail import Automation, Mail, Part, PartKind, Reply, ReplyKind, Road, Sender
from intake.model.verdict import EarlierInvoice, History, MailOutcome, ReadInvoice, Verdict
from intake.profile import Profile
from intake.stages import answer, reply
from intake.text.masking import masked
from tests.checks.examples import (
    ABSENT,
    ALMERE,
    EXEMPT,
    INVOICE,
    LINE,
    TODAY,
    ZIP,
    field,
    lines,
    place,
)

TILBURG = profile.load("hart-van-brabant")
RECEIVED = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
DEADLINE = dt.date(2026, 11, 27)
MAIL = Mail(
    "<a.1@zorg.example>",
    (),
    ("<first@zorg.example>",),
    "info@zorg.example",
    "Afzender",
    "Onderwerp van de zorgverlener",
    None,
    "tekst",
    (),
)
SENDER = Sender("info@zorg.example", Road.UNKNOWN, Automation.PERSON, True, True, "")
BAD = replace(INVOICE, kvk_number=ABSENT, iban=Field.of("NL92ABNA0417164300"))
FORBIDDEN = (
    "boete",
    "fraude",
    "bezwaar",
    "http",
    "www.",
    "decrypt",
    "fine of",
    "fraud",
    "penalty",
    "Onderwerp van de zorgverlener",
    "Afzender",
)


def letter(
    kind: ReplyKind,
    invoices: Sequence[Invoice] = (BAD,),
    attachments: Attachments | None = None,
    of: Profile = ALMERE,
    history: History | None = None,
    **changes: Any,
) -> Reply:
    """The letter for these invoices, with what the real checks say of them."""
    found = compose(kind, invoices, attachments, of, history, **changes)
    assert found is not None
    return found


def compose(
    kind: ReplyKind | None,
    invoices: Sequence[Invoice],
    attachments: Attachments | None,
    of: Profile,
    history: History | None = None,
    **changes: Any,
) -> Reply | None:
    read = []
    for invoice in invoices:
        results = checks.on_invoice(invoice, of, TODAY, history or History())
        refused = any(f.severity is Severity.REJECT for r in results for f in r.findings)
        read.append(
            ReadInvoice(
                "1",
                "naam van het bestand.pdf",
                invoice,
                results,
                MailOutcome.REJECTED if refused else MailOutcome.QUEUED,
                "",
            )
        )
    beside = checks.on_attachments(attachments, invoices, of, TODAY) if attachments else ()
    findings = tuple(f for r in beside for f in r.findings)
    verdict = Verdict(
        MailOutcome.REJECTED,
        "reden",
        TODAY,
        tuple(read),
        findings,
        beside,
        reply=kind,
        deadline=changes.pop("deadline", None),
    )
    verdict = replace(verdict, **changes.pop("verdict", {}))
    mail, sender, received_at = (
        changes.pop("mail", MAIL),
        changes.pop("sender", SENDER),
        changes.pop("received_at", RECEIVED),
    )
    if kind is ReplyKind.TOO_LARGE:
        return reply.compose_too_large(40_000_000, mail, sender, "K-2026-000123", received_at, of)
    if kind is ReplyKind.ANSWER:
        empty = reply.addressed(mail, sender)
        words = ("looking", "look-again")
        return empty and answer.compose(words, "", empty, "K-2026-000123", received_at, of)
    return reply.compose(verdict, mail, sender, "K-2026-000123", received_at, of)


def flat(text: str) -> str:
    return " ".join(text.split())


class TestRefusal:
    def test_it_says_all_that_a_provider_needs(self) -> None:
        """Without one of these the provider must call, or sends the same invoice again."""
        made = letter(ReplyKind.REFUSAL)
        text = flat(made.text)

        for wanted in (
            "K-2026-000123",
            "factuur 2026-0011 van 13 november 2026",
            "Op 22 november 2026",
            "Wij betalen deze factuur nog niet.",
            (
                "1. Wij vinden geen KvK-nummer op je factuur. Zet het nummer van 8 cijfers erop."
                " Bijvoorbeeld: KvK 01234567"
            ),
            "Dit is een eis van de wet: Handelsregisterwet 2007, artikel 27.",
            "2. Het IBAN dat eindigt op 4300 klopt niet",
            "Dit is een eis van Gemeente Almere (pagina Declaratie en verantwoording).",
            "Dit was in orde: PDF-bestand, adressering,",
            "Beantwoord deze mail met de verbeterde factuur én de beveiligde bijlage.",
            "Zorgmail",
            "hetzelfde factuurnummer",
            "nieuw nummer",
            "Is de factuur goed? Dan nemen wij haar in behandeling.",
            "Crediteurenadministratie/zorg",
            "14 036",
            "automatisch gecontroleerd",
            "Ben je het niet eens met ons? Antwoord op deze mail, dan kijkt een medewerker ernaar.",
        ):
            assert wanted in text, wanted
        assert "2026-0011" in made.subject
        assert "K-2026-000123" in made.subject

    def test_a_credit_note_is_never_promised_to_be_paid(self) -> None:
        """A provider would wait for money for what it owes."""
        credit = replace(BAD, kind=DocumentKind.CREDIT_NOTE, english=True)
        for kind in (ReplyKind.REFUSAL, ReplyKind.RECEIPT, ReplyKind.QUESTION, ReplyKind.REMINDER):
            text = flat(letter(kind, [credit]).text)

            assert "verrekenen wij" in text, kind
            assert "Dan betalen" not in text, kind
            assert "set the credit note off" in text or "set it off" in text, kind
            assert "we will pay" not in text.lower(), kind

    def test_the_term_starts_anew_only_where_the_municipality_says_so(self) -> None:
        """A letter that promises thirty days once more would grant a term that nobody granted."""
        anew = ALMERE.model_copy(update={"term_starts_anew": True})
        promise = "Dan betalen wij binnen 30 dagen nadat wij haar hebben gekregen."

        assert promise in flat(letter(ReplyKind.REFUSAL, of=anew).text)
        assert "30 dagen" not in letter(ReplyKind.REFUSAL).text

    def test_the_municipality_may_speak_for_itself_only(self) -> None:
        """An exempt practice has no duty by the law on turnover tax, and would be told that it has."""
        own = ALMERE.model_copy(update={"names_law": False})
        text = flat(letter(ReplyKind.REFUSAL, of=own).text)

        assert "eis van de wet" not in text
        assert "Dit is een eis van Gemeente Almere" in text

    @pytest.mark.parametrize(
        ("number", "told"),
        [
            ("2026-0011", True),
            ("HK/2026.11", True),
            ("Factuur 11", True),
            ("2026-Jansen", False),
            ("Pietje de Boer okt", False),
            ("begeleidingSanne10", False),
            ("zorg Jansen 2026", False),
            ("VlinderSanne-1", False),
            ("Linde-4", False),
            ("JEUGD-2026-114", True),
            ("wmo/zorg-2026/3", True),
            ("VLINDER-2026-1", True),
            ("DeVlinder2026-1", True),
            ("Vlind-12", True),
            ("ALMERE-2026-12", True),
            ("oktober-2026-1", True),
        ],
    )
    def test_a_name_in_a_number_never_stands_in_the_subject(self, number: str, told: bool) -> None:
        """Subjects stand in every mailbox and log on the way; a client's name would too. A number
        that names its own practice or kind of care is how the provider knows the invoice again.
        """
        made = letter(ReplyKind.REFUSAL, [replace(BAD, invoice_number=Field.of(number))])

        assert (number in made.subject) is told

    def test_a_number_with_an_unread_suppliers_name_is_left_out(self) -> None:
        """Without the practice's name nobody can tell a practice from a client."""
        number = Field.of("VLINDER-2026-1")
        made = letter(
            ReplyKind.REFUSAL, [replace(BAD, invoice_number=number, supplier_name=ABSENT)]
        )

        assert "VLINDER" not in made.subject

    def test_what_is_wrong_is_not_also_called_fine(self) -> None:
        """A letter that praises what it refuses is not believed."""
        fine = flat(letter(ReplyKind.REFUSAL).text).split("Dit was in orde:")[1].split(".")[0]

        assert "KvK" not in fine
        assert "IBAN" not in fine

    def test_a_doubt_is_told_apart_from_the_faults(self) -> None:
        """A doubt is never a reason to refuse, so it has no number; but mending it saves another
        mail.
        """
        text = flat(
            letter(ReplyKind.REFUSAL, [replace(BAD, issue_date=Field.of("2026-11-30"))]).text
        )

        assert (
            "Dit is geen reden voor een afwijzing. - De factuurdatum ligt in de toekomst." in text
        )
        assert "3. " not in text

    def test_several_invoices_have_a_part_each_and_one_row_of_numbers(self) -> None:
        """A good invoice must not be taken for a refused one because it came in the same mail."""
        good = replace(INVOICE, invoice_number=Field.of("2026-0012"))
        third = replace(INVOICE, invoice_number=Field.of("2026-0013"), issue_date=ABSENT)
        made = letter(ReplyKind.REFUSAL, [BAD, good, third])
        text = flat(made.text)

        assert "Wij betalen 2 van de 3 facturen nog niet." in text
        keeps = "Deze factuur nemen wij in behandeling. Je hoeft haar niet opnieuw te sturen."
        assert f"Factuur 2026-0012 van 13 november 2026 {keeps}" in text
        assert "Factuur 2026-0013 3. Wij vinden geen factuurdatum" in text
        assert "Facturen 2026-0011, 2026-0013: nog niet betaald" in made.subject

    @pytest.mark.parametrize(
        ("bad", "says"),
        [
            (
                [True, False],
                [
                    "Wij betalen één van de 2 facturen nog niet.",
                    "alleen de verbeterde factuur én",
                    "Is de factuur goed?",
                ],
            ),
            (
                [True, True, False],
                ["Wij betalen 2 van de 3 facturen nog niet.", "alleen de verbeterde facturen én"],
            ),
            (
                [True, True],
                [
                    "Wij betalen deze facturen nog niet.",
                    "met de verbeterde facturen én",
                    "Zijn de facturen goed?",
                ],
            ),
            (
                [True],
                [
                    "Wij betalen deze factuur nog niet.",
                    "met de verbeterde factuur én",
                    "Is de factuur goed?",
                ],
            ),
        ],
        ids=["one of two", "two of three", "all", "the only one"],
    )
    def test_it_asks_again_for_what_it_refuses_only(self, bad: list[bool], says: list[str]) -> None:
        """A provider who sends the good ones again, or not the bad ones, waits for money in vain."""
        made = [
            replace(BAD if b else INVOICE, invoice_number=Field.of(f"2026-002{n}"))
            for n, b in enumerate(bad)
        ]
        composed = letter(ReplyKind.REFUSAL, made)
        text = flat(composed.text)

        assert [words for words in says if words not in text] == []
        assert text.count("Je hoeft haar niet opnieuw te sturen.") == bad.count(False)
        told = [f"2026-002{n}" in composed.subject for n in range(len(bad))]
        assert told == bad

    def test_english_says_too_what_need_not_come_again(self) -> None:
        """A provider who reads the English half only would send the good invoice again."""
        made = [
            replace(i, english=True, invoice_number=Field.of(n))
            for i, n in ((BAD, "2026-0021"), (INVOICE, "2026-0022"))
        ]
        text = flat(letter(ReplyKind.REFUSAL, made).text).partition("--- English ---")[2]

        assert "We cannot pay one of the 2 invoices yet." in text
        assert (
            "Invoice 2026-0022 of 13 November 2026 We are processing this invoice. You do not need to"
            " send it again." in text
        )

    def test_faults_of_the_attachment_name_rows_only(self) -> None:
        """The attachment's content never goes back by plain mail."""
        care = replace(LINE, row=3, bsn="999990018", referrer=None, client_name="Jantje Beton")
        text = flat(
            letter(
                ReplyKind.REFUSAL,
                [INVOICE],
                Attachments(containers=(ZIP,), care_lines=(care, replace(care, row=5))),
            ).text
        )

        assert "Een burgerservicenummer in regel 3 en 5 van de bijlage klopt niet." in text
        assert "Mail het nummer niet los." in text
        assert "Jantje" not in text

    def test_an_attachment_not_yet_there_is_asked_for_in_the_same_letter(self) -> None:
        """All that is wrong stands in one mail."""
        text = flat(letter(ReplyKind.REFUSAL, attachments=Attachments()).text)

        assert "Wij missen ook nog de beveiligde bijlage." in text
        assert "blijft staan" not in text

    def test_unsecured_is_told_with_the_ways_that_are_safe(self) -> None:
        """A provider who only reads 'not secured' sends the next one with the password in the mail."""
        plain = replace(ZIP, protection=Protection.NONE)
        text = flat(
            letter(
                ReplyKind.REFUSAL, [INVOICE], Attachments(containers=(plain,), care_lines=(LINE,))
            ).text
        )

        assert (
            "via Zorgmail, of versleuteld met het wachtwoord dat wij met je hebben afgesproken. Is er"
            " geen wachtwoord afgesproken? Bel dan 14 036. Zet het wachtwoord nooit in de mail."
            " Verwijder de verzonden mail. Beoordeel ook of dit bij je organisatie een datalek is."
            in text
        )

    def test_a_wrong_form_without_an_invoice_is_told(self) -> None:
        """A Word file gives no invoice to speak of, and still deserves a clear letter."""
        found = document.check_part(PartKind.WORD, None, ALMERE).findings
        made = letter(ReplyKind.REFUSAL, (), verdict={"findings": found})

        assert (
            "1. Wij kunnen je factuur niet in behandeling nemen, omdat het een Word-bestand is."
            in flat(made.text)
        )
        assert made.subject == "Je mail: graag verbeteren (kenmerk K-2026-000123)"

    def test_a_refusal_always_says_why(self) -> None:
        """With the reason only, the reason is what the provider reads."""
        assert (
            "1. Er is alleen een link."
            in letter(ReplyKind.REFUSAL, (), verdict={"reason": "Er is alleen een link."}).text
        )

    def test_the_page_is_told_when_there_are_several(self) -> None:
        """In a long invoice the provider must know where to look."""
        where = replace(place(1), page=3)
        long = replace(INVOICE, page_count=4, iban=Field.of("NL92ABNA0417164300", where))

        assert "Kijk op bladzijde 3." in letter(ReplyKind.REFUSAL, [long]).text

    def test_english_stands_below_for_an_english_invoice(self) -> None:
        """A foreign provider must be able to mend the invoice."""
        text = flat(letter(ReplyKind.REFUSAL, [replace(BAD, english=True)]).text)

        assert "--- English ---" in text
        assert "1. The Chamber of Commerce (KvK) number is missing." in text
        assert "2. The IBAN is not valid" in text
        assert "--- English ---" not in letter(ReplyKind.REFUSAL).text

    def test_tilburg_says_u(self) -> None:
        """One letter, one way of address."""
        text = flat(
            letter(
                ReplyKind.REFUSAL, [replace(INVOICE, kvk_number=ABSENT)], Attachments(), TILBURG
            ).text
        )

        assert "uw factuur" in text
        assert "Bent u het niet eens" in text
        assert not re.search(r"\b(je|jij|jouw)\b", text, re.IGNORECASE)


class TestQuestion:
    def test_the_missing_half_is_asked_for_with_its_last_day(self) -> None:
        """The provider must know what is missing, how to send it, and until when."""
        text = flat(letter(ReplyKind.QUESTION, [INVOICE], Attachments(), deadline=DEADLINE).text)

        assert (
            "Wij missen de beveiligde bijlage bij je factuur. Beantwoord deze mail uiterlijk op 27"
            " november 2026" in text
        )
        assert "burgerservicenummer, verwijzer, productomschrijving en zorgperiode" in text
        assert "nog niet betaald" not in text

    def test_an_attachment_that_does_not_open_leaves_the_invoice_standing(self) -> None:
        """It is a question, no refusal."""
        text = flat(
            letter(
                ReplyKind.QUESTION,
                [INVOICE],
                Attachments(containers=(replace(ZIP, opening=Opening.LOCKED),)),
            ).text
        )

        assert (
            "Wij kunnen de beveiligde bijlage niet openen. Je factuur blijft staan. Bel 14 036, dan"
            " spreken wij een wachtwoord af. Of stuur alleen de bijlage, beveiligd met het wachtwoord"
            " dat wij al met je hebben afgesproken, of via Zorgmail. Hetzelfde bestand nog een keer"
            " sturen helpt niet." in text
        )

    def test_our_certificates_place_is_told(self) -> None:
        """Encrypted to another certificate: the provider needs ours."""
        text = flat(
            letter(
                ReplyKind.QUESTION,
                [INVOICE],
                Attachments(containers=(replace(ZIP, opening=Opening.NOT_FOR_US),)),
            ).text
        )

        assert f"met ons certificaat van {ALMERE.certificate_place}" in text

    def test_a_mail_that_is_encrypted_as_a_whole_says_nothing_of_an_invoice(self) -> None:
        """We saw no invoice, so we cannot say that it stays with us."""
        sealed = checks.on_attachments(
            Attachments(containers=(replace(ZIP, opening=Opening.LOCKED),)), (), ALMERE, TODAY
        )
        text = flat(letter(ReplyKind.QUESTION, (), verdict={"findings": sealed[0].findings}).text)

        assert (
            "Bel 14 036, dan spreken wij een wachtwoord af. Of stuur de factuur en de bijlage"
            in text
        )
        assert "blijft staan" not in text

    def test_a_number_with_other_content_is_asked_about(self) -> None:
        """Only the provider knows whether it is a new invoice or a correction."""
        known = History((EarlierInvoice("K-1", TODAY, "queued", False),))
        text = flat(letter(ReplyKind.QUESTION, [INVOICE], history=known).text)

        assert "Is dit een nieuwe factuur? Geef haar een nieuw nummer." in text

    def test_a_question_never_stays_empty(self) -> None:
        """A mail that says only 'we need something' is of no use."""
        assert "Wij hebben een vraag over je mail." in flat(
            letter(ReplyKind.QUESTION, [INVOICE]).text
        )


class TestReceipt:
    def test_it_says_what_came_and_what_follows(self) -> None:
        """A provider who hears nothing sends the invoice again."""
        made = letter(ReplyKind.RECEIPT, [INVOICE])
        text = flat(made.text)

        for wanted in (
            "K-2026-000123",
            "factuur 2026-0011 van 13 november 2026",
            "22 november 2026",
            "binnen 30 dagen",
            "14 036",
            "automatisch gecontroleerd",
        ):
            assert wanted in text, wanted
        assert made.subject == "Factuur 2026-0011: ontvangen (kenmerk K-2026-000123)"

    def test_only_what_can_be_mended_is_told(self) -> None:
        """A doubt of ours is no news for the provider; a weak protection is."""
        odd = replace(INVOICE, second_name=Field.of("Kantoor Tel"))
        weak = replace(ZIP, protection=Protection.WEAK)
        text = flat(
            letter(
                ReplyKind.RECEIPT,
                [odd],
                Attachments(containers=(weak,), care_lines=(replace(LINE, secret_address=True),)),
            ).text
        )

        assert "Gebruik een nieuwe methode om de bijlage te beveiligen" in text
        assert "twee namen" not in text
        assert "geheim" not in text

    def test_a_credit_note_is_named_as_one(self) -> None:
        """The provider sent a creditfactuur and must recognise it."""
        credit = replace(INVOICE, kind=DocumentKind.CREDIT_NOTE, corrects=Field.of("2026-0009"))

        assert "je creditfactuur 2026-0011" in flat(letter(ReplyKind.RECEIPT, [credit]).text)


KINDS = [
    (ReplyKind.REFUSAL, BAD, Attachments()),
    (ReplyKind.QUESTION, INVOICE, Attachments()),
    (ReplyKind.REMINDER, INVOICE, Attachments()),
    (ReplyKind.RECEIPT, EXEMPT, Attachments(containers=(ZIP,), care_lines=(LINE,))),
]


@pytest.mark.parametrize("of", [ALMERE, TILBURG], ids=["almere", "tilburg"])
@pytest.mark.parametrize(("kind", "invoice", "attachments"), KINDS, ids=[k[0].value for k in KINDS])
def test_every_letter_is_polite_short_and_plain(
    kind: ReplyKind, invoice: Invoice, attachments: Attachments, of: Profile
) -> None:
    """B1: short sentences, lines that a mail program shows whole, nothing that threatens, and
    nothing that could be clicked but the address of the page.
    """
    made = letter(kind, [invoice], attachments, of, deadline=DEADLINE)
    address = of.addressee.written
    text = "\n".join(line for line in made.text.splitlines() if line != of.page_address)

    for sentence in re.split(r"(?<=[.?!:])\s+|\n\s*\n", text):
        words = flat(sentence).replace(address, "adres").split()
        assert len(words) <= 20 or flat(sentence).startswith("PDF-bestand"), sentence
    assert all(len(line) <= 72 for line in text.splitlines())
    assert not [word for word in FORBIDDEN if word.lower() in text.lower()]
    assert "{" not in made.text
    assert made.text.startswith("Goedendag,")
    assert of.team in made.text


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": replace(SENDER, may_reply=False)},
        {"sender": replace(SENDER, address=None)},
        {"sender": replace(SENDER, address="a@b.example\r\nBcc: c@d.example")},
        {"verdict": {"reply": None}},
    ],
)
def test_nobody_to_answer_gives_no_letter(changes: dict[str, Any]) -> None:
    """A reply to a machine, or to an address with a second header in it, makes trouble."""
    assert compose(ReplyKind.REFUSAL, [BAD], None, ALMERE, **changes) is None


def test_it_is_threaded_under_the_providers_mail() -> None:
    """In the provider's mailbox the answer stands under the mail it answers."""
    made = letter(ReplyKind.REFUSAL)

    assert made.in_reply_to == "<a.1@zorg.example>"
    assert made.references == ("<first@zorg.example>", "<a.1@zorg.example>")
    assert made.to == "info@zorg.example"


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_no_header_can_be_smuggled_in(message_id: str, references: list[str]) -> None:
    """Ids come from a stranger's mail and go into our headers."""
    mail = replace(
        MAIL,
        message_id=f"<a\r\nBcc: {message_id}@b>",
        references=(*(f"<{r}@b\n>" for r in references), message_id),
    )
    made = letter(ReplyKind.RECEIPT, [INVOICE], mail=mail)

    for value in (made.to, made.subject, made.in_reply_to or "", *made.references):
        assert value.isprintable()
        assert len(value) <= 260


def test_a_long_thread_keeps_its_first_and_last_ids() -> None:
    """Headers without end are refused by mail servers."""
    made = letter(
        ReplyKind.RECEIPT,
        [INVOICE],
        mail=replace(MAIL, references=tuple(f"<r{i}@b.example>" for i in range(500))),
    )

    assert len(made.references) == 20
    assert made.references[0] == "<r0@b.example>"
    assert made.references[-1] == "<a.1@zorg.example>"


@pytest.mark.parametrize(
    ("number", "near", "told"),
    [
        ("2026-0011", ("Factuurnummer 2026-0011",), "2026-0011"),
        ("20181007", ("Factuurnummer 20181007",), "20181007"),
        ("999990019", ("Factuurnummer 999990019",), "*********"),
        ("F-999 990 019", ("Factuurnummer F-999 990 019",), "F-*** *** ***"),
        ("2026-999990019", ("Factuurnummer 2026-999990019",), "****-*********"),
        ("2026999990019", ("Factuurnummer 2026999990019",), "*************"),
        ("202600014", ("Factuurnummer 202600014", "Cliënt P."), "*********"),
        ("202600014", ("Factuurnummer 202600014",), "202600014"),
        ("９９９９９００１９", ("Factuurnummer",), "*********"),
        ("٩٩٩٩٩٠٠١٩", ("Factuurnummer",), "*********"),
        ("2026\u200b-\u202e0012", ("Factuurnummer",), "2026 - 0012"),
        ("zie www.kwaad.example", ("Factuurnummer",), None),
        ("https://kwaad", ("Factuurnummer",), None),
        ("x" * 41, ("Factuurnummer",), None),
        ("a\r\nBcc: b", ("Factuurnummer",), "a Bcc: b"),
    ],
)
def test_an_invoice_number_is_told_only_when_it_is_no_clients_number(
    number: str, near: tuple[str, ...], told: str | None
) -> None:
    """Some providers use the BSN as invoice number; our letter must not repeat it."""
    made = letter(
        ReplyKind.RECEIPT,
        [replace(INVOICE, invoice_number=Field.of(number, place(0)), lines=lines(*near))],
    )

    assert made.subject.startswith(f"Factuur {told}: " if told else "Factuur: ")


@given(st.text(alphabet="0123456789 .-/F", max_size=30))
def test_masking_leaves_all_but_digits(text: str) -> None:
    """What is masked keeps its shape, so that a clerk recognises it."""
    for near in (True, False):
        given_back = masked(text, near)
        assert len(given_back) == len(text)
        assert all(
            a == b or (a.isdigit() and b == "*") for a, b in zip(text, given_back, strict=True)
        )


BSNS = ("999990019", "999993653", "999999990", "111222333", "123456782")
AROUND = st.sampled_from(("{}", "bsn {}", "F{}", "{}-A", "{}.pdf", "cliënt {}", "{} x", "2026-{}"))


def dirty(bsn: str, shape: str) -> tuple[Invoice, Mail, Attachments]:
    """A BSN in every place of mail, invoice and attachment that takes text or a number."""
    text = shape.format(bsn)
    money = Decimal(bsn)
    invoice = replace(
        BAD,
        supplier_name=field(text, bsn), supplier_street=Field.of(text),
        supplier_city=Field.of(text), supplier_phone=Field.of(text), kvk_number=Field.of(bsn),
        vat_id=Field.of(text), vat_remark=Field.of(text), iban=Field.of(text),
        invoice_number=Field.of(text, place(0)), issue_date=Field.of(text),
        net_amount=Field.of(money), vat_amount=Field.of(money), gross_amount=Field.of(money),
        line_amounts=(money, money), second_name=Field.of(text),
        addressee=Field.of(f"Gemeente Lelystad\n{text}\n8200 AB Lelystad"), corrects=Field.of(text),
        loose_digits=Field.of(text), english=True,
        lines=(Line(1, (50, 100, 500, 112), text),),
    )  # fmt: skip
    part = Part("1", PartKind.PDF, b"", text)
    mail = Mail(
        f"<{bsn}@b.example>",
        (text,),
        (f"<x.{bsn}@b.example>", text),
        f"{bsn}@b.example",
        text,
        text,
        None,
        text,
        (("subject", text),),
        (part,),
    )
    care = CareLine(
        2,
        bsn + "1",
        text,
        text,
        text,
        None,
        None,
        text,
        text,
        money,
        text,
        money,
        money,
        text,
        text,
        None,
        text,
        text,
    )
    return (
        invoice,
        mail,
        Attachments(
            containers=(Container("2", "zip", Opening.OPENED, Protection.NONE),), care_lines=(care,)
        ),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(BSNS),
    AROUND,
    st.sampled_from(list(ReplyKind)),
    st.sampled_from([ALMERE, TILBURG]),
)
def test_no_clients_number_is_ever_in_a_letter(
    bsn: str, shape: str, kind: ReplyKind, of: Profile
) -> None:
    """The second worst fault: our answer goes by plain mail."""
    invoice, mail, attachments = dirty(bsn, shape)
    made = letter(
        kind, [invoice, replace(invoice, invoice_number=Field.of(bsn))], attachments, of, mail=mail
    )

    for value in (made.subject, made.text, made.in_reply_to or "", *made.references):
        assert bsn not in re.sub(r"[\s.\-]", "", value)


def test_a_municipality_may_bring_its_own_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of a municipality overrides one text and keeps the others."""
    (tmp_path / "eigen").mkdir()
    (tmp_path / "eigen" / "profile.toml").write_text('extends = "almere"', encoding="utf-8")
    (tmp_path / "eigen" / "receipt.txt").write_text(
        "Dank voor {{ what }}, {{ reference }}.", encoding="utf-8"
    )
    monkeypatch.setattr(profile, "_own_folder", tmp_path)
    own = ALMERE.model_copy(update={"name": "eigen"})

    assert (
        letter(ReplyKind.RECEIPT, [INVOICE], of=own).text
        == "Dank voor factuur 2026-0011 van 13 november 2026, K-2026-000123.\n"
    )
    assert "nog niet" in letter(ReplyKind.REFUSAL, of=own).text


def test_the_day_of_receipt_is_amsterdams() -> None:
    """Received at half past midnight here is not yesterday."""
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)

    assert "Op 23 november 2026" in letter(ReplyKind.RECEIPT, [INVOICE], received_at=late).text


class TestTooLarge:
    def test_it_says_the_limit_and_how_to_send_it_again(self) -> None:
        """A provider who does not know how small would send it too large again, or in clear by
        another road.
        """
        text = too_large(ALMERE).text

        for words in (
            "tot 40 MB",
            "ongeveer 28 MB",
            "kenmerk: IN-7K3F-9QXM",
            "22 november 2026",
            "niet gelezen",
            "Zorgmail",
            ALMERE.phone,
            ALMERE.team,
        ):
            assert words in " ".join(text.split())
        assert max(map(len, text.splitlines())) <= 72

    def test_subject_and_address_are_ours_to_choose(self) -> None:
        """The provider's subject may hold a client's number."""
        made = too_large(ALMERE)

        assert made.subject == "Je mail: te groot, graag opnieuw sturen (kenmerk IN-7K3F-9QXM)"
        assert (made.to, made.in_reply_to) == ("info@zorg.example", "<a.1@zorg.example>")
        assert not [word for word in FORBIDDEN if word in made.text]

    def test_tilburg_says_u(self) -> None:
        """A municipality that says u would tutoyer its providers in this letter only."""
        assert not re.search(r"\b(je|jij|jouw)\b", too_large(TILBURG).text, re.IGNORECASE)

    def test_nobody_who_may_not_be_answered_is(self) -> None:
        """A bounce that is answered comes back."""
        sender = replace(SENDER, may_reply=False)

        assert (
            reply.compose_too_large(40_000_000, MAIL, sender, "IN-7K3F-9QXM", RECEIVED, ALMERE)
            is None
        )


def too_large(of: Profile) -> Reply:
    """The letter that a mail was too large."""
    made = reply.compose_too_large(40_000_000, MAIL, SENDER, "IN-7K3F-9QXM", RECEIVED, of)
    assert made is not None
    return made
