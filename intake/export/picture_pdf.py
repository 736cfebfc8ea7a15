"""A PDF made of the pictures of pages: what a person saw, and nothing else. No script, no hidden
text, no embedded file of the provider's own PDF leaves with it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = {0: 1, 2: 3}
"""Samples of a dot, by the colour type of a PNG: grey and RGB."""
_POINTS = 72


def pdf(pictures: Sequence[bytes], dpi: int) -> bytes:
    """One page for each PNG, as large as it was drawn.

    The compressed dots go over as they are (ISO 32000-1, 7.4.4.4: predictor 15 is that of PNG);
    nothing is decoded here.

    Args:
        pictures: PNG of 8 bits a sample, grey or RGB, not interlaced.
        dpi: dots an inch.

    Raises:
        ValueError: a picture is none of that kind.
    """
    kids = " ".join(f"{3 + 3 * at} 0 R" for at in range(len(pictures)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pictures)} /Kids [{kids}] >>".encode(),
    ]
    for at, picture in enumerate(pictures):
        objects += _page(picture, 3 + 3 * at, dpi)
    return _file(objects)


def _page(picture: bytes, number: int, dpi: int) -> tuple[bytes, bytes, bytes]:
    width, height, colours, dots = _parts(picture)
    box = f"{width * _POINTS / dpi:.2f} {height * _POINTS / dpi:.2f}"
    drawing = f"q {box.replace(' ', ' 0 0 ')} 0 0 cm /P Do Q".encode()
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box}] /Contents {number + 1} 0 R"
        f" /Resources << /XObject << /P {number + 2} 0 R >> >> >>"
    )
    space = "/DeviceRGB" if colours == 3 else "/DeviceGray"
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {space}"
        f" /BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors"
        f" {colours} /BitsPerComponent 8 /Columns {width} >> /Length {len(dots)} >>"
    )
    return (
        page.encode(),
        _stream(f"<< /Length {len(drawing)} >>".encode(), drawing),
        _stream(image.encode(), dots),
    )


def _stream(head: bytes, content: bytes) -> bytes:
    return head + b"\nstream\n" + content + b"\nendstream"


def _parts(picture: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, samples a dot, and the compressed dots of a PNG."""
    chunks = list(_chunks(picture))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise ValueError("not a PNG")
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or kind not in _COLOURS or interlaced:
        raise ValueError("a PNG of another kind")
    return width, height, _COLOURS[kind], b"".join(data for name, data in chunks if name == b"IDAT")


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    if not picture.startswith(_SIGNATURE):
        return
    while at + 8 <= len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length


def _file(objects: Sequence[bytes]) -> bytes:
    """Objects numbered from 1, with the table of where each begins."""
    content, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size, start = len(objects) + 1, len(content)
    content += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    content += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(content)
