"""Who may write to SQLite now: one transaction at a time, in a queue that ends.

SQLite itself lets writers sleep and try again, for up to 100 ms at a time and in no order, so that
under load some wait long while others pass. Here a writer takes a lock of its process first, then
flock(2) on a file beside the database, whose waiters the kernel wakes at once, in their order. A
process that dies lets go of it. Readers, copies made while the service runs and whoever does not
know the queue are not held up by it: SQLite's own lock stays what keeps the data whole.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intake.errors import StoreFull, StoreUnavailable
from intake.store.shared_files import open_file


class Turns:
    """The queue of one database, for all threads of this process and before all other processes."""

    def __init__(self, file: Path) -> None:
        """``file``: to lock; made when absent. It never holds anything."""
        self._file = file
        self._thread = threading.Lock()
        self._opened: tuple[int, int] | None = None
        """Process and descriptor: one that was taken along by a fork would share its parent's
        lock."""

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Be the only writer, after at most so many seconds.

        Raises:
            StoreUnavailable: others wrote all that time, or the file cannot be locked.
            StoreFull: no space left for the file.
        """
        end = time.monotonic() + seconds
        if not self._thread.acquire(timeout=seconds):
            raise StoreUnavailable("the database does not answer (others write)")
        try:
            descriptor = self._descriptor()
            free = _locked(descriptor)
        except OSError as error:
            self._thread.release()
            raise _told(error) from None
        if not free and not _Waiting(descriptor, self._thread).comes_before(end):
            raise StoreUnavailable("the database does not answer (others write)")
        try:
            yield
        finally:
            _let_go(descriptor, self._thread)

    def _descriptor(self) -> int:
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), open_file(self._file, os.O_RDWR | os.O_CREAT))
        return self._opened[1]


class _Waiting:
    """Another process writes. flock(2) knows no time limit, so a thread waits for it; who gave up
    leaves it to let go."""

    def __init__(self, descriptor: int, mine: threading.Lock) -> None:
        self._descriptor = descriptor
        self._mine = mine
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._came = self._given_up = False
        threading.Thread(target=self._wait, daemon=True).start()

    def comes_before(self, end: float) -> bool:
        """Whether our turn comes before this moment of the monotonic clock."""
        self._over.wait(end - time.monotonic())
        with self._guard:
            self._given_up = not self._came
            return self._came

    def _wait(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except OSError:
            self._mine.release()
            return
        with self._guard:
            self._came = not self._given_up
        if self._came:
            self._over.set()
        else:
            _let_go(self._descriptor, self._mine)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _let_go(descriptor: int, mine: threading.Lock) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    mine.release()


def _told(error: OSError) -> StoreUnavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull("no space left for the lock beside the database")
    return StoreUnavailable(
        "the lock beside the database cannot be taken"
        f" ({errno.errorcode.get(error.errno or 0, 'OSError')})"
    )
