"""Opens a container and what is nested in it; the parent's side, where every answer of a child is
checked again.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from intake.errors import SandboxFailed
from intake.mail import message
from intake.model.attachment import Container, Opening, Protection
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Children
from intake.secure_attachment.care_lines import client
from intake.secure_attachment.containers import mime_entity, smime
from intake.secure_attachment.keys import MunicipalKey

MAX_NESTING = 3
MAX_CONTAINERS = 20
"""In one attachment, nested ones included."""
SECONDS = 30.0
SEED_BYTES = 20
"""ISO 32000-2 §7.6.5.3: what the key of a PDF for certificates is made from."""

_KINDS = frozenset(
    {PartKind.SMIME, PartKind.ZIP, PartKind.SEVEN_ZIP, PartKind.OFFICE_ENCRYPTED, PartKind.OPENPGP}
)
"""Always a container; a PDF is one when it has a lock."""
_FORMATS = {PartKind.SEVEN_ZIP: "7z", PartKind.OFFICE_ENCRYPTED: "office"}
_TASKS = {
    PartKind.ZIP: "open-zip",
    PartKind.SEVEN_ZIP: "open-7z",
    PartKind.OFFICE_ENCRYPTED: "open-office",
    PartKind.PDF: "open-pdf",
}
"""What a password opens; the child of the task is given passwords and no key."""
_NEVER_TYPED = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")

_WORST = (
    Opening.OUR_FAULT,
    Opening.BOMB,
    Opening.DAMAGED,
    Opening.LOCKED,
    Opening.NOT_FOR_US,
    Opening.OPENED,
)
_WEAKEST = (Protection.NONE, Protection.WEAK, Protection.STRONG)
_ENDINGS = {
    "timeout": Opening.BOMB,
    "memory": Opening.BOMB,
    "too-large": Opening.BOMB,
    "crash": Opening.DAMAGED,
    "garbage": Opening.DAMAGED,
}


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
class _Tools:
    """What one attachment is opened with."""

    opener: Opener
    passwords: Passwords = field(repr=False)


@dataclass(frozen=True, slots=True)
class _File:
    """One file found inside, with the strongest protection on its way."""

    part: Part
    protection: Protection


@dataclass(slots=True)
class _Opened:
    """What one container, or a nest of them, gave."""

    opening: Opening
    files: list[_File] = field(default_factory=list)
    reason: str = ""
    proven: bool = True
    nested: list[_Opened] = field(default_factory=list)


class _GarbageError(Exception):
    """A child's answer has not the form it must have."""


def open_part(part: Part, opener: Opener, passwords: Passwords) -> Container | None:
    """Open one part and what is nested in it; None when it is no container."""
    if not _is_container(part):
        return None
    opened = _open(part, _Tools(opener, passwords), 0, [MAX_CONTAINERS])
    return Container(
        path=part.path,
        format=_format(part.kind),
        opening=opened.opening,
        protection=_protection(opened, opener.reading),
        parts=tuple(file.part for file in opened.files),
        administrator_reason=opened.reason,
        integrity_proven=opened.proven,
    )


def _is_container(part: Part) -> bool:
    """A PDF has its lock in words that are never encrypted or packed (ISO 32000-2 §7.5.8.2,
    §7.6.1).
    """
    return part.kind in _KINDS or (part.kind is PartKind.PDF and b"/Encrypt" in part.data)


def _format(kind: PartKind) -> str:
    return _FORMATS.get(kind, kind.value)


def _open(part: Part, tools: _Tools, depth: int, budget: list[int]) -> _Opened:
    budget[0] -= 1
    if depth > MAX_NESTING or budget[0] < 0:
        return _Opened(Opening.BOMB, reason="containers nested too deep, or too many of them")
    try:
        opened = _OPENERS.get(part.kind, _open_by_password)(part, tools)
    except SandboxFailed as failed:
        return _Opened(
            _ENDINGS.get(failed.code, Opening.DAMAGED),
            reason=f"the child that opened it ended: {failed.code}",
        )
    except _GarbageError:
        return _Opened(Opening.DAMAGED, reason="the child that opened it answered nonsense")
    return opened if part.kind is PartKind.PDF else _with_nested(opened, tools, depth, budget)


def _with_nested(opened: _Opened, tools: _Tools, depth: int, budget: list[int]) -> _Opened:
    """Replace each container among the files by what it holds."""
    files: list[_File] = []
    for file in opened.files:
        if not _is_container(file.part):
            files.append(file)
            continue
        inner = _open(file.part, tools, depth + 1, budget)
        if file.part.kind is PartKind.PDF and inner.opening is Opening.DAMAGED:
            files.append(file)  # the readers of documents tell what is wrong with it
            continue
        opened.nested.append(inner)
        files.extend(
            _File(f.part, max(f.protection, file.protection, key=_WEAKEST.index))
            for f in inner.files
        )
        if _WORST.index(inner.opening) < _WORST.index(opened.opening):
            opened.opening, opened.reason = inner.opening, inner.reason
        opened.proven = opened.proven and inner.proven
    opened.files = files
    return opened


def _protection(opened: _Opened, reading: Children) -> Protection:
    """The weakest protection of a file with client data; a read-me beside an encrypted file does
    not count.
    """
    kinds = {file.protection for file in opened.files}
    if not kinds:
        return Protection.NONE if opened.opening is Opening.OPENED else Protection.STRONG
    if len(kinds) > 1 and Protection.NONE in kinds:
        in_the_open = (file.part for file in opened.files if file.protection is Protection.NONE)
        if not any(_names_clients(reading, part) for part in in_the_open):
            kinds.discard(Protection.NONE)
    if kinds == {Protection.NONE} and opened.opening is not Opening.OPENED:
        in_the_open = (file.part for file in opened.files)
        return (
            Protection.NONE
            if any(_names_clients(reading, part) for part in in_the_open)
            else Protection.STRONG
        )
    return min(kinds, key=_WEAKEST.index)


