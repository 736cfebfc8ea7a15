"""Content is sealed here and nowhere else: one data key a mail, wrapped by a key of its period and
a key of its own case.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces; the associated data binds each sealed piece
to its reference and kind, so that a piece moved to another case does not open. What wraps a data
key is made of two secrets, both outside the database and its backups: the content key of the
quarter, which can be renewed, and the case's key in the key list of the quarter (key_tree.py),
which can be destroyed. Equality without content is HMAC-SHA-256 under a hash key that is renewed
each year.

Files in the key store: ``installation.key`` and ``audit.key``; ``hash-2026.key`` for each year; for
each quarter ``content-2026q4.key`` (after a rotation ``content-2026q4-2.key`` beside it) and
``cases-2026q4.keys``. All but the last may be systemd credentials instead.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hmac
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.errors import ConfigurationError, KeyDestroyed, KeyMissing
from intake.model.basics import local_today
from intake.settings import Settings, key_file, key_folders
from intake.store.crypto.key_tree import KEY_BYTES, KeyTree, Part

NONCE_BYTES = 12
PERIODS_AHEAD = 20
"""Quarters that ``create_keys`` makes keys for beforehand: five years without anybody at the
keyboard."""

_INSTALLATION = "installation"
_AUDIT = "audit"
_RENEWAL = "renewal"
"""File with the number of the content keys that a renewal is at."""
_PARTS = {
    "raw": Part.RAW_MAIL,
    "password": Part.RAW_MAIL,
    "care": Part.ATTACHMENT,
    "gist": Part.ATTACHMENT,
}
"""Kinds of content that can be destroyed before the rest of their case."""
_CONTENT = re.compile(r"content-(\d{4}q[1-4])(?:-(\d+))?\.key")
_HASH = re.compile(r"hash-(\d{4})\.key")
_SETTLED_NS = 2_000_000_000
"""A folder that changed in the last two seconds may change again within the same tick of its
clock."""


def period_of(day: dt.date) -> str:
    """The quarter of a date: ``2026q4``."""
    return f"{day.year}q{(day.month + 2) // 3}"


def last_day(period: str) -> dt.date:
    """The last day of the quarter of a period."""
    year, quarter = int(period[:4]), int(period[5])
    return dt.date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DataKey:
    """The data key of one mail (or provider), open; it seals only under its own reference."""

    reference: str
    secret: bytes = field(repr=False)
    parts: Mapping[Part, bytes] | None = field(default=None, repr=False)
    """Keys of the parts that were not destroyed; None for a key that no case has."""

    def seal(self, kind: str, data: bytes) -> bytes:
        """Nonce and ciphertext of ``data``.

        Raises KeyMissing when the key of this part was destroyed.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._secret(kind)).encrypt(
            nonce, data, f"{self.reference}|{kind}".encode()
        )

    def unseal(self, kind: str, sealed: bytes) -> bytes:
        """The data again.

        Raises:
            KeyMissing: sealed by another key, for another case or kind, damaged, or the key of this
                part was destroyed.
        """
        try:
            return AESGCM(self._secret(kind)).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"{self.reference}|{kind}".encode()
            )
        except (InvalidTag, ValueError):
            raise KeyMissing(f"{kind} of {self.reference} does not open with its key") from None

    def _secret(self, kind: str) -> bytes:
        part = _PARTS.get(kind.partition("|")[0])
        if part is None or self.parts is None:
            return self.secret
        if part not in self.parts:
            raise KeyDestroyed(f"the key of {kind} of {self.reference} was destroyed")
        return blake2b(self.secret, key=self.parts[part], digest_size=KEY_BYTES).digest()


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the database holds it."""

    period: str
    """Quarter, and from the second content key of that quarter on its number: ``2026q4``,
    ``2026q4-2``."""
    data: bytes = field(repr=False)

    @property
    def quarter(self) -> str:
        return _quarter(self.period)


@dataclass(frozen=True, slots=True)
class _Listing:
    """Which keys there are, as the folders stood at the moment of ``stamp``."""

    stamp: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    years: tuple[int, ...] = ()
    periods: tuple[str, ...] = ()


class Vault:
    """The key store of one installation. It never makes keys: see ``create_keys``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.today: Callable[[], dt.date] = local_today
        """By which the newest hash key is chosen."""
        self._keys: dict[str, bytes] = {}
        self._trees: dict[str, tuple[tuple[int, ...], KeyTree]] = {}
        self._seen = _Listing()
        self._lock = threading.Lock()
        self._looked = threading.local()

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """For what this thread does within, the folder is looked at once: which keys there are, as
        they are at its start."""
        if hasattr(self._looked, "at"):
            yield
            return
        self._looked.at = self._listing()
        try:
            yield
        finally:
            del self._looked.at

    def new_data_key(self, reference: str, day: dt.date) -> tuple[DataKey, WrappedKey]:
        """A fresh data key, wrapped by the keys of the day's period (or of the newest period before
        it).

        Raises:
            KeyMissing: the key store has no key for this day or an earlier one.
        """
        secret = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
        return self._wrapped(reference, secret, self._period_for(period_of(day)))

    def data_key(self, reference: str, wrapped: WrappedKey) -> DataKey:
        """Unwrap a data key.

        Raises:
            KeyMissing: a key of its period is not there or not ours, or the case's key was
                destroyed.
        """
        parts = self.parts(reference, wrapped.period)
        try:
            secret = AESGCM(self._wrapping(parts, reference, wrapped.period)).decrypt(
                wrapped.data[:NONCE_BYTES],
                wrapped.data[NONCE_BYTES:],
                _bound(reference, wrapped.period),
            )
        except (InvalidTag, ValueError):
            raise KeyMissing(
                f"the key of {reference} does not open with the key of {wrapped.period}"
            ) from None
        return DataKey(reference, secret, parts)

    def rewrap(self, reference: str, wrapped: WrappedKey) -> WrappedKey:
        """The same data key, wrapped by the newest content key of its quarter.

        Raises KeyMissing.
        """
        return self._wrapped(
            reference, self.data_key(reference, wrapped).secret, self._period_for(wrapped.quarter)
        )[1]

    def parts(self, reference: str, period: str) -> Mapping[Part, bytes]:
        """The keys of a case and its parts in the key list of its quarter; what was destroyed is
        not among them. Raises KeyMissing.
        """
        return self._tree(_quarter(period)).keys(reference)

    def punctured(self) -> tuple[str, ...]:
        """The quarters in whose key list something was destroyed. Raises KeyMissing."""
        return tuple(
            quarter
            for quarter in sorted({_quarter(p) for p in self.periods()})
            if not self._tree(quarter).whole
        )

    def destroy(self, period: str, destroyed: Iterable[tuple[str, Part]]) -> None:
        """Destroy the keys of cases, or of parts of them, for good. Twice is once.

        Raises:
            KeyMissing: there is no key list of this period.
            ConfigurationError: it cannot be written; then nothing was destroyed.
        """
        quarter = _quarter(period)
        with _changing(self.folder):
            tree = self._tree(quarter).without(destroyed)
            _replace(_tree_file(self.folder, quarter), tree.written())

    def renew(self) -> bool:
        """Make the next content key of every quarter; the older ones keep opening. True: a renewal
        that was broken off goes on.

        Raises:
            ConfigurationError: the key store cannot be written.
        """
        with _changing(self.folder):
            marker = self.folder / _RENEWAL
            resumed = not _make(
                marker,
                str(1 + max((_number(period) for period in self.periods()), default=0)).encode(),
            )
            number = int(marker.read_text(encoding="ascii"))
            for quarter in {_quarter(period) for period in self.periods()}:
                _make(self.folder / f"content-{quarter}-{number}.key", _new_key())
            sync(self.folder)
        return resumed

    def renewed(self) -> None:
        """Everything is wrapped with the new keys: the next renewal makes newer ones."""
        (self.folder / _RENEWAL).unlink(missing_ok=True)

    def remove(self, name: str) -> bool:
        """Destroy a whole key of this name (``hash-2019``); False when it is a credential that only
        systemd's administrator can take away.
        """
        file = self.folder / f"{name}.key"
        with _changing(self.folder):
            if file.is_file():
                _overwrite(file)
                file.unlink()
                sync(self.folder)
        return not key_file(self.folder, file.name).is_file()

    def hash(self, domain: str, *parts: str | bytes) -> str:
        """HMAC-SHA-256 (hex) under the newest hash key, to be written down: equal for equal parts,
        as long as that key lives.

        ``domain`` keeps hashes of different things apart. Raises KeyMissing.
        """
        return _mac(self._held(f"hash-{self.hash_years()[-1]}"), domain, parts)

    def hashes(self, domain: str, *parts: str | bytes) -> list[str]:
        """As ``hash``, under every living hash key, the newest first: look up with these what may
        have been written in an earlier year.
        """
        return [
            _mac(self._held(f"hash-{year}"), domain, parts) for year in reversed(self.hash_years())
        ]

    def hash_years(self) -> list[int]:
        """The years, up to this one, that there is a hash key of.

        Raises KeyMissing when there is none.
        """
        now = self.today().year
        years = [year for year in self._listing().years if year <= now]
        if not years:
            raise KeyMissing(
                f"no hash key for {now} in the key store; run `intake keys create`, or put it back"
            )
        return years

    def token(self, domain: str, *parts: str | bytes) -> str:
        """HMAC-SHA-256 (hex) under the installation's own key: for names, sessions and marks of
        ours that stay the same over the years. Raises KeyMissing.
        """
        return _mac(self._key(_INSTALLATION), domain, parts)

    def chain(self, *parts: str) -> str:
        """HMAC-SHA-256 (hex) under the audit's own key. Raises KeyMissing."""
        return _mac(self._key(_AUDIT), "audit", parts)

    def periods(self) -> tuple[str, ...]:
        """The periods there is a content key for, oldest first, the newest key of a quarter last."""
        return self._listing().periods

    def newest_periods(self) -> tuple[str, ...]:
        """Of each quarter the period of its newest content key."""
        return tuple({_quarter(period): period for period in self.periods()}.values())

    def _period_for(self, quarter: str) -> str:
        """The newest content key of this quarter, or of the newest one before it."""
        usable = [period for period in self.periods() if _quarter(period) <= quarter]
        if not usable:
            raise KeyMissing(
                f"no content key for {quarter} in the key store; run `intake keys create`"
            )
        return usable[-1]

    def _wrapped(self, reference: str, secret: bytes, period: str) -> tuple[DataKey, WrappedKey]:
        parts = self.parts(reference, period)
        nonce = secrets.token_bytes(NONCE_BYTES)
        data = nonce + AESGCM(self._wrapping(parts, reference, period)).encrypt(
            nonce, secret, _bound(reference, period)
        )
        return DataKey(reference, secret, parts), WrappedKey(period, data)

    def _wrapping(self, parts: Mapping[Part, bytes], reference: str, period: str) -> bytes:
        if Part.CASE not in parts:
            raise KeyDestroyed(f"the key of {reference} was destroyed")
        return blake2b(
            parts[Part.CASE], key=self._key(f"content-{period}"), digest_size=KEY_BYTES
        ).digest()

    def _key(self, name: str) -> bytes:
        self._listing()
        return self._held(name)

    def _held(self, name: str) -> bytes:
        """A key by its name, whose listing has just been looked at."""
        with self._lock:
            if name not in self._keys:
                self._keys[name] = _read_key(key_file(self.folder, f"{name}.key"))
            return self._keys[name]

    def _tree(self, quarter: str) -> KeyTree:
        """The key list as it stands there now: what another process destroyed does not open here
        either.
        """
        file = _tree_file(self.folder, quarter)
        try:
            stamp = _stamp(file)
            with self._lock:
                if quarter not in self._trees or self._trees[quarter][0] != stamp:
                    self._trees[quarter] = stamp, KeyTree.read(file.read_bytes())
                return self._trees[quarter][1]
        except FileNotFoundError:
            raise KeyMissing(
                f"{file.name} is not in the key store; run `intake keys create`, or put it back"
            ) from None
        except (OSError, ValueError):
            raise KeyMissing(f"{file.name} in the key store cannot be read") from None

    def _listing(self) -> _Listing:
        """The keys there are now (or at the start of ``one_look``). When one was taken away, the
        keys in memory are forgotten."""
        looked: _Listing | None = getattr(self._looked, "at", None)
        if looked is not None:
            return looked
        folders = key_folders(self.folder)
        stamp = _stamps(folders)
        with self._lock:
            if stamp != self._seen.stamp:
                names = frozenset(file.name for folder in folders for file in folder.glob("*.key"))
                if self._seen.names - names:
                    self._keys.clear()
                settled = all(time.time_ns() - changed > _SETTLED_NS for changed in stamp[1::2])
                self._seen = _listing_of(names, stamp if settled else ())
            return self._seen


