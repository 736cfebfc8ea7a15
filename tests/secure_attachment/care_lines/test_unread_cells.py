"""Cells in which something stands that nobody can read: formulas that no program computed, errors, numbers
in other forms. None is called absent, and none gets a value that does not stand there.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.secure_attachment.care_lines.cell_values import UNREAD, bsn_of, cleaned
from tests.secure_attachment.care_lines.judged import (
    END,
    LINE,
    SECOND,
    START,
    TITLES,
    Judged,
    care,
    judged,
    separated,
    workbook,
)

NUMBERS = st.integers(999_900_000, 999_999_999).map(str)
FORMS = [
    "{}",
    "'{}",
    "’{}",
    " {} ",
    "\u200e{}\u200f",
    "\ufeff{}",
    '="{}"',
    "'{}'",
    "BSN {}",
    "bsn: {}",
]
DIGITS = ["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"]
BETWEEN = [
    " ",
    ".",
    "-",
    "\u00a0",
    "\u2009",
    "\u202f",
    "\u200b",
    "\u00ad",
    "\u2011",
    "\u2013",
    "/",
    "_",
    "·",
    "'",
]


def with_cell(place: int, value: object) -> Judged:
    line = [value if number == place else cell for number, cell in enumerate(LINE)]
    return judged(workbook(("Gegevens", care(lines=[line]))))


@pytest.mark.parametrize(
    ("place", "formula", "check"),
    [
        (0, "=L2", "bsn"),
        (0, "=VLOOKUP(L2,Bron!A:A,1,FALSE)", "bsn"),
        (0, '=INDIRECT("Bron!A"&ROW())', "bsn"),
        (0, '=TEXT(L2,"000000000")', "bsn"),
        (1, "=Bron!B2", "referrer"),
        (3, "=UPPER(L2)", "product"),
        (4, '=IF(D2="45A52","Begeleiding","")', "product"),
        (5, "=DATE(2026,10,1)", "care-period"),
        (6, "=EOMONTH(F2,0)", "care-period"),
        (6, "=TODAY()", "care-period"),
        (7, "=5*5", "care-amount"),
        (9, "=H2*50", "care-amount"),
    ],
)
def test_a_formula_that_no_program_computed_is_unread(place: int, formula: str, check: str) -> None:
    """A package that writes formulas without their values would be refused, or paid unseen."""
    found = with_cell(place, formula)

    assert (found.refused, found.asked) == (set(), {check})
    assert (len(found.lines), found.lines[0].unread) == (1, (check,))


def test_a_line_of_formulas_only_is_unread() -> None:
    """A sheet that takes all from another one has a client, and nobody can tell which."""
    found = judged(workbook(("Gegevens", [TITLES, [f"=Bron!{c}2" for c in "ABCDEFGHIJ"]])))

    assert (len(found.lines), found.refused) == (1, set())
    assert {"bsn", "referrer", "product", "care-period"} <= found.asked


def test_a_formula_in_one_line_hides_no_fault_in_another() -> None:
    """One formula would let every line of the file pass without a number."""
    lines = [("=L2", *LINE[1:]), (None, "GI", *LINE[2:])]
    rows: list[list[Any]] = [[*TITLES, "Naam"], [*lines[0], "A. Jansen"], [*lines[1], "B. Jansen"]]
    found = judged(workbook(("Gegevens", rows)))

    assert [(line.row, line.unread) for line in found.lines] == [(2, ("bsn",)), (3, ())]
    assert "bsn" in found.refused


def rewritten(data: bytes, old: bytes, new: bytes) -> bytes:
    """The first sheet with other bytes for a cell, as another program writes it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(made, "w") as book:
        for name in given.namelist():
            part = given.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new)
            book.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize(
    ("cell", "number", "asked"),
    [
        (b'<c r="A2"><f>L2</f></c>', None, {"bsn"}),
        (b'<c r="A2" s="0"><f t="shared" ref="A2:A9" si="0">L2</f><v></v></c>', None, {"bsn"}),
        (b'<c r="A2"><f t="shared" si="0"/><v/></c>', None, {"bsn"}),
        (b'<c r="A2" t="n"><f>L2</f></c>', None, {"bsn"}),
        (b'<c r="A2" t="e"><f>L2</f><v>#REF!</v></c>', None, {"bsn"}),
        (b'<c r="A2"><f>L2</f><v>0</v></c>', None, {"bsn"}),
        (b'<c r="A2"><f>L2</f><v>999990019</v></c>', "999990019", set()),
        (b'<c r="A2" t="str"><f>L2</f><v>999990019</v></c>', "999990019", set()),
    ],
)
def test_formulas_as_programs_store_them(cell: bytes, number: str | None, asked: set[str]) -> None:
    """A stored value is what the sheet shows; without one nobody may say that the cell is empty."""
    data = rewritten(workbook(("Gegevens", care())), b'<c r="A2" t="n"><v>999990019</v></c>', cell)
    found = judged(data)

    assert (found.numbers, found.refused, found.asked) == ([number], set(), asked)


