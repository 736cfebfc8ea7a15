"""Whether a document says that its care is exempt from btw, in Dutch, English, German or French
words.

Source: Wet OB 1968 art. 11 and art. 25 (KOR), art. 35a lid 1 l: any clear indication is enough.
Negations ("niet vrijgesteld van btw") are understood; "0 %" alone says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex, Paragraph
from intake.model.invoice import Evidence, Field

_TAX = (
    r"(?:btw|omzetbelasting|ob|vat|tax|turnover"
    r" tax|mwst|ust|umsatzsteuer|mehrwertsteuer|tva|belasting)"
)
_STATEMENTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bvrijgestelde?n?\b.{{0,40}}\b{_TAX}\b",
        (
            rf"\b{_TAX}[ -]?(?:tarief|bedrag|percentage|nummer|nr|id|code)?\b.{{0,12}}\b(?:is |zijn"
            r" |: ?)?vrij(?:gesteld|stelling|gest)?\b"
        ),
        rf"\b{_TAX}[ -]?(?:vrij|vrije|vrijgesteld|vrijgestelde|vrijstelling)\b",
        rf"\bvrij (?:van|v) {_TAX}\b",
        rf"\bvrijstelling\b.{{0,40}}\b{_TAX}\b",
        rf"\b{_TAX}\b.{{0,30}}\bvrijstelling\b",
        (
            r"\b(?:zorg|medische?|onderwijs|sociale?|sociaal|culturele?|koepel|kor|jeugdzorg|"
            r"jeugdhulp)["
            r" -]?vrijstelling\b"
        ),
        r"\b(?:medisch|sociaal|sociaal-cultureel|wettelijk) vrijgesteld\b",
        (
            r"\bvrijgestelde?"
            r" (?:prestaties?|zorg|dienst|diensten|dienstverlening|levering|ondernemer|"
            r"jeugdhulp|zorgdiensten|activiteiten|omzet|tarief|bedrag)\b"
        ),
        r"\b(?:zorg|dienst|diensten|dienstverlening|prestaties?|begeleiding|jeugdhulp|factuur|"
        r"werkzaamheden|levering|ondernemer|behandelingen?|tarief|wmo|jeugdwet)"
        r" (?:is|zijn|wordt|worden) (?:\w+ ){0,2}vrijgesteld\b",
        rf"\bniet[ -](?:aan )?{_TAX}[ -](?:plichtig|belast|onderworpen)\b",
        rf"\bniet (?:\w+ ){{0,2}}(?:onderworpen|plichtig|belast)\b.{{0,20}}\b{_TAX}\b",
        rf"\bniet (?:aan|met|voor) (?:de )?{_TAX} (?:\w+ )?(?:onderworpen|belast|plichtig)\b",
        (
            rf"\bgeen {_TAX}\b.{{0,40}}\b(?:van toepassing|verschuldigd|plicht|berekend|geheven|in"
            r" rekening|gerekend|belast|verplicht)\b"
        ),
        rf"\bgeen {_TAX}[ -]?(?:plicht|heffing)\b",
        rf"\b{_TAX} (?:is |zijn )?niet (?:van toepassing|verschuldigd|berekend|in rekening)\b",
        rf"\b{_TAX}:? ?(?:nvt|n v t)\b.{{0,30}}\b(?:vrij\w*|art\w*|zorg\w*)\b",
        rf"\b(?:onbelast|niet belast)\b.{{0,30}}\b{_TAX}\b",
        r"\bkleine ?ondernemers?[ -]?regeling\b",
        r"\bkleineondernemersvrijstelling\b",
        r"(?<!\w)kor\b(?=.{0,40}\b(?:btw|ob|omzetbelasting|regeling|toegepast|toepassing|"
        r"vrij\w*|art\w*|wet)\b)",
        (
            r"\b(?:btw|ob|omzetbelasting|vrijgesteld|volgens|conform|wegens|ivm|regeling|i v"
            r" m|obv)\b.{0,20}(?<!\w)kor\b"
        ),
        r"\b(?:art|artikel|artt|articles?|section)\b.{0,4}\b11\b.{0,6}\b(?:lid|1|wet|eerste|"
        r"sub|ob|onder|onderdeel|van|par|paragraph|dutch|letter|[a-z]\b)",
        r"\b(?:art|artikel|article)\b.{0,4}\b25\b.{0,10}\b(?:wet|ob|van|lid|omzetbelasting|"
        r"dutch)\b",
        r"\bwet (?:op de )?(?:ob|omzetbelasting)\b.{0,12}\b(?:art|artikel)\b.{0,4}\b(?:11|25)\b",
        r"\b11[ -]1[ -][cfgo][ -]?(?:\d+[^ ]?)? ?(?:wet|ob)\b",
        r"\b(?:exempt|exempted|exemption|free)\b.{0,25}\b(?:vat|tax|turnover tax|btw)\b",
        r"\b(?:vat|tax|btw)[ -]?(?:exempt|exempted|exemption|free)\b",
        r"\b(?:vat|btw)\b.{0,12}\b(?:is |: ?)?(?:exempt|exempted)\b",
        r"\bno (?:vat|btw)\b.{0,25}\b(?:charged|applicable|applies|due|payable)\b",
        r"\b(?:vat|btw) (?:is )?not (?:applicable|charged|due)\b",
        r"\bnot subject to (?:vat|btw)\b",
        r"\boutside the scope of (?:vat|btw)\b",
        (
            r"\b(?:umsatzsteuerfrei|steuerfrei|mehrwertsteuerfrei|umsatzsteuerbefreit|von der"
            r" umsatzsteuer befreit|steuerbefreit)\b"
        ),
        r"\b(?:exonere de tva|exoneration de tva|tva non applicable|exempt de tva)\b",
    )
)
_MOST_DENIALS = 50
_KEYWORD = re.compile(
    r"vrij|exempt|exone|exemp|free\b|frei|befreit|regeling|\bkor\b|\bart|\b11[ -]1"
)
_NEGATOR = re.compile(r"\b(?:niet|geen|nooit|never|not|no|nicht|kein|keine|zonder|without)\b")
_TAX_WORDS = frozenset(
    [
        "btw",
        "omzetbelasting",
        "ob",
        "vat",
        "tax",
        "plichtig",
        "belast",
        "onderworpen",
        "verschuldigd",
        "toepassing",
        "subject",
        "mwst",
    ]
)
_DENIED_AFTER = re.compile(
    r"^(?: \w+){0,3} (?:is |zijn |wordt )?(?:niet van toepassing|niet"
    r" mogelijk|vervalt|vervallen|niet meer|does not apply|niet geldig|geldt niet|niet)\b"
)
_CONDITION = re.compile(
    r"\b(?:indien|if|tenzij|mits|wanneer|eventueel|of|als(?="
    r" (?:u|uw|wij|we|ik|je|jij|hij|zij|ze|men|het|de|deze|dit|die|dat|er|onze|ons)\b))\b(?:"
    r" \w+){0,5} ?$"
)
"""A condition before the wording; "als jeugdhulpaanbieder" names a capacity and is none."""


_HINTS = (
    "vrij",
    "exempt",
    "kor",
    "kleine",
    "art",
    "plichtig",
    "geen",
    "niet",
    "no ",
    "not ",
    "frei",
    "tva",
    "free",
    "11-1",
    "outside",
    "befreit",
    "onbelast",
)
"""Every wording that is looked for holds one of these."""
_HINT_LETTERS = tuple(re.split("[ -]", hint)[0] for hint in _HINTS)
"""What of each hint stands in the text itself, but for its dots and accents: signs between words
differ there."""


def vat_exempt(pages: PageIndex) -> Field[bool]:
    """True with the wording as evidence, False for a denial alone, absent when nothing is said."""
    denial: Evidence | None = None
    denials = 0
    for paragraph in _texts(pages):
        if denials > _MOST_DENIALS:
            break
        if not _hinted(paragraph.text):
            continue
        plain, back = _plain(paragraph.text)
        for exempt, start, end in _statements(plain):
            where = paragraph.evidence(back[start], back[end - 1] + 1)
            if exempt:
                return Field.of(True, where, "staat er met zoveel woorden")
            denial = denial or where
            denials += 1
    return Field.of(False, denial, "ontkenning van een vrijstelling") if denial else Field.absent()


def _statements(plain: str) -> list[tuple[bool, int, int]]:
    """(says exempt, start, end) of every wording in folded text; a denied wording says False."""
    if not any(hint in plain for hint in _HINTS):
        return []
    found: list[tuple[bool, int, int]] = []
    for pattern in _STATEMENTS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            found.append((not _denied(plain, start, end), start, end))
    return found


def _denied(plain: str, start: int, end: int) -> bool:
    """True when the wording at [start, end) stands under a "niet" or "geen" of its own clause, or
    under a condition.
    """
    clause = _clause(plain, 0, start)
    if _CONDITION.search(plain[max(clause, start - 60) : start]):
        return True
    keyword = _KEYWORD.search(plain, start, end)
    if keyword is None:
        return False
    before = plain[
        max(clause, _clause(plain, start, keyword.start()), keyword.start() - 80) : keyword.start()
    ]
    negators = list(_NEGATOR.finditer(before))
    if negators:
        between = before[negators[-1].end() :].replace("-", " ").split()
        if len(between) <= 6 and (not _TAX_WORDS & set(between) or (len(between) == 1)):
            return True
    return bool(_DENIED_AFTER.match(plain[end : end + 40]))


def _clause(plain: str, start: int, end: int) -> int:
    """Where the clause begins that goes on at ``end``."""
    return max(
        (at + 2 for mark in (". ", "; ", ", ", ": ") if (at := plain.rfind(mark, start, end)) >= 0),
        default=0,
    )


def _texts(pages: PageIndex) -> list[Paragraph]:
    """Paragraphs, and rows as a reader's eye joins them ("Btw-tarief … vrijgesteld")."""
    rows = []
    for sheet in pages.sheets:
        for row in sheet.rows:
            if len(row) > 1:
                line = Paragraph(sheet, row)
                for cell in row:
                    line.text += " " if line.text else ""
                    line.starts.append(len(line.text))
                    line.text += cell.text
                rows.append(line)
    return [*pages.paragraphs, *rows, *_in_columns(pages)]


