"""The invoice's number, and that of the invoice it corrects."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from intake.document.extract.announcements import announces_unread, of_lines
from intake.document.extract.candidates import Candidate, choose
from intake.document.extract.company_numbers import kvk_numbers
from intake.document.extract.party_blocks import party_of
from intake.document.extract.weights import Corrects, InvoiceNumber
from intake.document.layout.cells import Cell, Sheet
from intake.document.layout.label_index import Caption, LabelIndex, Slot
from intake.document.layout.label_matcher import has_digit, heads_table
from intake.document.layout.label_words import Label
from intake.document.layout.page_index import PageIndex
from intake.document.layout.scoring import Feature, score
from intake.model.invoice import DocumentKind, Field, Found
from intake.text.amounts import amounts_in
from intake.text.dates import dates_in, month_and_year
from intake.text.folding import squeeze
from intake.text.identifiers import btws_in, ibans_in, postcodes_in
from intake.text.streets import street_in

_SPACES = re.compile(r"\s+")
_LEAD = re.compile(
    r"^(?:[\s:#.=»>/\-–\])]|met (?:het"
    r" )?(?=(?:factuur|nota)?n)|n[ro]?\.?[:°º]|(?:nr|no|nummer|number)\b[.:]?"
    r"|(?-i:[Ff]?[Nn]r\.?(?=[A-Z]{1,4}[-./]?\d)))++",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"[A-Za-z]{1,6}[.:]?$|[A-Z][A-Za-z]{0,9}$|#$")
_CONNECTED = re.compile(r"^(?:[-/–.]?\d[\w./-]*|[-/–]{1,2})$")
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])/20\d\d")
"""A month, which may be that of the care: "10/2026"."""

_PLAIN = (
    "nummer",
    "nr",
    "number",
    "numero",
    "no",
    "volgnummer",
    "volgnr",
    "kenmerk factuur",
    "factuurkenmerk",
    "factuurreferentie",
)
_VAGUE = ("kenmerk", "referentie", "ref")
"""Of the invoice, or of the one who ordered."""
_NO_PREFIX = frozenset(
    ("van", "op", "d.d", "per", "en", "voor", "over", "de", "het", "t/m", "dd", "in", "te", "is")
) | frozenset(("week", "wk", "dag"))
"""Short words before a number that are no part of it."""


_OWN_WORDS = (
    frozenset(
        ("factuur", "faktuur", "nota", "declaratie", "rekening", "invoice", "rechnung", "facture")
    )
    | frozenset(
        ("beleg", "boekstuk", "document", "doc", "volg", "uniek", "ons", "onze", "our", "kenmerk")
    )
    | frozenset(
        ("van", "het", "met", "onder", "vermelding", "dit", "deze", "en", "of", "the", "ref")
    )
)
"""Words before "nr." that leave it the invoice's own: "Ons nr.", but not "Lev.nr", "Vendor no"."""
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[.\-\s]{0,3}$")
_WORD_BEHIND = re.compile(r"\s(?:van|of)\s(?:(?:de|het|deze|dit|onze|ons|the|this)\s)?([^\W\d_]+)")
_BILL_WORDS = frozenset(
    ("rekening", "rekening nr", "rekeningnr", "rekeningnummer", "rek nr", "reknr", "rekening no")
)
"""Labels of an account that on a document called "Rekening" are those of its number."""


def invoice_number(pages: PageIndex, kind: DocumentKind) -> Field[str]:
    """The invoice's number, with any characters, as written (spaces folded); unreadable when a
    label announces one that cannot be read, or that could as well be an account.
    """
    numbers = invoice_numbers(pages, kind)
    field = choose(numbers, InvoiceNumber)
    if field.found is not None:
        strongest = max(candidate.score.weight for candidate in numbers)
        sure = strongest >= InvoiceNumber.SURE or _is_labelled_apart(pages, field.found, numbers)
        if field.others or sure:
            rivals = _rivals(numbers, field.found.value) or _whole(numbers, field.found)
            return replace(field, others=field.others or rivals)
        note = "geen kopje dat zegt dat dit het factuurnummer is"
        return Field(field.presence, field.found, (replace(field.found, note=note),))
    unread = announces_unread(pages, Label.INVOICE_NUMBER, but_not=of_lines)
    weak = any(not _is_date(candidate.value) for candidate in numbers)
    return Field.unreadable() if weak or unread or any(_bill_numbers(pages)) else field


