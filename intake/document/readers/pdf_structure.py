"""What a PDF holds beside its pages: properties, notes, form fields, scripts, bookmarks, embedded
files, earlier revisions.

By pypdf, inside a reading child only. Everything that can be reached from the file's trailer is
walked once, but for the content of pages, fonts and pictures, which the readers see. Sources: ISO
32000-2, 7.5.6 (incremental updates), 7.11.4 (embedded files), 12.5 (annotations), 12.7 (forms),
14.3 (metadata). Linear in the size of the file.
"""

from __future__ import annotations

import codecs
import io
import re
import signal
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from intake.document.readers.pypdf_core import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    PdfReader,
    StreamObject,
    TextStringObject,
)

MAX_OBJECTS = 100_000
MAX_FILES = 20
MAX_FILE_BYTES = 10_000_000
MAX_REVISIONS = 3
"""Earlier revisions looked at: the first one, and the last ones before the present."""
MAX_LETTERS = 2_000_000
SECONDS = 3.0
"""Processor time; what has not been seen by then counts as not looked at."""

_SKIPPED_KEYS = frozenset(
    {
        "/Parent",
        "/P",
        "/Prev",
        "/Font",
        "/Resources",
        "/ID",
        "/ColorSpace",
        "/Pattern",
        "/Encrypt",
        "/EF",
    }
)
_TREE = "/StructTreeRoot"
_SKIPPED_TYPES = frozenset({"/Font", "/FontDescriptor", "/Encoding", "/XRef", "/ObjStm", "/Sig"})
_NAMES = ("/T", "/TU", "/TM")
_SCRIPTS = ("/JS", "/XFA", "/RC", "/RV")
_VALUES = ("/V", "/DV", "/RV", "/Contents", "/RC", "/Opt")
_TOLD = frozenset((*_NAMES, *_VALUES))
_END = re.compile(rb"startxref\s{1,4}\d{1,12}\s{1,4}%%EOF[\r\n]{0,2}")


@dataclass(frozen=True, slots=True)
class Inside:
    """All texts and files that no page shows."""

    texts: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """Name and content of embedded files."""
    revisions: tuple[bytes, ...] = field(default=(), repr=False)
    """The file as it was before it was changed, as whole PDFs."""
    complete: bool = True
    """False: something could not be looked at."""


class _TooLongError(Exception):
    """The file keeps us longer than ``SECONDS``."""


def look_inside(data: bytes) -> Inside:
    """Collect what a PDF holds beside its pages; never raises for a bad file."""
    walk = _Walk()
    try:
        with _at_most(SECONDS):
            walk.file(data)
    except Exception:  # noqa: BLE001 - pypdf raises anything
        walk.complete = False
    return Inside(tuple(walk.texts), tuple(walk.files), tuple(_revisions(data)), walk.complete)


_CONTAINERS = (IndirectObject, DictionaryObject, ArrayObject)


def _containers(values: Iterable[Any]) -> list[Any]:
    """What is walked further."""
    return [value for value in values if isinstance(value, _CONTAINERS)]


