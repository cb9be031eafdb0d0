"""Signals that end a server, noticed while it waits for sockets."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def heard(alarm: socket.socket) -> Iterator[list[int]]:
    """Give a list that gets the number of each signal to end; a byte comes out of the alarm too.

    A signal that is ignored stays so, as ``nohup`` wants it. Only the main thread can be told of
    signals: in another the list stays empty. What was done at them before is done so afterwards.
    """
    numbers: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield numbers
        return

    def hear(number: int, _frame: FrameType | None) -> None:
        numbers.append(number)

    woken = signal.set_wakeup_fd(alarm.fileno(), warn_on_full_buffer=False)
    before = {
        number: signal.signal(number, hear)
        for number in ENDING
        if signal.getsignal(number) != signal.SIG_IGN
    }
    try:
        yield numbers
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        signal.set_wakeup_fd(woken)
