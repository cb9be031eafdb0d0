"""The message commands: what a person says to other computers, and they to this one."""

from __future__ import annotations

from pomichnyk.commands._message_box import (
    MessageFind,
    MessageList,
    MessageRemove,
    MessageShow,
)
from pomichnyk.commands._message_sending import MessagePeers, MessageRetry, MessageSend
from pomichnyk.commands._message_serving import MessageServe

__all__ = [
    "MessageFind",
    "MessageList",
    "MessagePeers",
    "MessageRemove",
    "MessageRetry",
    "MessageSend",
    "MessageServe",
    "MessageShow",
]
