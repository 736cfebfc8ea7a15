"""Serves an application on one address until the process is asked to stop."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI

from intake.errors import ConfigurationError
from intake.sections import host_port

_CLOSE_SECONDS = 5


def listening(address: str, setting: str) -> socket.socket:
    """A socket on ``host:port``.

    Args:
        setting: the name of the setting, for whoever must change it.

    Raises:
        ConfigurationError: the address is wrong, or taken.
    """
    host, port = host_port(address)
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
        )
    except OSError as error:
        raise ConfigurationError(f"{setting} {address}: {error.strerror}") from None


def serve_app(app: FastAPI, listener: socket.socket, stop: threading.Event) -> None:
    """Serve until ``stop`` is set, or a signal ends it; ``stop`` is set when it returns."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_CLOSE_SECONDS,
        proxy_headers=False,  # visitor.py reads them, from our own web servers only
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end, args=(server, stop), name="page-stop", daemon=True).start()
    server.run(sockets=[listener])
    stop.set()


def _end(server: uvicorn.Server, stop: threading.Event) -> None:
    stop.wait()
    server.should_exit = True
