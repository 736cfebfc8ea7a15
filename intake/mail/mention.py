"""What a mail without a PDF seems to be about: its own words, read with reserve."""

from __future__ import annotations

import re

from intake.model.mail import Mail, Part
from intake.text.enclosing import BILL, ENCLOSED

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


_ENCLOSED = rf"(?:{ENCLOSED}|zie (?:de |een )?bijlage)"
_ANNOUNCES = re.compile(
    rf"\b{_ENCLOSED}\b.{{0,100}}\b\w{{0,12}}{BILL}|\b\w{{0,12}}{BILL}.{{0,100}}\b{_ENCLOSED}\b",
    re.IGNORECASE,
)
_ATTACHMENT_ONLY = re.compile(
    r"\b(?:bijlagen? (?:bij|van|voor|behorend)|gegevens|bsn|beveiligde?|versleutelde?|alsnog|ontbrekende?"
    r"|aanvullende?|aanvulling|nagekomen|specificatie|attachment (?:to|for|of)|data|angaben)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?]\s|\n\s*\n|[;:]\s")
_QUOTED = re.compile(
    r"^\s*(?:>|-{3,}|_{5,}|(?:van|from|von|de)\s?:\s|op .{5,120} schreef|on .{5,120} wrote)",
    re.IGNORECASE,
)
_SHARES = re.compile(
    r"https?://[^\s/]*(?:1drv\.|onedrive|sharepoint|wetransfer|\bwe\.tl|drive\.google|docs\.google"
    r"|dropbox|\bdb\.tt|\bbox\.com|icloud|\bmega\.|transferxl|filemail|filetransfer|fromsmash"
    r"|swisstransfer|hightail|sendgb|stackstorage|filesender|cryptshare|filecap|zivver|smartlockr"
    r"|nextcloud|owncloud|sendspace|mediafire|pcloud)",
    re.IGNORECASE,
)
_MOST_TEXT = 20_000


def announces_invoice(mail: Mail) -> bool:
    """Whether the mail's own words say that it brings an invoice ("hierbij onze factuur"), and not
    only what belongs to one.
    """
    sentences = _SENTENCE.split(f"{own_words(mail.text)}\n\n")
    flat = (" ".join(sentence.split()) for sentence in sentences)
    return any(_ANNOUNCES.search(each) and not _ATTACHMENT_ONLY.search(each) for each in flat)


def own_words(text: str) -> str:
    """A mail's text until what it quotes of another."""
    lines = text[:_MOST_TEXT].split("\n")
    end = next((at for at, line in enumerate(lines) if _QUOTED.match(line)), len(lines))
    return "\n".join(lines[:end])


def links_to_file(mail: Mail) -> bool:
    """Whether an invoice may lie behind a link: at a place where people share files, or with words
    about fetching an invoice beside it. No link is ever followed.
    """
    text = own_words(mail.text)
    if _SHARES.search(text):
        return True
    lines = text.split("\n")
    near = (
        "\n".join(lines[max(at - 1, 0) : at + 2]) for at, x in enumerate(lines) if _LINK.search(x)
    )
    return any(
        _INVOICE.search(_URL.sub("", each))
        and (_FETCH.search(_URL.sub("", each)) or ".pdf" in each.lower())
        for each in near
    )


def is_named_as_invoice(part: Part) -> bool:
    """Whether a file's name or type promises an invoice: its words, or ``.pdf`` before what packed it;
    or that it is elsewhere.
    """
    if part.declared_type in ("application/pdf", "message/external-body", "message/partial"):
        return True
    name = re.sub(r"[_-]", " ", part.file_name or "")
    if _ATTACHMENT_ONLY.search(name) or re.search(r"bijlage|cli[eë]nt|zorg", name, re.IGNORECASE):
        return False
    return bool(_INVOICE.search(name) or re.search(r"\.pdf\b", name, re.IGNORECASE))


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
