"""How names of people are written, and which words tell that somebody is no client."""

from __future__ import annotations

import re

_PARTICLE = r"(?:van|de|der|den|ten|ter|te|el|al|ben|het|in|'t|von|la|du|di|da|op)"
_LETTER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĜĞĠĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŜŞŠŢŤŪŮŰŲŴŶŹŻŽ]"
_LOWER = r"[^\W\d_A-ZÀ-ÖØ-Þ]"
_WORD = rf"{_LETTER}(?:{_LOWER}|['’\-](?={_LETTER}|{_LOWER})|(?<=['’\-]){_LETTER}){{1,30}}"
_SURNAME = rf"(?:{_PARTICLE}\s){{0,3}}(?:'t\s)?{_WORD}"
_INITIAL = rf"(?:{_LETTER}|Th|Ch|IJ|Ph)\."
_TITLE = r"(?:(?:dhr|mevr|mw|mej|de heer|mevrouw|jongeheer|zoon|dochter)\.?\s)?"
_NAME = rf"(?:(?:{_INITIAL}\s?){{1,5}}{_SURNAME}|{_WORD}\s(?:{_INITIAL}\s?)?{_SURNAME}|{_WORD},\s?(?:(?:{_INITIAL}\s?){{1,5}}|{_WORD}))"
_CAPITALS = rf"{_LETTER}{{2,20}}(?:\s(?:VAN|DE|DER|DEN|EL|TEN|TER)){{0,3}},?\s{_LETTER}{{2,25}}"

FULL_NAME = re.compile(rf"^[\s:,\-–]*(?i:{_TITLE})({_NAME})")
"""Initials or a first name, with a family name, at the start of a text."""
CAPITAL_NAME = re.compile(rf"^[\s:,\-–]*({_CAPITALS})(?![^\W\d_])")
_NAME_LAST = re.compile(rf"(?<![^\W_])({_NAME})[\s,;:(\-–*°/]*$")
INITIALS = re.compile(
    r"^[\s:,\-–]*(?:[A-Z]\.\s?){1,5}(?:[a-z]{1,3}(?:\.\s?|\s)){0,3}[A-Z]?\.?(?![a-z])|^[\s:,\-–]*[A-Z]{2,4}(?![\w])"
)
FIRST_NAME = re.compile(rf"^[\s:,\-–]*({_LETTER}{_LOWER}{{2,15}})(?=$|[\s,;:(])")

OWN_PEOPLE = re.compile(
    r"(?<![^\W\d_])(?:\w*(?:behandelaar|behandelaars|therapeut|therapeute|psycholoog|pedagoog|verlener|verleners|aanbieder)|(?:praktijk|rekening|aandeel|kantoor|zorg)?houd(?:er|ster)|psychiater|"
    r"begeleider|begeleidster|medewerker|medewerkster|eigenaar|eigenares|eigenaresse|directeur|directrice|bestuurder|contactpersoon|contact|verwijzer|verwezen|"
    r"huisarts|jeugdarts|arts|dokter|ondernemer|zzp\w*|zelfstandige|t\.?\s?n\.?\s?v|ten name"
    r" van|namens|ondertekend|ondertekening|handtekening|getekend|"
    r"uitvoerder|uitvoering|coach|oprichter|opgericht|firmant|vennoot|maat|gemachtigde|gz|ggz|big|skj|agb|kvk|hoogachtend|groet|groeten|owner|therapist|practitioner|"
    r"director|manager|administratie|administrateur|boekhouder|crediteurenadministratie|t\.?a\.?v|professional|specialist|hulpverlener|regisseur|gezinsvoogd|"
    r"jeugdbeschermer|consulent|wijkteam)(?![^\W\d_])",
    re.IGNORECASE,
)
"""Somebody named by one of these words works there or pays; a budgethouder is a client and is told
apart by the caller."""

_NO_PERSON = re.compile(
    r"(?<![^\W\d_])(?:gemeente|municipality|zie|bijlage|periode|conform|volgens|beschikking|anoniem\w*|nvt|n\.v\.t|product\w*|code|totaal|bedrag|aantal|uren|uur|"
    r"factuur|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|cli[eë]nt\w*|jeugd\w*|pati[eë]nt\w*|omschrijving|"
    r"datum|nummer|ref\w*|wmo|individue\w+|groep\w*|ambulan\w+|hulp\w*|extra|verzorging|behandel\w+|dag(?:besteding|behandeling|deel|delen|opvang|activiteit\w*)?|wonen|verblijf|begelei\w+|vervoer|"
    r"huishoud\w+|persoonlijk\w*|intensie\w+|specialisti\w+|specialistische|basis|licht|midden|zwaar|perspectief\w*|logeren|logeer\w*|kort(?:durend)?|diagnosti\w+|"
    r"dyslexie|onderzoek|intake|consult\w*|gesprek\w*|activite\w+|ondersteuning|traject\w*|module|pakket|stichting|vereniging|maatschap|praktijk\w*|"
    r"b\.?v|v\.?o\.?f|\w*zorg|zorg(?:groep|centrum|boerderij|instelling|aanbieder|praktijk|kosten|verlener|nota|product|bijlage|periode|op)\w*|\w*boerderij|\w*centrum|\w*groep|\w*kliniek|\w*instituut|\w*therapie|\w*coaching|bureau|buro|team\w*|afdeling|"
    r"school|college|crediteuren\w*|postbus|verpleging|verpleeg\w*|opvang|"
    r"aanwezig|afwezig|onbekend|vertrouwelijk|diversen|meerdere|alle|tarief|eenheid|etmaal|week|maand|kwartaal|bekend|naam|geboorte\w*|adres|bsn|"
    r"service|services|care|support|training\w*|advies|project\w*|huis|thuis\w*|gezin\w*|ouders?|ouder(?:begeleiding|schap|bijdrage|gesprek)\w*)(?![^\W\d_])",
    re.IGNORECASE,
)


def no_person(text: str) -> bool:
    """True when a word in ``text`` tells that it is a product, a firm, a place or a remark."""
    return bool(_NO_PERSON.search(text))


def full_name_before(text: str) -> bool:
    """True when ``text`` ends with a family name that has a first name or initials."""
    match = _NAME_LAST.search(text[-70:])
    return match is not None and not no_person(match[1])
