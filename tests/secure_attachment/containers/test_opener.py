"""Containers through the real children: opened with what is nested in them, and judged by their
weakest client file.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pysequoia
import pytest
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from intake.errors import SandboxFailed
from intake.mail.sniff import sniff
from intake.model.attachment import Container, Opening, Protection
from intake.model.mail import Part, PartKind
from intake.profile import default_texts
from intake.sandbox.client import Sandbox
from intake.secure_attachment.care_lines.client import read_care_lines
from intake.secure_attachment.containers import registry
from intake.secure_attachment.containers.format import Opener
from intake.secure_attachment.containers.opener import open_container
from intake.secure_attachment.keys import MunicipalKey
from tests.hostile.liar import Liar
from tests.secure_attachment.conftest import OpenSsl
from tests.secure_attachment.containers import strongbox

Open = Callable[..., Container]

CSV = (
    b"BSN;Verwijzer;Productcode;Omschrijving;Begindatum;Einddatum;Aantal;Eenheid;Tarief;Bedrag\r\n999990019;huisarts;45A52;Begeleiding"
    b" individueel;01-09-2026;30-09-2026;10;uur;49,20;492,00\r\n"
)


def zipped(entries: dict[str, bytes], secret: dict[str, bytes] | None = None) -> bytes:
    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w", compression=pyzipper.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
        if secret:
            made.setpassword(b"geheim")
            made.setencryption(pyzipper.WZ_AES)
            for name, content in secret.items():
                made.writestr(name, content)
    return file.getvalue()


def _workbook() -> io.BytesIO:
    file = io.BytesIO()
    Workbook().save(file)
    file.seek(0)
    return file


def _opened(part: Part, opener: Opener) -> Container:
    container = open_container(part, opener, tuple)
    assert container is not None
    return container


@pytest.fixture(scope="session")
def opening(reading: Sandbox, decrypting: Sandbox, municipal: MunicipalKey) -> Open:
    def run(
        data: bytes,
        keys: Sequence[MunicipalKey] | None = None,
        passwords: tuple[str, ...] = ("geheim",),
        name: str = "bijlage",
    ) -> Container:
        container = open_container(
            Part("2", sniff(data), data, name),
            Opener(reading, decrypting, [municipal] if keys is None else keys),
            lambda: passwords,
        )
        assert container is not None
        return container

    return run


@pytest.fixture(scope="session")
def enveloped(openssl: OpenSsl) -> bytes:
    return openssl(
        "cms",
        "-encrypt",
        "-in",
        "message",
        "-binary",
        "-aes-256-gcm",
        "-outform",
        "DER",
        "ours.pem",
    )


def test_smime_gives_its_files_with_their_place(opening: Open, enveloped: bytes) -> None:
    """The clerk sees which attachment a file came out of."""
    container = opening(enveloped)

    assert (container.opening, container.format, container.protection) == (
        Opening.OPENED,
        "smime",
        Protection.STRONG,
    )
    assert [(part.path, part.kind, part.data, part.file_name) for part in container.parts] == [
        ("2/1", PartKind.CSV, CSV, "zorgregels.csv")
    ]


def test_a_bare_file_in_smime_keeps_its_name(
    opening: Open, openssl: OpenSsl, workshop: Path
) -> None:
    """zorg.csv.p7m holds zorg.csv without any MIME around it."""
    (workshop / "bare").write_bytes(CSV)
    container = opening(
        openssl(
            "cms", "-encrypt", "-in", "bare", "-binary", "-aes256", "-outform", "DER", "ours.pem"
        ),
        name="zorg.csv.p7m",
    )

    assert [(part.data, part.file_name) for part in container.parts] == [(CSV, "zorg.csv")]


@pytest.mark.parametrize(
    ("suffix", "name", "inside"),
    [
        (".p7m", "zorg.csv.P7M", "zorg.csv"),
        (".p7m", "smime.p7m", None),
        (".p7m", "zorg.csv", "zorg.csv"),
        (".gz", "zorg.csv.gz", "zorg.csv"),
        (".strongbox", "zorg.csv.strongbox", "zorg.csv"),
        (".gz", None, None),
    ],
)
def test_a_format_takes_its_own_suffix_from_the_name(
    suffix: str, name: str | None, inside: str | None
) -> None:
    """An attachment is paired by the invoice number in its file's name, and a clerk reads it."""
    known = replace(strongbox.FORMAT, suffixes=(suffix,))

    assert known.named_as_inside(Part("2", PartKind.ARCHIVE, b"", name)).file_name == inside