def create_keys(folder: Path, today: dt.date) -> tuple[str, ...]:
    """Make the keys that are not there yet; existing keys are never touched.

    Returns the names of the keys made. Files have mode 0600, the folder 0700. Raises
    ConfigurationError when it cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    periods = [period_of(today)]
    while len(periods) <= PERIODS_AHEAD:
        periods.append(period_of(last_day(periods[-1]) + dt.timedelta(days=1)))
    years = sorted({period[:4] for period in periods})
    names = (
        _INSTALLATION,
        _AUDIT,
        *(f"hash-{year}" for year in years),
        *(f"content-{period}" for period in periods),
    )
    with _changing(folder):
        made = [
            name
            for name in names
            if not key_file(folder, f"{name}.key").is_file()
            and _make(folder / f"{name}.key", _new_key())
        ]
        made += [
            f"cases-{period}"
            for period in periods
            if _make(_tree_file(folder, period), KeyTree.fresh().written())
        ]
        sync(folder)
    return tuple(made)


def lost_lists(folder: Path) -> tuple[str, ...]:
    """The key lists that are not there, of quarters that there is a content key of: no case of
    theirs opens, and none can be kept.
    """
    quarters = dict.fromkeys(_quarter(period) for period in Vault(folder).periods())
    return tuple(
        file.name
        for file in (_tree_file(folder, quarter) for quarter in quarters)
        if not file.is_file()
    )


def missing_keys(folder: Path, today: dt.date) -> tuple[str, ...]:
    """Which of the keys that are needed today are not in the key store.

    Raises:
        ConfigurationError: it cannot be read, so nobody knows.
    """
    for each in key_folders(folder):
        try:
            next(each.iterdir(), None)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ConfigurationError(
                f"the key store {each} cannot be read ({error.strerror}): check who owns it, and as"
                " whom this runs; make no new keys"
            ) from None
    found = Vault(folder)._listing()
    names = [name for name in (_INSTALLATION, _AUDIT) if f"{name}.key" not in found.names]
    if not [year for year in found.years if year <= today.year]:
        names.append(f"hash-{today.year}")
    quarters = [
        _quarter(period) for period in found.periods if _quarter(period) <= period_of(today)
    ]
    if not quarters:
        names.append(f"content-{period_of(today)}")
    elif not _tree_file(folder, quarters[-1]).is_file():
        names.append(f"cases-{quarters[-1]}")
    return tuple(names)


def ends_on(folder: Path) -> dt.date:
    """The last day that there are keys of its own for; after it the newest ones serve on.

    None may be missing.
    """
    found = Vault(folder)._listing()
    return min(last_day(found.periods[-1]), dt.date(found.years[-1], 12, 31))


def keys_beside_database(settings: Settings) -> bool:
    """True when the embedded database's folder holds the keys too, so that one copied folder gives
    everything away.
    """
    if not settings.database.startswith("sqlite"):
        return False
    database = (
        Path(settings.database.partition(":///")[2].partition("?")[0]).absolute().parent.resolve()
    )
    keys = settings.key_folder.resolve()
    return keys == database or database in keys.parents


def _bound(reference: str, period: str) -> bytes:
    return f"{reference}|data-key|{period}".encode()


def _quarter(period: str) -> str:
    return period.partition("-")[0]


def _number(period: str) -> int:
    return int(period.partition("-")[2] or 1)


def _tree_file(folder: Path, quarter: str) -> Path:
    return folder / f"cases-{quarter}.keys"


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _mac(key: bytes, domain: str, parts: Iterable[str | bytes]) -> str:
    data = [
        part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        for part in (domain, *parts)
    ]
    return hmac.digest(
        key, b"".join(len(part).to_bytes(8, "big") + part for part in data), "sha256"
    ).hex()


def _stamps(folders: Iterable[Path]) -> tuple[int, ...]:
    """Asked for at every use of a key, so by one system call a folder; nothing of one that is not
    there.
    """
    stamps: list[int] = []
    for folder in folders:
        with suppress(OSError):
            found = os.stat(folder)  # noqa: PTH116 a third of the time of Path.stat
            stamps += (found.st_ino, found.st_mtime_ns)
    return tuple(stamps)


def _new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES).hex().encode() + b"\n"


def _read_key(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise KeyMissing(
            f"{file.name} is not in the key store; run `intake keys create`, or put it back"
        ) from None
    except (OSError, ValueError):
        raise KeyMissing(f"{file.name} in the key store cannot be read") from None
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"{file.name} in the key store is no key of {KEY_BYTES} bytes")
    return key


def _make(file: Path, content: bytes) -> bool:
    """Written under another name, synced, then linked: a key is never half there and never
    replaced.
    """
    if file.exists():
        return False
    draft = _drafted(file, content)
    try:
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def _replace(file: Path, content: bytes) -> None:
    """Put a new key list in the place of the old one, at once, and write over what it held.

    Drafts that a crash left go too.
    """
    for stale in file.parent.glob(f".{file.name}.*"):
        _overwrite(stale)
        stale.unlink()
    draft = _drafted(file, content)
    with file.open("r+b") as old:
        draft.replace(file)
        sync(file.parent)
        _fill(old.fileno())


def _drafted(file: Path, content: bytes) -> Path:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _overwrite(file: Path) -> None:
    with file.open("r+b") as stream:
        _fill(stream.fileno())


def _fill(descriptor: int) -> None:
    """Write over a file's bytes.

    On a disk that writes elsewhere (flash, copy on write) only encryption of the disk helps.
    """
    os.pwrite(descriptor, b"\xff" * os.fstat(descriptor).st_size, 0)
    os.fsync(descriptor)


@contextmanager
def _changing(folder: Path) -> Iterator[None]:
    """One process at a time changes the key store.

    Raises ConfigurationError when it cannot be written.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ConfigurationError(f"the key store cannot be written: {error.strerror}") from None


def _listing_of(names: frozenset[str], stamp: tuple[int, ...]) -> _Listing:
    years = sorted(int(m[1]) for m in map(_HASH.fullmatch, names) if m)
    order = sorted((m[1], int(m[2] or 1)) for m in map(_CONTENT.fullmatch, names) if m)
    periods = (quarter if number == 1 else f"{quarter}-{number}" for quarter, number in order)
    return _Listing(stamp, names, tuple(years), tuple(periods))


def sync(path: Path) -> None:
    """Bring a file or a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