def _in_columns(pages: PageIndex) -> Iterator[Paragraph]:
    """A cell that is only the word for an exemption, behind the word btw at the head of its column."""
    for index in pages.indexes:
        for cell in index.sheet.cells:
            if not _ALONE.fullmatch(cell.text):
                continue
            for over in index.sheet.above(cell.box, cell.row, _COLUMN_REACH):
                captions = index.in_cell.get(over, ())
                if any(caption.label is Label.VAT for caption in captions):
                    text, starts = f"{over.text} {cell.text}", [0, len(over.text) + 1]
                    yield Paragraph(index.sheet, [over, cell], text, starts)
                    break


_ALONE = re.compile(r"\W*(?:vrij(?:gesteld|gest)?|exempt(?:ed)?|befreit)\W*", re.IGNORECASE)
_COLUMN_REACH = 400


_FOLDED = str.maketrans("éèëêäïöü", "eeeeaiou")


def _hinted(text: str) -> bool:
    """Whether folding the text can give one of the hints: between two letters it leaves out nothing
    but dots.
    """
    bare = _without_accents(text.lower().replace(".", ""))
    return any(letters in bare for letters in _HINT_LETTERS)


def _plain(text: str) -> tuple[str, list[int]]:
    """Folded text ("B.T.W." is "btw", runs of other signs one space) and where each character came
    from.
    """
    out: list[str] = []
    back: list[int] = []
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    for i, char in enumerate(lower):
        kept = char if char.isalnum() or char in "%:" else _sign(lower, i, out)
        if kept:
            out.append(kept)
            back.append(i)
    return _without_accents("".join(out)), back