def _rivals(numbers: Sequence[Candidate[str]], chosen: str) -> tuple[Found[str], ...]:
    """Other numbers that a word for the invoice's number also announces, however far the chosen one
    outweighs them: of two such numbers a person says which one is meant.
    """
    own = squeeze(chosen)
    words = _AT_LABEL if _MONTH.fullmatch(chosen) else _OF_INVOICE
    found: dict[str, Found[str]] = {}
    for candidate in numbers:
        word, gained = candidate.score.gains[0]
        if word in words and candidate.score.weight >= InvoiceNumber.RIVAL * gained:
            found.setdefault(squeeze(candidate.value), candidate.found())
    return tuple(other for folded, other in found.items() if not _are_one(own, folded))


def _whole(numbers: Sequence[Candidate[str]], chosen: Found[str]) -> tuple[Found[str], ...]:
    """What makes a doubt of a number that seems sure: it may go on from the line above ("ACC-" over
    "SINV-2026-00512"), or it is a digit that does not stand right beside a label of its own, as a
    quantity does.
    """
    own = [c for c in numbers if c.value == chosen.value]
    for candidate in own:
        if not candidate.start and (begun := _begun_above(candidate)):
            return (replace(chosen, value=begun + chosen.value),)
    beside = any(_word(c) is InvoiceNumber.LABEL and c.score.weight > _RIGHT_BESIDE for c in own)
    return () if len(chosen.value) > 1 or beside else (chosen,)


_RIGHT_BESIDE = 0.9


def _begun_above(candidate: Candidate[str]) -> str:
    """The first piece of a number that breaks at its hyphen or slash, at the end of the line above."""
    cell = candidate.cell
    over = next(candidate.sheet.above(cell.box, cell.row, 0.8 * cell.height), None)
    piece = _FIRST_PIECE.search(over.text) if over else None
    return piece.group() if piece else ""


_FIRST_PIECE = re.compile(r"(?<![^\s:])[A-Z0-9]{1,8}[-/]$")


_OF_INVOICE = (InvoiceNumber.LABEL, InvoiceNumber.IN_TEXT, InvoiceNumber.TITLE)


_AT_LABEL = (
    InvoiceNumber.LABEL,
    InvoiceNumber.LABEL_OF_CREDITED,
    InvoiceNumber.IN_TEXT,
    InvoiceNumber.IN_TEXT_OF_CREDITED,
    InvoiceNumber.NUMBER,
    InvoiceNumber.NUMBER_IN_TITLE,
)


def _word(candidate: Candidate[str]) -> Feature:
    """The word that announces a number."""
    return candidate.score.gains[0][0]


def _are_one(number: str, other: str) -> bool:
    """True when one is the other with more before or behind it."""
    short, whole = sorted((number, other), key=len)
    return short == whole or (len(short) > 2 and (whole.startswith(short) or whole.endswith(short)))


def _is_date(value: str) -> bool:
    """True for a date as they are written here, so not for "2026.11.07"."""
    return _YEAR_FIRST.fullmatch(value) is None and any(
        (start, end) == (0, len(value)) for start, end, _ in dates_in(value)
    )


_YEAR_FIRST = re.compile(r"\d{4}\.\d\d?\.\d\d?")
"""A number of the year, month and day with points between: no date is written so in Dutch."""


def _is_labelled_apart(
    pages: PageIndex, number: Found[str], numbers: Sequence[Candidate[str]]
) -> bool:
    """True for "2026.11.07" at a label for the number, where another label has another date."""
    labelled = any(each.value == number.value and _word(each) in _AT_LABEL for each in numbers)
    if not labelled or _YEAR_FIRST.fullmatch(number.value) is None:
        return False
    return any(
        slot.text[start:end] != number.value
        for index, caption in pages.labelled(Label.INVOICE_DATE, Label.DATE)
        for slot in index.slots(caption)
        for start, end, _ in dates_in(slot.text)
    )


