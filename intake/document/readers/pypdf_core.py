"""pypdf's reader of a PDF's objects, without Pillow and fontTools: it has those for pictures and
for writing fonts only.

A reading child needs neither, and each fork would copy what they hold (44 mapped regions and 2 MB).
So whoever walks the objects of a PDF in a child imports pypdf from here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _as_if_absent(*names: str) -> Iterator[None]:
    """Let libraries that are not loaded yet count as not installed: the import system's meaning of
    None in ``sys.modules``.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _as_if_absent("PIL", "fontTools"):
    from pypdf import PdfReader
    from pypdf.generic import (
        ArrayObject,
        DictionaryObject,
        IndirectObject,
        StreamObject,
        TextStringObject,
    )

__all__ = [
    "ArrayObject",
    "DictionaryObject",
    "IndirectObject",
    "PdfReader",
    "StreamObject",
    "TextStringObject",
]
