"""origin.judge and the Authentication-Results parser: no person's mail vanishes, no reply starts a
loop, no forged field counts.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import profile as profiles
from intake.mail.authentication import (
    Result,
    aligned,
    parse_exchange_results,
    parse_results,
    peer_is_in,
)
from intake.mail.message import parse
from intake.mail.origin import judge, returned_ids
from intake.model.mail import Automation, Envelope, Road, Sender
from intake.settings import Settings, load
from tests.conftest import with_section
from tests.timing import cpu_seconds

PROFILE = profiles.load("almere").model_copy(
    update={"secure_relays": ("198.51.100.0/24", "2001:db8:5::/48")}
)
SETTINGS = load(border__authserv_ids=["mx.almere.example"], border__hosts=["mx.almere.example"])
PDF = "JVBERi0xLjcKJSVFT0YK"
REPORT = "Content-Type: multipart/report; boundary=r"


def sender(
    header: str,
    *,
    text: str = "Bijgaand onze factuur.",
    pdf: bool = False,
    source: str = "imap",
    peer: str | None = None,
    mail_from: str | None = "zorg@aanbieder.example",
    settings: Settings = SETTINGS,
    mailbox: str = "",
) -> Sender:
    if "From:" not in header:
        header = "From: Zorg <zorg@aanbieder.example>\n" + header
    if pdf:
        file = (
            f"Content-Type: application/pdf; name=f.pdf\nContent-Transfer-Encoding: base64\n\n{PDF}"
        )
        raw = (
            f"{header}\nContent-Type: multipart/mixed;"
            f" boundary=b\n\n--b\n\n{text}\n--b\n{file}\n--b--\n"
        )
    else:
        raw = f"{header}\n\n{text}\n"
    received = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    envelope = Envelope(source, received, sender=mail_from, peer=peer, mailbox=mailbox)
    return judge(parse(raw.encode()), envelope, PROFILE, settings.border, settings.own_addresses)


class TestMachines:
    @pytest.mark.parametrize(
        ("header", "mail_from", "expected"),
        [
            (
                (
                    f"From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n{REPORT};"
                    " report-type=delivery-status"
                ),
                "",
                "bounce",
            ),
            ("From: MAILER-DAEMON@mx.example\nSubject: failure notice", "", "bounce"),
            (
                (
                    "From: Mail Delivery System <Mailer-Daemon@exim.example>\nX-Failed-Recipients:"
                    " a@b.nl\nSubject: Mail delivery failed"
                ),
                "",
                "bounce",
            ),
            ("From: postmaster@outlook.example\nSubject: Onbestelbaar: Factuur", "", "bounce"),
            (
                (
                    "From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.example\nSubject:"
                    " Undeliverable: x"
                ),
                "",
                "bounce",
            ),
            (
                (
                    "Subject: Automatisch antwoord: Je factuur\nAuto-Submitted:"
                    " auto-generated\nX-Auto-Response-Suppress: All"
                ),
                "",
                "auto-reply",
            ),
            (
                "Subject: Automatic reply: Uw declaratie\nAuto-Submitted: auto-generated",
                "zorg@aanbieder.example",
                "auto-reply",
            ),
            (
                (
                    "Subject: Abwesenheitsnotiz: Rechnung\nX-Auto-Response-Suppress: DR, RN, NRN,"
                    " OOF, AutoReply"
                ),
                "",
                "auto-reply",
            ),
            (
                "Subject: Afwezig\nAuto-Submitted: auto-replied (vacation)",
                "zorg@aanbieder.example",
                "auto-reply",
            ),
            (
                "Subject: Re: factuur\nX-Autoreply: yes\nPrecedence: bulk",
                "zorg@aanbieder.example",
                "auto-reply",
            ),
            (
                "Subject: Re: factuur\nPrecedence: auto_reply",
                "zorg@aanbieder.example",
                "auto-reply",
            ),
            (
                f"Subject: Gelezen: factuur\n{REPORT}; report-type=disposition-notification",
                "zorg@aanbieder.example",
                "auto-reply",
            ),
            (
                (
                    "X-Intake-Loop: crediteuren@almere.nl\nFrom: crediteuren@almere.nl\nSubject: Je"
                    " factuur"
                ),
                "",
                "own",
            ),
        ],
    )
    def test_strong_signs(self, header: str, mail_from: str, expected: str) -> None:
        """Bounces, absence notices and our own mail are known as such and never answered."""
        judged = sender(header, mail_from=mail_from)

        assert judged.automation is Automation(expected)
        assert not judged.may_reply

    @pytest.mark.parametrize(
        "header",
        [
            (
                "Subject: Zomeraanbieding\nList-Id: <nieuws.x>\nList-Unsubscribe:"
                " <https://x.example>\nPrecedence: bulk"
            ),
            (
                "Subject: Nieuwsbrief: alles over facturen\nList-Unsubscribe:"
                " <https://x>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
            ),
        ],
    )
    def test_newsletter(self, header: str) -> None:
        """A newsletter is filed away without bothering a clerk, also one about invoices in general."""
        assert (
            sender(header, text="In dit nummer: hoe maakt u een goede factuur?").automation
            is Automation.LIST
        )

    @pytest.mark.parametrize(
        "header",
        [
            "Subject: Factuur 12\nAuto-Submitted: auto-generated",
            (
                "Subject: Factuur 12\nPrecedence: bulk\nList-Unsubscribe:"
                " <https://x.example>\nList-Id: <x.y>\nFeedback-ID: 1:2:3"
            ),
            "Subject: Factuur 12\nX-Auto-Response-Suppress: All",
            "From: Facturen <no-reply@boekhouding.example>\nSubject: Factuur 12",
            "Subject: Automatisch bericht: uw factuur\nAuto-Submitted: auto-generated",
            "Subject: Vakantieopvang factuur\nAuto-Submitted: auto-replied",
        ],
    )
    def test_invoice_programs_are_kept(self, header: str) -> None:
        """An invoice that a program mails stays an invoice; only the reply waits for a clerk."""
        judged = sender(header, pdf=True)

        assert judged.automation is Automation.PERSON
        assert judged.may_reply
        assert judged.confirm_reply

    @pytest.mark.parametrize(
        ("header", "text"),
        [
            (
                "Subject: Vraag\nPrecedence: list\nList-Id: <team.x>\nList-Unsubscribe: <mailto:x>",
                "Wanneer betalen jullie onze factuur?",
            ),
            (
                (
                    "Subject: Vraag\nPrecedence: list\nList-Id: <team.x>\nList-Post:"
                    " <x>\nList-Unsubscribe: <https://x>"
                ),
                "Wanneer worden wij betaald?",
            ),
            (
                (
                    "Subject: Factuur R-114 staat klaar\nList-Unsubscribe:"
                    " <https://x>\nFeedback-ID: 1\nPrecedence: bulk"
                ),
                "Download hier",
            ),
            (
                "Subject: Bericht\nList-Unsubscribe: <https://x>\nFeedback-ID: 1\nPrecedence: bulk",
                "Bekijk uw openstaande rekening",
            ),
            (
                (
                    "Subject: RE: uw bericht\nIn-Reply-To: <x@y>\nList-Id:"
                    " <team.x>\nList-Unsubscribe: <mailto:x>"
                ),
                "Dank, akkoord.",
            ),
            ("Subject: Afwezig vorige week, hierbij alsnog", "Groet"),
            ("Subject: Uw factuur staat klaar\nAuto-Submitted: auto-generated", "Klik op de link"),
            ("Subject: Vraag\nX-Auto-Response-Suppress: All", "Hebben jullie hem?"),
            ("Subject: vraag\nX-Loop: helpdesk@x.example", "Hebben jullie hem?"),
            ("Subject: Factuur\nFrom: crediteuren@almere.nl", "Doorgestuurd door een collega"),
        ],
    )
    def test_a_person_never_vanishes(self, header: str, text: str) -> None:
        """A question by way of a list, a ticket system or Exchange is a person's mail."""
        assert sender(header, text=text).automation is Automation.PERSON

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "text",
        [
            "Uw bericht " + "aan: x " * 80,
            "Uw bericht " + "aan: onderwerp: verzonden: " * 20,
            "Uw bericht\n" + "aan: x\n\n " * 60,
            "Uw bericht aan:" + " " * 580 + ".",
            "Uw bericht is gelezen" + " 1" * 280 + ".x",
            "Uw bericht is " + "op " * 180,
        ],
        ids=["headers-on-a-line", "bare-headers", "lines", "blanks", "digits", "words"],
    )
    def test_a_short_text_costs_no_time(self, text: str) -> None:
        """A mail of half a page with the subject "Gelezen" would stop a worker for hours."""
        mail = "Subject: Gelezen: factuur"

        assert cpu_seconds(lambda: sender(mail, text=text), enough=0.5) < 0.5
        assert sender(mail, text=text).automation is Automation.PERSON

    @pytest.mark.parametrize(
        "text",
        [
            "Gelezen",
            "Uw bericht is gelezen op 16-11-2026.",
            "Uw bericht\n\n   Aan: Facturen\n   Onderwerp: Factuur 12\n   Verzonden: maandag 16"
            " november 2026 10:11\n\n is gelezen op maandag 16 november 2026 11:12.",
            "Uw bericht Aan: Facturen Onderwerp: Factuur 12 Verzonden: 16-11-2026 is gelezen op"
            " 16-11-2026 11:12:13.",
            "Uw bericht\nAan: Facturen Verzonden: 16-11-2026\n\nis gelezen op 16-11-2026.",
            "Your message\n\n   To: Facturen\n   Subject: Factuur 12\n   Sent: 16-11-2026\n\nwas"
            " read on 16-11-2026 11:12:13.",
        ],
    )
    def test_a_receipt_in_plain_words(self, text: str) -> None:
        """A receipt that a mail program wrote would wait for a clerk as if a person asked something."""
        assert sender("Subject: Gelezen: factuur", text=text).automation is Automation.AUTO_REPLY

    def test_plain_person(self) -> None:
        """An ordinary mail may be answered without a clerk, at the envelope sender and never at
        Reply-To.
        """
        judged = sender(
            "Subject: Factuur\nReply-To: elders@kwaad.example",
            pdf=True,
            mail_from="Boekhouding@Aanbieder.EXAMPLE",
        )

        assert (judged.automation, judged.may_reply, judged.confirm_reply) == (
            Automation.PERSON,
            True,
            False,
        )
        assert judged.address == "Boekhouding@aanbieder.example"

    def test_address_from_return_path_then_from(self) -> None:
        """When the door knows no envelope sender, Return-Path counts, then From; a null Return-Path
        is answered by nobody.
        """
        assert (
            sender("Return-Path: <post@aanbieder.example>", mail_from=None).address
            == "post@aanbieder.example"
        )
        assert sender("Subject: x", mail_from=None).address == "zorg@aanbieder.example"
        assert sender("Return-Path: <>", mail_from=None).may_reply is False

    def test_own_address_is_not_answered(self) -> None:
        """A mail that claims to come from us is read but never answered: that would loop."""
        assert not sender("From: crediteuren@almere.nl\nSubject: x", pdf=True).may_reply

    def test_mail_that_runs_in_circles(self) -> None:
        """A mail with more hops than any road has gets no reply."""
        assert not sender("Received: from a by b; x\n" * 51 + "Subject: x", pdf=True).may_reply

    def test_returned_ids(self) -> None:
        """A bounce names the reply of ours that it is about."""
        report = (
            f"From: MAILER-DAEMON@x\n{REPORT}\n\n--r\n\nx\n--r\nContent-Type:"
            " text/rfc822-headers\n\nMessage-ID: <ours@almere>\n\n--r--\n"
        )
        mail = parse(report.encode())

        assert returned_ids(mail) == ("<ours@almere>",)


