"""S/MIME against OpenSSL: what real senders send opens with the exact bytes, everything else ends
in a word.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.mail import ber
from intake.secure_attachment.containers import smime
from intake.secure_attachment.containers.cms_recipients import OwnKey, content_keys
from intake.secure_attachment.containers.smime import DecryptArguments
from intake.secure_attachment.keys import MunicipalKey
from tests.secure_attachment.conftest import Opened, OpenSsl
from tests.timing import cpu_seconds

ENTITY_START = b"Content-Type: text/csv"
ENCRYPT = ("cms", "-encrypt", "-in", "message", "-binary")
OAEP = ("-keyopt", "rsa_padding_mode:oaep")


@pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
@pytest.mark.parametrize(
    ("cipher", "protection", "proven"),
    [
        ("-aes-128-cbc", "strong", False),
        ("-aes-192-cbc", "strong", False),
        ("-aes-256-cbc", "strong", False),
        ("-des3", "weak", False),
        ("-aes-128-gcm", "strong", True),
        ("-aes-256-gcm", "strong", True),
    ],
)
def test_every_cipher_and_form_opens(
    openssl: OpenSsl,
    opened: Opened,
    workshop: Path,
    cipher: str,
    protection: str,
    proven: bool,
    form: str,
) -> None:
    """A provider's mail program picks cipher and form; the attachment must open whichever it is."""
    answer, content = opened(openssl(*ENCRYPT, cipher, "-outform", form, "ours.pem"))

    assert content == (workshop / "message").read_bytes()
    assert (answer.opening, answer.protection, answer.proven) == ("opened", protection, proven)


@pytest.mark.parametrize("cipher", ["-aes-256-cbc", "-aes-256-gcm"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("-recip", "ours.pem", *OAEP),
        ("-recip", "ours.pem", *OAEP, "-keyopt", "rsa_oaep_md:sha256"),
        (
            "-recip",
            "ours.pem",
            *OAEP,
            "-keyopt",
            "rsa_oaep_md:sha256",
            "-keyopt",
            "rsa_mgf1_md:sha256",
        ),
        ("-keyid", "ours.pem"),
        ("-stream", "ours.pem"),
        ("other.pem", "ours.pem"),
        ("p256.pem", "other.pem", "ours.pem"),
    ],
    ids=[
        "oaep-sha1",
        "oaep-sha256",
        "oaep-sha256-mgf1",
        "key-identifier",
        "streamed",
        "two-recipients",
        "mixed-recipients",
    ],
)
def test_every_way_to_reach_our_rsa_key_opens(
    openssl: OpenSsl, opened: Opened, workshop: Path, arguments: tuple[str, ...], cipher: str
) -> None:
    """OAEP, key identifiers, streamed BER and colleagues in copy are ordinary; none may make the
    mail unreadable.
    """
    answer, content = opened(openssl(*ENCRYPT, cipher, "-outform", "DER", *arguments))

    assert (answer.opening, content) == ("opened", (workshop / "message").read_bytes())


@pytest.mark.parametrize("curve", ["p256", "p384"])
@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("wrap", ["-aes128-wrap", "-aes256-wrap"])
def test_elliptic_curve_recipient_opens(
    openssl: OpenSsl, opened: Opened, workshop: Path, curve: str, digest: str, wrap: str
) -> None:
    """A PKIoverheid certificate may be on an elliptic curve; mail to it must open."""
    data = openssl(
        *ENCRYPT,
        "-aes-256-cbc",
        wrap,
        "-outform",
        "DER",
        "-recip",
        f"{curve}.pem",
        "-keyopt",
        f"ecdh_kdf_md:{digest}",
    )
    secret = (workshop / f"{curve}.pem").read_bytes() + (workshop / f"{curve}.key").read_bytes()

    answer, content = opened(data, secret)

    assert (answer.opening, content) == ("opened", (workshop / "message").read_bytes())


