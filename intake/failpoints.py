"""Points at which a test can stop the process."""

from __future__ import annotations

import os
import signal


def failpoint(name: str) -> None:
    """Die here as by ``kill -9`` when INTAKE_FAILPOINT names this step (fault injection in tests)."""
    if os.environ.get("INTAKE_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
