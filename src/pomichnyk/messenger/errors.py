"""What can be wrong between two computers.

RefusedError            the other side will not have the message
└── ChangedIdentityError    it is not the computer that was met first under that address
UndeliveredError        nobody is there, or no answer came: it may be tried again
AddressTakenError       another program listens there
NotAMessageError        what came is no message, or one that is not taken here
"""

from __future__ import annotations

from pomichnyk.errors import ConflictError, PomichnykError, UnavailableError
from pomichnyk.text import Text


class RefusedError(ConflictError):
    """The other side will not have the message, now or later; says by which reason."""

    def __init__(self, peer: str, reason: object) -> None:
        super().__init__(Text("{peer} refused the message: {reason}", peer=peer, reason=reason))


class ChangedIdentityError(RefusedError):
    """It is not the computer that was met first under that address; nothing was sent to it."""


class UndeliveredError(UnavailableError):
    """It is not known that the message arrived: nobody is there, it broke off, not now.

    It may be tried again; with the same key it is kept once, however often it arrives.
    """

    def __init__(self, peer: str, reason: object) -> None:
        super().__init__(
            Text("{peer} did not take the message: {reason}", peer=peer, reason=reason)
        )


class AddressTakenError(ConflictError):
    """Another program listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            Text("{host}, port {port}: another program listens there", host=host, port=port)
        )


class NotAMessageError(PomichnykError):
    """What came is no message, or one that is not taken here."""

    exit_code = 4
    status = 422