def test_an_old_key_beside_the_new_one_still_opens(
    openssl: OpenSsl, opened: Opened, workshop: Path, municipal: MunicipalKey
) -> None:
    """After a renewal providers go on encrypting to the old certificate for weeks."""
    old = (workshop / "other.pem").read_bytes() + (workshop / "other.key").read_bytes()

    answer, _ = opened(
        openssl(*ENCRYPT, "-aes256", "-outform", "DER", "other.pem"), municipal.secret, old
    )

    assert answer.opening == "opened"


def test_mail_made_by_another_library_opens(opened: Opened, municipal: MunicipalKey) -> None:
    """Python programs encrypt with PKCS7EnvelopeBuilder; its mail must open like OpenSSL's."""
    certificate = x509.load_pem_x509_certificate(municipal.certificate)
    data = (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(b"BSN: 999990019")
        .add_recipient(certificate)
        .encrypt(serialization.Encoding.SMIME, [pkcs7.PKCS7Options.Text])
    )

    answer, content = opened(data)

    assert answer.opening == "opened"
    assert content.endswith(b"BSN: 999990019")


@pytest.mark.parametrize(
    "sign",
    [
        ("-nodetach", "-outform", "SMIME", "-binary"),
        ("-nodetach", "-outform", "DER", "-binary"),
        ("-nodetach", "-outform", "DER", "-binary", "-keyopt", "rsa_padding_mode:pss"),
        ("-outform", "SMIME"),
    ],
    ids=["opaque-mime", "opaque-der", "opaque-pss", "clear-signed"],
)
def test_signed_then_encrypted_proves_integrity(
    openssl: OpenSsl, opened: Opened, workshop: Path, sign: tuple[str, ...]
) -> None:
    """Outlook signs before it encrypts; the valid signature inside says that nobody changed the
    care lines.
    """
    (workshop / "signed").write_bytes(
        openssl(
            "cms", "-sign", "-in", "message", "-signer", "other.pem", "-inkey", "other.key", *sign
        )
    )

    answer, content = opened(
        openssl(
            "cms", "-encrypt", "-in", "signed", "-binary", "-aes256", "-outform", "DER", "ours.pem"
        )
    )

    assert (answer.opening, answer.proven) == ("opened", True)
    assert content.replace(b"\r\n", b"\n") == (workshop / "message").read_bytes().replace(
        b"\r\n", b"\n"
    )


def test_a_broken_signature_inside_proves_nothing(
    openssl: OpenSsl, opened: Opened, workshop: Path
) -> None:
    """A signature over other bytes must not make CBC content look trustworthy."""
    signed = openssl(
        "cms",
        "-sign",
        "-in",
        "message",
        "-signer",
        "other.pem",
        "-inkey",
        "other.key",
        "-nodetach",
        "-outform",
        "DER",
        "-binary",
    )
    (workshop / "forged").write_bytes(signed.replace(b"999990019", b"999993653"))

    answer, _ = opened(
        openssl(
            "cms", "-encrypt", "-in", "forged", "-binary", "-aes256", "-outform", "DER", "ours.pem"
        )
    )

    assert (answer.opening, answer.proven) == ("opened", False)


def test_a_changed_gcm_message_gives_no_byte(openssl: OpenSsl, opened: Opened) -> None:
    """OpenSSL writes changed GCM content before it says so; from us nothing of it may come."""
    data = bytearray(openssl(*ENCRYPT, "-aes-256-gcm", "-outform", "DER", "ours.pem"))
    data[-60] ^= 1

    answer, content = opened(bytes(data))

    assert (answer.opening, content) == ("locked", b"")


def test_a_changed_cbc_message_is_marked_unproven(openssl: OpenSsl, opened: Opened) -> None:
    """A flipped block decrypts to something (EFAIL); it must never count as proven."""
    data = bytearray(openssl(*ENCRYPT, "-aes-256-cbc", "-outform", "DER", "ours.pem"))
    data[-60] ^= 1

    answer, _ = opened(bytes(data))

    assert answer.proven is False


