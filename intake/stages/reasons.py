"""Why a mail or an invoice ended as it did, in Dutch, for clerks (``templates/_default/reasons.toml``)."""

from __future__ import annotations

from collections.abc import Sequence

from intake.profile import default_texts


def sentence(code: str, **words: object) -> str:
    """The sentence of this code; ``words`` fill its gaps.

    Raises:
        KeyError: no such code, or a gap without its word.
    """
    written: str = default_texts("reasons")[code]
    return written.format(**words)


def is_known(code: str) -> bool:
    return code in default_texts("reasons")


def is_in_portal(reason: str) -> bool:
    """Whether a mail ended so because its message waits in a portal, or was not fetched there in time."""
    written: str = default_texts("reasons")["portal-waits"]
    return reason.startswith(written.partition(":")[0])


def listed(references: Sequence[str], last: str) -> str:
    """References in a sentence: ``IN-1, IN-2 of IN-3``.

    Args:
        last: the word before the last one.
    """
    return f" {last} ".join(filter(None, (", ".join(references[:-1]), references[-1])))
