"""Who sent a mail, by which road, and whether a machine wrote it (RFC 3834, faults of mail loops).

Ignoring a person's mail is the fault to avoid. So automation is decided by strong signs only, and
never for a mail that carries a file which could be an invoice; the weak signs (Precedence,
Auto-Submitted on an invoice program's mail) only keep a reply from leaving by itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from email.utils import parseaddr

from intake.mail import authentication, fetched, portals, tnef
from intake.mail.headers import message_ids, normal_address
from intake.model.examination import Line, note
from intake.model.mail import Automation, Envelope, Mail, Part, PartKind, PortalNotice, Road, Sender
from intake.profile import Profile
from intake.sections import Border

LOOP_FIELD = "x-intake-loop"
"""Field that marks every mail of ours; its value is our own address."""
MAX_HOPS = 50
"""Received fields of a mail that runs in circles."""

_NO_FILES = frozenset(
    {
        PartKind.SIGNATURE,
        PartKind.CALENDAR,
        PartKind.EMPTY,
        PartKind.HTML,
        PartKind.MAIL,
        PartKind.TEXT,
    }
)
_DAEMON = re.compile(r"(?:mail(?:er)?[-_.]?daemon|microsoftexchange[0-9a-f]{20,})$", re.IGNORECASE)
_POSTMASTER = re.compile(
    r"(?:post[-_.]?master|mail[-_.]?delivery(?:[-_.]?(?:system|subsystem))?|mailsysteem|mail[-_.]?system"
    r"|mdaemon)$",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"(?:(?:do-?)?no[-_.]?t?[-_.]?reply|geen-?antwoord|bounces?|notifications?)(?:$|[-+=_.])",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver|undelivered|delivery (?:status|failure|has failed|incomplete)|mail"
    r" delivery|returned mail|failure notice|warning: message|"
    r"onbestelbaar|niet bezorgd|niet afgeleverd|kan niet worden"
    r" bezorgd|bezorging|unzustellbar|nicht zustellbar|delayed mail)",
    re.IGNORECASE,
)
_ABSENCE_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,30}\]\s*)?(?:\W?automati(?:sch|c|sche|que)\W?"
    r" ?(?:antwoord|bericht|reply|response|antwort|e-?mail)|auto(?:matic)?[-"
    r" ]?(?:reply|respon[sd]e?r?)|\[auto|"
    r"out[- ]of[- ](?:the[- ])?office|afwezig|afwezigheid|niet aanwezig|ik ben (?:niet|afwezig|met"
    r" vakantie)|abwesen|abwesenheit|vakantie|ontvangstbevestiging|"
    r"wij hebben (?:uw|je) (?:e-?mail|bericht) ontvangen|bevestiging van"
    r" ontvangst)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"\s*(?:read|not read|gelezen|(?:niet|on)[ -]?gelezen(?: verwijderd)?"
    r"|leesbevestiging(?: \(weergegeven\))?|ontvangen"
    r"|read receipt|return receipt \(displayed\)|gelesen|ungelesen|lesebest[äa]tigung|lu|non lu"
    r"|deleted|verwijderd)\s*(?::|-\s)",
    re.IGNORECASE,
)
_RECEIPT_TEXT = re.compile(
    r"\b(?:gelezen|gelesen|read|displayed|weergegeven|angezeigt|lu|(?:was |is )?deleted|verwijderd)\b",
    re.IGNORECASE,
)
_RECEIPT_FIELD = r"(?:aan|to|an|à|onderwerp|subject|betreff|objet|verzonden|sent|gesendet|envoyé)"
_RECEIPT = re.compile(
    r"\W*(?:(?:gelezen|gelesen|read|displayed|lu)\W*"
    r"|(?:uw|je|jouw|your|ihre?|deine|votre) (?:e-?mail|bericht|message|nachricht)(?:bericht)?\s+"
    rf"(?:{_RECEIPT_FIELD}\s?:[^\n]*\n\s*){{0,5}}(?:{_RECEIPT_FIELD}\s?:[^\n]*(?:\n\s*|[^\S\n]))?"
    r"(?:is|was|has been|werd|wurde|a été)\s+(?:(?!(?:en|and|und|et)\b)[\w:.-]+\s+){0,6}?"
    r"(?:gelezen|weergegeven|verwijderd|read|displayed|deleted|gelesen|angezeigt|gelöscht|lu)\b"
    r"(?:\s(?!.*\b(?:en|maar|ik|wij|we|and|but|i|und|aber|ich|wir|et|mais|je|nous)\b)[^.!?]*\d[^.!?]*)?\W*)",
    re.IGNORECASE,
)
"""All that stands in a receipt without a report: "Uw bericht is gelezen op 16-11-2026."."""
_SHORT_RECEIPT = 600
"""Characters of a receipt that a program writes."""
_LOGO_NAME = re.compile(
    r"(?:image\d{3}|outlook-|.{0,30}(?:logo|banner|handtekening))", re.IGNORECASE
)
"""How programs name the pictures of a signature; a telephone names a photo "image0.jpeg"."""
_AUTO_REPLY = ("auto_reply", "auto-reply")
_AUTORESPONDERS = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply",
)  # fmt: skip
_STATUS_TYPES = frozenset({"message/delivery-status", "message/feedback-report"})
_REPORT_TYPES = ("message/", "text/rfc822-headers", "text/calendar", "application/ics")
_ANSWERED_INVITATION = re.compile(rb"^METHOD:(?:REPLY|COUNTER)\s*$", re.MULTILINE)
_OUR_WORK = re.compile(
    r"(?:factu(?:ur|ren|re)|declaratie|invoice|rechnung|rekening|creditnota|beschikking)\w{0,6}\W{0,4}(?:(?:nummer|nr|no)\W{0,4})?[a-z]{0,6}[-/"
    r" ]?\d|"
    r"\b(?:onze|ons|mijn|uw|jullie|je|deze|our|your|my|openstaande|bijgaande)\s(?:\w{1,20}\s)?(?:factu|declarati|invoice|rekening|cli[eë]nt|beschikking|betaling)",
    re.IGNORECASE,
)


def judge(
    mail: Mail, envelope: Envelope, profile: Profile, border: Border, own: frozenset[str]
) -> Sender:
    """Judge the sender of a mail.

    Never looks at a reply-to: a reply goes to the envelope sender, else to From (RFC 3834 §4).
    ``own`` has every address of ours. ``confirm_reply`` is set when only weak signs speak against
    an automatic reply: it is prepared, a clerk sends it.
    """
    fields = _Fields(mail, envelope)
    by_hand = envelope.source == fetched.SOURCE
    notice = None if by_hand and fetched.WRAPPED in fields else _notice(fields, profile)
    automation, why = _automation(fields, own, notice)
    address = fields.reply_to
    forbidden = _forbids_reply(fields, automation, address, own)
    if by_hand and fetched.WRAPPED in fields:
        forbidden = "who wrote it is not known"
    weak = "a file that a clerk brought" if by_hand else _weak_sign(fields, address)
    trusted = _headers_can_be_trusted(envelope, border)
    domain = mail.sender.rpartition("@")[2] if mail.sender else None
    return Sender(
        address=address,
        road=_road(mail, envelope, profile, border, trusted),
        automation=automation,
        authenticated=trusted and _is_authenticated(mail, domain, envelope, border),
        may_reply=forbidden is None,
        why=why or forbidden or weak or "no sign of a machine",
        confirm_reply=forbidden is None and weak is not None,
        notice=notice if automation is Automation.PORTAL else None,
    )


class _Fields:
    """The header by name, and the few facts that several rules ask."""

    def __init__(self, mail: Mail, envelope: Envelope) -> None:
        self.mail = mail
        self._values: dict[str, list[str]] = {}
        for name, value in mail.headers:
            self._values.setdefault(name, []).append(value)
        self.return_path = envelope.sender if envelope.sender is not None else self._return_path()
        self.null_sender = self.return_path == ""
        self.local = (mail.sender or "").rpartition("@")[0].lower()
        self.files = list(filter(_is_file, mail.parts))
        self.documents = [part for part in self.files if not _is_logo(part)]
        """Without the pictures that a program put there, in whatever form: an absence notice has a
        logo."""

    def get(self, name: str) -> str:
        """First value, lower-case and stripped; empty when absent."""
        return next(iter(self._values.get(name, [])), "").strip().lower()

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self._values

    @property
    def reply_to(self) -> str | None:
        if self.null_sender:
            return None
        return normal_address(self.return_path) if self.return_path else self.mail.sender

    @property
    def auto_submitted(self) -> str:
        value = re.split(r"[\s;(]", self.get("auto-submitted"))[0]
        return "" if value == "no" else value

    @property
    def precedence(self) -> bool:
        return self.get("precedence") in ("bulk", "junk", "list", *_AUTO_REPLY)

    @property
    def suppresses_replies(self) -> bool:
        return any(word in self.get("x-auto-response-suppress") for word in ("all", "autoreply"))

    def _return_path(self) -> str | None:
        written = self.all("return-path")
        return parseaddr(written[0][:1000])[1] if written else None


def _is_file(part: Part) -> bool:
    """Whether a person may have sent it: no picture in the text, and nothing that machines add."""
    if part.kind in _NO_FILES or (part.kind is PartKind.IMAGE and part.inline):
        return False
    by_machine = part.declared_type.startswith(_REPORT_TYPES)
    return not by_machine and not part.data.startswith(tnef.SIGNATURE)


def _is_logo(part: Part) -> bool:
    """Whether it is a picture in the text, or has the name of one: no photo of an invoice."""
    if part.kind is PartKind.PDF or not (
        part.kind is PartKind.IMAGE or part.declared_type.startswith("image/")
    ):
        return False
    return part.inline or _LOGO_NAME.match(part.file_name or "") is not None


def _notice(fields: _Fields, profile: Profile) -> PortalNotice | None:
    pdf = any(part.kind is PartKind.PDF for part in fields.files)
    return portals.of(profile.name).notice(
        fields.mail, _is_mass_mail(fields), bool(fields.files), pdf
    )


def _automation(
    fields: _Fields, own: frozenset[str], notice: PortalNotice | None
) -> tuple[Automation, str | None]:
    """Which machine wrote the mail, with the reason; PERSON unless a strong sign says otherwise."""
    if fields.get(LOOP_FIELD) in own:
        return Automation.OWN, "carries our own loop mark"
    bounce = _bounce(fields)
    if bounce:
        return Automation.BOUNCE, bounce
    if notice:
        return Automation.PORTAL, "a code of a portal" if notice.code else "a notice of a portal"
    if fields.documents or fields.mail.fatal:
        return Automation.PERSON, None
    absence = _auto_reply(fields)
    if absence:
        return Automation.AUTO_REPLY, absence
    if fields.files:
        return Automation.PERSON, None
    if _newsletter(fields):
        return Automation.LIST, "list fields, no file, and nothing about invoices"
    return Automation.PERSON, None


def _bounce(fields: _Fields) -> str | None:
    """A delivery report: RFC 3464, or the older forms of Exim, qmail and others."""
    from_daemon = bool(_DAEMON.match(fields.local))
    if _is_delivery_report(fields, from_daemon):
        return "multipart/report"
    has_subject = bool(_BOUNCE_SUBJECT.search(fields.mail.subject))
    if from_daemon and (not fields.return_path or has_subject):
        return "from a mailer daemon"
    of_postmaster = has_subject and _POSTMASTER.match(fields.local)
    if fields.null_sender and ("x-failed-recipients" in fields or of_postmaster):
        return "null sender and the form of a bounce"
    return None


def _is_delivery_report(fields: _Fields, from_daemon: bool) -> bool:
    """RFC 3464, as far as a machine certainly wrote it; a read receipt is none."""
    content_type = fields.get("content-type")
    if not content_type.startswith("multipart/report"):
        return False
    has_status = not _STATUS_TYPES.isdisjoint(part.declared_type for part in fields.mail.parts)
    by_machine = fields.null_sender or from_daemon or "report-type" in content_type
    return "disposition-notification" not in content_type and (has_status or by_machine)


def _auto_reply(fields: _Fields) -> str | None:
    if fields.auto_submitted.startswith(("auto-replied", "auto-notified")):
        return "Auto-Submitted: auto-replied"
    if "disposition-notification" in fields.get("content-type") or any(
        part.declared_type == "message/disposition-notification" for part in fields.mail.parts
    ):
        return "read receipt"
    if any(name in fields for name in _AUTORESPONDERS):
        return "an autoresponder's field"
    if fields.get("precedence") in _AUTO_REPLY:
        return "Precedence: auto_reply"
    by_machine = any(
        (fields.auto_submitted, fields.null_sender, fields.suppresses_replies, fields.precedence)
    )
    if by_machine and _ABSENCE_SUBJECT.match(fields.mail.subject):
        return "subject of an absence notice, sent by a machine"
    return _receipt(fields, by_machine)


def _receipt(fields: _Fields, by_machine: bool) -> str | None:
    """A read receipt in another form than RFC 8098, or the answer to an invitation."""
    text = fields.mail.text.strip()
    if _RECEIPT_SUBJECT.match(fields.mail.subject) and len(text) <= _SHORT_RECEIPT:
        tells = by_machine and "?" not in text and _RECEIPT_TEXT.search(text)
        if tells or _RECEIPT.fullmatch(text):
            return "subject and text of a read receipt"
    return "answer to an invitation" if _answers_invitation(fields.mail) else None


def _answers_invitation(mail: Mail) -> bool:
    calendars = [part.data for part in mail.parts if part.kind is PartKind.CALENDAR]
    answered = bool(calendars) and all(map(_ANSWERED_INVITATION.search, calendars))
    return answered and not mail.text.strip()


def _newsletter(fields: _Fields) -> bool:
    """A mass mailing that no person wrote to us. A discussion list or a group's address (List-Post)
    is people writing; so is an answer; and a mass mailer that speaks of an invoice of ours or
    theirs is an invoice program."""
    if (
        not _is_mass_mail(fields)
        or "list-post" in fields
        or fields.mail.in_reply_to
        or fields.mail.references
    ):
        return False
    return not _OUR_WORK.search(f"{fields.mail.subject}\n{fields.mail.text[:50_000]}")


def _is_mass_mail(fields: _Fields) -> bool:
    mass = fields.get("precedence") in ("bulk", "junk") or any(
        name in fields
        for name in ("list-unsubscribe-post", "feedback-id", "x-campaign", "x-mc-user")
    )
    return "list-unsubscribe" in fields and mass


def _forbids_reply(
    fields: _Fields, automation: Automation, address: str | None, own: frozenset[str]
) -> str | None:
    """Why no reply may be made at all, or None."""
    if automation is not Automation.PERSON:
        return f"automation: {automation.value}"
    if address is None:
        return "null or no sender"
    if address.lower() in own or (fields.mail.sender or "").lower() in own:
        return "our own address"
    if LOOP_FIELD in fields:
        return "the loop mark of another intake"
    if len(fields.all("received")) > MAX_HOPS:
        return "too many hops"
    if _DAEMON.match(address.rpartition("@")[0]) or _POSTMASTER.match(address.rpartition("@")[0]):
        return "a mail system's address"
    return None


def _weak_sign(fields: _Fields, address: str | None) -> str | None:
    """Why a reply should not leave by itself, though a clerk may send it; or None."""
    own = ("x-autoreply", "x-autorespond", "x-loop", "feedback-id")
    locals_ = (fields.local, (address or "").rpartition("@")[0])
    signs = {
        "Auto-Submitted": fields.auto_submitted,
        "list fields": any(name.startswith("list-") for name, _ in fields.mail.headers),
        "Precedence": fields.precedence,
        "X-Auto-Response-Suppress": fields.suppresses_replies,
        "a mail program's fields": any(name in fields for name in own),
        "a no-reply address": any(map(_NO_REPLY.match, locals_)),
    }
    return next((sign for sign, shown in signs.items() if shown), None)


def _is_authenticated(mail: Mail, domain: str | None, envelope: Envelope, border: Border) -> bool:
    if _is_of_exchange(envelope, border):
        hosts = _border_hosts(envelope, border)
        return authentication.authenticated_by_exchange(mail.headers, domain, hosts)
    return authentication.authenticated(mail.headers, domain, border.authserv_ids, border.hosts)


def _is_of_exchange(envelope: Envelope, border: Border) -> bool:
    """Whether the mail came to a mailbox of ours that Exchange Online receives for."""
    mailboxes = {address.lower() for address in border.exchange_online}
    return bool(envelope.mailbox) and envelope.mailbox.lower() in mailboxes


def _border_hosts(envelope: Envelope, border: Border) -> tuple[str, ...]:
    of_exchange = authentication.EXCHANGE_HOSTS if _is_of_exchange(envelope, border) else ()
    return (*border.hosts, *of_exchange)


def _headers_can_be_trusted(envelope: Envelope, border: Border) -> bool:
    """Whether the top of the header was written by our own mail server.

    A mailbox's always was. At our own door it was when the peer is a relay of ours; a door open to
    everybody knows nobody.
    """
    if envelope.source == fetched.SOURCE:
        return False
    if envelope.source not in ("smtp", "lmtp"):
        return True
    if envelope.peer is None or authentication.is_loopback(envelope.peer):
        return True
    relays = [
        network
        for network in border.relays
        if ipaddress.ip_network(network, strict=False).prefixlen > 0
    ]
    return authentication.in_networks(envelope.peer, relays)


def _road(mail: Mail, envelope: Envelope, profile: Profile, border: Border, trusted: bool) -> Road:
    """Secure only when a relay of the profile stood at our own door, or at our border host's, or a
    clerk fetched the mail in a portal.
    """
    if envelope.source == fetched.SOURCE:
        return Road.PORTAL
    networks = profile.secure_relays
    if not networks:
        return Road.UNKNOWN
    if envelope.source in ("smtp", "lmtp") and authentication.in_networks(envelope.peer, networks):
        return Road.SECURE_RELAY
    hosts = _border_hosts(envelope, border)
    index = authentication.border(mail.headers, hosts) if trusted else None
    if index is not None and authentication.peer_is_in(mail.headers[index][1], networks):
        return Road.SECURE_RELAY
    return Road.UNKNOWN


def returned_ids(mail: Mail) -> tuple[str, ...]:
    """Message-IDs of the mails that a bounce gives back, so that it can be filed with the reply it
    is about.
    """
    found: list[str] = []
    for part in mail.parts:
        if part.declared_type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/delivery-status",
        ):
            found += re.findall(
                r"(?im)^(?:original-)?message-id:\s*(<[^<>\s]{1,900}>)",
                part.data[:200_000].decode("latin-1"),
            )
    return tuple(
        dict.fromkeys([*found, *message_ids(" ".join((*mail.in_reply_to, *mail.references)))])
    )


def examine(border: Border) -> Iterator[Line]:
    """What ``intake doctor`` says of the trust in our own mail servers."""
    missing = [
        name
        for name, value in (
            ("INTAKE_BORDER__AUTHSERV_IDS", border.authserv_ids),
            ("INTAKE_BORDER__HOSTS", border.hosts),
        )
        if not value
    ]
    if missing and not border.exchange_online:
        yield note(
            "border",
            "no sender counts as authenticated, so every reply waits for a clerk: set"
            f" {' and '.join(missing)} to the names that your own mail server writes",
        )
