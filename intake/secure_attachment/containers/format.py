"""A container format: what recognises a file of it, and what opens it.

One file in this package makes one, with its tasks and their warm-up; ``registry`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intake.mail.sniff import identify
from intake.model.attachment import Opening, Protection
from intake.model.mail import Part
from intake.sandbox.client import Children
from intake.sandbox.task import A, Burden, ChildKind, Task
from intake.secure_attachment.containers.result import Result, is_sound

if TYPE_CHECKING:
    from intake.secure_attachment.keys import MunicipalKey

Passwords = Callable[[], Sequence[str]]
"""Looks up what was agreed with the provider; asked only for what a password opens."""


@dataclass(frozen=True, slots=True)
class Opener:
    """The children and keys that opening needs."""

    reading: Children
    decrypting: Children
    keys: Sequence[MunicipalKey]
    openpgp_keys: Sequence[bytes] = field(default=(), repr=False)
    open_triple_des: bool = True


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """One file that came out of a container, with the strongest protection on its way."""

    part: Part
    protection: Protection


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening one container, or a nest of them, gave."""

    opening: Opening
    files: tuple[OpenedFile, ...] = ()
    reason: str = ""
    """English, for the administrator; no content."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of container."""

    name: str
    """As ``Container.format`` has it."""
    recognises: Callable[[Part], bool]
    """Whether a file is of this format, by its bytes; the first format that says so opens it."""
    open: Callable[[Part, Opener, Passwords], Opened]
    """Runs in the parent, which never looks into the file: its tasks do. The part has the name of
    what is in it, without the suffix of the format.

    Raises:
        SandboxFailed: a child failed.
    """
    tasks: tuple[Task[Any, Any], ...]
    suffixes: tuple[str, ...] = ()
    """What its programs put behind the name of the file that goes in, in lower case: ``.p7m``."""
    is_document: bool = False
    """The file is a document itself: nothing is nested in it, and its readers say what is wrong
    with it."""

    def named_as_inside(self, part: Part) -> Part:
        """The container under the name of the file in it: ``zorg.csv`` for ``zorg.csv.p7m``; without
        one when nothing of a name is left.
        """
        name = part.file_name or ""
        suffix = next((each for each in self.suffixes if name.lower().endswith(each)), "")
        if not suffix:
            return part
        bare = name[: -len(suffix)]
        return replace(part, file_name=bare if "." in bare else None)


def opening_task(
    name: str,
    run: Callable[[bytes, A, Sequence[bytes]], Result],
    warm_up: Callable[[], Iterable[tuple[bytes, A, Sequence[bytes]]]],
    kind: ChildKind = ChildKind.UNLOCKING,
) -> Task[A, Result]:
    """A task that takes files out of a container."""
    return Task(name, kind, run, warm_up, is_sound, seconds=30, burden=Burden.UNPACKS)


def by_password(
    task: Task[None, Result], keeps_name: bool = False
) -> Callable[[Part, Opener, Passwords], Opened]:
    """Opens what agreed passwords open: the child is given them and no key.

    Args:
        keeps_name: the only file in it has the container's own name, without a suffix.
    """

    def opened(part: Part, opener: Opener, passwords: Passwords) -> Opened:
        result = opener.reading.call(task, part.data, None, encoded(passwords()))
        return files_of(part, result, keeps_name)

    return opened


def encoded(passwords: Sequence[str]) -> list[bytes]:
    """Passwords as secrets of a task."""
    return [password.encode("utf-8", "surrogateescape") for password in passwords]


def files_of(part: Part, result: Result, keeps_name: bool) -> Opened:
    """What a child took out of a container, as parts of the mail."""
    files = (
        OpenedFile(
            Part(
                f"{part.path}/{number}",
                *identify(file.content),
                part.file_name if keeps_name else file.name,
                sheet=file.sheet,
            ),
            file.protection,
        )
        for number, file in enumerate(result.files, 1)
    )
    return Opened(result.opening, tuple(files), result.reason)
