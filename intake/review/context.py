"""What every page has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from intake.review.oidc import Provider
from intake.review.own_pages import OwnPages
from intake.review.rendering import Pages
from intake.sandbox.client import Sandbox
from intake.settings import Settings
from intake.store import Store


@dataclass(frozen=True, slots=True)
class Room:
    """The store, the settings and the child that makes pictures, of one running page."""

    store: Store
    settings: Settings
    sandbox: Sandbox
    pages: Pages
    own: OwnPages
    oidc: Provider | None = None
    """The municipality's own login; None: local accounts only."""


def of(request: Request) -> Room:
    """The room of the application that this request came to."""
    return cast(Room, request.app.state.room)


RoomOf = Annotated[Room, Depends(of)]
