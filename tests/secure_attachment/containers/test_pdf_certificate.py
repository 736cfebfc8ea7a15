"""PDF that is encrypted to our certificate opens, and no child holds both the private key and PDF
code.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from intake import children
from intake.mail.file_roles import recognise
from intake.model.attachment import Container, Opening, Protection
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.sandbox.client import Sandbox
from intake.sandbox.task import ChildKind
from intake.secure_attachment.care_lines.client import read_care_lines
from intake.secure_attachment.containers.format import Opener
from intake.secure_attachment.containers.opener import open_container
from intake.secure_attachment.keys import MunicipalKey
from intake.secure_attachment.opening import open_attachments

SAMPLES = Path(__file__).with_name("samples")


OURS = MunicipalKey(
    "municipal",
    (SAMPLES / "municipal.certificate.pem").read_bytes(),
    (SAMPLES / "municipal.key.pem").read_bytes(),
    dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    dt.datetime(2036, 1, 1, tzinfo=dt.UTC),
)
"""The key pair that the samples are for."""
Opened = Callable[..., Container]


@pytest.fixture
def opened(reading: Sandbox, decrypting: Sandbox) -> Opened:
    def run(data: bytes, keys: Sequence[MunicipalKey] = (OURS,)) -> Container:
        container = open_container(
            Part("2", PartKind.PDF, data, "zorg.pdf"), Opener(reading, decrypting, keys), tuple
        )
        assert container is not None
        return container

    return run


@pytest.mark.parametrize(
    ("name", "protection"),
    [
        ("aes-256", Protection.STRONG),
        ("aes-128", Protection.STRONG),
        ("rc4-128", Protection.WEAK),
        ("rc4-40", Protection.WEAK),
    ],
)
def test_every_method_opens_with_the_care_line(
    opened: Opened, reading: Sandbox, name: str, protection: Protection
) -> None:
    """Acrobat has locked PDF to certificates in four ways; each would wait for a person."""
    container = opened((SAMPLES / f"{name}.pdf").read_bytes())

    assert (container.opening, container.protection) == (Opening.OPENED, protection)
    assert [line.bsn for line in read_care_lines(reading, container.parts[0]).lines] == [
        "999990019"
    ]


def test_each_ending_has_its_word(opened: Opened, municipal: MunicipalKey) -> None:
    """Another certificate is a question with ours; no key is our own fault; half a file is damage."""
    data = (SAMPLES / "aes-256.pdf").read_bytes()

    assert opened((SAMPLES / "to-another.pdf").read_bytes()).opening is Opening.NOT_FOR_US
    assert opened(data, keys=(municipal,)).opening is Opening.NOT_FOR_US
    assert opened(data, keys=()).opening is Opening.OUR_FAULT
    assert opened(data.replace(b"/Recipients", b"/Recipient_")).opening is Opening.DAMAGED


def test_a_key_of_ours_that_is_missing_refuses_no_invoice(
    reading: Sandbox, decrypting: Sandbox
) -> None:
    """An invoice locked to our certificate, and we lost the key: an alarm for us, never a letter
    about a password on the invoice.
    """
    part = Part("2", PartKind.PDF, (SAMPLES / "aes-256.pdf").read_bytes(), "factuur.pdf")
    document = CheckedDocument("2", PartKind.PDF, "factuur.pdf", None, "encrypted", 0, ())

    found = open_attachments(
        recognise([part]), [document], tuple, Opener(reading, decrypting, ()), lambda part: document
    )

    assert ([bundle.container.opening for bundle in found.bundles], found.documents) == (
        [Opening.OUR_FAULT],
        (),
    )


def test_no_child_holds_the_key_and_pdf_code() -> None:
    """A document that takes over its reader must not find the municipality's private key there."""
    words = ("pdf", "openpyxl", "pyzipper", "py7zr", "msoffcrypto", "PIL", "calamine")
    modules = {
        task.module
        for task in children.tasks()
        if task.kind in (ChildKind.DECRYPTING, ChildKind.OPENPGP)
    }
    code = (
        f"import {', '.join(modules)}, sys\n"
        f"for module in {', '.join(modules)}:\n"
        "    for call in module.OPEN.warm_up(): module.OPEN.run(*call)\n"
        f"print([m for m in sys.modules if any(w in m for w in {words})])"
    )

    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.strip()
        == "[]"
    )
