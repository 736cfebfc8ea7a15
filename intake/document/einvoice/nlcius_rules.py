"""The Dutch rules on top of EN 16931: NLCIUS (SI-UBL 2.0, rules BR-NL) and their like in Peppol BIS
Billing 3.0 (NL-R, PEPPOL).

Source: NLCIUS 1.0 ("Gebruiksinstructie Basisfactuur", STPE), Peppol BIS Billing 3.0 rules for
suppliers in the Netherlands. BR-NL-6, 14 to 18, 22 and 23 demand nothing of UBL. Both syntaxes are
looked at through the same terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from intake.document.einvoice.fields import CREDIT_TYPES, amount_of
from intake.document.einvoice.terms import Syntax, Terms

NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
BIS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
DUTCH_LISTS = frozenset({"0106", "0190"})
"""Numbers of the KvK and of the government's own organisations (OIN)."""
TYPES = frozenset({"380", "381", "384", "389"})
MEANS = frozenset({"30", "48", "49", "57", "58", "59"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name in NLCIUS, its name in BIS 3 (``""``: none), and whether an invoice keeps
    it.
    """

    nlcius: str
    bis: str
    holds: Callable[[Terms], bool]
    every_supplier: bool = False
    """Also for suppliers outside the Netherlands."""


def _dutch_number(terms: Terms, party: str) -> bool:
    return any(value.scheme in DUTCH_LISTS for value in terms.group(party).values("legal-id"))


def _whole_address(address: Terms) -> bool:
    return all(address.text(name) for name in ("street", "city", "postcode"))


def _whole_if_dutch(party: str) -> Callable[[Terms], bool]:
    def holds(terms: Terms) -> bool:
        address = terms.group(party).group("address")
        return not _in_netherlands(address) or _whole_address(address)

    return holds


def _in_netherlands(address: Terms) -> bool:
    return address.text("country").upper() == "NL"


def _fits_root(terms: Terms) -> bool:
    if terms.syntax is Syntax.CII:
        return True
    return (terms.text("type") == "381") is terms.element.tag.endswith("}CreditNote")


def _is_credit(terms: Terms) -> bool:
    return terms.element.tag.endswith("}CreditNote") or terms.text("type") in CREDIT_TYPES


def _correction_refers(terms: Terms) -> bool:
    return terms.text("type") != "384" or bool(terms.text("corrects"))


def _credit_refers(terms: Terms) -> bool:
    return not _is_credit(terms) or bool(terms.text("corrects"))


def _buyer_known(terms: Terms) -> bool:
    return not _in_netherlands(terms.group("buyer").group("address")) or _dutch_number(
        terms, "buyer"
    )


def _payable_has_means(terms: Terms) -> bool:
    """Nothing is to be paid on a credit note, which CII writes with the same sign as an invoice."""
    amount = amount_of(terms.text("payable"))
    return _is_credit(terms) or amount is None or amount <= 0 or terms.has("means")


def _known_means(terms: Terms) -> bool:
    return all(
        code in MEANS
        for means in terms.groups("means")
        for code in means.texts("means-code") or [""]
    )


def _order_for_lines(terms: Terms) -> bool:
    return bool(terms.text("order")) or not any(
        line.text("order-line") for line in terms.groups("line")
    )


def _without(*names: str) -> Callable[[Terms], bool]:
    return lambda terms: not any(terms.has(name) for name in names)


def _parties_without(name: str) -> Callable[[Terms], bool]:
    parties = ("seller", "buyer", "tax-representative", "delivery")
    return lambda terms: not any(terms.group(party).group("address").has(name) for party in parties)


def _means_without(name: str, codes: frozenset[str] = frozenset()) -> Callable[[Terms], bool]:
    return lambda terms: (
        not any(
            means.has(name)
            for means in terms.groups("means")
            if not codes or means.text("means-code") in codes
        )
    )


def _allowances_without_code(charges: bool) -> Callable[[Terms], bool]:
    def holds(terms: Terms) -> bool:
        every = [
            *terms.groups("allowance"),
            *(a for line in terms.groups("line") for a in line.groups("line-allowance")),
        ]
        return not any(
            a.has("allowance-code")
            for a in every
            if (a.text("is-charge").lower() in ("true", "1")) is charges
        )

    return holds


def _one_currency(terms: Terms) -> bool:
    return all(
        not value.currency or value.currency == terms.text("currency")
        for value in terms.values("vat")
    )


RULES: tuple[Rule, ...] = (
    Rule("BR-NL-1", "NL-R-003", lambda terms: _dutch_number(terms, "seller")),
    Rule(
        "BR-NL-2",
        "PEPPOL-EN16931-R003",
        lambda terms: bool(terms.text("buyer-reference") or terms.text("order")),
    ),
    Rule(
        "BR-NL-3", "NL-R-002", lambda terms: _whole_address(terms.group("seller").group("address"))
    ),
    Rule("BR-NL-4", "NL-R-004", _whole_if_dutch("buyer")),
    Rule("BR-NL-5", "NL-R-006", _whole_if_dutch("tax-representative")),
    Rule("BR-NL-7", "", lambda terms: terms.text("type") in TYPES),
    Rule("BR-NL-8", "", _fits_root),
    Rule("BR-NL-9", "", _correction_refers),
    Rule("", "NL-R-001", _credit_refers),
    Rule("BR-NL-10", "NL-R-005", _buyer_known),
    Rule("BR-NL-11", "NL-R-007", _payable_has_means),
    Rule("BR-NL-12", "NL-R-008", _known_means),
    Rule("BR-NL-13", "NL-R-009", _order_for_lines, every_supplier=True),
    Rule(
        "",
        "PEPPOL-EN16931-R010",
        lambda terms: bool(terms.group("buyer").text("endpoint")),
        every_supplier=True,
    ),
    Rule(
        "",
        "PEPPOL-EN16931-R020",
        lambda terms: bool(terms.group("seller").text("endpoint")),
        every_supplier=True,
    ),
    Rule("BR-NL-19", "", _without("tax-currency")),
    Rule("BR-NL-20", "", _without("tax-point-date")),
    Rule("BR-NL-21", "", _without("tax-point-code")),
    Rule("BR-NL-24", "", _without("corrects-date")),
    Rule("BR-NL-25", "", lambda terms: not terms.group("seller").has("other-tax-id")),
    Rule("BR-NL-26", "", lambda terms: not terms.group("seller").has("legal-form")),
    Rule("BR-NL-27", "", _parties_without("street-3")),
    Rule("BR-NL-28", "", _parties_without("province")),
    Rule("BR-NL-29", "", _means_without("means-text")),
    Rule("BR-NL-30", "", _means_without("account-name")),
    Rule("BR-NL-31", "", _means_without("bank", frozenset({"58", "59"}))),
    Rule("BR-NL-32", "", _allowances_without_code(charges=False)),
    Rule("BR-NL-33", "", _one_currency),
    Rule("BR-NL-34", "", _allowances_without_code(charges=True)),
    Rule(
        "BR-NL-35",
        "",
        lambda terms: not any(rate.has("exemption-code") for rate in terms.groups("tax")),
    ),
)


def broken(terms: Terms) -> tuple[str, ...]:
    """Names of the Dutch rules that an invoice breaks; none when it does not claim to follow NLCIUS
    or BIS 3.
    """
    claimed = terms.text("customization")
    nlcius, bis = claimed.startswith(NLCIUS), claimed.startswith(BIS)
    if not (nlcius or bis):
        return ()
    dutch = _in_netherlands(terms.group("seller").group("address"))
    names = (
        (rule.nlcius if nlcius else rule.bis, rule)
        for rule in RULES
        if dutch or rule.every_supplier
    )
    return tuple(name for name, rule in names if name and not rule.holds(terms))
