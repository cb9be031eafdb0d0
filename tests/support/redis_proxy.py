"""A proxy before a Redis server: it can withhold the replies to some requests, and speak TLS."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from typing import Self

from pomichnyk.messenger.identity import Identity


class Proxy:
    """Passes bytes both ways; one connection's replies can be held back, or all lost in silence.

    With an ``identity`` it speaks TLS to its clients, as a server behind a gateway does.

    Attributes:
        holding: replies are held from the request on that contains these bytes; None: none are.
        held: set when a reply is being held.
    """

    def __init__(self, port: int, identity: Identity | None = None) -> None:
        self.holding: bytes | None = None
        self.held = threading.Event()
        self._silent = False
        self._target, self._identity = port, identity
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._peers: dict[socket.socket, socket.socket] = {}
        self._servers: set[socket.socket] = set()
        self._kept: dict[socket.socket, bytes] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run)

    @property
    def url(self) -> str:
        """The address to reach the server by the proxy."""
        place = f"127.0.0.1:{self._listener.getsockname()[1]}/0"
        if self._identity is None:
            return f"redis://{place}"
        # Whom to believe is checked, and which name he has is not: the certificate has none.
        return f"rediss://{place}?ssl_ca_certs={self._identity.path}&ssl_check_hostname=false"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._thread.join()
        for one in [*self._peers, self._listener]:
            one.close()
        self._selector.close()

    def release(self) -> None:
        """Pass on what was held, and hold no more."""
        with self._lock:
            self.holding = None
            kept, self._kept = self._kept, {}
        for server, data in kept.items():
            self._peers[server].sendall(data)

    def silence(self) -> None:
        """Lose everything from now on, as a network does whose cable was cut."""
        self._silent = True

    def _run(self) -> None:
        while not self._closed:
            for key, _ in self._selector.select(0.02):
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    self._pass(key.fileobj)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if self._identity:
            try:
                client = self._identity.context().wrap_socket(client, server_side=True)
            except OSError:  # who does not believe us
                client.close()
                return
        try:
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            client.close()
            return
        for one in (client, server):  # or what is said in two breaths waits for an answer between
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peers[client], self._peers[server] = server, client
        self._servers.add(server)
        self._selector.register(client, selectors.EVENT_READ)
        self._selector.register(server, selectors.EVENT_READ)

    def _pass(self, one: socket.socket) -> None:
        if one not in self._peers:
            return
        try:
            data = one.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self._drop(one)
        elif not self._silent:
            self._passed(one, data)

    def _passed(self, one: socket.socket, data: bytes) -> None:
        peer = self._peers[one]
        with self._lock:
            if one not in self._servers and self.holding and self.holding in data:
                self._kept.setdefault(peer, b"")
            if one in self._kept:
                self._kept[one] += data
                self.held.set()
                return
        with suppress(OSError):
            peer.sendall(data)

    def _drop(self, one: socket.socket) -> None:
        for end in (one, self._peers[one]):
            self._selector.unregister(end)
            del self._peers[end]
            end.close()
