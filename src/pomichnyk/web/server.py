"""The server: an address, the site on it, and an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Thread
from typing import Any

from pomichnyk.bootstrap import App
from pomichnyk.config import data_folder
from pomichnyk.errors import UnavailableError, UsageError
from pomichnyk.files import told
from pomichnyk.services.access import Access
from pomichnyk.text import Text
from pomichnyk.views.pages import Message
from pomichnyk.web.application import application
from pomichnyk.web.changes import counted
from pomichnyk.web.engine import Config, Server
from pomichnyk.web.sessions import Sessions
from pomichnyk.web.site import Site

BACKLOG = 1024
PATIENCE = 30
"""Seconds that requests may still take once the process was told to stop."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to serve; with a certificate and its key by TLS."""

    host: str
    port: int
    certificate: str = ""
    key: str = ""

    @property
    def local(self) -> bool:
        """Whether only this computer can reach it."""
        if self.host == "localhost":
            return True
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return False

    def url(self, port: int) -> str:
        """Return the URL of the first page."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{port}/"


def run(app: App, access: Access, address: Address, *, show: bool) -> int:
    """Serve until the process is told to stop; return its exit code.

    Raises:
        UsageError: others could reach the address, and no password is set.
        UnavailableError: the address is taken, or the certificate cannot be used.
    """
    if not (address.local or access.guarded):
        raise UsageError(
            Text(
                "others can reach {host}: set a password first, by pomichnyk web --set-password",
                host=address.host,
            )
        )
    _check_certificate(address)
    with _bound(address) as bound, counted(app.storage) as changes:
        port = bound.getsockname()[1]
        site = Site(
            app,
            access,
            Sessions(data_folder(os.environ) / "web"),
            local=address.local,
            secure=bool(address.certificate),
            cookie=f"{'__Host-' if address.certificate else ''}pomichnyk_{port}",
            changes=changes,
        )
        server = _server(site, address)
        app.view.show(Message(Text("{url}", url=address.url(port)), {"url": address.url(port)}))
        if show:
            Thread(target=_show, args=[address.url(port)], daemon=True).start()
        with closing(site), _ending_well():
            server.run([bound])
    return 0


def _show(url: str) -> None:
    import webbrowser

    webbrowser.open(url)


class _Sockets(asyncio.Protocol):
    """Speaks WebSocket, by a library that is imported when the first page asks for it."""

    def __new__(cls, *args: Any, **options: Any) -> Any:
        """Return the protocol of the library."""
        from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

        return WebSocketsSansIOProtocol(*args, **options)


def _server(site: Site, address: Address) -> Server:
    # What is made when first needed is made now: pages ask from several threads.
    _ = site.app.contacts, site.app.notes, site.app.mailbox
    return Server(
        Config(
            application(site),
            loop="asyncio",
            http="httptools",
            ws=_Sockets,
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=PATIENCE,
            ssl_certfile=address.certificate or None,
            ssl_keyfile=address.key or None,
        )
    )


@contextmanager
def _bound(address: Address) -> Iterator[socket.socket]:
    try:
        bound = _listening(address)
    except OSError as error:
        raise UnavailableError(
            Text(
                "{host}:{port} cannot be served: {reason}",
                host=address.host,
                port=address.port,
                reason=error.strerror or error,
            )
        ) from error
    with bound:
        yield bound


def _listening(address: Address) -> socket.socket:
    family, kind, protocol, _, where = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named, as create_server does
    # not: answers of more than a packet would then wait 40 ms for the browser to confirm the first.
    bound = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":  # on Windows it would let two servers share the port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(where)
        bound.listen(BACKLOG)
    except BaseException:
        bound.close()
        raise
    return bound


def _check_certificate(address: Address) -> None:
    if not address.certificate:
        return
    try:
        with told(address.certificate):
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
                address.certificate, address.key or None
            )
    except ssl.SSLError as error:
        raise UnavailableError(
            Text("{path}: {reason}", path=address.certificate, reason=error.reason or error)
        ) from error


@contextmanager
def _ending_well() -> Iterator[None]:
    """Let SIGTERM be an end like any other: the server raises it again when it has finished."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
