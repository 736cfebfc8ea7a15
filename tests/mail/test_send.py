"""send and build: a reply leaves once, says what it is, and every answer of the smarthost is told
as what it means.
"""

from __future__ import annotations

import datetime as dt
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from intake import profile as profiles
from intake.errors import SendDeferred, SendRefused, SendUnknown
from intake.mail import origin
from intake.mail import send as sending
from intake.mail.message import parse
from intake.mail.send import build, send
from intake.model.mail import Automation, Envelope, Reply
from intake.sections import Border, Smarthost
from intake.settings import load
from tests.servers import Sink

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TEXT = (
    "Beste collega,\n\nWij betalen deze factuur nog niet. Het café …\n.\n.punt vooraan\n"
    + "lang " * 200
    + "\n"
)


def reply(
    subject: str = "Je factuur 2026-0011 (K7Q2) – wij betalen haar nog niet",
    to: str = "zorg@aanbieder.example",
) -> Reply:
    return Reply(
        to,
        subject,
        TEXT,
        "<1@aanbieder.example>",
        ("<0@aanbieder.example>", "<1@aanbieder.example>"),
    )


def letter(answer: Reply | None = None) -> EmailMessage:
    return build(
        answer or reply(),
        "<k7q2@almere.nl>",
        "crediteuren@almere.nl",
        "Crediteurenadministratie/zorg",
        NOW,
    )


def through(sink: Sink, **values: object) -> Smarthost:
    return Smarthost(**({"address": f"127.0.0.1:{sink.port}", "tls": "none"} | values))


class TestBuild:
    def test_fields(self) -> None:
        """The letter is threaded, marked as automatic and carries our loop mark."""
        message = BytesParser(policy=policy.default).parsebytes(letter().as_bytes())

        assert dict(message.items()) | {"Subject": "", "From": ""} == {
            "From": "",
            "To": "zorg@aanbieder.example",
            "Subject": "",
            "Date": "Sun, 22 Nov 2026 12:00:00 +0000",
            "Message-ID": "<k7q2@almere.nl>",
            "In-Reply-To": "<1@aanbieder.example>",
            "References": "<0@aanbieder.example> <1@aanbieder.example>",
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
            "X-Intake-Loop": "crediteuren@almere.nl",
            "Content-Type": 'text/plain; charset="utf-8"',
            "Content-Transfer-Encoding": "quoted-printable",
            "MIME-Version": "1.0",
        }
        assert message["Subject"] == reply().subject
        assert message.get_content().replace("\r\n", "\n") == TEXT

    def test_same_bytes_every_time(self) -> None:
        """A second attempt is the very same message, so that a receiver can drop it."""
        assert letter().as_bytes() == letter().as_bytes()

    def test_we_know_our_own_letter(self) -> None:
        """A letter of ours that comes back is ours and starts no loop."""
        judged = origin.judge(
            parse(letter().as_bytes()),
            Envelope("imap", NOW),
            profiles.load("almere"),
            Border(),
            load().own_addresses,
        )

        assert judged.automation is Automation.OWN

    @pytest.mark.parametrize(
        "subject", ["x\r\nBcc: dief@kwaad.example", "x\nX-Y: z", "x\x00y", "é" * 300, ""]
    )
    def test_hostile_subject(self, subject: str) -> None:
        """Nothing in an invoice number can add a field to the letter."""
        raw = letter(reply(subject=subject)).as_bytes()

        assert b"\nBcc:" not in raw
        assert b"\nX-Y:" not in raw
        assert max(len(line) for line in raw.split(b"\r\n")) < 998

    def test_hostile_ids(self) -> None:
        """A Message-ID with spaces, newlines, accents or of great length does not damage the
        letter.
        """
        ids = (
            "<a b@c>",
            "<a\r\nBcc: x@y>",
            "<é@x>",
            f"<{'a' * 150}@lang.example>",
            "<goed@x.example>",
        )
        message = BytesParser(policy=policy.default).parsebytes(
            build(
                Reply("a@b.example", "x", "y", ids[3], ids), "m@x", "c@almere.nl", "T", NOW
            ).as_bytes()
        )

        assert message["References"].split() == [ids[3], ids[4]]
        assert message["In-Reply-To"] == ids[3]
        assert message["Bcc"] is None

    def test_long_thread(self) -> None:
        """A long conversation keeps its first and last messages."""
        ids = tuple(f"<{n}@x.example>" for n in range(100))
        message = build(
            Reply("a@b.example", "x", "y", ids[-1], ids), "m@x", "c@almere.nl", "T", NOW
        )

        assert message["References"].split()[0] == ids[0]
        assert message["References"].split()[-1] == ids[-1]
        assert len(message["References"].split()) == sending.MAX_REFERENCES


