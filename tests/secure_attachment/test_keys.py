"""The municipality's key pairs: made safely, never lost, never overwritten."""

from __future__ import annotations

import datetime as dt
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from intake.errors import ConfigurationError
from intake.model.basics import local_date, local_today
from intake.secure_attachment import keys
from intake.secure_attachment.keys import MunicipalKey


def test_created_pair_loads_and_is_private(tmp_path: Path) -> None:
    """A key file that others may read would make every secured attachment readable."""
    made = keys.create(tmp_path / "k", "Gemeente Voorbeeld", "crediteuren@voorbeeld.nl")

    assert keys.load(tmp_path / "k") == (made,)
    rights = {file: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "k").iterdir()}
    assert {mode for file, mode in rights.items() if file.name.endswith(".key.pem")} == {0o600}
    assert all(not mode & stat.S_IRWXO for mode in rights.values())


def test_certificate_is_fit_for_mail_programs(municipal: MunicipalKey) -> None:
    """Outlook refuses to encrypt to a certificate without the address and the e-mail purpose."""
    certificate = x509.load_pem_x509_certificate(municipal.certificate)

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.RFC822Name) == ["crediteuren@voorbeeld.nl"]
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_encipherment
    assert (
        ExtendedKeyUsageOID.EMAIL_PROTECTION
        in certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    )
    assert (
        3 * 365 - 2 <= municipal.days_left(local_today()) <= 3 * 365 + 1
    )  # counted in days of Almere, made in hours


def test_the_last_day_is_one_of_the_dutch_calendar(tmp_path: Path) -> None:
    """Just after midnight the page told one day less than the evening before and the morning after."""
    made = keys.create(
        tmp_path, "G", "a@b.nl", dt.datetime(2026, 11, 1, 23, 30, tzinfo=dt.UTC), days=30
    )

    assert (made.days_left(dt.date(2026, 11, 22)), keys.expires_on(tmp_path)) == (
        10,
        dt.date(2026, 12, 2),
    )


def test_newest_comes_first_and_old_ones_stay(tmp_path: Path) -> None:
    """After a renewal the doctor must look at the new certificate, and the old one must go on
    opening.
    """
    now = dt.datetime.now(dt.UTC)
    old = keys.create(tmp_path, "G", "a@b.nl", now - dt.timedelta(days=900))
    new = keys.create(tmp_path, "G", "a@b.nl", now)

    assert [k.name for k in keys.load(tmp_path)] == [new.name, old.name]


def test_unusable_files_are_told_and_do_not_stop_the_others(tmp_path: Path) -> None:
    """One broken file must not close the mailbox of a municipality."""
    good = keys.create(tmp_path, "G", "a@b.nl")
    other = keys.create(tmp_path / "other", "G", "a@b.nl")
    (tmp_path / "broken.certificate.pem").write_bytes(b"no certificate")
    (tmp_path / "broken.key.pem").write_bytes(b"no key")
    (tmp_path / "lonely.certificate.pem").write_bytes(good.certificate)
    (tmp_path / "mixed.certificate.pem").write_bytes(good.certificate)
    (tmp_path / "mixed.key.pem").write_bytes(other.key)

    usable, faults = keys.examine(tmp_path)

    assert usable == (good,)
    assert [fault.split(".")[0].split(":")[0] for fault in faults] == ["broken", "lonely", "mixed"]


def _existing(folder: Path, *options: str) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-days", "10", "-subj", "/CN=PKIo",
        "-keyout", "k.pem", "-out", "c.pem", *options],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def test_encrypted_key_with_chain_is_imported(tmp_path: Path) -> None:
    """PKIoverheid hands out an encrypted key and a chain; the leaf must be found in it."""
    issuer = keys.create(tmp_path / "issuer", "CA", "ca@b.nl")
    _existing(tmp_path, "-passout", "pass:geheim")
    (tmp_path / "chain.pem").write_bytes(issuer.certificate + (tmp_path / "c.pem").read_bytes())

    pair = keys.import_(tmp_path / "k", tmp_path / "k.pem", tmp_path / "chain.pem", "geheim")

    assert keys.load(tmp_path / "k") == (pair,)
    assert x509.load_pem_x509_certificate(pair.certificate) == x509.load_pem_x509_certificate(
        (tmp_path / "c.pem").read_bytes()
    )


@pytest.mark.parametrize("password", [None, "verkeerd"])
def test_wrong_password_is_told_without_the_key(tmp_path: Path, password: str | None) -> None:
    """An administrator must read what to do, and no part of the key."""
    _existing(tmp_path, "-passout", "pass:geheim")

    with pytest.raises(ConfigurationError, match="password"):
        keys.import_(tmp_path / "k", tmp_path / "k.pem", tmp_path / "c.pem", password)


def test_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    """A mismatched pair would make every mail unreadable without anyone noticing."""
    _existing(tmp_path, "-nodes")
    other = keys.create(tmp_path / "other", "G", "a@b.nl")
    (tmp_path / "other.pem").write_bytes(other.certificate)

    with pytest.raises(ConfigurationError, match="belongs to"):
        keys.import_(tmp_path / "k", tmp_path / "k.pem", tmp_path / "other.pem")


