"""How the parts of the service do, in words for a clerk."""

from __future__ import annotations

from collections.abc import Iterable

from intake import profile
from intake.mail.sources import SOURCES
from intake.review import wording
from intake.settings import Settings
from intake.store.health import SILENT, Health


def title(part: Health, settings: Settings) -> str:
    """What the part does."""
    source = dict(settings.parts()).get(part.part)
    if source is None:
        return wording.PARTS.get(part.part, part.part)
    return source.title + _whose(source.served, settings)


def alarms(parts: Iterable[Health], settings: Settings) -> list[str]:
    """One sentence for each part that does not do well."""
    return [
        wording.SENTENCES["part-alarm"].format(fault=_fault(part, settings), why=_why(part))
        for part in parts
        if not part.good
    ]


def _fault(part: Health, settings: Settings) -> str:
    source = dict(settings.parts()).get(part.part)
    if source is None:
        unknown = wording.SENTENCES["part-fault"].format(part=part.part)
        return wording.PART_FAULTS.get(part.part, unknown)
    return source.fault + _whose(source.served, settings)


def _whose(served: tuple[str, ...], settings: Settings) -> str:
    """The names of its municipalities, when there are several on this page."""
    if len(settings.municipalities) == 1:
        return ""
    return f" ({', '.join(profile.load(name).municipality for name in served)})"


def _why(part: Health) -> str:
    if part.code != SILENT:
        of_sources = (kind.codes[part.code] for kind in SOURCES if part.code in kind.codes)
        unknown = wording.SENTENCES["part-code"].format(code=part.code)
        return next(of_sources, wording.PART_CODES.get(part.code, unknown))
    if part.at is None:
        return wording.SENTENCES["part-not-started"]
    return wording.SENTENCES["part-silent"].format(moment=wording.moment(part.at))
