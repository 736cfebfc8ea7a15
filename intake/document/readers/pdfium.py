"""The few PDFium calls that the readers need, with plain integers as handles.

pypdfium2's own bindings check each argument against a pointer type; per letter of a page that costs
more than PDFium itself. These are the same functions with untyped pointers; what is asked of every
letter or text has no argument types at all and takes what ``handle_argument`` and ``place_for``
prepared once.
API: https://pdfium.googlesource.com/pdfium/+/refs/heads/main/public/
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as raw

Call = Callable[..., Any]


def _plain(name: str, *arguments: type, result: type | None = ctypes.c_int) -> Call:
    """A call with plain integers; it keeps Python's lock, since a reading child has one thread."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address or 0)


def _bare(name: str, result: type | None = ctypes.c_int) -> Call:
    """A call without argument types: handles and places prepared, plain integers as C's ``int``."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result)(address or 0)


def handle_argument(handle: int) -> Any:
    """A handle as argument of a bare call."""
    return ctypes.c_void_p.from_param(handle)


def place_for(values: array[Any], index: int = 0) -> Any:
    """Where a bare call writes its answer; Python reads an array much quicker than one of ctypes."""
    return ctypes.byref(
        (ctypes.c_char * (len(values) * values.itemsize)).from_buffer(values),
        index * values.itemsize,
    )


_HANDLE, _INT, _OUT = ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p

page_box = _plain("FPDF_GetPageBoundingBox", _HANDLE, _OUT)
page_rotation = _plain("FPDFPage_GetRotation", _HANDLE)
count_annotations = _plain("FPDFPage_GetAnnotCount", _HANDLE)

load_text = _plain("FPDFText_LoadPage", _HANDLE, result=_HANDLE)
close_text = _plain("FPDFText_ClosePage", _HANDLE, result=None)
count_letters = _plain("FPDFText_CountChars", _HANDLE)
letters = _plain("FPDFText_GetText", _HANDLE, _INT, _INT, _OUT)
letter = _plain("FPDFText_GetUnicode", _HANDLE, _INT, result=ctypes.c_uint)
loose_box = _bare("FPDFText_GetLooseCharBox")
tight_box = _plain("FPDFText_GetCharBox", _HANDLE, _INT, _OUT, _OUT, _OUT, _OUT)
is_generated = _bare("FPDFText_IsGenerated")
font_size = _bare("FPDFText_GetFontSize", result=ctypes.c_double)
font_name = _bare("FPDFText_GetFontInfo", result=ctypes.c_ulong)
letter_matrix = _bare("FPDFText_GetMatrix")
text_object = _bare("FPDFText_GetTextObject", result=_HANDLE)

count_objects = _plain("FPDFPage_CountObjects", _HANDLE)
object_at = _plain("FPDFPage_GetObject", _HANDLE, _INT, result=_HANDLE)
count_in_form = _plain("FPDFFormObj_CountObjects", _HANDLE)
object_in_form = _plain("FPDFFormObj_GetObject", _HANDLE, ctypes.c_ulong, result=_HANDLE)
object_type = _plain("FPDFPageObj_GetType", _HANDLE)
object_bounds = _plain("FPDFPageObj_GetBounds", _HANDLE, _OUT, _OUT, _OUT, _OUT)
object_matrix = _plain("FPDFPageObj_GetMatrix", _HANDLE, _OUT)
fill_colour = _bare("FPDFPageObj_GetFillColor")
set_active = _plain("FPDFPageObj_SetIsActive", _HANDLE, _INT)
render_mode = _bare("FPDFTextObj_GetTextRenderMode")
draw_mode = _plain("FPDFPath_GetDrawMode", _HANDLE, _OUT, _OUT)
count_segments = _plain("FPDFPath_CountSegments", _HANDLE)
pixel_size = _plain("FPDFImageObj_GetImagePixelSize", _HANDLE, _OUT, _OUT)
count_marks = _bare("FPDFPageObj_CountMarks")
mark_at = _plain("FPDFPageObj_GetMark", _HANDLE, ctypes.c_ulong, result=_HANDLE)
mark_name = _plain("FPDFPageObjMark_GetName", _HANDLE, _OUT, ctypes.c_ulong, _OUT)
