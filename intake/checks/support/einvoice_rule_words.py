"""What the rules of e-invoices are called in plain Dutch: those of NLCIUS and Peppol BIS 3, and
those of EN 16931 that are broken most.

Sources: NLCIUS 1.0 (STPE), Peppol BIS Billing 3.0, EN 16931-1 (business rules BR). A sentence says
what is missing or wrong; the rule's own name goes with it, so that the maker of the bookkeeping
program can look it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MOST_NAMED = 5
"""Broken rules that are told one by one."""

_FATAL: dict[tuple[str, ...], str] = {
    ("XSD",): "Het bestand heeft niet de vorm die de standaard voorschrijft.",
    ("BR-NL-1", "NL-R-003"): "Het KvK-nummer of OIN van de afzender staat niet in het juiste veld.",
    (
        "BR-NL-2",
        "PEPPOL-EN16931-R003",
    ): "Er staat geen kenmerk van de gemeente en geen ordernummer in.",
    (
        "BR-NL-3",
        "NL-R-002",
    ): "In het adres van de afzender ontbreekt de straat, de postcode of de plaats.",
    (
        "BR-NL-4",
        "NL-R-004",
    ): "In het adres van de gemeente ontbreekt de straat, de postcode of de plaats.",
    ("BR-NL-5", "NL-R-006"): (
        "In het adres van de fiscaal vertegenwoordiger ontbreekt de straat, de postcode of de"
        " plaats."
    ),
    ("BR-NL-7",): "De soort factuur heeft een code die in Nederland niet mag.",
    ("BR-NL-8",): "Een creditfactuur moet een CreditNote zijn, en een gewone factuur een Invoice.",
    ("BR-NL-9",): "Bij een correctie ontbreekt het nummer van de eerdere factuur.",
    ("NL-R-001",): "Bij een creditfactuur ontbreekt het nummer van de eerdere factuur.",
    (
        "BR-NL-10",
        "NL-R-005",
    ): "Het KvK-nummer of OIN van de gemeente staat niet in het juiste veld.",
    ("BR-NL-11", "NL-R-007"): "Er staat niet in hoe wij moeten betalen.",
    ("BR-NL-12", "NL-R-008"): "De manier van betalen heeft een code die in Nederland niet mag.",
    ("BR-NL-13", "NL-R-009"): "Een regel noemt een orderregel, maar het ordernummer ontbreekt.",
    ("PEPPOL-EN16931-R010",): "Het elektronische adres van de gemeente ontbreekt.",
    ("PEPPOL-EN16931-R020",): "Het elektronische adres van de afzender ontbreekt.",
    ("BR-01",): "Er staat niet in welke standaard het bestand volgt.",
    ("BR-02",): "Het factuurnummer ontbreekt.",
    ("BR-03",): "De factuurdatum ontbreekt.",
    ("BR-04",): "De soort factuur ontbreekt.",
    ("BR-05",): "De munt (valuta) ontbreekt.",
    ("BR-06",): "De naam van de afzender ontbreekt.",
    ("BR-07",): "De naam van de gemeente ontbreekt.",
    ("BR-08", "BR-09"): "Het adres of het land van de afzender ontbreekt.",
    ("BR-10", "BR-11"): "Het adres of het land van de gemeente ontbreekt.",
    ("BR-16",): "Er staat geen enkele factuurregel in.",
    ("BR-50", "BR-61"): "Het rekeningnummer ontbreekt.",
    ("BR-CO-09", "BR-CO-9"): "Het btw-nummer begint niet met de letters van een land.",
    ("BR-CO-10",): "De bedragen van de regels zijn samen niet het totaal van de regels.",
    ("BR-CO-13",): "Het bedrag zonder btw klopt niet met de regels.",
    ("BR-CO-14",): "De btw-bedragen zijn samen niet het totaal van de btw.",
    ("BR-CO-15",): "Het bedrag zonder btw en de btw zijn samen niet het totaal met btw.",
    ("BR-CO-16",): "Het te betalen bedrag klopt niet met het totaal.",
    ("BR-CO-17",): "Een btw-bedrag klopt niet met het tarief.",
    ("BR-CO-18",): "De verdeling van de btw ontbreekt.",
    ("BR-CO-25",): "De uiterste betaaldatum en de betalingstermijn ontbreken.",
    ("BR-CO-26",): "Er staat geen nummer in waaraan wij de afzender kunnen herkennen.",
    (
        "BR-S-02",
        "BR-AA-02",
        "BR-Z-02",
    ): "Er is btw berekend, maar het btw-nummer van de afzender ontbreekt.",
    ("BR-E-02", "BR-E-03", "BR-E-04"): (
        "Bij een vrijstelling met categorie E hoort een btw-nummer. Zonder zo'n nummer past"
        " categorie O."
    ),
    ("BR-E-10", "BR-O-10"): "De reden van de vrijstelling van btw ontbreekt.",
    (
        "BR-O-02",
        "BR-O-03",
        "BR-O-04",
    ): "Bij categorie O (geen btw) mag geen btw-nummer staan. Met een btw-nummer past categorie E.",
}
_REMARKS: dict[tuple[str, ...], str] = {
    ("BR-NL-19",): "Een tweede munt voor de btw is in Nederland niet nodig.",
    ("BR-NL-20", "BR-NL-21"): "Een aparte btw-datum is in Nederland niet nodig.",
    ("BR-NL-24",): "Bij de eerdere factuur is alleen het nummer nodig, niet de datum.",
    ("BR-NL-25",): "Het belastingnummer van de afzender staat er niet in als btw-nummer.",
    ("BR-NL-26",): "De rechtsvorm van de afzender is niet nodig.",
    ("BR-NL-27",): "Een derde adresregel is niet nodig.",
    ("BR-NL-28",): "Een provincie in het adres is niet nodig.",
    ("BR-NL-29",): "Een omschrijving van de manier van betalen is niet nodig.",
    ("BR-NL-30",): "Een naam bij het rekeningnummer is niet nodig.",
    ("BR-NL-31",): "Een BIC bij het IBAN is niet nodig.",
    ("BR-NL-32", "BR-NL-34"): "Een code bij een korting of toeslag is niet nodig.",
    ("BR-NL-33",): "Een btw-totaal in een andere munt is niet nodig.",
    ("BR-NL-35",): "Zet de reden van de vrijstelling er in woorden in, niet als code.",
}
_SENTENCES = {
    name: sentence for names, sentence in (*_FATAL.items(), *_REMARKS.items()) for name in names
}
_ONLY_REMARKS = frozenset(name for names in _REMARKS for name in names)

FIELDS = {
    "kind": "soort document",
    "supplier_name": "naam",
    "supplier_street": "straat",
    "supplier_postcode": "postcode",
    "supplier_city": "plaats",
    "supplier_phone": "telefoonnummer",
    "kvk_number": "KvK-nummer",
    "vat_id": "btw-nummer",
    "vat_exempt": "vrijstelling van btw",
    "iban": "IBAN",
    "invoice_number": "factuurnummer",
    "issue_date": "factuurdatum",
    "net_amount": "bedrag zonder btw",
    "vat_amount": "btw-bedrag",
    "gross_amount": "totaal",
}
"""Fields of an invoice as a finding calls them."""


def is_remark(rule: str) -> bool:
    """A recommendation: nothing is wrong when it is not followed."""
    return rule in _ONLY_REMARKS


def told(rules: Iterable[str]) -> Iterator[str]:
    """One sentence for each fault, with the names of its rules; the faults beyond ``MOST_NAMED``
    are counted.
    """
    grouped: dict[str, list[str]] = {}
    for rule in rules:
        grouped.setdefault(
            _SENTENCES.get(rule, "Een regel van de standaard EN 16931 is niet gevolgd."), []
        ).append(rule)
    for sentence, names in list(grouped.items())[:MOST_NAMED]:
        yield (
            f"{sentence.removesuffix('.')} ({'regel' if len(names) == 1 else 'regels'}"
            f" {', '.join(names[:MOST_NAMED])})."
        )
    if len(grouped) > MOST_NAMED:
        yield f"Er zijn nog {len(grouped) - MOST_NAMED} andere fouten."


def listed(fields: Iterable[str]) -> str:
    """``KvK-nummer, IBAN en totaal``."""
    names = [FIELDS[field] for field in fields if field in FIELDS]
    return " en ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
