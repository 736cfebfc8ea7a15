"""The sheet for care lines (zorgregels) that a provider fills in, locks and sends: XLSX.

Its titles are words that the reader of care lines knows for certain. It holds no formula: a cell that no
program has computed yet cannot be read. What it warns of it never forbids.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intake.checks import registry
from intake.checks.support.care_unit import Unit
from intake.checks.support.requirement import in_words
from intake.profile import Profile, default_texts

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

FILE_NAME = "zorgregels.xlsx"
ROWS = 500
"""Rows under the titles in which choices and warnings are given; more may follow."""

_FORMS = {"bsn": "@", "day": "dd-mm-yyyy", "amount": "#,##0.00"}
"""How cells are shown, by the kind of their column; text unless told, which keeps zeros in front."""
_FIRST_DAY = 42_005
"""1 January 2015, in days since 1900: the Jeugdwet and the Wmo 2015 begin."""
_LONGEST_LIST = 255
"""Characters that a list in a cell may have (ECMA-376 part 1, formula1)."""
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_INK, _MUST, _MAY = "FFFFFF", "17232E", "4A5A68"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet."""

    title: str
    must: str
    """Whether something must stand in it, in words."""
    explained: str
    example: str
    kind: str
    width: int
    refuses: bool


def columns(own: Profile) -> list[Column]:
    """The columns, and which of them must be filled in this municipality."""
    return [_column(each, own) for each in _words()["columns"]]


def as_xlsx(own: Profile) -> bytes:
    """The empty sheet, and one that explains it."""
    from openpyxl import Workbook

    book, words = Workbook(), _words()
    sheet = book.worksheets[0]
    sheet.title = words["title"]
    _prepare(sheet, columns(own), own)
    _explain(book.create_sheet(words["help"]), own)
    book.properties.creator = own.municipality
    book.properties.title = words["title"]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _words() -> Any:
    return default_texts("papers/care-sheet")


def _column(told: Any, own: Profile) -> Column:
    words = _words()
    demanded = any(
        registry.refuses(told["check"], code, own)
        for code in registry.requirement(told["check"]).situations
    )
    refuses = demanded and not told.get("beside", False)
    must = words["either"] if told.get("either") else words["must"]
    return Column(
        told["title"],
        must if refuses else words["may"],
        in_words(told["explained"], own),
        told["example"],
        told["kind"],
        told["width"],
        refuses,
    )


def _prepare(sheet: Worksheet, told: list[Column], own: Profile) -> None:
    """Titles, widths, forms of cells, lists and warnings."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(told, 1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number, column.title)
        head.font = Font(bold=True, color=_INK)
        head.fill = PatternFill("solid", fgColor=_MUST if column.refuses else _MAY)
        head.alignment = Alignment(vertical="center", wrap_text=True)
        whole = sheet.column_dimensions[letter]
        whole.width, whole.number_format = column.width, _FORMS.get(column.kind, "@")
        whole.alignment = Alignment(horizontal="left")  # under its title, also in print
        for rule in _rules(column, letter, own):
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS + 1}")
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:1"


def _rules(column: Column, letter: str, own: Profile) -> Iterator[DataValidation]:
    """Choices and warnings; anything else may be typed all the same."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if choices := _choices(column.kind, own):
        yield DataValidation(
            type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=False
        )
    conditions: dict[str, dict[str, Any]] = {
        "bsn": {"type": "custom", "formula1": _eleven_test(f"{letter}2")},
        "day": {"type": "date", "operator": "greaterThanOrEqual", "formula1": str(_FIRST_DAY)},
        "amount": {
            "type": "decimal",
            "operator": "between",
            "formula1": "-9999999",
            "formula2": "9999999",
        },
    }
    if condition := conditions.get(column.kind):
        title, text = _words()["warnings"][column.kind]
        yield DataValidation(
            **condition, allow_blank=True, showErrorMessage=True, errorStyle="warning",
            errorTitle=title, error=text,
        )  # fmt: skip


def _choices(kind: str, own: Profile) -> str:
    """What may be chosen in a column; empty when anything is typed."""
    if kind == "unit":
        return ",".join(unit for unit in Unit if unit is not Unit.EURO)
    if kind != "referrer":
        return ""
    kinds = ",".join(name for name, _ in own.referrers)
    return kinds if len(kinds) <= _LONGEST_LIST else ""


def _eleven_test(cell: str) -> str:
    terms = "+".join(f"{weight}*MID({cell},{n},1)" for n, weight in enumerate(_WEIGHTS, 1))
    return f"AND(LEN({cell})=9,MOD({terms},11)=0)"


def _explain(sheet: Worksheet, own: Profile) -> None:
    """How to fill it in; nothing that could be taken for a care line."""
    from openpyxl.styles import Alignment, Font

    words = _words()
    for text in words["lead"]:
        sheet.append([in_words(text, own)])
    sheet.append([])
    sheet.append(words["heads"])
    for column in columns(own):
        sheet.append([column.title, column.must, column.explained])
    for row in (1, len(words["lead"]) + 2):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for number, width in enumerate((34, 22, 80)):
        sheet.column_dimensions["ABC"[number]].width = width
    for (cell,) in sheet.iter_rows(max_row=len(words["lead"]), max_col=1):
        cell.alignment = Alignment(wrap_text=False)
