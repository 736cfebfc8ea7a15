"""Draws a region of a page or a photo for tekstherkenning (OCR).

Runs inside a child that knows pictures only.
"""

from __future__ import annotations

import base64
from typing import Any

from intake.document.readers import photo
from intake.document.readers.render import MAX_DOTS, drawn


def task_draw(data: bytes, arguments: dict[str, Any], secrets: list[bytes]) -> Any:
    """Child's side: a region as rows of grey bytes.

    ``arguments``: ``page``, ``box`` and ``dpi``.
    """
    page, dpi = int(arguments["page"]), int(arguments["dpi"])
    left, top, right, bottom = (float(side) for side in arguments["box"])
    if photo.is_photo(data):
        image = photo.grey(
            data,
            page,
            MAX_DOTS,
            (round((right - left) * dpi / 72), round((bottom - top) * dpi / 72)),
        )
        width, height, pixels = image.width, image.height, image.tobytes()
    else:
        width, height, pixels = drawn(data, page, (left, top, right, bottom), dpi / 72)
    return {"width": width, "height": height, "pixels": base64.b64encode(pixels).decode("ascii")}
