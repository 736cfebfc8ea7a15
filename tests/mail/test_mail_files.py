"""Old mails out of the files of other programs: each once, whole, and with its own moment."""

from __future__ import annotations

import datetime as dt
import mailbox
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mail.mail_files import Found, Skipped, files, mails, received_at

LIMIT = 1_000_000
HEAD = "From: a@b.example\nMessage-ID: <{}@b.example>\nDate: Fri, 13 Nov 2026 10:00:00 +0100\n\n"
POSTMARK = "From a@b.example Fri Nov 20 09:30:00 2026\n"


def mail(number: int, body: str = "Hierbij onze factuur.\n") -> str:
    return HEAD.format(number) + body


def read(file: Path, limit: int = LIMIT) -> list[Found | Skipped]:
    return list(mails(file, limit))


def raws(file: Path) -> list[bytes]:
    return [each.raw for each in read(file) if isinstance(each, Found)]


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "oud"
    file.write_bytes(text.encode())
    return file


class TestMbox:
    def test_each_mail_is_one_without_the_line_before_it(self, tmp_path: Path) -> None:
        """A mail that came live too would be another one by an empty line at its end."""
        file = written(tmp_path, "".join(f"{POSTMARK}{mail(n)}\n" for n in range(3)))

        assert raws(file) == [mail(n).encode() for n in range(3)]
        assert sum(each.read for each in read(file)) == file.stat().st_size

    def test_a_line_from_within_a_mail_splits_nothing(self, tmp_path: Path) -> None:
        """ "From Monday on …" at the start of a line would make two mails of an invoice, and lose its
        second half.
        """
        body = "Beste,\n\nFrom Monday 13 Nov 2026 on we moved.\n\nFrom a@b no date\n"
        file = written(tmp_path, f"{POSTMARK}{mail(1, body)}\n{POSTMARK}{mail(2)}\n")

        assert raws(file) == [mail(1, body).encode(), mail(2).encode()]

    def test_a_quoted_postmark_is_unquoted_by_one_level(self, tmp_path: Path) -> None:
        """The body would differ from that of the same mail as it came."""
        file = written(tmp_path, f"{POSTMARK}{mail(1, chr(10) + '>From x' + chr(10) + '>>From y')}")

        (found,) = read(file)

        assert isinstance(found, Found)
        assert found.raw.endswith(b"\nFrom x\n>From y")
        assert found.as_stored.endswith(b"\n>From x\n>>From y")

    @given(st.lists(st.sampled_from(["From hier\n", ">From x\n", "tekst\n", "\n"]), max_size=8))
    def test_what_the_standard_library_writes_comes_back(
        self, tmp_path_factory: pytest.TempPathFactory, body: list[str]
    ) -> None:
        """Some order of lines in a body would lose a mail, or change it."""
        file = tmp_path_factory.mktemp("mbox") / "oud"
        made = [mail(n, "".join(body) + "einde\n").encode() for n in range(2)]
        box = mailbox.mbox(file)
        for each in made:
            message = mailbox.mboxMessage(each)
            message.set_from("a@b.example Fri Nov 20 09:30:00 2026")
            box.add(message)
        box.close()

        found = [each for each in read(file) if isinstance(each, Found)]

        assert len(found) == 2
        for got, was in zip(found, made, strict=True):
            assert was in (got.raw, got.as_stored) or b">From" in was

    def test_lines_that_end_in_crlf(self, tmp_path: Path) -> None:
        """An mbox of Windows would be one mail."""
        text = "".join(f"{POSTMARK}{mail(n)}\n" for n in range(2)).replace("\n", "\r\n")

        assert raws(written(tmp_path, text)) == [
            mail(n).replace("\n", "\r\n").encode() for n in range(2)
        ]

    def test_a_mail_that_is_too_large_stops_no_other(self, tmp_path: Path) -> None:
        """One film of 2 GB would end the import, or fill the memory."""
        large = mail(1, "x" * 76 + "\n" + ("y" * 76 + "\n") * 400_000)
        file = written(tmp_path, f"{POSTMARK}{large}\n{POSTMARK}{mail(2)}\n")
        tracemalloc.start()

        found = read(file)

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [type(each) for each in found] == [Skipped, Found]
        assert peak < 8 * LIMIT < file.stat().st_size


class TestFolders:
    def test_a_maildir_gives_its_mails_whatever_their_flags(self, tmp_path: Path) -> None:
        """What somebody read, answered or threw away came in all the same; a draft did not."""
        for name in ("cur", "new", "tmp", ".Archief/cur", ".Archief/new"):
            (tmp_path / name).mkdir(parents=True)
        names = ["cur/1.a:2,S", "cur/2.a:2,RST", "new/3.a", ".Archief/cur/4.a:2,"]
        for each in [*names, "cur/5.a:2,D", "tmp/6.a", "dovecot-uidlist"]:
            (tmp_path / each).write_text(mail(1))

        found = {str(file.relative_to(tmp_path)) for file in files(tmp_path)}

        assert found == set(names)

    def test_files_that_are_no_mail_are_named(self, tmp_path: Path) -> None:
        """An invoice in a file of Outlook would be left out in silence."""
        (tmp_path / "a.msg").write_bytes(b"\xd0\xcf\x11\xe0")
        (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7")
        (tmp_path / "c.eml").write_text(mail(1))

        found = {f.name: read(f)[0] for f in files(tmp_path)}

        assert isinstance(found["c.eml"], Found)
        whys = {name: each.why for name, each in found.items() if isinstance(each, Skipped)}
        assert whys == {"a.msg": "of Outlook: save it as .eml", "b.pdf": "no mail"}


class TestMoment:
    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            (
                "Received: from x by y; Mon, 16 Nov 2026 08:00:00 +0100\n",
                dt.datetime(2026, 11, 16, 7),
            ),
            ("Received: from x by y\n", dt.datetime(2026, 11, 20, 9, 30)),
            (
                "Received: from x by y; Mon, 16 Nov 2099 08:00:00 +0100\n",
                dt.datetime(2026, 11, 20, 9, 30),
            ),
        ],
    )
    def test_it_is_that_of_receipt(
        self, tmp_path: Path, header: str, expected: dt.datetime
    ) -> None:
        """The term of payment would run from the day of the import, or from what a sender writes."""
        (found,) = read(written(tmp_path, POSTMARK + header + mail(1)))

        assert isinstance(found, Found)
        assert found.received_at == expected.replace(tzinfo=dt.UTC)

    def test_without_any_it_is_its_date_or_now(self) -> None:
        """A mail without a moment could not be kept."""
        assert received_at(mail(1).encode(), None) == dt.datetime(2026, 11, 13, 9, tzinfo=dt.UTC)
        assert dt.datetime.now(dt.UTC) - received_at(b"From: a@b\n\nx", None) < dt.timedelta(
            hours=1
        )
