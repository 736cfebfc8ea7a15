"""Header fields as they really come: split, unfolded and decoded without ever failing (RFC 5322,
2047, 2231).

The standard library's parsers are quadratic on hostile fields and raise on malformed ones, so the
four small grammars we need stand here, each linear in its input.
"""

from __future__ import annotations

import binascii
import codecs
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from email.utils import getaddresses

MAX_HEADER_BYTES = 1_000_000
"""Header block of one entity, in bytes. Real ones stay under 100 kB."""
MAX_HEADER_FIELDS = 5_000
MAX_FIELD_PARSED = 20_000
"""Characters of one field that are looked at for parameters, addresses and encoded words."""

RawFields = list[tuple[str, bytes]]

LINE_END = rb"(?:(?<=\n)\r\n\r(?![\r\n])|\r+\n|\n(?:\r(?![\r\n]))?|\r)"
"""CRLF; and what is made of it on the way: LF, CR, CR CR LF of a file translated twice, LF CR."""
_LINE_END = re.compile(LINE_END)
_FOLDS = re.compile(rb"[\r\n]+")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:content-|mime-version|from:|to:|cc:|subject:|date:|message-id:|received:|reply-to:)",
    re.IGNORECASE,
)
_ENCODED_WORD = re.compile(r"=\?([!-<>@-~]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,400})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s{1,50}(?==\?[!-<>@-~]{1,60}\?[bBqQ]\?)")
_PARAMETER = re.compile(
    r";\s*([^\s=;\"]{1,100})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))", re.DOTALL
)
_QUOTED_PAIR = re.compile(r"\\(.)")
_CONTINUED = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_BARE_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()]{1,255}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


def split(raw: bytes, start: int, end: int) -> tuple[RawFields, int, str | None]:
    """Read the header block of the entity that begins at ``start``.

    Returns:
        The fields (name lower-case, value raw with its folds), the offset of the body, and why
        reading stopped early (None when it did not). A first line that is no field makes everything
        body; a later one is dropped when a well-known field follows it, since the Content-Type
        behind a broken fold matters more.
    """
    fields: RawFields = []
    position = start
    limit = min(end, start + MAX_HEADER_BYTES)
    while position < end:
        if position >= limit or len(fields) > MAX_HEADER_FIELDS:
            return fields, end, "header too large"
        line_end, following = _line(raw, position, limit)
        if field := _FIELD.match(raw, position, line_end):
            position = _after_folds(raw, following, limit)
            if position < limit or limit == end:
                value = raw[field.end() : position]
                fields.append((field.group(1).decode("ascii").lower(), value))
        elif line_end == position:
            return fields, following, None
        elif _is_dropped(raw, position, following, end, bool(fields)):
            position = following
        else:
            return fields, position, None
    return fields, end, None


def _line(raw: bytes, start: int, limit: int) -> tuple[int, int]:
    """Where a line ends, and where the next one begins."""
    ending = _LINE_END.search(raw, start, limit)
    return ending.span() if ending else (limit, limit)


def _after_folds(raw: bytes, position: int, limit: int) -> int:
    """Where the lines end that begin with a blank, and go on with the field above them."""
    while position < limit and raw[position] in b" \t":
        position = _line(raw, position, limit)[1]
    return position


def _is_dropped(raw: bytes, start: int, following: int, end: int, in_header: bool) -> bool:
    """Whether a line that is no field is passed over: that of a mailbox file in front, or one with a
    well-known field behind it.
    """
    if not in_header:
        return raw.startswith((b"From ", b">From "), start)
    return not raw.startswith(b"--", start) and bool(_KNOWN.match(raw, following, end))


def text(value: bytes) -> str:
    """One field value as text: unfolded, 8-bit bytes and encoded words (RFC 2047) decoded, controls
    blanked.
    """
    unfolded = _FOLDS.sub(b"", value).strip(b" \t")
    return clean(decode_words(charset_text(unfolded, "utf-8")))


def decode_words(value: str) -> str:
    """Decode RFC 2047 words; neighbours of one charset are joined first, since senders cut inside a
    character.
    """
    if "=?" not in value or len(value) > MAX_FIELD_PARSED:
        return value
    pieces: list[tuple[str, str | bytes]] = []
    position = 0
    for word in _ENCODED_WORD.finditer(_joined := _BETWEEN_WORDS.sub(r"\1", value)):
        if word.start() > position:
            pieces.append(("", _joined[position : word.start()]))
        charset = word.group(1).split("*")[0].lower()
        data = _word_bytes(word.group(2), word.group(3))
        if pieces and pieces[-1][0] == charset and isinstance(before := pieces[-1][1], bytes):
            pieces[-1] = (charset, before + data)
        else:
            pieces.append((charset, data))
        position = word.end()
    pieces.append(("", _joined[position:]))
    return "".join(p if isinstance(p, str) else charset_text(p, charset) for charset, p in pieces)


def charset_text(data: bytes, charset: str) -> str:
    """Decode with the named charset, else UTF-8, else Windows-1252; never fails and never runs a
    slow codec.
    """
    for name in (charset, "utf-8"):
        try:
            codec = codecs.lookup(name.strip().strip("\"'")).name
            if codec.replace("_", "-") not in _NOT_TEXT:
                return data.decode("cp1252" if codec in ("ascii", "iso8859-1") else codec)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", errors="replace")