def invoice_numbers(pages: PageIndex, kind: DocumentKind) -> list[Candidate[str]]:
    """What can be the number; those of the lines, under "Nr", only where no label has one."""
    found = list(_numbers(pages, kind))
    if any(_word(candidate) in _AT_LABEL for candidate in found):
        found = [each for each in found if _word(each) is not InvoiceNumber.NUMBER_OF_LINE]
    whole = {candidate.value for candidate in found}
    return [candidate for candidate in found if not _is_cut(candidate, whole)]


def _is_cut(candidate: Candidate[str], values: set[str]) -> bool:
    """Whether a number breaks off at a hyphen where its line ended, and stands whole elsewhere."""
    rest = candidate.cell.text[candidate.end : candidate.end + 1]
    return rest in ("-", "/") and any(value.startswith(candidate.value + rest) for value in values)


def labelled_numbers(index: LabelIndex) -> frozenset[str]:
    """The numbers that stand right at a label for the invoice's number on one page."""
    found = set()
    for label in (Label.INVOICE_NUMBER, Label.NUMBER):
        for caption in index.of.get(label, ()):
            for slot in index.slots(caption):
                if slot.weight > 0.8 and (value := _value(index.sheet, slot)):
                    found.add(value[0])
                    break
    return frozenset(found)


def corrects(pages: PageIndex, own: str | None) -> Field[str]:
    """The number of the invoice that a credit note corrects: at words that say so, else at any word
    for an invoice, when it is another number than the credit note's ``own``.
    """
    labelled = [
        c
        for a, caption in pages.labelled(Label.CORRECTS)
        for c in _values(a, caption, Corrects.LABEL)
    ]
    return choose(labelled or _credited(pages, squeeze(own or "")), Corrects)


def _credited(pages: PageIndex, own: str) -> Iterator[Candidate[str]]:
    for index, caption in pages.labelled(Label.INVOICE_NUMBER, Label.TITLE):
        if not _refers(caption) or _is_of_earlier(caption) or _SETTLED.search(caption.cell.text):
            continue
        for found in _values(index, caption, Corrects.INVOICE, near_only=True):
            if not _are_one(own, squeeze(found.value)):
                yield found


_SETTLED = re.compile(r"\b(?:verreken\w*|open(?:staan\w*)?|volgende|nieuwe)\b", re.IGNORECASE)
"""Words beside an invoice that a credit note is set off against."""


def _numbers(pages: PageIndex, kind: DocumentKind) -> Iterator[Candidate[str]]:
    """At words for the number of the invoice, at the title, and at other words."""
    weights = InvoiceNumber
    credit = kind is DocumentKind.CREDIT_NOTE
    words = (
        (pages.labelled(Label.INVOICE_NUMBER), weights.LABEL, weights.LABEL_OF_CREDITED),
        (pages.flowing(Label.INVOICE_NUMBER), weights.IN_TEXT, weights.IN_TEXT_OF_CREDITED),
    )
    for captions, word, word_of_credited in words:
        for index, caption in captions:
            if not _is_of_earlier(caption):
                feature = word_of_credited if credit and _refers(caption) else word
                yield from _values(index, caption, feature)
    yield from _numbers_at_other_words(pages, credit)


def _numbers_at_other_words(pages: PageIndex, credit: bool) -> Iterator[Candidate[str]]:
    weights = InvoiceNumber
    for index, caption in pages.flowing(Label.NUMBER):
        if caption.phrase in _PLAIN and not _is_of_another(index, caption):
            titled = is_in_title(index, caption)
            word = weights.NUMBER_IN_TITLE if titled else weights.NUMBER_IN_TEXT
            yield from _weighed(pages, index, caption, word)
    yield from _numbers_at_titles(pages, credit)
    if _is_titled_bill(pages):
        yield from _bill_numbers(pages)
    yield from _numbers_at_number_words(pages)
    for index, caption in () if credit else pages.labelled(Label.CORRECTS):
        if _is_of_earlier(caption):
            continue
        yield from _values(index, caption, weights.CORRECTS)


def _numbers_at_titles(pages: PageIndex, credit: bool) -> Iterator[Candidate[str]]:
    weights = InvoiceNumber
    for index, caption in (*pages.labelled(Label.TITLE), *pages.flowing(Label.TITLE)):
        if _is_of_earlier(caption) or _is_of_corrected(pages, index, caption):
            continue
        word = weights.TITLE_OF_CREDITED if credit and _refers(caption) else weights.TITLE
        for found in _values(index, caption, word, near_only=True):
            if not _is_under_another(index, caption, found):
                yield found


