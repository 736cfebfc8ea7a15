"""How well invoices are read: a fresh random draw of the corpus, field by field, beside
invoice2data and beside pdfplumber with plain patterns; then the families of layouts that nobody
here drew, open and held out apart.

``make bench-reading`` draws 1,000 documents of each with a seed never used before (the clock);
``--seed`` and ``--count`` draw others, ``--part`` one of the three. Ours goes down the road of
``intake check``, children and second reading included. The others give fewer fields; where one of
those that they do look for is missing, they count as refusing the document, as a plain checker
would.
"""

from __future__ import annotations

import argparse
import collections
import io
import logging
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pdfplumber
from invoice2data import extract_data
from invoice2data.extract.invoice_template import InvoiceTemplate
from invoice2data.extract.loader import read_templates

from bench import families
from intake import profile
from intake.children import open_sandbox
from intake.document.reading import READ, ReadArguments
from intake.model.document import Reader
from intake.model.mail import Part, PartKind
from intake.pipeline import check_file
from intake.sandbox.task import ChildKind
from intake.text.dates import dates_in
from tests.corpus.bill import FAULTS, TODAY
from tests.corpus.corpus import LAYOUTS, Sample, corpus
from tests.corpus.judge import FIELDS, Judgement, judge, same

COUNT = 1000
SHARED = ("kvk-number", "iban", "invoice-number", "issue-date", "gross-amount")
"""What the others are asked for."""
_PATTERNS = {
    "kvk-number": (
        r"(?:KvK|K\.v\.K\.|KVK|Kamer van Koophandel|Handelsregister|CoC)[^\d\n]{0,30}((?:\d["
        r" .]?){7}\d)\b"
    ),
    "iban": r"\b(NL\d{2}[ .]?[A-Z]{4}[ .]?(?:\d[ .]?){10})",
    "invoice-number": (
        r"(?:Factuurnummer|Factuurnr\.?|Factuur nr|Fact\.nr\.|Notanummer|Declaratienummer|Invoice"
        r" (?:number|no\.?)|Nummer)\s*:?\s*(\S+)"
    ),
    "issue-date": (
        r"(?:Factuurdatum|Datum factuur|Notadatum|Dagtekening|Fact\.datum|Invoice"
        r" date|Datum|Date)\s*:?\s*([\w'./-]+(?: \w+\.?)?(?: \d{4})?)"
    ),
    "gross-amount": (
        r"(?:Totaal incl[^€\d]*|Te betalen|Totaal te"
        r" betalen|Eindtotaal|Totaalbedrag|Factuurbedrag|Totaal|Total)\s*:?\s*(?:€|EUR)?\s*([\d.,]+)"
    ),
}
_TEMPLATE = """
issuer: Zorgaanbieder
keywords:
  - '200'
required_fields:
  - issuer
fields:
  invoice_number: '(?i)(?:factuurnummer|factuurnr\\.?|factuur
    nr|fact\\.nr\\.|notanummer|declaratienummer|invoice (?:number|no\\.?))\\s*:?\\s*(\\S+)'
  date: '(?i)(?:factuurdatum|datum factuur|notadatum|dagtekening|fact\\.datum|invoice
    date|datum|date)\\s*:?\\s*(\\d{1,2}[-/. ]\\w+[-/. ]\\d{2,4})'
  amount: '(?i)(?:totaal incl[^€\\d]*|te
    betalen|eindtotaal|totaalbedrag|factuurbedrag|totaal|total)\\s*:?\\s*(?:€|EUR)?\\s*([\\d.,]+)'
  kvk: '(?i)(?:kvk|k\\.v\\.k\\.|kamer van koophandel|handelsregister)\\D{0,25}(\\d{8})'
  iban: '(NL\\d{2}[ .]?[A-Z]{4}[ .]?(?:\\d[ .]?){10})'
options:
  currency: EUR
  decimal_separator: ','
  languages:
    - nl
"""
Found = dict[str, object]


