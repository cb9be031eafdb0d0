"""Text messages between computers on one network, by plain sockets.

>>> from pomichnyk.messenger import MessageServer, send
>>> with MessageServer(inbox).start() as server:  # doctest: +SKIP
...     send(*server.address, "hello")

One message a connection; the answer ``OK`` means that it is on the other side's disk. Anybody who
has ``nc`` can send one: ``printf 'hello' | nc -N HOST 20380``. What travels is in ``protocol``.
"""

from __future__ import annotations

from pomichnyk.messenger.client import send
from pomichnyk.messenger.protocol import DEFAULT_PORT
from pomichnyk.messenger.server import Inbox, MessageServer

__all__ = ["DEFAULT_PORT", "Inbox", "MessageServer", "send"]
