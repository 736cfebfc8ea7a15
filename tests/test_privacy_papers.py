"""The papers in docs/ that follow from the code: `python -m tests.test_privacy_papers` writes them
anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from intake.profile import default_texts
from intake.review import rights
from intake.review.rights import Right
from intake.store import row_terms
from intake.store.tables import Role

DOCS = Path(__file__).parents[1] / "docs"
MATRIX = DOCS / "privacy" / "autorisatiematrix.md"
TERMS = DOCS / "privacy" / "bewaartermijnen.md"

_ROLES = {
    Role.CLERK: "medewerker",
    Role.SENIOR: "senior",
    Role.CARE_REVIEWER: "zorginhoudelijk beoordelaar",
    Role.PRIVACY_OFFICER: "privacy officer",
    Role.ADMINISTRATOR: "beheerder",
    Role.AUDITOR: "auditor",
}
_RIGHTS = {
    Right.READ: "lijsten, zaken en hun bladen zien (afgedekt waar een cliënt op staat)",
    Right.DECIDE: "akkoord geven, weigeren, vragen, koppelen, brieven versturen",
    Right.APPROVE_CONTENT: "inhoudelijk akkoord geven (prestatieakkoord), of zeggen waarom niet",
    Right.HAND_OVER: "batches maken, ophalen, geboekt melden, en een factuur terugnemen (storno)",
    Right.READ_SUPPLIERS: "het register van leveranciers zien",
    Right.EDIT_SUPPLIERS: "het register van leveranciers wijzigen, rekeningen goedkeuren",
    Right.CARE: "zorgregels voluit zien, met een reden",
    Right.REPORT: "een incident melden aan de privacy officer",
    Right.READ_REGISTER: "register van incidenten en meldingen over inzien zien",
    Right.JUDGE_INCIDENT: "incidenten beoordelen, meldingen afsluiten (nooit over zichzelf)",
    Right.SUBJECT: "rechten van betrokkenen: zoeken, kopie, beperken, wissen",
}


def matrix() -> str:
    """The table of rights as a paper."""
    heads = [_ROLES.get(role, role.value) for role in Role]
    rows = [["recht", *heads], ["---", *("---" for _ in heads)]]
    for right in Right:
        marks = ["ja" if right in rights.of([role]) else "" for role in Role]
        rows.append([_RIGHTS.get(right, right.value), *marks])
    lines = "\n".join(f"| {' | '.join(row)} |".replace("  ", " ") for row in rows)
    return (
        "# Autorisatiematrix\n\nGemaakt uit `intake/review/rights.py`. Iemand met meer rollen mag wat"
        f" elk ervan mag.\nDe beheerder richt het programma in en ziet geen zaak.\n\n{lines}\n"
    )


def test_the_matrix_on_paper_is_that_of_the_code() -> None:
    """An auditor would be shown rights that nobody has, or not be shown those that somebody has."""
    assert MATRIX.read_text(encoding="utf-8") == matrix()


def _term(term: row_terms.RowTerm) -> str:
    years = f"{term.years} jaar"
    return f"{years} na het einde van het jaar" if term.starts == "year-end" else years


def terms() -> str:
    """The paper with the rule of every table."""
    rules = default_texts("retention")
    own = [
        f"| `{table}` | {_term(each)} | {each.begins} | {each.destroys} | {each.ground} |"
        for table, each in row_terms.terms().items()
    ]
    with_it: dict[str, list[str]] = {}
    for table, owner in rules["goes-with"].items():
        with_it.setdefault(owner, []).append(f"`{table}`")
    return "\n".join(
        (
            "# Bewaartermijnen",
            "",
            "Gemaakt uit `templates/_default/retention.toml`: elke tabel van de database heeft hier een",
            "regel. Wat voorbij zijn termijn is, staat op de vernietigingslijst (`intake purge --dry-run`),",
            "en gaat weg als iemand die goedkeurt (`intake purge --approve NAAM`). Van leveranciers doet",
            "`intake supplier purge` dat. `intake doctor` zegt of er iets voorbij zijn termijn is.",
            "",
            "## Zaken en leveranciers: termijnen van de gemeente",
            "",
            "| tabel | waar de termijn staat |",
            "| --- | --- |",
            *(f"| `{table}` | {where} |" for table, where in rules["profile"].items()),
            "",
            "## Regels die bij geen zaak horen, of langer blijven",
            "",
            "| tabel | termijn | begint bij | wat weg gaat | grond |",
            "| --- | --- | --- | --- | --- |",
            *own,
            "",
            "## Gaat weg met iets anders",
            "",
            "| gaat weg met | tabellen |",
            "| --- | --- |",
            *(f"| `{owner}` | {', '.join(tables)} |" for owner, tables in with_it.items()),
            "",
            "## Blijft",
            "",
            "| tabel | waarom |",
            "| --- | --- |",
            *(f"| `{table}` | {why} |" for table, why in rules["kept"].items()),
            "",
        )
    )


def test_the_terms_on_paper_are_those_of_the_code() -> None:
    """The privacy officer would account for terms that nobody keeps to."""
    assert TERMS.read_text(encoding="utf-8") == terms()


_OF_LEVEL_2 = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
"""Sections of ASVS 5.0.0, and how many requirements of level 1 and 2 each begins with."""


def test_every_requirement_has_its_row_and_every_named_test_is_there() -> None:
    """Who relies on the page would not see what was left out, or what is tested no more."""
    paper = (DOCS / "security-verification.md").read_text(encoding="utf-8")
    wanted = [
        f"{section}.{number}"
        for section, _, most in (each.partition(":") for each in _OF_LEVEL_2.split())
        for number in range(1, int(most) + 1)
    ]
    numbers = re.findall(
        r"[0-9]+\.[0-9]+\.[0-9]+", "".join(re.findall(r"^\| [0-9., ]+", paper, re.M))
    )
    files = Path(__file__).parent.rglob("test_*.py")
    defined = set(re.findall(r"def (test_\w+)", "".join(f.read_text("utf-8") for f in files)))

    assert sorted(numbers) == sorted(wanted)
    assert set(re.findall(r"`(test_\w+)`", paper)) <= defined


if __name__ == "__main__":
    MATRIX.write_text(matrix(), encoding="utf-8")
    TERMS.write_text(terms(), encoding="utf-8")
