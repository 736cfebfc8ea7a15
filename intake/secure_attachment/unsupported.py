"""Files that may be the secured attachment, and are of a kind that nothing here opens: RAR, an Outlook
message, a page that decrypts itself, a container of another program.

Such a file is an attachment that came: its sender is asked for another kind, never refused for
having sent none. What is certainly something else (a sound, a font, a mail program's own data) is none.
"""

from __future__ import annotations

import re

from intake.model.attachment import Container, Opening, Protection
from intake.model.mail import Part, PartKind

FORMAT = "unsupported"

_HEAD = 64
_LEAST = 64
"""Bytes; what is smaller holds nobody's data."""
_OTHER_BYTES = re.compile(
    rb"\x00\x05\x16[\x00\x07]|\x00\x00\x00\x01Bud1"  # AppleDouble, AppleSingle, .DS_Store
    rb"|\x78\x9f\x3e\x22"  # winmail.dat without files
    rb"|wOF[F2]|OTTO|ttcf|\x00\x01\x00\x00(?!Standard)"  # fonts, but no Access database
    rb"|ID3|\xff[\xe2-\xfb]|OggS|fLaC|#!AMR|RIFF|FORM....AIF|\x1a\x45\xdf\xa3|FLV\x01"
    rb"|\x30\x26\xb2\x75|....ftyp|\x00\x00\x01[\xb3\xba]|MThd"  # sound and film
    rb"|\x00\x00[\x01\x02]\x00|8BPS|\xd7\xcd\xc6\x9a|\x00\x00\x00\x0cjP  |\x01\x00\x00\x00.{36} EMF"
    rb"|%!PS",  # pictures
    re.DOTALL,
)
_OTHER_TYPES = (
    "audio/", "video/", "font/", "image/", "message/", "application/applefile",
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
)  # fmt: skip
_OTHER_NAMES = re.compile(
    r"(?:thumbs\.db|desktop\.ini|\.lnk|\.url|\.ttf|\.otf|\.ics|\.vcf)$", re.IGNORECASE
)
_DEBRIS = re.compile(r"^(?:~\$.*|thumbs\.db|desktop\.ini|\.?DS_Store)$", re.IGNORECASE)
"""What Windows, a Mac and Office leave in a folder; "._factuur.pdf" is of no kind that is read."""
_ENCRYPTED_TEXT = re.compile(
    rb"\s*(?:-----BEGIN AGE ENCRYPTED FILE|age-encryption\.org/|U2FsdGVkX1|\$ANSIBLE_VAULT;"
    rb"|\(This file must be converted with BinHex)"
)
"""age, openssl enc, Ansible Vault, BinHex."""
_SCRIPT = re.compile(rb"<script|\son(?:load|click|submit)\s*=", re.IGNORECASE)
_ASKS_SECRET = re.compile(
    rb"type\s*=\s*[\"']?password|wachtwoord|password|passwort|kennwort|toegangscode|decrypt|ontsleutel",
    re.IGNORECASE,
)
_CIPHERTEXT = re.compile(rb"[A-Za-z0-9+/=_\\-]{400,}|(?:[A-Za-z0-9+/]{60,80}[\"'\\,+\s]{1,8}){6,}")


_DATA_NAMES = re.compile(
    r"\.(?:zipx?|7z|rar|p7[ms]|pgp|gpg|asc|xlsx?|xlsm|csv|docx?|ods|odt|pdf|xml|msg)$",
    re.IGNORECASE,
)
_TAKEN_OUT = re.compile(
    rb"\b(?:attachments?|files?|bijlagen?|bestand(?:en)?)\b.{0,200}\b(?:was|were|is|are|been|zijn|werd(?:en)?)\b"
    rb".{0,80}\b(?:removed|stripped|blocked|replaced|quarantined|verwijderd|geblokkeerd|tegengehouden"
    rb"|vervangen)\b",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_NOTICE = 6_000


def is_debris(part: Part) -> bool:
    """Whether an operating system or an office program put a file into a folder that was packed."""
    return bool(_DEBRIS.search(part.file_name or ""))


def is_emptied(part: Part) -> bool:
    """Whether an attachment was lost on the way: an empty file with the name of one, or the notice
    that a mail gateway put in its place.
    """
    if part.kind is PartKind.EMPTY:
        return bool(_DATA_NAMES.search(part.file_name or ""))
    short = part.kind is PartKind.TEXT and len(part.data) <= _LONGEST_NOTICE
    return short and bool(_TAKEN_OUT.search(part.data))


def is_unsupported(part: Part) -> bool:
    """Whether a file may be the secured attachment, of a kind that we cannot open."""
    if _OTHER_NAMES.search(part.file_name or "") or len(part.data) < _LEAST:
        return False
    if part.kind in (PartKind.ARCHIVE, PartKind.OLE):
        return True
    if part.kind is PartKind.HTML:
        return _decrypts_itself(part.data)
    if part.kind in (PartKind.TEXT, PartKind.CSV):
        return bool(_ENCRYPTED_TEXT.match(part.data[:_HEAD]))
    other = part.declared_type.startswith(_OTHER_TYPES) or _OTHER_BYTES.match(part.data[:_HEAD])
    return part.kind is PartKind.UNKNOWN and not other


def _decrypts_itself(page: bytes) -> bool:
    """A page with a script, a request for a secret and much that nobody can read."""
    return bool(_SCRIPT.search(page) and _ASKS_SECRET.search(page) and _CIPHERTEXT.search(page))


def container_of(part: Part) -> Container:
    """The container that such a file is; of one that was lost on the way nothing can be asked."""
    opening = Opening.DAMAGED if is_emptied(part) else Opening.UNSUPPORTED
    return Container(part.path, FORMAT, opening, Protection.STRONG)
