"""message.parse: every file of a mail is found, no mail breaks it, and no mail takes long."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail import message
from intake.mail.message import parse
from intake.model.mail import Mail, PartKind
from tests.timing import cpu_seconds

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HEAD = (
    b"From: Zorg <zorg@aanbieder.example>\r\nTo: crediteuren@almere.nl\r\nSubject:"
    b" Factuur\r\nMessage-ID: <1@aanbieder.example>\r\nMIME-Version: 1.0\r\n"
)


def with_invoice(name: str = "factuur.pdf") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Zorgpraktijk <zorg@aanbieder.example>"
    mail["To"] = "crediteuren@almere.nl"
    mail["Subject"] = "Factuur 2026-0011"
    mail["Message-ID"] = "<invoice@aanbieder.example>"
    mail.set_content("Beste collega,\nbijgaand de factuur.\n")
    mail.add_alternative("<p>Beste collega</p>", subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)
    return mail


def kinds(mail: Mail) -> list[tuple[str, PartKind]]:
    return [(part.path, part.kind) for part in mail.parts]


def leaf(header: str, body: bytes) -> Mail:
    return parse(HEAD + header.encode() + b"\r\n\r\n" + body)


class TestFindsFiles:
    def test_ordinary_mail(self) -> None:
        """A provider's ordinary mail gives its text, sender and the PDF byte for byte."""
        mail = parse(with_invoice("factuur één.pdf").as_bytes())

        assert [(p.path, p.kind, p.file_name, p.data) for p in mail.parts] == [
            ("2", PartKind.PDF, "factuur één.pdf", PDF)
        ]
        assert (mail.sender, mail.sender_name) == ("zorg@aanbieder.example", "Zorgpraktijk")
        assert (mail.subject, mail.message_id) == (
            "Factuur 2026-0011",
            "<invoice@aanbieder.example>",
        )
        assert "bijgaand de factuur" in mail.text
        assert mail.fatal is None
        assert mail.defects == ()

    @pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["lf", "crlf", "cr"])
    def test_line_ends(self, line_end: bytes) -> None:
        """A mail with the line ends of another system still gives its invoice."""
        raw = with_invoice().as_bytes().replace(b"\n", line_end)

        assert [p.data for p in parse(raw).parts] == [PDF]

    @pytest.mark.parametrize(
        "before",
        [b"\n", b"\r\n", b"Content-Type: message/rfc822\n\n", b"Subject: x\n\n", b""],
        ids=["no type", "no type, crlf", "with its type", "another field", "no empty line"],
    )
    def test_digest(self, before: bytes) -> None:
        """A part of a digest is a mail, also without a type: its invoice would be read as words."""
        raw = (
            HEAD.replace(b"\r\n", b"\n")
            + b"Content-Type: multipart/digest; boundary=d\n\n--d\n"
            + before
            + with_invoice().as_bytes()
            + b"\n--d\n\nFrom: a@b.nl\nSubject: vraag\n\nWanneer?\n--d--\n"
        )
        assert [(p.kind, p.data) for p in parse(raw).parts if p.kind is PartKind.PDF] == [
            (PartKind.PDF, PDF)
        ]

    def test_forwarded_mail_is_unpacked(self) -> None:
        """An invoice in a mail forwarded as attachment is an invoice, and its path tells where it
        stood.
        """
        outer = EmailMessage()
        outer["From"] = "baas@aanbieder.example"
        outer.set_content("zie bijlage")
        outer.add_attachment(with_invoice())

        mail = parse(outer.as_bytes())

        assert kinds(mail) == [("2/2", PartKind.PDF)]
        assert "bijgaand" in mail.text

    @pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
    def test_forwarded_mail_in_an_encoding_it_may_not_have(self, encoding: str) -> None:
        """RFC 2046 forbids base64 around message/rfc822, mail programs do it all the same."""
        inner = with_invoice().as_bytes()
        body = base64.encodebytes(inner) if encoding == "base64" else inner.replace(b"=", b"=3D")

        mail = leaf(f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}", body)

        assert kinds(mail) == [("1/2", PartKind.PDF)]

    def test_eml_attached_as_octet_stream(self) -> None:
        """A saved .eml attached as a plain file is a forwarded mail too."""
        outer = EmailMessage()
        outer["From"] = "baas@aanbieder.example"
        outer.set_content("zie bijlage")
        outer.add_attachment(
            with_invoice().as_bytes(),
            maintype="application",
            subtype="octet-stream",
            filename="factuur.eml",
        )

        assert kinds(parse(outer.as_bytes())) == [("2/2", PartKind.PDF)]

    def test_invoice_inside_a_bounce_is_not_unpacked(self) -> None:
        """A delivery report returns an old mail: its invoice did not come in again."""
        report = MIMEMultipart("report")
        report.set_param("report-type", "delivery-status")
        report["From"] = "MAILER-DAEMON@mx.example"
        report.attach(MIMEText("Undeliverable"))
        returned = EmailMessage()
        returned.set_content("x")
        report.attach(
            BytesParser().parsebytes(
                b"Content-Type: message/rfc822\n\n" + with_invoice().as_bytes()
            )
        )

        assert PartKind.PDF not in [kind for _, kind in kinds(parse(report.as_bytes()))]

    def test_wrong_type_and_name(self) -> None:
        """A PDF sent as octet-stream without a name, or as text, is found by its content."""
        for declared in (
            "application/octet-stream",
            "text/plain",
            "image/jpeg; name=x.jpg",
            "pdf",
            "",
        ):
            mail = leaf(
                f"Content-Type: {declared}" + "\r\nContent-Transfer-Encoding: base64",
                base64.encodebytes(PDF),
            )
            assert [(p.kind, p.data) for p in mail.parts] == [(PartKind.PDF, PDF)], declared

    def test_encoded_twice(self) -> None:
        """A gateway that encodes an encoded file does not cost the provider a refusal."""
        mail = leaf(
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64",
            base64.encodebytes(base64.encodebytes(PDF)),
        )

        assert [(p.kind, p.data) for p in mail.parts] == [(PartKind.PDF, PDF)]
        assert mail.defects == ("base64 twice",)

    @pytest.mark.parametrize(
        "header",
        [
            "Content-Disposition: attachment; filename*=utf-8''factuur%20%C3%A9%C3%A9n.pdf",
            (
                "Content-Disposition: attachment; filename*0*=utf-8''factuur%20;"
                " filename*1*=%C3%A9%C3%A9; filename*2=n.pdf"
            ),
            (
                'Content-Disposition: attachment; filename*1="n.pdf";'
                " filename*0*=iso-8859-1'nl'factuur%20%E9%E9"
            ),
            'Content-Disposition: attachment; filename="=?utf-8?Q?factuur_=C3=A9=C3=A9n.pdf?="',
            'Content-Type: application/pdf; name="=?iso-8859-1?B?ZmFjdHV1ciDp6W4ucGRm?="',
            'Content-Disposition: attachment; filename="C:\\\\Users\\\\x/factuur één.pdf"',
            "Content-Disposition: attachment; filename=factuur één.pdf",
        ],
    )
    def test_file_names(self, header: str) -> None:
        """Every way in which programs write a name with accents gives the same name."""
        mail = leaf(header, PDF)

        assert [p.file_name for p in mail.parts] == ["factuur één.pdf"]

    def test_file_name_cannot_deceive(self) -> None:
        """A name with folders, a NUL or right-to-left marks shows as a plain base name."""
        mail = leaf(
            'Content-Disposition: attachment; filename="../../etc/\u202efdp\u0000.exe"', PDF
        )

        assert mail.parts[0].file_name == "fdp .exe"

    def test_inline_logo(self) -> None:
        """A logo in a signature is kept as an inline image, so that it is no invoice candidate."""
        mail = MIMEMultipart("related")
        mail["From"] = "a@b.example"
        mail.attach(MIMEText("<img src=cid:logo>", "html"))
        logo = MIMEApplication(b"\x89PNG\r\n\x1a\n" + b"0" * 50, "octet-stream")
        logo["Content-ID"] = "<logo>"
        mail.attach(logo)

        assert [(p.kind, p.inline) for p in parse(mail.as_bytes()).parts] == [
            (PartKind.IMAGE, True)
        ]

    @pytest.mark.parametrize("tag", ["script", "STYLE", "title"])
    def test_what_a_page_does_not_show_is_no_text(self, tag: str) -> None:
        """A link in a script would make a mail point to an invoice behind a link, which its reader
        never sees."""
        page = f"<p>Hallo</p><{tag}>x <a href='https://we.tl/x'>factuur</a></{tag}><p>daar</p>"

        mail = parse(HEAD + b"Content-Type: text/html\r\n\r\n" + page.encode())

        assert mail.text.split() == ["Hallo", "daar"]

    def test_clear_signed(self) -> None:
        """A mail signed in the clear gives its invoice and a signature."""
        inner = with_invoice().as_bytes().split(b"\n", 4)[4]
        raw = (
            HEAD
            + b'Content-Type: multipart/signed; boundary="s"; micalg=sha-256\r\n\r\n--s\r\n'
            + inner
        )
        raw += (
            b"\r\n--s\r\nContent-Type: application/pkcs7-signature;"
            b" name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        raw += (
            base64.encodebytes(bytes.fromhex("300d06092a864886f70d010702a000")) + b"\r\n--s--\r\n"
        )

        assert kinds(parse(raw)) == [("1.2", PartKind.PDF), ("2", PartKind.SIGNATURE)]


