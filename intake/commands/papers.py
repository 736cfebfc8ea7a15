"""``intake papers``: what a municipality publishes for its providers, and gives its clerks to read."""

from __future__ import annotations

from pathlib import Path

from intake import profile
from intake.commands.output import say
from intake.errors import ConfigurationError
from intake.papers import folder as papers
from intake.settings import load


def write(folder: Path, municipality: str) -> None:
    """Write all papers into a folder, over those of an earlier time.

    Args:
        municipality: empty for that of the settings.
    """
    own = profile.load(municipality or load().profile)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in papers.contents(own).items():
            (folder / name).write_bytes(data)
            say(str(folder / name))
    except OSError as error:
        raise ConfigurationError(f"{folder}: {error.strerror}") from None
