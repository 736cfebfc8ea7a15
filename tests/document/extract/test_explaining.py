"""Why a field has its value: the winner is the invoice's own, and the features say what decided."""

from __future__ import annotations

import pytest

from intake.document.extract.explaining import explain
from intake.document.extract.invoice import find_invoice
from intake.model.explanation import Explanation
from tests.document.typed import BUYER, MONEY, typed, whole

BSN = "999990019"


def explained(text: str) -> dict[str, Explanation]:
    return {each.name: each for each in explain(typed(text), BUYER)}


def test_winner_is_the_value_of_the_invoice() -> None:
    """The explanation would speak of another value than the one that is judged."""
    text = whole()
    invoice = find_invoice(typed(text), BUYER)

    for name, each in explained(text).items():
        value = getattr(invoice, name.replace("-", "_"))
        value = getattr(value, "value", value)
        if value is not None and not isinstance(value, bool):
            assert each.winner is not None, name
            assert each.winner.value == (
                str(value) if not hasattr(value, "as_tuple") else f"{value:.2f}"
            )


def test_weight_is_the_sum_of_its_features() -> None:
    """A weight would have a share that no name stands for."""
    for each in explained(whole()).values():
        for claim in (each.winner, each.runner_up):
            if claim is not None and claim.reasons:
                assert claim.weight == pytest.approx(sum(r.gain for r in claim.reasons))


@pytest.mark.parametrize(
    ("references", "field", "winner", "runner_up", "decides"),
    [
        ("Factuurnummer: 2026-0011\nNummer: 77-12", "invoice-number", "2026-0011", "77-12", "label"),
        ("Factuurdatum: 13-11-2026\nDatum: 12-11-2026", "issue-date", "2026-11-13", "2026-11-12", "label"),
        ("KvK 12345678\nKvK 1234567", "kvk-number", "12345678", "1234567", "seven-digits"),
    ],
)  # fmt: skip
def test_difference_names_what_decided(
    references: str, field: str, winner: str, runner_up: str, decides: str
) -> None:
    """Nobody could say why one number won from the other."""
    found = explained(f"Zorgpraktijk De Vlinder\n\n{references}\n\n{MONEY}")[field]

    assert found.winner is not None
    assert found.runner_up is not None
    assert (found.winner.value, found.runner_up.value) == (winner, runner_up)
    assert decides in {reason.name for reason in found.difference}


def test_numbers_of_clients_stay_masked() -> None:
    """A BSN that could be an invoice number would leave through the explanation."""
    text = f"Factuurnummer: {BSN}\nBSN: {BSN}\n\n{MONEY}"

    assert BSN not in repr([(e.winner, e.runner_up) for e in explained(text).values()])
    for each in explained(text).values():
        for claim in (each.winner, each.runner_up):
            assert claim is None or BSN not in claim.value
