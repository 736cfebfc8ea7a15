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
    "Purview": drawn("Your one-time passcode to view the message", "87", sender="msgsecure@microsoft.com"),
    "Zivver": drawn("Uw Zivver verificatiecode", "123456", sender="noreply@zivver.com"),
}  # fmt: skip


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_told_from_a_notice(name: str) -> None:
    """Each code would be a case that waits for something to be fetched."""
    found = judged(CODES[name]).notice

    assert found is not None
    assert found.code


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
