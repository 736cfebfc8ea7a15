"""The words that stand beside facts on invoices, as data: Dutch first, then English, German and
French.

Phrases are written plainly; they are compared without case, accents, spaces, dots, hyphens and
slashes, so "kvk nummer" also finds "K.v.K.-nummer" and "K vK nummer". The longest phrase that fits
wins. Phrases are divided by semicolons.
"""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """What a label announces."""

    KVK = "kvk"
    FOREIGN_REGISTER = "foreign-register"
    VAT_ID = "vat-id"
    CUSTOMER_NUMBER = "customer-number"
    IBAN = "iban"
    BLOCKED_ACCOUNT = "g-account"
    BIC = "bic"
    HOLDER = "holder"
    INVOICE_NUMBER = "invoice-number"
    TITLE = "title"
    NUMBER = "number"
    INVOICE_DATE = "invoice-date"
    DATE = "date"
    OTHER_DATE = "other-date"
    BIRTH_DATE = "birth-date"
    PHONE = "phone"
    FAX = "fax"
    WEB = "web"
    NET = "net"
    VAT = "vat"
    GROSS = "gross"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    PAID = "paid"
    OTHER_NUMBER = "other-number"
    CORRECTS = "corrects"
    ADDRESSEE = "addressee"
    SUPPLIER = "supplier"
    ATTENTION = "attention"
    CLIENT = "client"
    CLIENT_NUMBER = "client-number"
    BSN = "bsn"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    NAME = "name"
    PO_BOX = "po-box"
    COLUMN = "column"


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(";"))


