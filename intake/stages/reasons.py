"""Why a mail or an invoice ended as it did, in Dutch, for clerks (``templates/_default/reasons.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from intake.profile import templates_folder


def sentence(code: str, **words: object) -> str:
    """The sentence of this code; ``words`` fill its gaps.

    Raises:
        KeyError: no such code, or a gap without its word.
    """
    return _sentences()[code].format(**words)


def is_known(code: str) -> bool:
    return code in _sentences()


def listed(references: Sequence[str], last: str) -> str:
    """References in a sentence: ``IN-1, IN-2 of IN-3``.

    Args:
        last: the word before the last one.
    """
    return f" {last} ".join(filter(None, (", ".join(references[:-1]), references[-1])))


@cache
def _sentences() -> Mapping[str, str]:
    file = templates_folder() / "_default" / "reasons.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
