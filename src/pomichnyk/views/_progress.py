"""A bar on a terminal that shows how far along a piece of work is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

Item = TypeVar("Item")


def tracked(
    items: Iterator[Item], stream: TextIO, doing: str, *, done: int, total: int | None
) -> Iterator[Item]:
    """Yield the items that are left under a bar, which is gone at the end."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    console = Console(file=stream, force_terminal=True)
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        task = bar.add_task(doing, total=total, completed=done)
        for item in items:
            yield item
            bar.advance(task)
