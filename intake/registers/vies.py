"""VIES of the European Commission: whether a btw number is valid, and whose it is.

Source: ec.europa.eu/taxation_customs/vies, REST API, ``check-vat-number``. The register of the member
state is often away (MS_UNAVAILABLE and the like): that says nothing of the number. Only the number is
sent; one that holds the BSN of a sole trader never comes here (``store/register_answers.py``).
"""

from __future__ import annotations

import datetime as dt
import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from intake.model.supplier import AnswerKind, RegisterAnswer, RegisterSource
from intake.registers.base import NoAnswer, fetch, text_of, within

_NOT_TOLD = "---"
_DECIDED = ("", "VALID", "INVALID")


@dataclass(frozen=True, slots=True)
class Vies:
    """``address`` ends before the service: ``…/vies/rest-api``."""

    address: str
    seconds: float

    @property
    def source(self) -> RegisterSource:
        return RegisterSource.VIES

    def ask(self, number: str, today: dt.date) -> RegisterAnswer:
        return within(self.seconds, lambda: self._ask(number, today))

    def _ask(self, number: str, today: dt.date) -> RegisterAnswer:
        asked = {"countryCode": number[:2], "vatNumber": number[2:]}
        request = urllib.request.Request(  # noqa: S310 the settings take https only
            f"{self.address.rstrip('/')}/check-vat-number",
            data=json.dumps(asked).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        status, body = fetch(request, self.seconds)
        if fault := _fault(body):
            raise NoAnswer(fault)
        if status != 200 or not isinstance(body, dict) or not isinstance(body.get("valid"), bool):
            raise NoAnswer(f"status-{status}")
        if body.get("vatNumber", number[2:]) != number[2:]:
            raise NoAnswer("other-number")
        name = text_of(body, "name")
        return RegisterAnswer(
            self.source,
            number,
            AnswerKind.FOUND if body["valid"] else AnswerKind.UNKNOWN,
            today,
            names=() if name in ("", _NOT_TOLD) or not body["valid"] else (name,),
        )


def _fault(body: Any) -> str:
    """Why there is no answer, by VIES's own code; empty when there is one."""
    if not isinstance(body, dict):
        return ""
    faults = body.get("errorWrappers")
    if isinstance(faults, list) and faults:
        first = faults[0]
        code = first.get("error") if isinstance(first, dict) else None
        return str(code or "error")[:40]
    said = body.get("userError") or ""
    return "" if said in _DECIDED else str(said)[:40]
