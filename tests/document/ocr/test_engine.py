"""Scans, letterheads in pictures and photos: read by Tesseract in a child of its own, and never a
reason to refuse.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from intake import profile
from intake.children import open_sandbox
from intake.document.ocr import client as look_module
from intake.document.ocr.client import READ_WORDS, RasterArguments, look
from intake.document.ocr.confusions import repaired
from intake.document.ocr.regions import Region
from intake.errors import SandboxFailed
from intake.mail.sniff import sniff
from intake.model.document import Reader, Word
from intake.model.finding import Severity
from intake.model.invoice import DocumentKind, Presence
from intake.model.mail import Part, PartKind
from intake.model.verdict import CheckedDocument
from intake.pipeline import check_file
from intake.sandbox.client import Metered, Sandbox
from intake.sandbox.task import ChildKind, Task
from tests.document.facts import Facts, facts
from tests.document.layouts import LAYOUTS, Layout, draw
from tests.document.ocr import scans
from tests.hostile import tasks

TODAY = dt.date(2026, 11, 20)
ALMERE = profile.load("almere")
CLASSIC = LAYOUTS[0]
DPI = (150, 200, 300)
READABLE = [
    layout
    for layout in LAYOUTS
    if layout.__name__
    in {"classic", "labels_above_sidebar", "gaccount", "english", "therapist", "labelled_form"}
]
GOOD_SCANS = [
    pytest.param(
        dpi,
        layout,
        id=f"{dpi}-{layout.__name__}",
        marks=[] if number % len(DPI) == DPI.index(dpi) else [pytest.mark.long],
    )
    for number, layout in enumerate(READABLE)
    for dpi in DPI
]
"""Each layout at one resolution, and at all of them in the long run."""


@pytest.fixture(scope="session")
def box(reading: Sandbox) -> Sandbox:
    assert reading.beside(ChildKind.OCR).broken_tasks() == {}
    return reading


def checked(box: Sandbox, data: bytes, name: str = "factuur.pdf") -> CheckedDocument:
    return check_file(Part("1", sniff(data), data, name), TODAY, ALMERE, box)


def findings(document: CheckedDocument) -> set[tuple[str, str]]:
    return {(f.check, f.code) for f in document.findings}


def refusals(document: CheckedDocument) -> list[tuple[str, str]]:
    return [(f.check, f.code) for f in document.findings if f.severity is Severity.REJECT]


def values(document: CheckedDocument, names: Any) -> dict[str, object]:
    assert document.invoice is not None
    return {name: getattr(document.invoice, name).value for name in names}


def invoice_of(seed: int, layout: Layout = CLASSIC) -> tuple[bytes, dict[str, object], Facts]:
    made = facts(seed)
    return *draw(layout, made), made


class TestScan:
    @pytest.mark.parametrize(("dpi", "layout"), GOOD_SCANS)
    def test_a_good_scan_is_read_and_not_refused(
        self, box: Sandbox, layout: Layout, dpi: int
    ) -> None:
        """A provider who prints, signs and scans would be told that the KvK number is missing."""
        seed = 300 + dpi + LAYOUTS.index(layout)
        data, expected, _ = invoice_of(seed, layout)
        rng = random.Random(seed)

        document = checked(box, scans.scan(data, dpi, rng.uniform(-2, 2), rng.uniform(2, 12), seed))

        assert refusals(document) == []
        assert ("document", "scan") in findings(document)
        found = values(document, expected)
        right = sum(found[name] == value for name, value in expected.items())
        assert right >= 0.75 * len(expected), {
            name: (value, found[name]) for name, value in expected.items() if found[name] != value
        }

    def test_where_a_value_came_from_is_told(self, box: Sandbox) -> None:
        """A clerk would take a number that was guessed from dots for one that stands in the file."""
        data, expected, _ = invoice_of(1)
        document = checked(box, scans.scan(data))

        assert document.invoice is not None
        number = document.invoice.kvk_number
        assert number.value == expected["kvk_number"]
        assert number.evidence is not None and number.evidence.reader is Reader.OCR
        assert number.found is not None and "tekstherkenning" in number.found.note
        x0, top, x1, bottom = number.evidence.box
        assert 0 <= x0 < x1 <= 595 and 0 <= top < bottom <= 842

    @pytest.mark.parametrize("quarters", [1, 2, pytest.param(3, marks=pytest.mark.long)])
    def test_a_page_the_wrong_way_up_is_turned(self, box: Sandbox, quarters: int) -> None:
        """A scan that was put into the machine upside down would go back as unreadable."""
        data, expected, _ = invoice_of(2)
        (picture,) = scans.page_pictures(data)
        file = io.BytesIO()
        turned = picture.rotate(90 * quarters, expand=True)
        width, height = (
            (scans.WIDTH, scans.HEIGHT) if quarters == 2 else (scans.HEIGHT, scans.WIDTH)
        )
        canvas = Canvas(file, pagesize=(width, height))
        canvas.drawImage(ImageReader(turned), 0, 0, width, height)
        canvas.save()

        document = checked(box, file.getvalue())

        assert refusals(document) == []
        assert values(document, ["kvk_number", "iban"]) == {
            "kvk_number": expected["kvk_number"],
            "iban": expected["iban"],
        }

    def test_what_a_scan_lacks_is_asked_of_a_person(self, box: Sandbox) -> None:
        """Tesseract would refuse invoices by what it overlooks."""
        made = facts(3)
        lines = [
            made.name,
            made.street,
            f"{made.postcode} {made.city}",
            "Gemeente Almere",
            "Postbus 200",
            "1300 AE Almere",
            "FACTUUR",
        ]
        data = scans.pdf_of([_typed([*lines, f"Factuurnummer {made.number}"])])

        document = checked(box, data)

        assert refusals(document) == []
        assert {("kvk-number", "unreadable"), ("iban", "unreadable")} <= findings(document)

    def test_a_wrong_value_on_a_scan_is_asked_of_a_person(self, box: Sandbox) -> None:
        """A digit that Tesseract misreads would refuse a right IBAN."""
        data = scans.pdf_of(
            [
                _typed(
                    [
                        "FACTUUR",
                        "Praktijk De Wilde Roos",
                        "KvK-nummer: 123456",
                        "IBAN: NL91ABNA0417164301",
                        "Factuurnummer: 2026-001",
                    ]
                )
            ]
        )

        document = checked(box, data)

        assert refusals(document) == []
        assert {("kvk-number", "length"), ("iban", "checksum")} <= findings(document)

    def test_a_two_page_scan_is_read_whole(self, box: Sandbox) -> None:
        """The totals of a longer invoice stand on its last page."""
        layout = next(layout for layout in LAYOUTS if layout.__name__ == "second_page")
        data, expected, _ = invoice_of(4, layout)

        document = checked(box, scans.scan(data))

        assert refusals(document) == []
        assert values(document, ["gross_amount"]) == {"gross_amount": expected["gross_amount"]}

    def test_a_scan_with_a_hidden_text_layer_shows_its_picture(self, box: Sandbox) -> None:
        """A scanner that adds its own reading would decide over what a person sees."""
        data, expected, _ = invoice_of(5)
        (picture,) = scans.page_pictures(data)

        def layer(canvas: Canvas) -> None:
            text = canvas.beginText(60, 700)
            text.setTextRenderMode(3)
            text.textLine("Totaal te betalen: € 99.999,99")
            canvas.drawText(text)

        document = checked(box, scans.pdf_of([picture], layer))

        assert values(document, ["gross_amount"]) == {"gross_amount": expected["gross_amount"]}
        assert ("document", "hidden-total") in findings(document)

    def test_a_layer_that_agrees_makes_no_doubt(self, box: Sandbox) -> None:
        """Every searchable scan would be called tampered with."""
        data, _, made = invoice_of(6)
        (picture,) = scans.page_pictures(data)

        def layer(canvas: Canvas) -> None:
            text = canvas.beginText(60, 700)
            text.setTextRenderMode(3)
            text.textLine(f"Totaal te betalen: {made.money(made.gross)}")
            canvas.drawText(text)

        assert ("document", "hidden-total") not in findings(
            checked(box, scans.pdf_of([picture], layer))
        )

    def test_a_total_pasted_over_a_scan_in_an_unreadable_way_is_told(self, box: Sandbox) -> None:
        """A program that reads the text would pay what no person can see on the page."""
        data, _, _ = invoice_of(7)
        (picture,) = scans.page_pictures(data)
        ImageDraw.Draw(picture).rectangle((0, 2050, 1654, 2200), fill=0)

        def layer(canvas: Canvas) -> None:
            canvas.setFillGray(0.12)
            canvas.drawString(60, 75, "Totaal te betalen: € 99.999,99")

        told = findings(checked(box, scans.pdf_of([picture], layer)))
        assert told & {("document", "hidden-total"), ("net-amount", "several-totals")}


def _typed(
    lines: list[str],
    size: int = 40,
    width: int = 1654,
    height: int = 2339,
    ink: Any = 0,
    paper: Any = 255,
) -> Image.Image:
    from PIL import ImageFont

    picture = Image.new("L", (width, height), paper)
    pen, font = (
        ImageDraw.Draw(picture),
        ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", size),
    )
    for row, line in enumerate(lines):
        pen.text((120, 100 + row * 2 * size), line, fill=ink, font=font)
    return picture


def _with_picture(letterhead: Image.Image, lines: list[str]) -> bytes:
    """A text PDF with a picture over the whole width of its top."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.drawImage(ImageReader(letterhead), 0, 842 - 150, 595, 150)
    for row, line in enumerate(lines):
        canvas.drawString(60, 640 - 16 * row, line)
    canvas.save()
    return file.getvalue()


