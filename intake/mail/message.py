"""Bytes of a mail to ``Mail``: every file in it, found by content, whatever the MIME claims.

One pass over byte offsets with named limits, so that ten thousand parts or a thousand levels cost
no more than their length; the standard library's parser is quadratic there. A mail that goes over a
limit is ``fatal`` (quarantine) and keeps what was read until then.
"""

from __future__ import annotations

import binascii
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from intake.mail import cms, headers, tnef, uuencoded
from intake.mail.boundaries import Boundaries, TooManyBoundariesError
from intake.mail.html import html_text
from intake.mail.sniff import identify
from intake.model.mail import Mail, Part, PartKind

MAX_PARTS = 500
"""Leaves and containers in one mail."""
MAX_DEPTH = 20
"""Levels of multipart, forwarded mail, signature and TNEF together."""
MAX_DECODED_BYTES = 200_000_000
"""Sum of all decoded leaves."""
MAX_SCANNED_BYTES = 400_000_000
"""Sum of all mails inside the mail that had to be decoded or unpacked."""
MAX_TEXT = 2_000_000
"""Characters of readable body that are kept."""

_WHOLE_FILE_IN_BASE64 = (b"JVBERi0", b"UEsDBB")
_WHOLE_FILE = (b"%PDF-", b"PK\x03\x04")
_TEXTS = frozenset(
    {PartKind.TEXT, PartKind.HTML, PartKind.CSV, PartKind.MAIL, PartKind.EMPTY, PartKind.UNKNOWN}
)
_BODY_KINDS = {"text/plain": _TEXTS, "text": _TEXTS, "text/html": _TEXTS | {PartKind.XML}}
"""What a readable body may be, by its declared type."""


class _OverLimitError(Exception):
    """A limit is exceeded; the text is the ``fatal`` of the mail."""


def _limit(number: int, most: int, fault: str) -> None:
    if number > most:
        raise _OverLimitError(fault)


def parse(raw: bytes) -> Mail:
    """Parse a mail.

    Never raises: what is wrong stands in ``defects``, and in ``fatal`` when no verdict is possible.
    """
    first = len(raw) - len(raw.lstrip(b"\xef\xbb\xbf\r\n"))  # blank lines of a script
    fields, body, stopped = headers.split(raw, first, len(raw))
    walk = _Walk()
    fatal = stopped
    if not fatal:
        try:
            walk.entity(Boundaries(raw), fields, body, len(raw), _Position())
        except _OverLimitError as limit:
            fatal = str(limit)
        except TooManyBoundariesError:
            fatal = "too many parts"
    if not fields and not fatal:
        fatal = "no header"
    return _mail(fields, walk, fatal)


def _mail(fields: headers.RawFields, walk: _Walk, fatal: str | None) -> Mail:
    sender, name = headers.address(headers.first(fields, "from"))
    texts = {
        key: headers.text(headers.first(fields, key))
        for key in ("message-id", "in-reply-to", "references", "subject")
    }
    if sender is None:
        walk.defect("no From address")
    ids = headers.message_ids(texts["message-id"])
    return Mail(
        message_id=ids[0] if ids else texts["message-id"][:900] or None,
        in_reply_to=headers.message_ids(texts["in-reply-to"]),
        references=headers.message_ids(texts["references"]),
        sender=sender,
        sender_name=name,
        subject=texts["subject"],
        date=_date(headers.first(fields, "date")),
        text="\n\n".join(text for text in walk.plain or walk.html if text.strip())[:MAX_TEXT],
        text_of_html="\n\n".join(walk.html if walk.plain else ())[:MAX_TEXT],
        headers=tuple((key, headers.text(value)) for key, value in fields),
        parts=tuple(walk.parts),
        defects=tuple(walk.defects),
        fatal=fatal,
        tables="\n".join(walk.pages),
    )