def _is_of_corrected(pages: PageIndex, index: LabelIndex, caption: Caption) -> bool:
    """True for "Gecrediteerde factuur", also over two lines."""
    if caption.start:
        return _CORRECTED.search(caption.cell.text[: caption.start]) is not None
    left, top, _, bottom = caption.box
    cells = (each.sheet.cells for each in pages.indexes if each.sheet.number == index.sheet.number)
    return any(
        abs(cell.box[0] - left) < 3
        and -3 < top - cell.box[3] < bottom - top
        and _CORRECTED.search(cell.text)
        for cell in chain.from_iterable(cells)
    )


def _is_under_another(index: LabelIndex, caption: Caption, found: Candidate[str]) -> bool:
    """True for a number far under a title, right under the heading of its own column: "Klant"."""
    if found.cell is caption.cell:
        return False
    head = index.header(found.cell, found.cell.box_of(found.start, found.end))
    return (
        head is not None
        and head.cell is not caption.cell
        and head.label in _OTHER_HEADS
        and head.cell.box[1] > caption.box[3]
    )


_OTHER_HEADS = (Label.ADDRESSEE, Label.CUSTOMER_NUMBER, Label.OTHER_NUMBER, Label.CLIENT_NUMBER)
_CORRECTED = re.compile(
    r"\b(?:gecrediteerde|gecorrigeerde|oorspronkelijke|originele|te crediteren|original|corrected"
    r"|credited|urspr[üu]ngliche\w?|stornierte\w?|d'origine)\s*$",
    re.IGNORECASE,
)
"""Words before the title of the invoice that a credit note corrects."""
_EARLIER = re.compile(
    r"\b(?:eerdere|vorige|voorgaande|laatste|oude|(?:volgt|vervolg|aansluiting|aanvulling)(?: op)?|"
    r"earlier|previous|prior|follows|following up on|in addition to|"
    r"fr[üu]here\w*|vorherige\w*|vorige\w*|folgt auf|pr[ée]c[ée]dente|ant[ée]rieure|suite [àa])"
    r"\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)


def _is_of_earlier(caption: Caption) -> bool:
    """True in a sentence about another invoice: "volgt op onze eerdere factuur 2026-10"."""
    return (
        _EARLIER.search(caption.cell.text[max(0, caption.start - 60) : caption.start]) is not None
    )


def _numbers_at_number_words(pages: PageIndex) -> Iterator[Candidate[str]]:
    """At "nr.", "kenmerk" and the like, unless a word says whose number it is."""
    registered = {candidate.value for candidate in kvk_numbers(pages)}
    for index, caption in pages.labelled(Label.NUMBER):
        plain = caption.phrase in _PLAIN
        if plain and _is_of_another(index, caption):
            continue
        word = _number_word(index, caption)
        for found in _weighed(pages, index, caption, word, near_only=not plain):
            if "".join(filter(str.isdigit, found.value)) not in registered:
                yield found


def _weighed(
    pages: PageIndex, index: LabelIndex, caption: Caption, word: Feature, near_only: bool = False
) -> Iterator[Candidate[str]]:
    """Numbers at a word that names no invoice: they count for less in the block of a party, and
    behind the first page.
    """
    first = index.sheet.number == pages.indexes[0].sheet.number
    party = party_of(index, caption) is not None
    weights = InvoiceNumber
    for found in _values(index, caption, word, near_only):
        why = found.score.plus(weights.OF_PARTY.when(party), weights.LATER_PAGE.when(not first))
        yield replace(found, score=why)


def is_in_title(index: LabelIndex, caption: Caption) -> bool:
    """True for "Deelfactuur (326) nr. 12": what stands before the word is a title, with nothing else."""
    cell = caption.cell
    if index.sheet.number != 1 or cell.box[1] > 0.5 * index.sheet.height:
        return False
    before = [other.text for other in index.sheet.rows[cell.row][: cell.column]]
    return _TITLE.fullmatch(" ".join((*before, cell.text[: caption.start]))) is not None


_TITLED = r"(?:factuur|faktuur|nota|declaratie|rechnung|gutschrift|invoice|facture)"
_TITLE = re.compile(
    rf"\W*[^\W\d_]*-?{_TITLED}(?: (?:van|des|der|von|de|du|of) [^\W\d_]+(?: [^\W\d_]+){{0,2}})?"
    r"\s*(?:\(\w{1,5}\))?[\s:–-]*",
    re.IGNORECASE,
)
"""A title up to the word "nr": also a compound, of someone, or with the code of its kind."""
_OWN_END = re.compile(rf"[^\W\d_]+{_TITLED}", re.IGNORECASE)


def _is_of_another(index: LabelIndex, caption: Caption) -> bool:
    """True for "Lev.nr", "Rit nr" and "Vendor no": the word before it is none for an invoice."""
    if len(index.joint(caption)) > 1:
        return False
    word = _WORD_BEFORE.search(caption.cell.text[: caption.start])
    if word is None:
        lines = index.stacks.get(caption.cell, (caption.cell,))
        word = _WORD_BEHIND.match(" ".join(cell.text for cell in lines).partition(caption.words)[2])
    if word is None or _OWN_END.fullmatch(word[1]):
        return False
    return word[1].lower() not in _OWN_WORDS


def _is_titled_bill(pages: PageIndex) -> bool:
    """Whether the document is called "Rekening", alone or with its number, and nothing else; or calls
    the one that it corrects so.
    """
    if not pages.indexes:
        return False
    index = pages.indexes[0]
    cells = [cell for cell in index.sheet.cells if cell.box[1] < 0.6 * index.sheet.height]
    titles = [cell for cell in cells if _BILL.fullmatch(squeeze(cell.text))]
    words = {squeeze(cell.text) for cell in titles if not _announces_account(index, cell)}
    if "rekening" in words or any("rekening" in a.phrase for a in index.of[Label.CORRECTS]):
        return True
    other = any(
        caption.start == 0 and len(caption.cell.text) < 40 for caption in index.of[Label.TITLE]
    )
    return bool(words) and not other


def _announces_account(index: LabelIndex, cell: Cell) -> bool:
    """True when a bank account stands at a label: it is no title."""
    slots = (slot for caption in index.in_cell.get(cell, ()) for slot in index.slots(caption))
    return any(ibans_in(slot.cell.text) for slot in slots)


_BILL = re.compile(r"rekening(?:(?:n[ro]|nummer)?[a-z]{0,4}\d[a-z\d]{0,15})?")
"""The title of a bill: alone, or with its number."""


def _bill_numbers(pages: PageIndex) -> Iterator[Candidate[str]]:
    """Numbers at "Rekeningnummer" that are no account."""
    accounts = {value for _, cell in pages.cells for _, _, value, _ in ibans_in(cell.text)}
    for index, caption in pages.labelled(Label.IBAN):
        if caption.phrase not in _BILL_WORDS:
            continue
        for found in _values(index, caption, InvoiceNumber.BILL):
            within = any(
                first <= found.start < last for first, last, *_ in ibans_in(found.cell.text)
            )
            if not within and not _is_old_account(found.value, accounts):
                yield found


def _is_old_account(value: str, accounts: Collection[str]) -> bool:
    """True for nine or ten digits that pass the 11-test of Dutch accounts before the IBAN, and for the
    end of an IBAN.
    """
    digits = "".join(filter(str.isdigit, value))
    if value.strip("0123456789 ."):
        return False
    weighed = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=1))
    old = len(digits) in (9, 10) and weighed % 11 == 0
    return old or any(len(digits) > 4 and iban.endswith(digits) for iban in accounts)


