"""The weight of every reason by which a field's value is chosen: one table a field.

A label with its value right behind it is worth about 1. Each feature has its points (or the factor
that it leaves of what came before) and a Dutch sentence for whoever asks why. Two values whose
scores lie within ``NEAR`` of each other are a doubt; a value below ``LEAST`` is none.
"""

from __future__ import annotations

from intake.document.layout.scoring import factor, points


class Table:
    """What all tables have."""

    NEAR = 0.12
    LEAST = 0.15
    AGAIN = points(0.04, "dezelfde waarde staat nog eens op de factuur")


MOST_AGAIN = 2
"""How often a value gains by standing there again: a date of care may stand in thirty rows."""


class KvkNumber(Table):
    NEAR = 0.3
    LABEL = points(1.0, "staat bij een woord voor de Kamer van Koophandel")
    IN_SENTENCE = points(0.5, "staat in de lopende tekst na een woord voor de Kamer van Koophandel")
    SEVEN_DIGITS = factor(0.8, "heeft zeven cijfers")
    NINE_DIGITS = factor(0.72, "heeft negen cijfers")
    OTHER_LENGTH = factor(0.6, "heeft zes of tien cijfers")
    IN_ADDRESSEE = factor(0.25, "staat in het adres van de ontvanger")


class ForeignRegister(Table):
    LABEL = points(1.0, "staat bij een woord voor een buitenlands register")


class VatId(Table):
    NEAR = 0.25
    FORM = points(0.7, "heeft de vorm van een btw-nummer")
    AT_LABEL = points(0.25, "staat bij een woord voor btw of KvK")
    VALID = points(0.15, "klopt volgens de controlecijfers")
    IN_ADDRESSEE = points(-0.6, "staat in het adres van de ontvanger")
    OVER_LINES = points(0.75, "staat over twee regels")
    NUMBER_LABEL = points(0.9, "staat bij een woord voor het btw-nummer")
    TAX_LABEL = points(0.55, "staat bij het woord btw")
    VALID_AT_LABEL = factor(1.05, "klopt volgens de controlecijfers")
    INVALID_AT_LABEL = factor(0.7, "klopt niet volgens de controlecijfers")
    DIGITS_ONLY = points(0.35, "is alleen een rij cijfers bij een woord voor het btw-nummer")


class VatRemark(Table):
    LABEL = points(1.0, "staat bij een woord voor btw of het btw-nummer")


class Iban(Table):
    NEAR = 0.2
    FORM = points(0.75, "heeft de vorm van een IBAN")
    PAYMENT = points(0.15, "woorden ernaast vragen om betaling")
    AT_LABEL = points(0.1, "staat bij een woord voor een rekening")
    INVALID = points(-0.15, "klopt niet volgens de controlecijfers")
    IN_ADDRESSEE = points(-0.6, "staat in het adres van de ontvanger")
    FOREIGN_INVALID = points(-0.65, "is buitenlands, klopt niet en staat niet bij een kopje")
    FOREIGN_INVALID_AT_LABEL = points(-0.3, "is buitenlands en klopt niet")
    OVER_LINES = points(0.8, "klopt, en staat over twee regels")
    DOUBTED = points(-0.3, "de zin eromheen kan zeggen dat deze rekening niet wordt gebruikt")
    LATER_PAGE = points(-0.35, "staat niet op de bladzijde van de factuur zelf")


class Phone(Table):
    NEAR = -1.0
    """No other number is ever as good: a supplier has many."""
    LABEL = points(0.95, "staat bij een woord voor telefoon")
    IN_SENTENCE = points(0.5, "staat bij een woord voor telefoon, in een zin")
    FORM = points(0.6, "heeft de vorm van een telefoonnummer")
    LOOSE_IN_SENTENCE = points(0.35, "heeft de vorm van een telefoonnummer, in een zin")
    IN_ITEM = points(0.3, "heeft de vorm van een telefoonnummer, in een rij met een bedrag")
    OF_PERSON = factor(0.55, "staat in een zin achter de naam van een persoon")
    IN_ADDRESSEE = points(-0.5, "staat in het adres van de ontvanger")
    LATER_PAGE = points(-0.05, "staat niet op de eerste bladzijde")
    OTHER_FORM = points(0.5, "staat bij een woord voor telefoon, in een andere vorm")
    OTHER_FORM_AT_LETTER = points(0.2, "staat bij de letter T, in een andere vorm")


