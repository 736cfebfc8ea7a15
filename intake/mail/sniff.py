"""What bytes are, by their content. A declared type or a file name is never asked."""

from __future__ import annotations

import codecs
import re
import struct
from collections import Counter

from intake.mail import cms, file_start, tnef
from intake.model.mail import PartKind

_HEAD = 4_096
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|p|table|meta|title|span|style|center|font|h[1-6]|br|script)[\s>/]",
    re.IGNORECASE,
)
_HTML_START = re.compile(
    rb"<(?:a|b|i|u|img|strong|em|ul|ol|li|tr|td|tbody|pre|blockquote|section|article|hr|o:p)[\s>/]",
    re.IGNORECASE,
)
_XML_START = re.compile(rb"<(?:\?xml\b|!--|[A-Za-z_][\w.-]{0,60}(?::[A-Za-z_][\w.-]{0,60})?[\s>/])")
_MAIL_FIELD = re.compile(
    rb"(?:from|to|cc|subject|date|received|return-path|message-id|mime-version|content-[a-z]{2,20}(?:-[a-z]{2,20})?|snapshot-content-location"
    rb"|delivered-to|dkim-signature|reply-to|x-[a-z-]{2,60}|authentication-results|arc-[a-z-]{2,40}|thread-[a-z]{2,20}|references|in-reply-to):",
    re.IGNORECASE,
)
_STRONG_MAIL_FIELDS = frozenset(
    {b"from", b"received", b"mime-version", b"return-path", b"message-id", b"content-type", b"date"}
)


def sniff(data: bytes) -> PartKind:
    """The kind of a file. Linear, never raises; ``UNKNOWN`` for bytes that fit nothing."""
    if not data.strip(b" \t\r\n\x00"):
        return PartKind.EMPTY
    return _binary(data) or _textual(data)


def identify(data: bytes) -> tuple[PartKind, bytes]:
    """The kind of a file, and its bytes: those of a PDF or a zip from its header on."""
    kind = sniff(data)
    if kind is PartKind.PDF and data.endswith(bytes(64)):
        data = data.rstrip(b"\0")  # of a tape, or a disk
    if kind is PartKind.PDF and (start := file_start.find(data)):
        return kind, file_start.without_text_before(data, start)
    if kind in (PartKind.UNKNOWN, PartKind.TEXT) and (start := _zip_start(data)) > 0:
        return sniff(data[start:]), data[start:]
    return kind, data


def _zip_start(data: bytes) -> int:
    """Where a zip begins behind something that a program wrote in front; 0 when there is none."""
    ends = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000)) > 0
    start = data.find(b"PK\x03\x04", 0, file_start.MAX_BINARY_BEFORE)
    return start if ends and start > 0 else 0


def _binary(data: bytes) -> PartKind | None:
    if data.startswith(b"%PDF-"):
        return PartKind.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")):
        return _zip(data)
    if data.startswith(b"7z\xbc\xaf\x27\x1c"):
        return PartKind.SEVEN_ZIP
    if _is_archive(data):
        return PartKind.ARCHIVE
    if data.startswith(tnef.SIGNATURE):
        return PartKind.UNKNOWN
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(data)
    return PartKind.IMAGE if _is_image(data) else _cryptographic(data)


_ARCHIVES = (
    b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"\x1f\x9d", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18", b"LZIP\x01", b"MSCF\0\0\0\0", b"\x60\xea", b"StuffIt ", b"SIT!", b"xar!",
    b"MSWIM\0\0\0", b"!<arch>\n",
)  # fmt: skip
"""RAR, gzip, compress, xz, zstd, lz4, lzip, cabinet, ARJ, StuffIt, xar, WIM, ar."""
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_LZH = re.compile(rb"..-l[hz][0-9sd]-", re.DOTALL)
_TAR_SUM = slice(148, 156)


def _is_archive(data: bytes) -> bool:
    """A packed file without a kind of its own: what no container format recognises is not opened."""
    return bool(
        data.startswith(_ARCHIVES)
        or _BZIP2.match(data)
        or _LZH.match(data)
        or data[7:14] == b"**ACE**"
        or data[32_769:32_774] == b"CD001"
        or data[-512:-508] == b"koly"
        or _is_tar(data)
    )


def _is_tar(data: bytes) -> bool:
    """POSIX ustar, or the older form, of which the sum of the first block tells."""
    if data[257:262] == b"ustar":
        return True
    header, written = data[:512], data[_TAR_SUM].strip(b" \0")
    if len(header) < 512 or not written or written.strip(b"01234567"):
        return False
    return int(written, 8) == sum(header) - sum(header[_TAR_SUM]) + 8 * 32


def _is_image(data: bytes) -> bool:
    if data[:2] == b"BM" and len(data) > 26:
        return data[14:18] in (b"\x28\0\0\0", b"\x0c\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0")
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    heif = data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS
    return data.startswith(_IMAGES) or webp or heif


