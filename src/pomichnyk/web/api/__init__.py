"""The assistant for programs: /api, the same shapes as ``--view json``, described by OpenAPI.

A module is named by the noun its operations are about and gives ``operations``: each a plain
function that takes a ``Call`` and answers what ``--view json`` prints. What they take is a struct
of ``shapes.py``: it checks what comes in and describes itself, so the document cannot disagree.
"""

from __future__ import annotations

from importlib import import_module

from starlette.routing import Route

from pomichnyk.web.api.document import described
from pomichnyk.web.api.endpoint import LARGEST, Resource
from pomichnyk.web.api.operation import Operation
from pomichnyk.web.problems import API

NOUNS = ("contacts", "notes", "messages", "grades", "storage")
"""Modules of this package that give ``operations``."""


def operations() -> list[Operation]:
    """Return all that programs may ask for."""
    modules = (import_module(f"{__name__}.{noun}") for noun in NOUNS)
    return [one for module in modules for one in module.operations]


def resources() -> list[Route]:
    """Return a route for each path, those without a name in them first."""
    known = operations()
    known.append(described(known))
    paths: dict[str, dict[str, Operation]] = {}
    for one in sorted(known, key=lambda one: one.path.count("{")):
        paths.setdefault(one.path, {})[one.method] = one
    return [
        Route(API + path, Resource(methods), methods=[*methods], max_body_size=LARGEST)
        for path, methods in paths.items()
    ]
