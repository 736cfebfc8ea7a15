"""The secured attachment (beveiligde bijlage): one file a container, our keys, and the care lines inside.

The doors below import their rooms when they are called: the decrypting child imports this package for ``smime`` alone
and must not load any reader of documents with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from intake.types import Container, Part, PartKind

if TYPE_CHECKING:
    from intake.document.sandbox import Sandbox
    from intake.secure_attachment.keys import MunicipalKey


def is_container(kind: PartKind) -> bool:
    """Whether a file of this kind may hold other files, encrypted or not."""
    from intake.secure_attachment.container import KINDS

    return kind in KINDS


def open_container(
    part: Part, reading: Sandbox, decrypting: Sandbox, keys: Sequence[MunicipalKey], passwords: Sequence[str]
) -> Container | None:
    """Open one container, and the containers inside it. None when the part is no container.

    Never raises for what the file holds; how it ended stands in ``Container.opening``.
    """
    from intake.secure_attachment.container import Tools, open_part

    return open_part(part, Tools(reading, decrypting, tuple(keys), tuple(passwords)))