class TestSend:
    def test_arrives(self, sink: Sink) -> None:
        """The letter arrives whole, with the null sender, so that it cannot loop."""
        send(through(sink), letter(), "", "zorg@aanbieder.example")

        sender, recipients, raw = sink.messages[0]
        assert (sender, recipients) == ("", ["zorg@aanbieder.example"])
        assert raw == letter().as_bytes()

    def test_login(self, sink: Sink) -> None:
        """The smarthost gets the user and password that were set."""
        sink.features = ("AUTH PLAIN",)
        send(through(sink, user="intake", password="geheim"), letter(), "", "a@b.example")

        assert len(sink.logins) == 1
        assert sink.messages

    @pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
    @pytest.mark.parametrize(
        ("answer", "expected"),
        [
            ("550 5.1.1 zorg@aanbieder.example onbekend", SendRefused),
            ("451 4.7.1 later", SendDeferred),
        ],
    )
    def test_answers(self, sink: Sink, step: str, answer: str, expected: type[Exception]) -> None:
        """5xx ends a reply, 4xx keeps it in the outbox, at whatever step; the server's words stay
        out of the error.
        """
        sink.refuse[step] = answer

        with pytest.raises(expected) as raised:
            send(through(sink), letter(), "", "zorg@aanbieder.example")

        assert "zorg@" not in str(raised.value)
        assert not sink.messages

    @pytest.mark.parametrize(
        ("cut", "expected"),
        [
            ("CONNECT", SendDeferred),
            ("MAIL", SendDeferred),
            ("DATA", SendDeferred),
            ("BODY", SendDeferred),
            (".", SendUnknown),
        ],
    )
    def test_connection_breaks(
        self, sink: Sink, monkeypatch: pytest.MonkeyPatch, cut: str, expected: type[Exception]
    ) -> None:
        """Only a break after the final dot leaves the fate of a reply unknown."""
        sink.cut = cut
        large = (
            build(
                Reply("a@b.example", "x", "regel\n" * 2_000_000, None, ()),
                "m@x",
                "c@almere.nl",
                "T",
                NOW,
            )
            if cut == "BODY"
            else letter()
        )

        with pytest.raises(expected):
            send(through(sink), large, "", "zorg@aanbieder.example")

    def test_greeting_refused(self, sink: Sink) -> None:
        """A smarthost that is full now is tried later."""
        sink.refuse["CONNECT"] = "421 te druk"

        with pytest.raises(SendDeferred):
            send(through(sink), letter(), "", "a@b.example")

    def test_nobody_listens(self) -> None:
        """A smarthost that is away keeps the reply in the outbox."""
        with pytest.raises(SendDeferred):
            send(Smarthost(address="127.0.0.1:1", tls="none"), letter(), "", "a@b.example")

    def test_silence_after_the_dot(self, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
        """No answer in time after the final dot is unknown, never a second letter."""
        monkeypatch.setattr(sending, "ANSWER_SECONDS", 0.2)
        sink.pause = 1.0

        with pytest.raises(SendUnknown):
            send(through(sink), letter(), "", "a@b.example")

    @pytest.mark.parametrize(
        "values", [{"tls": "starttls"}, {"tls": "tls"}, {"user": "u", "password": "p"}]
    )
    def test_never_in_plain_text_by_accident(self, sink: Sink, values: dict[str, str]) -> None:
        """A smarthost without the TLS or login that was asked gets nothing."""
        with pytest.raises(SendDeferred):
            send(through(sink, **values), letter(), "", "a@b.example")

        assert not sink.messages

    def test_address_with_an_accent(self, sink: Sink) -> None:
        """Such an address needs SMTPUTF8; without it the reply is refused and shown to a clerk."""
        accented = reply(to="zörg@aanbieder.example")
        with pytest.raises(SendRefused):
            send(through(sink), letter(accented), "", accented.to)
        sink.features = ("SMTPUTF8", "8BITMIME")

        send(through(sink), letter(accented), "", accented.to)

        assert sink.messages[0][1] == ["zörg@aanbieder.example"]
