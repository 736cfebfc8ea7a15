"""The words of the review page: states, fields and severities in Dutch (B1), dates and amounts as a
clerk writes them.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from intake.model.basics import AMSTERDAM
from intake.model.finding import Severity
from intake.model.invoice import DocumentKind, Presence
from intake.model.mail import LeftOutWhy, ReplyKind
from intake.store.tables import CaseState, InvoiceState, Judgement, ReplyState
from intake.text.dates import MONTHS

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

REFERENCE = re.compile(r"IN-[0-9A-Z]{4}-[0-9A-Z]{4}")
"""A reference in an address."""

SEVERITIES = {
    Severity.REJECT: ("✕", "Fout"),
    Severity.REVIEW: ("?", "Twijfel"),
    Severity.INFO: ("i", "Ter informatie"),
}
"""The sign and the word; the colour comes on top."""

KINDS = {
    DocumentKind.INVOICE: "Factuur",
    DocumentKind.CREDIT_NOTE: "Creditnota",
    DocumentKind.REMINDER: "Herinnering",
    DocumentKind.QUOTATION: "Offerte",
    DocumentKind.STATEMENT: "Overzicht",
    DocumentKind.OTHER: "Document",
}

STATES = {
    CaseState.RECEIVED: "Nog niet gelezen",
    CaseState.QUEUED: "In de wachtrij",
    CaseState.REJECTED: "Geweigerd",
    CaseState.WAITING: "Wacht op de provider",
    CaseState.QUARANTINED: "In quarantaine",
    CaseState.IGNORED: "Genegeerd",
    CaseState.ACCEPTED: "Akkoord",
}

REPLIES = {
    ReplyState.PREPARED: ("Ligt klaar", "info"),
    ReplyState.READY: ("Gaat weg", "info"),
    ReplyState.SENDING: ("Gaat weg", "info"),
    ReplyState.DEFERRED: ("Wordt opnieuw geprobeerd", "review"),
    ReplyState.HELD: ("Vastgehouden", "review"),
    ReplyState.SENT: ("Verstuurd", "good"),
    ReplyState.FAILED: ("Niet aangenomen", "reject"),
    ReplyState.UNKNOWN: ("Kwam misschien niet aan", "review"),
    ReplyState.BOUNCED: ("Kwam terug", "reject"),
    ReplyState.DROPPED: ("Wordt niet verstuurd", ""),
}
"""State of a reply: the words and the tone of its pill."""

REPLY_KINDS = {
    ReplyKind.REFUSAL: "Weigering",
    ReplyKind.RECEIPT: "Bevestiging",
    ReplyKind.QUESTION: "Vraag",
    ReplyKind.REMINDER: "Herinnering",
    ReplyKind.DUPLICATE: "Hadden wij al",
    ReplyKind.TOO_LARGE: "Bericht te groot",
}

HELD = {
    "confirm": "Dit antwoord gaat pas weg als jij het verstuurt.",
    "off": "Antwoorden staan uit. Dit antwoord wordt niet verstuurd.",
    "not-authenticated": (
        "Wij weten niet zeker of de mail echt van deze afzender komt. Kijk daarnaar voor je het"
        " antwoord verstuurt."
    ),
    "budget": "Er gingen al veel antwoorden naar deze afzender. Daarom wacht dit antwoord op jou.",
    "question-today": "Deze afzender kreeg vandaag al een vraag. Daarom wacht dit antwoord op jou.",
    "restored": (
        "De gegevens zijn teruggezet uit een reservekopie. Misschien is dit antwoord al verstuurd:"
        " kijk dat na voor je het verstuurt."
    ),
    "kept-before": (
        "Deze mail stond al bij de verwerkte mails. Misschien is hij al beantwoord: kijk dat na"
        " voor je dit antwoord verstuurt."
    ),
    "clerk": "Een medewerker houdt dit antwoord vast.",
    "overtaken": "Er is daarna anders beslist. Dit antwoord wordt niet meer verstuurd.",
}
"""Why a reply does not leave by itself."""

JUDGED = {
    CaseState.QUEUED: "Deze factuur is in orde",
    CaseState.REJECTED: "Deze factuur wordt geweigerd",
    CaseState.WAITING: "Deze factuur wacht op de provider",
    CaseState.QUARANTINED: "Deze factuur konden wij niet beoordelen",
    CaseState.IGNORED: "Deze factuur hadden wij al",
}
"""What the rules said of one invoice of several in a mail."""

INVOICES = {
    InvoiceState.TO_DECIDE: ("Wacht op jou", "info"),
    InvoiceState.LATER: ("Later", "info"),
    InvoiceState.WAITING: ("Wacht op de provider", "review"),
    InvoiceState.QUARANTINED: ("Niet te beoordelen", "review"),
    InvoiceState.REJECTED: ("Geweigerd", "reject"),
    InvoiceState.IGNORED: ("Hadden wij al", ""),
    InvoiceState.ACCEPTED: ("Akkoord", "good"),
    InvoiceState.EXPORTED: ("Doorgegeven", "good"),
}
"""How one invoice of several stands now: the words and the tone of its pill."""

EVENTS = {
    "received": "Ontvangen",
    "came-again": "Dezelfde mail kwam nog een keer",
    "companion": "Een tweede mail hoort hierbij",
    "looked-for": "Opnieuw bekeken, omdat er een factuur binnenkwam",
    "paired": "Bij elkaar gezet",
    "unpaired": "Uit elkaar gehaald",
    "queued": "Beoordeeld: in de wachtrij",
    "rejected": "Beoordeeld: geweigerd",
    "refused-in-part": "Beoordeeld: een deel geweigerd, de rest in de wachtrij",
    "waiting": "Beoordeeld: wacht op de provider",
    "quarantined": "Beoordeeld: in quarantaine",
    "ignored": "Beoordeeld: genegeerd",
    "accepted": "Naar de crediteurenadministratie",
    "opened-again": "Weer geopend: naast de geweigerde factuur zit een goede",
    "refused": "Geweigerd door een medewerker",
    "again": "Opnieuw laten beoordelen",
    "dealt-with": "Afgehandeld in de mailbox zelf",
    "arrived": "De mail is alsnog gelezen",
    "password": "Wachtwoord van de bijlage ingevuld",
    "incident-noticed": "Incident gemeld aan de privacy officer",
    "incident-open": "Incident bijgewerkt",
    "incident-no-incident": "Incident beoordeeld: geen incident",
    "incident-recorded": "Incident beoordeeld: vastgelegd, niet gemeld",
    "incident-reported": "Incident beoordeeld: gemeld bij de Autoriteit Persoonsgegevens",
    "held": "Vastgehouden: wordt niet vernietigd",
    "released": "Wordt na de bewaartermijn weer vernietigd",
    "destroyed-raw-mail": "De mail zelf is vernietigd na de bewaartermijn",
    "destroyed-attachment": "De beveiligde bijlage is vernietigd na de bewaartermijn",
    "reply-prepared": "Antwoord klaargelegd",
    "reply-ready": "Antwoord mag weg",
    "reply-confirmed": "Antwoord vrijgegeven",
    "reply-sending": "Antwoord wordt verstuurd",
    "reply-sent": "Antwoord verstuurd",
    "reply-held": "Antwoord vastgehouden",
    "reply-deferred": "De mailserver vroeg om later terug te komen",
    "reply-failed": "De mailserver weigerde het antwoord",
    "reply-unknown": "Onzeker of het antwoord aankwam",
    "reply-bounced": "Het antwoord kwam terug",
    "reply-dropped": "Antwoord wordt niet verstuurd",
}
INCIDENTS = {
    "unsecured-attachment": "Een bijlage met gegevens van cliënten was niet beveiligd.",
    "invoice-not-anonymous": "Op de factuur staan gegevens van een cliënt.",
    "mail-not-anonymous": (
        "In de mail zelf, het onderwerp of een bestandsnaam staan gegevens van een cliënt."
    ),
    "noticed": "Een medewerker zag gegevens van een cliënt op een verkeerde plek.",
}
LEFT_OUT = {
    LeftOutWhy.TOO_LARGE: "De mail is te groot om te lezen.",
    LeftOutWhy.UNFETCHABLE: "De mailserver geeft ons deze mail niet.",
    LeftOutWhy.UNREADABLE: "Wij konden deze mail niet bewaren.",
}
"""Why a mail stays in the mailbox."""
JUDGEMENTS = {
    Judgement.OPEN: ("Nog beoordelen", "review"),
    Judgement.NONE: ("Geen incident", ""),
    Judgement.RECORDED: ("Incident, niet gemeld", "info"),
    Judgement.REPORTED: ("Gemeld bij de Autoriteit Persoonsgegevens", "reject"),
}
"""What the privacy officer decided: the words and the tone of the pill."""
UNUSUAL = {
    "unusual-hour": "{who} bekeek {cases} zaken in een uur.",
    "unusual-day": "{who} bekeek vandaag {cases} zaken. Dat is veel meer dan normaal.",
}
READINGS = {
    "case": "Zaak bekeken",
    "uncover": "Reden gegeven om een blad te zien",
    "uncover-care": "Reden gegeven om zorgregels te zien",
    "care": "Zorgregels gezien",
    "refusal": "Brief met weigering opgesteld",
    "dealt-with": "Mail in de mailbox afgehandeld",
    "incident": "Incident bekeken",
    "incident-export": "Register geëxporteerd",
    "database-restored": "Gegevens teruggezet uit een reservekopie",
}
"""What somebody read of a case."""
DONE = {
    "gekoppeld": "De bijlage hoort nu bij de factuur. Beide mails worden opnieuw beoordeeld.",
    "losgemaakt": (
        "De bijlage hoort niet meer bij de factuur. Beide mails worden opnieuw beoordeeld."
    ),
    "akkoord": "De factuur staat bij de crediteurenadministratie.",
    "geweigerd": "De factuur is geweigerd.",
    "verstuurd": "Het antwoord gaat weg.",
    "niet-verstuurd": "Het antwoord wordt niet verstuurd.",
    "vastgehouden": "Het antwoord wordt vastgehouden.",
    "opnieuw": "De mail wordt opnieuw beoordeeld.",
    "wachtwoord": "Wij proberen het wachtwoord. De mail wordt meteen opnieuw beoordeeld.",
    "incident": "Het incident is opgeslagen.",
    "afgehandeld": "De mail is afgehandeld.",
    "gezien": "De melding is afgehandeld.",
}
"""What the list says after a button."""

UNCOVER = {
    "controle": "Nagaan of hier echt een cliënt op staat",
    "lezen": "De gegevens van de factuur nalezen",
    "vraag": "De provider heeft een vraag over deze factuur",
    "incident": "Onderzoek van een datalek",
}
"""Why a covered page must be seen. A choice and no free text: it stands in the audit, where no
content belongs."""

UNCOVER_CARE = {
    "controle": "De regels naast de factuur of de beschikking leggen",
    "vraag": "De provider heeft een vraag over een regel",
    "incident": "Onderzoek van een datalek",
    "inzage": "Een cliënt vraagt welke gegevens wij hebben",
}
"""Why care lines must be seen in full."""

PRESENCES = {Presence.ABSENT: "Niet gevonden", Presence.UNREADABLE: "Niet goed te lezen"}


def local(moment: dt.datetime) -> dt.datetime:
    """Amsterdam's clock; a moment without zone is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(AMSTERDAM)