def _number_word(index: LabelIndex, caption: Caption) -> Feature:
    if caption.phrase in _VAGUE and not _is_under_title(index, caption.cell):
        return InvoiceNumber.VAGUE
    if caption.phrase not in _PLAIN:
        return InvoiceNumber.KIND_OF_NUMBER
    if is_in_title(index, caption):
        return InvoiceNumber.NUMBER_IN_TITLE
    header = heads_table(index.sheet.rows[caption.cell.row])
    return InvoiceNumber.NUMBER_OF_LINE if header else InvoiceNumber.NUMBER


def _is_under_title(index: LabelIndex, cell: Cell) -> bool:
    """True right under "Factuur": what stands there is the invoice's own."""
    over = next(iter(index.sheet.above(cell.box, cell.row, 20)), None)
    return over is not None and any(a.label is Label.TITLE for a in index.in_cell.get(over, ()))


def _refers(caption: Caption) -> bool:
    """True when a credit note's label speaks of the invoice, not of the credit note."""
    own = "credit" in caption.phrase or "document" in caption.phrase
    return not own and _CREDIT_BEFORE.search(caption.cell.text[: caption.start]) is None


_CREDIT_BEFORE = re.compile(r"\bcredit\w{0,8}[\s/-]*$", re.IGNORECASE)


