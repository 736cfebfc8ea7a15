"""Hands the example mails to the door of an installation and waits for their ends: run as the user
``intake`` by the Python of the installation. Prints how many stand where, and the first that is queued.
"""

from __future__ import annotations

import datetime as dt
import json
import smtplib
import time
from collections import Counter

from intake import profile, settings
from intake.mail import example
from intake.mail.sources.smtp import SmtpDoor
from intake.profile import templates_folder
from intake.sections import host_port
from intake.secure_attachment import keys
from intake.store import cases, open_store, providers

EXAMPLES = templates_folder() / "_examples"


def main() -> None:
    chosen = settings.load()
    (door,) = (each for each in chosen.sources if isinstance(each, SmtpDoor))
    certificate = keys.load(chosen.mail_key_folder)[0].certificate
    mailbox = profile.load(chosen.profile).mailbox
    known = example.providers(EXAMPLES)
    passwords = {each.kvk: each.password for each in known}
    mails = example.load(EXAMPLES)
    with open_store(chosen) as store:
        for each in known:
            providers.add_provider(store, each.kvk, each.name, each.email, each.password)
        with smtplib.SMTP(*host_port(door.listen)) as server:
            for mail in mails:
                now = dt.datetime.now(dt.UTC)
                raw = example.assemble(mail, certificate, passwords, mailbox, now)
                server.sendmail(mail.envelope_sender, [mailbox], raw)
        until = time.monotonic() + 240
        rows = cases.list_cases(store, limit=100)
        while any(row.state == "received" for row in rows) and time.monotonic() < until:
            time.sleep(1)
            rows = cases.list_cases(store, limit=100)
    ends = Counter(str(row.state) for row in rows)
    queued = next(row.reference for row in rows if row.state == "queued")
    print(json.dumps({"sent": len(mails), "ends": ends, "queued": queued}))


if __name__ == "__main__":
    main()
