"""The server: one loop that takes all that is ready, stores it at once, then answers all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, Self

from pomichnyk.domain.message import Message
from pomichnyk.messenger import _limits
from pomichnyk.messenger._listening import listening
from pomichnyk.messenger._loop import Loop, Rules
from pomichnyk.messenger._signals import heard
from pomichnyk.messenger.protocol import DEFAULT_PORT, LIMIT

if TYPE_CHECKING:
    from pomichnyk.messenger.identity import Identity

SIGNALLED = 128
"""A process that ends by signal n exits with this plus n."""


class Inbox(Protocol):
    """Where messages are kept; ``Storage.messages`` is one."""

    def receive(self, messages: Sequence[Message]) -> int:
        """Keep messages, on disk when it returns; return how many were new.

        One whose sender and key are known is a delivery repeated, and is left out.

        Raises:
            UnavailableError, OSError: not now; their senders are asked to try later.
            PomichnykError: never; they are refused.
        """


class MessageServer:
    """Takes messages from other computers; it listens from the moment it is made.

    Args:
        inbox: keeps them. It is called by the thread that serves.
        host: name or address to listen on, with all addresses it has; empty for all networks.
        port: 0 lets the system choose one.
        limit: bytes that a text may have.
        deadline: seconds from the connection to the end of its message.
        connections: how many are held at once; 10,000 if the system allows, if nothing is said.
        tls: the identity to speak TLS with, to those who speak it.
        plain: whether those who do not speak TLS are heard.
        on_received: called after each round, by the thread that serves, with the messages that
            were stored and answered; among them may be deliveries repeated.
        on_tick: called by the same thread about once a second; what takes long holds up all.

    Attributes:
        address: host and port that it listens on, the first if there are several.

    Raises:
        AddressTakenError: another program listens there.
        InvalidValueError: there is no such port.
        UnavailableError: the host is not this computer, or the port is not ours to take.
    """

    def __init__(  # noqa: PLR0913  # options by keyword
        self,
        inbox: Inbox,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        *,
        limit: int = LIMIT,
        deadline: float = 30.0,
        connections: int | None = None,
        tls: Identity | None = None,
        plain: bool = True,
        on_received: Callable[[Sequence[Message]], object] | None = None,
        on_tick: Callable[[], object] | None = None,
    ) -> None:
        rules = Rules(
            limit=limit,
            deadline=deadline,
            connections=_limits.connections(connections),
            context=tls.context() if tls else None,
            plain=plain,
            on_received=on_received,
            on_tick=on_tick,
        )
        listeners = listening(host, port)
        self.address: tuple[str, int] = listeners[0].getsockname()[:2]
        self._loop = Loop(listeners, inbox.receive, rules)
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None

    def start(self) -> Self:
        """Serve in a thread of its own until ``close``."""
        self._thread = threading.Thread(target=self._served, name="messages")
        self._thread.start()
        return self

    def serve(self) -> int:
        """Serve until ``stop``, or SIGINT, SIGTERM or SIGHUP; free everything.

        What is whole by then is stored and answered, the rest is asked to try later.

        Returns:
            The code to exit with: 0, or 128 and the number of the signal.
        """
        with heard(self._loop.alarm) as numbers:
            try:
                self._loop.run(lambda: bool(numbers))
            finally:
                self._loop.close()
        return SIGNALLED + numbers[0] if numbers else 0

    def stop(self) -> None:
        """Have it end soon; any thread may call this, and any signal handler."""
        self._loop.stop()

    def close(self) -> None:
        """End it, wait for its thread, and free everything; closing twice is harmless.

        Raises:
            Exception: what ended the thread earlier, as a callback may.
        """
        self.stop()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        self._loop.close()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _served(self) -> None:
        try:
            self.serve()
        except BaseException as error:  # noqa: BLE001  # told by close, in the thread of its owner
            self._failure = error
