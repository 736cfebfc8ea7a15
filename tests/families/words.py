"""What suppliers of the families are called, and what they sell, in the languages of the
templates.
"""

from __future__ import annotations

import datetime as dt
import random

from tests.corpus import numbers
from tests.corpus.words import CARE, NAMES, TAXED_9, TAXED_21

SUPPLIERS = (
    *NAMES,
    "Zorg.Kompas",
    "Zorgpunt Almere-Haven B.V.",
    "Jeugd-GGZ 't Gooi",
    "Praktijk K.I.D.S.",
    "Van 't Hoff-Bakker Zorg & Coaching",
    "Care4Kids Flevoland BV",
    "Stichting Zorg op Maat",
    "Buro 3-Hoek",
    "Thuiszorg De Waterlelie",
    "Hart voor Zorg",
    "M.A. de Groot h.o.d.n. Groot-Zorg",
    "S. El Amrani h.o.d.n. Praktijk Balans",
    "Dr. P.J. Verhoeven, kinderpsycholoog",
    "I-Care Jeugd- en Gezinshulp B.V.",
    "De Groene Weide Dagbesteding & Zorg",
    "Ambulant.nu",
    "Logopedie & Taal Havenkwartier VOF",
    "Autisme Begeleiding Midden-Nederland B.V.",
    "Zorgcoöperatie IJmeer U.A.",
    "W. Janssen-de Boer",
    "Kinder- en Jeugdpraktijk Rivierenbuurt",
)
_INITIALS = "ABCDEFGHJKLMNPRSTW"
_LAST = (
    "Bakker",
    "de Boer",
    "van Dijk",
    "Jansen",
    "Visser",
    "Kaya",
    "Hendriks",
    "van den Berg",
    "Smit",
)
DRAFT = {"nl": "CONCEPT", "en": "DRAFT", "de": "ENTWURF", "fr": "BROUILLON"}
OTHER_NUMBER = {
    "nl": "Vermeld bij betaling factuurnummer {}.",
    "en": "Please quote invoice number {} with your payment.",
    "de": "Bitte geben Sie bei der Zahlung die Rechnungsnummer {} an.",
    "fr": "Merci d'indiquer le numéro de facture {} lors du paiement.",
}
NOTES = {
    "nl": {
        "order": "Uw order {order} is hiermee volledig afgehandeld.",
        "room": "Wij zijn verhuisd naar kamer {room} op de 2e verdieping.",
        "years": "Al sinds 1998 uw partner, met meer dan 2500 tevreden cliënten.",
        "colleague": "Met inhoudelijke vragen kunt u terecht bij {person}, bereikbaar op {phone}.",
        "earlier": "Deze factuur volgt op onze eerdere factuur {number}, die u al heeft betaald.",
    },
    "en": {
        "order": "This completes your order {order}.",
        "room": "We have moved to room {room} on the second floor.",
        "years": "Your partner since 1998, with more than 2500 happy clients.",
        "colleague": "Questions about the services? Ask {person}, on {phone}.",
        "earlier": "This follows our earlier invoice {number}, which has been paid.",
    },
    "de": {
        "order": "Ihr Auftrag {order} ist damit abgeschlossen.",
        "room": "Wir sind umgezogen in Zimmer {room} im 2. Stock.",
        "years": "Seit 1998 Ihr Partner, mit mehr als 2500 zufriedenen Klienten.",
        "colleague": "Bei Fragen zur Leistung erreichen Sie {person} unter {phone}.",
        "earlier": "Sie folgt auf unsere frühere Rechnung {number}, die bereits bezahlt ist.",
    },
    "fr": {
        "order": "Votre commande {order} est ainsi terminée.",
        "room": "Nous avons déménagé au bureau {room}, 2e étage.",
        "years": "Votre partenaire depuis 1998, avec plus de 2500 clients satisfaits.",
        "colleague": "Pour toute question, adressez-vous à {person}, au {phone}.",
        "earlier": "Elle fait suite à notre facture {number}, déjà payée.",
    },
}
"""Sentences that mention a number that is none of the invoice's own."""
EXEMPT_MEDICAL = (
    "Vrijgesteld van btw op grond van artikel 11, lid 1, onderdeel g Wet OB 1968.",
    "Medische dienst, vrijgesteld van btw.",
    "Deze factuur is vrijgesteld van btw (gezondheidskundige verzorging).",
    "BTW vrijgesteld",
    "Geen btw: medische vrijstelling, art. 11 lid 1 sub g Wet OB.",
)
EXEMPT_YOUTH = (
    "Jeugdhulp is vrijgesteld van btw (artikel 11, lid 1, onderdeel f, Wet OB).",
    "Onze dienstverlening in het kader van de Jeugdwet is vrijgesteld van omzetbelasting.",
    "Btw-vrijgesteld (sociaal-culturele vrijstelling).",
    "Vrijgesteld van BTW.",
)
EXEMPT_FR = ("Exonéré de TVA (vrijgesteld van btw, art. 11 Wet OB).",)

