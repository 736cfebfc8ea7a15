"""How a child tells that a container did not open: one exception, fixed English words, never content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from intake.types import Opening

if TYPE_CHECKING:
    from intake.secure_attachment.answer import Inside


class NotOpenedError(Exception):
    """Opening ended with ``opening``; ``reason`` is for the administrator only and holds no content."""

    def __init__(self, opening: Opening, reason: str, beside: Sequence[Inside] = ()) -> None:
        super().__init__(reason)
        self.opening = opening
        self.reason = reason
        self.beside = beside
        """Files that could be read although others stayed locked."""


def damaged(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.DAMAGED, reason)


def locked(reason: str, beside: Sequence[Inside] = ()) -> NotOpenedError:
    return NotOpenedError(Opening.LOCKED, reason, beside)


def bomb(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.BOMB, reason)