def test_a_formula_that_gave_no_text_is_empty() -> None:
    """Computed to nothing is nothing: such a client has no number, and the letter may say so."""
    data = rewritten(
        workbook(("Gegevens", care())),
        b'<c r="A2" t="n"><v>999990019</v></c>',
        b'<c r="A2" t="str"><f>IF(L2="","",L2)</f><v></v></c>',
    )

    assert judged(data).refused == {"bsn"}


@pytest.mark.parametrize(
    "shown",
    [
        "######",
        "#REF!",
        "#N/B",
        "#N/A",
        "#WAARDE!",
        "#NAAM?",
        "Err:508",
        "=VERT.ZOEKEN(A2;B:B;1)",
        "Loading...",
        "Laden…",
        "#GETTING_DATA",
        "#CALC!",
    ],
)
@pytest.mark.parametrize(
    ("place", "check"), [(0, "bsn"), (1, "referrer"), (4, "product"), (5, "care-period")]
)
def test_an_error_that_a_sheet_shows_is_unread(shown: str, place: int, check: str) -> None:
    """A column that was too narrow, or a look-up that failed, is no missing fact."""
    line = [shown if number == place else cell for number, cell in enumerate(LINE)]
    found = judged(separated(care(lines=[line])).encode())

    assert (found.refused, check in found.asked) == (set(), True)


@pytest.mark.parametrize(
    "written",
    [
        "9,99990E+08", "1E+09", "9.9999E+8", "9,99990O19E+08", "999990O19", "9999900I9", "9999900\ufffd9",
        "99999**19", "999990019 / 999993653", "sinds 01-10-2026", 0, "0", "000000000",
    ],
)  # fmt: skip
def test_a_number_with_lost_digits_is_unread(written: object) -> None:
    """A number that was rounded, or of which a sign cannot be a digit, is neither wrong nor right."""
    for data in (workbook(("G", care(lines=[(written, *LINE[1:])]))),
                 separated(care(lines=[(written, *LINE[1:])])).encode()):  # fmt: skip
        found = judged(data)
        assert (found.refused, found.asked & {"bsn"}, len(found.lines)) == (set(), {"bsn"}, 1)


@settings(max_examples=200)
@given(
    NUMBERS,
    st.sampled_from(["{0},{1}E+08", "{0}.{1}E+08", "{0},{1}e8", "{0}.{1} E+08", "{0},{1}E08"]),
)
def test_all_digits_in_another_notation_are_the_number(number: str, form: str) -> None:
    """Excel shows a long number as 9,99990019E+08; all digits are there, so it is right."""
    assert bsn_of(cleaned(form.format(number[0], number[1:]))) == number
    shorter = form.format(number[0], number[1:7])
    assert bsn_of(cleaned(shorter)) == UNREAD


@settings(max_examples=200)
@given(
    NUMBERS,
    st.sampled_from(DIGITS),
    st.sampled_from(BETWEEN),
    st.sampled_from([(3, 6), (4, 6), (1, 5)]),
)
def test_digits_of_any_script_and_grouping_are_the_number(
    number: str, digits: str, between: str, breaks: tuple[int, int]
) -> None:
    """What is copied from a page or typed on another keyboard looks the same to whoever sends it."""
    first, second = breaks
    grouped = between.join((number[:first], number[first:second], number[second:]))
    for written in (number, grouped):
        other = written.translate(str.maketrans("0123456789", digits))
        for form in (
            "{}",
            "'{}",
            "’{}",
            " {} ",
            "\u200e{}\u200f",
            "\ufeff{}",
            '="{}"',
            "'{}'",
            "BSN {}",
            "bsn: {}",
        ):
            assert bsn_of(cleaned(form.format(other))) == number


@pytest.mark.parametrize(
    "written", ["999990019.0", "999990019,00", "999,990,019", "999.990.019", 999990019.0]
)
def test_a_number_that_was_taken_for_an_amount_is_the_number(written: object) -> None:
    """A program that stores numbers as amounts adds decimals, or parts thousands."""
    assert with_cell(0, written).numbers == ["999990019"]


def test_the_zero_of_a_decimal_is_no_digit() -> None:
    """099999012 as 99999012.0 would become another number of nine digits."""
    assert bsn_of("99999012.0") == "99999012"


@pytest.mark.parametrize("written", ["12345", "9999900190", "999990018", "123456789012"])
def test_a_wrong_number_is_refused(written: str) -> None:
    """Digits that are all there and are no number are a fault of the sender."""
    assert with_cell(0, written).refused == {"bsn"}