BODY = [
    "Gemeente Almere", "Crediteurenadministratie/zorg", "Postbus 200", "1300 AE Almere", "",
    "FACTUUR", "Factuurnummer: 2026-0117",
    "Factuurdatum: 13-11-2026", "Begeleiding individueel 10 uur x € 50,00",
    "Totaal te betalen: € 500,00", "Vrijgesteld van btw",
    "IBAN: NL91ABNA0417164300 t.n.v. Praktijk De Wilde Roos",
]  # fmt: skip
HEAD = [
    "Praktijk De Wilde Roos",
    "Rozenlaan 12, 1338 AB Almere   Telefoon 036-555 04 11",
    "KvK 99952775",
]


class TestLetterhead:
    @pytest.mark.parametrize(
        ("ink", "paper"), [(0, 255), (255, 40)], ids=["black-on-white", "white-on-dark"]
    )
    def test_a_letterhead_in_a_picture_is_read(self, box: Sandbox, ink: int, paper: int) -> None:
        """Many practices send a letter of which the heading is a picture: their KvK number would be
        missing.
        """
        document = checked(box, _with_picture(_typed(HEAD, 42, 1654, 417, ink, paper), BODY))

        assert values(document, ["kvk_number", "supplier_postcode", "invoice_number"]) == {
            "kvk_number": "99952775", "supplier_postcode": "1338AB", "invoice_number": "2026-0117",
        }  # fmt: skip
        assert document.findings == ()

    def test_what_the_text_says_stays_the_texts(self, box: Sandbox) -> None:
        """A number in clear letters would count as guessed because a picture stands beside it."""
        document = checked(box, _with_picture(_typed(HEAD, 42, 1654, 417), BODY))

        assert document.invoice is not None
        assert (
            document.invoice.iban.evidence is not None
            and document.invoice.iban.evidence.reader is Reader.PDFIUM
        )
        assert (
            document.invoice.kvk_number.evidence is not None
            and document.invoice.kvk_number.evidence.reader is Reader.OCR
        )

    def test_beside_a_logo_what_is_missing_is_missing(self, box: Sandbox) -> None:
        """An invoice would escape every demand by a large logo."""
        lines = [line for line in BODY if "IBAN" not in line] + [
            "Praktijk De Wilde Roos, Rozenlaan 12, 1338 AB Almere, tel. 036-555 04 11"
        ]

        document = checked(box, _with_picture(_logo(), lines))

        assert {("kvk-number", "absent"), ("iban", "absent")} <= set(refusals(document))

    @pytest.mark.parametrize("kind", ["photo", "blurred", "on-its-side"])
    def test_beside_what_nobody_can_read_nothing_is_missing(self, box: Sandbox, kind: str) -> None:
        """A letterhead in poor quality would be taken for a picture of flowers, and its KvK number
        for missing.
        """
        letterhead = _typed(HEAD, 42, 1654, 417)
        picture = {
            "photo": scans.noise((1654, 417), 80, random.Random(1)),
            "blurred": letterhead.resize((300, 76)).resize((1654, 417)),
            "on-its-side": (
                _typed(["", "KvK 99952775"], 30, 417, 417)
                .rotate(45, fillcolor=255)
                .resize((1654, 417))
            ),
        }[kind]

        document = checked(
            box, _with_picture(picture, [line for line in BODY if "IBAN" not in line])
        )

        assert refusals(document) == []

    def test_a_fault_in_the_text_still_refuses(self, box: Sandbox) -> None:
        """A picture of the letterhead would make every fault in the text a question."""
        lines = [line.replace("NL91ABNA0417164300", "NL91ABNA0417164301") for line in BODY]

        assert refusals(checked(box, _with_picture(_typed(HEAD, 42, 1654, 417), lines))) == [
            ("iban", "checksum")
        ]

    def test_a_name_drawn_as_a_logo_is_not_missing(self, box: Sandbox) -> None:
        """Nobody but a person reads a logo: its owner would be told that the name is missing."""
        lines = [line.replace(" t.n.v. Praktijk De Wilde Roos", "") for line in BODY] + [
            "Rozenlaan 12, 1338 AB Almere",
            "tel. 036-555 04 11",
            "KvK 99952775",
        ]

        assert refusals(checked(box, _with_picture(_logo(), lines))) == []


