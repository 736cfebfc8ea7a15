"""Care lines in a declaration message (iJw and iWmo: JW323, WMO323 and the older JW303, WMO303 D
and F). Runs in the child.

Such a message belongs in the berichtenverkeer, but providers attach it as their specification.
Elements are found by name, whatever release their namespace is of; amounts are in cents. A message
has no place for the referrer, so what it lacks is never called absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from intake.secure_attachment.care_lines.column_words import DEMANDS, Column
from intake.secure_attachment.care_lines.rows import Unreadable
from intake.secure_attachment.care_lines.table import Lines, Record
from intake.secure_attachment.care_lines.xml_tree import name_of

_LAWS = {"jw": "Jeugdwet", "wmo": "Wmo"}
_MESSAGE = re.compile(r"/(jw|wmo)3(?:03|23)[df]?/", re.IGNORECASE)
_OF_CLIENT = {
    Column.BSN: ("bsn", "burgerservicenummer"),
    Column.NAME: ("geslachtsnaam", "achternaam", "naam"),
    Column.BIRTH: ("geboortedatum", "datum"),
}
_OF_CARE = {
    Column.CODE: ("productcode",),
    Column.START: ("begindatum", "begindatumprestatie"),
    Column.END: ("einddatum", "einddatumprestatie"),
    Column.UNIT: ("eenheid",),
    Column.DECISION: ("toewijzingnummer", "beschikkingnummer"),
}
_VOLUME = ("geleverdvolume", "volume", "aantaluitgevoerdeprestaties", "aantal")
_RATE = ("producttarief", "tarief")
_AMOUNT = ("ingediendbedrag", "berekendbedrag", "bedrag")
_CENTS = Decimal("0.01")


def lines_of(root: Any) -> Lines:
    """The care of all clients of one message, given its root; numbered from 1.

    Raises:
        Unreadable: no declaration message.
    """
    message = _MESSAGE.search(" ".join(uri for uri in root.nsmap.values() if uri))
    if _name(root) != "bericht" or message is None:
        raise Unreadable
    invoice = _text(root, ("factuurnummer",))
    shared: Record = {Column.LAW: _LAWS[message[1].lower()], Column.INVOICE: invoice}
    records: list[Record] = [
        _filled(shared | _client(client) | _care(care))
        for client in _all(root, "client")
        for care in _all(client, "prestatie")
    ]
    complete = all(record.keys() & demand for record in records for demand in DEMANDS)
    return Lines(list(enumerate(records, 1)), bool(records) and complete)


def _client(client: Any) -> Record:
    apart = [child for child in client if _name(child) != "prestaties"]
    return {
        column: next(filter(None, (_text(child, names) for child in apart)), None)
        for column, names in _OF_CLIENT.items()
    }


def _care(care: Any) -> Record:
    sign = -1 if (_text(care, ("debetcredit",)) or "").upper() == "C" else 1
    record: Record = {column: _text(care, names) for column, names in _OF_CARE.items()}
    volume, rate, amount = (_number(_text(care, names)) for names in (_VOLUME, _RATE, _AMOUNT))
    record[Column.UNITS] = None if volume is None else sign * volume
    record[Column.RATE] = None if rate is None else rate * _CENTS
    record[Column.AMOUNT] = None if amount is None else sign * amount * _CENTS
    return record


def _filled(record: Record) -> Record:
    return {column: value for column, value in record.items() if value is not None}


def _all(parent: Any, name: str) -> Iterator[Any]:
    return (element for element in parent.iter() if _name(element) == name)


def _text(parent: Any, names: tuple[str, ...]) -> str | None:
    """The first text under one of these names, tried in order."""
    return next(
        (
            text
            for name in names
            for element in _all(parent, name)
            if (text := (element.text or "").strip())
        ),
        None,
    )


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text) else None


def _name(element: Any) -> str:
    return name_of(element).lower()
