"""Zip files with and without passwords, from the tools people use, and the hostile ones."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.secure_attachment.containers import zip as zip_opener
from tests.timing import cpu_seconds

CONTENT = b"BSN;Verwijzer\r\n999990019;huisarts\r\n"


def seven_zip(folder: Path, *options: str, name: str = "zorgregels.csv") -> bytes:
    (folder / name).write_bytes(CONTENT)
    subprocess.run(
        ["7z", "a", "-tzip", *options, "made.zip", name],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return (folder / "made.zip").read_bytes()


def archive(entries: dict[str, bytes], password: bytes | None = None, **options: Any) -> bytes:
    file = io.BytesIO()
    with pyzipper.AESZipFile(
        file,
        "w",
        compression=pyzipper.ZIP_DEFLATED,
        **({"encryption": pyzipper.WZ_AES} if password else {}),
        **options,
    ) as made:
        made.setpassword(password)
        for name, content in entries.items():
            made.writestr(name, content)
    return file.getvalue()


def opened(data: bytes, *passwords: str) -> tuple[str, list[tuple[str | None, str, bytes]]]:
    answer = zip_opener.OPEN.run(data, None, [password.encode() for password in passwords])
    return answer.opening, [(file.name, file.protection, file.content) for file in answer.files]


@pytest.mark.parametrize(
    ("options", "protection"),
    [
        (("-pgeheim", "-mem=AES256"), "strong"),
        (("-pgeheim", "-mem=AES128"), "strong"),
        (("-pgeheim", "-mem=ZipCrypto"), "weak"),
        ((), "none"),
        (("-pgeheim", "-mem=AES256", "-mx=0"), "strong"),
    ],
    ids=["aes256", "aes128", "zipcrypto", "none", "stored"],
)
def test_zip_of_seven_zip_opens(tmp_path: Path, options: tuple[str, ...], protection: str) -> None:
    """7-Zip is what small providers use; the exact bytes must come out."""
    assert opened(seven_zip(tmp_path, *options), "oud", "geheim") == (
        "opened",
        [("zorgregels.csv", protection, CONTENT)],
    )


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_winzip_aes_of_every_size_opens(bits: int) -> None:
    """WinZip writes AE-1 and AE-2 in three sizes."""
    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"geheim")
        made.setencryption(pyzipper.WZ_AES, nbits=bits, force_wz_aes_version=1)
        made.writestr("a.csv", CONTENT)

    assert opened(file.getvalue(), "geheim") == ("opened", [("a.csv", "strong", CONTENT)])


@pytest.mark.parametrize("passwords", [(), ("verkeerd", "ook verkeerd")], ids=["none", "wrong"])
def test_a_wrong_password_leaves_it_locked(passwords: tuple[str, ...]) -> None:
    """A wrong password asks the provider a question; it never refuses and never quarantines."""
    assert opened(archive({"a.csv": CONTENT}, b"geheim"), *passwords) == ("locked", [])


def test_a_wrong_password_on_the_old_encryption_is_never_damage(tmp_path: Path) -> None:
    """ZipCrypto checks one byte; one wrong password in 256 must not look like a damaged file."""
    data = seven_zip(tmp_path, "-pgeheim", "-mem=ZipCrypto")

    assert {opened(data, f"verkeerd{first}", f"verkeerd{first}b")[0] for first in range(400)} == {
        "locked"
    }


@pytest.mark.parametrize("encoding", ["utf-8", "cp850", "cp437", "cp1252"])
def test_password_with_accents_opens_in_every_encoding(encoding: str) -> None:
    """Windows, macOS and 7-Zip write an é in a password in four ways."""
    assert (
        opened(archive({"a.csv": CONTENT}, "geheimpje-é".encode(encoding)), "geheimpje-é")[0]
        == "opened"
    )


def test_a_decomposed_password_opens() -> None:
    """A Mac sends é as two characters."""
    assert (
        opened(archive({"a.csv": CONTENT}, "geheimpje-e\u0301".encode()), "geheimpje-é")[0]
        == "opened"
    )


def test_unicode_names_and_folders_become_base_names() -> None:
    """A folder in a name, or "../", must never reach a disk or a page; the name itself stays
    readable.
    """
    _, files = opened(
        archive({"map/zorg één.csv": CONTENT, "../../etc/passwd": b"x", "C:\\tmp\\b.csv": b"y"})
    )

    assert [name for name, _, _ in files] == ["zorg één.csv", "passwd", "b.csv"]


def test_mixed_protection_is_told_for_each_file() -> None:
    """An encrypted sheet beside a readable read-me is another thing than a readable sheet."""
    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w") as made:
        made.writestr("leesmij.txt", b"hallo")
        made.setpassword(b"geheim")
        made.setencryption(pyzipper.WZ_AES)
        made.writestr("a.csv", CONTENT)

    assert {(name, protection) for name, protection, _ in opened(file.getvalue(), "geheim")[1]} == {
        ("leesmij.txt", "none"),
        ("a.csv", "strong"),
    }


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.99])
def test_a_cut_off_zip_is_damaged(kept: float) -> None:
    """Half a file goes to a person as damaged."""
    data = archive({"a.csv": CONTENT * 100}, b"geheim")

    assert opened(data[: int(len(data) * kept)], "geheim") == ("damaged", [])


def test_a_changed_byte_in_aes_content_is_damaged() -> None:
    """AES zip proves its content; a changed one gives no byte."""
    data = bytearray(archive({"a.csv": bytes(range(256)) * 40}, b"geheim", compresslevel=0))
    data[400] ^= 1

    assert opened(bytes(data), "geheim") == ("damaged", [])


def test_bombs_end_fast_and_give_nothing() -> None:
    """A zip that swells must not fill the memory of a worker."""
    swelling = archive({"a": bytes(60_000_000)})
    many = archive({str(number): b"" for number in range(501)})

    assert cpu_seconds(lambda: (opened(swelling), opened(many)), enough=20) < 20
    assert opened(swelling) == ("bomb", [])
    assert opened(many) == ("bomb", [])


def test_overlapping_entries_are_a_bomb() -> None:
    """The best bombs let a thousand names share one content."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", bytes(1000))
        made.writestr("b", bytes(1000))
        made.infolist()[1].header_offset = made.infolist()[0].header_offset

    assert opened(file.getvalue()) == ("bomb", [])


def test_a_link_is_refused() -> None:
    """A link in a zip points at our own files."""
    link = zipfile.ZipInfo("a.csv")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(link, "/etc/passwd")

    assert opened(file.getvalue()) == ("bomb", [])


@settings(max_examples=200)
@given(st.data())
def test_any_flipped_bytes_end_in_a_word(data: st.DataObject) -> None:
    """A damaged zip never takes the worker down."""
    made = bytearray(_MADE)
    for place in data.draw(st.lists(st.integers(0, len(made) - 1), min_size=1, max_size=4)):
        made[place] = data.draw(st.integers(0, 255))

    assert opened(bytes(made), "geheim")[0] in {"opened", "damaged", "locked", "bomb"}


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_garbage_ends_in_a_word(data: bytes) -> None:
    """No bytes whatever may raise."""
    assert opened(b"PK\x03\x04" + data)[0] in {"damaged", "locked", "bomb"}


_MADE = archive({"a.csv": CONTENT, "b.csv": CONTENT}, b"geheim")
