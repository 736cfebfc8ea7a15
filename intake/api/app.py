"""The API and its server. Each request bears a token (``intake token``); each is logged without
content, and what it reads stands in the audit."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from intake import security_events
from intake.api.models import BatchHead, Fate, FileMessage, Held, Made, Payment, Wanted, WholeBatch
from intake.errors import CannotOpen, Conflict, StoreUnavailable
from intake.export.table import as_csv, as_xlsx
from intake.review.security import Guard
from intake.review.serving import listening, serve_app
from intake.security_events import Kind
from intake.settings import Settings
from intake.store import Store, audit, batches, tokens
from intake.store.journal import NotKept
from intake.store.tokens import Program, Scope

_BEARER = HTTPBearer(auto_error=False, description="A token made by `intake token add`.")
_EXPECTED: dict[type[Exception], tuple[int, str]] = {
    NotKept: (404, "there is no such batch or invoice"),
    Conflict: (409, "that does not fit where it stands now"),
    CannotOpen: (500, "the record of a case cannot be read"),
    StoreUnavailable: (503, "the database does not answer"),
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLES = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, _XLSX)}
_AS_TABLE = {
    "text/csv": {"schema": {"type": "string"}},
    _XLSX: {"schema": {"type": "string", "format": "binary"}},
}
Number = Annotated[int, Path(ge=1, le=999_999_999)]


class TokenFirst(APIRoute):
    """A door that asks for the token before a byte of the body is read."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()

        async def check(request: Request) -> Response:
            bearer = await _BEARER(request)
            store: Store = request.app.state.store
            found = (
                await run_in_threadpool(tokens.program, store, bearer.credentials)
                if bearer
                else None
            )
            if found is None:
                security_events.tell(Kind.TOKEN_REFUSED)
                raise HTTPException(401, "no valid token", {"WWW-Authenticate": "Bearer"})
            request.state.program = found
            return await handle(request)

        return check


def may(scope: Scope) -> Callable[..., Program]:
    """Lets in who bears a token for this."""

    def check(
        request: Request, _bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Program:
        found: Program = request.state.program
        if scope not in found.scopes:
            raise HTTPException(403, f"this token is not for {scope}")
        return found

    return check


Reader = Annotated[Program, Depends(may(Scope.READ_BATCHES))]
Maker = Annotated[Program, Depends(may(Scope.MAKE_BATCHES))]
Reporter = Annotated[Program, Depends(may(Scope.REPORT))]


def create_app(settings: Settings, store: Store) -> FastAPI:
    """The application; its description is served at ``/v1/openapi.json``."""
    app = FastAPI(
        title="intake",
        version="1",
        description="Accepted invoices for the finance package.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.store = store
    app.middleware("http")(
        Guard(settings.api, lambda: JSONResponse({"detail": "our own fault"}, 500))
    )
    for kind, (status, text) in _EXPECTED.items():
        app.exception_handler(kind)(_told(status, text))
    app.exception_handler(RequestValidationError)(_not_understood)
    v1 = APIRouter(route_class=TokenFirst)

    @v1.get("/v1/batches", operation_id="listBatches")
    def list_batches(
        program: Reader,
        after: Annotated[int, Query(ge=0, description="Only those with a higher number.")] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[BatchHead]:
        """Batches, the oldest first."""
        found = batches.after(store, after, limit)
        audit.record(store, program.name, "", "batches")
        return [BatchHead.of(line) for line in found]

    @v1.post("/v1/batches", operation_id="makeBatch", status_code=201)
    def make_batch(program: Maker, wanted: Wanted) -> Made:
        """Put all that was accepted and has not left into one batch."""
        if wanted.municipality not in settings.municipalities:
            raise HTTPException(422, "municipality: no mail comes in here for it")
        batch, held = batches.make(store, wanted.municipality, program.name)
        if batch is not None:
            audit.record(store, program.name, "", f"batch {batch.number}")
        return Made(
            batch=WholeBatch.of(batch) if batch else None,
            held=[Held(reference=each.reference, why=list(each.why)) for each in held],
        )

    @v1.get("/v1/batches/{number}", operation_id="getBatch")
    def get_batch(program: Reader, number: Number) -> WholeBatch:
        """One batch, the same whenever it is asked for."""
        batch = batches.load(store, number)
        audit.record(store, program.name, "", f"batch {number}")
        return WholeBatch.of(batch)

    @v1.get(
        "/v1/batches/{number}/table.{ending}",
        operation_id="getTable",
        response_class=Response,
        responses={200: {"content": _AS_TABLE}},
    )
    def get_table(program: Reader, number: Number, ending: str) -> Response:
        """One batch as csv or xlsx."""
        if ending not in _TABLES:
            raise HTTPException(404, "csv or xlsx")
        write, kind = _TABLES[ending]
        batch = batches.load(store, number)
        audit.record(store, program.name, "", f"batch {number}")
        name = f'attachment; filename="{number:06}.{ending}"'
        return Response(write(batch), media_type=kind, headers={"Content-Disposition": name})

    @v1.put("/v1/batches/{number}/state", operation_id="reportBatch", status_code=204)
    def report_batch(program: Reporter, number: Number, fate: Fate) -> None:
        """Say that a batch was delivered, failed or was booked."""
        batches.note(store, number, fate.state, program.name)

    @v1.put(
        "/v1/batches/{number}/invoices/{position}/payment",
        operation_id="reportPayment",
        status_code=204,
    )
    def report_payment(
        program: Reporter, number: Number, position: Number, payment: Payment
    ) -> None:
        """Say that an invoice was paid, or why it is not."""
        paid = batches.Payment(payment.paid_on, payment.blocked)
        batches.report(store, number, position - 1, paid, program.name)

    @app.webhooks.post("batch.file", operation_id="takeFile")
    def take_file(
        message: FileMessage,
        webhook_id: Annotated[str, Header(description="The same when it is sent again.")],
        webhook_timestamp: Annotated[int, Header(description="Seconds since 1970.")],
        webhook_signature: Annotated[str, Header(description="Standard Webhooks 1.0.0, `v1,…`.")],
    ) -> None:
        """What `intake export` sends with `--to https://…`: answer 200 to 299 once you keep it. With 400
        to 499 it is not sent again; with all else it is, a few times."""

    app.include_router(v1)
    return app


def _not_understood(_request: Request, error: Exception) -> JSONResponse:
    """What is wrong with a request, and where; nothing of what it said: that may be a client's."""
    assert isinstance(error, RequestValidationError)
    faults = [{"loc": each["loc"], "msg": each["msg"]} for each in error.errors()]
    return JSONResponse({"detail": faults}, 422)


def _told(status: int, text: str) -> Callable[[Request, Exception], Any]:
    return lambda _request, _error: JSONResponse({"detail": text}, status)


def serve(settings: Settings, store: Store, stop: threading.Event) -> None:
    """Serve until ``stop`` is set, or a signal ends it.

    Raises:
        ConfigurationError: the address to listen on is wrong, or taken.
    """
    with listening(settings.api.listen, "INTAKE_API__LISTEN") as listener:
        serve_app(create_app(settings, store), listener, stop)
