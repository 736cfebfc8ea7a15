"""A task: one thing that a child does with a stranger's bytes, as a value of the room that owns it.

Arguments and answer are the types in the signature of ``run``; both travel as JSON, and large bytes
beside it (``Attached``). What a child answers is believed only when it has its type and lies within
its bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_type_hints

from intake.errors import SandboxFailed

if TYPE_CHECKING:
    from pydantic import TypeAdapter

A = TypeVar("A")
"""Arguments of a task."""
R = TypeVar("R")
"""What a task returns."""

MAX_TEXT = 20_000
"""Characters of one text (a block of lines is the longest)."""
MAX_ITEMS = 60_000
"""Values in one list (lines of the longest documents)."""
MAX_NUMBER = 10**9
MAX_POINTS = 100_000.0
"""A coordinate further out than this is on no page (the format allows 14,400)."""
MAX_AMOUNT = Decimal(10) ** 15
MAX_DECIMALS = 12


class ChildKind(StrEnum):
    """What a child may know: a reading child has no key, a decrypting child no PDF code, an OCR
    child neither.

    Each kind holds no more code than its tasks need: a fork costs by the memory of its template.
    """

    READING = "reading"
    SECOND = "second-reading"
    """Reads an invoice again, before it would be refused."""
    PICTURES = "pictures"
    """Reads photos, and draws what OCR is to look at; a library of it works in threads of its
    own."""
    CONTENTS = "contents"
    """Reads care lines in workbooks, letters and text, and e-invoices; no PDF."""
    UNLOCKING = "unlocking"
    """Opens archives and what a password locks (zip, 7z, Office, PDF)."""
    DECRYPTING = "decrypting"
    """Opens S/MIME with our private keys."""
    OPENPGP = "openpgp"
    """Opens OpenPGP with our private keys and agreed passwords, where its library is installed."""
    VALIDATING = "validating"
    """Holds the rules of e-invoices (Saxon), and no reader of PDF."""
    OCR = "ocr"


class Burden(StrEnum):
    """How a task counts in what one mail may cost (``budget``)."""

    READS = "reads"
    DRAWS = "draws"
    """Draws a page for OCR: slow, and a page of the budget."""
    RECOGNISES = "recognises"
    """OCR of a drawn page: slow, and its failure says nothing about the file."""
    UNPACKS = "unpacks"
    """What it answers came out of a container."""


class _BesideJson:
    """Pydantic's schema of bytes that follow the JSON in the order in which they are named there."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> Any:
        from pydantic_core import core_schema

        return core_schema.with_info_plain_validator_function(
            _next_piece,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _set_aside, info_arg=True
            ),
        )


Attached = Annotated[bytes, _BesideJson()]
"""Bytes in an answer; in its JSON stands only how many there are."""


def _set_aside(content: bytes, info: Any) -> int:
    info.context.append(content)
    return len(content)


def _next_piece(size: object, info: Any) -> bytes:
    piece: bytes | None = next(info.context, None)
    if piece is None or size != len(piece):
        raise ValueError("bytes are missing")
    return piece


def within_bounds(answer: object, page_count: int | None = None) -> bool:
    """Whether everything in an answer lies within what a document can hold.

    Args:
        page_count: pages of the document, for whatever names a page of it.
    """
    waiting: list[Any] = [answer]
    while waiting:
        value = waiting.pop()
        kind = value.__class__
        if kind is str:
            sound = len(value) <= MAX_TEXT and "\0" not in value
        elif kind is tuple:
            sound = len(value) <= MAX_ITEMS
            waiting.extend(value)
        elif kind is float:
            sound = -MAX_POINTS <= value <= MAX_POINTS
        elif kind is int:
            sound = -MAX_NUMBER <= value <= MAX_NUMBER
        elif kind is Decimal:
            exponent = value.as_tuple().exponent
            sound = (
                abs(value) < MAX_AMOUNT and isinstance(exponent, int) and exponent >= -MAX_DECIMALS
            )
        else:
            names = _names(kind)
            sound = "page" not in names or _is_page(value.page, page_count)
            waiting.extend([getattr(value, name) for name in names])
        if not sound:
            return False
    return True


def _is_page(number: int | None, page_count: int | None) -> bool:
    return number is None or 1 <= number <= (MAX_NUMBER if page_count is None else page_count)


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; none of another type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


@dataclass(frozen=True, slots=True)
class Task(Generic[A, R]):
    """One thing that a child does.

    The template finds it by its name in the module of ``run``, which therefore imports its library
    when it runs and not before: parent and template load no more than they use.
    """

    name: str
    """As logs and ``intake doctor`` name it."""
    kind: ChildKind
    run: Callable[[bytes, A, Sequence[bytes]], R]
    """The child's side: takes data, arguments and secrets."""
    warm_up: Callable[[], Iterable[tuple[bytes, A, Sequence[bytes]]]]
    """What the template runs the task on before its first document, so that all is imported and
    built when the locks close."""
    is_sound: Callable[[R], bool] = within_bounds
    """Whether an answer of the right type can be true."""
    seconds: float = 20.0
    """Limit of processor time and of the clock on the wall."""
    burden: Burden = Burden.READS

    @property
    def module(self) -> str:
        return self.run.__module__

    def prepare(self) -> None:
        """Build what reads and writes arguments and answer."""
        _adapter(self, "arguments")
        _adapter(self, "return")

    def request(self, data: bytes, arguments: A, secrets: Sequence[bytes]) -> list[bytes]:
        """What the parent sends: arguments, secrets, data."""
        return [_adapter(self, "arguments").dump_json(arguments), *secrets, data]

    def perform(self, pieces: Sequence[bytes]) -> list[bytes]:
        """The child's side of a request: the answer as JSON, and its bytes."""
        arguments, *secrets, data = pieces
        answer = self.run(data, _adapter(self, "arguments").validate_json(arguments), secrets)
        attached: list[bytes] = []
        return [_adapter(self, "return").dump_json(answer, context=attached), *attached]

    def answer(self, pieces: Sequence[bytes]) -> R:
        """The parent's side of what a child wrote.

        Raises:
            SandboxFailed: ``garbage``.
        """
        attached = iter(pieces[1:])
        try:
            answer: R = _adapter(self, "return").validate_json(
                pieces[0], extra="forbid", context=attached
            )
            sound = self.is_sound(answer) and next(attached, None) is None
        except (ValueError, ArithmeticError, RecursionError, IndexError):
            raise SandboxFailed("garbage") from None  # the words of the error hold content
        if not sound:
            raise SandboxFailed("garbage")
        return answer


@cache
def _adapter(task: Task[Any, Any], position: str) -> TypeAdapter[Any]:
    """Reads and writes arguments or answer; built once in each process that needs it."""
    from pydantic import TypeAdapter

    return TypeAdapter(get_type_hints(task.run, include_extras=True)[position])
