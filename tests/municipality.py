"""A made-up municipality, beside those of the repository, in a copy that processes can run from."""

from __future__ import annotations

import shutil
from pathlib import Path

from intake.profile import templates_folder

NAME = "bergendal"
MAILBOX = "zorgfacturen@bergendal.example"


def checkout_with_municipality(folder: Path) -> Path:
    """A folder to run ``python -m intake`` from: the package, and ``templates/`` with one folder
    more.
    """
    checkout = folder / "checkout"
    templates = checkout / "templates"
    shutil.copytree(templates_folder(), templates)
    (checkout / "intake").symlink_to(Path(__file__).parent.parent / "intake")
    own = (templates / "almere" / "profile.toml").read_text(encoding="utf-8")
    for almere, bergendal in (
        ("crediteuren@almere.nl", MAILBOX),
        ("Gemeente Almere", "Gemeente Bergendal"),
        ('tone = "je"', 'tone = "u"'),
        ("attachment-wait-days = 5", "attachment-wait-days = 9"),
        ('phone = "14 036"', 'phone = "14 099"'),
        ("years = 2", "years = 3"),
        ('po-box = "200"', 'po-box = "9"'),
        ('postcode = "1300AE"', 'postcode = "6570AA"'),
        ('city = "Almere"', 'city = "Bergendal"'),
    ):
        assert almere in own, almere
        own = own.replace(almere, bergendal)
    own += '\n[severities]\naddressee = "review"\n'  # the example invoices are to Almere
    (templates / NAME).mkdir()
    (templates / NAME / "profile.toml").write_text(own, encoding="utf-8")
    return checkout
