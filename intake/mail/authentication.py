"""What our own border mail server found out about the sender: Authentication-Results (RFC 8601) and
Received (RFC 5321 §4.4).

Both fields are trusted only where nobody outside can have written them: at or above the topmost
Received that names one of our border hosts after ``by``. Anything that does not follow the grammar
counts as absent.

Exchange Online names no server in Authentication-Results, against RFC 8601, and puts its own above
the sender's: there only the topmost one of the whole header counts, and only dmarc=pass.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from intake.mail.headers import unquoted

Headers = Sequence[tuple[str, str]]

_MAX_FIELD = 8_000
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~@:-]+")
_RESULT = re.compile(r"([A-Za-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([A-Za-z]+)")
_PROPERTY = re.compile(
    r"\s+([A-Za-z0-9-]+)\s*(?:\.\s*([A-Za-z0-9_-]+))?\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^\s;\"]+)"
)
_NO_COMMENT = re.compile(r"(?:[^\"()]|\"(?:[^\"\\]|\\.)*\")+", re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
_BY = re.compile(r"(?:^|\s)by\s+([A-Za-z0-9._-]+)", re.IGNORECASE)
EXCHANGE_HOSTS = ("*.mail.protection.outlook.com",)
"""What takes mail in for Exchange Online, as its Received says."""
_EXCHANGE_METHODS = frozenset({"spf", "dkim", "dmarc", "compauth"})
_DOMAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_ADDRESS = re.compile(r"(?:IPv6:)?([0-9A-Fa-f.:]{3,45})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result: ``dkim=pass header.d=example.nl``."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def parse_results(value: str) -> tuple[str, tuple[Result, ...]] | None:
    """Parse one Authentication-Results value: (authserv-id, results); None when it breaks the
    grammar (RFC 8601 §2.2).
    """
    plain = _without_comments(value) if len(value) <= _MAX_FIELD else None
    if plain is None:
        return None
    head, *statements = _split(plain)
    first, *version = head.split() or [""]
    name = first.strip('"')
    if version not in ([], ["1"]) or not _TOKEN.fullmatch(name):
        return None
    if not "".join(statements[-1:]).strip():
        statements = statements[:-1]
    said = [_statement(text) for text in map(str.strip, statements) if text.lower() != "none"]
    if None in said:
        return None
    return name.lower(), tuple(filter(None, said))


def parse_exchange_results(value: str) -> tuple[Result, ...] | None:
    """Parse one Authentication-Results value of Exchange Online: results, with our own domain
    between them in its older form; None for everything else, a value with an authserv-id too.
    """
    plain = _without_comments(value) if len(value) <= _MAX_FIELD else None
    if plain is None:
        return None
    first, *others = (text.strip() for text in _split(plain))
    written = [first, *(text for text in others if text and not _DOMAIN.fullmatch(text))]
    results = [_statement(text) for text in written]
    found = tuple(filter(None, results))
    is_whole = len(found) == len(results) and _EXCHANGE_METHODS.issuperset(r.method for r in found)
    return found if is_whole else None


def _statement(statement: str) -> Result | None:
    start = _RESULT.match(statement)
    if not start:
        return None
    properties: dict[str, str] = {}
    rest = statement[start.end() :]
    while rest.strip():
        match = _PROPERTY.match(rest)
        if not match:
            return None
        name = f"{match.group(1)}.{match.group(2)}" if match.group(2) else match.group(1)
        value = match.group(3)
        properties[name.lower()] = unquoted(value[1:-1]) if value.startswith('"') else value
        rest = rest[match.end() :]
    return Result(start.group(1).lower(), start.group(2).lower(), properties)


def _split(value: str) -> list[str]:
    """At the semicolons outside quotes."""
    return [
        piece[0]
        for piece in re.finditer(r"(?:\"(?:[^\"\\]|\\.)*\"|[^;\"]|\")*", value)
        if piece.start() == 0 or value[piece.start() - 1] == ";"
    ]


def _without_comments(value: str) -> str | None:
    """Comments (nested, with quoted pairs) replaced by a space; None when one does not close."""
    kept: list[str] = []
    position = 0
    while position < len(value):
        if value[position] == "(":
            after = _after_comment(value, position)
            kept.append(" ")
        else:
            plain = _NO_COMMENT.match(value, position)
            after = plain.end() if plain else None
            kept.append(value[position:after])
        if after is None:
            return None
        position = after
    return "".join(kept)


def _after_comment(value: str, start: int) -> int | None:
    depth = 0
    for sign in _IN_COMMENT.finditer(value, start):
        depth += {"(": 1, ")": -1}.get(sign.group(), 0)
        if depth == 0:
            return sign.end()
    return None


def _results_of(headers: Headers, ids: Collection[str]) -> list[Result]:
    fields = [parse_results(value) for name, value in headers if name == "authentication-results"]
    return [result for parsed in fields if parsed and parsed[0] in ids for result in parsed[1]]


def border(headers: Headers, border_hosts: Iterable[str]) -> int | None:
    """Index of the topmost Received that one of our border hosts wrote; None when there is none."""
    hosts = [host.lower().rstrip(".") for host in border_hosts]
    for index, (name, value) in enumerate(headers):
        if (
            name == "received"
            and (by := _BY.search(value[:_MAX_FIELD]))
            and _is_named(by.group(1).lower().rstrip("."), hosts)
        ):
            return index
    return None


def _is_named(host: str, names: Iterable[str]) -> bool:
    """``*.x`` is any name within x."""
    return any(
        host.endswith(name[1:]) and host != name[1:] if name.startswith("*.") else host == name
        for name in names
    )


def authenticated(
    headers: Headers,
    from_domain: str | None,
    authserv_ids: Iterable[str],
    border_hosts: Iterable[str],
) -> bool:
    """Whether our border host vouches for the domain in From: dmarc=pass, or an aligned spf or dkim
    pass.
    """
    limit = border(headers, border_hosts)
    if limit is None or not from_domain or sum(name == "from" for name, _ in headers) != 1:
        return False
    results = _results_of(headers[:limit], set(map(str.lower, authserv_ids)))
    verdicts = {result.result for result in results if result.method == "dmarc"}
    if verdicts - {"pass", "none", "bestguesspass"}:
        return False
    return any(result.result == "pass" and _vouches(result, from_domain) for result in results)


def authenticated_by_exchange(
    headers: Headers, from_domain: str | None, border_hosts: Iterable[str]
) -> bool:
    """Whether Exchange Online found dmarc=pass for the domain in From.

    Its compauth counts for nothing: it is a guess too. Mail within the organisation has no border,
    and so no proof.
    """
    limit = border(headers, border_hosts)
    top = next((i for i, (name, _) in enumerate(headers) if name == "authentication-results"), None)
    if limit is None or top is None or top > limit or not from_domain:
        return False
    if sum(name == "from" for name, _ in headers) != 1:
        return False
    results = parse_exchange_results(headers[top][1]) or ()
    verdicts = [result for result in results if result.method == "dmarc"]
    return bool(verdicts) and all(
        verdict.result == "pass" and _vouches(verdict, from_domain) for verdict in verdicts
    )


def _vouches(result: Result, from_domain: str) -> bool:
    names = {
        "dmarc": ("header.from",),
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.from"),
    }.get(result.method, ())
    return any(
        aligned(result.properties[name].rpartition("@")[2], from_domain)
        for name in names
        if name in result.properties
    )


def aligned(domain: str, from_domain: str) -> bool:
    """Relaxed alignment (RFC 7489 §3.1): the same domain, or one inside the other; a bare top-level
    domain never counts.
    """
    shorter, longer = sorted(
        (domain.lower().strip("<>. "), from_domain.lower().strip(". ")), key=len
    )
    return (bool(shorter) and shorter == longer) or (
        "." in shorter and longer.endswith("." + shorter)
    )


def peer_is_in(received: str, networks: Sequence[str]) -> bool:
    """Whether every address in the from-part of a Received lies in ``networks``.

    The HELO name is the sender's own and may look like an address, so one strange address spoils
    all.
    """
    by = _BY.search(received[:_MAX_FIELD])
    clause = received[: by.start()] if by else ""
    addresses = [a for piece in re.split(r"[\s()\[\]=,]+", clause) if (a := _ip(piece))]
    return bool(addresses) and all(in_networks(str(address), networks) for address in addresses)


def in_networks(address: str | None, networks: Sequence[str]) -> bool:
    """Whether an IP address lies in one of the networks (CIDR); an IPv4 address inside IPv6 counts
    as IPv4.
    """
    parsed = _ip(address or "")
    return parsed is not None and any(
        parsed in ipaddress.ip_network(network, strict=False) for network in networks
    )


def is_loopback(address: str) -> bool:
    return in_networks(address, _LOOPBACK)


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    match = _ADDRESS.fullmatch(text.strip("[]").removesuffix("."))
    if not match:
        return None
    try:
        parsed = ipaddress.ip_address(match.group(1))
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, ipaddress.IPv6Address) else parsed