@dataclass(frozen=True, slots=True)
class _Position:
    """Where an entity is in the mail: its path, the level, and whether a delivery report is around it."""

    path: str = ""
    depth: int = 0
    in_report: bool = False
    in_related: bool = False
    in_digest: bool = False

    def child(self, number: int, around: str = "", in_report: bool = False) -> _Position:
        """A part of what is here; ``around`` is the type of the multipart that it is a part of."""
        separator = "" if self.path.endswith("/") or not self.path else "."
        return _Position(
            f"{self.path}{separator}{number}",
            self.depth + 1,
            self.in_report or in_report or around == "multipart/report",
            around == "multipart/related",
            around == "multipart/digest",
        )

    def content(self) -> _Position:
        """The content of a file: its parts are ``1.2/1``, ``1.2/2`` …"""
        return _Position(f"{self.leaf}/", self.depth + 1, self.in_report)

    @property
    def leaf(self) -> str:
        return f"{self.path}1" if self.path.endswith("/") or not self.path else self.path


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A decoded leaf before it is known what to do with it."""

    data: bytes
    declared: str
    name: str | None
    attached: bool
    inline: bool
    charset: str

    @property
    def is_readable(self) -> bool:
        """Whether it was sent as text to be read, not as a file."""
        return self.declared in _BODY_KINDS and not self.attached and not self.name


@dataclass(slots=True)
class _Walk:
    """What a walk through a mail collects."""

    parts: list[Part] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    entities: int = 0
    decoded: int = 0
    scanned: int = 0

    def defect(self, text: str) -> None:
        if text not in self.defects:
            self.defects.append(text)

    def entity(
        self,
        source: Boundaries,
        fields: headers.RawFields,
        start: int,
        end: int,
        position: _Position,
    ) -> None:
        """One MIME entity: a multipart is split, everything else is a leaf."""
        self.entities += 1
        _limit(self.entities, MAX_PARTS, "too many parts")
        _limit(position.depth, MAX_DEPTH, "nested too deep")
        declared, parameters = headers.parameters(headers.first(fields, "content-type"))
        if not declared and position.in_digest and not headers.first(fields, "from"):
            declared = "message/rfc822"  # RFC 2046 §5.1.5
        if declared.startswith("multipart/"):
            spans = self._spans(source, start, end, parameters.get("boundary", ""))
            for number, (begin, stop) in enumerate(spans, 1):
                child = position.child(number, declared, "report-type" in parameters)
                self._entity_at(source, begin, stop, child)
            if spans:
                return
            self.defect("multipart without parts")
        encoding = _encoding(fields)
        if declared == "message/rfc822" and encoding in _IDENTITY and not position.in_report:
            before = len(self.parts)
            self._entity_at(source, start, end, position.content())
            if len(self.parts) == before:
                mail = source.raw[start:end]
                leaf = _described(mail, fields, declared, parameters, position)
                self._keep(mail, PartKind.MAIL, leaf, position)
            return
        data = self._decode(source.raw[start:end], encoding)
        self.decoded += len(data)
        _limit(self.decoded, MAX_DECODED_BYTES, "too large when decoded")
        self._file(_described(data, fields, declared, parameters, position), position)

    def _entity_at(self, source: Boundaries, start: int, end: int, position: _Position) -> None:
        """An entity of which the header block is still to be read."""
        fields, body, stopped = headers.split(source.raw, start, end)
        if stopped:
            raise _OverLimitError(f"{stopped} in a part")
        self.entity(source, fields, body, end, position)

    def _spans(
        self, source: Boundaries, start: int, end: int, boundary: str
    ) -> list[tuple[int, int]]:
        line = boundary.encode("utf-8").rstrip()
        spans = source.spans(start, end, line, MAX_PARTS) if line else []
        if not spans and (guess := source.guess(start, end)):
            self.defect("boundary not as declared")
            spans = source.spans(start, end, guess, MAX_PARTS)
        return spans

    def _decode(self, body: bytes, encoding: str) -> bytes:
        if encoding in _UUENCODE:
            return body if uuencoded.begins(body) else uuencoded.decode_lines(body)
        if encoding in ("base64", "b64"):
            plain = uuencoded.begins(body) or body.lstrip().startswith(_WHOLE_FILE)
            return body if plain else headers.base64_lenient(body)
        if encoding in ("quoted-printable", "qp"):
            try:
                return binascii.a2b_qp(_ODD_BREAK.sub(b"\r\n", _ODD_SOFT_BREAK.sub(b"", body)))
            except (binascii.Error, ValueError):
                self.defect("broken quoted-printable")
        elif encoding not in _IDENTITY:
            self.defect("unknown transfer encoding")
        return body

    def _file(self, leaf: _Leaf, position: _Position) -> None:
        """Sort a leaf: readable body, a wrapping to look inside, or a file."""
        kind, data = identify(leaf.data)
        is_body = leaf.is_readable
        if kind is PartKind.TEXT and data.lstrip()[:7].startswith(_WHOLE_FILE_IN_BASE64):
            kind, data = identify(headers.base64_lenient(data))
            is_body = False
            self.defect("base64 twice")
        if kind in _MAY_HOLD_UUENCODED and (encoded := uuencoded.split(data))[1]:
            self._uuencoded(leaf, is_body, *encoded, position)
        elif is_body and kind in _BODY_KINDS[leaf.declared]:
            self._body(leaf, kind)
        elif data.startswith(tnef.SIGNATURE):
            self._tnef(leaf, position)
        elif kind is PartKind.SIGNATURE and (inner := cms.signed_content(data)) is not None:
            self._signed(inner, leaf, position)
        elif (
            (kind is PartKind.MAIL or leaf.declared == "message/rfc822")
            and not position.in_report
            and leaf.declared != "text/rfc822-headers"
        ):
            self._forwarded(leaf, position)
        else:
            if is_body and kind is PartKind.OPENPGP:
                self._body(leaf, PartKind.TEXT)
            self._keep(data, kind, leaf, position)

    def _uuencoded(
        self,
        leaf: _Leaf,
        is_body: bool,
        rest: bytes,
        blocks: Sequence[uuencoded.Block],
        position: _Position,
    ) -> None:
        """Files that stand as text in a text; one that is the whole leaf has the leaf's name."""
        if not all(block.whole for block in blocks):
            self.defect("uuencoded file without end")
        if len(blocks) == 1 and not rest.strip():
            named = leaf.name and not _UUENCODED_NAME.search(leaf.name)
            inside = replace(position, depth=position.depth + 1)
            self.nested(blocks[0].data, leaf.name if named else blocks[0].name, inside)
            return
        if is_body:
            self._body(replace(leaf, data=rest), PartKind.TEXT)
        elif rest.strip():
            self._keep(rest, PartKind.TEXT, leaf, position)
        inside = position.content()
        for number, block in enumerate(blocks, 1):
            self.nested(block.data, block.name, inside.child(number))

    def _body(self, leaf: _Leaf, kind: PartKind) -> None:
        text = headers.charset_text(leaf.data[: 4 * MAX_TEXT], leaf.charset).replace("\0", " ")
        if "\r" in text:
            text = _LINE_END.sub("\n", text)
        if leaf.declared == "text/html" or kind is PartKind.HTML:
            self.html.append(html_text(text))
            if "<table" in text.lower():
                self.pages.append(text)
        elif text.strip():
            self.plain.append(text)

    def _keep(self, data: bytes, kind: PartKind, leaf: _Leaf, position: _Position) -> None:
        if kind is PartKind.EMPTY and not leaf.name and not leaf.attached:
            return
        self.parts.append(Part(position.leaf, kind, data, leaf.name, leaf.declared, leaf.inline))

    def _forwarded(self, leaf: _Leaf, position: _Position) -> None:
        """A mail as attachment: its files count as files of this mail.

        When it has none, it is a file itself.
        """
        before = len(self.parts)
        self._unpacked(leaf.data, position.content())
        if len(self.parts) == before:
            self._keep(leaf.data, PartKind.MAIL, leaf, position)

    def _unpacked(self, data: bytes, position: _Position) -> None:
        """Bytes that are an entity of their own."""
        self.scanned += len(data)
        _limit(self.scanned, MAX_SCANNED_BYTES, "nested too deep")
        self._entity_at(Boundaries(data), 0, len(data), position)

    def _signed(self, inner: bytes, leaf: _Leaf, position: _Position) -> None:
        """Opaque S/MIME wraps a MIME entity; ``factuur.pdf.p7m`` wraps a bare file."""
        fields, _, stopped = headers.split(inner, 0, len(inner))
        if not stopped and any(name.startswith("content-") for name, _ in fields):
            self._unpacked(inner, position.content())
            return
        name = re.sub(r"\.p7[ms]$", "", leaf.name, flags=re.IGNORECASE) if leaf.name else None
        self.nested(inner, name, position.content())

    def _tnef(self, leaf: _Leaf, position: _Position) -> None:
        found = tnef.attachments(leaf.data)
        if not found:
            self.defect("winmail.dat without files")
            self._keep(leaf.data, PartKind.UNKNOWN, leaf, position)
        inside = position.content()
        for number, (name, data) in enumerate(found, 1):
            self.nested(data, headers.base_name(name), inside.child(number))

    def nested(self, data: bytes, name: str | None, position: _Position) -> None:
        """A bare file out of a wrapping."""
        self.entities += 1
        self.decoded += len(data)
        if (
            self.entities > MAX_PARTS
            or self.decoded > MAX_DECODED_BYTES
            or position.depth > MAX_DEPTH
        ):
            raise _OverLimitError("too much inside an attachment")
        self._file(_Leaf(data, "", name, True, False, "utf-8"), position)


