"""PDFs made by code: ordinary ones of several producers, odd ones and hostile ones.

Names are fictitious.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import cache

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WORDS = (
    "Factuurnummer",
    "2026-0117",
    "KvK-nummer",
    "12345678",
    "NL91ABNA0417164300",
    "Totaal",
    "1.493,82",
    "Zorgpraktijk",
)
SENTENCE = " ".join(WORDS)


def canvas(
    draw: Callable[[Canvas], object], size: tuple[float, float] = (595, 842), **options: object
) -> bytes:
    """One page drawn with reportlab."""
    file = io.BytesIO()
    page = Canvas(file, pagesize=size, **options)
    page.setFont("Helvetica", 11)
    draw(page)
    page.showPage()
    page.save()
    return file.getvalue()


def written(
    content: bytes,
    resources: bytes = b"",
    media: bytes = b"0 0 595 842",
    more: tuple[bytes, ...] = (),
    catalog: bytes = b"",
) -> bytes:
    """A PDF written by hand: one page with this content stream.

    ``more`` are objects from number 6 on; font F is Helvetica.
    """
    objects = (
        b"<</Type/Catalog/Pages 2 0 R %s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>"
        % (media, resources),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *more,
    )
    return assembled(objects)


def assembled(objects: tuple[bytes, ...]) -> bytes:
    """A file with these objects, numbered from 1, the catalogue first."""
    file = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    return bytes(
        file
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    )


def plain(text: str = SENTENCE) -> bytes:
    return canvas(lambda page: page.drawString(60, 700, text))


def image(width: int, height: int, shade: int = 128) -> ImageReader:
    from PIL import Image

    return ImageReader(Image.new("L", (width, height), shade))


@cache
def flate_bomb(megabytes: int = 1500) -> bytes:
    """A content stream of a megabyte that unpacks to ``megabytes``."""
    megabyte, checksum = b" " * (1 << 20), 1
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(megabyte) + packer.flush(
        zlib.Z_FULL_FLUSH
    )  # stands alone, so it can be repeated
    for _ in range(megabytes):
        checksum = zlib.adler32(megabyte, checksum)
    packed = b"\x78\xda" + block * megabytes + packer.flush() + checksum.to_bytes(4, "big")
    content = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    return assembled((
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>", content,
    ))  # fmt: skip


def many_pages(count: int) -> bytes:
    """A page tree that lists one page ``count`` times."""
    kids = b"3 0 R " * count
    return assembled((
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    ))  # fmt: skip


def page_tree_loop() -> bytes:
    return assembled(
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>")
    )


def table_loop() -> bytes:
    """A cross-reference table whose previous table is itself."""
    file = plain()
    table = file.rindex(b"xref", 0, file.rindex(b"startxref"))
    return file.replace(b"trailer\n<<", b"trailer\n<< /Prev %d " % table)


def form_loop() -> bytes:
    """A form that draws itself."""
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>/Length"
        b" 5>>stream\n/X Do\nendstream"
    )
    return written(b"/X Do", b"/XObject<</X 6 0 R>>", more=(form,))


def form_tree(depth: int = 12, width: int = 12) -> bytes:
    """Forms that draw forms: ``width ** depth`` letters in a few kilobytes."""
    forms = tuple(
        b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>/XObject<</X"
        b" %d 0 R>>>>/Length %d>>stream\n%s\nendstream" % (number + 1, len(content), content)
        for number in range(6, 6 + depth)
        for content in (
            b"/X Do " * width if number < 5 + depth else b"BT /F 9 Tf 50 50 Td (x) Tj ET",
        )
    )
    return written(b"/X Do", b"/XObject<</X 6 0 R>>", more=forms)


def many_letters(count: int) -> bytes:
    return written(
        b"BT /F 6 Tf 9 TL 20 830 Td " + b"(abcdefghi 12345678 ) Tj T* " * (count // 19) + b"ET"
    )


def giant_page() -> bytes:
    return written(
        b"BT /F 11 Tf 60 700 Td (%s) Tj ET" % SENTENCE.encode(), media=b"0 0 1000000000 1000000000"
    )


def giant_picture() -> bytes:
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 60000/Height"
        b" 60000/ColorSpace/DeviceRGB/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream"
    )
    return written(b"q 500 0 0 700 40 60 cm /I Do Q", b"/XObject<</I 6 0 R>>", more=(picture,))


def script() -> bytes:
    """Runs JavaScript when opened, in a reader that would."""
    return written(
        b"BT /F 11 Tf 60 700 Td (x) Tj ET", catalog=b"/OpenAction<</S/JavaScript/JS(while(1){})>>"
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "header-only": lambda: b"%PDF-1.7\n",
    "noise": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400,
    "flate-bomb": flate_bomb,
    "page-tree-loop": page_tree_loop,
    "table-loop": table_loop,
    "form-loop": form_loop,
    "form-tree": form_tree,
    "giant-page": giant_page,
    "giant-picture": giant_picture,
    "script": script,
    "many-pages": lambda: many_pages(200_000),
    "many-letters": lambda: many_letters(400_000),
    "deep-arrays": lambda: written(b"[" * 200_000 + b"]" * 200_000),
    "deep-states": lambda: written(b"q " * 300_000),
    "many-paths": lambda: written(b"10 10 20 20 re f " * 60_000),
    "zero-size": lambda: written(b"BT /F 11 Tf 60 700 Td (x) Tj ET", media=b"0 0 0 0"),
    "not-numbers": lambda: written(
        b"BT /F 1e99 Tf 1e300 -1e300 Td (x) Tj ET 1e308 0 0 1e308 0 0 cm 0 0 1e9 1e9 re f",
        media=b"nan inf -1 2",
    ),
}