def _values(
    index: LabelIndex, caption: Caption, word: Feature, near_only: bool = False
) -> Iterator[Candidate[str]]:
    for slot in index.slots(caption):
        if (near_only and slot.weight < 0.5) or (
            slot.words == "onder" and _is_in_sentence(caption)
        ):
            continue
        if value := _value(index.sheet, slot):
            text, start, end, dated = value
            why = score(
                word,
                slot.position,
                InvoiceNumber.NOT_BEHIND.when(near_only and slot.words != "achter"),
                InvoiceNumber.DATE.when(dated),
                InvoiceNumber.YEAR.when(_is_year(text)),
                InvoiceNumber.MONTH.when(word not in _AT_LABEL and _is_month(text)),
            )
            note = f"{slot.words} '{caption.words}'"
            yield Candidate(text, why, index.sheet, slot.cell, start, end, note)
            if slot.weight > 0.8 and not dated:
                return


def _is_in_sentence(caption: Caption) -> bool:
    """True behind the words of a sentence: its line goes on at the margin, not under its last word."""
    return len(caption.cell.text[: caption.start].split()) > _FEW_WORDS


_FEW_WORDS = 4


def _is_month(value: str) -> bool:
    """True for "juli 2026" and "Q3 2026": what the invoice is about, unless its label says otherwise."""
    return _QUARTER.fullmatch(value) is not None or month_and_year(value)


_QUARTER = re.compile(r"[QqKk][1-4](?:\W{0,3}(?:20)?\d\d)?")


def _is_year(value: str) -> bool:
    return value.isdigit() and len(value) == 4 and 2000 <= int(value) <= 2099


def _value(sheet: Sheet, slot: Slot) -> tuple[str, int, int, bool] | None:
    """The reference that a place begins with: (text, start, end, whether it is a date too)."""
    lead = _LEAD.match(slot.text)
    start = lead.end() if lead else 0
    if _PERIOD.match(slot.text, start):
        return None
    text, dated = _before_date(slot.text, start)
    begun = _BEGUN.fullmatch(slot.text.strip())
    taken = [begun[1]] if begun else _taken(text[start:].split())
    value = _SPACES.sub(" ", " ".join(taken)).strip(" -–/")
    value = _continued(sheet, slot, value) if value else value
    if not has_digit(value) or len(value) > 40 or _is_rest(sheet, slot):
        return None
    address = any(at == 0 for at, *_ in postcodes_in(text[start:].lstrip()))
    if address or _is_otherwise(value) or "€" in text[: start + 2]:
        return None
    offset = slot.start + text.find(taken[0], start)
    value = value[: _apart(slot.cell, offset, len(value))].rstrip(" -–/")
    end = min(slot.end, offset + len(value))
    dates = [(first, last) for first, last, _ in dates_in(slot.cell.text)]
    accounts = [(first, last) for first, last, *_ in ibans_in(slot.cell.text)]
    if any(first < end and offset < last and first != offset for first, last in dates + accounts):
        return None  # the end of a date or an account: "mrt 2026"
    return value, offset, end, dated


def _apart(cell: Cell, start: int, length: int) -> int:
    """How many characters of a number stand before a wide gap: behind it another column begins."""
    words = cell.words_of(start, start + length)
    for before, word in pairwise(words):
        if word.box[1] < before.box[3] and word.box[0] - before.box[2] > _COLUMN_GAP * cell.size:
            return cell.offsets[cell.words.index(word)] - start
    return length


_COLUMN_GAP = 3
"""Times the size of the letters."""
_BEGUN = re.compile(r"([A-Za-z]{1,6})[-/]")
"""All that stands on the first line of a number that breaks: "INV-"."""


