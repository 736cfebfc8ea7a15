"""What the reading of a PDF's objects brings along: every fork of the reading template copies it."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import sys
import intake.document.readers.pdf, intake.document.readers.pdf_traits
import intake.document.anonymity.hidden_content
print(sorted(name for name in ("PIL", "fontTools", "numpy", "lxml", "pdfminer") if name in sys.modules))
from PIL import Image
import fontTools.ttLib
print(Image.new("L", (2, 2)).size)
"""


def test_reading_loads_no_library_for_pictures_or_fonts_and_hides_none() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.split("\n")[:2] == ["[]", "(2, 2)"]