class InvoiceNumber(Table):
    NEAR = 0.1
    LEAST = 0.12
    SURE = 0.25
    """Score from which a number is surely the invoice's; a weaker one asks a person."""
    RIVAL = 0.48
    """Share of the points of a word for the invoice's number from which another number at such a
    word is a doubt."""
    LABEL = points(1.0, "staat bij een woord voor het factuurnummer")
    LABEL_OF_CREDITED = points(0.5, "staat bij het nummer van de factuur die wordt verbeterd")
    IN_TEXT = points(0.9, "staat in de lopende tekst na een woord voor het factuurnummer")
    IN_TEXT_OF_CREDITED = points(0.45, "staat in de tekst als nummer van de verbeterde factuur")
    NUMBER_IN_TEXT = points(0.5, "staat in de lopende tekst na het woord nummer")
    BILL = points(0.85, "staat bij het woord rekening op een document dat zo heet")
    TITLE = points(0.72, "staat bij de titel van de factuur")
    TITLE_OF_CREDITED = points(0.3, "staat bij het woord voor de factuur die wordt verbeterd")
    NUMBER = points(0.66, "staat bij het woord nummer")
    NUMBER_IN_TITLE = points(0.92, "staat in de titel achter het woord nummer")
    OF_PARTY = factor(0.35, "dat woord staat in het blok van de leverancier of de ontvanger")
    LATER_PAGE = factor(0.35, "staat niet op de eerste bladzijde")
    NUMBER_OF_LINE = points(0.2, "staat onder het woord nummer boven de regels")
    KIND_OF_NUMBER = points(0.4, "staat bij een woord dat een nummer kan aankondigen")
    VAGUE = points(0.24, "staat bij een woord dat ook het nummer van de besteller aankondigt")
    CORRECTS = points(0.5, "staat bij een woord voor de factuur die wordt verbeterd")
    NOT_BEHIND = factor(0.55, "staat niet direct achter het kopje")
    DATE = factor(0.25, "is ook een datum")
    YEAR = factor(0.35, "is ook een jaar")
    MONTH = factor(0.25, "is ook een maand of een kwartaal")


class Corrects(Table):
    NEAR = 0.05
    LABEL = points(1.0, "staat bij een woord voor de factuur die wordt verbeterd")
    INVOICE = points(0.5, "staat op een creditnota bij een woord voor een factuur")


class IssueDate(Table):
    NEAR = 0.06
    LEAST = 0.1
    SURE = 0.3
    """Score from which a date is surely the date of issue; a weaker one asks a person."""
    LABELLED = 0.6
    """Score that only a date at a word for a date has, or one behind the place."""
    LABEL = points(1.0, "staat bij een woord voor de factuurdatum")
    BEHIND_NUMBER = points(0.75, "staat achter het factuurnummer")
    DATE = points(0.8, "staat bij het woord datum")
    TITLE = points(0.5, "staat bij de titel van de factuur")
    ASIDE = factor(0.35, "dat woord staat op een latere bladzijde of onder aan de bladzijde")
    HEAD_OF_LINES = factor(0.3, "dat woord staat boven de regels")
    PLACE_AND_DATE = points(0.62, "staat achter een plaatsnaam met een komma")
    PLACE = points(0.4, "staat achter een plaatsnaam")
    UPPER_HALF = points(0.42, "staat los in de bovenste helft")
    LOWER_HALF = points(0.2, "staat los in de onderste helft")
    UNKNOWN_LABEL = points(0.18, "er staan woorden voor waarvan niet zeker is wat zij aankondigen")
    OTHER_LABEL_FAR = points(0.12, "een ander kopje staat er ver vandaan")
    IN_TEXT = points(0.1, "staat tussen andere woorden")
    IN_ITEM = points(0.05, "staat in een rij met een bedrag")
    LATER_PAGE = factor(0.6, "staat niet op de eerste bladzijde")
    NO_DAY = factor(0.5, "is geen dag die bestaat")


