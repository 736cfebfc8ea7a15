"""What a mail may cost in all: what is spent is not spent twice, and a slow mail makes room for a
quick one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from intake.errors import Postponed, SandboxFailed
from intake.sandbox.budget import MAX_PAGES, QUICK_SECONDS, Bounds, Work
from intake.sandbox.client import Sandbox
from intake.sandbox.task import Burden, ChildKind, Task
from tests.hostile import tasks

WAY = 5
"""How far a child of a slow mail gives way."""


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(ChildKind.READING, tasks.ALL) as opened:
        yield opened


def failure(call: Callable[[], object]) -> str:
    with pytest.raises(SandboxFailed) as caught:
        call()
    return caught.value.code


def test_a_mail_whose_time_is_spent_starts_no_more_children(box: Sandbox) -> None:
    """Four files that each take the longest a child may, twice, would hold a worker for minutes."""
    work = Work(Bounds(cpu_seconds=0.1))
    mine = box.metered(work)

    assert mine.call(tasks.ECHO, b"a", {})["data"] == "a"
    assert work.unread == ""
    while work.cpu_seconds < 0.1:
        mine.call(tasks.WORK, b"b", {"seconds": 0.2})
    assert work.unread == ""
    assert failure(lambda: mine.call(tasks.ECHO, b"c", {})) == "over-budget"
    assert work.unread == "over-budget"


@pytest.mark.parametrize(
    ("task", "code", "seconds"),
    [(tasks.LOOP, "timeout", 1), (tasks.MEMORY, "memory", 20), (tasks.CRASH, "crash", 20)],
)
def test_a_file_that_broke_one_child_is_offered_to_no_other(
    box: Sandbox, task: Task[Any, Any], code: str, seconds: float
) -> None:
    """The second reader, the care lines and the drawing would each run into the same hole."""
    work = Work()
    mine = box.metered(work)

    assert failure(lambda: mine.call(task, b"bad", {}, seconds=seconds)) == code
    assert failure(lambda: mine.call(tasks.ECHO, b"bad", {})) == code
    assert mine.call(tasks.ECHO, b"good", {})["data"] == "good"
    assert box.call(tasks.ECHO, b"bad", {})["data"] == "bad"
    assert work.unread == "file-unread"


def test_pages_are_counted_over_all_files(box: Sandbox) -> None:
    """A thousand short files would cost what one long file may not."""
    work = Work(Bounds(pages=3))
    mine = box.metered(work)

    work.read(2)
    mine.call(tasks.DRAW, b"a", {"seconds": 0})
    assert failure(lambda: mine.call(tasks.ECHO, b"a", {})) == "over-budget"


def test_a_file_says_too_many_pages_and_counts_for_those_that_are_read() -> None:
    """A file that says it has a million pages would take the budget of the invoice beside it."""
    work = Work(Bounds(pages=MAX_PAGES + 1))
    work.read(1_000_000)
    work.begin(Burden.READS, b"")
    assert work.unread == ""


def test_what_comes_out_of_containers_is_bounded_over_all_of_them(box: Sandbox) -> None:
    """Twenty zips that each hold the most there may be in one would fill the memory."""
    work = Work(Bounds(unpacked_bytes=3 << 20))
    mine = box.metered(work)

    mine.call(tasks.LARGE, b"no container", 4)
    for _ in range(2):
        mine.call(tasks.UNPACK, b"a", 2)
    assert failure(lambda: mine.call(tasks.UNPACK, b"b", 2)) == "over-budget"


def test_each_try_has_half_the_time(box: Sandbox) -> None:
    """A mail that kills its worker would burn the same minutes three times."""
    assert [Bounds(cpu_seconds=100).of_try(attempt).cpu_seconds for attempt in (1, 2, 3)] == [
        100,
        50,
        25,
    ]


def test_a_child_that_works_for_long_makes_room_and_gives_way(box: Sandbox) -> None:
    """Five mails on which a reader loops would hold all places of a worker."""
    left: list[float] = []
    begun = time.monotonic()
    work = Work(leave_quick_lane=lambda: left.append(time.monotonic() - begun))
    mine = box.metered(work)

    assert mine.call(tasks.WORK, b"a", {"seconds": 0}) == 0
    assert left == []
    assert mine.call(tasks.WORK, b"a", {"seconds": QUICK_SECONDS + 0.7}) == WAY
    assert len(left) == 1
    assert left[0] >= QUICK_SECONDS
    assert mine.call(tasks.WORK, b"a", {"seconds": 0}) == WAY
    assert len(left) == 1


def test_work_that_is_always_slow_leaves_at_once(box: Sandbox) -> None:
    """A scan would hold a place for quick mails until it proved slow."""
    left: list[str] = []
    mine = box.metered(Work(leave_quick_lane=lambda: left.append("left")))

    assert mine.call(tasks.DRAW, b"a", {"seconds": 0}) == WAY
    assert left == ["left"]


def test_without_lanes_nothing_gives_way(box: Sandbox) -> None:
    """A check at the command line would be the last to run on a busy machine."""
    assert box.metered(Work()).call(tasks.DRAW, b"a", {"seconds": QUICK_SECONDS + 0.5}) == 0


def test_a_mail_for_which_there_is_no_place_leaves_no_child_behind(box: Sandbox) -> None:
    """What nobody waits for any longer would go on using a processor."""

    def no_place() -> None:
        raise Postponed

    def children() -> str:
        template = box._current()._process.pid
        return Path(f"/proc/{template}/task/{template}/children").read_text()

    with pytest.raises(Postponed):
        box.metered(Work(leave_quick_lane=no_place)).call(tasks.LOOP, b"a", {}, seconds=30)
    end = time.monotonic() + 5
    while children() and time.monotonic() < end:
        time.sleep(0.02)
    assert children() == ""