def moment(value: dt.datetime | None) -> str:
    """``13 nov 09:12``; with the year when it is another one."""
    if value is None:
        return "–"
    at = local(value)
    year = "" if at.year == dt.datetime.now(AMSTERDAM).year else f" {at.year}"
    return f"{at.day} {MONTHS[at.month - 1][:3]}{year} {at:%H:%M}"


def clock(value: dt.datetime) -> str:
    """``09:12``."""
    return f"{local(value):%H:%M}"


def day(value: dt.date | str | None) -> str:
    """``13 november 2026``; an ISO text that is no date stays as it is."""
    if value is None:
        return "–"
    try:
        date = dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def weekday(value: dt.date) -> str:
    """``vrijdag 13 november 2026``."""
    return f"{_DAYS[value.weekday()]} {day(value)}"


def money(value: Decimal | str | None) -> str:
    """``€ 1.234,56``; a dash when there is none."""
    if value is None or value == "":
        return "–"
    amount = Decimal(value)
    sign = "-" if amount < 0 else ""
    return f"€\N{NO-BREAK SPACE}{sign}{abs(amount):,.2f}".translate(str.maketrans(",.", ".,"))


def percent(value: Decimal) -> str:
    """``21 %``; no needless zeros."""
    text = f"{value.normalize():f}".replace(".", ",")
    return f"{text}\N{NO-BREAK SPACE}%"


def grouped(value: str, size: int = 4) -> str:
    """An IBAN in groups, as on a bank card."""
    return " ".join(value[i : i + size] for i in range(0, len(value), size))


def megabytes(size: int | None) -> str:
    """``62 MB``; a dash when it is not known."""
    if size is None:
        return "–"
    return (
        f"{size / 1e6:.0f}\N{NO-BREAK SPACE}MB"
        if size >= 1e6
        else f"{max(size, 1000) / 1e3:.0f}\N{NO-BREAK SPACE}kB"
    )


def many(number: int, one: str, more: str) -> str:
    """``1 fout``, ``3 fouten``."""
    return f"{number} {one if number == 1 else more}"


def reading(what: str) -> str:
    """What somebody read."""
    return READINGS.get(what, "Blad gezien" if what.startswith("page ") else what)


def event(code: str, detail: str) -> str:
    """What happened, with the reason that belongs to it."""
    word = EVENTS.get(code) or (
        "Verwerken mislukte, wij proberen het opnieuw" if code.startswith("failed-") else code
    )
    return f"{word}: {detail}" if detail else word