LABELS: dict[Label, tuple[str, ...]] = {
    label: _phrases(text)
    for label, text in {
        Label.KVK: (
            """
            kvk; kvk nummer; kvk nr; kvk no; kvk num; kvk inschrijving; kvk dossiernummer; kvk registratienummer; nummer kvk; nr kvk; kamer van
            koophandel; kamer van koophandel nummer; kamer van koophandel nr; kamer v koophandel; handelsregister; handelsregisternummer;
            handelsregister nr; handelsreg; handelsreg nr; inschr kvk; inschrijving kvk; reg kvk; kvk reg nr; company registration; company
            registration no; hr nummer; hreg; h r; inschrijfnummer kvk; inschrijfnummer handelsregister; inschrijvingsnummer kvk;
            inschrijfnummer; kvk handelsregister; dossiernummer kvk; chamber of commerce; chamber of commerce number; chamber of commerce no; coc;
            coc number; coc no; coc nr; trade register; trade register number; trade register no; registration number; company registration
            number; company number; handelskammer; handelskammer nr; chambre de commerce; registre de commerce; kvk ref"""
        ),
        Label.FOREIGN_REGISTER: (
            """
            hrb; hra; amtsgericht; kbo; kbo nummer; ondernemingsnummer; rpr; bce; handelsregisternummer hrb; registergericht; siret; siren; rcs;
            companies house"""
        ),
        Label.VAT_ID: (
            """
            btw nummer; btw nr; btw no; btw num; btw id; btw id nr; btw id nummer; btw identificatie; btw identificatienummer; btw identificatie
            nr; btw ident; btw ident nr; btw registratienummer; nummer btw; ob nummer; ob nr; omzetbelastingnummer; omzetbelasting nummer;
            omzetbelastingnr; fiscaal nummer; fiscaalnummer; vat number; vat no; vat nr; vat id; vat reg no; vat registration number; vat
            registration no; vat identification number; ust id; ust idnr; ust id nr; umsatzsteuer identifikationsnummer; ust ident nr; numero tva;
            no tva; n tva; tva intracommunautaire; belastingnummer; tax id; tax number; btw bedrijf; ons btw nummer; btw nummer
            leverancier"""
        ),
        Label.CUSTOMER_NUMBER: (
            """
            uw btw nummer; uw btw nr; uw btw id; btw nummer klant; btw nummer afnemer; btw nummer debiteur; btw nr klant; btw nr afnemer; klant
            btw nummer; btw klant; btw id klant; btw id afnemer; uw btw; uw kvk nummer; uw kvk; uw kvk nr; kvk klant; kvk nummer klant; kvk nummer
            afnemer; kvk nummer debiteur; your vat number; your vat id; your vat no; customer vat; customer vat number; vat number customer; ihre
            ust id; ihre ust idnr; uw oin; oin; oin nummer; uw iban; btw opdrachtgever; btw nummer opdrachtgever; kvk opdrachtgever; kvk nummer
            opdrachtgever"""
        ),
        Label.IBAN: (
            """
            iban; iban nummer; iban nr; iban code; rekeningnummer; rekening nr; rek nr; rekeningnr; reknr; rekening; bankrekening;
            bankrekeningnummer; bankrekening nr; bank; banknr; bankrek; bankrek nr; banknummer; bankgegevens; bankrelatie; rabobank; ing
            bank; abn amro; abn amro bank; sns
            bank; triodos bank; knab; bunq; giro; gironummer; account number; bank account; account no; iban number; bankverbindung; kontonummer;
            konto; compte; over te maken op"""
        ),
        Label.BLOCKED_ACCOUNT: (
            """
            g rekening; g rekeningnummer; g rek; g rek nr; g account; geblokkeerde rekening; iban g rekening; iban g rek; g rekening iban"""
        ),
        Label.BIC: (
            """
            bic; bic code; swift; swift code; bic swift; swiftcode"""
        ),
        Label.HOLDER: (
            """
            t n v; tnv; ten name van; ten name v; rekeninghouder; op naam van; naam rekeninghouder; account holder; account name; in the name of;
            kontoinhaber; titulaire; begunstigde; tenaamstelling"""
        ),
        Label.INVOICE_NUMBER: (
            """
            factuurnummer; factuurnr; factuurno; factuurnum; factuur nummer; factuur nr; factuur no; factuur num; fact nr; factnr; fact nummer;
            factuur id; factuurcode; facturnummer; facnr; notanummer; nota nummer; notanr; nota nr; declaratienummer; declaratie nummer;
            declaratienr; declaratie nr; rekening nota nummer; nummer factuur; nr factuur; uw factuurnummer; onze factuurnummer; ons
            factuurnummer; faktuurnummer; faktuurnr; faktuur nummer; faktuur nr; verkoopfactuur nr; verkoopfactuurnummer; documentnummer; document
            nr; creditnummer; creditnotanummer; creditnota nr; creditnota nummer; creditfactuurnummer; creditfactuur nr; credit factuurnummer;
            invoice number; invoice no; invoice nr; invoice num; invoice id; credit note number; credit note no; bill number; bill no;
            rechnungsnummer; rechnungs nr; rechnung nr; rechnungsnr; facture no; numero de facture; facture numero; facture n"""
        ),
        Label.TITLE: (
            """
            factuur; faktuur; nota; declaratie; verzamelfactuur; maandfactuur; verkoopfactuur; zorgfactuur; zorgnota; zorgdeclaratie;
            honorariumnota; invoice; tax invoice; rechnung; facture; creditnota; creditfactuur; credit nota; credit factuur; creditdeclaratie;
            credit note; gutschrift"""
        ),
        Label.NUMBER: (
            """
            nummer; nr; number; no; volgnummer; kenmerk; ons kenmerk; onze referentie; referentie; our reference; betalingskenmerk; betaalkenmerk;
            betalingsreferentie; onder vermelding van; o v v; ovv; kenmerk factuur; factuurkenmerk; factuurreferentie"""
        ),
        Label.INVOICE_DATE: (
            """
            factuurdatum; factuur datum; datum factuur; faktuurdatum; faktuur datum; notadatum; nota datum; datum nota; declaratiedatum; datum
            declaratie; uitgereikt op; uitgereikt d d; uitgifte; gefactureerd d d; fact datum; datum nota; opmaakdatum; factuur d d; factuur
            dd; dagtekening; uitgiftedatum; datum van uitgifte; datum uitreiking; factuurdat; creditdatum; datum
            creditnota; invoice date; date of invoice; date of issue; issue date; issued; issued on; rechnungsdatum; datum der rechnung; date de
            facture; date facture; documentdatum"""
        ),
        Label.DATE: (
            """
            datum; date; d d; dd; date d emission; opgemaakt op; opgesteld op; gefactureerd op"""
        ),
        Label.OTHER_DATE: (
            """
            vervaldatum; vervaldag; vervalt op; vervalt; verloopt op; verloopt; te betalen per; zahlbar bis; zahlbar; faellig am; verval
            datum; betaaldatum; uiterste betaaldatum; uiterlijke betaaldatum; betalen voor; te betalen voor; te
            betalen uiterlijk; te voldoen voor; uiterlijk; voor uiterlijk; betaal voor; uiterste datum; leverdatum; leveringsdatum; datum
            levering; datum prestatie; prestatiedatum; datum dienst; behandeldatum; zorgdatum; datum behandeling; datum zorg; periode;
            zorgperiode; behandelperiode; declaratieperiode; factuurperiode; factuur periode; over de periode; leverperiode;
            leveringsperiode; betreft periode; betreffende periode; startdatum; begindatum; einddatum;
            ingangsdatum; datum van; datum tot; van; t m; tot en met; tot; orderdatum; datum order; offertedatum; besteldatum; datum beschikking;
            beschikking d d; beschikkingsdatum; afdrukdatum; printdatum; incassodatum; due date; due; payment due; pay by; payable by; delivery
            date; date of supply; period; service date; service period; falligkeitsdatum; fallig am; leistungszeitraum; lieferdatum;
            leistungsdatum; echeance; date d echeance; geldig tot; datum verzending; betaaltermijn; betalingstermijn; maand"""
        ),
        Label.BIRTH_DATE: (
            """
            geboortedatum; geb datum; gebdatum; geb dat; geboren; geboren op; geb; date of birth; dob; birth date; geburtsdatum; geb d d"""
        ),
        Label.PHONE: (
            """
            tel; telefoon; telefoonnummer; telefoonnr; telefoon nr; tel nr; tel no; telnr; telefoonnummers; mobiel; mobiele telefoon; mob; gsm;
            phone; telephone; mobile; telefon; telephone number; phone number; bel; bereikbaar op; telefonisch; telefonisch bereikbaar op; t; m;
            p; tf; 06 nummer; algemeen nummer; servicenummer"""
        ),
        Label.FAX: (
            """
            fax; faxnummer; fax nr; telefax; f; faxnr"""
        ),
        Label.WEB: (
            """
            e mail; email; mail; website; web; www; internet; e; w; site; e mailadres; emailadres"""
        ),
        Label.NET: (
            """
            totaal excl btw; totaal exclusief btw; totaal excl; totaal exclusief; totaalbedrag excl btw; totaalbedrag exclusief btw; totaalbedrag
            excl; totaal bedrag excl btw; totaal bedrag exclusief btw; totaal netto; netto totaal; netto; nettobedrag; netto bedrag; netto
            factuurbedrag; bedrag excl btw; bedrag exclusief btw; bedrag excl; bedrag exclusief; excl btw; exclusief btw; excl b t w; ex btw;
            totaal ex btw; bedrag ex btw; subtotaal excl btw; subtotaal exclusief btw; subtotaal excl; subtotaal ex btw; factuurbedrag excl btw;
            factuurbedrag exclusief btw; grondslag; grondslag btw; btw grondslag; maatstaf van heffing; belastbaar bedrag; totaal zonder btw;
            bedrag zonder btw; totaal voor btw; totaal excl omzetbelasting; exclusief omzetbelasting; totaal exclusief omzetbelasting; net; net
            amount; net total; total excl vat; total excluding vat; total ex vat; amount excl vat; excl vat; excluding vat; taxable amount;
            subtotal excl vat; total net; nettobetrag; gesamt netto; zwischensumme netto; summe netto; total ht; montant ht; hors tva; total hors
            tva; totaal vrijgesteld; totaal vrijgesteld van btw; vrijgesteld bedrag"""
        ),
        Label.SUBTOTAL: (
            """
            subtotaal; sub totaal; subtot; tussentotaal; subtotal; sub total; zwischensumme; sous total; totaal diensten; totaal zorg; totaal
            uren; totaal werkzaamheden; totaal regels; goederenbedrag; warenwert"""
        ),
        Label.VAT: (
            """
            btw; vat; tva; b t w; btw bedrag; bedrag btw; totaal btw; btw totaal; totaalbedrag btw; omzetbelasting; btw hoog; btw laag; btw hoog tarief; btw
            laag tarief; hoog tarief; laag tarief; btw over; waarvan btw; inclusief btw bedrag; totaal bedrag btw; btw tarief; btw hoge tarief;
            vat amount; total vat; vat total; tax; tax amount; sales tax; mwst; ust; umsatzsteuer; mehrwertsteuer; montant tva; total tva; plus
            btw; bij btw; ob; over te dragen btw; verschuldigde btw"""
        ),
        Label.GROSS: (
            """
            totaal incl btw; totaal inclusief btw; totaal incl; totaal inclusief; totaalbedrag incl btw; totaalbedrag inclusief btw; totaalbedrag
            incl; totaal bedrag incl btw; totaal bedrag inclusief btw; bedrag incl btw; bedrag inclusief btw; incl btw; inclusief btw; incl b t w;
            te betalen; totaal te betalen; te betalen bedrag; totaal te voldoen; te voldoen; te voldoen bedrag; door u te voldoen;
            factuurbedrag; factuurtotaal;
            totaal factuur; totaal factuurbedrag; totaalbedrag factuur; factuurbedrag incl btw; factuurbedrag inclusief btw; eindtotaal;
            eindbedrag; bruto; totaal bruto; brutobedrag; door u te betalen; nog te betalen; u betaalt; verschuldigd bedrag; totaal verschuldigd;
            totaal verschuldigd bedrag; notabedrag; totaal nota; totaal declaratie; declaratiebedrag; gedeclareerd bedrag; te declareren; te
            declareren bedrag; totaal te declareren; totaal gedeclareerd; het bedrag van; een bedrag van; het totaalbedrag van; te ontvangen; te
            crediteren; te crediteren bedrag; creditbedrag; totaal credit; totaal te crediteren; u ontvangt; te ontvangen bedrag; terug te
            ontvangen; te vorderen; totaal te vorderen; algemeen totaal; total incl vat; total including vat; total inc vat; amount due; total
            due; balance due; grand total; total amount due; incl vat; including vat; amount payable; total payable; invoice total; total invoice;
            gesamtbetrag; rechnungsbetrag; brutto; gesamt brutto; endbetrag; zu zahlen; zahlbetrag; total ttc; montant ttc; a payer; net a payer;
            te betalen incl btw; te betalen inclusief btw; totaal te betalen incl btw; totaal te betalen inclusief btw; subtotaal incl btw"""
        ),
        Label.TOTAL: (
            """
            totaal; totaalbedrag; totaal bedrag; totalen; tot; total; total amount; summe; gesamt; gesamtsumme; montant total; totaal eur; totaal
            euro; totaal in euro; som; bedrag; totaalprijs; amount"""
        ),
        Label.PAID: (
            """
            reeds betaald; reeds voldaan; voorschot; al betaald; aanbetaling; betaald; voldaan; ontvangen; paid; already paid; vorig saldo;
            openstaand saldo; korting; discount; waarvan g rekening; op g rekening; naar g rekening; storten op g rekening"""
        ),
        Label.CORRECTS: (
            """
            credit op factuur; credit op factuurnummer; creditering van factuur; creditering factuur; correctie op factuur; correctie factuur;
            correctie van factuur; betreft factuur; betreft factuurnummer; oorspronkelijke factuur; oorspronkelijk factuurnummer; originele
            factuur; origineel factuurnummer; op factuur; van factuur; behorend bij factuur; bij factuur; creditnota op
            factuur; creditnota bij factuur; creditfactuur op factuur; ter correctie van factuur; ter vervanging van factuur; inzake factuur; met
            betrekking tot factuur; vervangt factuur; gecrediteerde factuur; crediteert factuur; voor factuur; original invoice; original invoice
            number; credit for invoice; corrects invoice; for invoice; against invoice; zu rechnung; reference invoice; referentie factuur; oude
            factuurnummer; oud factuurnummer"""
        ),
        Label.OTHER_NUMBER: (
            """
            ihr zeichen; ihre referenz;
            klantnummer; klant nr; klantnr; klantcode; klant nummer; debiteurnummer; debiteurennummer; debiteur nr; debiteurnr; debiteur nummer;
            deb nr; debnr; crediteurnummer; crediteurennummer; crediteur nr; relatienummer; relatie nr; ordernummer; order nr; order; ordernr;
            bestelnummer; inkoopnummer; inkoopordernummer; inkooporder; verplichtingennummer; verplichtingnummer; opdrachtnummer; opdracht nr;
            opdracht; beschikkingsnummer; beschikkingnummer; beschikking; beschikking nr; toewijzingsnummer; toewijzingnummer; toewijzing;
            projectnummer; project; project nr; contractnummer; contract nr; agb; agb code; agb codes; agb nummer; agbcode; agb nr; agb code
            praktijk; agb code zorgverlener; agb code onderneming; big nummer; big nr; big registratie; big registratienummer; big; rsin; rsin
            nummer; vestigingsnummer; vestiging nr; vestigingsnr; vestigings nr; uw kenmerk; uw referentie; uw ref; your reference; your ref;
            kostenplaats; kostensoort; gemeentecode; productcode; product code; artikelnummer; artikel; artikelcode; zorgcode; prestatiecode;
            customer number; customer no; customer id; client number; order number; purchase order; po number; account code; kundennummer; kunden
            nr; bestellnummer; numero client; polisnummer; dossiernummer; dossier; dossier nr; zaaknummer; lidnummer; lidmaatschapsnummer;
            registratienummer; skj; skj nummer; skj registratie; kiwa; hkz; postadres; pakbonnummer; offertenummer; offerte nr;
            loonheffingsnummer; loonbelastingnummer; serienummer; machtigingsnummer; machtigingskenmerk; incassant id; pagina; page; bijlage"""
        ),
        Label.ADDRESSEE: (
            """
            factuuradres; factuur adres; factureren aan; factuur aan; gefactureerd aan; aan; aan de; debiteur; geadresseerde; opdrachtgever;
            afnemer; klant; klantgegevens; debiteurgegevens; gericht aan; verzonden aan; verzendadres; bestemd voor; factuur voor; betaler; bill
            to; billed to; invoice to; sold to; invoice address; billing address; to; customer; rechnung an; rechnungsadresse; rechnungsempfanger;
            kunde; an; facture a; adresse de facturation; client facture"""
        ),
        Label.SUPPLIER: (
            """
            leverancier; afzender; zorgaanbieder; aanbieder; zorgverlener; praktijk; praktijknaam; bedrijfsnaam; bedrijf; naam bedrijf; naam
            aanbieder; naam zorgaanbieder; naam praktijk; naam organisatie; organisatie; handelsnaam; bedrijfsgegevens; afzendergegevens; gegevens
            leverancier; gegevens zorgaanbieder; naam onderneming; naam leverancier; factuur van; crediteur; opdrachtnemer; from; supplier;
            seller; vendor; company; billed by; company name; absender; lieferant; rechnungssteller; fournisseur; onderneming; statutaire naam;
            uitgereikt door; declarant"""
        ),
        Label.ATTENTION: (
            """
            t a v; tav; ter attentie van; attn; attention; z hd; c o; afd; afdeling; a l attention de"""
        ),
        Label.CLIENT: (
            """
            client; clienten; naam client; clientnaam; naam van client; client naam; patient; patientnaam; naam patient; jeugdige; naam jeugdige;
            kind; naam kind; clientgegevens; gegevens client; zorgvrager; bewoner; deelnemer; naam deelnemer; leerling; naam leerling; inwoner;
            verzekerde; budgethouder; hulpvrager; client name; patient name; jongere; naam jongere; pupil"""
        ),
        Label.CLIENT_NUMBER: (
            """
            clientnummer; clientnr; client nr; client nummer; clientcode; client code; client id; client no; patientnummer; patient nr; patientnr;
            zorgvragernummer; clientkenmerk; client kenmerk; client number; patient id; clientreferentie"""
        ),
        Label.BSN: (
            """
            bsn; bsn nummer; bsn nr; burgerservicenummer; burger service nummer; burgerservicenr; sofinummer; sofi nummer; sofi nr; sofi; client
            bsn; client bsn nummer; client bsn nr; bsn client; bsn van client; bsn jeugdige; bsn kind; bsn patient; bsnnummer; citizen
            service number; personal number;
            persoonsnummer"""
        ),
        Label.STREET: (
            """
            adres; straat; straatnaam; bezoekadres; vestigingsadres; straat en huisnummer; straat huisnummer; address; street; adresse; strasse;
            praktijkadres; adresgegevens; kantooradres; adres praktijk; locatie; adres aanbieder; adres leverancier"""
        ),
        Label.POSTCODE: (
            """
            postcode; postcode plaats; postcode en plaats; postcode woonplaats; postcode en woonplaats; pc plaats; zip; postal code; plz; zip
            code; postcode vestigingsplaats"""
        ),
        Label.CITY: (
            """
            plaats; woonplaats; vestigingsplaats; stad; city; ort; plaatsnaam; gevestigd te"""
        ),
        Label.NAME: (
            """
            naam; name; firma"""
        ),
        Label.PO_BOX: (
            """
            postbus; postbusnummer; po box; p o box; postfach; boite postale; pb"""
        ),
        Label.COLUMN: (
            """
            omschrijving; beschrijving; aantal; tarief; prijs; stuks; eenheid; uren; dienst; product; activiteit; description; quantity; qty;
            rate; unit price; price; hours; beschreibung; menge; einzelpreis; prijs per uur; prijs per stuk; stukprijs; bedrag per uur; uurtarief;
            eenheidsprijs; btw percentage; werkzaamheden; prestatie; designation; quantite"""
        ),
    }.items()
}
