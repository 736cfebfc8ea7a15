"""Streets with their house numbers as they are written, also houseboats and named houses."""

from __future__ import annotations

import re

from intake.text.identifiers import ibans_in

_STREET = re.compile(
    r"^(?P<street>(?:[\d]{1,4}(?:e|de|ste)\s)?(?:(?:van|de|den|der|het|'t|’t|’s|'s|in|op|aan|"
    r"bij|ten|ter|le|la|von|du|des|st|sint)\s?[-.]?\s?)"
    r"{0,4}[A-ZÀ-Ý'’][\w'’.\-À-ÿ]{1,40}(?:\s{1,2}(?![-–/]\s)(?:[\w'’.\-À-ÿ()/]{1,30})){0,6}?"
    r"\s?(?:,\s)?(?:t\.?/?o\.?|t/o|tegenover|nr\.?|no\.?|nummer|"
    r"huisnr\.?)?\s?\d{1,5}(?:\s?[-/–]?\s?(?:[A-Za-z]{1,4}|\d{1,4}|[A-Z]\d{1,4}|\d{1,2}\.\d{1,3})\b"
    r"(?!\s?@)){0,2}"
    r"(?:\s?[-,]?\s?(?:unit|gebouw|kamer|etage|verdieping|apt|app\.?|"
    r"suite|toren|box|bus)\s?\.?\s?[\w.]{1,6})?)$"
)
_NAMED_HOUSE = re.compile(
    r"\b(?:woonboot|woonark|ark|woonschip|schip|huize|villa|landgoed|hoeve|boerderij|kasteel|"
    r"ligplaats|boot|tegenover|t\.o\.|t/o|nabij|langs)\b",
    re.IGNORECASE,
)

_LINK = re.compile(r"\s(?:te|in)$")
"""In a sentence: "aan de Kerkstraat 12 te 3811 AB"."""
_BREAK = re.compile(
    r"[,;|•:]\s|\s[-–/]\s|\b(?:gevestigd|gelegen|kantoorhoudende?|wonende|praktijk|"
    r"adres)\s(?:aan|op|in)\s(?:de\s|het\s)?"
)
_TITLE = re.compile(
    r"(?:(?:verzamel|maand|verkoop|zorg|credit)?(?:factuur|faktuur|nota|declaratie)|"
    r"honorariumnota|(?:tax"
    r" )?invoice|credit note|rechnung|facture|gutschrift)\b",
    re.IGNORECASE,
)
"""A document's title with its number looks like a street with a house number."""
_NO_STREET = re.compile(r"\d{7}|\d-[A-Z][a-z]{2}|^[A-Z]{4}NL[A-Z\d]{2}$")
"""A long number, a name such as "Buro 3-Hoek", or the code of a bank."""


def street_in(text: str) -> tuple[str, int] | None:
    """The street with its house number at the end of ``text``, and where it starts; None when there
    is none.
    """
    clean = _LINK.sub("", text.rstrip(" ,;:-–|/("))
    cut = 0
    for piece_end in sorted({0, *(m.end() for m in _BREAK.finditer(clean[-120:]))}):
        offset = max(0, len(clean) - 120) + piece_end if piece_end else 0
        piece = clean[offset:].lstrip(" ,;:-–|")
        start = clean.rfind(piece) if piece else 0
        if 3 <= len(piece) <= 70 and _is_street(piece):
            return piece, start
        cut = start
    last = clean[cut:].strip()
    if last and len(last) < 50 and _NAMED_HOUSE.search(last):
        return last, clean.rfind(last)
    return None


def _is_street(text: str) -> bool:
    """True for a street with its number; a title with the number of a document, and an account, look
    like one.
    """
    found = _STREET.match(text) and not _NO_STREET.search(text)
    return bool(found) and not _TITLE.match(text) and not ibans_in(text)
