"""Reading words with boxes from PDFs of several producers, odd ones too."""

from __future__ import annotations

import io
import math
import re
import struct
import zlib

import pypdf
import pytest
import weasyprint
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from intake.document.readers import pdf
from intake.document.readers.glyphs import UNKNOWN, cleaned
from intake.model.document import Document, Page, Reader, Word
from intake.sandbox.budget import MAX_PAGES
from tests.hostile import pdfs

BOTH = pytest.mark.parametrize("reader", [Reader.PDFIUM, Reader.PDFPLUMBER])


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words if not word.hidden]


def one_page(data: bytes, reader: Reader = Reader.PDFIUM) -> Page:
    document = pdf.read(data, reader)
    assert document.fault is None
    (page,) = document.pages
    return page


def word(page: Page, text: str) -> Word:
    (found,) = [word for word in page.words if word.text == text]
    return found


def by_reportlab() -> bytes:
    def draw(page: Canvas) -> None:
        for row, text in enumerate(pdfs.WORDS):
            page.drawString(60 + 30 * row, 760 - 22 * row, text)

    return pdfs.canvas(draw)


def by_fpdf2() -> bytes:
    page = FPDF(unit="pt", format="A4")
    page.add_page()
    page.set_font("Times", size=12)
    for text in pdfs.WORDS:
        page.cell(0, 20, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def by_weasyprint() -> bytes:
    rows = "".join(f"<tr><td>{text}</td><td>€ 12,10</td></tr>" for text in pdfs.WORDS)
    return bytes(
        weasyprint.HTML(
            string=f"<style>body{{font:10pt DejaVu Sans}}</style><table>{rows}</table>"
        ).write_pdf()
    )


PRODUCERS = {"reportlab": by_reportlab, "fpdf2": by_fpdf2, "weasyprint": by_weasyprint}


class TestProducers:
    @pytest.mark.parametrize("producer", PRODUCERS)
    def test_both_engines_see_the_same_words_at_the_same_place(self, producer: str) -> None:
        """Else the second look before a refusal would judge other words than the first."""
        data = PRODUCERS[producer]()

        first, second = one_page(data, Reader.PDFIUM), one_page(data, Reader.PDFPLUMBER)

        assert sorted(texts(first)) == sorted(texts(second))
        assert set(pdfs.WORDS) <= set(texts(first))
        for text in pdfs.WORDS:
            one, other = word(first, text), word(second, text)
            assert one.box[0] == pytest.approx(other.box[0], abs=1)
            assert one.box[2] == pytest.approx(other.box[2], abs=1)
            assert one.box[1] == pytest.approx(other.box[1], abs=5)
            assert one.box[3] == pytest.approx(other.box[3], abs=5)
            assert one.size == pytest.approx(other.size, rel=0.2)

    def test_a_box_counts_from_the_top_left(self) -> None:
        """Else the review page marks the wrong place on the picture."""
        found = word(one_page(by_reportlab()), "Factuurnummer")

        assert found.box[0] == pytest.approx(60, abs=1)
        assert found.box[1] < 842 - 760 < found.box[3] + 1
        assert found.size == pytest.approx(11)

    @pytest.mark.parametrize("turns", [90, 180, 270])
    @BOTH
    def test_a_turned_page_reads_as_it_is_shown(self, turns: int, reader: Reader) -> None:
        """Else labels and values of a turned scan or landscape invoice do not meet."""
        writer = pypdf.PdfWriter(io.BytesIO(by_reportlab()))
        writer.pages[0].rotate(turns)
        file = io.BytesIO()
        writer.write(file)

        page = one_page(file.getvalue(), reader)

        upright = word(one_page(by_reportlab(), reader), "Factuurnummer").box
        x, y = (upright[0] + upright[2]) / 2, (upright[1] + upright[3]) / 2
        expected = {90: (842 - y, x), 180: (595 - x, 842 - y), 270: (y, 595 - x)}[turns]
        box = word(page, "Factuurnummer").box
        assert (page.width, page.height) == pytest.approx(
            (595, 842) if turns == 180 else (842, 595)
        )
        assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx(expected, abs=2)

    @BOTH
    def test_a_cropped_page_counts_from_what_is_shown(self, reader: Reader) -> None:
        """Else words of a cropped page are marked at another place, and cut-off words count."""
        writer = pypdf.PdfWriter(io.BytesIO(by_reportlab()))
        writer.pages[0].cropbox = pypdf.generic.RectangleObject((50, 700, 450, 800))
        file = io.BytesIO()
        writer.write(file)

        page = one_page(file.getvalue(), reader)

        assert (page.width, page.height) == pytest.approx((400, 100))
        assert word(page, "Factuurnummer").box[0] == pytest.approx(10, abs=1)
        assert not any(found.text == "Zorgpraktijk" and not found.hidden for found in page.words)


class TestWords:
    @BOTH
    def test_letters_drawn_one_by_one_are_a_word(self, reader: Reader) -> None:
        """Else an IBAN of a program that places each letter is missed."""

        def draw(page: Canvas) -> None:
            x = 60.0
            for letter in "NL91ABNA0417164300":
                page.drawString(x, 700, letter)
                x += page.stringWidth(letter, "Helvetica", 11)

        assert texts(one_page(pdfs.canvas(draw), reader)) == ["NL91ABNA0417164300"]

    @BOTH
    def test_letters_drawn_out_of_order_are_a_word(self, reader: Reader) -> None:
        """Else a printer driver that sorts letters hides every number."""

        def draw(page: Canvas) -> None:
            word = "KvK12345678"
            places = [
                (60 + page.stringWidth(word[:i], "Helvetica", 11), letter)
                for i, letter in enumerate(word)
            ]
            for x, letter in places[::2] + places[1::2]:
                page.drawString(x, 700, letter)

        assert texts(one_page(pdfs.canvas(draw), reader)) == ["KvK12345678"]

    @BOTH
    def test_a_gap_without_a_space_parts_words(self, reader: Reader) -> None:
        """Else label and number of two columns melt together."""
        kerned = pdfs.written(
            b"BT /F 11 Tf 60 700 Td [(KvK-nummer)-900(12345678)-6000(Totaal)] TJ ET"
        )
        placed = pdfs.canvas(
            lambda page: [
                page.drawString(x, 700, text)
                for x, text in ((60, "KvK-nummer"), (127, "12345678"), (300, "Totaal"))
            ]
        )

        for data in (kerned, placed):
            assert texts(one_page(data, reader)) == ["KvK-nummer", "12345678", "Totaal"]

    @BOTH
    def test_kerning_does_not_part_a_word(self, reader: Reader) -> None:
        """Else well set type breaks names and numbers."""
        data = pdfs.written(
            b"BT /F 11 Tf 60 700 Td [(T)80(o)-30(ta)40(al) ( 1)-50(.493)20(,82)] TJ ET"
        )

        assert texts(one_page(data, reader)) == ["Totaal", "1.493,82"]

    @BOTH
    def test_lines_close_together_stay_apart(self, reader: Reader) -> None:
        """Else small print runs into the line below it."""
        lines = "".join(f"(regel{number}) Tj T* " for number in range(20)).encode()

        found = texts(
            one_page(pdfs.written(b"BT /F 10 Tf 8.5 TL 60 700 Td " + lines + b"ET"), reader)
        )

        assert found == [f"regel{number}" for number in range(20)]

    @BOTH
    def test_text_drawn_twice_for_boldness_is_read_once(self, reader: Reader) -> None:
        """Else a bold total becomes another number."""

        def draw(page: Canvas) -> None:
            for shift in (0, 0.3):
                page.drawString(60 + shift, 700, "1493,82")

        assert set(texts(one_page(pdfs.canvas(draw), reader))) == {"1493,82"}

    @BOTH
    def test_turned_text_is_a_word(self, reader: Reader) -> None:
        """Else what stands upright in a margin falls apart into letters."""

        def draw(page: Canvas) -> None:
            page.rotate(90)
            page.drawString(300, -40, "KvK12345678")

        found = texts(one_page(pdfs.canvas(draw), reader))
        if reader is not Reader.PDFIUM:
            found = ["".join(sorted(text)) for text in found]
        assert found in (["KvK12345678"], ["".join(sorted("KvK12345678"))])

    def test_an_address_broken_at_a_line_end_keeps_its_lines(self) -> None:
        """Else the first letter of the next line sticks to a hyphen."""
        data = pdfs.written(
            b"BT /F 11 Tf 14 TL 60 700 Td (post@zorg-) Tj T* (praktijk.example) Tj ET"
        )

        assert texts(one_page(data)) == ["post@zorg-", "praktijk.example"]

    @BOTH
    def test_odd_characters_become_plain_text(self, reader: Reader) -> None:
        """Else a no-break space hides an amount and a soft hyphen an invoice number."""
        data = pdfs.written(b"BT /F 11 Tf 60 700 Td (EUR\xa012,10 2026\xad0117 a\x00b) Tj ET")

        found = texts(one_page(data, reader))

        assert found[:2] == ["EUR", "12,10"]
        assert (
            "2026-0117" in found or reader is Reader.PDFPLUMBER
        )  # pdfminer reads this hyphen as a space
        assert not any("\0" in text for text in found)

    def test_letters_without_a_meaning_make_the_page_doubtful(self) -> None:
        """Else a page of unreadable letters would prove that a KvK number is not there."""
        shape = b"<</Length 30>>stream\n500 0 0 0 500 700 d1 0 0 500 700 re f\nendstream"
        font = (
            b"<</Type/Font/Subtype/Type3/FontBBox[0 0 500 700]/FontMatrix[.001 0 0 .001 0"
            b" 0]/CharProcs<</g1 7 0 R>>/Encoding<</Type/Encoding/Differences[65/g1]>>/FirstChar"
            b" 65/LastChar 65/Widths[500]/Resources<<>>>>"
        )
        data = pdfs.written(
            b"BT /G 11 Tf 60 700 Td (AAAAAAAA) Tj ET", b"/Font<</G 6 0 R>>", more=(font, shape)
        ).replace(b"/Font<</F 5 0 R>>/Font", b"/Font")

        document = pdf.read(data, Reader.PDFIUM)

        assert document.pages[0].fault == "unknown-letters" or texts(document.pages[0]) == [
            "AAAAAAAA"
        ]

    @given(st.text(max_size=40))
    def test_cleaned_text_is_safe_to_keep(self, text: str) -> None:
        """Else a control character or half a surrogate pair breaks the database or the page."""
        result = cleaned(text)

        assert result.encode("utf-8").decode() == result
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]", result)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ﬁets", "fiets"),
            ("2026\u20110117", "2026-0117"),
            ("\ue001\uf0b7", UNKNOWN * 2),
            ("m²", "m²"),
        ],
    )
    def test_letters_mean_what_the_eye_sees(self, text: str, expected: str) -> None:
        """Else names with a ligature do not match and hyphens of a typesetter part a number."""
        assert cleaned(text) == expected


