"""What a mail may cost in all: what is spent is not spent twice, and a slow mail makes room for a
quick one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.document.readers import pdf
from intake.errors import Postponed, SandboxFailed
from intake.sandbox import client
from intake.sandbox.budget import QUICK_SECONDS, Bounds, Work
from intake.sandbox.client import ChildKind, Sandbox
from tests.hostile import tasks

NAMES = ("echo", "loop", "memory", "crash", "fail", "work", "huge")
WAY = 5
"""How far a child of a slow mail gives way."""
assert all(hasattr(tasks, name) for name in NAMES)


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch:
        named = {name: f"tests.hostile.tasks:{name}" for name in NAMES}
        more = {"draw-region": "tests.hostile.tasks:work", "open-zip": "tests.hostile.tasks:huge"}
        patch.setattr(client, "TASKS", {ChildKind.READING: named | more})
        with Sandbox(ChildKind.READING) as opened:
            yield opened


def failure(call: Callable[[], object]) -> str:
    with pytest.raises(SandboxFailed) as caught:
        call()
    return caught.value.code


def test_a_mail_whose_time_is_spent_starts_no_more_children(box: Sandbox) -> None:
    """Four files that each take the longest a child may, twice, would hold a worker for minutes."""
    work = Work(Bounds(cpu_seconds=0.1))
    mine = box.metered(work)

    assert mine.call("echo", b"a")["data"] == "a"
    assert work.unread == ""
    while work.cpu_seconds < 0.1:
        mine.call("work", b"b", {"seconds": 0.2})
    assert work.unread == ""
    assert failure(lambda: mine.call("echo", b"c")) == "over-budget"
    assert work.unread == "over-budget"


@pytest.mark.parametrize(
    ("task", "code", "seconds"),
    [("loop", "timeout", 1), ("memory", "memory", 20), ("crash", "crash", 20)],
)
def test_a_file_that_broke_one_child_is_offered_to_no_other(
    box: Sandbox, task: str, code: str, seconds: float
) -> None:
    """The second reader, the care lines and the drawing would each run into the same hole."""
    work = Work()
    mine = box.metered(work)

    assert failure(lambda: mine.call(task, b"bad", seconds=seconds)) == code
    assert failure(lambda: mine.call("echo", b"bad")) == code
    assert mine.call("echo", b"good")["data"] == "good"
    assert box.call("echo", b"bad")["data"] == "bad"
    assert work.unread == "file-unread"


def test_pages_are_counted_over_all_files(box: Sandbox) -> None:
    """A thousand short files would cost what one long file may not."""
    work = Work(Bounds(pages=3))
    mine = box.metered(work)

    work.read(2)
    mine.call("draw-region", b"a", {"seconds": 0})
    assert failure(lambda: mine.call("echo", b"a")) == "over-budget"


def test_a_file_says_too_many_pages_and_counts_for_those_that_are_read() -> None:
    """A file that says it has a million pages would take the budget of the invoice beside it."""
    work = Work(Bounds(pages=pdf.MAX_PAGES + 1))
    work.read(1_000_000)
    work.begin("echo", b"")
    assert work.unread == ""


def test_what_comes_out_of_containers_is_bounded_over_all_of_them(box: Sandbox) -> None:
    """Twenty zips that each hold the most there may be in one would fill the memory."""
    work = Work(Bounds(unpacked_bytes=3 << 20))
    mine = box.metered(work)

    mine.call("huge", b"no container", {"megabytes": 4})
    for _ in range(2):
        mine.call("open-zip", b"a", {"megabytes": 2})
    assert failure(lambda: mine.call("open-zip", b"b", {"megabytes": 2})) == "over-budget"


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

    assert mine.call("work", b"a", {"seconds": 0}) == 0
    assert left == []
    assert mine.call("work", b"a", {"seconds": QUICK_SECONDS + 0.7}) == WAY
    assert len(left) == 1
    assert left[0] >= QUICK_SECONDS
    assert mine.call("work", b"a", {"seconds": 0}) == WAY
    assert len(left) == 1


def test_work_that_is_always_slow_leaves_at_once(box: Sandbox) -> None:
    """A scan would hold a place for quick mails until it proved slow."""
    left: list[str] = []
    mine = box.metered(Work(leave_quick_lane=lambda: left.append("left")))

    assert mine.call("draw-region", b"a", {"seconds": 0}) == WAY
    assert left == ["left"]


def test_without_lanes_nothing_gives_way(box: Sandbox) -> None:
    """A check at the command line would be the last to run on a busy machine."""
    assert box.metered(Work()).call("draw-region", b"a", {"seconds": QUICK_SECONDS + 0.5}) == 0


def test_a_mail_for_which_there_is_no_place_leaves_no_child_behind(box: Sandbox) -> None:
    """What nobody waits for any longer would go on using a processor."""

    def no_place() -> None:
        raise Postponed

    def children() -> str:
        template = box._current()._process.pid
        return Path(f"/proc/{template}/task/{template}/children").read_text()

    with pytest.raises(Postponed):
        box.metered(Work(leave_quick_lane=no_place)).call("loop", b"a", seconds=30)
    end = time.monotonic() + 5
    while children() and time.monotonic() < end:
        time.sleep(0.02)
    assert children() == ""