def test_a_provider_reads_of_every_format_that_we_open() -> None:
    """Who is asked for another kind of file would not hear of the one that his program makes."""
    assert {known.name for known in registry.FORMATS} == set(default_texts("containers"))


def test_text_in_the_mail_itself_is_the_attachment_when_nothing_else_is(
    opening: Open, openssl: OpenSsl, workshop: Path
) -> None:
    """Some providers write the four facts in the encrypted mail and attach nothing."""
    (workshop / "words").write_bytes(
        b"Content-Type: text/plain\r\n\r\nBSN: 999990019\r\nVerwijzer: huisarts\r\n"
    )
    container = opening(
        openssl(
            "cms", "-encrypt", "-in", "words", "-binary", "-aes256", "-outform", "DER", "ours.pem"
        )
    )

    assert [part.kind for part in container.parts] == [PartKind.TEXT]
    assert b"999990019" in container.parts[0].data


@pytest.mark.parametrize("form", ["smime", "bare-smime", "zip", "openpgp", "smime-in-zip"])
def test_text_read_where_it_was_opened_is_read_as_any_other(
    opening: Open, reading: Sandbox, openssl: OpenSsl, workshop: Path, enveloped: bytes, form: str
) -> None:
    """The same care lines must come out of a file in the open and of one in a container, whichever
    child reads them.
    """
    (workshop / "bare").write_bytes(CSV)
    data = {
        "smime": enveloped,
        "bare-smime": openssl(
            "cms", "-encrypt", "-in", "bare", "-binary", "-aes256", "-outform", "DER", "ours.pem"
        ),
        "zip": zipped({}, {"zorgregels.csv": CSV}),
        "openpgp": pysequoia.encrypt(CSV, passwords=["geheim"]),
        "smime-in-zip": zipped({"smime.p7m": enveloped}),
    }[form]

    part = opening(data).parts[0]

    assert part.sheet is not None
    assert part.sheet == read_care_lines(reading, replace(part, sheet=None))
    assert [line.bsn for line in part.sheet.lines] == ["999990019"]


def test_what_is_long_or_no_text_is_left_to_a_child_of_its_own(
    opening: Open, reading: Sandbox
) -> None:
    """A bomb of rows must end as an unreadable file, not as an attachment that does not open."""
    long, pdf = (
        zipped({}, {"zorg.csv": CSV + CSV[-90:] * 4_000}),
        zipped({}, {"zorg.pdf": b"%PDF-1.7"}),
    )

    assert [opening(data).parts[0].sheet for data in (long, pdf)] == [None, None]
    assert len(read_care_lines(reading, opening(long).parts[0]).lines) > 3_000


LINE = dict.fromkeys(
    ("bsn", "referrer", "product_code", "product", "period_start", "period_end")
) | {"row": 1}


def result_with(sheet: object) -> dict[str, object]:
    file = {"name": "zorg.csv", "protection": "strong", "content": len(CSV), "sheet": sheet}
    return {"opening": "opened", "reason": "", "files": [file]}


@pytest.mark.parametrize(
    "sheet",
    [
        [],
        {"lines": [LINE | {"row": 0}], "understood": True},
        {"lines": [LINE | {"bsn": "9" * 701}], "understood": True},
        {"lines": [LINE | {"product": "\x1b[2J"}], "understood": True},
        {"lines": [], "understood": True},
        {"lines": "x"},
        {"2/1": {}},
        7,
    ],
)
def test_a_lie_about_care_lines_is_not_taken(sheet: object) -> None:
    """What a taken-over child says of a file must not become a care line."""
    child = Liar(result_with(sheet), CSV)
    part, opener = Part("1", PartKind.ZIP, b"x"), Opener(child, child, ())

    assert _opened(part, opener).opening is Opening.DAMAGED


def test_the_truth_about_care_lines_is_taken() -> None:
    """Else the lies above prove nothing."""
    child = Liar(result_with({"lines": [LINE], "understood": True}), CSV)
    part, opener = Part("1", PartKind.ZIP, b"x"), Opener(child, child, ())

    sheet = _opened(part, opener).parts[0].sheet
    assert sheet is not None
    assert [line.row for line in sheet.lines] == [1]


