"""What a client can be recognised by is found; what only looks like it never refuses an invoice."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from intake.document.extract.invoice import find_invoice
from intake.model.invoice import Sighting
from intake.text.bsn import passes_eleven_test
from tests.document.anonymity.lines import DOUBTFUL, LEAKS, QUIET
from tests.document.typed import BUYER, LETTERHEAD, read, typed, whole
from tests.timing import cpu_seconds

OTHER_NUMBERS = """
    Factuurnummer Factuurnr. Ordernummer Order Referentie Kenmerk Betalingskenmerk Debiteurnummer
    Debiteur Klantnr Relatie Projectnr Project
    Dossier Zaaknummer Beschikking Toewijzing Opdracht Contract Verplichtingnummer PO-nummer
    AGB-code RSIN OB-nummer Btw Btw-id KvK Vestigingsnr
    Tel Fax Rekening Bank Giro IBAN Polisnummer Lidnummer BIG-nr SKJ Registratie Productcode
    Artikel Serienummer Machtiging Declaratienummer
    Nota Volgnummer Code ID Batch Document Cliëntnummer Patiëntnummer Zorgnummer Wijkteam Crediteur
    Leverancier Leveranciersnummer GLN OIN
    Peppol Locatie Periode Week Aantal Bedrag Verwijzer Behandelaar
"""
FORMS: list[Callable[[str], str]] = [
    lambda n: n,
    lambda n: f"{n[:3]} {n[3:6]} {n[6:]}",
    lambda n: f"{n[:3]}.{n[3:6]}.{n[6:]}",
    lambda n: f"{n[:4]} {n[4:6]} {n[6:]}",
    lambda n: f"{n[:4]}.{n[4:6]}.{n[6:]}",
    lambda n: n[1:],
    lambda n: f"{n}-01",
]


def seen(line: str) -> tuple[Sighting, ...]:
    return read(whole(foot=line.replace("\\n", "\n"))).sightings


@pytest.mark.parametrize("line", QUIET)
def test_nothing_is_seen(line: str) -> None:
    """A good invoice would be refused, or keep a clerk busy, for the data of the practice itself."""
    assert seen(line) == ()


@pytest.mark.parametrize("line", DOUBTFUL)
def test_a_person_looks(line: str) -> None:
    """What may be a client must not pass unseen, and what may be none must not be refused."""
    found = seen(line)

    assert found
    assert not any(sighting.kind.certain for sighting in found)


@pytest.mark.parametrize("line", LEAKS)
def test_a_client_is_recognised(line: str) -> None:
    """An invoice that names a client would be passed on to everyone who handles payments."""
    assert any(sighting.kind.certain for sighting in seen(line))


@pytest.mark.parametrize("label", OTHER_NUMBERS.split())
def test_no_number_of_another_kind_refuses(label: str) -> None:
    """One in eleven order, account and file numbers passes the 11-test: each would refuse a good
    invoice.
    """
    draw = random.Random(label)
    for form in FORMS:
        number = next(
            n for n in iter(lambda: str(draw.randrange(10**8, 10**9)), "") if passes_eleven_test(n)
        )
        line = f"{label}{draw.choice((': ', ' ', '      ', chr(10)))}{form(number)}"
        assert not any(sighting.kind.certain for sighting in seen(line)), line


@pytest.mark.parametrize("name", ["J. de Vries", "Sanne de Wit", "S. Voorbeeld"])
def test_the_owner_of_a_practice_is_no_client(name: str) -> None:
    """A sole trader's own name, address and birth date stand on the invoice of that very person."""
    head = LETTERHEAD.replace("Zorgpraktijk De Vlinder", f"Praktijk {name}")

    assert not any(
        s.kind.certain
        for s in read(whole(head=head, foot=f"{name}, geb. 12-03-1970\nt.n.v. {name}")).sightings
    )


@pytest.mark.parametrize(
    "line",
    [
        "BSN 123456782 ",
        "BSN ",
        "Cliënt: Jan Jansen ",
        "geb. 12-03-2012 ",
        "1112.22.333 ",
        "123456782 ",
        "Cliënt Cliënt ",
        "BSN: zie bijlage 1 ",
        "A. de Vries (12-03-2012) ",
    ],
)
def test_time_grows_with_the_text(line: str) -> None:
    """A page full of numbers or names would hold a worker up."""

    def seconds(lines: int, enough: float = 0.0) -> float:
        document = typed(whole(foot="\n".join([(line * 6)[:100]] * lines)))
        return cpu_seconds(lambda: find_invoice(document, BUYER), enough=enough)

    bound = 40 * max(seconds(60), 0.02)
    assert seconds(600, enough=bound) < bound