def _is_rest(sheet: Sheet, slot: Slot) -> bool:
    """True when the place is the second line of a number that breaks at a hyphen or slash."""
    cell = slot.cell
    over = next(sheet.above(cell.box, cell.row, 0.8 * cell.height), None)
    return (
        over is not None
        and slot.start == 0
        and abs(over.box[0] - cell.box[0]) < 3
        and over.text[-1:] in "-/"
        and over.text[:1].isalnum()
        and " " not in over.text
    )


def _before_date(text: str, start: int) -> tuple[str, bool]:
    """The text up to a date behind the number, and whether the number itself is a date."""
    dated = False
    for d_start, d_end, _ in dates_in(text):
        if not text[start:d_start].strip() and (goes_on := _GOES_ON.match(text, d_end)):
            dated = dated or goes_on[1] is None
            continue
        if d_start <= start + 1 and not text[d_end : d_end + 1].strip("., )"):
            dated = dated or not text[start:d_start].strip()
        elif text[d_start - 1 : d_start].isspace():
            return text[:d_start], dated
        elif has_digit(text[start:d_start]) and not text[d_end:].strip(" .,;)"):
            return text[: d_start - 1], dated  # "80101911/13.11.2026"
    return text, dated


_GOES_ON = re.compile(r"[-/.](?:(\d)|\w)")
"""Behind the form of a date, digits make a number of both: "2026-11-13-001"; a word does not:
"13-11-2026/Almere"."""


_DAY = r"(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d\d-\d\d)"
_PERIOD = re.compile(
    rf"\W*{_DAY}\s?(?:[-–—/]|t/?m|tot(?: en met)?|until|to|through|bis|au)\s?{_DAY}(?!\w)"
)


def _taken(words: list[str]) -> list[str]:
    """The words that a number is written in: "2026 / 0011", "F 12"; none when it begins otherwise."""
    taken: list[str] = []
    for word in words[:8]:
        bare = word.strip("(),;:.?!\"'")
        if bare.startswith("["):
            bare = bare.strip("[]")
        if not taken and bare and not has_digit(bare):
            if not _is_prefix(bare, words):
                return []
            taken.append(bare)
            continue
        if has_digit(" ".join(taken)) and not _goes_on(taken, bare, len(words)):
            break
        if bare:
            taken.append(bare)
        if word.endswith(_STOPS if len(words) <= 3 else (*_STOPS, ".")):
            break
    return taken


_STOPS = (",", ";", ")", "?", "!")


def _is_prefix(bare: str, words: list[str]) -> bool:
    """True for letters that belong to the number behind them: "F 12"."""
    return (
        _PREFIX.match(bare) is not None
        and len(words) > 1
        and has_digit(words[1])
        and bare.lower() not in _NO_PREFIX
        and (len(bare) < 5 or bare.isupper() or bare.lower() in _OWN_WORDS)
    )


def _goes_on(taken: list[str], bare: str, count: int) -> bool:
    connected = _CONNECTED.match(bare) is not None and _MONTH.fullmatch(bare) is None
    return connected and (count <= 5 or taken[-1][-1:] in "-/–")


_NO_NUMBER = re.compile(r"\d{1,3}(?:e|de|ste)|.*\d-[A-Z][a-z]{2}.*")


def _is_otherwise(value: str) -> bool:
    """True for an account, a btw number, a street, an amount, "2e" and "Buro 3-Hoek"."""
    return (
        _NO_NUMBER.fullmatch(value) is not None
        or bool(btws_in(value))
        or any(complete for *_, complete in ibans_in(value))
        or (sum(map(str.islower, value)) > 5 and street_in(value) is not None)
        or any(
            (start, end) == (0, len(value)) and (sign or "," in value)
            for start, end, _, sign in amounts_in(value)
        )
    )


def _continued(sheet: Sheet, slot: Slot, value: str) -> str:
    """A number that breaks at a hyphen or slash at the end of its line goes on under it."""
    if slot.cell.text.rstrip()[-1:] in "-/" and slot.end == len(slot.cell.text):
        for other in sheet.below(slot.cell.box, slot.cell.row, 8):
            first = other.text.split()[0].rstrip(".,;:)")
            if has_digit(first):
                return value + slot.cell.text.rstrip()[-1] + first
            break
    return value