def test_two_facts_are_never_joined_to_a_number() -> None:
    """A day in the place of the number would become a number of eight digits."""
    assert bsn_of("13-11-2026") == UNREAD
    assert bsn_of("13 november 2026") == UNREAD


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("０１－１０－２０２６", "３１－１０－２０２６"), ("01\u201110\u20112026", "31\u201110\u20112026"),
        ("01-10-2026\u00a0", "\u200b31-10-2026"), ("'01-10-2026", "'31-10-2026"), ("46296", "46326"),
        ("2026-10-01T00:00:00", "2026-10-31T00:00:00"), ("01-10-2026 00:00", "31-10-2026 00:00"),
        ('="01-10-2026"', '="31-10-2026"'), ("01102026", "31102026"), ("20261001", "20261031"),
        ("٠١-١٠-٢٠٢٦", "٣١-١٠-٢٠٢٦"), ("01–10–2026", "31–10–2026"), ("46296.0", "46326,0"),
    ],
)  # fmt: skip
def test_days_in_other_forms(first: str, last: str) -> None:
    """A day with signs that nobody sees, or without any, is the same day."""
    line = (*LINE[:5], first, last, *LINE[7:])
    found = judged(separated(care(lines=[line])).encode())

    assert (found.lines[0].period_start, found.lines[0].period_end) == (START.date(), END.date())
    assert not found.refused


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1’250,00", 1250), ("1´250,00", 1250), ("１．２５０，００", 1250), ("1\u202f250,00", 1250),
        ("€\u00a01.250,00", 1250), ("'1250,00", 1250), ("1.250:00", None), ("€ 1. 250,00", None),
        ("1,3E+03", None), ("######", None),
    ],
)  # fmt: skip
def test_amounts_in_other_forms(written: str, amount: int | None) -> None:
    """An amount that cannot be read is asked, never left out and never a part of itself."""
    found = judged(separated(care(lines=[(*LINE[:9], written)])).encode())

    assert found.lines[0].amount == amount
    assert ("care-amount" in found.asked, found.refused) == (amount is None, set())


def test_soft_hyphens_in_titles_are_not_seen() -> None:
    """A title that was hyphenated on its page would not be known, and its column be missing."""
    titles = [
        "Burger\u00adservice\u00adnummer",
        "Ver\u00adwijzer",
        "Pro\u200bduct",
        "Zorg\u00adperiode",
    ]
    found = judged(workbook(("G", [titles, ["999990019", "GI", "45A52", "oktober 2026"]])))

    assert (found.numbers, found.refused, found.asked) == (["999990019"], set(), set())


def test_two_lines_with_unread_numbers_are_two_clients() -> None:
    """What nobody can read is not the same client as what nobody can read either."""
    lines = [("=L2", *LINE[1:]), ("=L3", None, *SECOND[2:])]
    found = judged(workbook(("G", care(lines=lines))))

    assert [line.referrer for line in found.lines] == ["huisarts", "01056321"]


@pytest.mark.parametrize(
    "pieces", [list("999990019"), [9, 9, 9, 9, 9, 0, 0, 1, 9], ["9999", "90", "019"]]
)
def test_a_number_in_several_cells(pieces: list[Any]) -> None:
    """A form with a box for each digit would be refused for a number of one digit."""
    titles = [TITLES[0], *[None] * (len(pieces) - 1), *TITLES[1:]]
    in_table = judged(workbook(("Gegevens", [titles, [*pieces, *LINE[1:]]])))
    labels = [["BSN", *pieces], *map(list, zip(TITLES[1:], LINE[1:], strict=True))]
    in_form = judged(workbook(("Gegevens", labels)))

    for found in (in_table, in_form):
        assert (found.numbers, found.refused, found.asked) == (["999990019"], set(), set())


@pytest.mark.parametrize("pieces", [list("999990018"), ["9999", "90", 19]])
def test_a_number_in_several_cells_that_is_none_is_unread(pieces: list[Any]) -> None:
    """Which digits a sheet dropped nobody can tell."""
    titles = [TITLES[0], *[None] * (len(pieces) - 1), *TITLES[1:]]
    found = judged(workbook(("Gegevens", [titles, [*pieces, *LINE[1:]]])))

    assert (found.refused, found.asked) == (set(), {"bsn"})


@pytest.mark.parametrize("number", ["0999990019", "₉₉₉₉₉₀₀₁₉", "99999OO19"])
def test_digits_in_odd_forms_are_unread(number: str) -> None:
    """A zero too many, or a digit that is a letter, shows a number that a person reads at once."""
    found = with_cell(0, number)

    assert (found.refused, found.asked) == (set(), {"bsn"})