def test_failures_to_decrypt_read_the_same(
    openssl: OpenSsl, opened: Opened, workshop: Path
) -> None:
    """A wrong RSA padding, a wrong tag and a wrong key tell an attacker three different things if
    their words differ.
    """
    reasons = set()
    for cipher in ("-aes-256-cbc", "-aes-256-gcm"):
        data = openssl(*ENCRYPT, cipher, "-outform", "DER", "ours.pem")
        serial = data.index(b"\x02\x14") + 60
        for place in range(serial + 80, serial + 300, 40):
            changed = bytearray(data)
            changed[place] ^= 0x55
            answer, content = opened(bytes(changed))
            if answer.opening == "locked":
                reasons.add(answer.reason)
                assert content == b""
    assert reasons == {"the content does not decrypt with our key"}


def test_a_wrong_padding_goes_on_with_a_random_key(
    openssl: OpenSsl, municipal: MunicipalKey
) -> None:
    """Who sends a million mails to learn which paddings are right (Bleichenbacher) must learn
    nothing, time after time.
    """
    info = cms.ContentInfo.load(openssl(*ENCRYPT, "-aes-256-cbc", "-outform", "DER", "ours.pem"))
    recipients = info["content"]["recipient_infos"]
    recipients[0].chosen["encrypted_key"] = bytes(len(recipients[0].chosen["encrypted_key"].native))

    found = [next(content_keys(recipients, [OwnKey(municipal.secret)], 32)) for _ in range(3)]

    assert {len(key) for key in found} == {32}
    assert len(set(found)) == 3 or found[0] == found[1] == found[2] != bytes(
        32
    )  # OpenSSL 3.2 derives it from the mail itself


def test_a_mail_to_somebody_else_is_not_for_us(openssl: OpenSsl, opened: Opened) -> None:
    """The provider took the wrong certificate: the question to him must name ours, not a broken
    file.
    """
    answer, _ = opened(openssl(*ENCRYPT, "-aes256", "-outform", "DER", "other.pem"))

    assert answer.opening == "not-for-us"


def test_without_a_key_it_is_our_fault(openssl: OpenSsl, municipal: MunicipalKey) -> None:
    """A lost key of ours must alarm the administrator, never accuse the provider."""
    answer = smime.OPEN.run(
        openssl(*ENCRYPT, "-aes256", "-outform", "DER", "ours.pem"), DecryptArguments(), []
    )

    assert answer.opening == "our-fault"


@pytest.mark.parametrize(
    "arguments",
    [("-camellia-256-cbc", "ours.pem"), ("-aes256", "-pwri_password", "geheim")],
    ids=["camellia", "password-recipient"],
)
def test_methods_off_the_list_stay_locked_with_a_reason(
    openssl: OpenSsl, opened: Opened, arguments: tuple[str, ...]
) -> None:
    """What we refuse to open asks for another way; the administrator reads why."""
    answer, content = opened(openssl(*ENCRYPT, "-outform", "DER", *arguments))

    assert (answer.opening, content) == ("locked", b"")
    assert answer.reason


def test_triple_des_can_be_switched_off(openssl: OpenSsl, municipal: MunicipalKey) -> None:
    """A municipality that forbids old ciphers gets them as locked."""
    answer = smime.OPEN.run(
        openssl(*ENCRYPT, "-des3", "-outform", "DER", "ours.pem"),
        DecryptArguments(weak=False),
        [municipal.secret],
    )

    assert answer.opening == "locked"


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.99])
def test_a_cut_off_message_is_damaged(openssl: OpenSsl, opened: Opened, kept: float) -> None:
    """Half a mail must go to a person as damaged, not be called wrongly encrypted."""
    data = openssl(*ENCRYPT, "-aes256", "-outform", "DER", "ours.pem")

    answer, _ = opened(data[: int(len(data) * kept)])

    assert answer.opening == "damaged"


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_garbage_ends_in_a_word(data: bytes) -> None:
    """No bytes whatever may take the worker down."""
    assert smime.OPEN.run(data, DecryptArguments(), []).opening in {
        "damaged",
        "locked",
        "bomb",
        "our-fault",
        "opened",
    }


