"""Fixtures of the mail room: the real servers."""

from tests.servers import dovecot, sink

__all__ = ["dovecot", "sink"]