class _Walk:
    """One pass over the objects of a file."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.files: list[tuple[str, bytes]] = []
        self.complete = True
        self._letters = 0
        self._seen: set[int] = set()
        self._count = 0
        self._skipped = _SKIPPED_KEYS

    def file(self, data: bytes) -> None:
        if not any(word in data for word in (b"/ObjStm", b"/ActualText", b"/Alt")):
            self._skipped |= {_TREE}
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            self.complete = False
            return
        waiting: list[Any] = [reader.trailer.get("/Info"), reader.trailer.get("/Root")]
        while waiting:
            self._count += 1
            if self._count > MAX_OBJECTS or self._letters > MAX_LETTERS:
                self.complete = False
                return
            waiting += self._object(waiting.pop())

    def _object(self, found: object) -> list[Any]:
        """Take the texts of an object that was not seen before; what is left to walk."""
        if isinstance(found, IndirectObject):
            if found.idnum in self._seen:
                return []
            self._seen.add(found.idnum)
            found = self._resolved(found)
        if isinstance(found, DictionaryObject):
            return self._dictionary(found)
        if not isinstance(found, ArrayObject):
            return []
        self._say(" ".join(str(item) for item in found if isinstance(item, TextStringObject)))
        return _containers(found)

    def _resolved(self, found: IndirectObject) -> object:
        try:
            return found.get_object()
        except _TooLongError:
            raise
        except Exception:  # noqa: BLE001 - one broken object does not hide the others
            self.complete = False
            return None

    def _dictionary(self, found: DictionaryObject) -> list[Any]:
        """Take the texts of a dictionary; what is left to walk."""
        kind = found.get("/Type")
        if kind in _SKIPPED_TYPES:
            return []
        if kind == "/EmbeddedFile":
            self._embedded("", found)
            return []
        raw = {str(key): found.raw_get(key) for key in found}
        strings = self._strings(raw, frozenset() if kind == "/Page" else _TOLD)
        self._texts(dict(strings))
        if isinstance(found, StreamObject) and not self._readable_stream(found, kind):
            return []
        self._embedded_file(strings.get("/UF") or strings.get("/F", ""), raw.get("/EF"))
        for key in _SCRIPTS:
            self._scripts(raw.get(key))
        if kind == "/Page":
            raw.pop("/Contents", None)
        return _containers(value for key, value in raw.items() if key not in self._skipped)

    def _strings(self, raw: Mapping[str, Any], told: Collection[str]) -> dict[str, str]:
        """The texts of a dictionary; those of the keys ``told`` also when they stand elsewhere."""
        values = {k: self._resolved_value(v) if k in told else v for k, v in raw.items()}
        return {k: str(v) for k, v in values.items() if isinstance(v, TextStringObject)}

    def _readable_stream(self, found: StreamObject, kind: object) -> bool:
        """Take the text of a stream; False when it holds none and is not walked further."""
        texts = found.get("/Subtype") == "/XML" or found.get("/S") == "/JavaScript"
        if texts or kind == "/Metadata":
            self._stream(found)
            return True
        return "/Subtype" not in found and "/Filter" not in found

    def _embedded_file(self, name: str, streams: object) -> None:
        """Take the file that a file specification holds."""
        files = self._resolved_value(streams) if name else None
        if isinstance(files, DictionaryObject):
            content = next((files.raw_get(key) for key in ("/UF", "/F") if key in files), None)
            self._embedded(name, self._resolved_value(content))

    def _scripts(self, found: object) -> None:
        """The text of a script or a form that stands in a stream, or in a list of streams."""
        item = self._resolved_value(found)
        for each in item if isinstance(item, ArrayObject) else [item]:
            stream = self._resolved_value(each)
            if isinstance(stream, StreamObject):
                self._stream(stream)

    def _resolved_value(self, found: object) -> object:
        return self._resolved(found) if isinstance(found, IndirectObject) else found

    def _texts(self, texts: dict[str, str]) -> None:
        """Each text with its key, so that ``/BSN`` and a field's name stand before their values."""
        name = " ".join(texts.pop(key) for key in _NAMES if key in texts)
        values = [texts.pop(key) for key in _VALUES if key in texts]
        self._say("\n".join(f"{name}: {value}" for value in values) if values else name)
        self._say(
            "\n".join(
                f"{key[1:]}: {value}" for key, value in texts.items() if not value.startswith("D:")
            )
        )

    def _stream(self, found: StreamObject) -> None:
        self._say(decoded(found.get_data()[:MAX_FILE_BYTES]))

    def _embedded(self, name: str, found: object) -> None:
        self._say(name)
        if not isinstance(found, StreamObject):
            return
        if len(self.files) >= MAX_FILES:
            self.complete = False
            return
        content = found.get_data()
        self.complete = self.complete and len(content) <= MAX_FILE_BYTES
        self.files.append((name, content[:MAX_FILE_BYTES]))

    def _say(self, text: str) -> None:
        if any(map(str.isalnum, text)):
            self._letters += len(text)
            self.texts.append(text)


def _revisions(data: bytes) -> Iterator[bytes]:
    """The file up to the end of each earlier revision; a file made for the web has its first table
    at its start, which is none.
    """
    ends = [match.end() for match in _END.finditer(data)]
    if b"/Linearized" in data[:1024]:
        ends = ends[1:]
    earlier = [end for end in ends[:-1] if b"/Prev" in data[end:]]
    chosen = (
        earlier if len(earlier) <= MAX_REVISIONS else [earlier[0], *earlier[1 - MAX_REVISIONS :]]
    )
    for end in chosen:
        yield data[:end]


def decoded(content: bytes) -> str:
    """Bytes as text, whatever their encoding; control characters as spaces."""
    if (
        content[:2] in (b"\xff\xfe", b"\xfe\xff")
        or b"\0" in content[:200:2]
        or b"\0" in content[1:200:2]
    ):
        text = content.decode(
            "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-le", "replace"
        )
    else:
        try:
            text = content.removeprefix(codecs.BOM_UTF8).decode()
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Stop our own Python code after so much processor time; only the main thread can have such an
    alarm.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