def _cryptographic(data: bytes) -> PartKind | None:
    content = cms.content_of(data)
    if content is not None:
        return PartKind.SIGNATURE if content is cms.Content.SIGNED else PartKind.SMIME
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"-----BEGIN PGP MESSAGE"):
        return PartKind.OPENPGP
    if head.startswith((b"-----BEGIN PGP SIGNATURE", b"-----BEGIN PGP PUBLIC KEY")):
        return PartKind.SIGNATURE
    return _binary_openpgp(data)


_OPENPGP_VERSIONS = {1: (3, 6), 2: (3, 4, 6), 3: (4, 5, 6)}
"""Of each packet that a message begins with, by its tag."""
_OPENPGP_ALGORITHMS = {1: (1, 2, 16, 18, 25), 3: (1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13)}
"""That wrap a session key: of public keys, and of passwords."""


def _binary_openpgp(data: bytes) -> PartKind | None:
    """RFC 4880 §4.2: the first packet is a session key (tag 1, 3), a signature (2), or a public key
    (6).
    """
    if len(data) < 16 or not data[0] & 0x80:
        return None
    if data[0] & 0x40:
        tag, size = data[0] & 0x3F, 5 if data[1] == 255 else 2 if 192 <= data[1] < 224 else 1
    else:
        tag, size = (data[0] >> 2) & 0x0F, (1, 2, 4, 0)[data[0] & 3]
    version, kind = data[1 + size], data[2 + size]
    if tag == 18 and version in (1, 2):
        return PartKind.OPENPGP
    if not size or version not in _OPENPGP_VERSIONS.get(tag, ()):
        return None
    if tag == 2:
        return PartKind.SIGNATURE if kind in (0, 1) else None
    algorithm = data[2 + size + 8] if version == 3 else kind
    return PartKind.OPENPGP if version == 6 or algorithm in _OPENPGP_ALGORITHMS[tag] else None


_MOST_NAMES = 300
"""Of a zip, to see what it is."""


def _zip(data: bytes) -> PartKind:
    """OOXML and ODF are zips of which the names (or the first, stored file) tell what they are."""
    if data[30:38] == b"mimetype":
        if _is_locked_odf(data):
            return PartKind.OFFICE_ENCRYPTED
        declared = data[38:120]
        if declared.startswith(b"application/vnd.oasis.opendocument.text"):
            return PartKind.WORD
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return PartKind.EXCEL
        return PartKind.ARCHIVE  # a drawing, slides, a book
    names = _zip_names(data)
    if b"[Content_Types].xml" in names:
        if any(name.startswith(b"word/") for name in names):
            return PartKind.WORD
        if any(name.startswith(b"xl/") for name in names):
            return PartKind.EXCEL
        return PartKind.ARCHIVE  # XPS, slides, a drawing
    return PartKind.ZIP


def _is_locked_odf(data: bytes) -> bool:
    """OpenDocument 1.3 part 2, §3.4: an encrypted content.xml is stored as it is, without packing,
    and is no XML.
    """
    name = data.find(b"content.xml")
    head = data[max(0, name - 30) : name]
    if not head.startswith(b"PK\x03\x04"):
        return b"encrypted-package" in _zip_names(data)
    start = name + len(b"content.xml") + int.from_bytes(head[28:30], "little")
    return head[8:10] == b"\0\0" and b"<" not in data[start : start + 8]


