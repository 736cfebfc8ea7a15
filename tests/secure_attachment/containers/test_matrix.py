"""Every container × made by the program that people use × good, wrong password, damaged, bomb.

It opens with the exact bytes, or ends in a word; and outside each of those reads as one of two
sentences. The table of it is printed at the end of a test run; ``make test`` runs a slice, ``make
test-long`` the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from intake.checks.registry import on_attachments
from intake.document.reading import read_invoice
from intake.mail import message
from intake.mail.sniff import sniff
from intake.model.attachment import Attachments, Container, Opening, Protection
from intake.model.mail import Part, PartKind
from intake.sandbox.client import Children, Sandbox
from intake.secure_attachment.care_lines.client import read_care_lines
from intake.secure_attachment.containers.format import Opener
from intake.secure_attachment.containers.opener import open_container
from intake.secure_attachment.keys import MunicipalKey
from tests.checks.examples import ALMERE, TODAY
from tests.secure_attachment.containers.made import CONTAINERS, ROW, WRONG, Made, Workshop

ENDS = {Opening.LOCKED, Opening.NOT_FOR_US, Opening.DAMAGED, Opening.BOMB}
CLOSED = "Wij kunnen de beveiligde bijlage niet openen."
BROKEN = "De beveiligde bijlage is beschadigd of te groot om veilig te openen."
NOT_OURS = "De bijlage is versleuteld met een certificaat dat niet van ons is."

Open = Callable[..., Container]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, municipal: MunicipalKey) -> Iterator[Workshop]:
    made = Workshop(tmp_path_factory.mktemp("m"), municipal.certificate)
    yield made
    made.end()


@pytest.fixture(scope="module")
def opener(
    shop: Workshop, reading: Sandbox, decrypting: Sandbox, municipal: MunicipalKey
) -> Opener:
    return Opener(reading, decrypting, [municipal])


@pytest.fixture
def opened(opener: Opener, shop: Workshop, record_property: Callable[[str, Any], None]) -> Open:
    def run(made: Made, column: str, data: bytes, *passwords: str) -> Container:
        keys = (shop.openpgp_key,) if "our key" in made.name else ()
        used = Opener(opener.reading, opener.decrypting, opener.keys, keys)
        container = open_container(_part(made, data), used, lambda: passwords)
        if (
            container is None and column == "damaged"
        ):  # nothing of a lock is left: the readers of documents judge it
            container = Container(
                "2", "plain", _ending_as_document(data, opener.reading), Protection.STRONG
            )
        assert container is not None
        record_property("container", [made.name, made.tool, column, container.opening.value])
        return container

    return run


def _holds_the_care_line(part: Part, reading: Sandbox) -> bool:
    if part.kind is not PartKind.WORD:
        return [line.bsn for line in read_care_lines(reading, part).lines] == [ROW[0]]
    return (
        any(ROW[0].encode(encoding) in part.data for encoding in ("utf-8", "utf-16-le"))
        or read_care_lines(reading, part).lines != ()
    )


def _part(made: Made, data: bytes) -> Part:
    if "whole mail" in made.name:
        return message.parse(data).parts[0]
    return Part("2", sniff(data), data, "zorg")


def _ending_as_document(data: bytes, reading: Children) -> Opening:
    summary, invoice = read_invoice(reading, data, ALMERE.addressee)
    assert (summary.fault, invoice) == ("damaged", None)
    return Opening.DAMAGED


def rows(what: Callable[[Made], object] = lambda made: True) -> list[Any]:
    return [
        pytest.param(made, id=made.name, marks=pytest.mark.long if made.long else ())
        for made in CONTAINERS
        if what(made)
    ]


def sentence(container: Container) -> str:
    """What anybody outside reads of a container that did not open."""
    results = on_attachments(Attachments((container,)), (), ALMERE, TODAY)
    return next(
        f.what for result in results for f in result.findings if result.check == "secure-attachment"
    )


@pytest.mark.parametrize("made", rows())
def test_good_opens_with_the_exact_bytes(
    made: Made, shop: Workshop, opened: Open, reading: Sandbox
) -> None:
    """A provider's secured attachment would wait for a person although everybody did everything
    right.
    """
    container = opened(made, "good", made.make(shop), WRONG, made.password)

    files = [part for part in container.parts if not part.path.endswith("/text")]
    assert (container.opening, container.protection, len(files)) == (
        Opening.OPENED,
        made.protection,
        made.files,
    )
    if made.exact is not None:
        assert {part.data for part in files} == {made.exact}
    else:
        assert _holds_the_care_line(files[0], reading)


@pytest.mark.parametrize("made", rows(lambda made: made.protection is not Protection.NONE))
def test_a_wrong_secret_asks_the_provider(made: Made, shop: Workshop, opened: Open) -> None:
    """A wrong password must be a question, never damage, never "not secured"."""
    container = opened(made, "wrong secret", (made.other or made.make)(shop), WRONG)

    assert container.opening is (Opening.NOT_FOR_US if made.other else Opening.LOCKED)
    assert container.parts == ()
    assert sentence(container) in (CLOSED, NOT_OURS)


@pytest.mark.parametrize("made", rows())
@pytest.mark.parametrize("kept", [0.4, 0.7])
def test_damaged_gives_nothing_wrong(made: Made, kept: float, shop: Workshop, opened: Open) -> None:
    """Half a file must not be read as a whole one, and must not tell how decrypting failed."""
    data = made.make(shop)
    container = opened(made, "damaged", data[: int(len(data) * kept)], made.password)

    assert container.opening in ENDS
    assert sentence(container) in (CLOSED, BROKEN)


@pytest.mark.parametrize("made", rows(lambda made: made.bomb))
def test_a_bomb_ends_in_a_word(made: Made, shop: Workshop, opened: Open) -> None:
    """One hostile attachment must not hold a worker or fill its memory."""
    assert made.bomb
    container = opened(made, "bomb", made.bomb(shop), made.password)

    assert (container.opening, container.parts) == (Opening.BOMB, ())
    assert sentence(container) == BROKEN


def test_our_earlier_and_expired_keys_open_beside_the_new_one(
    shop: Workshop, opener: Opener, municipal: MunicipalKey
) -> None:
    """After a renewal providers go on encrypting to the old certificate, on whatever curve it was."""
    curve = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
    earlier = [Earlier(shop.certificate("vorig", curve)), Earlier(shop.certificate("oud"))]
    several = Opener(opener.reading, opener.decrypting, [municipal, *earlier])  # type: ignore[list-item]

    for data in (
        shop.enveloped("-aes256", "-recip", "vorig.pem", to="oud.pem"),
        shop.enveloped("-aes256", "-recip", "vorig.pem", to="signer.pem"),
    ):
        container = open_container(Part("2", sniff(data), data), several, tuple)
        assert container is not None
        assert container.opening is Opening.OPENED


class Earlier:
    """A pair that was ours before."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