class TestPortals:
    @pytest.mark.parametrize(
        ("subject", "text"),
        [
            ("ZorgMail Secure e-mail – Nieuw bericht van Zorgpraktijk", "Bericht lezen"),
            ("ZorgMail Secure e-mail – Uw toegangscode", "123456"),
            ("Beveiligd bericht van uw GGD", "Open de link"),
            (
                "Factuur oktober",
                "U heeft een beveiligd bericht ontvangen via Zivver. Klik voor bericht",
            ),
            (
                "Nieuw bericht",
                "KPN Zorg Messenger: er staat een bericht voor u klaar. Bekijk het bericht",
            ),
            ("Cryptshare Transfer: bestanden voor u", "Bestanden downloaden"),
        ],
    )
    def test_notice(self, subject: str, text: str) -> None:
        """A notice of a secure-mail portal is fetched by a clerk and not read as an empty mail."""
        judged = sender(f"Subject: {subject}", text=text)

        assert judged.automation is Automation.PORTAL
        assert not judged.may_reply

    def test_real_delivery_through_a_portal_vendor(self) -> None:
        """With the invoice attached it is the message itself."""
        assert (
            sender(
                "Subject: Beveiligd bericht van Zorg",
                text="Via Zivver. Klik voor bericht",
                pdf=True,
            ).automation
            is Automation.PERSON
        )

    def test_a_person_who_mentions_zorgmail(self) -> None:
        """A provider who writes that she will use Zorgmail is a person with a question."""
        assert (
            sender(
                "Subject: Vraag", text="Moet de bijlage per Zorgmail of mag het anders?"
            ).automation
            is Automation.PERSON
        )


