"""Mails that a machine wrote: read receipts, absence notices with a logo, answers to invitations; and
mails of people that look like them."""

from __future__ import annotations

import datetime as dt

import pytest

from intake import profile as profiles
from intake.mail.message import parse
from intake.mail.origin import judge
from intake.model.mail import Automation, Envelope
from intake.settings import load
from tests.cases.page import invoice
from tests.cases.tnef import winmail

PROFILE = profiles.load("almere")
SETTINGS = load()
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
NOTICE = "Final-Recipient: RFC822; zorg@roos.example\nDisposition: manual-action/MDN; displayed\n"


def automation(raw: str | bytes, mail_from: str | None = "zorg@roos.example") -> Automation:
    data = raw.encode() if isinstance(raw, str) else raw
    envelope = Envelope("smtp", dt.datetime(2026, 11, 22, tzinfo=dt.UTC), sender=mail_from)
    mail = parse(b"From: Zorg <zorg@roos.example>\nTo: crediteuren@almere.nl\n" + data)
    return judge(mail, envelope, PROFILE, SETTINGS.border, SETTINGS.own_addresses).automation


def report(subject: str, text: str, *parts: tuple[str, str], header: str = "") -> str:
    rest = "".join(f"--x\nContent-Type: {kind}\n\n{body}" for kind, body in parts)
    return (
        f"Subject: {subject}\n{header}Content-Type: multipart/report; boundary=x;"
        f" report-type=disposition-notification\n\n--x\n\n{text}\n{rest}--x--\n"
    )


def with_file(header: str, text: str, kind: str, data: bytes, disposition: str) -> bytes:
    head = f"{header}Content-Type: multipart/mixed; boundary=x\n\n--x\n\n{text}\n--x\n"
    head += f"Content-Type: {kind}\nContent-Transfer-Encoding: binary\n{disposition}\n\n"
    return head.encode() + data + b"\n--x--\n"


MDN = ("message/disposition-notification", NOTICE)
ORIGINAL = (
    "From: crediteuren@almere.nl\nSubject: Je factuur\nMessage-ID: <1@almere.nl>\n\nWij missen.\n"
)
ATTACHED = 'Content-Disposition: attachment; filename="image001.png"'
PHOTO = 'Content-Disposition: attachment; filename="factuur.jpg"'
AWAY = "Subject: Automatisch antwoord: Je factuur\nAuto-Submitted: auto-replied\n"

