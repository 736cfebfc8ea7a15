"""Where a request comes from: the address of the browser, also behind our own web servers."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from fastapi import Request

from intake.mail.authentication import in_networks


def address(request: Request, trusted_proxies: Sequence[str]) -> str:
    """The address of the browser.

    Each web server adds, at the right of X-Forwarded-For, whom it was talking to. The last of them
    is known by its connection; an entry is believed only as far as the one who wrote it is a web
    server of ours.

    Args:
        trusted_proxies: addresses and networks of our own web servers; nobody else's header is
            read.
    """
    known = request.client.host if request.client else ""
    told = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for entry in filter(None, map(str.strip, reversed(told))):
        if not in_networks(known, trusted_proxies):
            break
        before = _address(entry)
        if before is None:
            break
        known = before
    return known


def _address(entry: str) -> str | None:
    """The address of an entry, without the port that some web servers add; None when it is none."""
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(entry.partition("%")[0])
    except ValueError:
        return None
    return (
        str(parsed.ipv4_mapped or parsed)
        if isinstance(parsed, ipaddress.IPv6Address)
        else str(parsed)
    )