BORDER = (
    "Received: from mail.aanbieder.example (mail.aanbieder.example [203.0.113.7]) by"
    " mx.almere.example (Postfix)"
)


class TestAuthentication:
    @pytest.mark.parametrize(
        ("results", "expected"),
        [
            ("dmarc=pass header.from=aanbieder.example", True),
            ("dmarc=pass (p=reject dis=none) header.from=aanbieder.example", True),
            ("spf=pass smtp.mailfrom=bounce@mail.aanbieder.example", True),
            ("dkim=pass header.d=aanbieder.example header.i=@aanbieder.example", True),
            ("spf=pass smtp.mailfrom=x@kwaad.example", False),
            ("dkim=pass header.d=kwaad.example", False),
            ("dmarc=pass header.from=kwaad.example", False),
            (
                (
                    "dmarc=fail header.from=aanbieder.example; spf=pass"
                    " smtp.mailfrom=aanbieder.example"
                ),
                False,
            ),
            ("dmarc=none; dkim=pass header.d=aanbieder.example", True),
            ("none", False),
            ("spf=pass smtp.mailfrom=example", False),
        ],
    )
    def test_results(self, results: str, expected: bool) -> None:
        """Only an aligned pass of our own border host lets a reply leave by itself."""
        assert (
            sender(
                f"Authentication-Results: mx.almere.example; {results}\n{BORDER}\nSubject: x"
            ).authenticated
            is expected
        )

    @pytest.mark.parametrize(
        "header",
        [
            (
                f"{BORDER}\nAuthentication-Results: mx.almere.example; dmarc=pass"
                " header.from=aanbieder.example"
            ),
            (
                "Authentication-Results: mx.kwaad.example; dmarc=pass"
                f" header.from=aanbieder.example\n{BORDER}"
            ),
            "Authentication-Results: mx.almere.example; dmarc=pass header.from=aanbieder.example",
            (
                "Authentication-Results: mx.almere.example; dmarc=pass"
                f" header.from=aanbieder.example\n{BORDER}\nFrom: b@x.example\nFrom:"
                " a@aanbieder.example"
            ),
            (
                f"{BORDER}\nAuthentication-Results: mx.almere.example; dmarc=pass"
                f" header.from=aanbieder.example\n{BORDER}"
            ),
        ],
        ids=["below", "other-id", "no-border", "two-from", "forged-hop"],
    )
    def test_forged(self, header: str) -> None:
        """A field that a sender could have written himself proves nothing."""
        assert not sender(header + "\nSubject: x").authenticated

    def test_open_door_trusts_no_header(self) -> None:
        """At a door that takes mail from everybody, the sender writes the top of the header."""
        header = (
            "Authentication-Results: mx.almere.example; dmarc=pass"
            f" header.from=aanbieder.example\n{BORDER}\nSubject: x"
        )
        listed = with_section(SETTINGS, "border", relays=("192.0.2.0/24",))
        open_door = with_section(SETTINGS, "border", relays=("0.0.0.0/0", "::/0"))

        assert sender(header, source="smtp", peer="192.0.2.9", settings=listed).authenticated
        assert not sender(header, source="smtp", peer="192.0.2.9", settings=open_door).authenticated

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("example.com; none", ("example.com", ())),
            ("example.com 1; none", ("example.com", ())),
            (
                "Example.com; spf=pass smtp.mailfrom=example.net",
                ("example.com", (Result("spf", "pass", {"smtp.mailfrom": "example.net"}),)),
            ),
            (
                (
                    'x.com; auth=pass (cram-md5) smtp.auth=s@example.net; dkim=fail reason="bad'
                    ' \\"sig" header.i=@x.nl'
                ),
                (
                    "x.com",
                    (
                        Result("auth", "pass", {"smtp.auth": "s@example.net"}),
                        Result("dkim", "fail", {"reason": 'bad "sig', "header.i": "@x.nl"}),
                    ),
                ),
            ),
            (
                (
                    "x.net (foobar) 1 (baz);\n dkim (I like it) / 1 (One yay) = (wait for it) fail"
                    " policy (A dot) . (like that) expired=x"
                ),
                ("x.net", (Result("dkim", "fail", {"policy.expired": "x"}),)),
            ),
            (
                'x.nl; spf=pass reason="a; dmarc=pass" smtp.mailfrom=a.nl',
                (
                    "x.nl",
                    (Result("spf", "pass", {"reason": "a; dmarc=pass", "smtp.mailfrom": "a.nl"}),),
                ),
            ),
            (
                "x.nl; dmarc=pass header.from=a.nl;",
                ("x.nl", (Result("dmarc", "pass", {"header.from": "a.nl"}),)),
            ),
            ("spf=pass smtp.mailfrom=a.nl; dkim=pass", None),
            ("x.nl 2; dmarc=pass", None),
            ("x.nl; dmarc", None),
            ("x.nl; dmarc=pass header.from", None),
            ("x.nl; dmarc=pass (unclosed", None),
            ('x.nl; dmarc=pass reason="unclosed', None),
            ("x.nl; dmarc=pass) header.from=a.nl", None),
            ("", None),
        ],
    )
    def test_grammar(self, value: str, expected: object) -> None:
        """The field is read as RFC 8601 writes it; what breaks the grammar counts as absent."""
        assert parse_results(value) == expected

    @given(st.text(alphabet='abc.;=()"\\ 1/\n@', max_size=60))
    def test_grammar_never_raises(self, value: str) -> None:
        """No field whatever stops the intake."""
        parse_results(value)

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            ("a.nl", "A.NL.", True),
            ("m.a.nl", "a.nl", True),
            ("ba.nl", "a.nl", False),
            ("nl", "a.nl", False),
            ("", "", False),
        ],
    )
    def test_aligned(self, one: str, other: str, expected: bool) -> None:
        """Alignment goes by whole labels, and a top-level domain vouches for nobody."""
        assert aligned(one, other) is expected


