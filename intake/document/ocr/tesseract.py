"""The few calls of Tesseract and Leptonica that reading a picture needs, with plain pointers.

The library is loaded and its language model warmed up once in the OCR template; a child that forks
from it starts no program at all. Debian and Ubuntu: packages tesseract-ocr and tesseract-ocr-nld.
API: https://tesseract-ocr.github.io/tessapi/5.x/a00011.html (capi.h);
http://www.leptonica.org/source/allheaders.h
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from typing import Self

_TESSERACT = ("libtesseract.so.5", "libtesseract.so.4")
_LEPTONICA = ("libleptonica.so.6", "liblept.so.5")
_LANGUAGES = (b"nld", b"eng")
"""The first one that is installed."""
_LEGACY, _ORIENTATION_ONLY, _AUTOMATIC = 0, 0, 3
_INK, _UNKNOWN = 160, 1_000_000
_Pointer = ctypes.c_void_p


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in shades of grey, held by Leptonica."""

    handle: int
    width: int
    height: int


class Engine:
    """Tesseract with its models in memory.

    Not for threads; a child frees nothing, because it ends.
    """

    def __init__(self, tesseract: ctypes.CDLL, leptonica: ctypes.CDLL) -> None:
        self._tesseract, self._leptonica = tesseract, leptonica
        for library, name in (
            (tesseract, "TessBaseAPICreate"),
            (tesseract, "TessBaseAPIGetTsvText"),
            *((leptonica, name) for name in _MAKERS),
        ):
            getattr(library, name).restype = _Pointer
        self._reader = next(
            (handle for language in _LANGUAGES if (handle := self._opened(language))), 0
        )
        self._compass = self._opened(b"osd", _LEGACY)

    @classmethod
    def load(cls) -> Self | None:
        """The engine of this machine; None when Tesseract or its Dutch and English data are not
        installed.
        """
        os.environ["OMP_THREAD_LIMIT"] = (
            "1"  # before libgomp is loaded: threads do not survive a fork
        )
        tesseract, leptonica = _library(_TESSERACT), _library(_LEPTONICA)
        if tesseract is None or leptonica is None:
            return None
        engine = cls(tesseract, leptonica)
        return engine if engine._reader else None

    def picture(self, pixels: bytes, width: int, height: int) -> Picture:
        """Wrap rows of grey bytes.

        Raises:
            ValueError: the size does not fit the bytes.
        """
        if min(width, height) < 1 or len(pixels) != width * height:
            raise ValueError("not a picture")
        file = b"P5\n%d %d\n255\n" % (width, height) + pixels
        return self._picture(self._leptonica.pixReadMem(file, ctypes.c_size_t(len(file))))

    def straightened(self, picture: Picture) -> Picture:
        """Turned by the few degrees that it was laid askew on the scanner."""
        return self._picture(
            self._leptonica.pixFindSkewAndDeskew(_Pointer(picture.handle), 0, None, None)
        )

    def smoothed(self, picture: Picture) -> Picture:
        """Without the grain of a scanner: the mean of nine dots."""
        return self._picture(self._leptonica.pixBlockconv(_Pointer(picture.handle), 1, 1), picture)

    def evened(self, picture: Picture) -> Picture:
        """Without shadows and grey paper."""
        return self._picture(
            self._leptonica.pixBackgroundNormSimple(_Pointer(picture.handle), None, None), picture
        )

    def turned(self, picture: Picture, quarters: int) -> Picture:
        """Turned clockwise by quarters."""
        return self._picture(self._leptonica.pixRotateOrth(_Pointer(picture.handle), quarters % 4))

    def inverted(self, picture: Picture) -> Picture:
        return self._picture(self._leptonica.pixInvert(None, _Pointer(picture.handle)))

    def marks(self, picture: Picture) -> int:
        """How many separate marks stand on it: a letter is one or two, a drawing a few, the grain
        of a photo thousands.
        """
        count = ctypes.c_int()
        black = self._picture(self._leptonica.pixConvertTo1(_Pointer(picture.handle), _INK))
        failed = self._leptonica.pixCountConnComp(_Pointer(black.handle), 8, ctypes.byref(count))
        return _UNKNOWN if failed else count.value

    def quarters_off(self, picture: Picture, dpi: int) -> int:
        """Clockwise quarters that make the picture upright; 0 when that is not clear."""
        if not self._compass:
            return 0
        degrees, sure, script, script_sure = (
            ctypes.c_int(),
            ctypes.c_float(),
            ctypes.c_char_p(),
            ctypes.c_float(),
        )
        self._show(self._compass, picture, dpi, _ORIENTATION_ONLY)
        outs = (ctypes.byref(out) for out in (degrees, sure, script, script_sure))
        found = self._tesseract.TessBaseAPIDetectOrientationScript(_Pointer(self._compass), *outs)
        return -degrees.value // 90 % 4 if found else 0

    def table(self, picture: Picture, dpi: int) -> str:
        """What is read, as Tesseract's table of tab-separated values (level, page, block, …,
        confidence, text).
        """
        self._show(self._reader, picture, dpi, _AUTOMATIC)
        if self._tesseract.TessBaseAPIRecognize(_Pointer(self._reader), None):
            return ""
        return ctypes.string_at(
            self._tesseract.TessBaseAPIGetTsvText(_Pointer(self._reader), 0)
        ).decode("utf-8", "replace")

    def _opened(self, language: bytes, mode: int | None = None) -> int:
        handle = self._tesseract.TessBaseAPICreate()
        if mode is None:
            failed = self._tesseract.TessBaseAPIInit3(_Pointer(handle), None, language)
        else:
            failed = self._tesseract.TessBaseAPIInit2(_Pointer(handle), None, language, mode)
        if failed or not handle:
            return 0
        self._tesseract.TessBaseAPISetVariable(_Pointer(handle), b"debug_file", b"/dev/null")
        return int(handle)

    def _show(self, handle: int, picture: Picture, dpi: int, mode: int) -> None:
        self._tesseract.TessBaseAPISetPageSegMode(_Pointer(handle), mode)
        self._tesseract.TessBaseAPISetImage2(_Pointer(handle), _Pointer(picture.handle))
        self._tesseract.TessBaseAPISetSourceResolution(_Pointer(handle), dpi)

    def _picture(self, handle: int | None, otherwise: Picture | None = None) -> Picture:
        if not handle:
            if otherwise is None:
                raise ValueError("not a picture")
            return otherwise
        width, height = (
            getattr(self._leptonica, name)(_Pointer(handle))
            for name in ("pixGetWidth", "pixGetHeight")
        )
        return Picture(handle, width, height)


_MAKERS = (
    "pixReadMem",
    "pixFindSkewAndDeskew",
    "pixBlockconv",
    "pixBackgroundNormSimple",
    "pixRotateOrth",
    "pixInvert",
    "pixConvertTo1",
)


def _library(names: tuple[str, ...]) -> ctypes.CDLL | None:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None
