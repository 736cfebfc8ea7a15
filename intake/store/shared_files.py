"""Files beside the database and in the key store: of their owner, and of the group where the folder
says so.

A folder that its group may write is shared on purpose: the page then runs as a user of its own,
which is in that group (``deploy/``). Any other folder keeps its files to their owner.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_GROUP = stat.S_IRGRP | stat.S_IWGRP


def is_shared(folder: Path) -> bool:
    """Whether the group of this folder may do in it what its owner may."""
    return stat.S_IMODE(folder.stat().st_mode) & stat.S_IRWXG == stat.S_IRWXG


def open_file(file: Path, flags: int) -> int:
    """As ``os.open``; what it makes is for whom the folder is, whatever the umask.

    Raises OSError as that does.
    """
    flags |= os.O_CLOEXEC
    if not flags & os.O_CREAT:
        return os.open(file, flags)
    mode = 0o600 | (_GROUP if is_shared(file.parent) else 0)
    with suppress(*() if flags & os.O_EXCL else (FileExistsError,)):
        made = os.open(file, flags | os.O_EXCL, mode)
        if os.fstat(made).st_mode & _GROUP != mode & _GROUP:
            os.fchmod(made, mode)
        return made
    return os.open(file, flags)
