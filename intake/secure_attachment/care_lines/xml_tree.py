"""XML of strangers, parsed without fetching or unfolding anything; elements are known by their local
name, whatever release their namespace is of.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from intake.secure_attachment.care_lines.rows import MAX_UNPACKED, Unreadable


def parsed(xml: bytes) -> Any:
    """The root of a document.

    Raises:
        Unreadable: no whole XML, or too large.
    """
    if len(xml) > MAX_UNPACKED:
        raise Unreadable
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable from None


def parsed_in(archive: zipfile.ZipFile, name: str) -> Any:
    """The root of one file of a zipped document.

    Raises:
        Unreadable: as ``parsed``.
    """
    with archive.open(name) as file:
        return parsed(file.read(MAX_UNPACKED + 1))


def opened(data: bytes) -> zipfile.ZipFile:
    """A zipped document.

    Raises:
        Unreadable: no zip, or damaged.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable from None


def name_of(element: Any) -> str:
    """Local name; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The value of an attribute by its local name; empty when there is none."""
    return next((v for key, v in element.items() if etree.QName(key).localname == name), "")


def children(parent: Any, *names: str) -> Iterator[Any]:
    """Direct children with one of these names."""
    return (child for child in parent if name_of(child) in names)