def _described(
    data: bytes,
    fields: headers.RawFields,
    declared: str,
    parameters: dict[str, str],
    position: _Position,
) -> _Leaf:
    """A leaf with what its header says of it."""
    disposition, more = headers.parameters(headers.first(fields, "content-disposition"))
    attached = disposition.startswith("attachment")
    has_id = bool(headers.first(fields, "content-id"))
    return _Leaf(
        data=data,
        declared=declared or "text/plain",
        name=headers.file_name(more, parameters),
        attached=attached,
        inline=not attached and (disposition == "inline" or position.in_related or has_id),
        charset=parameters.get("charset", "utf-8"),
    )


_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "none"})
_LINE_END = re.compile(headers.LINE_END.decode())
_ODD_SOFT_BREAK = re.compile(rb"=[ \t]*(?:\r\r+\n|\n\r(?![\r\n])|\r(?!\n))")
_ODD_BREAK = re.compile(rb"\r\r+\n")
_UUENCODE = frozenset(
    f"{prefix}{name}"
    for prefix in ("x-", "")
    for name in ("uuencode", "uue", "uu", "xxencode", "xxe", "yencode", "yenc")
)
"""Transfer encodings of no standard; the lines themselves tell which it is."""
_UUENCODED_NAME = re.compile(r"\.(?:uue?|xxe?|yenc|ync|b64)$", re.IGNORECASE)
_MAY_HOLD_UUENCODED = frozenset(
    {PartKind.TEXT, PartKind.CSV, PartKind.UNKNOWN, PartKind.HTML, PartKind.XML}
)


def _encoding(fields: headers.RawFields) -> str:
    value = headers.first(fields, "content-transfer-encoding")
    return value[:100].decode("latin-1").split(";")[0].strip().strip("\"'").lower()


def _date(value: bytes) -> dt.datetime | None:
    """The Date field as aware UTC; None when it is absent or no date."""
    try:
        moment = parsedate_to_datetime(headers.text(value[:500]))
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
