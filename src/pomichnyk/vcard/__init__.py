"""Lossless vCards: a line codec that keeps every byte, and contacts on top of it.

``parse`` and ``format`` are each other's inverse; ``read`` takes files of any size.
``entries`` makes contacts of cards, ``editing`` puts what has changed of a contact back into its
card; ``csv`` and ``ics`` speak with spreadsheets and calendars.
"""

from __future__ import annotations

from pomichnyk.vcard.cards import VCard, format  # noqa: A004  # read as vcard.format
from pomichnyk.vcard.lines import ContentLine
from pomichnyk.vcard.reading import CardError, parse, read

__all__ = ["CardError", "ContentLine", "VCard", "format", "parse", "read"]
