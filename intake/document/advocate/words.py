"""The advocate's own words: what may stand beside a value, in Dutch, English, German and French."""

from __future__ import annotations

import re

KVK = (
    r"(?:k\s?\.?\s?v\s?\.?\s?k\b\.?|kvk\w*|kamers?\s+van\s+koophandel|koophandel|handelsreg\w*|hr-?n\w*"
    r"|coc\b|chamber\s+of\s+comm\w*|trade\s+reg\w*|company\s+reg\w*|registre\s+du\s+comm\w*)"
)
_AT_KVK = re.compile(KVK + r"[^\d]{0,30}$", re.I)

_OTHER = (
    r"klant|debiteur|debtor|cli[eë]nt|relatie|opdracht|order|bestel|beschikking|toewijzing|dossier|zaak"
    r"|agb|\bbig\b|skj|rsin|fiscaal|loonheffing|factuur|factnr|fact\.|nota|declaratie|rekening|invoice"
    r"|rechnung|facture|kenmerk|referentie|\bref\b|reference|contract|project|polis|vestiging|\blid"
    r"|certifica|\biso\b|hkz|bic|swift|artikel|article|product|bank|account|iban|periode"
    r"|transacti|\blev|leverancier|vendor|supplier|\brit\b|medewerker|kostenplaats|crediteur|aanbieder"
    r"|bsn|burgerservice|sofi|verzekerde|pati[eë]nt|customer|kunden|job|ticket|vat|btw|ust|tva"
    r"|mwst|tax|steuer|postbus|machtiging|incassant|lidnummer|zorgkantoor|uzovi|gln|ean|kassa|bon\b"
)
_LEADER = re.compile(r"\s*(?:[._·…]\s?){2,}|\s{2,}")
"""Dots that lead the eye to a value."""
_OF_LABEL = (
    r"nummers?|nrs?|no|num|code|number|id|kenmerk|van|de|het|der|uw|gemeente|praktijk|zorgverlener|organisatie"
    r"|account|rekening|identificatie|datum|en"
)
_AT_OTHER = re.compile(rf"(?:{_OTHER})[^\W\d]*(?:[\s./()-]*(?:{_OF_LABEL})\b)*[\W_]{{0,12}}$", re.I)
_PHONE_WORDS = r"tel\w*|tel\.|t:|phone|telefoon|mobiel|mob\w*|gsm|bel\w*|telefon|t[ée]l[ée]phone"
PHONE = rf"(?<!\w)(?:{_PHONE_WORDS})\.?"

DATE = (
    r"(?:factuur\s?datum|nota\s?datum|rekening\s?datum|declaratie\s?datum|datum(?:\s+(?:factuur|nota))?"
    r"|dagtekening|gedateerd|opgemaakt|(?:invoice\s|issue\s)?date(?:\s+of\s+issue)?|rechnungsdatum"
    r"|date\s+de\s+(?:la\s+)?facture|d\.d\.)"
)
_AT_DATE = re.compile(rf"(?<!\w){DATE}\W{{0,4}}$", re.I)
_OTHER_DATES = (
    r"verval|betaa?l|voldaan|voldoen|uiterlijk|\bv[oó][oó]r\b|\bdue\b|\bpay|before|f[äa]llig|zahlbar"
    r"|[ée]ch[ée]ance|p[ée]riod|looptijd|geldig|valid|t/m|tot en met|\btot\b|\bfrom\b|\bbis\b|until"
    r"|geboo?r|\bgeb\b\.?|birth|lever(?!anc)|delivery|begin|\beinde?\b|\bstart|\bsinds\b|afgesproken"
    r"|afspraak|order|opdracht(?!gev)|beschikking|contract|offerte"
)
_OTHER_DATE = re.compile(
    rf"(?:{_OTHER_DATES})[^\W\d]*(?:[ -](?:datum|date)\b)?(?: (?-i:[a-zà-ÿ]+))?"
    r"(?:\W{0,3}\b(?:op|per|van|vanaf|is|was|de|het|den|on|by|von|am|le|du|dd)\b)*[^\w.;!?]{0,12}$",
    re.I,
)
"""Its own label right before: further away, it is another thing's."""
RANGE_AFTER = re.compile(r"(?:t/m|tot|–|—|-|/|tem|through|to|bis|au|until)\s*\d", re.I)
AT_PERIOD = re.compile(
    r"(?<!\w)(?:week|wk|periode|maand|kwartaal|jaar|versie|artikel|art)\W*$", re.I
)
RANGE_BEFORE = re.compile(
    r"(?<!\d)\d{1,4}\s*(?:t/m|tot(?: en met)?|–|—|-|/|tem|through|to|bis|au|until)\s*$", re.I
)
_MONTHS = {
    1: ("januari", "january", "januar", "janvier", "jan"),
    2: ("februari", "february", "februar", "février", "feb"),
    3: ("maart", "march", "märz", "mars", "mrt", "mar"),
    4: ("april", "avril", "apr"),
    5: ("mei", "may", "mai"),
    6: ("juni", "june", "juin", "jun"),
    7: ("juli", "july", "juillet", "jul"),
    8: ("augustus", "august", "août", "aug"),
    9: ("september", "septembre", "sept", "sep"),
    10: ("oktober", "october", "octobre", "okt", "oct"),
    11: ("november", "novembre", "nov"),
    12: ("december", "dezember", "décembre", "dec", "dez"),
}