def _names_clients(reading: Children, part: Part) -> bool:
    return client.names_clients(client.read_care_lines(reading, part))


def _open_smime(part: Part, tools: _Tools) -> _Opened:
    answer = tools.opener.decrypting.call(
        "open-smime",
        part.data,
        {"weak": tools.opener.open_triple_des},
        [key.secret for key in tools.opener.keys],
        SECONDS,
    )
    opening, reason = _ending(answer)
    if opening is not Opening.OPENED:
        return _Opened(opening, reason=reason)
    protection = _word(answer, "protection", Protection)
    proven = answer.get("proven") is True
    care = answer.get("care")
    parts = [
        _with_care(inner, care, inner.path[len(part.path) :])
        for inner in mime_entity.parts_of(
            _content(answer.get("content")), part.path, part.file_name
        )
    ]
    if not proven and protection is not Protection.NONE and any(map(_is_garbled, parts)):
        return _Opened(Opening.LOCKED, reason=smime.UNDECIPHERABLE)
    return _Opened(opening, [_File(inner, protection) for inner in parts], proven=proven)


def _is_garbled(part: Part) -> bool:
    """Text with what nobody types.

    Somebody may have changed the encrypted mail (EFAIL): no finding about its content may answer
    him.
    """
    return (
        part.kind in (PartKind.CSV, PartKind.TEXT)
        and b"\0" not in part.data
        and bool(_NEVER_TYPED.search(part.data))
    )


def _open_openpgp(part: Part, tools: _Tools) -> _Opened:
    keys = tools.opener.openpgp_keys
    answer = tools.opener.decrypting.call(
        "open-openpgp",
        part.data,
        {"keys": len(keys)},
        [*keys, *_encoded(tools.passwords())],
        SECONDS,
    )
    opened = _files(part, answer)
    files = []
    for file in opened.files:
        inside = (
            mime_entity.parts_of(file.part.data, part.path, part.file_name)
            if mime_entity.is_entity(file.part.data)
            else [file.part]
        )
        files += [_File(inner, file.protection) for inner in inside]
    return replace(opened, files=files)


def _open_by_password(part: Part, tools: _Tools) -> _Opened:
    return _files(
        part,
        tools.opener.reading.call(
            _TASKS[part.kind], part.data, {}, _encoded(tools.passwords()), SECONDS
        ),
    )


def _open_pdf(part: Part, tools: _Tools) -> _Opened:
    if b"/Adobe.PubSec" not in part.data:
        return _open_by_password(part, tools)
    secrets = [key.secret for key in tools.opener.keys]
    opening, reason = Opening.DAMAGED, "a PDF for certificates without an envelope"
    for envelope in _envelopes(
        tools.opener.reading.call("pdf-envelopes", part.data, seconds=SECONDS)
    ):
        answer = tools.opener.decrypting.call(
            "open-smime",
            envelope,
            {"weak": tools.opener.open_triple_des, "seed": True},
            secrets,
            SECONDS,
        )
        opening, reason = _ending(answer)
        if opening is Opening.OPENED:
            seed = _content(answer.get("content"))[:SEED_BYTES]
            return _files(
                part,
                tools.opener.reading.call("open-certified-pdf", part.data, {}, [seed], SECONDS),
            )
    return _Opened(opening, reason=reason)


def _envelopes(answer: object) -> list[bytes]:
    if not isinstance(answer, list) or len(answer) > 100:
        raise _GarbageError
    return [_content(envelope) for envelope in answer]


_OPENERS = {PartKind.SMIME: _open_smime, PartKind.OPENPGP: _open_openpgp, PartKind.PDF: _open_pdf}


def _encoded(passwords: Sequence[str]) -> list[bytes]:
    return [password.encode("utf-8", "surrogateescape") for password in passwords]


def _files(part: Part, answer: Any) -> _Opened:
    opening, reason = _ending(answer)
    files = answer.get("files", [])
    if not isinstance(files, list) or len(files) > 10_000:
        raise _GarbageError
    return _Opened(
        opening, [_file(part, number, file) for number, file in enumerate(files, 1)], reason
    )


def _file(part: Part, number: int, file: object) -> _File:
    if not isinstance(file, dict):
        raise _GarbageError
    name = file.get("name")
    content = _content(file.get("content"))
    if name is not None and (not isinstance(name, str) or len(name) > 300):
        raise _GarbageError
    name = (
        mime_entity.bare_name(part.file_name)
        if name is None and part.kind is not PartKind.ZIP
        else name
    )
    inner = Part(f"{part.path}/{number}", message.sniff(content), content, name)
    return _File(_with_care(inner, file, "care"), _word(file, "protection", Protection))


def _with_care(part: Part, told: object, key: str) -> Part:
    """The part with what the child that opened it read in it, if it did; else a child of its own
    reads it.
    """
    said = told.get(key) if isinstance(told, dict) else None
    return part if said is None else replace(part, sheet=client.validated(said))


def _ending(answer: object) -> tuple[Opening, str]:
    if not isinstance(answer, dict):
        raise _GarbageError
    reason = answer.get("reason")
    if not isinstance(reason, str) or len(reason) > 300:
        raise _GarbageError
    return _word(answer, "opening", Opening), reason


def _word(answer: Mapping[str, Any], key: str, words: type[Any]) -> Any:
    try:
        return words(answer.get(key))
    except ValueError:
        raise _GarbageError from None


def _content(text: object) -> bytes:
    if not isinstance(text, str):
        raise _GarbageError
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _GarbageError from None