class SupplierName(Table):
    NEAR = 0.0
    LEAST = 0.3
    AT_ADDRESS = points(0.95, "staat bij het adres van de leverancier")
    NEXT_ADDRESS = points(-0.2, "dat adres is minder zeker van de leverancier")
    ADDRESS_FAR = points(-0.4, "staat ver links van het adres")
    OVER_NAME = points(-0.25, "voor het adres zelf staat ook een naam")
    TWO_LINES = points(0.02, "staat op twee regels boven het adres")
    LINE_HIGHER = points(-0.12, "staat een regel hoger boven het adres")
    LARGER = points(0.08, "staat in grotere letters dan het adres")
    HIGHER_NAME = points(0.05, "een naam staat vaak boven aan het blok")
    LABEL = points(1.0, "staat bij een woord voor de leverancier")
    FROM = points(1.0, "staat achter 'van:'")
    HOLDER = points(0.8, "de rekening staat op deze naam")
    HEADING_TWO_LINES = points(0.95, "staat op twee regels boven aan het briefhoofd")
    HEADING_TWO_LINES_LOWER = points(0.75, "staat op twee regels in het briefhoofd")
    HEADING = points(0.2, "staat in het briefhoofd")
    HEADING_LARGE = points(0.4, "staat in grote letters")
    HEADING_LARGER = points(0.1, "staat in nog grotere letters")
    HEADING_FIRST = points(0.15, "is de eerste regel")
    BEFORE_KVK = points(0.45, "staat voor het KvK-nummer")
    NAME_LABEL = points(0.4, "staat achter het woord naam")
    NEAR_ADDRESS = points(0.3, "staat dicht bij het adres van de leverancier")
    LEGAL_FORM = points(0.3, "heeft een rechtsvorm")
    TRADE_WORD = points(0.2, "heeft een woord dat bij zorg of bedrijven hoort")
    DOMAIN = points(0.25, "lijkt op de website of het e-mailadres")


class SecondName(Table):
    BEHIND_WORD = points(0.8, "staat achter een woord als namens of h.o.d.n.")


class DocumentKind(Table):
    ALONE = points(1.0, "de titel staat alleen")
    WITH_WORDS = points(0.5, "de titel staat bij andere woorden")
    SIZE = points(1.0, "zo groot zijn de letters, tegenover de gewone")
    UPPER_HALF = points(0.5, "de titel staat bovenaan")
    OTHER_KIND = points(0.3, "de titel noemt iets anders dan een factuur")


class Addressee(Table):
    """Blocks of lines that can be the addressee's; from 2 points it is one."""

    LEAST = 2.0
    LEAST_ALONE = 0.5
    """Enough when the facts of a supplier stand in another block."""
    SUPPLIERS = -2.0
    """At most this: the facts of a supplier stand in the block."""
    BUYERS_NAME = points(4.0, "de naam van de gemeente staat erin")
    PUBLIC_BODY = points(3.0, "een gemeente of wijkteam staat erin")
    BUYERS_POSTCODE = points(3.0, "de postcode van de gemeente staat erin")
    BUYERS_PO_BOX = points(1.5, "de postbus van de gemeente staat erin")
    ATTENTION = points(2.5, "er staat t.a.v. of een afdeling")
    PERSON = points(2.0, "de eerste regel noemt een persoon")
    HEADED = points(3.5, "er staat een kopje bij dat de ontvanger noemt")
    HEADED_OTHERWISE = points(-3.5, "er staat een kopje bij dat een ander noemt")
    SUPPLIERS_FACTS = points(-2.0, "er staan gegevens van een leverancier in")
    CONTACT = points(-1.0, "er staat een website of e-mailadres in")
    EACH_FACT = points(-0.6, "elk gegeven van een leverancier telt")
    AT_WINDOW = points(0.9, "staat waar het venster van de envelop is")
    LOWER_PART = points(-2.5, "staat onder aan de bladzijde")
    TOP_LEFT = points(-0.6, "staat helemaal bovenaan")
    LATER_PAGE = points(-2.0, "staat niet op de eerste bladzijde")


