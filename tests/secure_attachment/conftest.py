"""Keys, children and OpenSSL for the tests of the secured attachment."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.secure_attachment import keys
from intake.secure_attachment.containers import smime
from intake.secure_attachment.containers.smime import DecryptArguments, Decrypted
from intake.secure_attachment.keys import MunicipalKey

CSV = (
    b"BSN;Verwijzer;Productcode;Omschrijving;Begindatum;Einddatum;Aantal;Eenheid;Tarief;Bedrag\r\n999990019;huisarts;45A52;Begeleiding"
    b" individueel;01-09-2026;30-09-2026;10;uur;49,20;492,00\r\n"
)
ENTITY = (
    b"Content-Type: text/csv; name=zorgregels.csv\r\nContent-Disposition: attachment;"
    b" filename=zorgregels.csv\r\n\r\n" + CSV
)

OpenSsl = Callable[..., bytes]
Opened = Callable[..., tuple[Decrypted, bytes]]


@pytest.fixture(scope="session")
def municipal(tmp_path_factory: pytest.TempPathFactory) -> MunicipalKey:
    """Our own RSA pair, made as `intake keys create` makes it."""
    return keys.create(
        tmp_path_factory.mktemp("keys"), "Gemeente Voorbeeld", "crediteuren@voorbeeld.nl"
    )


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory, municipal: MunicipalKey) -> Path:
    """A folder with the certificates and messages that OpenSSL works on."""
    folder = tmp_path_factory.mktemp("openssl")
    (folder / "ours.pem").write_bytes(municipal.certificate)
    curve = ["ec", "-pkeyopt"]
    for name, kind in (
        ("other", ["rsa:2048"]),
        ("p256", [*curve, "ec_paramgen_curve:P-256"]),
        ("p384", [*curve, "ec_paramgen_curve:P-384"]),
    ):
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", f"/CN={name}", "-keyout",
            f"{name}.key", "-out", f"{name}.pem", "-newkey", *kind],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
    (folder / "message").write_bytes(ENTITY)
    return folder


@pytest.fixture(scope="session")
def openssl(workshop: Path) -> OpenSsl:
    def run(*arguments: str) -> bytes:
        return subprocess.run(
            ["openssl", *arguments], cwd=workshop, check=True, capture_output=True
        ).stdout

    return run


@pytest.fixture(scope="session")
def opened(municipal: MunicipalKey) -> Opened:
    """The child's task, with our key: its answer and the content."""

    def run(data: bytes, *secrets: bytes) -> tuple[Decrypted, bytes]:
        answer = smime.OPEN.run(data, DecryptArguments(), list(secrets) or [municipal.secret])
        return answer, answer.content

    return run
