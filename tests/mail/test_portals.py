"""A notice of a secure-mail portal is known, and nothing else is taken for one.

All notices are drawn after what vendors and their users publish; none is a real mail.
"""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from pathlib import Path

import pytest

from intake import profile
from intake.mail import origin, portals
from intake.mail.message import parse
from intake.model.mail import Automation, Envelope, PortalNotice, Sender
from intake.sections import Border
from tests.timing import cpu_seconds

ALMERE = profile.load("almere")
DAY = dt.date(2026, 11, 16)


def drawn(
    subject: str,
    text: str = "",
    html: str = "",
    sender: str = "info@praktijk.example",
    **fields: str,
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ALMERE.mailbox, subject
    mail["Message-ID"] = "<1@praktijk.example>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text or "Open deze mail als HTML.")
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def judged(mail: EmailMessage, of: profile.Profile = ALMERE) -> Sender:
    envelope = Envelope("imap", dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC))
    return origin.judge(parse(mail.as_bytes()), envelope, of, Border(), frozenset())


def button(words: str, link: str) -> str:
    return f'<p>U heeft bericht.</p><p><a href="{link}">{words}</a></p>'


PLAIN = "Dit bericht is beveiligd verzonden."
RPMSG = ("message_v4.rpmsg", "application/x-microsoft-rpmsg-message")
NOTICES = {
    "ZorgMail": drawn(
        "ZorgMail Secure e-mail – Nieuw bericht van Praktijk De Wilde Roos",
        "Bericht lezen: https://secure.zorgmail.nl/bericht/4711\nHet bericht blijft 90 dagen beschikbaar.",
        sender="noreply@zorgmail.nl",
    ),
    "Zivver": drawn(
        "Factuur oktober", "Je hebt een bericht via Zivver.",
        html='<p>Praktijk De Roos heeft u een beveiligd bericht gestuurd via Zivver.</p>'
        '<p><a href="https://app.zivver.com/#/message/1">Klik voor bericht</a></p>',
        sender="info@praktijk.example",
    ),
    "Zivver in a thread": drawn(
        "Re: Uw factuur 2026-14 [IN-7K3F-9QXM]", "Klik voor bericht\nhttps://app.zivver.com/#/message/1\nZivver",
        sender="noreply@zivver.com", In_Reply_To="<7@almere.nl>",
    ),
    "Zivver behind Safe Links": drawn(
        "[EXTERN] Declaratie", "Zivver\nKlik voor bericht https://eur05.safelinks.protection.outlook.com/"
        "?url=https%3A%2F%2Fapp.zivver.com%2F%23%2Fmessage%2F1&data=05",
    ),
    "SecuMailer": drawn(
        "Declaratie jeugdhulp", "U heeft een beveiligd bericht ontvangen.\nBericht openen:"
        " https://portaal.secumailer.eu/m/12",
    ),
    "Smartlockr": drawn(
        "Factuur", "", html=button("Open message", "https://eu.smartlockr.io/m/1") + "<p>Smartlockr</p>",
    ),
    "Cryptshare": drawn(
        "Cryptshare Transfer: 2 bestanden voor u", "Bestanden downloaden\nhttps://cryptshare.praktijk.example/x"
        "\nBeschikbaar tot 30 november 2026.",
    ),
    "FileCap": drawn("FileCap: bestanden voor u", "Bestanden downloaden https://filecap.praktijk.example/d/1"),
    "KPN Zorg Messenger": drawn(
        "Nieuw bericht", "KPN Zorg Messenger: er staat een bericht voor u klaar. Bekijk het bericht",
    ),
    "Microsoft Purview (versleutelde e-mail)": drawn(
        "Factuur 2026-14", "info@praktijk.example has sent you a protected message.\nRead the message\n"
        "https://outlook.office365.com/Encryption/retrieve.ashx",
    ),
    "Barracuda": drawn(
        "You have received an encrypted message from info@praktijk.example",
        "Click here to read the message: https://encrypt.barracudanetworks.com/login\nExpires on 2026-12-16.",
        sender="noreply@barracudanetworks.com",
    ),
    "een beveiligd portaal": drawn(
        "Beveiligd bericht van Praktijk De Roos", "Open de link https://veilig.praktijk.example/b/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_known(name: str) -> None:
    """An invoice would stay in a portal, and nobody would fetch it before it is deleted."""
    found = judged(NOTICES[name])

    assert found.automation is Automation.PORTAL
    assert not found.may_reply
    assert found.notice is not None
    assert not found.notice.code
    assert name.startswith(found.notice.portal)


@pytest.mark.parametrize(
    ("file", "portal"),
    [
        ("message.rpmsg", "Microsoft Purview (versleutelde e-mail)"),
        ("message_v4.rpmsg", "Microsoft Purview (versleutelde e-mail)"),
        ("SecureMessageAtt.html", "Proofpoint"),
        ("securedoc_20261116T101500.html", "Cisco"),
        ("message_zdm.html", "Voltage SecureMail"),
    ],
)
def test_a_file_that_only_a_portal_opens_is_enough(file: str, portal: str) -> None:
    """Its mail has the provider's own subject and words, and would be read as an invoice that is none."""
    mail = drawn("Factuur 2026-14", "Zie de bijlage.")
    mail.add_attachment(
        b"<html>x</html>", maintype="application", subtype="octet-stream", filename=file
    )

    found = judged(mail)

    assert found.notice is not None
    assert found.notice.portal == portal


CODES = {
    "ZorgMail": drawn("ZorgMail Secure e-mail – Uw toegangscode", "123456", sender="noreply@zorgmail.nl"),
    "Purview": drawn(
        "Your one-time passcode to view the message", "Here is your one-time passcode: 87654321",
        sender="msgsecure@microsoft.com",
    ),
    "Zivver": drawn("Uw Zivver verificatiecode", "123456", sender="noreply@zivver.com"),
}  # fmt: skip


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_told_from_a_notice(name: str) -> None:
    """Each code would be a case that waits for something to be fetched."""
    found = judged(CODES[name]).notice

    assert found is not None
    assert found.code


STUCK = "Goedemorgen, ik kan factuur 2026-0012 niet openen, ik krijg geen code. Belt u mij op 0612345678?"
READ = "Klik voor bericht https://app.zivver.com/#/m/1\nZivver. Kenmerk 4711."
NO_CODES = {
    "a provider without a code": drawn("Zivver geeft geen code", STUCK),
    "a question": drawn("Vraag: eenmalige code werkt niet", STUCK),
    "another question": drawn("ZorgMail Secure e-mail: wat is uw toegangscode?", "Wat is de toegangscode?"),
    "a code of care": drawn("Zivver: productcode 45A04 niet bekend", "Onze factuur 12 is niet betaald."),
    "an invoice": drawn("Factuur 11 en Zivver-bericht met de productcode", "Zie Zivver, kenmerk 123456."),
    "no words": drawn("Uw Zivver verificatiecode", "123456"),
    "a question by the portal": drawn("Zivver geeft geen code", STUCK, sender="noreply@zivver.com"),
    "a complaint by the portal": drawn(
        "Toegangscode Zivver werkt niet", "Factuur 2026-0012.", sender="noreply@zivver.com",
    ),
    "a message in the portal": drawn("Zivver productcode 45A04", READ, sender="noreply@zivver.com"),
    "no code inside": drawn("Verificatiecode", "De factuur volgt.", sender="noreply@zivver.com"),
    "an answer": drawn("Re: uw Zivver verificatiecode", "123456", sender="noreply@zivver.com"),
    "a person there": drawn(
        "Uw verificatiecode", "Ik zag uw melding 123456. Groet, Anna", sender="support@zivver.com",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_CODES)
def test_what_a_person_writes_of_a_code_is_no_code(name: str) -> None:
    """A provider's question, or a message with an invoice, would be put away and nobody see it."""
    found = judged(NO_CODES[name]).notice

    assert found is None or not found.code


def test_a_portal_of_which_no_sender_is_known_sends_no_codes() -> None:
    """A word in a subject, which anybody may write, would put a mail away."""
    own = portals.Portals({"own": {"name": "Postkluis", "codes": ["postkluis * code"]}})
    mail = parse(
        drawn("Postkluis: uw code", "123456", sender="noreply@postkluis.example").as_bytes()
    )

    assert own.notice(mail, mass=False, files=False, pdf=False) is None


@pytest.mark.parametrize(
    "pattern", ["* * * zq", "a*a*a*b", "***zq", "a***b", " * a * a * zq", "aa*aa*aa*", "*aa*aa*b"]
)
@pytest.mark.parametrize("text", ["a " * 10_000, "a" * 20_000, "aa b " * 4_000])
def test_no_pattern_of_ones_own_takes_long(pattern: str, text: str) -> None:
    """One mail would keep a worker busy for as long as it lives."""
    own = portals.Portals({"own": {"name": "X", "words": [pattern], "calls": [pattern]}})
    mail = parse(drawn("x", text).as_bytes())

    assert cpu_seconds(lambda: own.notice(mail, False, False, False), enough=0.5) < 0.5


@pytest.mark.parametrize(
    ("pattern", "subject", "is_it"),
    [
        ("kluis * bericht", "Postkluis met een nieuw bericht", True),
        ("kluis * bericht", "Postkluis kluis " + "x " * 35 + "bericht", True),
        ("kluis * bericht", "Postkluis " + "x " * 45 + "bericht", False),
        ("kluis * bericht", "Bericht uit de kluis", False),
        ("aa*aab", "aaab aaaab", True),
        ("*kluis*", "de postkluis is vol", True),
        ("post*kluis*vol", "post kluis " + "x " * 45 + "post kluis vol", True),
    ],
)  # fmt: skip
def test_a_star_is_a_few_characters(pattern: str, subject: str, is_it: bool) -> None:
    """Two words that have nothing to do with each other would make a notice, or those of one would not."""
    own = portals.Portals({"own": {"name": "X", "subjects": [pattern], "words": ["woord"]}})
    found = own.notice(
        parse(drawn(subject, "woord").as_bytes()), mass=False, files=False, pdf=False
    )

    assert (found is not None) is is_it


@pytest.mark.parametrize(
    ("pattern", "sender", "is_it"),
    [
        ("*@kluis.example", "noreply@kluis.example", True),
        ("*@kluis.example", "noreply@kluis.example.kwaad.example", False),
        ("*@*.kluis.example", "noreply@mail.kluis.example", True),
        ("*@*.kluis.example", "noreply@kluis.example", False),
        ("post@kluis.*", "post@kluis.example", True),
        ("post@kluis.*", "apost@kluis.example", False),
        ("*a@a.aa", "aa@a.aa", True),
    ],
)
def test_an_address_is_the_whole_of_its_pattern(pattern: str, sender: str, is_it: bool) -> None:
    """Anybody could call his domain by that of a portal, and be taken for it."""
    own = portals.Portals({"own": {"name": "X", "senders": [pattern], "subjects": ["kluis"]}})
    mail = parse(drawn("De kluis", "x", sender=sender).as_bytes())

    assert (own.notice(mail, mass=False, files=False, pdf=False) is not None) is is_it


@pytest.mark.parametrize(
    ("subject", "file"),
    [
        ("12 3 4 5 nieuw bericht in de postkluis", ""),
        ("Bericht in de postkluis 1 a 2 b 3 van 4", ""),
        ("Bericht in de postkluis", "2026 1 2 3.html"),
        ("Bericht in de postkluis", "2026_securedoc 1.html"),
        ("Bericht in de postkluis", "securedoc_2026 1.html"),
    ],
)
def test_a_pattern_that_is_learned_holds_words(subject: str, file: str) -> None:
    """Any mail with a few numbers, or any page that somebody mails, would be a notice of that portal."""
    mail = drawn(subject, "Bericht lezen in de Postkluis https://www.postkluis.example/1")
    if file:
        mail.add_attachment(b"x", maintype="text", subtype="html", filename=file)
    table = portals.learned(parse(mail.as_bytes()), "Postkluis", None)

    assert "postkluis" in table["subjects"][0]
    assert not table.get("files") or table["files"] == ["securedoc_*html"]
    for pattern in (*table["subjects"], *table.get("files", ())):
        assert all(sum(map(str.isalpha, part)) >= 3 for part in pattern.split("*")), pattern


def mass(subject: str, text: str, sender: str) -> EmailMessage:
    return drawn(
        subject, text, sender=sender, List_Unsubscribe="<https://x.example/u>",
        List_Id="<nieuws.x.example>", Precedence="bulk",
    )  # fmt: skip


NO_NOTICES = {
    "newsletter of a vendor": mass(
        "Zo mailt u veilig: Zivver nieuws", "Met Zivver opent uw cliënt elk bericht. Lees het bericht op"
        " https://www.zivver.com/blog en bekijk het bericht van onze directeur.", "nieuws@zivver.com",
    ),
    "another newsletter": mass(
        "ZorgMail update november", "Bericht lezen kan nu ook op de telefoon. https://www.zorgmail.nl/nieuws",
        "marketing@zorgmail.nl",
    ),
    "a person who will use it": drawn("Vraag", "Moet de bijlage per Zorgmail of mag het anders?"),
    "a person who used it": drawn(
        "Factuur oktober", "Ik heb u via Zivver een bericht gestuurd. Heeft u het bericht kunnen openen?",
    ),
    "a person who explains it": drawn(
        "Factuur", "Goedemiddag, wij hebben de bijlage met Zivver verstuurd. U kunt het bericht openen met de"
        " toegangscode die ik u belde. Groet, Anna",
    ),
    "a person who gives the code": drawn("Code", "De toegangscode voor Zivver is 1234. Groet, Anna"),
    "an answer above a notice": drawn(
        "RE: Beveiligd bericht", "Ik heb dit niet kunnen openen.\n> Zivver\n> Klik voor bericht"
        "\n> https://app.zivver.com/1", In_Reply_To="<7@x.example>",
    ),
    "a question about an invoice": drawn("Beveiligd mailen", "Kan ik een factuur ook beveiligd mailen?"),
    "an invoice behind a link": drawn(
        "Factuur 2026-14 staat klaar", "Bekijk je factuur: https://facturen.boekhouder.example/x"
    ),
    "a message that speaks of a message": drawn("Bericht", "Wilt u ons bericht lezen over tarieven?"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_NOTICES)
def test_nothing_else_is_taken_for_a_notice(name: str) -> None:
    """A person's question would wait for a message that is nowhere, and get no answer."""
    assert judged(NO_NOTICES[name]).notice is None


@pytest.mark.parametrize("name", NOTICES)
def test_an_invoice_that_came_along_is_the_message_itself(name: str) -> None:
    """What Zorgmail delivers to a mailbox that it knows has the same words, and the invoice with it."""
    mail = parse(NOTICES[name].as_bytes())
    whole = drawn(mail.subject, mail.text, sender=mail.sender or "")
    whole.add_attachment(
        b"%PDF-1.7\n", maintype="application", subtype="pdf", filename="factuur.pdf"
    )

    found = judged(whole)

    assert (found.automation, found.notice) == (Automation.PERSON, None)


@pytest.mark.parametrize(
    ("text", "days", "last"),
    [
        ("Het bericht blijft 90 dagen beschikbaar.", None, dt.date(2027, 2, 14)),
        ("Beschikbaar tot 30 november 2026.", 90, dt.date(2026, 11, 30)),
        ("Dit bericht verloopt op 20-11-2026", None, dt.date(2026, 11, 20)),
        ("Expires on 2026-12-01.", None, dt.date(2026, 12, 1)),
        ("De code is 15 minuten geldig. Verzonden op 14 november 2026.", 30, dt.date(2026, 12, 16)),
        ("Factuur van 2 november 2026, vervaldatum staat erop.", None, dt.date(2027, 11, 16)),
    ],
)  # fmt: skip
def test_the_last_day_is_what_the_notice_or_its_portal_says(
    text: str, days: int | None, last: dt.date
) -> None:
    """A clerk would fetch it a day after the portal deleted it."""
    assert portals.kept_until(PortalNotice("x", days), text, DAY) == last


def test_a_municipality_adds_a_portal_of_its_own(tmp_path: Path) -> None:
    """A portal that we do not know would be read as a person's mail, for ever."""
    own = tmp_path / "bergendal"
    own.mkdir()
    (own / "profile.toml").write_text('extends = "almere"\n', encoding="utf-8")
    (own / "portals.toml").write_text(
        '[ons]\nname = "Postkluis"\nsubjects = ["in de postkluis"]\nhosts = ["*.postkluis.example"]\n',
        encoding="utf-8",
    )
    mail = drawn(
        "Er is een bericht in de Postkluis", "Zie https://www.postkluis.example/1\nBericht lezen"
    )
    profile.use(tmp_path)
    try:
        found = judged(mail, ALMERE.model_copy(update={"name": "bergendal"}))
        still = judged(NOTICES["ZorgMail"], ALMERE.model_copy(update={"name": "bergendal"}))
    finally:
        profile.use(None)

    assert judged(mail).notice is None
    assert found.notice == PortalNotice("Postkluis")
    assert still.notice == PortalNotice("ZorgMail", 90)