def _sign(lower: str, at: int, out: list[str]) -> str:
    """What is kept of a sign: the end of a clause, a hyphen, or a space; nothing after another."""
    char = lower[at]
    if char == "." and _is_dot_of_initials(lower, at):
        return ""
    if char in _CLAUSE_ENDS and lower[at + 1 : at + 2].isspace():
        return " " if char == "." and _abbreviates(lower, at) else _CLAUSE_ENDS[char]
    if not out or out[-1] in " -":
        return ""
    return "-" if char in "-–‑" else " "


_CLAUSE_ENDS = {",": ",", ".": ".", ";": ";", "!": ";", "?": ";"}


def _is_dot_of_initials(lower: str, dot: int) -> bool:
    """True for a dot behind a single letter: "b.t.w."."""
    return dot > 0 and lower[dot - 1].isalpha() and (dot < 2 or not lower[dot - 2].isalnum())


def _without_accents(text: str) -> str:
    return text if text.isascii() else text.translate(_FOLDED)


def _abbreviates(lower: str, dot: int) -> bool:
    """True when the dot ends an abbreviation (art., lid., nr.)."""
    start = dot
    while start and lower[start - 1].isalpha():
        start -= 1
    return lower[start:dot] in (
        "art",
        "nr",
        "sub",
        "ond",
        "par",
        "i.v.m",
        "ivm",
        "cf",
        "vlg",
        "lid",
        "n",
        "v",
        "t",
        "w",
        "o",
        "b",
    )