@pytest.mark.parametrize("order", ["smime-in-zip", "zip-in-zip", "zip-in-smime"])
def test_nested_containers_open(
    opening: Open, enveloped: bytes, openssl: OpenSsl, workshop: Path, order: str
) -> None:
    """People zip what they encrypted and encrypt what they zipped."""
    if order == "smime-in-zip":
        data = zipped({"smime.p7m": enveloped})
    elif order == "zip-in-zip":
        data = zipped({"a.zip": zipped({}, {"zorgregels.csv": CSV})})
    else:
        (workshop / "zipped").write_bytes(zipped({"zorgregels.csv": CSV}))
        data = openssl(
            "cms", "-encrypt", "-in", "zipped", "-binary", "-aes256", "-outform", "DER", "ours.pem"
        )

    container = opening(data)

    assert (container.opening, container.protection, [part.data for part in container.parts]) == (
        Opening.OPENED,
        Protection.STRONG,
        [CSV],
    )


def test_endless_nesting_is_a_bomb(opening: Open) -> None:
    """A zip in a zip in a zip … must end."""
    data = zipped({"zorgregels.csv": CSV})
    for _ in range(6):
        data = zipped({"a.zip": data})

    assert opening(data).opening is Opening.BOMB


@pytest.mark.parametrize(
    ("entries", "secret", "protection"),
    [
        ({"zorg.csv": CSV}, None, Protection.NONE),
        ({"leesmij.txt": b"Zie de bijlage"}, {"zorg.csv": CSV}, Protection.STRONG),
        ({"open.csv": CSV}, {"zorg.csv": CSV}, Protection.NONE),
    ],
    ids=["plain", "read-me-beside", "client-data-beside"],
)
def test_protection_is_that_of_the_client_data(
    opening: Open,
    entries: dict[str, bytes],
    secret: dict[str, bytes] | None,
    protection: Protection,
) -> None:
    """A readable read-me beside an encrypted sheet is no unsecured attachment; a readable sheet is."""
    assert opening(zipped(entries, secret)).protection is protection


def locked_pdf(user: str) -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(file, encryption=pikepdf.Encryption(owner="eigenaar", user=user))
    return file.getvalue()


@pytest.mark.parametrize(
    ("user", "protection"),
    [("geheim", Protection.STRONG), ("", Protection.NONE)],
    ids=["to-open", "to-print"],
)
def test_a_pdf_in_a_zip_counts_with_its_own_lock(
    opening: Open, user: str, protection: Protection
) -> None:
    """A locked PDF in an open zip is secured; one that everybody can open, but not print, is not."""
    container = opening(zipped({"zorg.pdf": locked_pdf(user)}))

    assert (container.opening, container.protection) == (Opening.OPENED, protection)
    assert [(part.path, part.kind, b"/Encrypt" in part.data) for part in container.parts] == [
        ("2/1/1", PartKind.PDF, False)
    ]


def test_a_broken_pdf_that_only_looks_locked_is_left_to_its_readers(opening: Open) -> None:
    """A word in a damaged invoice must not hide the other files of its zip."""
    container = opening(
        zipped({"factuur.pdf": b"%PDF-1.4 /Encrypt and no more", "leesmij.txt": b"Zie de factuur"})
    )

    assert (container.opening, [part.kind for part in container.parts]) == (
        Opening.OPENED,
        [PartKind.PDF, PartKind.TEXT],
    )


def test_the_password_that_excel_itself_knows_protects_nothing(opening: Open) -> None:
    """Every Excel opens such a file without asking: it must count as unprotected."""
    book = io.BytesIO()
    OOXMLFile(_workbook()).encrypt("VelvetSweatshop", book)

    assert opening(book.getvalue()).protection is Protection.NONE