class TestMalformed:
    @pytest.mark.parametrize(
        "damage",
        [
            lambda raw: raw.replace(b'boundary="', b'boundary="x'),
            lambda raw: raw[: raw.rindex(b"\n--")],
            lambda raw: raw.replace(b"MIME-Version: 1.0\n", b""),
            lambda raw: raw.replace(b"Subject: ", b"Subject: caf\xe9 \xff\x00 "),
            lambda raw: raw.replace(b"To: ", b"broken line without colon\nTo: "),
            lambda raw: raw.replace(
                b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: BASE64;"
            ),
            lambda raw: raw.replace(b"utf-8", b"x-no-such-charset"),
            lambda raw: raw.replace(b"From: ", b"From: <<,;@(((\nX-From: "),
            lambda raw: b"From someone Sun Nov 22 2026\n" + raw,
            lambda raw: b"\xef\xbb\xbf" + raw,
            lambda raw: b"\r\n\n" + raw,
            lambda raw: raw.replace(b"Factuur", b"=?utf-8?Q?Wat nu??= =?x?b?!!?= =?utf-8?B?"),
        ],
        ids=[
            "boundary",
            "unclosed",
            "no-mime-version",
            "8-bit",
            "no-colon",
            "encoding",
            "charset",
            "from",
            "mbox",
            "byte-order-mark",
            "blank-lines-first",
            "encoded-word",
        ],
    )
    def test_still_gives_the_invoice(self, damage: Callable[[bytes], bytes]) -> None:
        """A mail damaged in a way that a person's mail program survives still gives its invoice."""
        mail = parse(damage(with_invoice().as_bytes()))

        assert [p.data for p in mail.parts] == [PDF]
        assert mail.fatal is None

    @pytest.mark.parametrize(
        "body",
        [
            b"!!" + base64.b64encode(PDF),
            base64.b64encode(PDF).rstrip(b"="),
            base64.b64encode(PDF[:31]) + b"\r\n" + base64.b64encode(PDF[31:]),
            base64.urlsafe_b64encode(PDF + b"\xfb\xff"),
            PDF,
        ],
        ids=["rubbish", "no-padding", "two-pieces", "of-an-address", "none-at-all"],
    )
    def test_broken_base64(self, body: bytes) -> None:
        """Base64 without padding, with rubbish, or joined of two pieces still decodes."""
        mail = leaf("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", body)

        assert [p.data.removesuffix(b"\xfb\xff") for p in mail.parts] == [PDF]

    @pytest.mark.parametrize(
        "raw", [b"", b"\0", b"\r\n", b"hallo", b"hallo daar\n\nFrom: x", b"%PDF-1.4 no mail at all"]
    )
    def test_no_mail_at_all(self, raw: bytes) -> None:
        """Bytes without a header end in quarantine with a reason, never as an exception."""
        assert parse(raw).fatal == "no header"

    @given(st.binary(max_size=400))
    @settings(max_examples=300)
    def test_never_raises_on_bytes(self, raw: bytes) -> None:
        """No bytes whatever stop the intake."""
        assert isinstance(parse(raw), Mail)

    @given(st.data())
    @settings(max_examples=300)
    def test_never_raises_on_nearly_mail(self, data: st.DataObject) -> None:
        """A real mail with bytes cut, repeated or replaced anywhere never stops the intake."""
        raw = with_invoice().as_bytes()
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(raw)))
            length = data.draw(st.integers(0, 40))
            raw = raw[:at] + data.draw(st.binary(max_size=12)) + raw[at + length :]

        assert isinstance(parse(raw), Mail)

    @given(st.text(max_size=80), st.text(max_size=80))
    @settings(max_examples=200)
    def test_headers_never_raise(self, subject: str, content_type: str) -> None:
        """Any text in a subject, date, address or type is survived, and no control character comes
        through.
        """
        value = subject.encode("utf-8", "surrogatepass")
        declared = content_type.encode("utf-8", "surrogatepass")
        mail = parse(
            b"Subject: %s\nDate: %s\nFrom: %s\nContent-Type: %s\n\nx"
            % (value, value, value, declared)
        )

        assert "\x00" not in mail.subject
        assert "\r" not in mail.subject

    def test_subject_cut_inside_a_character(self) -> None:
        """Encoded words that a sender cut inside a letter join to the right letter."""
        assert parse(b"Subject: =?utf-8?B?w6nD?= =?utf-8?B?qW4=?=\n\nx").subject == "één"


