"""Passwords in the spellings that programs use, and the limit on what trying them may cost."""

from __future__ import annotations

import sys
import time

import pytest

from intake.model.attachment import Opening
from intake.secure_attachment.containers import openpgp
from intake.secure_attachment.containers.passwords import forms, spellings, within
from intake.secure_attachment.containers.result import NotOpenedError


def test_an_accent_is_tried_composed_and_decomposed_in_each_encoding() -> None:
    """A Mac and a Windows program write the same password in other bytes; the file would stay
    locked.
    """
    assert forms(["é".encode()]) == ["\u00e9", "e\u0301"]
    assert set(spellings(["é".encode()])) == {b"\xc3\xa9", b"\x82", b"\xe9", b"e\xcc\x81"}


def test_no_password_is_tried_twice() -> None:
    """Each try may cost a second."""
    assert spellings([b"geheim", b"geheim"]) == [b"geheim"]


def test_dear_tries_end_as_a_bomb() -> None:
    """A file that asks for hours of work a try must not hold a worker for each password of a
    provider.
    """
    tried = []
    with pytest.raises(NotOpenedError) as ended:
        for password in within(range(1000), seconds=0.05):
            tried.append(password)
            begun = time.process_time()
            while time.process_time() - begun < 0.02:
                pass

    assert ended.value.opening is Opening.BOMB
    assert 2 <= len(tried) < 10


def test_without_the_extra_an_openpgp_message_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pysequoia is not installed the provider gets a question, and the administrator reads
    why.
    """
    monkeypatch.setitem(sys.modules, "pysequoia", None)

    answer = openpgp.OPEN.run(b"-----BEGIN PGP MESSAGE-----", 0, [b"geheim"])

    assert (answer.opening, answer.files) == ("locked", ())
    assert "intake[openpgp]" in answer.reason
