"""Warms up the reader of e-invoices and the rules of EN 16931 in a template."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from intake.document.readers.warmup import _BUYER


def _warm_einvoice(task: Callable[..., Any]) -> None:
    from intake.document.einvoice import samples, terms

    terms.prepare()
    for xml in (samples.UBL, samples.CII):
        task(xml, {"buyer": _BUYER}, [])


_LONGEST = 60.0


_MOST_ROUNDS = 40


def _warm_validation(task: Callable[..., Any]) -> None:
    from intake.document.einvoice import samples, validator

    validator.prepare()
    quickest = _LONGEST
    for _ in range(_MOST_ROUNDS):
        begun = time.process_time()
        for xml in (samples.UBL, samples.CII):
            task(xml, {"standard": "urn:cen.eu:en16931:2017"}, [])
        took = time.process_time() - begun
        if took > 3 * quickest:
            # Saxon's memory has just been cleaned: no child starts with a full one (250 ms)
            return
        quickest = min(quickest, took)
