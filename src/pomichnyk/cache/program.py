"""Program: whose code a function may call that is edited together with it.

That is its own top-level package, and what stands beside that in one folder, unless this is
where packages are installed: those change by a new version, not by an edit.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec, resolve_name
from pathlib import Path
from types import ModuleType

from pomichnyk.cache.bytecode import Import

_INSTALLED = {"site-packages", "dist-packages", "lib-dynload", Path(os.__file__).parent.name}
"""The folders of what is installed: the standard library's own is called ``python3.11`` or so."""


class Program:
    """The modules that are edited together with one of them."""

    def __init__(self, module: str) -> None:
        self._top = _top(module)
        self._folders: dict[str, Path | None] = {}
        self._folder = self._folder_of(self._top)

    def has(self, module: str | None) -> bool:
        """Tell whether a module is one of them."""
        top = _top(module or "")
        return top == self._top or bool(self._folder and self._folder == self._folder_of(top))

    def imported(self, asked: Import, package: str | None) -> ModuleType | None:
        """Return the module that an import asks for, if it is one of them and there is one."""
        try:
            full = resolve_name("." * asked.level + asked.name, package)
            module = import_module(full) if self.has(full) else None
        except (ImportError, ValueError):
            return None
        for name in asked.members if hasattr(module, "__path__") else ():
            if not hasattr(module, name):
                with suppress(ImportError):
                    import_module(f"{full}.{name}")
        return module

    def _folder_of(self, top: str) -> Path | None:
        if top not in self._folders:
            self._folders[top] = _folder(top)
        return self._folders[top]


def _top(module: str) -> str:
    """Return the name of the package that a module stands in, also one that is run by ``-m``."""
    if module == "__main__" and (spec := sys.modules[module].__spec__):
        module = spec.name
    return module.partition(".")[0]


def _folder(top: str) -> Path | None:
    """Return the folder that a package or module stands in, unless things are installed there."""
    file = _file(top)
    if file is None or file.parent.name in _INSTALLED:
        return None
    return file.parent


def _file(top: str) -> Path | None:
    if top == "__main__":
        name = getattr(sys.modules[top], "__file__", None)
        return Path(name).resolve() if name else None
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):  # what was made by hand has no spec
        return None
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0])
    return Path(spec.origin) if spec and spec.has_location and spec.origin else None
