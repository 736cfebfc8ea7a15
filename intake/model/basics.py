"""What every room knows: a box on a page, the local day, how closed the sandbox must be."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")


AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""Every date of a rule is a date here."""


def local_date(moment: dt.datetime) -> dt.date:
    """The date of an aware moment in Europe/Amsterdam."""
    return moment.astimezone(AMSTERDAM).date()


def local_today() -> dt.date:
    """The date in Europe/Amsterdam."""
    return dt.datetime.now(AMSTERDAM).date()


Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points from the page's top left."""


class SandboxNeed(StrEnum):
    """How much of the sandbox a machine must have."""

    FULL = "full"
    """Refuse to start without every layer."""
    BEST = "best"
    """Take the layers that are there, and tell which."""
    OFF = "off"
    """Children with limits but without locks, for trying out."""