def white(page: Canvas) -> None:
    page.setFillGray(1)
    page.drawString(60, 700, "12345678")


def covered(page: Canvas) -> None:
    page.drawString(60, 700, "12345678")
    page.setFillGray(1)
    page.rect(40, 680, 300, 60, fill=1, stroke=0)


def under_picture(page: Canvas) -> None:
    page.drawString(60, 700, "12345678")
    page.drawImage(pdfs.image(60, 60), 40, 680, 200, 60)


def invisible(page: Canvas) -> None:
    text = page.beginText(60, 700)
    text.setTextRenderMode(3)
    text.textOut("12345678")
    page.drawText(text)


def tiny(page: Canvas) -> None:
    page.setFont("Helvetica", 1)
    page.drawString(60, 700, "12345678")


def shrunk(page: Canvas) -> None:
    page.scale(0.1, 0.1)
    page.drawString(600, 7000, "12345678")


def outside(page: Canvas) -> None:
    page.drawString(700, 700, "12345678")


def clear(page: Canvas) -> None:
    page.setFillAlpha(0.02)
    page.drawString(60, 700, "12345678")


def on_dark(page: Canvas) -> None:
    page.rect(40, 680, 300, 60, fill=1, stroke=0)
    white(page)


def on_picture(page: Canvas) -> None:
    page.drawImage(pdfs.image(60, 60, 30), 40, 680, 200, 60)
    white(page)


