"""Sorts the files of a mail by what their bytes are: what may be the invoice, what is a secured
attachment, what may hold care lines, what is a document in a form that nobody can check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intake.model.mail import Part, PartKind

SHEETS = frozenset(
    {
        PartKind.CSV, PartKind.EXCEL, PartKind.WORD, PartKind.TEXT, PartKind.XML, PartKind.HTML,
        PartKind.MAIL,
    }
)  # fmt: skip
"""What may hold care lines."""
_OTHER_FORMS = frozenset(
    {PartKind.WORD, PartKind.EXCEL, PartKind.OLE, PartKind.HTML, PartKind.XML, PartKind.IMAGE}
)


@dataclass(frozen=True, slots=True)
class Files:
    """The parts of a mail or an opened container, sorted; a part may have several roles."""

    documents: tuple[Part, ...]
    """PDF files: an invoice is always one."""
    non_pdf: tuple[Part, ...]
    """All others: each container format recognises its own among them."""
    sheets: tuple[Part, ...]
    """Files that may hold care lines."""
    other_forms: tuple[Part, ...]
    """What could have been meant as the invoice when there is no PDF."""


def recognise(parts: Iterable[Part]) -> Files:
    parts = tuple(parts)
    return Files(
        documents=tuple(p for p in parts if p.kind is PartKind.PDF),
        non_pdf=tuple(p for p in parts if p.kind is not PartKind.PDF),
        sheets=tuple(p for p in parts if p.kind in SHEETS),
        other_forms=tuple(p for p in parts if p.kind in _OTHER_FORMS and not p.inline),
    )
