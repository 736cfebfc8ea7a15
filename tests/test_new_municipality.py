"""A municipality is one folder of data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from intake.profile import templates_folder
from tests.municipality import NAME, checkout_with_municipality

INVOICE = templates_folder() / "_examples" / "01-good-exempt-smime" / "factuur-2026-0117.pdf"


def test_a_folder_with_a_profile_is_enough(tmp_path: Path) -> None:
    """Whoever adds a municipality would have to know where in the code the others are named."""
    checkout = checkout_with_municipality(tmp_path)
    environment = {n: v for n, v in os.environ.items() if not n.startswith("INTAKE_")}

    done = subprocess.run(
        [sys.executable, "-m", "intake", "check", "--json", "--profile", NAME, str(INVOICE)],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )

    line = json.loads(done.stdout)
    (fault,) = [found for found in line["findings"] if found["check"] == "addressee"]
    assert "Gemeente Bergendal" in json.dumps(fault, ensure_ascii=False)
    assert not [path for path in (checkout / "templates" / NAME).iterdir() if path.is_dir()]
