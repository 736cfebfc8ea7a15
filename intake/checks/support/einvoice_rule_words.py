"""What the rules of e-invoices are called in plain Dutch: those of NLCIUS and Peppol BIS 3, and
those of EN 16931 that are broken most.

Sources: NLCIUS 1.0 (STPE), Peppol BIS Billing 3.0, EN 16931-1 (business rules BR). The sentences
are in ``templates/_default/e-invoice-rules.toml``; the rule's own name goes with one, so that the
maker of the bookkeeping program can look it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from intake.profile import default_texts

MOST_NAMED = 5
"""Broken rules that are told one by one."""


def _texts() -> Mapping[str, Any]:
    return default_texts("e-invoice-rules")


@cache
def _by_rule(table: str) -> dict[str, str]:
    return {name: text for names, text in _texts()[table].items() for name in names.split()}


def sentences() -> Mapping[str, str]:
    """What every rule that we have words for says."""
    return _by_rule("faults") | _by_rule("recommendations")


def is_remark(rule: str) -> bool:
    """A recommendation: nothing is wrong when it is not followed."""
    return rule in _by_rule("recommendations")


def told(rules: Iterable[str]) -> Iterator[str]:
    """One sentence for each fault, with the names of its rules; the faults beyond ``MOST_NAMED``
    are counted.
    """
    grouped: dict[str, list[str]] = {}
    known = sentences()
    for rule in rules:
        grouped.setdefault(known.get(rule, _texts()["other"]), []).append(rule)
    for sentence, names in list(grouped.items())[:MOST_NAMED]:
        yield (
            f"{sentence.removesuffix('.')} ({'regel' if len(names) == 1 else 'regels'}"
            f" {', '.join(names[:MOST_NAMED])})."
        )
    if len(grouped) > MOST_NAMED:
        yield _texts()["more"].format(count=len(grouped) - MOST_NAMED)


def listed(fields: Iterable[str]) -> str:
    """``KvK-nummer, IBAN en totaal``."""
    known = _texts()["fields"]
    names = [known[field] for field in fields if field in known]
    return " en ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
