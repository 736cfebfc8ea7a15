"""Why a server could not be reached, in words that name what to look at."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from intake.errors import MailboxUnavailable, SendDeferred, why_unreachable
from intake.mail import send
from intake.mail.imap_watcher import connect
from intake.sections import Smarthost
from tests.mail.doors import only_source, settings
from tests.servers import free_port, make_certificate


@pytest.fixture
def own_ca(tmp_path: Path) -> Iterator[int]:
    """The port of a server whose certificate no authority signed that this machine knows."""
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    peer, _ = server.accept()
                    try:
                        context.wrap_socket(peer, server_side=True).close()
                    except OSError:
                        peer.close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def plain() -> Iterator[int]:
    """The port of a server without TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    peer, _ = server.accept()
                    peer.sendall(b"* OK hallo\r\n" * 10)
                    peer.close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def of_mailbox(host: str, port: int) -> str:
    values = {"mailbox__host": host, "mailbox__port": port, "mailbox__user": "x"}
    mailbox = only_source(settings(**values), "mailbox")
    with pytest.raises(MailboxUnavailable) as told, connect(mailbox):
        pass
    return str(told.value)


def test_a_certificate_of_an_own_ca_names_the_setting(own_ca: int) -> None:
    """A municipality has a CA of its own; 'SSLCertVerificationError' tells nobody where it goes."""
    assert "SSL_CERT_FILE" in of_mailbox("127.0.0.1", own_ca)

    relay = Smarthost(address=f"127.0.0.1:{own_ca}", tls="tls")
    with pytest.raises(SendDeferred, match="SSL_CERT_FILE"):
        send.check(relay)


def test_host_port_and_tls_are_told_apart(plain: int) -> None:
    """Each is another line of the settings, and often another department."""
    assert "no such host" in of_mailbox("nergens.invalid", 993)
    assert "nobody listens" in of_mailbox("127.0.0.1", free_port())
    assert "no TLS" in of_mailbox("127.0.0.1", plain)


def test_the_client_of_graph_wraps_it_and_it_is_found_all_the_same(own_ca: int) -> None:
    """httpx gives its own name to every fault."""
    with pytest.raises(httpx.ConnectError) as told:
        httpx.get(f"https://127.0.0.1:{own_ca}/", verify=ssl.create_default_context())
    assert "SSL_CERT_FILE" in why_unreachable(told.value)

    with pytest.raises(httpx.ConnectError) as told:
        httpx.get(f"http://127.0.0.1:{free_port()}/")
    assert "nobody listens" in why_unreachable(told.value)