def _logo() -> Image.Image:
    """A few large shapes."""
    picture = Image.new("L", (1654, 417), 255)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((100, 60, 400, 360), fill=90)
    pen.rectangle((500, 160, 1500, 260), fill=140)
    return picture


class TestPhoto:
    @pytest.mark.parametrize(
        "form",
        [
            "JPEG",
            "TIFF",
            *(pytest.param(form, marks=pytest.mark.long) for form in ("PNG", "BMP", "WEBP", "GIF")),
        ],
    )
    def test_a_photo_is_read_and_asks_a_person(self, box: Sandbox, form: str) -> None:
        """A provider who photographs the invoice would get no answer, or one about a missing KvK
        number.
        """
        data, expected, _ = invoice_of(8)
        (picture,) = scans.page_pictures(data, turn=1.0)
        file = io.BytesIO()
        picture.save(file, form)

        document = checked(box, file.getvalue(), f"factuur.{form.lower()}")

        assert document.kind is PartKind.IMAGE
        assert document.invoice is not None and document.invoice.kind is DocumentKind.INVOICE
        assert refusals(document) == []
        assert ("document", "image") in findings(document)
        assert values(document, ["kvk_number", "gross_amount"]) == {
            name: expected[name] for name in ("kvk_number", "gross_amount")
        }

    def test_a_photo_as_an_iphone_keeps_it(self, box: Sandbox) -> None:
        """HEIC is what most telephones send; nobody would know what to do with "unknown file"."""
        document = checked(
            box, (Path(__file__).parent / "samples" / "photo.heic").read_bytes(), "IMG_0118.HEIC"
        )

        assert document.kind is PartKind.IMAGE
        assert refusals(document) == []
        assert ("document", "image") in findings(document)
        assert values(document, ["invoice_number"]) == {"invoice_number": "2026-0117"}

    def test_a_photo_of_a_phone_is_turned_and_freed_of_shadow(self, box: Sandbox) -> None:
        """A phone stores the picture on its side and says so in the file; the lamp stands on one
        side.
        """
        data, expected, _ = invoice_of(9)
        (picture,) = scans.page_pictures(data, 250)
        shadow = (
            Image.linear_gradient("L")
            .rotate(90)
            .resize(picture.size)
            .point(lambda shade: 90 + shade * 165 // 255)
        )
        shaded = Image.composite(picture, Image.new("L", picture.size, 20), shadow)
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        shaded.rotate(90, expand=True).save(file, "JPEG", quality=80, exif=exif)

        document = checked(box, file.getvalue(), "IMG_0117.jpg")

        assert refusals(document) == []
        assert values(document, ["kvk_number"]) == {"kvk_number": expected["kvk_number"]}

    def test_two_pages_in_one_tiff_are_both_read(self, box: Sandbox) -> None:
        """A fax program puts all pages into one file: the totals stand on the second."""
        layout = next(layout for layout in LAYOUTS if layout.__name__ == "second_page")
        data, expected, _ = invoice_of(10, layout)
        first, *others = scans.page_pictures(data)
        file = io.BytesIO()
        first.save(file, "TIFF", save_all=True, append_images=others)

        document = checked(box, file.getvalue(), "fax.tif")

        assert document.page_count == 2
        assert values(document, ["gross_amount"]) == {"gross_amount": expected["gross_amount"]}

    @pytest.mark.parametrize(
        "data",
        [
            scans.jpeg(Image.effect_mandelbrot((900, 600), (-2, -1.2, 0.6, 1.2), 40)),
            b"\xff\xd8\xff\xe0" + b"x" * 400,
        ],
        ids=["nothing", "damaged"],
    )
    def test_a_photo_without_text_is_told_as_one(self, box: Sandbox, data: bytes) -> None:
        """A photo of a cat would be an invoice without a KvK number."""
        document = checked(box, data, "factuur.jpg")

        assert document.invoice is None
        assert [f.check for f in document.findings] == ["document"]
        assert refusals(document) == []

    def test_a_picture_bomb_is_too_large(self, box: Sandbox) -> None:
        """A few kilobytes that unpack to gigabytes would stop the reading of all mail."""
        file = io.BytesIO()
        Image.new("1", (40_000, 40_000)).save(file, "PNG")

        document = checked(box, file.getvalue(), "factuur.png")

        assert findings(document) == {("document", "image-too-large")}


class TestWithoutTesseract:
    def test_a_scan_stays_unread_and_asks_a_person(self) -> None:
        """Where Tesseract is not installed a scan would be refused for all that nobody could read."""
        data, _, _ = invoice_of(11)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(look_module, "READ_WORDS", tasks.NO_WORDS)
            with open_sandbox(ChildKind.READING) as without:
                document = checked(without, scans.scan(data))
                photo = checked(without, scans.jpeg(scans.page_pictures(data)[0]), "factuur.jpg")

        assert (
            document.invoice is not None
            and document.invoice.kvk_number.presence is Presence.UNREADABLE
        )
        assert refusals(document) == [] and ("document", "scan-unread") in findings(document)
        assert (photo.invoice, findings(photo)) == (None, {("document", "image")})


WORD = {
    "text": "KvK", "left": 0, "top": 0, "right": 1, "bottom": 1, "size": 9, "confidence": 90,
}  # fmt: skip
WORDS = {"quarters": 0, "marks": 9, "words": [WORD]}
LIES: dict[str, object] = {
    "no-words": {"quarters": 0, "marks": 9},
    "text": "x",
    "many-words": WORDS | {"words": [WORD] * 4001},
    "far": WORDS | {"words": [WORD | {"right": 1e9}]},
    "nowhere": WORDS | {"words": [WORD | {"right": 1e999}]},
    "long-text": WORDS | {"words": [WORD | {"text": "x" * 201}]},
    "turned-too-often": WORDS | {"quarters": 4},
    "more": WORDS | {"extra": 1},
}
RASTER = {"width": 2, "height": 2, "pixels": 4}


class _Says:
    """A sandbox of which the children say this."""

    def __init__(self, raster: object, words: object, pixels: tuple[bytes, ...] = (bytes(4),)):
        self.said: dict[str, tuple[Any, ...]] = {
            "draw-region": (raster, *pixels),
            "read-words": (words,),
        }

    def call(self, task: Task[Any, Any], *arguments: object, **more: object) -> object:
        said, *attached = self.said[task.name]
        if isinstance(said, Exception):
            raise said
        return task.answer([json.dumps(said).encode(), *attached])


REGION = Region(1, (0.0, 0.0, 100.0, 100.0), whole=True)


class TestDoor:
    def test_the_truth_passes(self) -> None:
        """Else the lies below prove nothing."""
        (seen,) = look(Metered(_Says(RASTER, WORDS)), b"", [REGION])  # type: ignore[arg-type]

        assert [(word.text, word.box, word.ocr) for word in seen.words] == [
            ("KvK", (0.0, 0.0, 50.0, 50.0), True)
        ]

    @pytest.mark.parametrize("words", LIES.values(), ids=LIES)
    def test_a_lying_ocr_child_is_not_believed(self, words: object) -> None:
        """A taken-over child would write what it likes into an invoice."""
        assert look(Metered(_Says(RASTER, words)), b"", [REGION]) == ()  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "raster",
        [
            RASTER | {"width": 3},
            RASTER | {"height": 0},
            RASTER | {"pixels": 5},
            RASTER | {"width": 10**9},
            None,
            SandboxFailed("memory"),
        ],
        ids=["other-size", "no-height", "other-length", "giant", "nothing", "memory"],
    )
    def test_a_drawing_that_cannot_be_is_not_read(self, raster: object) -> None:
        """A taken-over reading child would hand the OCR child what breaks it."""
        assert look(Metered(_Says(raster, WORDS)), b"", [REGION]) == ()  # type: ignore[arg-type]

    def test_a_long_scan_is_read_at_both_ends_within_the_limit(self) -> None:
        """A scan of three hundred pages would keep all other mail waiting."""
        regions = [Region(page, REGION.box, whole=True) for page in range(1, 301)]

        seen = look(Metered(_Says(RASTER, WORDS)), b"", regions)  # type: ignore[arg-type]

        assert len(seen) == look_module.MAX_REGIONS
        assert {1, 299, 300} <= {item.region.page for item in seen}