def over_frame(page: Canvas) -> None:
    page.drawString(60, 700, "12345678")
    page.rect(40, 680, 300, 60, fill=0, stroke=1)


def under_glass(page: Canvas) -> None:
    page.drawString(60, 700, "12345678")
    page.setFillAlpha(0.3)
    page.rect(40, 680, 300, 60, fill=1, stroke=0)


def grey(page: Canvas) -> None:
    page.setFillGray(0.75)
    page.drawString(60, 700, "12345678")


HIDDEN = [white, covered, under_picture, invisible, tiny, shrunk, outside, clear]
SEEN = [on_dark, on_picture, over_frame, under_glass, grey]


class TestHidden:
    @pytest.mark.parametrize("draw", HIDDEN, ids=lambda draw: draw.__name__)
    @BOTH
    def test_what_nobody_sees_counts_for_nothing(self, draw: object, reader: Reader) -> None:
        """Else an invoice passes with numbers that no clerk can see."""
        assert texts(one_page(pdfs.canvas(draw), reader)) == []  # type: ignore[arg-type]

    @pytest.mark.parametrize("draw", SEEN, ids=lambda draw: draw.__name__)
    @BOTH
    def test_what_everybody_sees_counts(self, draw: object, reader: Reader) -> None:
        """Else a good invoice with a coloured header or a stamp is refused."""
        assert texts(one_page(pdfs.canvas(draw), reader)) == ["12345678"]  # type: ignore[arg-type]

    def test_a_layer_that_is_switched_off_is_not_seen(self) -> None:
        """Else text in an invisible layer counts."""

        def layered(state: bytes) -> bytes:
            content = b"/OC /L BDC BT /F 11 Tf 60 700 Td (12345678) Tj ET EMC"
            layer = b"<</Type/OCG/Name(L)>>"
            return pdfs.written(
                content,
                b"/Properties<</L 6 0 R>>",
                more=(layer,),
                catalog=b"/OCProperties<</OCGs[6 0 R]/D<</%s[6 0 R]>>>>" % state,
            )

        assert texts(one_page(layered(b"OFF"))) == []
        assert texts(one_page(layered(b"ON"))) == ["12345678"]

    def test_text_in_a_form_is_judged_too(self) -> None:
        """Else hiding goes unseen one level down."""

        def nested(colour: bytes) -> bytes:
            content = colour + b" BT /F 11 Tf 60 700 Td (12345678) Tj ET"
            form = (
                b"<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F 5 0"
                b" R>>>>/Length %d>>stream\n%s\nendstream" % (len(content), content)
            )
            return pdfs.written(b"/X Do", b"/XObject<</X 6 0 R>>", more=(form,))

        assert texts(one_page(nested(b"1 g"))) == []
        assert texts(one_page(nested(b"0 g"))) == ["12345678"]