def main() -> None:
    """Draw, read, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--part", choices=("corpus", "open", "held-out"), action="append")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    parts = asked.part or ["corpus", "open", "held-out"]
    if "corpus" in parts:
        _corpus(asked.seed, asked.count)
    families.report(asked.seed, asked.count, "open" in parts, "held-out" in parts)


def _corpus(seed: int, count: int) -> None:
    samples = corpus(seed, count)
    print(
        f"{len(samples)} documents, {len(LAYOUTS)} layouts, {len(set(LAYOUTS.values()))} producers,"
        f" seed {seed}\n"
    )
    _ours(samples)
    _warm(samples)
    _others("pdfplumber and plain patterns", samples, _plain)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "generic.yml").write_text(_TEMPLATE, encoding="utf-8")
        generic = read_templates(folder)
    _others(
        "invoice2data, one generic template", samples, lambda data: _invoice2data(data, generic)
    )
    own = read_templates()
    _others("invoice2data, its own templates", samples, lambda data: _invoice2data(data, own))


def _ours(samples: Sequence[Sample]) -> None:
    municipality = profile.load("almere")
    verdicts: list[Judgement] = []
    pages, began = 0, time.perf_counter()
    with open_sandbox(ChildKind.READING) as reading:
        for sample in samples:
            document = check_file(
                Part("1", PartKind.PDF, sample.pdf, "factuur.pdf"), TODAY, municipality, reading
            )
            pages += document.page_count
            verdicts.append(judge(sample.bill, document))
    spent = time.perf_counter() - began
    faulty = [v for v in verdicts if v.fault]
    good = [v for v in verdicts if not v.fault]
    wrong = collections.Counter(name for v in verdicts for name in v.wrong)
    print("intake")
    for name in FIELDS:
        asked = sum(name in s.bill.truth for s in samples)
        print(f"  {name:20} {1 - wrong[name] / max(1, asked):8.2%} exact")
    print(f"  {'all fields right':20} {sum(not v.wrong for v in verdicts) / len(verdicts):8.2%}")
    print(
        f"  {'wrongly refused':20} {sum(v.wrongly_refused for v in verdicts) / len(verdicts):8.2%}"
    )
    print(
        f"  {'wrongly accepted':20}"
        f" {sum(v.wrongly_accepted for v in faulty) / max(1, len(faulty)):8.2%} of {len(faulty)}"
        f" with one of {len(FAULTS)} faults"
    )
    print(
        f"  {'fault named alone':20}"
        f" {sum(v.named_alone for v in faulty) / max(1, len(faulty)):8.2%}"
    )
    print(
        f"  {'good, yet asked':20}"
        f" {sum(bool(v.reviews - v.expected) for v in good) / max(1, len(good)):8.2%} go to a"
        " person without need"
    )
    print(
        f"  {'time':20} {1000 * spent / pages:8.1f} ms a page, second readings included ({pages}"
        " pages)"
    )
    for sample, verdict in zip(samples, verdicts, strict=True):
        if verdict.wrong or verdict.wrongly_refused or verdict.wrongly_accepted:
            print(
                f"    seed {sample.seed} {sample.layout}: {', '.join(verdict.wrong) or 'finding'}"
            )
    print()


def _warm(samples: Sequence[Sample]) -> None:
    """Words, boxes and fields of one document as the warm child makes them: without the fork, the
    locks and a second reading.
    """
    arguments = ReadArguments(Reader.PDFIUM, profile.load("almere").addressee)
    spent: dict[int, list[float]] = collections.defaultdict(list)
    for sample in samples[:300]:
        began = time.process_time()
        pages = READ.answer(
            READ.perform(READ.request(sample.pdf, arguments, ()))
        ).summary.page_count
        spent[pages].append(1000 * (time.process_time() - began))
    print("intake, first reading in the warm child")
    for pages, times in sorted(spent.items()):
        print(
            f"  {f'{pages} page' + 's' * (pages > 1):20} {sorted(times)[len(times) // 2]:8.1f} ms,"
            f" half of {len(times)} documents in less"
        )
    print()


def _others(name: str, samples: Sequence[Sample], read: Callable[[bytes], Found]) -> None:
    began = time.perf_counter()
    found = [read(sample.pdf) for sample in samples]
    spent = time.perf_counter() - began
    print(name)
    for field in SHARED:
        asked = [(s, f) for s, f in zip(samples, found, strict=True) if field in s.bill.truth]
        print(
            f"  {field:20}"
            f" {sum(same(field, s.bill.truth[field], f.get(field)) for s, f in asked) / len(asked):8.2%}"
            " exact"
        )
    good = [f for s, f in zip(samples, found, strict=True) if s.bill.fault is None]
    missing = {
        "no-kvk": "kvk-number",
        "no-iban": "iban",
        "no-date": "issue-date",
        "no-number": "invoice-number",
    }
    faulty = [
        (missing[s.bill.fault], f)
        for s, f in zip(samples, found, strict=True)
        if s.bill.fault in missing
    ]
    print(
        f"  {'wrongly refused':20}"
        f" {sum(any(f.get(x) is None for x in SHARED) for f in good) / max(1, len(good)):8.2%} of"
        " the good ones"
    )
    passed = sum(f.get(x) is not None for x, f in faulty)
    print(
        f"  {'wrongly accepted':20} {passed / max(1, len(faulty)):8.2%} of {len(faulty)} where one"
        " of these is left out"
    )
    print(f"  {'time':20} {1000 * spent / len(samples):8.1f} ms a document\n")


def _plain(data: bytes) -> Found:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    return _typed(
        {
            name: match[1] if (match := re.search(pattern, text)) else None
            for name, pattern in _PATTERNS.items()
        }
    )


def _invoice2data(data: bytes, templates: list[InvoiceTemplate]) -> Found:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(data)
        file.flush()
        try:
            told = extract_data(file.name, templates=templates) or {}
        except Exception:  # a template that does not fit may raise anything
            told = {}
    told = {
        key: value[0] if isinstance(value, list) and value else value for key, value in told.items()
    }
    date, amount = told.get("date"), told.get("amount")
    fields = {
        "kvk-number": told.get("kvk"),
        "iban": told.get("iban"),
        "invoice-number": told.get("invoice_number"),
    }
    return _typed({key: str(value) if value else None for key, value in fields.items()}) | {
        "issue-date": f"{date:%Y-%m-%d}" if hasattr(date, "strftime") else None,
        "gross-amount": f"{Decimal(str(amount)):.2f}" if isinstance(amount, int | float) else None,
    }


def _typed(texts: dict[str, str | None]) -> Found:
    """Numbers compact, dates ISO, amounts with a point, as the truth has them."""
    found: Found = dict(texts)
    for name in ("iban", "kvk-number"):
        if number := texts.get(name):
            found[name] = re.sub(r"[ .]", "", number)
    if date := texts.get("issue-date"):
        found["issue-date"] = next((value for _, _, value in dates_in(date)), None)
    if amount := texts.get("gross-amount"):
        found["gross-amount"] = _amount(amount)
    return found


def _amount(text: str) -> str | None:
    plain = text.strip(".,")
    plain = (
        plain.replace(".", "").replace(",", ".") if plain[-3:-2] == "," else plain.replace(",", "")
    )
    try:
        return f"{Decimal(plain):.2f}"
    except InvalidOperation:
        return None


if __name__ == "__main__":
    main()
