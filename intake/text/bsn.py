"""The citizen service number (burgerservicenummer, BSN)."""

from __future__ import annotations

from stdnum.nl import bsn


def passes_eleven_test(digits: str) -> bool:
    """True for 8 or 9 digits that could be a BSN (11-proef).

    Shorter numbers are none, whatever stdnum fills up.
    """
    return (
        len(digits) in (8, 9)
        and digits.isascii()
        and digits.isdigit()
        and int(digits) > 0
        and bsn.checksum(digits.zfill(9)) == 0
    )