def clean(value: str) -> str:
    """Control and text-direction characters blanked; a NUL or newline in a name or subject helps
    nobody.
    """
    return _CONTROLS.sub(" ", value).replace("\n", " ").strip()


def unquoted(text: str) -> str:
    """The content of a quoted string, without the backslashes of its quoted pairs (RFC 5322
    §3.2.1).
    """
    return _QUOTED_PAIR.sub(r"\1", text) if "\\" in text else text


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """A field such as Content-Type: its value (lower-case) and its parameters, RFC 2231 and 2047
    decoded.
    """
    line = charset_text(_FOLDS.sub(b"", value[:MAX_FIELD_PARSED]), "utf-8").strip()
    main = line.partition(";")[0]
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(line, len(main)):
        quoted, bare = match.group(2), match.group(3)
        content = unquoted(quoted) if quoted is not None else bare.strip()
        name = _CONTINUED.fullmatch(match.group(1).lower())
        if name and (name.group(2) or name.group(3)):
            extended.setdefault(name.group(1), {}).setdefault(
                int(name.group(2) or 0), (content, bool(name.group(3)))
            )
        else:
            plain.setdefault(match.group(1).lower(), clean(decode_words(content)))
    return main.strip().lower(), plain | {
        name: clean(_continued(pieces)) for name, pieces in extended.items()
    }


def message_ids(value: str, most: int = 200) -> tuple[str, ...]:
    """The ``<…>`` of a Message-ID, In-Reply-To or References field, in order, at most ``most`` (the
    last ones).
    """
    return tuple(_MESSAGE_ID.findall(value[-MAX_FIELD_PARSED:]))[-most:]


def address(value: bytes) -> tuple[str | None, str | None]:
    """First address of a From-like field: (addr-spec with lower-cased domain, display name)."""
    line = charset_text(_FOLDS.sub(b"", value[:2_000]), "utf-8")
    try:
        found = [(name, spec) for name, spec in getaddresses([line]) if "@" in spec]
    except (RecursionError, ValueError, IndexError):
        found = []
    if not found:
        bare = _BARE_ADDRESS.search(line)
        found = [("", bare.group())] if bare else []
    if not found:
        return None, clean(decode_words(line)) or None
    name, spec = found[0]
    return normal_address(spec), clean(decode_words(name)) or None


def normal_address(spec: str) -> str | None:
    """``local@domain`` with the domain in lower case; None when it is no address."""
    spec = clean(spec).strip("<> ")
    local, _, domain = spec.rpartition("@")
    if not local or not domain or re.search(r"[\s<>,]", spec):
        return None
    return f"{local}@{domain.lower().rstrip('.')}"


def first(fields: Iterable[tuple[str, bytes]], name: str) -> bytes:
    """Value of the first field with this name; empty when there is none."""
    return next((value for key, value in fields if key == name), b"")


def file_name(disposition: Mapping[str, str], content_type: Mapping[str, str]) -> str | None:
    """Base name of an attachment: no folders, no controls, at most 200 characters."""
    name = disposition.get("filename") or content_type.get("name") or ""
    return base_name(name)


def base_name(name: str) -> str | None:
    base = re.split(r"[/\\]", clean(name))[-1].strip(" .\"'")
    if len(base) > 200:
        stem, dot, suffix = base.rpartition(".")
        base = stem[: 190 - len(suffix)] + dot + suffix if dot and len(suffix) < 20 else base[:200]
    return base or None


def _word_bytes(encoding: str, content: str) -> bytes:
    if encoding in "bB":
        return base64_lenient(content.encode("utf-8"))
    try:
        return binascii.a2b_qp(content.encode("utf-8"), header=True)
    except (binascii.Error, ValueError):
        return content.encode("utf-8")


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


_FROM_URL = bytes.maketrans(b"-_", b"+/")
"""The alphabet for addresses of web pages (RFC 4648 §5)."""
_MOST_PIECES = 10_000


def base64_lenient(data: bytes) -> bytes:
    """Decode base64 that lost padding, was cut, has strange characters, or was joined of several
    pieces.
    """
    if b"+" not in data and b"/" not in data:
        data = data.translate(_FROM_URL)
    cleaned = data.translate(None, _NOT_BASE64)
    pieces = re.split(rb"=+", cleaned, maxsplit=_MOST_PIECES)
    pieces[-1] = pieces[-1].replace(b"=", b"")
    decoded = []
    for piece in pieces:
        whole = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        decoded.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(decoded)


def _continued(pieces: Mapping[int, tuple[str, bool]]) -> str:
    """Join RFC 2231 continuations; the charset stands in the first piece
    (``utf-8'nl'factuur%20…``).
    """
    ordered = [pieces[index] for index in sorted(pieces)]
    charset = "utf-8"
    first_piece, first_coded = ordered[0]
    if first_coded and first_piece.count("'") >= 2:
        charset, _, rest = first_piece.split("'", 2)
        ordered[0] = (rest, True)
    data = b"".join(
        urllib.parse.unquote_to_bytes(piece) if coded else piece.encode("utf-8")
        for piece, coded in ordered
    )
    return charset_text(data, charset or "utf-8")
