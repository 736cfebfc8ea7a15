"""The Handelsregister of the KvK: Basisprofiel (v1), and Zoeken (v2) for what that does not know.

Source: developers.kvk.nl, API Basisprofiel and API Zoeken. A number that is not there is status 404 with a
code of the KvK's own (IPD5200, IPD0005); a 404 without it is a wrong address. Only the KvK number of a
supplier is sent.
"""

from __future__ import annotations

import calendar
import datetime as dt
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from intake.model.supplier import AnswerKind, RegisterAnswer, RegisterSource
from intake.registers.base import NoAnswer, fetch, text_of, within
from intake.text.folding import compact

_NOT_THERE = frozenset({"IPD5200", "IPD0005"})
_MOST_NAMES = 50


@dataclass(frozen=True, slots=True)
class Handelsregister:
    """``address`` ends before the version: ``https://api.kvk.nl/api``."""

    address: str
    key: str = field(repr=False)
    ca: Path | None
    """Certificates to trust: that of the KvK hangs under the private root of the State."""
    seconds: float
    """For all that is asked of one number."""

    @property
    def source(self) -> RegisterSource:
        return RegisterSource.KVK

    def ask(self, number: str, today: dt.date) -> RegisterAnswer:
        return within(self.seconds, lambda: self._ask(number, today))

    def _ask(self, number: str, today: dt.date) -> RegisterAnswer:
        profile = self._get(f"v1/basisprofielen/{number}")
        if profile is not None:
            return _of_profile(profile, number, today)
        query = {"kvkNummer": number, "inclusiefInactieveRegistraties": "true"}
        found = self._get(f"v2/zoeken?{urlencode(query)}")
        rows = [row for row in (found or {}).get("resultaten") or () if row["kvkNummer"] == number]
        if not rows:
            return RegisterAnswer(self.source, number, AnswerKind.UNKNOWN, today)
        return RegisterAnswer(
            self.source,
            number,
            AnswerKind.FOUND,
            today,
            names=_once(text_of(row, "naam") for row in rows),
            inactive=all(text_of(row, "actief").lower() == "nee" for row in rows),
        )

    def _get(self, path: str) -> Mapping[str, Any] | None:
        """None: the register says that it is not there."""
        request = urllib.request.Request(  # noqa: S310 the settings take https only
            f"{self.address.rstrip('/')}/{path}",
            headers={"apikey": self.key, "Accept": "application/json"},
        )
        status, body = fetch(request, self.seconds, self.ca)
        if status == 404 and _NOT_THERE & set(_codes(body)):
            return None
        if status != 200 or not isinstance(body, dict):
            raise NoAnswer(next(_codes(body), f"status-{status}"))
        return body


def _codes(body: Any) -> Iterator[str]:
    faults = body.get("fout") if isinstance(body, dict) else None
    for fault in faults if isinstance(faults, list) else ():
        if isinstance(fault, dict) and isinstance(fault.get("code"), str):
            yield fault["code"][:20]


def _of_profile(profile: Mapping[str, Any], number: str, today: dt.date) -> RegisterAnswer:
    if profile["kvkNummer"] != number:
        raise NoAnswer("other-number")
    names = [profile, *(profile.get("handelsnamen") or ())]
    embedded = profile.get("_embedded") or {}
    parts = [embedded.get("hoofdvestiging") or {}, embedded.get("eigenaar") or {}]
    addresses = [
        address
        for part in parts
        for address in part.get("adressen") or ()
        if text_of(address, "indAfgeschermd").lower() != "ja"
    ]
    ended = text_of(profile.get("materieleRegistratie") or {}, "datumEinde")
    return RegisterAnswer(
        RegisterSource.KVK,
        number,
        AnswerKind.FOUND,
        today,
        names=_once(
            (
                text_of(profile, "statutaireNaam"),
                *(text_of(each, "naam") for each in names),
                text_of(parts[0], "eersteHandelsnaam"),
            )
        ),
        postcodes=_once(compact(text_of(each, "postcode")) for each in addresses),
        cities=_once(text_of(each, "plaats") for each in addresses),
        ended_on=_day(ended) if ended else None,
    )


def _once(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))[:_MOST_NAMES]


def _day(written: str) -> dt.date:
    """``20260701``; of a day or month that is not known (``00``) the last one it can be."""
    digits = written.replace("-", "")
    year, month, day = int(digits[:4]), int(digits[4:6]) or 12, int(digits[6:8])
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])
