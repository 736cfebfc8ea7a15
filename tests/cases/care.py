"""Care lines in the files that people really send, for the cases: sheets by LibreOffice, a letter,
a declaration message.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl

Row = Sequence[object]

TITLES = (
    "BSN",
    "Verwijzer",
    "AGB verwijzer",
    "Productcode",
    "Omschrijving",
    "Van",
    "T/m",
    "Aantal",
    "Eenheid",
    "Tarief",
    "Bedrag",
    "Beschikking",
)


def libreoffice(form: str, rows: Sequence[Row]) -> bytes:
    """A workbook as LibreOffice Calc writes it: ``xls`` or ``ods``."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    with tempfile.TemporaryDirectory() as folder:
        book.save(Path(folder) / "bijlage.xlsx")
        command = [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            form,
            "bijlage.xlsx",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        return (Path(folder) / f"bijlage.{form}").read_bytes()


def letter(rows: Sequence[Row]) -> bytes:
    """A Word letter with a table."""
    document = docx.Document()
    document.add_paragraph("Beste gemeente, hierbij de gegevens die bij onze factuur horen.")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = "" if value is None else str(value)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def declaration() -> bytes:
    """JW323 (iJw 3.2): one client, one product, 10 hours at € 50."""
    return (
        b"<?xml version='1.0' encoding='UTF-8'?>\n<jw323:Bericht"
        b" xmlns:ijw='http://www.istandaarden.nl/ijw/3_2/basisschema/schema'"
        b" xmlns:jw323='http://www.istandaarden.nl/ijw/3_2/jw323/schema'><jw323:Header><jw323:BerichtCode>490</jw323:BerichtCode></jw323:Header>"
        b"<jw323:Declaratie><jw323:DeclaratieNummer>D-1</jw323:DeclaratieNummer><jw323:Clienten><jw323:Client><jw323:Bsn>999990019</jw323:Bsn>"
        b"<jw323:Prestaties><jw323:Prestatie><jw323:ToewijzingNummer>10072</jw323:ToewijzingNummer><jw323:ProductCategorie>45</jw323:ProductCategorie>"
        b"<jw323:ProductCode>45A52</jw323:ProductCode><jw323:ProductPeriode><ijw:Begindatum>2026-09-01</ijw:Begindatum>"
        b"<ijw:Einddatum>2026-09-30</ijw:Einddatum></jw323:ProductPeriode><jw323:GeleverdVolume>10</jw323:GeleverdVolume><jw323:Eenheid>04</jw323:Eenheid>"
        b"<jw323:ProductTarief>5000</jw323:ProductTarief><jw323:IngediendBedrag><ijw:Bedrag>50000</ijw:Bedrag><ijw:DebetCredit>D</ijw:DebetCredit>"
        b"</jw323:IngediendBedrag></jw323:Prestatie></jw323:Prestaties></jw323:Client></jw323:Clienten></jw323:Declaratie></jw323:Bericht>\n"
    )
