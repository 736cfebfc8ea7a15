"""Letters and digits that tekstherkenning (OCR) mistakes for each other: 0/O, 1/I/l, 5/S, 8/B.

A word is mended only where a form or a checksum leaves one reading: an IBAN (ISO 13616), a btw
number, an amount, a date, a postcode, a phone number, a KvK number behind its label. Invoice
numbers may hold any letter and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from intake.model.document import Word
from intake.text.identifiers import iban_valid, vat_valid

_TO_DIGIT = str.maketrans("OoQDIli|!SsBÎ", "0000111115581")
_TO_LETTER = str.maketrans("01l|58", "OIIISB")
_D = r"[0-9OoIl|!SsB]"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:€|EUR)?{_D}{{1,3}}(?:\.{_D}{{3}})*,{_D}{{2}}",
        rf"(?:€|EUR)?{_D}{{1,6}}[.,]{_D}{{2}}",
        rf"{_D}{{1,2}}[-/.]{_D}{{1,2}}[-/.]{_D}{{4}}",
        rf"{_D}{{4}}-{_D}{{2}}-{_D}{{2}}",
        rf"\+?{_D}{{2,4}}[-/]{_D}{{6,8}}",
    )
)
_POSTCODE = re.compile(rf"({_D}{{4}})([A-Z]{{2}})?[,.]?")
_TWO_LETTERS = re.compile(r"[A-Z]{2}[,.]?")
_KVK = re.compile(r"k\W?v\W?k|handelsregister|koophandel|coc", re.IGNORECASE)
_KVK_TWICE = re.compile(
    r"(?=(?:\W?[kv]){4})k{1,2}\W?v{1,2}\W?k{1,2}(?=\W*(?:n[ru]|$))", re.IGNORECASE
)
"""The label "KvK" with a letter that was read twice: capital and small differ in size only."""
_PHONE_START = re.compile(r"\(?(?:\+31|0031|0\d{1,3})\)?[-/]?\d{0,8}")
_DIGITS = re.compile(r"\d{2,8}")
_CONFUSED = re.compile(rf"{_D}{{2,8}}")
_DROPPED = "\0"
_EDGE = "()[]:;,.*"


def repaired(words: Sequence[Word]) -> list[Word]:
    """The same words, mended where only one reading is possible; in the order they were read, line
    by line.
    """
    texts = [word.text for word in words]
    for line in _lines(words):
        sure: set[int] = set()
        for place in range(len(line)):
            sure.update(_mend_long(texts, line[place:], 18, _as_iban, iban_valid))
            sure.update(_mend_long(texts, line[place:], 14, _as_vat, vat_valid))
        for place, index in enumerate(line):
            before, after = line[max(0, place - 4) : place], line[place + 1 : place + 2]
            if index not in sure:
                texts[index] = _mended(
                    texts[index], [texts[i] for i in before], [texts[i] for i in after]
                )
    return [
        replace(word, text=text) if text != word.text else word
        for word, text in zip(words, texts, strict=True)
    ]


def _lines(words: Sequence[Word]) -> Iterator[list[int]]:
    """Places of the words that follow each other on one line."""
    line: list[int] = []
    for index, word in enumerate(words):
        last = words[line[-1]] if line else None
        middle = (word.box[1] + word.box[3]) / 2
        if last is not None and not (
            last.box[1] < middle < last.box[3] and word.box[0] > last.box[0]
        ):
            yield line
            line = []
        line.append(index)
    if line:
        yield line


def _mend_long(
    texts: list[str],
    line: Sequence[int],
    length: int,
    form: Callable[[str], str],
    valid: Callable[[str], bool],
) -> Sequence[int]:
    """Mend a number of fixed length over one or more words, when its checksum holds after mending
    and not before.

    Returns:
        The words of a number whose checksum holds; nothing else about them is in doubt.
    """
    taken: list[int] = []
    compact = ""
    for index in line:
        taken.append(index)
        compact += "".join(filter(_counts, texts[index]))
        if len(compact) >= length:
            break
    if len(compact) == length and valid(compact.upper()):
        return taken
    cuts = _twice(compact) if len(compact) == length + 1 else [(len(compact), len(compact))]
    for start, end in cuts:
        once = compact[:start] + compact[end:]
        better = form(once) if len(once) == length else ""
        if better and valid(better):
            _spell(texts, taken, better[:start] + _DROPPED * (end - start) + better[start:])
            return taken
    return ()


def _counts(character: str) -> bool:
    return character.isalnum() or character in "|!"


def _spell(texts: list[str], words: Sequence[int], better: str) -> None:
    """Write a number over the characters of its words that count."""
    letters = iter(better)
    for index in words:
        spelled = (next(letters) if _counts(c) else c for c in texts[index])
        texts[index] = "".join(spelled).replace(_DROPPED, "")


def _twice(text: str) -> list[tuple[int, int]]:
    """Where one round or upright character was read twice: "0O", "1l"."""
    return [
        (i + 1, i + 2)
        for i in range(len(text) - 1)
        if text[i] != text[i + 1]
        and text[i].translate(_TO_DIGIT) == text[i + 1].translate(_TO_DIGIT)
    ]


def _as_iban(text: str) -> str:
    """NL, two digits, four letters of the bank, ten digits."""
    return (
        "NL"
        + text[2:4].translate(_TO_DIGIT)
        + text[4:8].translate(_TO_LETTER).upper()
        + text[8:].translate(_TO_DIGIT)
        if _starts_nl(text)
        else text
    )


def _as_vat(text: str) -> str:
    """NL, nine digits, B, two digits."""
    return (
        "NL" + text[2:11].translate(_TO_DIGIT) + "B" + text[12:].translate(_TO_DIGIT)
        if _starts_nl(text) and text[11] in "B8"
        else text
    )


def _starts_nl(text: str) -> bool:
    return text[0] in "NM" and text[1] in "LlI1|"


def _mended(text: str, before: list[str], after: list[str]) -> str:
    """One word by its form and its neighbours."""
    core = text.strip(_EDGE)
    if label := _KVK_TWICE.match(core):
        return text.replace(label[0], "KvK", 1)
    near = text + "".join(before[-1:] + after)
    if not core or core.isdigit() or not any(map(str.isdigit, near)):
        return text
    mapped = core.replace("EUR", "€").translate(_TO_DIGIT)
    if mapped == core:
        return text
    digits = sum(map(str.isdigit, core))
    if 3 * digits >= sum(map(str.isalnum, core)) and any(form.fullmatch(core) for form in _FORMS):
        return text.replace(core, mapped)
    if digits >= 2 and (code := _postcode_digits(core, after)):
        return text.replace(code, code.translate(_TO_DIGIT), 1)
    number = _is_kvk(mapped, digits, before) or _is_in_phone(core, before, after)
    return text.replace(core, mapped) if number and _CONFUSED.fullmatch(core) else text


def _postcode_digits(core: str, after: list[str]) -> str | None:
    """The four digits of a postcode, with its letters behind them or in the next word."""
    postcode = _POSTCODE.fullmatch(core)
    if postcode is None:
        return None
    whole = postcode[2] or (after and _TWO_LETTERS.fullmatch(after[0]))
    return postcode[1] if whole else None


def _is_kvk(mapped: str, digits: int, before: list[str]) -> bool:
    return len(mapped) == 8 and digits >= 5 and bool(_KVK.search(" ".join(before)))


def _is_in_phone(core: str, before: list[str], after: list[str]) -> bool:
    """Between the groups of a phone number: "+31 36 555 Ol 24"."""
    starts = any(_PHONE_START.fullmatch(word) for word in before)
    groups = bool(before) and bool(
        _DIGITS.fullmatch(before[-1].strip("()-")) or _PHONE_START.fullmatch(before[-1])
    )
    return (
        len(core) <= 4
        and starts
        and groups
        and (not after or any(map(str.isdigit, after[0])) or len(core) >= 2)
    )