class TestForms:
    @BOTH
    def test_filled_in_fields_are_text(self, reader: Reader) -> None:
        """Else an invoice made with a fillable form has no number, date or amount."""

        def draw(page: Canvas) -> None:
            page.drawString(60, 700, "Factuurnummer")
            page.acroForm.textfield(
                name="nummer", value="F2026-9", x=160, y=692, width=120, height=20, fontSize=11
            )

        found = texts(one_page(pdfs.canvas(draw), reader))

        assert sorted(found) == ["F2026-9", "Factuurnummer"]

    def test_a_dynamic_form_is_not_read_with_confidence(self) -> None:
        """Else its "Please wait" page proves that every field is absent."""
        data = pdfs.written(
            b"BT /F 11 Tf 60 700 Td (Please wait) Tj ET",
            catalog=b"/AcroForm<</Fields[]/XFA 6 0 R>>/NeedsRendering true",
            more=(b"<</Length 9>>stream\n<xdp></x>\nendstream",),
        )

        assert one_page(data).fault == "form"


class TestPictures:
    @pytest.mark.parametrize(
        ("box", "pixels", "counts"),
        [
            ((0, 0, 595, 842), (1200, 1700), True),
            ((0, 790, 595, 52), (1200, 100), True),
            ((50, 20, 400, 25), (900, 60), True),
            ((450, 750, 110, 60), (300, 160), False),
            ((0, 0, 595, 842), (1, 1), False),
            ((0, 400, 595, 2), (600, 8), False),
        ],
        ids=["scan", "letterhead", "footer", "logo", "background-colour", "rule"],
    )
    def test_a_picture_that_could_hold_text_is_told(
        self, box: tuple[float, ...], pixels: tuple[int, int], counts: bool
    ) -> None:
        """Else a KvK number in a letterhead picture counts as absent, or every logo brings doubt."""
        page = one_page(
            pdfs.canvas(
                lambda page: (
                    page.drawImage(pdfs.image(*pixels), *box),
                    page.drawString(60, 500, "x"),
                )
            )
        )

        assert bool(page.pictures) is counts

    def test_strips_of_a_sliced_scan_count_as_one(self) -> None:
        """Else a scan that is cut into strips looks like an empty page."""

        def draw(page: Canvas) -> None:
            for strip in range(60):
                page.drawImage(pdfs.image(1200, 20 + strip % 2), 200, 842 - 9 * (strip + 1), 250, 9)

        assert len(one_page(pdfs.canvas(draw)).pictures) == 1

    def test_letters_drawn_as_shapes_are_told(self) -> None:
        """Else an outlined letterhead counts as a page without a KvK number."""
        glyph = "".join(
            f"{60 + i} {700 + i % 7} m {61 + i} 705 {62 + i} 706 {63 + i} 701 c {62 + i} 699 l h "
            for i in range(300)
        )

        assert one_page(pdfs.written(glyph.encode() + b"f")).drawn
        assert not one_page(
            pdfs.canvas(lambda page: [page.rect(50, 20 * i, 400, 18, fill=1) for i in range(40)])
        ).drawn


