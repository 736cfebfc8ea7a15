"""What opening costs beside the bare library: S/MIME, zip and PDF of 20 kB, milliseconds each,
sandbox aside.

``python -m bench.decrypt [rounds]``. Both sides do their whole work from bytes to bytes, in one
process, turn by turn; the fastest of all rounds counts. Ours reads the key or every spelling of the
password, counts and bounds what comes out, judges the protection and packs the answer for the
parent.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pyzipper
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import (
    PKCS7EnvelopeBuilder,
    PKCS7Options,
    pkcs7_decrypt_der,
)
from reportlab.pdfgen.canvas import Canvas

from intake.secure_attachment import keys
from intake.secure_attachment.containers import pdf_password, smime, zip

LIMIT = 1.5
SIZE = 20_000
PASSWORD = b"Vlinder-2026"

Action = Callable[[], object]


def _sheet() -> bytes:
    """20 kB that pack as care lines do, under the head of a PDF: text would be read in passing, and
    here opening alone counts.
    """
    dice = random.Random(20)
    row = (
        "{:09};huisarts;45A{:02};Begeleiding individueel;{:02}-09-2026;30-09-2026;{};uur;49,20\r\n"
    )
    rows = (
        row.format(
            dice.randrange(10**9), dice.randrange(100), dice.randrange(1, 31), dice.randrange(99)
        )
        for _ in range(400)
    )
    return ("%PDF-1.7\r\n" + "".join(rows)).encode()[:SIZE]


def _smime(municipal: keys.MunicipalKey) -> tuple[Action, Action]:
    certificate = x509.load_pem_x509_certificate(municipal.certificate)
    content = b"Content-Type: application/pdf\r\n\r\n" + _sheet()
    data = (
        PKCS7EnvelopeBuilder()
        .set_data(content)
        .add_recipient(certificate)
        .encrypt(Encoding.DER, [PKCS7Options.Binary])
    )

    def bare() -> None:
        own = x509.load_pem_x509_certificate(municipal.certificate)
        key = load_pem_private_key(municipal.key, None, unsafe_skip_rsa_key_validation=True)
        pkcs7_decrypt_der(data, own, key, [])  # type: ignore[arg-type]

    return bare, lambda: smime.OPEN.run(data, smime.DecryptArguments(), [municipal.secret])


def _zip() -> tuple[Action, Action]:
    file = io.BytesIO()
    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(PASSWORD)
        archive.writestr("zorg.pdf", _sheet())
    data = file.getvalue()

    def bare() -> None:
        with pyzipper.AESZipFile(io.BytesIO(data)) as opened:
            opened.read("zorg.pdf", pwd=PASSWORD)

    return bare, lambda: zip.OPEN.run(data, None, [PASSWORD])


def _pdf() -> tuple[Action, Action]:
    plain, file = io.BytesIO(), io.BytesIO()
    page = Canvas(plain, invariant=1, pageCompression=0)
    for number, line in enumerate(_sheet().decode().splitlines()):
        page.drawString(40, 800 - number % 60 * 12, line)
        if number % 60 == 59:
            page.showPage()
    page.save()
    with pikepdf.open(plain) as opened:
        opened.save(
            file,
            encryption=pikepdf.Encryption(owner="eigenaar", user=PASSWORD.decode(), R=6),
            compress_streams=True,
        )
    data = file.getvalue()

    def bare() -> None:
        with pikepdf.open(io.BytesIO(data), password=PASSWORD) as opened:
            opened.save(io.BytesIO())

    return bare, lambda: pdf_password.OPEN.run(data, None, [PASSWORD])


def fastest(actions: tuple[Action, Action], rounds: int) -> tuple[float, float]:
    """Milliseconds of the fastest run of each."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for number, action in enumerate(actions):
            begun = time.perf_counter()
            action()
            best[number] = min(best[number], (time.perf_counter() - begun) * 1000)
    return best[0], best[1]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        municipal = keys.create(
            Path(folder), "Gemeente Almere", "crediteuren@almere.nl", dt.datetime.now(dt.UTC)
        )
    print(f"{'20 kB':<10}{'library':>12}{'intake':>12}{'ratio':>9}   (at most {LIMIT} x)")
    for name, actions in (("S/MIME", _smime(municipal)), ("zip", _zip()), ("PDF", _pdf())):
        bare, ours = fastest(actions, rounds)
        print(f"{name:<10}{bare:>9.2f} ms{ours:>9.2f} ms{ours / bare:>7.2f} x")


if __name__ == "__main__":
    main()
