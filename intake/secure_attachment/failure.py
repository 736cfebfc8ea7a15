"""How a child tells that a container did not open: one exception, fixed English words, never content."""

from __future__ import annotations

from intake.types import Opening


class NotOpenedError(Exception):
    """Opening ended with ``opening``; ``reason`` is for the administrator only and holds no content."""

    def __init__(self, opening: Opening, reason: str) -> None:
        super().__init__(reason)
        self.opening = opening
        self.reason = reason


def damaged(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.DAMAGED, reason)


def locked(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.LOCKED, reason)


def bomb(reason: str) -> NotOpenedError:
    return NotOpenedError(Opening.BOMB, reason)
