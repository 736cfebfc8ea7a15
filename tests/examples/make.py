"""Writes the documents of ``templates/_examples``: ``python -m tests.examples.make [FOLDER-PREFIX
…]``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.examples import (
    chromium,
    fpdf2,
    libreoffice,
    reportlab_canvas,
    reportlab_platypus,
    weasyprint_page,
)
from tests.examples.bill import Bill
from tests.examples.bills import BILLS

FOLDER = Path(__file__).parents[2] / "templates" / "_examples"
PRODUCERS: Mapping[str, Callable[[Bill], bytes]] = {
    "canvas": reportlab_canvas.render,
    "platypus": reportlab_platypus.render,
    "fpdf2": fpdf2.render,
    "weasyprint": weasyprint_page.render,
    "libreoffice": libreoffice.render,
    "docx": libreoffice.render_docx,
    "chromium": chromium.render,
}


def main(prefixes: list[str]) -> None:
    for bill in BILLS:
        if not prefixes or bill.folder.startswith(tuple(prefixes)):
            target = FOLDER / bill.folder / bill.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(PRODUCERS[bill.producer](bill))
            print(f"{target.stat().st_size:7d} {bill.folder}/{bill.file}")


if __name__ == "__main__":
    main(sys.argv[1:])
