"""Meta: numbers the classes it makes and finds a family's class by its name.

A *family* is a class made with ``Meta`` (Storage, View, Command); a *plug* is a subclass that
states its ``name``. Plugs live in the modules of the family's package, the module named as the
first word of the plug's name, and are imported only when they are asked for.
"""

from __future__ import annotations

import pkgutil
import sys
import threading
from abc import ABCMeta
from collections.abc import Collection
from importlib import import_module
from typing import Any, TypeVar

Plug = TypeVar("Plug")


class Meta(ABCMeta):
    """Metaclass of every family: gives each class it makes the next ``class_number``.

    Numbers are 0, 1, 2, ... in order of making, readable on the class and on its instances.
    They order menus and help; since they depend on import order, they are never stored or sent.
    """

    children_number = 0
    """How many classes have been made so far: the number that the next one gets."""

    class_number: int
    apart: Collection[str] = ()
    """Public modules of the family's package that hold no plug."""
    _plugs: dict[str, Any]
    _counting = threading.Lock()

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> None:
        """Number the class, and enter it in its family's register if it states a name."""
        super().__init__(name, bases, namespace, **options)
        with Meta._counting:
            cls.class_number = Meta.children_number
            Meta.children_number += 1
        if not any(isinstance(base, Meta) for base in bases):
            cls._plugs = {}
        elif isinstance(plug := namespace.get("name"), str):
            cls._plugs[plug] = cls

    def names(cls) -> list[str]:
        """Return the family's modules, in alphabetical order, importing none of them."""
        package = sys.modules[cls.__module__]
        modules = {module.name for module in pkgutil.iter_modules(getattr(package, "__path__", []))}
        return sorted(name for name in modules - {*cls.apart} if not name.startswith("_"))

    def named(cls: type[Plug], name: str) -> type[Plug]:
        """Return the family's class of that name, importing its module when first asked.

        Raises:
            LookupError: the family has no such class; its arguments are the name and the
                list of names there are.
            ModuleNotFoundError: the module of the class needs a package that is missing.
        """
        assert isinstance(cls, Meta)
        if name not in cls._plugs:
            cls._load(name.split(" ", maxsplit=1)[0])
        try:
            return cls._plugs[name]
        except KeyError:
            raise LookupError(name, cls.names()) from None

    def plugs(cls: type[Plug]) -> list[type[Plug]]:
        """Return every class of the family, in order of making, importing all its modules."""
        assert isinstance(cls, Meta)
        for module in cls.names():
            cls._load(module)
        return sorted(cls._plugs.values(), key=lambda plug: plug.class_number)

    def _load(cls, module: str) -> None:
        # Only names that the package lists are imported: a name may come from a user's URL.
        if module in cls.names():
            import_module(f"{cls.__module__}.{module}")