class TestChild:
    def test_the_ocr_child_is_locked_up_and_knows_no_pdf_code(self) -> None:
        """A picture made to break Tesseract would reach files, the network or other programs."""
        attempts, own = (replace(task, kind=ChildKind.OCR) for task in (tasks.ATTEMPTS, tasks.OWN))
        with Sandbox(ChildKind.OCR, [READ_WORDS, attempts, own]) as ocr:
            assert all(ocr.layers().values())
            stopped = ocr.call(attempts, b"", {"file": __file__})
            modules = ocr.call(own, b"", {})["modules"]

        assert all(reason is not None for reason in stopped.values()), stopped
        readers = {"pypdfium2", "pdfplumber", "pypdf", "PIL", "pi_heif", "cryptography"}
        assert not readers.intersection(module.partition(".")[0] for module in modules)

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 4000), (4000, 3), (200, 200)])
    @pytest.mark.parametrize("shade", [0, 128, 255])
    def test_odd_pictures_end_in_words_or_none(
        self, box: Sandbox, width: int, height: int, shade: int
    ) -> None:
        """A strip or a blank page would crash the child and count as unread."""
        read = box.call(
            READ_WORDS, bytes([shade]) * (width * height), RasterArguments(width, height, 300)
        )

        assert read is not None and read.words == ()


