"""Draws a corpus: random bills in random layouts by eight producers, some with one planted fault,
with the truth beside each.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright
from weasyprint import HTML

from tests.corpus import drawn, flowed, office, typeset, webpages
from tests.corpus.bill import FAULTS, Bill, draw

CHEAP = frozenset({"reportlab-canvas", "fpdf2", "cairo", "platypus", "typst"})
"""Producers that need no other program, for the quick test."""
_AT_ONCE: dict[str, tuple[str, Callable[[Bill], bytes]]] = {
    **drawn.LAYOUTS,
    **flowed.LAYOUTS,
    **typeset.LAYOUTS,
}
LAYOUTS: dict[str, str] = {
    **{name: producer for name, (producer, _) in (*_AT_ONCE.items(), *webpages.LAYOUTS.items())},
    **dict.fromkeys(office.DOCX, "libreoffice-docx"),
    **dict.fromkeys(office.ODT, "libreoffice-odt"),
}
"""Layout → producer."""


@dataclass
class Sample:
    """One document with its truth."""

    seed: int
    layout: str
    producer: str
    bill: Bill
    pdf: bytes = field(default=b"", repr=False)


def corpus(
    seed: int, count: int, producers: frozenset[str] | None = None, faults: float = 1 / 3
) -> list[Sample]:
    """``count`` documents, the layouts in turn; each depends on its own seed only.

    Args:
        producers: None for all; see ``CHEAP``.
        faults: the share with one planted fault.
    """
    names = [
        name for name, producer in LAYOUTS.items() if producers is None or producer in producers
    ]
    samples = [_planned(seed * 100_003 + at, names[at % len(names)], faults) for at in range(count)]
    _print(samples)
    return samples


def again(seed: int, layout: str, faults: float = 1 / 3) -> Sample:
    """One document of a corpus once more, by the seed and layout that a report names."""
    sample = _planned(seed, layout, faults)
    _print([sample])
    return sample


def _planned(seed: int, layout: str, faults: float) -> Sample:
    rng = random.Random(seed)
    fault = rng.choice(list(FAULTS)) if rng.random() < faults else None
    kind = "credit-note" if fault is None and rng.random() < 0.07 else "invoice"
    rows = rng.choices((None, 38, 110), (90, 7, 3))[0]
    return Sample(seed, layout, LAYOUTS[layout], draw(rng, rows, fault, kind))


def _print(samples: list[Sample]) -> None:
    for sample in samples:
        if sample.layout in _AT_ONCE:
            sample.pdf = _AT_ONCE[sample.layout][1](sample.bill)
        elif sample.producer == "weasyprint":
            sample.pdf = HTML(string=webpages.LAYOUTS[sample.layout][1](sample.bill)).write_pdf()
    office_samples = [s for s in samples if s.producer.startswith("libreoffice")]
    files = [
        (
            ("docx", office.DOCX[s.layout](s.bill))
            if s.layout in office.DOCX
            else ("odt", office.ODT[s.layout](s.bill))
        )
        for s in office_samples
    ]
    for sample, pdf in zip(office_samples, office.to_pdf(files), strict=True):
        sample.pdf = pdf
    _print_by_chromium([s for s in samples if s.producer == "chromium"])


def _print_by_chromium(samples: list[Sample]) -> None:
    if not samples:
        return
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for sample in samples:
            page.set_content(webpages.LAYOUTS[sample.layout][1](sample.bill))
            sample.pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        browser.close()
