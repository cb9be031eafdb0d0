"""The engine of the server: uvicorn without its command line, which takes a tenth of the start."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec


def postpone(name: str) -> None:
    """Import a package only when something is asked of itself; its modules can be imported.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    if name in sys.modules:
        return
    if (spec := find_spec(name)) is None:
        raise ModuleNotFoundError(name=name)
    package, loader = module_from_spec(spec), spec.loader

    def missing(attribute: str) -> object:
        """Return what the package itself has (PEP 562)."""
        del vars(package)["__getattr__"]
        assert loader
        loader.exec_module(package)
        return getattr(package, attribute)

    vars(package)["__getattr__"] = missing
    sys.modules[name] = package


postpone("uvicorn")

from uvicorn.config import Config  # noqa: E402  # the package is not to be imported by it
from uvicorn.server import Server  # noqa: E402

vars(sys.modules["uvicorn"])["Config"] = Config  # all that its other modules ask of it

__all__ = ["Config", "Server"]
