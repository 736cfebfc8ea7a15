"""A process that holds keys and mails leaves nothing of its memory behind: no core dump, no other
process that looks in, no words in a traceback.
"""

from __future__ import annotations

import ctypes
import resource
import sys
import threading
import traceback
from types import TracebackType

_PR_SET_DUMPABLE = 4


def close() -> None:
    """For this process, and as far as core dumps go for all that it starts (setrlimit(2),
    prctl(2)).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    sys.excepthook = _tell
    threading.excepthook = lambda thrown: _tell(
        thrown.exc_type, thrown.exc_value, thrown.exc_traceback
    )


def _tell(
    kind: type[BaseException], _bug: BaseException | None, where: TracebackType | None
) -> None:
    """Where a bug is and of which kind; never its text, which may quote a mail."""
    frames = "".join(traceback.format_tb(where))
    sys.stderr.write(f"Traceback (most recent call last):\n{frames}{kind.__name__}\n")
