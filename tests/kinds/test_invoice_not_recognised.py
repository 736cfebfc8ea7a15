"""An invoice that came and was not recognised, while its attachment opens: a person looks, and what
the attachment holds never goes to another invoice of this provider."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from typing import Any

import pytest

from intake.model.verdict import MailOutcome
from intake.store.tables import CaseState
from tests.cases.page import invoice, pdf
from tests.kinds.mails import HEADER, Provider, Town, mail, secured, town

__all__ = ["town"]

NOISE = random.Random(5).randbytes(2000)
OURS = "Hierbij onze factuur.\n"
LINK = "Hierbij onze factuur 102.\n\nfactuur.pdf<{}>\nDownload de factuur via de link.\n"

NOT_RECOGNISED: dict[str, tuple[dict[str, Any], Callable[[bytes], bytes]]] = {
    "its PDF is packed": ({"files": [("factuur.pdf.gz", gzip.compress(invoice("102")))]}, bytes),
    "its PDF is damaged": ({"files": [("stuk.pdf", b"%PDF-1.7\n" + NOISE)]}, bytes),
    "its PDF is cut off": ({"files": [("stuk.pdf", invoice("102")[:300])]}, bytes),
    "its PDF is a picture of noise": ({"files": [("factuur.pdf", NOISE)]}, bytes),
    "a Word document": ({"files": [("factuur 102.doc", b"\xd0\xcf\x11\xe0" + NOISE)]}, bytes),
    "a web page": ({"files": [("factuur.html", b"<html><body>FACTUUR</body></html>")]}, bytes),
    "an unknown transfer encoding": (
        {"files": [("factuur.pdf", invoice("102"))]},
        lambda raw: raw.replace(b'base64\nContent-Disposition: attachment; filename="f', b'x\nX: "')
        .replace(b"JVBERi0", b"(HQX)"),
    ),
    "kept on a server (RFC 2046)": (
        {"files": [("elders.bin", b"Content-Type: application/pdf\r\n\r\n")]},
        lambda raw: raw.replace(
            b"application/octet-stream", b"message/external-body; access-type=URL", 1
        ),
    ),
    "OneDrive": ({"text": LINK.format("https://1drv.ms/b/s!Aq")}, bytes),
    "SharePoint": ({"text": LINK.format("https://zorg-my.sharepoint.com/:b:/g/x/E")}, bytes),
    "WeTransfer": ({"text": "Zie https://we.tl/t-abc123\n"}, bytes),
    "Google Drive": ({"text": "Bestand: https://drive.google.com/file/d/1x/view\n"}, bytes),
    "Dropbox": ({"text": "https://www.dropbox.com/s/x/f.pdf?dl=0\n"}, bytes),
    "own portal": ({"text": "Je factuur staat klaar.\nBekijk hem op https://zorg.example/f/9\n"}, bytes),
    "link to a PDF": ({"text": "De factuur: https://zorg.example/factuur-102.pdf\n"}, bytes),
    "a subject with another number": ({"subject": "Factuur Q9-102", "text": OURS}, bytes),
    "only its words": ({"text": OURS}, bytes),
    "only its words, otherwise": ({"text": "Beste,\n\nIn de bijlage vindt u de factuur van mei.\n"}, bytes),
    "only its words, in English": ({"text": "Dear all,\n\nPlease find our invoice attached.\n"}, bytes),
    "only its words, broken off": ({"text": "Bijgaand ontvangt u van ons de\nnota voor mei.\n"}, bytes),
}  # fmt: skip
SHEETS = {
    "with the same amount": secured(),
    "without an amount": secured(
        inside=(HEADER.removesuffix(";Bedrag") + "\r\n999990019;huisarts;01056321;45A52;B;01-09-2026;"
                "30-09-2026\r\n").encode()
    ),
}  # fmt: skip
STRONG = [name for name in NOT_RECOGNISED if not name.startswith(("a subject", "only"))]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
@pytest.mark.parametrize("name", NOT_RECOGNISED)
def test_after_an_invoice_that_waits(town: Town, name: str, sheet: tuple[str, bytes]) -> None:
    """The client data of one invoice would pay another, and the invoice itself would be lost."""
    provider = town.provider()
    how, change = NOT_RECOGNISED[name]
    waiting = provider.send(provider.bill("101"))
    assert provider.state(waiting) is CaseState.WAITING

    files = [*how.get("files", ()), sheet]
    more = {"text": "Zie de bijlagen.\n"} | {k: v for k, v in how.items() if k != "files"}
    second = provider.send(*files, change=change, **more)

    assert provider.state(second) is CaseState.QUARANTINED
    assert provider.state(waiting) is CaseState.WAITING
    assert provider.verdict(waiting).care_lines == 0


@pytest.mark.parametrize("name", NOT_RECOGNISED)
def test_before_another_invoice(town: Town, name: str) -> None:
    """Whichever of two mails comes first, what belongs to neither is given to neither."""
    provider = town.provider()
    how, change = NOT_RECOGNISED[name]
    more = {"text": "Zie de bijlagen.\n"} | {k: v for k, v in how.items() if k != "files"}
    first = provider.send(*how.get("files", ()), secured(), change=change, **more)
    invoice_mail = provider.send(provider.bill("101"))

    never = CaseState.REJECTED if name == "a web page" else CaseState.QUARANTINED
    assert provider.state(first) in (never, CaseState.WAITING)
    assert provider.state(invoice_mail) is CaseState.WAITING
    assert provider.verdict(invoice_mail).care_lines == 0


@pytest.mark.parametrize("name", STRONG)
def test_alone(town: Town, name: str) -> None:
    """Nobody would look for the invoice, and the provider would be told that none came; but for one
    in a form that we never take.
    """
    how, change = NOT_RECOGNISED[name]
    more = {"text": "Zie de bijlagen.\n"} | {k: v for k, v in how.items() if k != "files"}
    raw = change(mail(*how.get("files", ()), secured(), **more).as_bytes())

    never = name == "a web page"
    expected = MailOutcome.REJECTED if never else MailOutcome.QUARANTINED
    assert town.decide(raw).verdict.outcome is expected


BRINGS_THE_ATTACHMENT: dict[str, dict[str, Any]] = {
    "plain": {"subject": "Bijlage", "text": "Zie de bijlage.\n"},
    "attachment of the invoice": {"text": "Hierbij de beveiligde bijlage bij onze factuur.\n"},
    "data of the invoice": {"text": "Bijgaand de gegevens bij factuur 101.\n"},
    "at last": {"text": "Hierbij alsnog de bijlage die bij de factuur hoort.\n"},
    "the invoice was sent apart": {
        "text": "Hierbij de bijlage met cliëntgegevens. De factuur is apart gestuurd.\n"
    },
    "answer that quotes the invoice": {
        "text": "Hierbij de bijlage.\n\nOp 1 oktober schreef Zorg:\n> Hierbij onze factuur.\n"
    },
    "with a website in the signature": {
        "text": "Zie de bijlage.\n\nGroet\nhttps://www.roos.example\n"
    },
    "with its own number in the subject": {"subject": "Factuur {}-101", "text": OURS},
    "with a month in the subject": {"subject": "Factuur 09-2026", "text": "Zie de bijlage.\n"},
    "with its covering letter": {"text": "Zie de bijlage.\n", "letter": True},
}


@pytest.mark.parametrize("name", BRINGS_THE_ATTACHMENT)
def test_an_attachment_alone_is_still_joined(town: Town, name: str) -> None:
    """Who sends the attachment in a mail of its own would have to wait for a person each time."""
    provider = town.provider()
    how = dict(BRINGS_THE_ATTACHMENT[name])
    letter = how.pop("letter", False)
    text = "Beste,\n\nHierbij de gegevens bij onze factuur.\n\nMet vriendelijke groet,\nJ. de Wit\n"
    files = [("brief.pdf", pdf(text.split("\n")))] if letter else []
    waiting = provider.send(provider.bill("101"))
    how["subject"] = str(how.get("subject", "Bijlage")).format(provider.mark)
    second = provider.send(*files, secured(), **how)

    assert provider.state(second) is CaseState.IGNORED
    assert provider.state(waiting) is CaseState.QUEUED


def test_an_unread_document_beside_an_invoice(town: Town) -> None:
    """A second invoice that is damaged would disappear beside a good one."""
    files = (("f.pdf", invoice("2026-11")), ("g.pdf", b"%PDF-1.7\n" + NOISE), secured())
    verdict = town.decide(mail(*files)).verdict

    assert verdict.outcome is MailOutcome.QUEUED
    assert ("document", "damaged") in {(f.check, f.code) for f in verdict.findings}


def test_the_providers_other_mails_are_joined_by_number(town: Town) -> None:
    """A number inside the attachment is certain, whatever else the mail seems to bring."""
    provider: Provider = town.provider()
    waiting = provider.send(provider.bill("101"))
    row = f"{provider.mark}-101;999990019;huisarts;01056321;45A52;B;01-09-2026;30-09-2026;500,00"
    sheet = secured(inside=f"Factuurnummer;{HEADER}\r\n{row}\r\n".encode())
    second = provider.send(sheet, text=OURS)

    assert provider.state(second) is CaseState.IGNORED
    assert provider.state(waiting) is CaseState.QUEUED