class SupplierAddress(Table):
    """Addresses that can be the supplier's; above -3 points it can."""

    LEAST = -3.0
    FACTS = points(1.0, "er staan gegevens van een leverancier bij")
    TOP_OR_FOOT = points(1.2, "staat boven of onder aan de bladzijde")
    HEADED = points(3.5, "er staat een kopje bij dat de leverancier noemt")
    HEADED_ADDRESSEE = points(-3.5, "er staat een kopje bij dat de ontvanger noemt")
    CLIENT = points(-4.0, "er staan gegevens van een cliënt bij")
    PUBLIC_BODY = points(-2.5, "een gemeente of wijkteam staat erin")
    ATTENTION = points(-1.5, "er staat t.a.v. of een afdeling")
    STREET = points(0.8, "er staat een straat bij")
    LATER_PAGE = points(-0.6, "staat niet op de eerste bladzijde")
    SUPPLIER_LABEL = points(2.0, "er staat een woord voor de leverancier bij")


class Announced(Table):
    """How surely a word announces an amount; the roles below take a share of it."""

    LABEL = points(1.0, "staat achter een woord voor een bedrag")
    LETTERS_BETWEEN = points(-0.01, "elke letter tussen het woord en het bedrag telt")
    MOST_LETTERS = 70
    AMOUNT_BETWEEN = factor(0.6, "er staat een bedrag tussen het woord en dit bedrag")
    BEFORE_LABEL = points(0.8, "staat voor een woord voor een bedrag")
    RIGHT = points(0.97, "staat rechts van een woord voor een bedrag")
    RIGHT_IN_COLUMN = points(0.8, "staat rechts, in een kolom die hetzelfde zegt")
    RIGHT_OF_AMOUNTS = points(0.55, "staat rechts van een woord, met bedragen ertussen")
    LAST_IN_ROW = points(0.9, "is het laatste bedrag rechts van een woord")
    RIGHT_OF_RATE = points(0.7, "er staat alleen een btw-percentage naast")
    OTHER_COLUMN = points(0.85, "de kolom zegt wat dit bedrag is, in een rij met een ander woord")
    LINE_BEFORE = points(0.85, "het woord staat aan het einde van de regel ervoor")
    COLUMN = points(0.7, "staat onder een kop die zegt wat dit bedrag is")
    UNDER = points(0.9, "staat alleen onder een woord voor een bedrag")
    COLUMN_FAR = factor(0.4, "er staan bedragen tussen de kop en dit bedrag")
    LEFT_OF_LABEL = points(0.5, "staat links van een woord voor een bedrag")
    BASE = points(0.3, "is het bedrag waarover de btw gaat")
    ALL_RATES = points(0.9, "is de btw van alle tarieven samen")
    ADDED = points(0.7, "is de som van de regels erboven")
    COLUMN_SUM = points(0.6, "is de som van de kolom")
    DIVIDED = factor(0.8, "een spatie scheidt twee getallen, of hoort bij het getal")


class NetAmount(Table):
    NET = factor(1.0, "het woord noemt het bedrag zonder btw")
    SUBTOTAL = factor(0.8, "het woord noemt een subtotaal")
    TOTAL = factor(0.35, "het woord noemt een totaal")


class VatAmount(Table):
    VAT = factor(1.0, "het woord noemt de btw")
    TOTAL = factor(0.3, "het woord noemt een totaal")


class GrossAmount(Table):
    GROSS = factor(1.0, "het woord noemt het bedrag met btw, of om te betalen")
    TOTAL = factor(0.8, "het woord noemt een totaal")
    SUBTOTAL = factor(0.1, "het woord noemt een subtotaal")


class ExemptAmount(Table):
    """Of an invoice without btw: the total is net and gross at once."""

    LEAST = 0.2
    GROSS = factor(1.0, "het woord noemt het bedrag om te betalen")
    TOTAL = factor(0.95, "het woord noemt een totaal")
    NET = factor(0.9, "het woord noemt het bedrag zonder btw")
    SUBTOTAL = factor(0.7, "het woord noemt een subtotaal")
    SUM_OF_LINES = points(0.3, "is de som van de regels")
    AFTER_DISCOUNT = points(0.4, "is een som met korting of kosten")


class Agreement(Table):
    """What net, btw and gross gain together."""

    ADDS_UP = points(1.0, "zonder btw plus btw is met btw")
    RATE_FITS = points(0.4, "de btw past bij een percentage op de factuur")
    SUM_OF_LINES = points(0.3, "het bedrag met of zonder btw is de som van de regels")
    AFTER_DISCOUNT = points(1.1, "een som met korting of kosten, plus btw, is met btw")
    DERIVED = points(0.4, "met btw min btw is een bedrag dat bij het percentage past")
