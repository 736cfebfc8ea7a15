"""The secured attachment (beveiligde bijlage): one file a container, our keys, and the care lines
inside.

The doors below import their rooms when they are called: the decrypting child imports this package
for ``smime`` alone and must not load any reader of documents with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intake.model.attachment import Container
from intake.model.mail import Part

if TYPE_CHECKING:
    from intake.secure_attachment.containers.opener import Opener, Passwords


def open_container(part: Part, opener: Opener, passwords: Passwords) -> Container | None:
    """Open one container, and the containers inside it. None when the part is no container.

    Never raises for what the file holds; how it ended stands in ``Container.opening``.
    """
    from intake.secure_attachment.containers.opener import open_part

    return open_part(part, opener, passwords)
