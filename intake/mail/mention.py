"""What a mail without a PDF seems to be about: its own words, read with reserve."""

from __future__ import annotations

import re

from intake.model.mail import Mail, Part

_INVOICE = re.compile(
    r"\b(?:credit|verzamel|maand|deel|eind)?(?:factu(?:ur|ren|urtje)|nota|declaratie|invoice|rechnung)\b|factuurn",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_FETCH = re.compile(r"\b(?:download|bekijk|open|betaal|haal|klik|view)\w*\b", re.IGNORECASE)
_REMINDER = re.compile(r"herinnering|aanmaning|openstaand|vraag|waarom|wanneer|\?", re.IGNORECASE)
_SHORT = 1_500
"""Characters; a longer text says more than that a link waits."""


def is_meant_as_invoice(mail: Mail, part: Part) -> bool:
    """Whether file name, subject or body call the file an invoice (factuur, nota, declaratie), and
    none asks or reminds.

    A letter or a question about an invoice is for a person, and never refused for its form.
    """
    name = (part.file_name or "").replace("_", " ").replace("-", " ")
    texts = (name, mail.subject, _URL.sub("", mail.text[:20_000]))
    return not any(map(_REMINDER.search, texts)) and any(map(_INVOICE.search, texts))


def only_links_to_invoice(mail: Mail) -> bool:
    """Whether the mail has no file at all and its short text does nothing but point to an invoice
    behind a link.
    """
    text = f"{mail.subject}\n{mail.text}"
    if (
        any(not part.inline for part in mail.parts)
        or len(mail.text) > _SHORT
        or _REMINDER.search(_URL.sub("", text))
    ):
        return False
    return bool(_LINK.search(mail.text) and _FETCH.search(mail.text) and _INVOICE.search(text))
