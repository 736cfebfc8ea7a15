"""What a batch can be written as: one name a format, and what makes its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from intake.export import table, ubl
from intake.model.booking import Batch, Booking
from intake.profile import Profile

Pages = Callable[[Booking], bytes | None]
"""The invoice as whoever pays may see it (PDF); None when it cannot be shown."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a batch."""

    name: str
    data: bytes = field(repr=False)


def _csv(batch: Batch, _own: Profile, _pages: Pages) -> list[File]:
    return [File(f"{batch.number:06}.csv", table.as_csv(batch))]


def _xlsx(batch: Batch, _own: Profile, _pages: Pages) -> list[File]:
    return [File(f"{batch.number:06}.xlsx", table.as_xlsx(batch))]


def _ubl(batch: Batch, own: Profile, pages: Pages) -> list[File]:
    """XML and PDF of the same stem, the PDF first: a package that watches for the XML finds both."""
    files = []
    for position, booking in enumerate(batch.bookings):
        pdf = pages(booking)
        if pdf is not None:
            files.append(File(f"{batch.stem(position)}.pdf", pdf))
        files.append(File(f"{batch.stem(position)}.xml", ubl.invoice(booking, own, pdf)))
    return files


FORMATS: Mapping[str, Callable[[Batch, Profile, Pages], list[File]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "ubl": _ubl,
}


def written(batch: Batch, names: Sequence[str], own: Profile, pages: Pages) -> list[File]:
    """The files of a batch in these formats, and last its manifest: who finds that finds all.

    Raises:
        ValueError: an invoice cannot be written so; the text says which, and why.
    """
    if "ubl" in names:
        faults = [
            f"{batch.stem(position)}: {fault}"
            for position, booking in enumerate(batch.bookings)
            if (fault := ubl.unfit(booking, own))
        ]
        if faults:
            raise ValueError("\n".join(faults))
    files = [file for name in names for file in FORMATS[name](batch, own, pages)]
    return [*files, _manifest(batch, files)]


def _manifest(batch: Batch, files: Sequence[File]) -> File:
    """Counts, totals and checksums, to reconcile what arrived with what left."""
    content = {
        "batch": batch.number,
        "municipality": batch.municipality,
        "made_by": batch.made_by,
        "made_at": batch.made_at.isoformat(),
        "invoices": len(batch.bookings),
        "total": f"{batch.total:.2f}",
        "files": {file.name: hashlib.sha256(file.data).hexdigest() for file in files},
    }
    return File(f"{batch.number:06}.json", json.dumps(content, indent=2).encode())