EDGE = (
    "Received: from mail.aanbieder.example (192.0.2.7) by"
    " DB5EUR03FT012.mail.protection.outlook.com (10.152.20.5) with Microsoft SMTP Server"
    " (version=TLS1_2, cipher=TLS_ECDHE) id 15.20.1; Sun, 22 Nov 2026 09:00:00 +0000"
)
INSIDE = (
    "Received: from DB5EUR03FT012.eop-EUR03.prod.protection.outlook.com by"
    " DB6PR05CA0012.outlook.office365.com with Microsoft SMTP Server; Sun, 22 Nov 2026 09:00:01"
    " +0000"
)
PASS = "dmarc=pass action=none header.from=aanbieder.example"


class TestExchangeOnline:
    MAILBOX = "crediteuren@almere.nl"
    SETTINGS = with_section(SETTINGS, "border", exchange_online=(MAILBOX,))

    def authenticated(self, header: str, mailbox: str = "Crediteuren@Almere.nl") -> bool:
        return sender(
            header + "\nSubject: x", source="graph", settings=self.SETTINGS, mailbox=mailbox
        ).authenticated

    @pytest.mark.parametrize(
        ("results", "expected"),
        [
            (
                (
                    "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=aanbieder.example; dkim=pass"
                    f" (signature was verified) header.d=aanbieder.example;{PASS};compauth=pass"
                    " reason=100"
                ),
                True,
            ),
            (
                (
                    "spf=pass (sender IP is 192.0.2.7) smtp.mailfrom=aanbieder.example; almere.nl;"
                    f" dkim=none (message not signed) header.d=none;almere.nl; {PASS};"
                ),
                True,
            ),
            (f"spf=pass smtp.mailfrom=x.example;{PASS.replace('aanbieder', 'kwaad')}", False),
            (
                (
                    "spf=pass smtp.mailfrom=aanbieder.example;dkim=pass header.d=aanbieder.example"
                    ";dmarc=bestguesspass action=none header.from=aanbieder.example;compauth=pass"
                    " reason=109"
                ),
                False,
            ),
            (
                (
                    "spf=fail smtp.mailfrom=aanbieder.example;dmarc=fail action=oreject"
                    " header.from=aanbieder.example;compauth=pass reason=130"
                ),
                False,
            ),
            (f"mx.kwaad.example; {PASS}", False),
            (f"{PASS}; iets anders", False),
            ("almere.nl", False),
            ("", False),
        ],
        ids=[
            "today", "older", "other-domain", "guess", "let-through", "with-an-id", "strange",
            "only-a-domain", "empty",
        ],
    )  # fmt: skip
    def test_results(self, results: str, expected: bool) -> None:
        """Of Microsoft's field only dmarc=pass for the From proves who wrote a mail; its guesses
        would let a forged sender be answered.
        """
        header = f"{INSIDE}\nAuthentication-Results: {results}\n{EDGE}"

        assert self.authenticated(header) is expected

    @pytest.mark.parametrize(
        "header",
        [
            f"{EDGE}\nAuthentication-Results: {PASS}",
            (
                f"Authentication-Results: dmarc=none action=none header.from=aanbieder.example\n"
                f"Authentication-Results: {PASS}\n{EDGE}"
            ),
            f"Authentication-Results: {PASS}",
            f"Authentication-Results: {PASS}\n{EDGE.replace('protection', 'kwaad')}",
            f"Authentication-Results: {PASS}\n{EDGE}\nFrom: a@kwaad.example\nFrom: b@aanbieder.example",
        ],
        ids=["below", "not-the-topmost", "no-border", "other-host", "two-from"],
    )
    def test_forged(self, header: str) -> None:
        """A field without a server's name is easy to write: one that Exchange did not put on top
        proves nothing.
        """
        assert not self.authenticated(header)

    def test_only_for_the_mailboxes_that_are_named(self) -> None:
        """At another mailbox, behind a server of ours, a sender writes such a field himself."""
        header = f"Authentication-Results: {PASS}\n{EDGE}"
        assert self.authenticated(header)

        assert not self.authenticated(header, mailbox="ander@almere.nl")
        assert not self.authenticated(header, mailbox="")

    def test_a_secure_relay_that_delivers_to_exchange(self) -> None:
        """The road by a relay of the profile counts at Exchange's border as at our own."""
        network = PROFILE.secure_relays[0]
        edge = EDGE.replace("192.0.2.7", network.partition("/")[0])
        judged = sender(
            f"{INSIDE}\n{edge}\nSubject: x",
            source="graph",
            settings=self.SETTINGS,
            mailbox=self.MAILBOX,
        )
        assert judged.road is Road.SECURE_RELAY

    @given(st.text(alphabet='abc.;=()"\\ 1/\n@', max_size=60))
    def test_grammar_never_raises(self, value: str) -> None:
        """No field whatever stops the intake."""
        parse_exchange_results(value)


