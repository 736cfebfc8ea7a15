"""``intake supplier``: the register of suppliers as an administrator fills it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import Intake

_HEADING = "soort;kvk-nummer;naam;crediteurnummer;bereik;van"
_GOOD = f"{_HEADING}\nleverancier;01234567;De Vlinder;C-100\ncontract;01234567;;;regio;01-01-2026\n"


def test_a_file_goes_in_and_comes_out(installed: Intake, tmp_path: Path) -> None:
    """The municipality could not take its register along."""
    (tmp_path / "in.csv").write_text(_GOOD)

    first = installed("supplier", "import", str(tmp_path / "in.csv"), "--by", "jan", "--json")
    assert installed("supplier", "export", str(tmp_path / "out.csv")).code == 0
    again = installed("supplier", "import", str(tmp_path / "out.csv"), "--by", "jan", "--json")

    assert json.loads(first.out) == {"added": 1, "changed": 0, "same": 0}
    assert json.loads(again.out) == {"added": 0, "changed": 0, "same": 1}
    listed = json.loads(installed("supplier", "list", "vlinder", "--json").out)
    assert (listed["kvk"], listed["contract"]) == ("01234567", "regio")
    shown = json.loads(installed("supplier", "show", "01234567", "--json").out)
    assert shown["contracts"] == [{"scope": "regio", "first_day": "2026-01-01", "last_day": None}]
    assert "contract: regio" in installed("supplier", "show", "01234567").out
    assert installed("supplier", "show", "99999999").code == 1


def test_nothing_is_half_imported(installed: Intake, tmp_path: Path) -> None:
    """Nobody would know which rows stand in the register."""
    (tmp_path / "in.csv").write_text(f"{_GOOD}leverancier;1234567;Kort;\nnaam;87654321;X;\n")

    ended = installed("supplier", "import", str(tmp_path / "in.csv"))

    assert ended.code == 2
    assert "row 4: kvk-nummer has 8 digits" in ended.err
    assert installed("supplier", "list").out == ""
    (tmp_path / "in.csv").write_text(f"{_HEADING};kleur\nleverancier;01234567;Naam;;;;rood\n")
    ended = installed("supplier", "import", str(tmp_path / "in.csv"))
    assert ended.code == 2
    assert "'kleur'" in ended.err


def test_what_is_past_its_term_is_shown_before_it_goes(installed: Intake, tmp_path: Path) -> None:
    """An old account would be kept for ever; or go without anybody having seen it."""
    account = "rekening;01234567;;;;01-01-2015;NL91ABNA0417164300;31-12-2015"
    (tmp_path / "in.csv").write_text(
        _GOOD.replace("bereik;van", "bereik;van;iban;tot-en-met") + account
    )
    installed("supplier", "import", str(tmp_path / "in.csv"), "--by", "jan")

    listed = installed("supplier", "purge", "--json")
    still_there = installed("supplier", "show", "01234567").out
    done = installed("supplier", "purge", "--approve", "archivaris")

    assert json.loads(listed.out) == {
        "what": "account", "supplier": 1, "name": "De Vlinder", "last_on": "2015-12-31",
        "destroyed": False,
    }  # fmt: skip
    assert "NL91ABNA0417164300" in still_there
    assert "approved by archivaris" in done.out
    assert "NL91ABNA0417164300" not in installed("supplier", "show", "01234567").out
    assert "Nothing" in installed("supplier", "purge").out