def _line(text: str) -> list[Word]:
    words, x = [], 0.0
    for piece in text.split():
        words.append(Word(piece, (x, 0.0, x + 5 * len(piece), 10.0), 9.0, ocr=True))
        x += 5 * len(piece) + 4
    return words


class TestRepair:
    @pytest.mark.parametrize(
        ("read", "meant"),
        [
            ("IBAN NL9I A8NA O417 I643 OO t.n.v.", "IBAN NL91 ABNA 0417 1643 00 t.n.v."),
            ("Btw NL00245579981I", "Btw NL002455799B11"),
            ("Btw-nummer: NL 002455799 811", "Btw-nummer: NL 002455799 B11"),
            ("Btw-id NL0O02455799B11", "Btw-id NL002455799B11"),
            ("tel. +31 36 555 Ol 24", "tel. +31 36 555 01 24"),
            ("KvK: 1234S678", "KvK: 12345678"),
            ("K.v.kK.: 55 409 281", "KvK.: 55 409 281"),
            ("KvKk-nr. 55409281", "KvK-nr. 55409281"),
            ("l2-1O-2026 € 1.2S0,00", "12-10-2026 € 1.250,00"),
            ("l316 VP Almere", "1316 VP Almere"),
        ],
    )
    def test_one_reading_is_left(self, read: str, meant: str) -> None:
        """A scan of a good invoice would be asked about for one letter."""
        assert " ".join(word.text for word in repaired(_line(read))) == meant

    @pytest.mark.parametrize(
        "text",
        [
            "Factuurnummer 2026018B",
            "Factuur S0S-12",
            "IBAN NL91ABNA0417164301",
            "Gebouw 5B",
            "B.O.S.S. 12",
            "K.v.K. 5",
            "KvK-nr. 5",
            "NL91ABNA0417164300",
        ],
    )
    def test_what_could_be_right_is_left_alone(self, text: str) -> None:
        """A right invoice number would be changed into another."""
        assert " ".join(word.text for word in repaired(_line(text))) == text