@pytest.fixture(scope="module")
def streamed(openssl: OpenSsl) -> bytes:
    return openssl(*ENCRYPT, "-aes-128-gcm", "-stream", "-outform", "DER", "ours.pem")


@settings(max_examples=150)
@given(st.data())
def test_any_flipped_bytes_end_in_a_word(
    streamed: bytes, opened: Opened, data: st.DataObject
) -> None:
    """A damaged mail ends in a word and never leaves an exception with content."""
    message = bytearray(streamed)
    for place in data.draw(st.lists(st.integers(0, len(message) - 1), min_size=1, max_size=4)):
        message[place] = data.draw(st.integers(0, 255))

    answer, content = opened(bytes(message))

    assert answer.opening == "opened" or content == b""


def test_deep_and_endless_structures_end_fast() -> None:
    """A mail made of nothing but brackets must not hang a worker."""

    def opened_all() -> None:
        for data in (
            b"\x30\x80" * 100_000,
            b"\x30\x80" + b"\x04\x01x" * 500_000,
            b"\x24\x80" * 50_000,
        ):
            assert smime.OPEN.run(data, DecryptArguments(), []).opening in {"damaged", "bomb"}
            with pytest.raises(ber.BrokenError):
                ber.normalise(data)

    assert cpu_seconds(opened_all, enough=10) < 10


def test_the_decrypting_side_loads_no_document_reader() -> None:
    """The process that holds the private key must not hold a PDF or Office reader that could be
    attacked.
    """
    code = (
        "import intake.secure_attachment.containers.smime, sys; print([m for m in sys.modules if any(w in m"
        " for w in ('pdf', 'openpyxl', 'pyzipper', 'PIL'))])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()

    assert loaded == "[]"


def test_a_twenty_kilobyte_message_costs_no_more_than_half_again_of_the_bare_library(
    openssl: OpenSsl, workshop: Path, municipal: MunicipalKey
) -> None:
    """A slow opener would eat the whole speed of the road."""
    (workshop / "large").write_bytes(
        b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n" + b"x" * 20_000
    )  # text would be read in passing
    data = openssl(
        "cms", "-encrypt", "-in", "large", "-binary", "-aes-256-cbc", "-outform", "DER", "ours.pem"
    )

    def bare() -> None:
        certificate = x509.load_pem_x509_certificate(municipal.certificate)
        key = serialization.load_pem_private_key(
            municipal.key, None, unsafe_skip_rsa_key_validation=True
        )
        assert isinstance(key, RSAPrivateKey)
        pkcs7.pkcs7_decrypt_der(data, certificate, key, [])

    def best(action: Callable[[], object]) -> float:
        times = []
        for _ in range(15):
            started = time.perf_counter()
            action()
            times.append(time.perf_counter() - started)
        return min(times)

    ours = best(lambda: smime.OPEN.run(data, DecryptArguments(), [municipal.secret]))

    assert ours < 1.5 * best(bare) + 0.001


def test_base64_alone_opens(openssl: OpenSsl, opened: Opened) -> None:
    """Some gateways strip the header and leave bare base64 in smime.p7m."""
    data = base64.encodebytes(openssl(*ENCRYPT, "-aes256", "-outform", "DER", "ours.pem"))

    assert opened(data)[1].startswith(ENTITY_START)


def test_certificate_fingerprint_is_what_openssl_shows(
    openssl: OpenSsl, municipal: MunicipalKey
) -> None:
    """A provider compares the fingerprint on the phone; both programs must say the same."""
    shown = (
        openssl("x509", "-in", "ours.pem", "-noout", "-fingerprint", "-sha256")
        .decode()
        .strip()
        .split("=")[1]
    )

    assert municipal.fingerprint == shown
    assert (
        x509.load_pem_x509_certificate(municipal.certificate)
        .fingerprint(hashes.SHA256())
        .hex(":")
        .upper()
        == shown
    )
