"""A PDF of pictures: it shows what was drawn, and holds nothing else."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import pytest
from PIL import Image

from intake.export import picture_pdf


def png(colour: object, mode: str = "RGB", size: tuple[int, int] = (300, 420)) -> bytes:
    file = io.BytesIO()
    picture = Image.new(mode, size, "white" if mode == "RGB" else 255)
    picture.paste(colour, (30, 40, 130, 90))  # type: ignore[arg-type]
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("mode", "colour"), [("RGB", (200, 10, 20)), ("L", 60)])
def test_each_page_is_drawn_as_its_picture(mode: str, colour: object) -> None:
    """Whoever pays would see another invoice than was accepted."""
    pictures = [png(colour, mode), png(colour, mode, (420, 300))]

    document = pypdfium2.PdfDocument(picture_pdf.pdf(pictures, 150))

    assert [tuple(map(round, page.get_size())) for page in document] == [(144, 202), (202, 144)]
    drawn = document[0].render(scale=150 / 72).to_pil().convert(mode)
    assert drawn.getpixel((80, 60)) == colour
    assert drawn.getpixel((200, 300)) == ((255, 255, 255) if mode == "RGB" else 255)


def test_it_is_a_sound_file_without_text_or_script() -> None:
    """Hidden words of the provider's PDF could hold a client."""
    reader = pypdf.PdfReader(io.BytesIO(picture_pdf.pdf([png((1, 2, 3))], 150)), strict=True)

    assert len(reader.pages) == 1
    assert reader.pages[0].extract_text() == ""
    assert set(reader.root_object) == {"/Type", "/Pages"}


@pytest.mark.parametrize("bad", [b"", b"GIF89a", png(7, "L")[:20], b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_such_picture_is_refused(bad: bytes) -> None:
    """A broken file would be handed to the finance package."""
    with pytest.raises(ValueError):
        picture_pdf.pdf([bad], 150)
