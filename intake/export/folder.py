"""Delivers files in a folder that a finance package watches."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from intake.export.formats import File


def deliver(folder: Path, files: Sequence[File]) -> None:
    """Write files in their order; each appears under its name only when it is whole.

    A file of the same name is written over: a batch that is delivered again is the same. Without
    files it is only tried whether the folder can be written to.

    Raises:
        OSError: the folder cannot be written to.
    """
    if not files:
        _try(folder)
    for file in files:
        unfinished = folder / f".{secrets.token_hex(8)}.part"
        try:
            with unfinished.open("xb") as out:
                out.write(file.data)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(folder / file.name)
        finally:
            unfinished.unlink(missing_ok=True)


def _try(folder: Path) -> None:
    trial = folder / f".{secrets.token_hex(8)}.part"
    trial.touch(exist_ok=False)
    trial.unlink()