MACHINES: dict[str, tuple[str | bytes, str | None]] = {
    "Outlook": (report("Gelezen: Je factuur", "Uw bericht is gelezen op 16-11-2026.", MDN), None),
    "Outlook, null sender": (report("Gelezen: Je factuur", "Uw bericht is gelezen.", MDN), ""),
    "Thunderbird": (report("Return Receipt (displayed) - Je factuur", "This is a receipt.", MDN), None),
    "with the mail it is about": (
        report("Read: Je factuur", "Your message was read.", MDN, ("message/rfc822", ORIGINAL)), "",
    ),
    "with its header": (
        report("Lu : Je factuur", "Lu.", MDN, ("text/rfc822-headers", ORIGINAL)), None,
    ),
    "not read": (report("Niet gelezen: Je factuur", "Verwijderd zonder te lezen.", MDN), None),
    "German": (report("Gelesen: Je factuur", "Ihre Nachricht wurde gelesen.", MDN), None),
    "several fields": (
        report("Gelezen: x", "x", (MDN[0], NOTICE * 3 + "X-A: 1;2;3\nX-B: 1;2;3\n")), None,
    ),
    "without a report": ("Subject: Gelezen: Je factuur\n\nUw bericht is gelezen op 16-11-2026.\n", None),
    "without a report, English": ("Subject: Read: Je factuur\n\nYour message was read on 16-11.\n", None),
    "without a report, German": ("Subject: Gelesen: x\n\nIhre Nachricht wurde gelesen.\n", None),
    "without a report, all of it": (
        "Subject: Gelezen: Je factuur\n\nUw bericht\n\n   Aan: Zorg\n   Onderwerp: Je factuur\n"
        "   Verzonden: vrijdag 13 november 2026 9:00:00 (UTC+01:00) Amsterdam, Bern\n\n is gelezen op"
        " vrijdag 13 november 2026 10:00:00 (UTC+01:00) Amsterdam, Bern.\n", None,
    ),
    "of a program, in its words": (
        "Subject: Read: Je factuur\nAuto-Submitted: auto-generated\n\nThe mail was displayed.\n", None,
    ),
    "of Outlook's own form": (
        with_file("Subject: Gelezen: Je factuur\n", "Gelezen.", "application/ms-tnef",
                  b"\x78\x9f\x3e\x22\x01\x00", "Content-Disposition: attachment"), None,
    ),
    "receipt without a report, with a logo": (
        with_file("Subject: Gelezen: Je factuur\n", "Uw bericht is gelezen op 16-11-2026.",
                  "image/png", LOGO, ATTACHED), None,
    ),
    "Thunderbird, without a report": (
        "Subject: Leesbevestiging (weergegeven) - Je factuur\n\nUw bericht is weergegeven.\n", None,
    ),
    "of a ticket system": (
        "Subject: [#12345] Wij hebben uw bericht ontvangen\nAuto-Submitted: auto-generated\n\nTot zo.\n",
        None,
    ),
    "away, with a logo": (with_file(AWAY, "Ik ben er niet.", "image/png", LOGO, ATTACHED), None),
    "away, with a logo inline": (
        with_file(AWAY, "Ik ben er niet.", "image/png", LOGO, "Content-ID: <a>"), "",
    ),
    "away, English, with a logo": (
        with_file("Subject: Out of Office: x\nX-Auto-Response-Suppress: All\n", "I am away.",
                  "image/png", LOGO, ATTACHED), "",
    ),
    "away, German, with a logo": (
        with_file("Subject: Abwesenheitsnotiz\nPrecedence: bulk\n", "Ich bin nicht da.",
                  "image/png", LOGO, ATTACHED), None,
    ),
    "away, with a drawn logo": (
        with_file(AWAY, "Weg.", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                  'Content-Disposition: attachment; filename="logo.svg"'), None,
    ),
    "away, with a packed drawing": (
        with_file(AWAY, "Weg.", "image/x-emz", b"\x1f\x8b\x08\0" + LOGO, "Content-ID: <a>"), None,
    ),
    "receipt with a logo around it": (
        with_file("Subject: Gelezen: Je factuur\n", "Gelezen.\n--x\nContent-Type: " + MDN[0] + "\n\n"
                  + NOTICE, "image/png", LOGO, ATTACHED), None,
    ),
    "away, with a card": (
        with_file(AWAY, "Weg.", "text/vcard", b"BEGIN:VCARD\nFN:Jan\nEND:VCARD\n",
                  "Content-Disposition: attachment; filename=jan.vcf"), None,
    ),
    "invitation accepted": (
        with_file("Subject: Geaccepteerd: overleg\n", "", "text/calendar; method=REPLY",
                  b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", "X-A: b"), None,
    ),
    "postmaster with an underscore": (
        "From: post_master@x.example\nSubject: Undeliverable: Je factuur\n\nNot found.\n", "",
    ),
}  # fmt: skip
PEOPLE: dict[str, str | bytes] = {
    "invoice that calls itself a picture": with_file(
        AWAY, "Weg.", "image/jpeg", invoice("1"),
        'Content-Disposition: attachment; filename="scan.jpg"',
    ),
    "asks after reading": "Subject: Gelezen: je factuur\n\nGelezen, maar wat missen jullie dan?\n",
    "long story": "Subject: Gelezen: je brief\n\n" + "Ik heb alles gelezen en wil iets zeggen. " * 40,
    "no receipt at all": "Subject: Gelezen: je brief\n\nKun je mij bellen\n",
    "photo of an invoice": with_file(
        "Subject: Factuur\n", "Zie foto.", "image/jpeg", b"\xff\xd8\xff" + LOGO,
        'Content-Disposition: attachment; filename="factuur.jpg"',
    ),
    "receipt subject with an invoice": with_file(
        "Subject: Gelezen: je vraag\n", "Gelezen.", "application/pdf", invoice("1"),
        'Content-Disposition: attachment; filename="factuur.pdf"',
    ),
    "absence with an invoice": with_file(
        AWAY, "Weg.", "application/pdf", invoice("1"),
        'Content-Disposition: attachment; filename="factuur.pdf"',
    ),
    "invoice in winmail.dat": with_file(
        "Subject: Gelezen: je vraag\n", "Gelezen.", "application/ms-tnef",
        winmail([("factuur.pdf", invoice("1"))]), "Content-Disposition: attachment",
    ),
    "invitation": with_file(
        "Subject: Uitnodiging: overleg over facturen\n", "Kom je ook?", "text/calendar; method=REQUEST",
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", "X-A: b",
    ),
    "invitation accepted with a remark": with_file(
        "Subject: Geaccepteerd: overleg\n", "Mag ik een collega meenemen?", "text/calendar",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n", "X-A: b",
    ),
    "photo behind what was read": with_file(
        "Subject: Gelezen: uw brief\n", "Ik heb uw brief gelezen. Hierbij de verbeterde factuur.",
        "image/jpeg", b"\xff\xd8\xff" + LOGO, PHOTO,
    ),
    "photo without words": with_file(
        "Subject: Ontvangen - scan van balie\nX-Auto-Response-Suppress: All\n", "", "image/jpeg",
        b"\xff\xd8\xff" + LOGO, PHOTO,
    ),
    "photo behind a receipt's words": with_file(
        "Subject: Gelezen: je vraag\n", "Gelezen.", "image/jpeg", b"\xff\xd8\xff" + LOGO, PHOTO,
    ),
    "photo as a telephone names it": with_file(
        "Subject: Gelezen: je vraag\n", "Gelezen.", "image/jpeg", b"\xff\xd8\xff" + LOGO,
        'Content-Disposition: attachment; filename="image0.jpeg"',
    ),
    "photo in a mass mailer's mail": with_file(
        "Subject: [Declaratie] Bevestiging van ontvangst zorg\nPrecedence: bulk\n", "Zie foto.",
        "image/jpeg", b"\xff\xd8\xff" + LOGO, PHOTO,
    ),
    "photo of who is away": with_file(
        "Subject: [Kompas] afwezig: factuur\nX-Auto-Response-Suppress: All\n", "Zie foto.",
        "image/jpeg", b"\xff\xd8\xff" + LOGO, PHOTO,
    ),
    "disagrees": "Subject: Ontvangen - uw afwijzing\n\nIk heb uw brief gelezen en ben het niet eens.\n",
    "disagrees, too": "Subject: Ontvangen: uw afwijzing\n\nIk heb uw brief gelezen. Graag een reactie.\n",
    "reads and disagrees": "Subject: Gelezen: uw brief\n\nUw bericht is gelezen en ik ben het niet eens.\n",
    "reads and says more": (
        "Subject: Gelezen: uw brief\n\nUw bericht is gelezen op 16-11-2026. De factuur volgt morgen.\n"
    ),
    "reads English": "Subject: Read: your letter\n\nI have read your letter, I do not agree.\n",
    "through a group": "Subject: Gelezen: uw brief\nPrecedence: list\n\nGraag een reactie van jullie.\n",
    "away last week": "Subject: Afwezig vorige week\n\nHierbij alsnog.\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_machine(name: str) -> None:
    """A clerk would look at every receipt of a letter that we sent ourselves."""
    raw, mail_from = MACHINES[name]
    expected = Automation.BOUNCE if "postmaster" in name else Automation.AUTO_REPLY
    data = raw.encode() if isinstance(raw, str) else raw
    if data.startswith(b"From:"):
        envelope = Envelope("smtp", dt.datetime(2026, 11, 22, tzinfo=dt.UTC), sender=mail_from)
        found = judge(parse(data), envelope, PROFILE, SETTINGS.border, SETTINGS.own_addresses)
        assert found.automation is expected
        assert not found.may_reply
    else:
        assert automation(data, mail_from or "zorg@roos.example") is expected


@pytest.mark.parametrize("name", PEOPLE)
def test_person(name: str) -> None:
    """A person's mail would vanish, or an invoice with it."""
    assert automation(PEOPLE[name]) is Automation.PERSON
