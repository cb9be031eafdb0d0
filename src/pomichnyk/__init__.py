"""Pomichnyk, the assistant: a self-hosted keeper of contacts, notes, files, messages and grades."""

from __future__ import annotations

__version__ = "0.1.0"
