"""The class diagram of the assistant: read from the source, laid out by floors, drawn."""

from __future__ import annotations