NUMBER_LABEL = (
    r"(?:[^\W\d_]{0,20}(?:pro\s?forma\s?)?(?:factuur|faktuur|fact\.?|nota|rekening|declaratie"
    r"|invoice|inv\.?|rechnungs?|facture|bill)\s*(?:[-.]\s*)?(?:nummer|nr\.?|no\.?|number|num\.?|numm?er"
    r"|n\s?[°º]|#|id|code|kenmerk|ref\w*|volgnummer)?(?![^\W\d_])(?:\s*/\s*datum)?|volgnummer|(?:ons|onze)\s+"
    r"(?:kenmerk|referentie|ref\.?))"
)
ANY_NUMBER_LABEL = r"[^\W\d_]*(?:nummer|nr|number|num|no|n\s?[°º])(?![^\W\d_])\.?"
"""Some number's label: it may be the invoice's unless it says whose it is."""
IS_NUMBER_LABEL = re.compile(NUMBER_LABEL + r"\W*", re.I)
QUOTING = r"onder vermelding van|o\.?\s?v\.?\s?v\.?|vermeld\w*|mention\w*|quot\w*|unter angabe\w*"
_EARLIER = r"oude?|vorige|eerdere"
_OTHERS = r"klant\w*|cli[eë]nt\w*|order\w*|debiteur\w*|relatie\w*"
_YOUR = r"uw|jouw|jullie|your|ihre?|votre"
OTHERS = re.compile(
    rf"\b(?:(?:{_EARLIER})(?:[ -]?{NUMBER_LABEL})?|{_OTHERS}|(?:{_YOUR})\W{{1,3}}(?:kenmerk|ref\w*\.?))"
    r"[\W_]*$",
    re.I,
)
"""An earlier invoice's, before its label too; a client's or an order's, right before the value."""
_VAT_LABEL = (
    r"(?:btw|b\.t\.w\.?|vat|tva|ust|mwst|tax)[\w-]*"
    r"(?:(?:\W{1,3}|\.\W{3})(?:nummer|nr|number|no|id|identificatie\w*)\b)*\.?"
)
BUYERS = re.compile(
    rf"\b(?:{_YOUR}|afnemer|klant|customer|cli[eë]nt)\W{{1,3}}{_VAT_LABEL}\W*$"
    rf"|{_VAT_LABEL}\W{{1,3}}(?:van\s+(?:de\s+)?)?(?:afnemer|klant|customer|cli[eë]nt|gemeente)\W*$",
    re.I,
)
"""The btw number of whom the invoice is for."""
VAT = re.compile(r"btw|b\.t\.w|vat|tva|ust|mwst|tax|omzetbelasting", re.I)

EXEMPTION = re.compile(
    r"vrij\s?gesteld|vrijstelling|vrij\s+van\s+(?:btw|b\.t\.w|omzet)|(?:btw|omzetbelasting)[- ]?vrij"
    r"|vrij\w*\s+(?:art\w*\.?)|\bart(?:ikel)?\.?\s?11\b|kleine?\s?-?ondernem|\bkor\b|kor-regeling"
    r"|onbelast|(?:geen|zonder|0\s?%|nul)\s+(?:btw|b\.t\.w\.?|omzetbelasting)|exempt|steuerfrei|steuerbefrei"
    r"|kleinunternehmer|§\s?(?:4|19)|exon[ée]r|franchise|verlegd|reverse\s+charge|niet\s+btw-?plichtig"
    r"|(?:btw|vat|ust)\W{0,3}0\s?%",
    re.I,
)
NET_TOTAL = re.compile(
    r"(?<!\w)(?:(?:sub)?totaal(?:bedrag)?|(?:factuur)?bedrag)\W{1,3}zonder\s+(?:btw|b\.t\.w\.?|omzetbelasting)",
    re.I,
)
"""The label of the amount before btw, where an amount of btw comes on top of it."""
DENIAL = re.compile(
    r"\b(?:niet|geen|not|kein|keine|nicht|non|no longer|zonder)\b(?!\s*(?:btw|van toep))", re.I
)