def test_a_7z_method_that_needs_a_thread_is_locked_at_once(opening: Open, tmp_path: Path) -> None:
    """PPMd would hang in a child that may start no thread, and end as a bomb after half a minute."""
    (tmp_path / "zorg.csv").write_bytes(CSV * 20)
    subprocess.run(
        ["7z", "a", "-m0=PPMd", "made.7z", "zorg.csv"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert opening((tmp_path / "made.7z").read_bytes()).opening is Opening.LOCKED


def test_triple_des_follows_the_setting(
    openssl: OpenSsl, reading: Sandbox, decrypting: Sandbox, municipal: MunicipalKey
) -> None:
    """A municipality that forbids old ciphers asks for another way instead of reading on."""
    data = openssl(
        "cms", "-encrypt", "-in", "message", "-binary", "-des3", "-outform", "DER", "ours.pem"
    )

    for allowed, expected in ((True, Opening.OPENED), (False, Opening.LOCKED)):
        assert (
            _opened(
                Part("2", sniff(data), data),
                Opener(reading, decrypting, [municipal], open_triple_des=allowed),
            ).opening
            is expected
        )


def test_an_openpgp_key_of_ours_that_cannot_be_read_is_our_fault(
    reading: Sandbox, decrypting: Sandbox
) -> None:
    """A broken key file must alarm the administrator, not make the provider encrypt again and
    again.
    """
    data = pysequoia.encrypt(CSV, passwords=["geheim"])

    container = open_container(
        Part("2", sniff(data), data),
        Opener(reading, decrypting, (), [b"no key"]),
        lambda: ("geheim",),
    )

    assert container is not None
    assert container.opening is Opening.OUR_FAULT


def test_a_changed_cbc_mail_answers_nothing_about_its_content(
    opening: Open, openssl: OpenSsl, workshop: Path
) -> None:
    """Who changes a mail on its way could learn from our letter what stood in it (EFAIL); it must
    read as any other failure.
    """
    (workshop / "rows").write_bytes(b"Content-Type: text/csv\r\n\r\n" + CSV + CSV[-90:] * 40)
    data = openssl(
        "cms", "-encrypt", "-in", "rows", "-binary", "-aes256", "-outform", "DER", "ours.pem"
    )
    endings = []
    for place in range(len(data) - 3000, len(data) - 1000, 160):
        changed = bytearray(data)
        changed[place] ^= 0x01
        endings.append(opening(bytes(changed)))

    locked = [container for container in endings if container.opening is Opening.LOCKED]
    assert len(locked) >= len(endings) // 2
    assert {container.administrator_reason for container in locked} == {
        "the content does not decrypt with our key"
    }


def test_endings_of_our_side_and_theirs(opening: Open, enveloped: bytes, openssl: OpenSsl) -> None:
    """Each ending leads to another answer to the provider."""
    other = openssl(
        "cms", "-encrypt", "-in", "message", "-binary", "-aes256", "-outform", "DER", "other.pem"
    )

    assert opening(enveloped, keys=()).opening is Opening.OUR_FAULT
    assert opening(other).opening is Opening.NOT_FOR_US
    assert opening(zipped({}, {"zorg.csv": CSV}), passwords=("verkeerd",)).opening is Opening.LOCKED
    assert opening(enveloped[:-50]).opening is Opening.DAMAGED


def test_rights_managed_office_is_locked_not_missing(opening: Open) -> None:
    """A file that Microsoft 365 locks to accounts is a question to the provider, never "no secured
    attachment".
    """
    book = io.BytesIO()
    OOXMLFile(_workbook()).encrypt("geheim", book)
    managed = book.getvalue().replace(
        "EncryptionInfo".encode("utf-16-le"), "EncryptionXxxx".encode("utf-16-le")
    )

    container = opening(managed)

    assert (container.opening, container.format) == (Opening.LOCKED, "office")


@pytest.mark.parametrize("kind", [PartKind.PDF, PartKind.CSV, PartKind.SIGNATURE, PartKind.TEXT])
def test_ordinary_files_are_no_containers(
    reading: Sandbox, decrypting: Sandbox, kind: PartKind
) -> None:
    """A signature or a PDF beside the invoice is not a secured attachment."""
    assert open_container(Part("1", kind, b"x"), Opener(reading, decrypting, ()), tuple) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (SandboxFailed("timeout"), Opening.BOMB),
        (SandboxFailed("memory"), Opening.BOMB),
        (SandboxFailed("crash"), Opening.DAMAGED),
        ([], Opening.DAMAGED),
        ({"opening": "opened", "reason": ""}, Opening.DAMAGED),
        (
            {"opening": "opened", "reason": "", "protection": "strong", "content": 9},
            Opening.DAMAGED,
        ),
        ({"opening": "perhaps", "reason": ""}, Opening.DAMAGED),
        ({"opening": "locked", "reason": "x" * 10_000}, Opening.DAMAGED),
    ],
)
def test_a_child_that_dies_or_lies_ends_in_a_word(answer: object, expected: Opening) -> None:
    """A taken-over or killed child must end in quarantine, not in an exception."""
    child = Liar(answer)

    for kind in (PartKind.SMIME, PartKind.ZIP):
        if kind is PartKind.ZIP and isinstance(answer, dict) and answer["opening"] == "opened":
            continue  # a zip without files is a zip
        assert _opened(Part("1", kind, b"x"), Opener(child, child, ())).opening is expected


def test_nothing_of_the_content_is_shown(opening: Open, enveloped: bytes) -> None:
    """A log line or a traceback with a container must not show a BSN."""
    container = opening(enveloped)

    assert b"999990019" in container.parts[0].data
    assert "999990019" not in repr(container) + repr(container.parts)