class TestLimits:
    @pytest.mark.parametrize(
        ("raw", "fatal"),
        [
            (
                HEAD
                + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                + b"--b\r\n\r\nx\r\n" * 10_000,
                "too many parts",
            ),
            (
                HEAD
                + b"".join(
                    b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i)
                    for i in range(1000)
                ),
                "nested too deep",
            ),
            (b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"x", "nested too deep"),
            (HEAD + b"X: " + b"a" * 100_000_000, "header too large"),
            (HEAD + b"X: b\r\n" * 1_000_000, "header too large"),
            (HEAD + b"X: b\r\n" + b" b\r\n" * 1_000_000, "header too large"),
            (
                HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\n--bx" * 4_000_000,
                "too many parts",
            ),
            (
                HEAD
                + b'Content-Type: multipart/mixed; boundary="'
                + b"-" * 190
                + b'"\r\n\r\n'
                + b"-" * 20_000_000,
                None,
            ),
            (
                HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b" + b" " * 20_000_000,
                None,
            ),
            (b"From: " + b"(" * 300_000 + b"\r\n\r\nx", None),
            (b"Subject: " + b"=?a?q?" * 3_000 + b"\r\n\r\nx", None),
            (HEAD + b"Content-Type: x/y" + b";a" * 300_000 + b"\r\n\r\nx", None),
            (HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 8_000_000, None),
            (HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 2_000_000, None),
            (HEAD + b"Content-Type: text/html\r\n\r\n" + b"<style></style" * 500_000, None),
            (HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==" * 5_000_000, None),
            (
                HEAD
                + b"\r\n"
                + bytes.fromhex("308006092a864886f70d010702a080")
                + b"\x30\x80" * 5_000_000,
                None,
            ),
        ],
    )
    def test_time_is_bounded(self, raw: bytes, fatal: str | None) -> None:
        """A mail built to keep the parser busy costs less than two seconds."""
        assert cpu_seconds(lambda: parse(raw), enough=2) < 2
        assert parse(raw).fatal == fatal

    def test_decoded_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A mail whose files together exceed the limit is told as too large."""
        monkeypatch.setattr(message, "MAX_DECODED_BYTES", 50)

        assert parse(with_invoice().as_bytes() + b"x").fatal == "too large when decoded"


class TestAgainstTheStandardLibrary:
    @pytest.mark.parametrize(
        "build",
        [
            with_invoice,
            lambda: _forwarding(with_invoice()),
            lambda: _forwarding(_forwarding(with_invoice())),
        ],
    )
    def test_same_leaves(self, build: Callable[[], EmailMessage]) -> None:
        """On well-formed mails our parser finds the very files that the standard library finds."""
        raw = build().as_bytes()

        theirs = [
            p.get_payload(decode=True)
            for p in BytesParser(policy=compat32).parsebytes(raw).walk()
            if p.get_filename()
        ]

        assert [p.data for p in parse(raw).parts] == theirs


def _forwarding(inner: EmailMessage) -> EmailMessage:
    outer = EmailMessage()
    outer["From"] = "a@b.example"
    outer.set_content("zie bijlage")
    outer.add_attachment(inner)
    outer.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="regels.csv")
    return outer


def _openssl(*arguments: str, cwd: Path) -> bytes:
    return subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signer")
    _openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "k.pem",
        "-out",
        "c.pem",
        "-subj",
        "/CN=Test",
        "-days",
        "30",
        cwd=folder,
    )
    inner = with_invoice()
    (folder / "inner.eml").write_bytes(inner.as_bytes())
    (folder / "factuur.pdf").write_bytes(PDF)
    return folder


class TestSmime:
    @pytest.mark.parametrize(
        "options", [["SMIME"], ["SMIME", "-stream"], ["DER"], ["DER", "-stream"], ["PEM"]]
    )
    def test_opaque_signature_is_no_encryption(self, signer: Path, options: list[str]) -> None:
        """What an opaque S/MIME signature wraps is read like any mail, in DER, BER and PEM."""
        command = [
            "cms",
            "-sign",
            "-nodetach",
            "-binary",
            "-in",
            "inner.eml",
            "-signer",
            "c.pem",
            "-inkey",
            "k.pem",
            "-outform",
            *options,
        ]
        signed = _openssl(*command, cwd=signer)
        header = (
            b"Content-Type: application/octet-stream; name=smime.p7m\r\nContent-Transfer-Encoding:"
            b" base64\r\n\r\n"
        )
        raw = HEAD + (signed if "SMIME" in options else header + base64.encodebytes(signed))

        assert [(p.path, p.kind, p.data) for p in parse(raw).parts] == [("1/2", PartKind.PDF, PDF)]

    def test_signed_file(self, signer: Path) -> None:
        """``factuur.pdf.p7m`` gives the PDF with its own name."""
        signed = _openssl(
            "cms",
            "-sign",
            "-nodetach",
            "-binary",
            "-in",
            "factuur.pdf",
            "-signer",
            "c.pem",
            "-inkey",
            "k.pem",
            "-outform",
            "DER",
            cwd=signer,
        )

        mail = leaf(
            "Content-Type: application/pkcs7-mime;"
            " name=factuur.pdf.p7m\r\nContent-Transfer-Encoding: base64",
            base64.encodebytes(signed),
        )

        assert [(p.kind, p.data, p.file_name) for p in mail.parts] == [
            (PartKind.PDF, PDF, "factuur.pdf")
        ]

    @pytest.mark.parametrize("options", [["-aes256"], ["-aes-256-gcm"], ["-aes256", "-stream"]])
    def test_encrypted_mail_is_one_part(self, signer: Path, options: list[str]) -> None:
        """A wholly encrypted mail is one S/MIME part for the decrypting child."""
        raw = HEAD + _openssl(
            "cms",
            "-encrypt",
            "-in",
            "inner.eml",
            "-outform",
            "SMIME",
            *options,
            "-recip",
            "c.pem",
            cwd=signer,
        )

        assert kinds(parse(raw)) == [("1", PartKind.SMIME)]