FIRM = re.compile(
    r"(?<!\w)(?:b\.?v\.?|v\.?o\.?f\.?|n\.?v\.?|u\.a\.|gmbh|ltd|stichting|maatschap|co[öo]peratie|vereniging"
    r"|praktijk|centrum|instituut|collectief|groep|zorg\w*|\w+zorg|begeleiding\w*|therapie\w*|coaching"
    r"|h\.?\s?o\.?\s?d\.?\s?n\.?|handelend)(?!\w)",
    re.I,
)
STREET = (
    r"(?<!\w)[A-Za-zÀ-ÿ'’.\- ]{0,40}(?:straat|str\.|laan|weg|plein|kade|gracht|dijk|singel|hof|pad|park"
    r"|dreef|steeg|markt|plantsoen|boulevard|ring|erf|oord|burg|dam|haven|wal|veld|kamp|akker|brink|hoek|werf|steen|rade|"
    r"baan|poort|allee|stra(?:ss|ß)e|street|road|avenue|lane|rue|square|meent|gaard|schans|tuin|zijde|eiland)"
    r"\W{1,3}\d{1,4}\s?[a-zA-Z]{0,3}(?!\d)"
)
MONEY_AFTER = re.compile(r"(?:euro|eur|€|%|uur|uren|hours|km|stuks|minuten|min\b)", re.I)


BLOCKED = re.compile(r"\bg\W{0,2}(?:rek|account)\w*\.?(?:\s*nr)?\W*$|geblokkeerd", re.I)


def ends_with_kvk(text: str) -> bool:
    """A label of the trade register stands right before."""
    return bool(_AT_KVK.search(text))


def ends_with_other_label(text: str) -> bool:
    """The label of another number stands right before, without a value of its own."""
    return not ends_with_kvk(text) and bool(_AT_OTHER.search(_LEADER.sub(" ", text)))


_OF_ANOTHER = re.compile(
    rf"{_OTHER}|{KVK}|{PHONE}|huis|blad|pagina|page|seite|regel|toestel|kamer|\bpos|fax|gironr",
    re.I,
)
_LAST_WORDS = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[\W_]+[^\W\d_]+){0,2}[\W_]*$")


def ends_with_label_of_another(text: str) -> bool:
    """The last words, after any digit, name another number than an invoice's."""
    last = _LAST_WORDS.search(text)
    return ends_with_kvk(text) or (last is not None and bool(_OF_ANOTHER.search(last.group())))


_IS_ANY_NUMBER_LABEL = re.compile(rf"(?:[^\W\d_]+\s)?{ANY_NUMBER_LABEL}\W*", re.I)


def could_announce_number(label: str) -> bool:
    """A label for the number of an invoice, or of nothing that it names."""
    if IS_NUMBER_LABEL.fullmatch(label):
        return True
    return bool(_IS_ANY_NUMBER_LABEL.fullmatch(label)) and not ends_with_label_of_another(label)


def ends_with_other_date(text: str) -> bool:
    """The label of another date stands right before: due, of a period, of a birth."""
    return bool(_OTHER_DATE.search(_LEADER.sub(" ", text.rstrip())))


def ends_with_date_label(text: str) -> bool:
    return bool(_AT_DATE.search(text)) and not ends_with_other_date(text)


def month(word: str) -> int | None:
    """The month that is meant, one slip of the pen forgiven in a long name."""
    word = word.casefold().rstrip(".")
    for number, names in _MONTHS.items():
        for name in names:
            if word == name or (len(name) > 4 and len(word) >= 4 and _nearly(word, name)):
                return number
    return None


def _nearly(word: str, name: str) -> bool:
    """One letter too many, too few, other, or two exchanged."""
    if abs(len(word) - len(name)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), len(name))
    rest, wanted = word[at:], name[at:]
    return (
        rest[1:] == wanted
        or rest == wanted[1:]
        or rest[1:] == wanted[1:]
        or (rest[1::-1] == wanted[:2] and rest[2:] == wanted[2:])
    )
