"""The finance package as another program: it knows intake by its OpenAPI file only.

It runs in an environment of its own (``tests/api/client.lock``) with the client that was made from that
file, and prints what it got.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
from finance_client import AuthenticatedClient
from finance_client.api.default import (
    get_batch,
    get_table,
    list_batches,
    make_batch,
    report_batch,
    report_payment,
)
from finance_client.models import BatchState, Fate, FileMessage, Payment, Wanted


def take(address: str, token: str) -> dict[str, Any]:
    """Make a batch, book it, pay its first invoice and block its second."""
    with AuthenticatedClient(base_url=address, token=token) as client:
        made = make_batch.sync(client=client, body=Wanted(municipality="almere"))
        number = made.batch.number
        whole = get_batch.sync(number, client=client)
        table = get_table.sync_detailed(number, "csv", client=client)
        states = [BatchState.DELIVERED, BatchState.BOOKED]
        told = [
            report_batch.sync_detailed(number, client=client, body=Fate(state=state))
            for state in states
        ]
        for position, payment in (
            (1, Payment(paid_on=dt.date(2026, 12, 1))),
            (2, Payment(blocked="dispute-7")),
        ):
            told.append(report_payment.sync_detailed(number, position, client=client, body=payment))
        listed = list_batches.sync(client=client)
        return {
            "same": whole.to_dict() == made.batch.to_dict(),
            "invoices": [
                [each.number, each.gross, each.supplier_iban, each.cost_centre]
                for each in whole.invoices
            ],
            "table": len(table.content),
            "told": [answer.status_code for answer in told],
            "states": [head.state for head in listed],
        }


def received(openapi: dict[str, Any], messages: list[dict[str, Any]]) -> list[str]:
    """The names of the files that messages of the webhook brought, each as the OpenAPI file says it."""
    described = openapi["webhooks"]["batch.file"]["post"]
    body = described["requestBody"]["content"]["application/json"]["schema"]
    schema = {**openapi, **body}
    names = []
    for message in messages:
        jsonschema.Draft202012Validator(schema).validate(message["body"])
        for header in described["parameters"]:
            assert header["in"] == "header"
            assert header["name"] in message["headers"]
        file = FileMessage.from_dict(message["body"]).data
        content = base64.b64decode(file.content, validate=True)
        assert hashlib.sha256(content).hexdigest() == file.sha256
        names.append(file.name)
    return names


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answer: Any = (
        take(asked["address"], asked["token"])
        if "address" in asked
        else received(asked["openapi"], asked["messages"])
    )
    print(json.dumps(answer))
