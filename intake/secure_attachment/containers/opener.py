"""Opens a container and what is nested in it; the parent's side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.errors import SandboxFailed
from intake.model.attachment import Container, Opening, Protection
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Children
from intake.secure_attachment.care_lines import client
from intake.secure_attachment.containers import mime_entity
from intake.secure_attachment.containers.format import Format, Opened, OpenedFile, Opener, Passwords
from intake.secure_attachment.containers.registry import format_of

MAX_NESTING = 3
MAX_CONTAINERS = 20
"""In one attachment, nested ones included."""

_WORST = (
    Opening.OUR_FAULT,
    Opening.BOMB,
    Opening.DAMAGED,
    Opening.LOCKED,
    Opening.NOT_FOR_US,
    Opening.OPENED,
)
_WEAKEST = (Protection.NONE, Protection.WEAK, Protection.STRONG)
_BOMBS = frozenset({"timeout", "memory", "too-large"})
"""How a child ends on a file that was made to be too much."""


def open_container(part: Part, opener: Opener, passwords: Passwords) -> Container | None:
    """Open one container, and the containers inside it. None when the part is no container.

    Never raises for what the file holds; how it ended stands in ``Container.opening``.
    """
    known = format_of(part)
    if known is None:
        return None
    opened = _Nest(opener, passwords).open(part, known)
    return Container(
        path=part.path,
        format=known.name,
        opening=opened.opening,
        protection=_protection(opened, opener.reading),
        parts=tuple(file.part for file in opened.files),
        administrator_reason=opened.reason,
    )


class _Nest:
    """Opens one attachment, counting the containers in it."""

    def __init__(self, opener: Opener, passwords: Passwords) -> None:
        self._opener = opener
        self._passwords = passwords
        self._left = MAX_CONTAINERS

    def open(self, part: Part, known: Format, depth: int = 0) -> Opened:
        self._left -= 1
        if depth > MAX_NESTING or self._left < 0:
            return Opened(Opening.BOMB, reason="containers nested too deep, or too many of them")
        try:
            opened = known.open(known.named_as_inside(part), self._opener, self._passwords)
        except SandboxFailed as failed:
            ended = Opening.BOMB if failed.code in _BOMBS else Opening.DAMAGED
            return Opened(ended, reason=f"the child that opened it ended: {failed.code}")
        return opened if known.is_document else self._with_nested(opened, depth)

    def _with_nested(self, opened: Opened, depth: int) -> Opened:
        """Replace each container among the files by what it holds."""
        files: list[OpenedFile] = []
        for file in _unfolded(opened.files):
            known = format_of(file.part)
            nested = self.open(file.part, known, depth + 1) if known else None
            if (
                known is None
                or nested is None
                or (known.is_document and nested.opening is Opening.DAMAGED)
            ):
                files.append(file)
                continue
            files.extend(
                OpenedFile(f.part, max(f.protection, file.protection, key=_WEAKEST.index))
                for f in nested.files
            )
            if _WORST.index(nested.opening) < _WORST.index(opened.opening):
                opened = replace(opened, opening=nested.opening, reason=nested.reason)
        return replace(opened, files=tuple(files))


_FILES = frozenset(PartKind) - {
    PartKind.EMPTY, PartKind.HTML, PartKind.IMAGE, PartKind.SIGNATURE, PartKind.TEXT,
    PartKind.UNKNOWN, PartKind.XML,
}  # fmt: skip
"""Kinds that a saved mail brings as a file; a page saved with its pictures has none of them."""


def _unfolded(files: Iterable[OpenedFile]) -> Iterator[OpenedFile]:
    """The files, and instead of a saved mail the files in it."""
    for file in files:
        part = file.part
        is_mail = part.kind is PartKind.MAIL
        inside = mime_entity.parts_of(part.data, part.path, part.file_name) if is_mail else []
        if any(each.kind in _FILES for each in inside):
            yield from (OpenedFile(each, file.protection) for each in inside)
        else:
            yield file


def _protection(opened: Opened, reading: Children) -> Protection:
    """The weakest protection of a file with client data; a read-me beside an encrypted file does
    not count.
    """
    in_the_open = [file.part for file in opened.files if file.protection is Protection.NONE]
    protected = {file.protection for file in opened.files} - {Protection.NONE}
    if not protected and opened.opening is Opening.OPENED:
        return Protection.NONE
    if _name_clients(reading, in_the_open):
        return Protection.NONE
    return min(protected, key=_WEAKEST.index, default=Protection.STRONG)


def _name_clients(reading: Children, parts: Iterable[Part]) -> bool:
    return any(client.names_clients(client.read_care_lines(reading, part)) for part in parts)