class TestFaults:
    @pytest.mark.parametrize("method", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
    def test_a_password_is_told(self, method: str) -> None:
        """Else a locked invoice is called damaged and its sender gets no sentence that helps."""
        writer = pypdf.PdfWriter(io.BytesIO(pdfs.plain()))
        writer.encrypt("geheim", algorithm=method)
        file = io.BytesIO()
        writer.write(file)
        data = file.getvalue()

        assert pdf.read(data, Reader.PDFIUM) == Document(
            Reader.PDFIUM, (), 0, encrypted=True, fault="encrypted"
        )

    def test_a_file_locked_against_changes_only_is_read(self) -> None:
        """Else invoices of programs that forbid editing are refused."""
        data = pdfs.canvas(
            lambda page: page.drawString(60, 700, "12345678"),
            encrypt=StandardEncryption("", ownerPassword="eigenaar", strength=128),
        )

        for reader in (Reader.PDFIUM, Reader.PDFPLUMBER):
            assert texts(one_page(data, reader)) == ["12345678"]

    @pytest.mark.parametrize(
        ("data", "fault"),
        [
            (b"", "not-a-pdf"),
            (b"PK\x03\x04 zip", "not-a-pdf"),
            (b"%PDF-1.7\n", "damaged"),
            (b"%PDF-1.7\n" + bytes(4000), "damaged"),
        ],
        ids=["empty", "zip", "header", "zeros"],
    )
    @BOTH
    def test_what_cannot_be_opened_has_a_fault(
        self, data: bytes, fault: str, reader: Reader
    ) -> None:
        """Else a broken file looks like an invoice without fields."""
        document = pdf.read(data, reader)

        assert (document.fault, document.pages) == (fault, ())

    def test_bytes_before_the_header_do_no_harm(self) -> None:
        """Else a file with a line of a mail gateway in front is refused."""
        assert pdf.read(b"\r\nX-Gateway: 1\r\n\r\n" + pdfs.plain(), Reader.PDFIUM).pages

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
    @BOTH
    def test_a_cut_off_file_is_never_read_with_confidence(
        self, share: float, reader: Reader
    ) -> None:
        """Else what was cut off counts as absent."""
        data = by_reportlab()

        document = pdf.read(data[: int(len(data) * share)], reader)

        assert document.fault == "damaged" or all(page.fault for page in document.pages)

    def test_one_damaged_page_leaves_the_others(self) -> None:
        """Else one bad annex makes the whole invoice unreadable."""
        data = pdfs.assembled((
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F"
            b" 5 0 R>>>>>>",
            b"<</Length 41>>stream\nBT /F 11 Tf 60 700 Td (12345678) Tj ET    \nendstream",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ))  # fmt: skip

        document = pdf.read(data, Reader.PDFIUM)

        assert texts(document.pages[0]) == ["12345678"]
        assert document.page_count == 2
        assert len(document.pages) == 1 or document.pages[1].fault == "damaged"

    @BOTH
    def test_more_pages_than_the_limit_are_told(self, reader: Reader) -> None:
        """Else what stands on page 301 counts as absent."""
        document = pdf.read(pdfs.many_pages(1000), reader)

        assert document.page_count == 1000
        assert len(document.pages) <= MAX_PAGES

    @given(st.integers(0, 10_000), st.binary(min_size=1, max_size=30))
    def test_no_damage_raises(self, place: int, noise: bytes) -> None:
        """Else a damaged file takes the place of a fault with a crash."""
        data = bytearray(pdfs.plain())
        data[place % len(data) : place % len(data) + len(noise)] = noise

        document = pdf.read(bytes(data), Reader.PDFIUM)

        assert all(
            math.isfinite(side)
            for page in document.pages
            for word in page.words
            for side in word.box
        )


class TestPicture:
    def pixels(self, data: bytes, dpi: int = 72) -> tuple[int, int, bytes]:
        png = pdf.picture(data, 1, dpi)
        width, height = struct.unpack(">II", png[16:24])
        start = png.index(b"IDAT") + 4
        return (
            width,
            height,
            zlib.decompress(
                png[start : start + struct.unpack(">I", png[start - 8 : start - 4])[0]]
            ),
        )

    def test_colours_and_size_are_right(self) -> None:
        """Else the clerk looks at a swapped or stretched page."""

        def draw(page: Canvas) -> None:
            page.setFillColorRGB(1, 0, 0)
            page.rect(0, 0, 595, 842, fill=1, stroke=0)

        width, height, rows = self.pixels(pdfs.canvas(draw))

        assert (width, height) == (595, 842)
        assert rows[: 1 + 6] == b"\0\xff\x00\x00\xff\x00\x00"

    def test_a_giant_page_is_drawn_small(self) -> None:
        """Else one page fills the memory of the desk."""
        width, height, _ = self.pixels(pdfs.giant_page(), 300)

        assert width * height <= pdf.MAX_PICTURE_PIXELS

    def test_filled_in_fields_are_drawn(self) -> None:
        """Else the clerk sees an empty form where the reader saw values."""

        def draw(page: Canvas) -> None:
            page.acroForm.textfield(
                name="n",
                value="WWWWWWWW",
                x=60,
                y=690,
                width=200,
                height=30,
                borderWidth=0,
                fillColor=None,
            )

        _, _, rows = self.pixels(pdfs.canvas(draw))

        assert min(rows[1:]) < 128

    @pytest.mark.parametrize("page", [0, 2, -1])
    def test_no_such_page(self, page: int) -> None:
        """Else another page than the asked one is shown."""
        with pytest.raises(ValueError, match="no such page"):
            pdf.picture(pdfs.plain(), page, 72)