_CARE = {
    "nl": CARE,
    "en": ("Individual support", "Youth counselling", "Day care, group", "Family coaching"),
    "de": ("Einzelbetreuung", "Jugendhilfe ambulant", "Tagesbetreuung", "Familienberatung"),
    "fr": (
        "Accompagnement individuel",
        "Aide à la jeunesse",
        "Accueil de jour",
        "Soutien familial",
    ),
}
_21 = {
    "nl": TAXED_21,
    "en": ("Interpreter", "Room hire", "Travel expenses", "Staff training", "Software licence"),
    "de": ("Dolmetscher", "Raummiete", "Reisekosten", "Schulung", "Softwarelizenz"),
    "fr": ("Interprète", "Location de salle", "Frais de déplacement", "Formation"),
}
_9 = {
    "nl": TAXED_9,
    "en": ("Taxi ride", "Books", "Meals", "Groceries", "Teaching kit"),
    "de": ("Taxifahrt", "Bücher", "Mahlzeiten", "Lebensmittel"),
    "fr": ("Course en taxi", "Livres", "Repas", "Mallette pédagogique"),
}
_0 = {
    "nl": (
        "Doorbelaste leges",
        "Voorgeschoten entreegeld",
        "Statiegeld",
        "Doorbelaste verzekering",
    ),
    "en": ("Government fees at cost", "Entrance fees at cost", "Deposit"),
    "de": ("Gebühren (durchlaufend)", "Eintritt (Auslage)", "Pfand"),
    "fr": ("Débours administratifs", "Entrées avancées", "Consigne"),
}
_UNITS = {
    "nl": ("uur", "uren", "stuks", "dagdeel", "etmaal", "x", "", "traject"),
    "en": ("hours", "hrs", "pcs", "unit", "", "days"),
    "de": ("Std.", "Stück", "Stk.", "Tage", ""),
    "fr": ("heures", "h", "pièce", "jours", ""),
}
_MORE = (
    " week 36",
    " oktober",
    " (groep)",
    " 45 min",
    " fase 2",
    " volgens offerte",
    " op locatie",
    " - 2e kwartaal",
    " inclusief voorbereiding en verslaglegging",
    " product 45A53",
)


def supplier_name(rng: random.Random) -> str:
    return rng.choice(SUPPLIERS)


def person(rng: random.Random) -> str:
    return f"{rng.choice(_INITIALS)}.{rng.choice(('', rng.choice(_INITIALS) + '.'))} {rng.choice(_LAST)}"


def item(rng: random.Random, language: str, kind: str) -> tuple[str, str]:
    """Description and unit.

    Args:
        kind: ``care``, or the rate of btw.
    """
    sold = {"care": _CARE, "0": _0, "9": _9, "21": _21}[kind]
    what = rng.choice(sold[language])
    if language == "nl" and rng.random() < 0.3:
        what += rng.choice(_MORE)
    return what, rng.choice(_UNITS[language])


def invoice_number(rng: random.Random, date: dt.date) -> str:
    y, n = date.year, rng.randrange(1, 900)
    if rng.random() < 0.6:
        return numbers.invoice_number(rng, date)
    return rng.choice(
        (
            f"INV/{y}/{date.month:02d}/{n:04d}",
            f"FA{y % 100}{date.month:02d}-{n:04d}",
            f"ACC-SINV-{y}-{n:05d}",
            f"{n:03d}/{y}",
            f"{y}-{date.month:02d}-{n:03d}",
            f"F-{n:05d}",
            f"2{n:05d}0",
            f"A7C4F1E2-{n:04d}",
            f"VK{y}{n:04d}",
            f"{y}{date.month:02d}{date.day:02d}-{n % 9 + 1}",
        )
    )
