"""The fictitious providers of the example mails: KvK numbers that are not given out, accounts that
fail the old Dutch account test.
"""

from tests.examples.bill import Supplier

ZILVERLINDE = Supplier(
    "Psychologiepraktijk De Zilverlinde",
    "Lindelaan 14",
    "1338 KX",
    "Almere",
    "036 - 555 01 12",
    "99900634",
    "NL42 RABO 0418 6731 24",
    exempt=(
        "Vrijgesteld van btw op grond van artikel 11, lid 1, onderdeel g, Wet op de omzetbelasting"
        " 1968."
    ),
    email="administratie@zilverlinde.example",
)
VAN_HOUTEN = Supplier(
    "Van Houten Woningaanpassing B.V.",
    "Ambachtsweg 8-B",
    "1316 VP",
    "Almere",
    "+31 36 555 01 24",
    "99902948",
    "NL63 INGB 0420 0460 37",
    vat_id="NL859990333B01",
    email="facturen@vanhouten-aanpassing.example",
)
POLDERRIJDERS = Supplier(
    "Vervoersdienst De Polderrijders B.V.",
    "Zuiderdreef 211",
    "8219 PA",
    "Lelystad",
    "0320-550 143",
    "99905879",
    "NL89ABNA0421418950",
    vat_id="NL859990370B01",
    email="boekhouding@polderrijders.example",
)
KOMPAS = Supplier(
    "Stichting Het Kompas Jeugdhulp",
    "Plein 1944 nr. 12",
    "3811 LB",
    "Amersfoort",
    "(033) 555 01 67",
    "09990017",
    "NL56 TRIO 0422 7918 63",
    exempt="Onze diensten zijn vrijgesteld van omzetbelasting (art. 11-1-f Wet OB).",
    email="declaraties@hetkompas-jeugd.example",
)
BRUGWACHTER = Supplier(
    "Brugwachter Begeleiding V.O.F.",
    "Havenkade 3a",
    "8251 HB",
    "Dronten",
    "06-5550 0178",
    "99911741",
    "NL91 SNSB 0424 1647 76",
    vat_id="NL859991258B01",
    exempt="Factuur vrijgesteld van OB o.g.v. artikel 25 Wet OB (kleineondernemersregeling).",
    email="info@brugwachter.example",
)
NOORDERLICHT = Supplier(
    "Thuisbegeleiding Noorderlicht B.V.",
    "Burgemeester van der Leystraat 120",
    "8011 XZ",
    "Zwolle",
    "088 555 02 00",
    "99914672",
    "NL46 KNAB 0425 5376 89",
    vat_id="NL859991295B01",
    exempt="Btw: vrijgesteld",
    email="financien@noorderlicht-thuis.example",
)
STERRENKIND = Supplier(
    "Praktijk voor Speltherapie Sterrenkind",
    "Melkweg 77",
    "1325 MZ",
    "Almere",
    "036-5550215",
    None,
    "NL31 ASNB 0426 9106 02",
    exempt="Deze zorg is vrijgesteld van btw.",
    email="praktijk@sterrenkind.example",
)
LETTERWIJS = Supplier(
    "Dyslexiecentrum Letterwijs",
    "Kerkstraat 5",
    "1354 AA",
    "Almere",
    "036 555 02 26",
    "99920534",
    "NL02 RBRB 0428 2835 15",
    vat_id="NL004137631B82",
    exempt="Geen btw: medische vrijstelling",
    email="contact@letterwijs.example",
)
HET_TIJ = Supplier(
    "Coachpraktijk Het Tij",
    "Vloedlijn 31",
    "1317 SC",
    "Almere",
    "06 - 55 50 02 37",
    "99923465",
    "NL86 BUNQ 0429 6564 28",
    email="hallo@hettij.example",
)
KIEVITSHOEVE = Supplier(
    "Zorgboerderij De Kievitshoeve",
    "Vogelweg 48",
    "3892 AB",
    "Zeewolde",
    "036-555 02 48",
    "99926396",
    "NL06 RABO 0431 0293 41",
    exempt="Wij zijn vrijgesteld van btw.",
    email="boerderij@kievitshoeve.example",
)
MEREL = Supplier(
    "Kinderpraktijk Merel",
    "Parkwijklaan 9",
    "1326 RB",
    "Almere",
    "0031 36 555 02 59",
    "99929327",
    "NL27 INGB 0432 4022 54",
    exempt="Vrijgesteld van B.T.W.",
    email="merel@kinderpraktijk.example",
)
ATELIER = Supplier(
    "Dagbesteding 't Atelier",
    "Verfmolen 2",
    "1333 CD",
    "Almere",
    "036-555 02 60",
    "99935189",
    "NL53 ABNA 0433 7751 67",
    vat_id="NL859991702B01",
    exempt="Vrijgesteld van omzetbelasting",
    email="atelier@verfmolen.example",
)
DUINWAARD = Supplier(
    "Jeugdzorg Duinwaard B.V.",
    "Laan van Poot 300",
    "2566 EE",
    "Den Haag",
    "070-555 02 71",
    "99938120",
    "NL20 TRIO 0435 1480 80",
    exempt="VAT exempt / vrijgesteld van btw",
    email="debiteuren@duinwaard.example",
)
WILGENBOS = Supplier(
    "GGZ-praktijk Wilgenbos",
    "Wilgenlaan 21",
    "1231 JK",
    "Loosdrecht",
    "035 555 02 82",
    "99941051",
    "NL87 RABO 0436 5209 93",
    exempt="Vrijgesteld van btw (art. 11 lid 1 sub g Wet OB)",
    email="secretariaat@wilgenbos.example",
)
ZANDOEVER = Supplier(
    "Logeerhuis De Zandoever",
    "Oeverpad 6",
    "1361 AA",
    "Almere",
    "036-5550293",
    "99943982",
    "NL10 KNAB 0437 8939 06",
    exempt="Niet btw-plichtig (zorgvrijstelling)",
    email="logeren@zandoever.example",
)
RIETVELD = Supplier(
    "Ambulante Zorg Rietveld",
    "Rietkraag 15",
    "1358 CT",
    "Almere",
    "036 555 03 04",
    "99946913",
    "NL07 INGB 0439 2668 19",
    exempt="Er wordt geen btw in rekening gebracht; de zorg is vrijgesteld.",
    email="admin@rietveldzorg.example",
)
WADWIJK = Supplier(
    "Kindertherapie Wadwijk",
    "Getijdenweg 88",
    "8244 GA",
    "Lelystad",
    "0320 55 03 15",
    "99949844",
    "NL54 BUNQ 0440 6397 32",
    exempt="Vrijgesteld van btw op grond van artikel 11 Wet OB",
    email="post@wadwijk.example",
)
