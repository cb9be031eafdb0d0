"""Plots: whether a drawing can be made at all, and its way into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pomichnyk.errors import DriverMissingError, InvalidValueError
from pomichnyk.files import replacing, told
from pomichnyk.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png")


def check(path: Path) -> None:
    """See whether a drawing can be made at all, before anything is found out for it.

    Raises:
        InvalidValueError: the file's name ends neither in .svg nor in .png.
        DriverMissingError: matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidValueError(Text("plot"), str(path), Text("a file ending in .svg or .png"))
    try:
        import matplotlib.backends.backend_agg  # noqa: F401  # the drawing needs this one
    except ImportError as missing:
        raise DriverMissingError("matplotlib", "plot") from missing


def save(figure: Figure, path: Path) -> None:
    """Write a drawing to a file.

    Raises:
        PomichnykError: the file cannot be written.
    """
    with told(path), replacing(path) as file:
        figure.savefig(file, format=path.suffix.lower().removeprefix("."))
