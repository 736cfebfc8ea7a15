"""Saves documents with a password; run by Debian's own Python, whose module ``uno`` talks to a
LibreOffice on a pipe.

``python3 libreoffice_lock.py PIPE PASSWORD JOBS``: JOBS is JSON, a list of [source, target, filter,
way to encrypt].
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import NamedValue, PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]


def named(kind: Any, name: str, value: object) -> Any:
    made = kind()
    made.Name, made.Value = name, value
    return made


def connected(pipe: str) -> Any:
    resolver = uno.getComponentContext().ServiceManager.createInstance(
        "com.sun.star.bridge.UnoUrlResolver"
    )
    for _ in range(300):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
    raise SystemExit("LibreOffice does not answer")


def secret(password: str, way: str) -> Any:
    if way == "ooxml":
        values = (
            named(NamedValue, "CryptoType", "Standard"),
            named(NamedValue, "OOXPassword", password),
        )
        return named(
            PropertyValue, "EncryptionData", uno.Any("[]com.sun.star.beans.NamedValue", values)
        )
    if way == "pdf":
        values = (
            named(PropertyValue, "EncryptFile", True),
            named(PropertyValue, "DocumentOpenPassword", password),
        )
        return named(
            PropertyValue, "FilterData", uno.Any("[]com.sun.star.beans.PropertyValue", values)
        )
    return named(PropertyValue, "Password", password)


pipe, password, jobs = sys.argv[1:]
desktop = connected(pipe).ServiceManager.createInstance("com.sun.star.frame.Desktop")
for source, target, kind, way in json.loads(jobs):
    document = desktop.loadComponentFromURL(
        uno.systemPathToFileUrl(source), "_blank", 0, (named(PropertyValue, "Hidden", True),)
    )
    document.storeToURL(
        uno.systemPathToFileUrl(target),
        (named(PropertyValue, "FilterName", kind), secret(password, way)),
    )
    document.close(True)
desktop.terminate()
