"""What a mail without a PDF is about, by its own words."""

from __future__ import annotations

import pytest

from intake.mail.mention import is_meant_as_invoice
from intake.model.mail import Mail, Part, PartKind


@pytest.mark.parametrize(
    ("subject", "name", "body", "meant"),
    [
        ("Factuur 2026-12", "factuur.docx", "Hierbij onze factuur.", True),
        ("2026-12", "document.docx", "Bijgaand de declaratie over september.", True),
        ("Factuur 2026-12", "brief.docx", "Wanneer betaalt u onze factuur?", False),
        ("Vraag over factuur 2026-12", "toelichting.docx", "Zie de brief.", False),
        ("Aanmaning", "herinnering factuur.docx", "", False),
        ("Kennismaking", "flyer.docx", "Wij stellen ons graag voor.", False),
    ],
)
def test_only_what_is_called_an_invoice_can_be_refused_for_its_form(
    subject: str, name: str, body: str, meant: bool
) -> None:
    """A person's letter or question in Word would be refused as an invoice in the wrong form."""
    mail = Mail("<a@b.example>", (), (), "a@b.example", None, subject, None, body, ())
    assert is_meant_as_invoice(mail, Part("1", PartKind.WORD, b"", name)) is meant
