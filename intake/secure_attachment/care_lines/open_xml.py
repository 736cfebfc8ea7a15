"""Workbooks in Office Open XML (ECMA-376), made ready for a library that knows one of their dialects.

Strict files (ISO/IEC 29500-1) get the names of the usual, transitional ones (part 4). A formula
without a stored value, which a library would take for an empty cell, is told as unread: who saves a
book without computing it (openpyxl, Apache POI, EPPlus) leaves such cells.
"""

from __future__ import annotations

import io
import re
import zipfile

from intake.secure_attachment.care_lines.cell_values import UNREAD

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_CELL = re.compile(rb"<((?:\w+:)?)c(\s[^<>]*)?(?<!/)>(.*?)</\1c\s*>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^<>]*)?>[^<]")
_TYPE = re.compile(rb"\st=[\"'](\w*)[\"']")


def ready(data: bytes) -> bytes:
    """The same book, unless something in it must be told otherwise.

    Raises:
        zipfile.BadZipFile: no whole zip.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        parts = {name: archive.read(name) for name in names}
        changed = {name: _told(part) for name, part in parts.items()}
        if changed == parts:
            return data
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as book:
            for name in archive.namelist():
                book.writestr(name, changed[name] if name in changed else archive.read(name))
    return made.getvalue()


def _told(part: bytes) -> bytes:
    if b"//purl.oclc.org/ooxml/" in part:
        part = _STRICT.sub(_TRANSITIONAL, part)
    return _CELL.sub(_computed, part) if _FORMULA.search(part) else part


def _computed(cell: re.Match[bytes]) -> bytes:
    """A cell as it is, or as unread when it has a formula and nothing that it gave."""
    prefix, attributes, content = cell[1], cell[2] or b"", cell[3]
    kind = _TYPE.search(attributes)
    empty_text = kind is not None and kind[1] == b"str"  # computed, to no text at all
    if empty_text or not _FORMULA.search(content) or _VALUE.search(content):
        return cell[0]
    attributes = _TYPE.sub(b"", attributes)
    return b"<%(p)sc%(a)s t='inlineStr'><%(p)sis><%(p)st>%(v)s</%(p)st></%(p)sis></%(p)sc>" % {
        b"p": prefix,
        b"a": attributes,
        b"v": UNREAD.encode(),
    }
