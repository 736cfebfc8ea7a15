"""Office files with a password: agile and standard encryption of XLSX and DOCX, RC4 of XLS and DOC.

Source: [MS-OFFCRYPTO] §2.3.4 (standard, agile), §2.3.5 and §2.3.6
(RC4), §2.3.7 (XOR).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from intake.model.attachment import Protection
from intake.model.mail import PartKind
from intake.secure_attachment.containers.format import Format, by_password, opening_task
from intake.secure_attachment.containers.passwords import forms, none_fits, within
from intake.secure_attachment.containers.result import (
    ExtractedFile,
    Result,
    bomb,
    damaged,
    extracted,
    locked,
)

OPEN_TO_ALL = "VelvetSweatshop"
"""The password that Excel itself knows ([MS-XLS] §2.2.10): it hides nothing from anybody."""
MAX_SPINS = 2_000_000
"""Office writes 100,000; two millions are a second of work a try."""


def _open(data: bytes, arguments: None, secrets: Sequence[bytes]) -> Result:
    return extracted(lambda: _read(data, forms(secrets)))


def _first_file() -> Iterator[tuple[bytes, None, Sequence[bytes]]]:
    from msoffcrypto.format.ooxml import OOXMLFile
    from openpyxl import Workbook

    book, file = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    OOXMLFile(book).encrypt("warm", file)
    yield file.getvalue(), None, [b"warm"]


OPEN = opening_task("open-office", _open, _first_file)
FORMAT = Format(
    "office",
    lambda part: part.kind is PartKind.OFFICE_ENCRYPTED,
    by_password(OPEN, keeps_name=True),
    (OPEN,),
)


def _read(data: bytes, passwords: Sequence[str]) -> Sequence[ExtractedFile]:
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError
    from msoffcrypto.format import doc97, xls97
    from msoffcrypto.format.ooxml import OOXMLFile

    for module in (doc97, xls97):  # content never touches a disk, and a child has none
        module.tempfile = SimpleNamespace(TemporaryFile=io.BytesIO)
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        if isinstance(file, OOXMLFile) and file.info.get("spinValue", 0) > MAX_SPINS:
            raise bomb("an Office file that asks for too many rounds to make its key")
        if (file.file if isinstance(file, OOXMLFile) else file.ole).parsing_issues:
            raise damaged(
                "an Office file with pieces missing"
            )  # nothing behind an old encryption would tell
        for password in within((OPEN_TO_ALL, *passwords)):
            content = _opened(file, password)
            if content is not None:
                return [ExtractedFile(content, _protection(file, password))]
    except FileFormatError:
        raise locked(
            "encrypted with rights management (IRM), or a kind of Office file that is not on our"
            " list"
        ) from None
    except DecryptionError:
        raise locked("a way of encrypting that is not on our list") from None
    raise locked(none_fits(passwords))


def _opened(file: Any, password: str) -> bytes | None:
    """The file without its password; None when this is not the password."""
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    try:
        if isinstance(file, OOXMLFile):
            file.load_key(password=password, verify_password=True)
        else:
            file.load_key(password=password)
    except InvalidKeyError:
        return None
    content = io.BytesIO()
    file.decrypt(content)
    return content.getvalue()


def _protection(file: Any, password: str) -> Protection:
    from msoffcrypto.format.ooxml import OOXMLFile

    if password == OPEN_TO_ALL:
        return Protection.NONE
    return Protection.STRONG if isinstance(file, OOXMLFile) else Protection.WEAK
