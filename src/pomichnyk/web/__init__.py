"""The assistant in a browser: routes over the same services, commands and pages."""

from __future__ import annotations

from pomichnyk.bootstrap import App


def serve(app: App, *, host: str, port: int) -> int:
    """Serve the assistant's pages until the process is told to stop; return the exit code."""
    raise NotImplementedError
