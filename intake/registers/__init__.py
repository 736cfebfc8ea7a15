"""Public registers in which a supplier is looked up: a client for each, off unless the settings give
its address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.model.basics import local_today
from intake.model.examination import Line, fine, wrong
from intake.model.supplier import RegisterSource
from intake.registers.base import NoAnswer, PublicRegister
from intake.registers.kvk import Handelsregister
from intake.registers.vies import Vies
from intake.settings import Registers

_OF_THEIR_OWN = {RegisterSource.KVK: "59581883", RegisterSource.VIES: "NL818148605B01"}
"""Numbers to ask a register for that say nothing of a supplier; whether they are known counts for
nothing."""


def of(settings: Registers) -> tuple[PublicRegister, ...]:
    """Those that may be asked."""
    found: list[PublicRegister] = []
    if settings.kvk_address:
        key = settings.kvk_key.get_secret_value()
        found.append(Handelsregister(settings.kvk_address, key, settings.kvk_ca, settings.seconds))
    if settings.vies_address:
        found.append(Vies(settings.vies_address, settings.seconds))
    return tuple(found)


def examine(settings: Registers) -> Iterator[Line]:
    """What ``intake doctor`` says of each register that may be asked."""
    registers: Sequence[PublicRegister] = of(settings)
    for register in registers:
        try:
            register.ask(_OF_THEIR_OWN[register.source], local_today())
        except NoAnswer as error:
            yield wrong(
                "registers",
                f"{register.source}: no answer ({error.why}); invoices go on without it. Look at the"
                " address, the key and the certificates in [registers]",
            )
        else:
            yield fine("registers", f"{register.source} answers")
