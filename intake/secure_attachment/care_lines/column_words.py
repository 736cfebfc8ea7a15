"""The words that providers write above a column or before a value of their care lines, as data.

The first rule that fits wins. What fits none is unknown, and unknown is never "missing": a sheet
with an unknown column in which the missing fact could stand goes to a person.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

MAX_LABEL = 60
"""Characters; longer text is a sentence."""


class Column(StrEnum):
    """What a value means."""

    BSN = "bsn"
    REFERRER = "referrer"
    REFERRER_DETAILS = "referrer-details"
    CODE = "code"
    PRODUCT = "product"
    PERIOD = "period"
    START = "start"
    END = "end"
    DAY = "day"
    MONTH = "month"
    WEEK = "week"
    YEAR = "year"
    UNITS = "units"
    HOURS = "hours"
    MINUTES = "minutes"
    NIGHTS = "nights"
    """Etmalen."""
    DAY_PARTS = "day-parts"
    """Dagdelen of four hours."""
    PIECES = "pieces"
    UNIT = "unit"
    RATE = "rate"
    AMOUNT = "amount"
    DECISION = "decision"
    NAME = "name"
    BIRTH = "birth"
    ADDRESS = "address"
    INVOICE = "invoice"
    HIDDEN_ADDRESS = "hidden-address"
    WITHOUT_BSN = "without-bsn"
    LAW = "law"
    ASIDE = "aside"
    """Known, and never one of the facts we look for: a phone number, a status."""


_COUNT = r"((totaal )?aantal |totaal |gedeclareerde |geleverde |ingezette )?"
_BEGIN = r"\b(van|vanaf|begin\w*|start\w*|ingang\w*|aanvang\w*|from)\b"
_STOP = r"\b(t m|tm|tot|eind\w*|stop\w*|until|to)\b"

_RULES: tuple[tuple[Column | None, str], ...] = (
    (Column.BSN, r"\bbsn\w{0,8}\b|burger ?service ?(nummer|nr)|burgerservice\w*|\bsofi ?(nummer|nr)?\b|\bcitizen service"),
    (None,
     r"\b(client|clienten|patient|dossier|relatie|debiteur|klant|volg|regel|jeugdige|deelnemer)s? ?(nummer|nr|no|id|code)\b|^(nr"
     r"|nummer|id|no|kenmerk)$"),
    (None, r"opmerking|toelichting|notitie|bijzonderhe|verwijsbrief|comment|remark"),
    (Column.HIDDEN_ADDRESS, r"geheim"),
    (Column.BIRTH, r"geboorte|\bgeb\b|birth|\bgeb ?dat"),
    (Column.ASIDE,
     r"\bdatum (van )?(de )?(verwijzing|verwijsbrief|beschikking|toewijzing|factuur|indicatie)|(verwijs|verwijzings|beschikkings"
     r"|factuur|verval|declaratie|toewijzings)datum|invoice date"),
    (Column.AMOUNT, r"^(totaal ?|regel ?)?(bedrag|totaal) (ex|excl|exclusief|in|incl|inclusief|zonder|met) btw$"),
    (Column.ASIDE,
     r"\biban\b|\bkvk\b|rekening ?nummer|bank|telefoon|\btel\b|e ?mail|geslacht|\bm v\b|leeftijd|status|betaal|vervaldatum|\bblz\b"
     r"|pagina|\bbtw\b|website"),
    (Column.ASIDE,
     r"aanbieder|medewerker|behandelaar|zorgverlener(?!scode)|therapeut|hulpverlener|praktijk ?naam|organisatie ?naam"
     r"|naam organisatie|contactpersoon|ouder|gezaghebbend"),
    (Column.REFERRER_DETAILS,
     r"(naam|agb|adres|praktijk|gegevens)\b.{0,16}\b(verwij\w*|(huis|jeugd)?arts)\b|\b(verwij\w*|(huis|jeugd)?arts) ?(s )?(naam"
     r"|agb\w*|adres|praktijk|plaats|gegevens)|agb.{0,8}(verwij|arts)|zorgverlenerscode"),
    (Column.ASIDE, r"\bagb\b"),
    (Column.REFERRER, r"verwijz|verwijs|verwezen|doorverw|\breferr|^(huisarts|jeugdarts|verwijzend\w*)\b|\bingestuurd door\b"),
    (Column.INVOICE, r"factuur ?(nummer|nr|no|kenmerk|num)|^factuur$|declaratie ?(nummer|nr)|invoice"),
    (Column.DECISION, r"beschikking|toewijzing|\bopdracht ?(nummer|nr)?\b|toekenning|indicatie|\border\b"),
    (Column.START, rf"^(?=.*(periode|tijdvak|period\b))(?=.*{_BEGIN})(?!.*{_STOP})"),
    (Column.END, rf"^(?=.*(periode|tijdvak|period\b))(?=.*{_STOP})(?!.*{_BEGIN})"),
    (Column.PERIOD, rf"periode|tijdvak|\bperiod\b|looptijd|^(?=.*\b(datum|data|zorg)\b)(?=.*{_BEGIN})(?=.*{_STOP})|^van t m$|^van tot( en met)?$"),
    (Column.MONTH, r"^(zorg|declaratie|prestatie|behandel|lever|factuur)? ?maand( (en )?jaar| zorg| van \w+)?$|^month$"),
    (Column.YEAR, r"^(zorg|declaratie|prestatie)? ?jaar$|^year$"),
    (Column.WEEK, r"^(zorg)?(week|weken|wk)( ?(nummer|nr|nummers))?$"),
    (Column.RATE, r"tarief|prijs|\brate\b|uurloon|\bper (uur|minuut|stuk|eenheid|dag|etmaal|dagdeel)\b"),
    (Column.START,
     r"^(zorg|datum)? ?(van|vanaf|from)( datum)?$|(begin|start|ingangs|aanvangs|aanvang) ?datum|datum (van|vanaf|start|begin|ingang"
     r"|aanvang)|^(start|begin|ingang|aanvang)( (zorg|hulp|jeugdhulp|ondersteuning))?$|start date|startdat|begindat"),
    (Column.END,
     r"^(zorg|datum)? ?(t m|tm|tot|tot en met|until|to)( datum)?$|(eind|einde|stop) ?datum|datum (t m|tm|tot|eind|einde|stop)|^(eind"
     r"|einde|stop)( (zorg|hulp|jeugdhulp|ondersteuning))?$|end date|einddat"),
    (Column.MINUTES, rf"^{_COUNT}(minuten|minutes|min)\b"),
    (Column.HOURS, rf"^{_COUNT}(uren|uur|hours)( totaal)?$"),
    (Column.NIGHTS, rf"^{_COUNT}(etma(al|len)|nachten)( totaal)?$"),
    (Column.DAY_PARTS, rf"^{_COUNT}dagde(el|len)( totaal)?$"),
    (Column.PIECES, rf"^{_COUNT}(stuks?|sessies|consulten|ritten|gesprekken|contacten|trajecten)( totaal)?$"),
    (Column.UNIT, r"^(soort |type |zorg|per )?(eenheid|unit)(s?code| code)?( wj ?756)?$|^per$|^eenheid .{0,12}(tarief|product|zorg)$"),
    (Column.AMOUNT, r"bedrag|\bkosten\b|amount"),
    (Column.UNITS, r"aantal|eenheden|volume|hoeveelheid|omvang|\bunits\b|quantity|\bqty\b|^dagen$"),
    (Column.AMOUNT, r"totaal|vergoeding|\btotal\b|^(euro|eur)$|te declareren"),
    (Column.CODE,
     r"(prod|product|zorg|prestatie|artikel|activiteit\w*|zorgproduct|dienst) ?(code|nummer|nr)|code (product|zorg|prestatie|dienst)"
     r"|^code$|vektis"),
    (Column.PRODUCT,
     r"product|omschrijving|zorgvorm|zorgsoort|zorgtype|hulpvorm|hulpsoort|\b(soort|type|vorm)\b.{0,6}\b(zorg|hulp|jeugdhulp"
     r"|ondersteuning|behandeling|begeleiding)|\bdienst\w*|\bjeugdhulp\b|\bprestatie\b|activiteit|behandeling$|begeleiding$"
     r"|ondersteuning$|description|\bservice\b|voorziening|traject|^(geleverde |verleende )?(zorg|hulp)$|^(zorg|hulp)verlening$"),
    (Column.ADDRESS, r"adres|straat|postcode|woonplaats|^plaats$|huis ?(nummer|nr)|address"),
    (Column.NAME, r"naam|\bclient|\bjeugdige|\bpatient|\binwoner|voorletter|initialen|tussenvoegsel|\bname\b|^kind$|deelnemer|zorgvrager"),
    (Column.DAY,
     r"^(datum|dag|date|data)$|datum (zorg|behandeling|levering|prestatie|activiteit|consult|afspraak|sessie|uitvoering)|(zorg"
     r"|behandel|lever|prestatie|sessie|afspraak|consult)datum"),
    (Column.LAW, r"^(wet|wettelijk kader|wet ?geving|financiering|domein)$"),
    (Column.ASIDE, r"gemeente|categorie"),
)  # fmt: skip
_COMPILED = tuple((column, re.compile(pattern)) for column, pattern in _RULES)

REFERRER_WORDS = re.compile(
    r"\b(huisarts\w*|poh|praktijkondersteuner|jeugdarts|jgz|jeugdgezondheidszorg|ggd|medisch"
    r" specialist|specialist|kinderarts|ziekenhuis|psychiater"
    r"|expertteam|gecertificeerde"
    r" instelling|gi|save|jeugdbescherming|jeugdreclassering|gezinsvoogd|voogd|veilig"
    r" thuis|gemeente|wijkteam|wijkwerker"
    r"|consulent|rechter|kinderrechter|rechtbank|officier van justitie|raad voor de"
    r" kinderbescherming)\b"
)
"""Values by which a column without a known title is seen to hold referrers."""

SAID: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (
        Column.HIDDEN_ADDRESS,
        re.compile(
            r"^geheim$|\bgeheim(e|hou\w*)? (woon|verblijf)?s?adres|adres (is"
            r" )?(geheim|afgeschermd)|\bafgeschermd adres"
        ),
    ),
    (
        Column.WITHOUT_BSN,
        re.compile(
            r"\basiel|\bvreemdeling|\bstatushouder|\bv ?nummer\b|\b(geen|zonder) bsn\b|\bbsn (is"
            r" )?(aangevraagd|in aanvraag)"
        ),
    ),
)
"""Remarks in any cell of a line that tell what no column asks (children at a secret address,
asylum)."""
DENIED = re.compile(r"\b(geen geheim|niet geheim|nee)\b")

PRODUCT_CODE = re.compile(r"\d{2}[A-Z]\d{2}|[A-Z]{2}\d{3}|[A-Z]\d{4}|\d{5}")
"""Five positions (iWmo/iJw RS012), as in the municipality's tables."""


_OTHER = re.compile(r"[^0-9a-z]+")


def normalise(label: str) -> str:
    """Lower case, without accents, everything but letters and digits as one space: "T/m (datum)" →
    "t m datum".
    """
    plain = label[: 4 * MAX_LABEL]
    if not plain.isascii():
        plain = "".join(
            c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)
        )
    return " ".join(_OTHER.sub(" ", plain.lower()).split())


@lru_cache(maxsize=8192)
def column_of(label: str) -> Column | None:
    """What a title stands for; None when it is no title we know.

    Asked again for each way to take a file apart, hence remembered.
    """
    words = normalise(label)
    if (
        not words
        or words.replace(" ", "").isdigit()
        or any(c in label for c in ';|"\t')
        or len(words) > MAX_LABEL
        or len(words.split()) > 8
    ):
        return None
    for column, pattern in _COMPILED:
        if pattern.search(words):
            return column
    return None