class TestRoad:
    def test_own_door(self) -> None:
        """A relay of the profile at our own SMTP door is the secure road; another is not."""
        assert sender("Subject: x", source="smtp", peer="198.51.100.4").road is Road.SECURE_RELAY
        assert sender("Subject: x", source="smtp", peer="203.0.113.4").road is Road.UNKNOWN

    @pytest.mark.parametrize(
        ("received", "expected"),
        [
            (
                (
                    "from relay.zorg.example (relay.zorg.example [198.51.100.4]) by"
                    " mx.almere.example (Postfix) with ESMTPS"
                ),
                True,
            ),
            ("from relay (relay [IPv6:2001:db8:5::9]) by mx.almere.example (Postfix)", True),
            (
                (
                    "from relay.zorg.example (198.51.100.4) by MX.almere.example (10.0.0.1) with"
                    " Microsoft SMTP Server"
                ),
                True,
            ),
            (
                "from [198.51.100.4] (kwaad.example [203.0.113.9]) by mx.almere.example (Postfix)",
                False,
            ),
            (
                "from kwaad ([203.0.113.9] helo=[198.51.100.4]) by mx.almere.example with esmtp",
                False,
            ),
            (
                (
                    "from relay.zorg.example (relay.zorg.example [198.51.100.4]) by"
                    " mx.kwaad.example (Postfix)"
                ),
                False,
            ),
            ("by mx.almere.example (Postfix, from userid 0)", False),
        ],
    )
    def test_mailbox(self, received: str, expected: bool) -> None:
        """For a mailbox the border host's own Received tells the relay; a HELO that looks like its
        address does not help.
        """
        assert (sender(f"Received: {received}\nSubject: x").road is Road.SECURE_RELAY) is expected

    def test_only_the_topmost_border_field(self) -> None:
        """A forged hop below the real one does not make a road secure."""
        forged = "Received: from relay (relay [198.51.100.4]) by mx.almere.example (Postfix)"

        assert sender(f"{BORDER}\n{forged}\nSubject: x").road is Road.UNKNOWN

    def test_from_alone_proves_nothing(self) -> None:
        """An address at zorgmail.nl is no secure road."""
        assert (
            sender("From: x@zorgmail.nl\nSubject: x", mail_from="x@zorgmail.nl").road
            is Road.UNKNOWN
        )

    @given(st.text(max_size=80))
    def test_received_never_raises(self, value: str) -> None:
        """No Received field stops the intake."""
        peer_is_in(value, ["198.51.100.0/24"])