def _zip_names(data: bytes) -> list[bytes]:
    """Names in the central directory, the first ``_MOST_NAMES``; from the local headers when there is
    none.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    position = int.from_bytes(data[end + 16 : end + 20], "little") if end >= 0 else 0
    signature, fixed, name_at = (b"PK\x01\x02", 46, 28) if end >= 0 else (b"PK\x03\x04", 30, 26)
    if end < 0:
        return [data[30 : 30 + int.from_bytes(data[name_at : name_at + 2], "little")]]
    names: list[bytes] = []
    while len(names) < _MOST_NAMES and data[position : position + 4] == signature:
        name, extra, comment = struct.unpack_from(
            "<HHH", data[position : position + fixed].ljust(fixed, b"\0"), name_at
        )
        names.append(data[position + fixed : position + fixed + name])
        position += fixed + name + extra + comment
    return names


_LOCKED_BOOK = re.compile(rb"\x09\x08\x10\0\0\x06\x05\0.{12}(?:\x86\0\0\0)?\x2f\0", re.DOTALL)
"""[MS-XLS] §2.4.21, §2.4.117: the workbook begins, perhaps write-protected, and tells how it is
encrypted."""


_LETTER = re.compile(rb"\xec\xa5[\x01-\x12\xc0-\xd9][\0\x01].{7}(.)", re.DOTALL)


def _is_locked_letter(data: bytes) -> bool:
    """[MS-DOC] §2.5.2: bit F of the first flags of a Word document, which begins at a (mini)
    sector.
    """
    return any(letter.start() % 64 == 0 and letter[1][0] & 1 for letter in _LETTER.finditer(data))


def _ole(data: bytes) -> PartKind:
    """[MS-CFB]: the names in the directory tell the program. An Outlook message can hold a document
    inside.

    Without its directory nobody can tell what a file was: it counts as a locked one, which will
    turn out to be damaged.
    """
    directory = (
        (int.from_bytes(data[48:52], "little") + 1) << data[30]
        if len(data) > 52 and data[30] in (9, 12)
        else 0
    )
    if _names(data, "EncryptedPackage") or directory >= len(data):
        return PartKind.OFFICE_ENCRYPTED
    if _names(data, "__properties_version1.0", "__nameid_version1.0"):
        return PartKind.OLE
    if _names(data, "WordDocument"):
        return PartKind.OFFICE_ENCRYPTED if _is_locked_letter(data) else PartKind.WORD
    if _names(data, "Workbook\0", "Book\0"):
        return PartKind.OFFICE_ENCRYPTED if _LOCKED_BOOK.search(data) else PartKind.EXCEL
    return PartKind.OLE


def _names(data: bytes, *names: str) -> bool:
    return any(name.encode("utf-16-le") in data for name in names)


_PGP_IN_TEXT = re.compile(rb"^-----BEGIN PGP MESSAGE-----[ \t]*\r*$", re.MULTILINE)
"""Pasted below a greeting."""


_EINVOICE = re.compile(
    rb"<\?xml\b[^>]{0,200}\?>\s*(?:<!--[^>]{0,400}-->\s*){0,3}<(?:[\w.-]{1,30}:)?"
    rb"(?:Invoice|CreditNote|CrossIndustry\w{1,20}|StandardBusinessDocument)[\s>]"
)
"""Wherever it begins: a program may have written a warning in front of it."""


def _textual(data: bytes) -> PartKind:
    head = _utf8_head(data)
    if head is None:
        begins = b"%PDF-" in data[: file_start.MAX_BINARY_BEFORE]
        return PartKind.PDF if begins or file_start.find(data) else PartKind.UNKNOWN
    start = head.lstrip(b" \t\r\n\xef\xbb\xbf")
    if start.startswith(b"{\\rtf"):
        return PartKind.WORD
    if start[:15].upper() == b"BEGIN:VCALENDAR":
        return PartKind.CALENDAR
    if _is_mail(start):
        return PartKind.MAIL
    if _PGP_IN_TEXT.search(head):
        return PartKind.OPENPGP
    if file_start.find(data) is not None:
        return PartKind.PDF
    if _EINVOICE.search(head):
        return PartKind.XML
    if start.startswith(b"<"):
        return _markup(start)
    return (
        PartKind.CSV
        if _is_table(head.decode("utf-8", "replace"), cut=len(data) > len(head))
        else PartKind.TEXT
    )


def _markup(start: bytes) -> PartKind:
    html = (
        re.search(rb"<!doctype\s+html|<html[\s>]", start[:1500], re.IGNORECASE)
        if start.startswith(b"<?xml")
        else _HTML_START.match(start) or _HTML.search(start[:1500])
    )
    if html:
        return PartKind.HTML
    return PartKind.XML if _XML_START.match(start) else PartKind.TEXT


def _utf8_head(data: bytes) -> bytes | None:
    """The first characters as UTF-8 when the bytes are text (UTF-16 too), else None."""
    head = data.rstrip(b"\0")[: 4 * _HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    if len(head) >= 8 and head[1::2].count(0) > 0.4 * len(head) and head[::2].count(0) == 0:
        return head.decode("utf-16-le", "replace").encode("utf-8", "replace")
    if len(head) >= 8 and head[::2].count(0) > 0.4 * len(head) and head[1::2].count(0) == 0:
        return head.decode("utf-16-be", "replace").encode("utf-8", "replace")
    odd = len(head) - len(head.translate(None, bytes(set(range(32)) - {9, 10, 12, 13, 27})))
    return head if odd <= len(head) // 500 and b"\0\0" not in head else None


def is_mail(data: bytes) -> bool:
    """Whether bytes begin as a mail does: with its header."""
    return _is_mail(data[:_HEAD].lstrip(b" \t\r\n\xef\xbb\xbf"))


def _is_mail(start: bytes) -> bool:
    names: set[bytes] = set()
    for line in start[:_HEAD].splitlines()[:12]:
        if line[:1] in (b" ", b"\t"):
            continue
        field = _MAIL_FIELD.match(line)
        if not field:
            if line.startswith((b"From ", b">From ")) and not names:
                continue
            break
        names.add(field.group()[:-1].lower())
    strong = names & _STRONG_MAIL_FIELDS
    return len(strong) >= 2 or (b"received" in names and len(names) >= 2)


def _is_table(text: str, cut: bool) -> bool:
    """Most lines have the same number of one separator."""
    lines = list(filter(str.strip, text.splitlines()))[:50]
    if "".join(lines[:1]).lower().startswith("sep="):
        return True
    if cut and len(lines) > 2:
        lines.pop()
    for separator, least in ((";", 1), ("\t", 1), ("|", 1), (",", 2)):
        count, times = (
            Counter(line.count(separator) for line in lines).most_common(1)[0] if lines else (0, 0)
        )
        if count >= least and times >= 2 and times >= 0.8 * len(lines):
            return True
    return False