SIGNING = ("-addext", "keyUsage=digitalSignature,nonRepudiation")
WEB_SERVER = ("-addext", "extendedKeyUsage=serverAuth")
MAIL = (
    "-addext",
    "keyUsage=digitalSignature,keyEncipherment",
    "-addext",
    "extendedKeyUsage=emailProtection,clientAuth",
)


@pytest.mark.parametrize(
    ("options", "days", "told"),
    [
        ((), 11, "expired on"),
        ((), -1, "is not valid before"),
        (SIGNING, 1, "is not for encryption"),
        (WEB_SERVER, 1, "is not for mail"),
    ],
    ids=["expired", "not yet valid", "for signing", "for a web server"],
)
def test_a_certificate_nobody_can_encrypt_to_is_refused_unless_forced(
    tmp_path: Path, options: tuple[str, ...], days: int, told: str
) -> None:
    """Providers' mail programs refuse it, and the municipality waits for attachments that never
    come; old mail may need it still.
    """
    _existing(tmp_path, "-nodes", *options)
    made = x509.load_pem_x509_certificate((tmp_path / "c.pem").read_bytes()).not_valid_before_utc
    arguments = (tmp_path / "k", tmp_path / "k.pem", tmp_path / "c.pem")
    now = made + dt.timedelta(days=days)

    with pytest.raises(ConfigurationError, match=f"^c.pem {told}.*--force") as refused:
        keys.import_(*arguments, now=now)

    assert "\n" not in str(refused.value)
    assert keys.load(tmp_path / "k") == ()
    pair = keys.import_(*arguments, force=True, now=now)
    assert keys.load(tmp_path / "k") == (pair,)


@pytest.mark.parametrize(
    "options",
    [
        (),
        MAIL,
        (
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-addext",
            "keyUsage=keyAgreement",
        ),
    ],
)
@pytest.mark.parametrize("days", [0, 9])
def test_a_certificate_for_mail_is_taken_on_its_first_and_last_day(
    tmp_path: Path, options: tuple[str, ...], days: int
) -> None:
    """A certificate that just came must be usable at once."""
    _existing(tmp_path, "-nodes", *options)
    made = x509.load_pem_x509_certificate((tmp_path / "c.pem").read_bytes()).not_valid_before_utc

    keys.import_(
        tmp_path / "k", tmp_path / "k.pem", tmp_path / "c.pem", now=made + dt.timedelta(days=days)
    )


def test_force_does_not_take_a_pair_that_does_not_belong_together(tmp_path: Path) -> None:
    """Forced or not, such a pair opens nothing."""
    _existing(tmp_path, "-nodes")
    other = keys.create(tmp_path / "other", "G", "a@b.nl")
    (tmp_path / "other.pem").write_bytes(other.certificate)

    with pytest.raises(ConfigurationError, match="belongs to"):
        keys.import_(tmp_path / "k", tmp_path / "k.pem", tmp_path / "other.pem", force=True)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Importing twice must never replace a key that mail in the archive needs."""
    _existing(tmp_path, "-nodes")
    keys.import_(tmp_path / "k", tmp_path / "k.pem", tmp_path / "c.pem")
    before = {file.name: file.read_bytes() for file in (tmp_path / "k").iterdir()}

    with pytest.raises(ConfigurationError, match="already"):
        keys.import_(tmp_path / "k", tmp_path / "k.pem", tmp_path / "c.pem")

    assert {file.name: file.read_bytes() for file in (tmp_path / "k").iterdir()} == before


def test_key_is_not_shown(municipal: MunicipalKey) -> None:
    """A traceback or log line that shows the pair must not show the private key."""
    assert b"PRIVATE" in municipal.key
    assert "PRIVATE" not in repr(municipal)


def test_a_key_may_come_as_a_credential_of_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A municipality that keeps the private key out of the file system of the service hands it over
    with LoadCredential.
    """
    folder, credentials = tmp_path / "k", tmp_path / "credentials"
    made = keys.create(folder, "G", "a@b.nl")
    credentials.mkdir()
    (folder / f"{made.name}.key.pem").rename(credentials / f"{made.name}.key.pem")
    assert keys.load(folder) == ()

    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))

    assert keys.load(folder) == (made,)
    (folder / f"{made.name}.certificate.pem").rename(credentials / f"{made.name}.certificate.pem")
    assert keys.load(folder) == (made,)
    assert keys.expires_on(folder) == local_date(made.not_after)


def test_the_last_day_is_that_of_the_newest_certificate(tmp_path: Path) -> None:
    """A warning about an old certificate that was renewed long ago would never end."""
    now = dt.datetime.now(dt.UTC)
    assert keys.expires_on(tmp_path) is None
    keys.create(tmp_path, "G", "a@b.nl", now - dt.timedelta(days=900), days=2000)
    new = keys.create(tmp_path, "G", "a@b.nl", now, days=30)
    (tmp_path / "broken.certificate.pem").write_bytes(b"no certificate")

    assert keys.expires_on(tmp_path) == local_date(new.not_after)
