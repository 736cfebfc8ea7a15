"""The copy that the person concerned may have (AVG art. 15 lid 3): what is kept of them, why, how long,
and who looked at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from intake.model.care import CareLine
from intake.review import nen7513, wording
from intake.store import Store, audit
from intake.store.subject import Found, SubjectCase

_NAMES = {
    "bsn": "bsn",
    "client_name": "naam",
    "birth_date": "geboortedatum",
    "client_address": "adres",
    "referrer": "verwijzer",
    "referrer_details": "gegevens_verwijzer",
    "product_code": "productcode",
    "product": "product",
    "period_text": "periode",
    "period_start": "eerste_dag",
    "period_end": "laatste_dag",
    "units": "aantal",
    "unit": "eenheid",
    "rate": "tarief",
    "amount": "bedrag",
    "decision_number": "beschikking",
    "law": "wet",
}
"""What a care line says of a person, in Dutch; a field that is not named here is ours."""


def written(store: Store, found: Found) -> dict[str, Any]:
    """All of it, to be written as JSON."""
    references = frozenset(case.reference for case in found.certain)
    looked = nen7513.lines(audit.export(store), references)
    kept = ("datum_tijd", "gebruiker", "rol", "handeling", "zaak", "reden")
    return {
        "gemaakt_op": wording.local(store.clock()).isoformat(timespec="seconds"),
        "doel": "Controleren en betalen van facturen voor zorg (Jeugdwet, Wmo 2015)",
        "ontvangen_van": "de zorgaanbieder die de factuur stuurde",
        "zaken": [_case(case) for case in found.certain],
        "niet_te_openen": found.unopened,
        "wie_keek": [{name: line[name] for name in kept} for line in looked],
    }


def _case(case: SubjectCase) -> dict[str, Any]:
    return {
        "kenmerk": case.reference,
        "ontvangen_op": case.received_on.isoformat(),
        "aanbieder": case.supplier or "",
        "stand": wording.STATES[case.state],
        "bewaard_tot": case.kept_until.isoformat() if case.kept_until else "",
        "grond": case.ground,
        "beperkt": case.restricted,
        "staat_ook_in": [wording.SUBJECT_PLACES[place] for place in case.places],
        "zorgregels": [dict(_line(line)) for line in case.lines],
    }


def _line(line: CareLine) -> Iterator[tuple[str, str]]:
    for each in fields(line):
        value = getattr(line, each.name)
        if each.name in _NAMES and value not in (None, ""):
            yield _NAMES[each.name], str(value)
