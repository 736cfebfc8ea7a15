"""Makes an e-invoice that is slightly off what its standard asks, where only one thing can be meant.

Programs write the wrong encoding into the declaration, something in front of it, a prefix that they do
not declare, a namespace of their own, or ZUGFeRD 1.0. No value is changed or guessed: what is not
certain stays as it is, and is then no e-invoice that we know.
"""

from __future__ import annotations

import codecs
import re
from html.entities import name2codepoint
from typing import Any

from intake.document.einvoice.terms import NAMESPACES, ROOTS

_MOST_BEFORE = 4_096
"""Characters in front of the first element that belong to no invoice."""
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,400}\?>")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31})?(;?)")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_DOCTYPE = re.compile(r"<!DOCTYPE|<!ENTITY|<!\[CDATA\[", re.IGNORECASE)
_START = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:Invoice|CreditNote|CrossIndustry|StandardBusiness)")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
_BOUND = re.compile(r"\bxmlns:([A-Za-z_][\w.-]{0,30})\s*=")
_PREFIXES = {**NAMESPACES, "a": NAMESPACES["ram"]}
_NAMESPACE = re.compile(r"(\bxmlns(?::[\w.-]{1,30})?\s{0,3}=\s{0,3}[\"'])\s*([^\"'\s]*)\s*([\"'])")
_UBL_ROOTS = {tag.rpartition("}")[2]: tag for tag in ROOTS if "ubl:schema" in tag}
_CII_ROOT = next(tag for tag in ROOTS if "ubl:schema" not in tag)
_OF_UBL = frozenset({"AccountingSupplierParty", "LegalMonetaryTotal"})
"""Groups that every invoice in UBL has: without them a root of that name is another's."""
_EXTENSIONS = "UBLExtensions"
_OWN_UBL = re.compile(r"ubl|oasis|^$", re.IGNORECASE)

_ZUGFERD_1 = {
    "CrossIndustryDocument": "CrossIndustryInvoice",
    "SpecifiedExchangedDocumentContext": "ExchangedDocumentContext",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "ApplicablePercent": "RateApplicablePercent",
}
"""Names of ZUGFeRD 1.0 that D16B (ZUGFeRD 2, Factur-X) has under another name in the same place."""
_SUMMATION = "SpecifiedTradeSettlementMonetarySummation"
_UDT = frozenset({"DateTimeString", "DateString", "Indicator"})


def plain_text(data: bytes) -> str:
    """The text of an XML file without its declaration, in the encoding that it really has.

    What cannot be in XML is left out: bytes in front of the first element and behind the last one,
    control characters. A lone ampersand, and a name of an HTML character, become what they mean.
    """
    text = _decoded(data)
    begin = text.find("<?xml", 0, _MOST_BEFORE)
    if begin > 0 and not _ROOT.search(text, 0, begin):
        text = text[begin:]
    text = _DECLARATION.sub("", text, count=1)
    first = text.find("<")
    if 0 <= first <= _MOST_BEFORE:
        text = text[first : text.rfind(">") + 1]
    text = _NAMESPACE.sub(r"\1\2\3", _NO_XML.sub("", text))
    return text if _DOCTYPE.search(text) else _with_prefixes(_ENTITY.sub(_entity, text))


def _decoded(data: bytes) -> str:
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace")
    head = data[:400]
    zeros = {"utf-16-be": head[::2].count(0), "utf-16-le": head[1::2].count(0)}
    codec = max(zeros, key=zeros.__getitem__)
    if zeros[codec] > len(head) // 4:
        return data.decode(codec, "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:_MOST_BEFORE])
    name = declared.group(1).decode("ascii") if declared else "cp1252"
    try:
        codec = codecs.lookup(name).name
        single = codec.startswith(("iso8859", "cp12", "cp437", "cp850", "mac"))
        return data.decode("cp1252" if codec == "iso8859-1" or not single else codec, "replace")
    except (LookupError, ValueError):
        return data.decode("cp1252", "replace")


def _entity(found: re.Match[str]) -> str:
    name, closed = found.group(1), found.group(2)
    if name is None or not closed:
        return f"&amp;{found.group()[1:]}"
    if name.startswith("#") or name in _OF_XML:
        return found.group()
    return chr(name2codepoint[name]) if name in name2codepoint else f"&amp;{found.group()[1:]}"


def _with_prefixes(text: str) -> str:
    """Declare the usual prefixes that are used and declared nowhere."""
    missing = set(_PREFIX.findall(text)) - set(_BOUND.findall(text))
    start = _START.search(text)
    if not missing or start is None:
        return text
    namespaces = {prefix: _PREFIXES.get(prefix) for prefix in missing}
    root = (start.group(1) or "")[:-1]
    if root in missing and root not in _PREFIXES:
        tag = _UBL_ROOTS.get(start.group(2)) or (_CII_ROOT if "Industry" in start.group(2) else "")
        namespaces[root] = tag[1:].partition("}")[0] or None
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items() if uri)
    return text[: start.end()] + declared + text[start.end() :]


def conform(root: Any) -> Any:
    """The root with the names of its standard; as it was when it is of no standard that we know.

    In UBL an element with others in it is an aggregate and one without is basic; in CII the place
    tells the namespace.
    """
    name = _local(root)
    if name in _UBL_ROOTS and _OWN_UBL.search(_namespace(root)):
        _conform_ubl(root, name)
    elif name in ("CrossIndustryInvoice", "CrossIndustryDocument"):
        _conform_cii(root)
    return root


def _conform_ubl(root: Any, name: str) -> None:
    inside = [e for top in root if _local(top) != _EXTENSIONS for e in top.iter("*")]
    if not {*map(_local, inside)}.issuperset(_OF_UBL):
        return
    root.tag = _UBL_ROOTS[name]
    known = (NAMESPACES["cac"], NAMESPACES["cbc"])
    for element in inside:
        wanted = known[len(element) == 0]
        is_empty = len(element) == 0 and not (element.text or "").strip()
        if _namespace(element) not in (known if is_empty else (wanted,)):
            element.tag = f"{{{wanted}}}{_local(element)}"


def _conform_cii(root: Any) -> None:
    old = _local(root) == "CrossIndustryDocument"
    known = {NAMESPACES[prefix] for prefix in ("rsm", "ram", "udt", "qdt")}
    used = {_namespace(element) for element in root.iter("*")}
    if not old and len(used) > 1 and used <= known:
        return
    for element in root.iter("*"):
        element.tag = _cii_tag(element, root, old)


def _cii_tag(element: Any, root: Any, old: bool) -> str:
    name, parent = _local(element), element.getparent()
    if old and name == _SUMMATION:
        of_line = _local(parent) in (
            "SpecifiedLineTradeSettlement",
            "SpecifiedSupplyChainTradeSettlement",
        )
        name = f"SpecifiedTradeSettlement{'Line' if of_line else 'Header'}MonetarySummation"
    elif old:
        name = _ZUGFERD_1.get(name, name)
    if element is root or parent is root:
        prefix = "rsm"
    elif name in _UDT:
        prefix = "qdt" if _local(parent).startswith("Formatted") else "udt"
    else:
        prefix = "ram"
    return f"{{{NAMESPACES[prefix]}}}{name}"


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _namespace(element: Any) -> str:
    return str(element.tag)[1:].rpartition("}")[0]
