"""The keys of each page of the desk, as its own help (``?``) shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from intake.profile import templates_folder

_BLOCK = re.compile(r"\{% block keys %\}(.*?)\{% endblock %\}", re.DOTALL)
_KEY = re.compile(r"<dt>(.*?)</dt><dd>(.*?)</dd>")
_KBD = re.compile(r"<kbd>(.*?)</kbd>")


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the help."""

    keys: str
    does: str


def of_pages() -> dict[str, list[Key]]:
    """By the name of the page's template; pages without keys of their own are left out."""
    found = {}
    for file in sorted((templates_folder() / "_default" / "pages").glob("*.html")):
        block = _BLOCK.search(file.read_text(encoding="utf-8"))
        if block and file.stem != "base":
            found[file.stem] = [
                Key(_plain(keys), _plain(does)) for keys, does in _KEY.findall(block[1])
            ]
    return found


def _plain(html: str) -> str:
    return unescape(_KBD.sub(r"`\1`", html))
