"""Content is sealed here and nowhere else: one data key a mail, wrapped by a key of its period.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces; the associated data binds each sealed piece to
its reference and kind, so that a piece moved to another case does not open. The period keys (a quarter
each) and the hash key are files in the key store, outside the database and its backups; destroying a key
destroys what it sealed. Equality without content is HMAC-SHA-256 under the hash key.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
import re
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.errors import ConfigurationError, KeyMissing
from intake.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
PERIODS_AHEAD = 20
"""Quarters that ``create_keys`` makes keys for beforehand: five years without anybody at the keyboard."""

_HASH = "hash"
_AUDIT = "audit"


def period_of(day: dt.date) -> str:
    """The quarter of a date: ``2026q4``."""
    return f"{day.year}q{(day.month + 2) // 3}"


def _next_period(period: str) -> str:
    year, quarter = int(period[:4]), int(period[5:])
    return f"{year + 1}q1" if quarter == 4 else f"{year}q{quarter + 1}"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The data key of one mail (or provider), open; it seals only under its own reference."""

    reference: str
    secret: bytes = field(repr=False)

    def seal(self, kind: str, data: bytes) -> bytes:
        """Nonce and ciphertext of ``data``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, data, f"{self.reference}|{kind}".encode())

    def unseal(self, kind: str, sealed: bytes) -> bytes:
        """The data again.

        Raises:
            KeyMissing: sealed by another key, for another case or kind, or damaged.
        """
        try:
            return AESGCM(self.secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"{self.reference}|{kind}".encode())
        except (InvalidTag, ValueError):
            raise KeyMissing(f"{kind} of {self.reference} does not open with its key") from None


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the database holds it."""

    period: str
    data: bytes = field(repr=False)


class Vault:
    """The key store of one installation. It never makes keys: see ``create_keys``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def new_data_key(self, reference: str, day: dt.date) -> tuple[DataKey, WrappedKey]:
        """A fresh data key, wrapped by the key of the day's period (or of the newest period before it).

        Raises:
            KeyMissing: the key store has no key for this day or an earlier one.
        """
        period = self._period_for(day)
        secret = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
        nonce = secrets.token_bytes(NONCE_BYTES)
        wrapped = nonce + AESGCM(self._key(period)).encrypt(nonce, secret, f"{reference}|data-key|{period}".encode())
        return DataKey(reference, secret), WrappedKey(period, wrapped)

    def data_key(self, reference: str, wrapped: WrappedKey) -> DataKey:
        """Unwrap a data key.

        Raises:
            KeyMissing: the period's key is not there, is not ours, or the wrapped key was destroyed.
        """
        associated = f"{reference}|data-key|{wrapped.period}".encode()
        try:
            secret = AESGCM(self._key(wrapped.period)).decrypt(wrapped.data[:NONCE_BYTES], wrapped.data[NONCE_BYTES:], associated)
        except (InvalidTag, ValueError):
            raise KeyMissing(f"the key of {reference} does not open with the key of {wrapped.period}") from None
        return DataKey(reference, secret)

    def hash(self, domain: str, *parts: str | bytes) -> str:
        """HMAC-SHA-256 (hex) of the parts, each with its length, so that no two lists of parts are alike.

        ``domain`` keeps hashes of different things apart. Raises KeyMissing.
        """
        return self._mac(_HASH, domain, parts)

    def chain(self, *parts: str) -> str:
        """HMAC-SHA-256 (hex) under the audit's own key. Raises KeyMissing."""
        return self._mac(_AUDIT, "audit", parts)

    def periods(self) -> tuple[str, ...]:
        """The periods there is a key for, oldest first."""
        return tuple(sorted(m[1] for m in (re.fullmatch(r"content-(\d{4}q[1-4])\.key", p.name) for p in self.folder.glob("*.key")) if m))

    def _period_for(self, day: dt.date) -> str:
        wanted = period_of(day)
        if (self.folder / f"content-{wanted}.key").is_file():
            return wanted
        earlier = [period for period in self.periods() if period < wanted]
        if not earlier:
            raise KeyMissing(f"no content key for {wanted} in the key store; run `intake keys create`")
        return earlier[-1]

    def _mac(self, key: str, domain: str, parts: tuple[str | bytes, ...]) -> str:
        data = [part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in (domain, *parts)]
        return hmac.digest(self._key(key), b"".join(len(part).to_bytes(8, "big") + part for part in data), "sha256").hex()

    def _key(self, name: str) -> bytes:
        with self._lock:
            if name not in self._keys:
                self._keys[name] = _read_key(_key_file(self.folder, name))
            return self._keys[name]


def create_keys(folder: Path, today: dt.date) -> tuple[str, ...]:
    """Make the keys that are not there yet; existing keys are never touched.

    Returns the names of the keys made. Files have mode 0600, the folder 0700.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    periods = [period_of(today)]
    while len(periods) <= PERIODS_AHEAD:
        periods.append(_next_period(periods[-1]))
    return tuple(name for name in (_HASH, _AUDIT, *periods) if _make_key(_key_file(folder, name)))


def missing_keys(folder: Path, today: dt.date) -> tuple[str, ...]:
    """Which of the keys that are needed today are not in the key store."""
    names = [name for name in (_HASH, _AUDIT) if not _key_file(folder, name).is_file()]
    usable = [period for period in Vault(folder).periods() if period <= period_of(today)]
    return (*names, *(() if usable else (period_of(today),)))


def keys_beside_database(settings: Settings) -> bool:
    """True when the embedded database's folder holds the keys too, so that one copied folder gives everything away."""
    if not settings.database.startswith("sqlite"):
        return False
    database = Path(settings.database.partition(":///")[2].partition("?")[0]).absolute().parent.resolve()
    keys = settings.key_folder.resolve()
    return keys == database or database in keys.parents


def _key_file(folder: Path, name: str) -> Path:
    return folder / (f"{name}.key" if name in (_HASH, _AUDIT) else f"content-{name}.key")


def _read_key(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise KeyMissing(f"{file.name} is not in the key store; run `intake keys create`, or put it back") from None
    except (OSError, ValueError):
        raise KeyMissing(f"{file.name} in the key store cannot be read") from None
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"{file.name} in the key store is no key of {KEY_BYTES} bytes")
    return key


def _make_key(file: Path) -> bool:
    """Written under another name, synced, then linked: a key is never half there and never replaced."""
    if file.exists():
        return False
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
        _sync_folder(file.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise ConfigurationError(f"the key store cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
