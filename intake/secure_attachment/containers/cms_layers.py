"""Takes S/MIME apart, layer by layer: encryption, signature, compression; DER, BER, PEM, base64 or
MIME.

Runs in the decrypting child only.

Sources: RFC 8551 (S/MIME 4.0), RFC 5652 (CMS), RFC 5083 and 5084 (AES-GCM), RFC 3274 (compressed
data).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from asn1crypto import cms
from cryptography.exceptions import UnsupportedAlgorithm

from intake.mail import ber, headers
from intake.mail.cms import binary, content_of
from intake.model.attachment import Protection
from intake.secure_attachment.containers import cms_envelope, cms_signature, mime_entity
from intake.secure_attachment.containers.cms_recipients import OwnKey
from intake.secure_attachment.containers.result import (
    MAX_TOTAL_BYTES,
    UNDECIPHERABLE,
    NotOpenedError,
    bomb,
    damaged,
    locked,
)

SEED_AND_PERMISSIONS = 24
MAX_LAYERS = 8

_BROKEN = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
    UnsupportedAlgorithm, NotImplementedError,
)  # fmt: skip
"""How asn1crypto and cryptography end on bytes that are no CMS."""

_CMS_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MAGIC = (
    b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"\xff\xd8\xff", b"\x89PNG",
    b"GIF8", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",
)  # fmt: skip
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(slots=True)
class Unwrapped:
    """What is known while one layer after the other is taken off."""

    blob: bytes = field(repr=False)
    encrypted: bool = False
    weak: bool = False
    proven: bool = False

    @property
    def protection(self) -> Protection:
        if not self.encrypted:
            return Protection.NONE
        return Protection.WEAK if self.weak else Protection.STRONG


def unwrapped(data: bytes, secrets: Sequence[bytes], *, allow_weak: bool, seed: bool) -> Unwrapped:
    """The content of one S/MIME structure.

    Args:
        secrets: for each key of ours, its certificate and private key as PEM in one piece.
        allow_weak: triple DES may be opened.
        seed: the content is the seed of a PDF's key and its permissions.

    Raises:
        NotOpenedError: how it ended, when not well.
    """
    try:
        state = _unwrap(data, [OwnKey(secret) for secret in secrets], allow_weak=allow_weak)
    except NotOpenedError:
        raise
    except _BROKEN:
        raise damaged("no whole CMS structure") from None
    known = len(state.blob) == SEED_AND_PERMISSIONS if seed else _recognisable(state.blob)
    if state.encrypted and not state.proven and not known:
        # A wrong key passes the padding of CBC once in 256 times.
        raise locked(UNDECIPHERABLE)
    if len(state.blob) > MAX_TOTAL_BYTES:
        raise bomb("the content is too large")
    return state


def _unwrap(data: bytes, keys: Sequence[OwnKey], *, allow_weak: bool) -> Unwrapped:
    state = Unwrapped(data)
    for layer in range(MAX_LAYERS):
        header = mime_entity.header_of(state.blob)
        structure = _structure(state.blob, header)
        if structure is not None:
            _open_layer(state, structure, keys, allow_weak)
        elif layer == 0:
            raise damaged("no whole CMS structure")
        elif header is None or not _open_clear_signed(state, *header):
            return state
    raise bomb("too many layers of CMS")


def _structure(blob: bytes, header: tuple[headers.RawFields, int] | None) -> bytes | None:
    """CMS bytes, whatever they are wrapped in; None when this is content."""
    if header is not None:
        fields, body = header
        declared, parameters = headers.parameters(headers.first(fields, "content-type"))
        name = parameters.get("name", "").lower()
        if declared not in _CMS_TYPES and not (
            declared == "application/octet-stream" and name.endswith(".p7m")
        ):
            return None
        encoding = headers.first(fields, "content-transfer-encoding").strip().lower()
        return (
            headers.base64_lenient(blob[body:])
            if encoding == b"base64"
            else binary(blob[body:]) or None
        )
    return binary(blob) if content_of(blob) is not None else None


def _open_layer(
    state: Unwrapped, structure: bytes, keys: Sequence[OwnKey], allow_weak: bool
) -> None:
    if common := cms_envelope.decrypt_common(structure, keys):
        state.blob, state.proven, state.encrypted = common.content, False, True
        return
    info = cms.ContentInfo.load(ber.normalise(structure))
    kind = info["content_type"].native
    if kind in ("enveloped_data", "authenticated_enveloped_data"):
        opened = cms_envelope.decrypt(kind, info["content"], keys, allow_weak=allow_weak)
        state.blob, state.proven = opened.content, opened.proven
        state.weak, state.encrypted = state.weak or opened.weak, True
    elif kind == "signed_data":
        content = info["content"]["encap_content_info"]["content"]
        state.blob = _octets(content)
        state.proven = state.proven or cms_signature.is_valid(info["content"], state.blob)
    elif kind == "compressed_data":
        state.blob = _inflate(_octets(info["content"]["encap_content_info"]["content"]))
    elif kind == "data":
        state.blob = _octets(info["content"])
    else:
        raise locked(f"CMS content {kind} is not on our list")


def _octets(value: Any) -> bytes:
    """Content of an OCTET STRING; asn1crypto parses what looks like DER in it, so the bytes are
    taken as they stand.
    """
    content = bytes(value)
    if not content:
        raise damaged("a signature without its content")
    return content


def _inflate(content: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        plain = machine.decompress(content, MAX_TOTAL_BYTES)
    except zlib.error:
        raise damaged("the compressed content is not whole") from None
    if machine.unconsumed_tail:
        raise bomb("the compressed content is too large")
    if not machine.eof:
        raise damaged("the compressed content is not whole")
    return plain


def _open_clear_signed(state: Unwrapped, fields: headers.RawFields, body: int) -> bool:
    """Check a multipart/signed entity. The part that a valid signature covers is what remains.

    Without a valid signature the entity stays whole, for the parent to unpack as any mail.
    """
    declared, parameters = headers.parameters(headers.first(fields, "content-type"))
    boundary = parameters.get("boundary", "").encode("utf-8", "replace")
    if declared != "multipart/signed" or not boundary:
        return False
    pieces = re.split(
        rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", state.blob[body:]
    )
    if len(pieces) < 3:
        return False
    signed_part, signature_part = pieces[1], pieces[2]
    start = headers.split(signature_part, 0, len(signature_part))
    encoded = headers.first(start[0], "content-transfer-encoding").strip().lower() == b"base64"
    try:
        detached = (
            headers.base64_lenient(signature_part[start[1] :])
            if encoded
            else signature_part[start[1] :]
        )
        info = cms.ContentInfo.load(ber.normalise(detached))
        canonical = re.sub(rb"\r?\n", b"\r\n", signed_part)
        valid = info["content_type"].native == "signed_data" and any(
            cms_signature.is_valid(info["content"], content)
            for content in dict.fromkeys((signed_part, canonical))
        )
    except _BROKEN:
        return False
    if not valid:
        return False
    state.blob, state.proven = signed_part, True
    return True


def _recognisable(blob: bytes) -> bool:
    """Whether decrypted bytes are something: a MIME entity, a known file, or text.

    A wrong key gives none of these.
    """
    return mime_entity.is_entity(blob) or blob.startswith(_MAGIC) or not _CONTROL.search(blob[:256])
