"""Wordings about btw exemption: what says so, what denies it, what says nothing."""

EXEMPT = r"""
vrijgesteld van btw
Vrijgesteld van BTW
vrijgesteld van omzetbelasting
vrijgesteld van de btw
Vrijgesteld van B.T.W.
Btw: vrijgesteld
BTW vrijgesteld
btw-vrijgesteld
Btw vrij
BTW-vrij
vrij van btw
niet btw-plichtig
Wij zijn niet BTW plichtig
niet btw plichtig i.v.m. KOR
geen btw van toepassing
Geen BTW verschuldigd
Er is geen btw in rekening gebracht op grond van artikel 11
btw niet van toepassing
medisch vrijgesteld
zorgvrijstelling
Zorgvrijstelling van toepassing
medische vrijstelling
onderwijsvrijstelling
VAT exempt
exempt from VAT
VAT: exempt
VAT exempted under article 11
This service is exempt from Dutch VAT
art 11-1-g
art. 11-1-f Wet OB
artikel 11, lid 1, onderdeel c
artikel 11 lid 1 sub g Wet op de omzetbelasting 1968
op grond van artikel 11 Wet OB
op grond van artikel 25 Wet OB
artikel 25 van de Wet op de omzetbelasting 1968
art. 25 Wet OB 1968
kleineondernemersregeling
Kleine Ondernemersregeling (KOR)
kleine ondernemers regeling van toepassing
factuur vrijgesteld van OB o.g.v. artikel 25 Wet OB
Vrijgesteld o.g.v. KOR
KOR-regeling toegepast, geen btw
BTW-vrijgestelde prestatie
vrijgestelde prestatie
vrijgestelde prestaties (jeugdhulp)
De zorg is vrijgesteld van btw
Deze dienstverlening is vrijgesteld van omzetbelasting
Deze dienst is op grond van art. 11 eerste lid letter g van de Wet OB vrijgesteld
btw-vrijstelling
btw vrijstelling art. 11
vrijstelling btw
vrijstelling omzetbelasting
vrijstelling van omzetbelasting
Vrijstelling van btw volgens art 11-1-g
onder de vrijstelling van btw
Jeugdhulp is vrijgesteld van btw.
Wmo-begeleiding is vrijgesteld van btw
Er wordt geen BTW berekend
Geen BTW berekend: vrijgestelde zorg
Over deze factuur is geen omzetbelasting verschuldigd
niet met btw belast
niet aan btw onderworpen
Not subject to VAT
No VAT charged (art. 11)
No VAT is due
VAT not applicable
outside the scope of VAT
tax exempt
steuerfrei
umsatzsteuerfrei gemäß Artikel 11
Btw (vrijgesteld)
Btw-tarief: vrijgesteld
Bedragen zijn vrijgesteld van btw
vrijgesteld van om-\nzetbelasting
vrijgesteld van\nomzetbelasting
VRIJGESTELD VAN BTW ART. 11 LID 1 SUB G
Wij zijn wettelijk vrijgesteld van btw
Onze praktijk hoeft geen btw te rekenen: artikel 11, lid 1, onder g, Wet OB
Over onze zorg hoeft u geen btw te betalen, wij vallen onder de zorgvrijstelling
sociaal-culturele vrijstelling
Niet van toepassing: vrijgesteld van btw
Btw-nummer: n.v.t., vrijgesteld
Aangezien wij geen winst beogen, zijn wij vrijgesteld van btw
""".strip().split("\n")

DENIED = """
wij zijn niet vrijgesteld van btw
Niet vrijgesteld van btw
Deze dienst is niet vrijgesteld van omzetbelasting.
niet btw-vrijgesteld
geen vrijstelling van btw
Er geldt geen btw-vrijstelling
Onze diensten zijn niet langer vrijgesteld van btw
not exempt from VAT
Wij maken geen gebruik van de kleineondernemersregeling
Op deze factuur is geen vrijstelling van omzetbelasting van toepassing
De zorgvrijstelling is niet van toepassing
De vrijstelling van btw geldt niet
De kleineondernemersregeling is niet van toepassing
Indien u vrijgesteld bent van btw, laat het ons weten
""".strip().split("\n")

SILENT = """
Btw 0%
0 % btw
Btw 21% over € 100,00
Alle bedragen zijn exclusief btw
Totaal inclusief btw
Btw-nummer: n.v.t.
Btw verlegd
korting 10%
Kortestraat 11 Amersfoort
11 november 2026
Artikel 11 pennen blauw
vrijdag 13 november
Vrijheidslaan 25
Totaal excl. btw
Wij zijn btw-plichtig
Exclusief 21% BTW
geen bijzonderheden
Geen btw-nummer bekend
""".strip().split("\n")
