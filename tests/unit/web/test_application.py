"""The site imports what it needs, when it is needed."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

from starlette.routing import Route, WebSocketRoute

from pomichnyk import web
from pomichnyk.web.application import NOUNS, routes


def told(program: str) -> list[str]:
    """Return the words that a new Python prints."""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return run.stdout.decode().split()


def test_every_route_of_every_noun_is_in_an_area() -> None:
    modules = [
        import_module(f"pomichnyk.web.{one.name}") for one in pkgutil.iter_modules(web.__path__)
    ]
    nouns = {
        one.__name__.rpartition(".")[2]: one.routes
        for one in modules
        if isinstance(vars(one).get("routes"), list)
    }

    assert {noun for named in NOUNS.values() for noun in named} == {*nouns}
    known = [*routes()]
    assert len(known) == sum(map(len, nouns.values()))
    for route in (route for each in nouns.values() for route in each):
        assert isinstance(route, Route | WebSocketRoute)
        assert route in known


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    program = "import sys, pomichnyk.web.server; print(*sys.modules)"
    modules = {*told(program)}

    assert "uvicorn.server" in modules
    assert not modules & {"click", "uvicorn.main", "pomichnyk.gradebook", "pomichnyk.web.contacts"}


def test_the_package_of_the_engine_is_there_for_who_asks_for_it() -> None:
    program = (
        "from pomichnyk.web.engine import Config; import uvicorn, sys;"
        "print('click' in sys.modules, uvicorn.Config is Config, uvicorn.run.__name__,"
        " uvicorn.Server.__name__, 'click' in sys.modules, hasattr(uvicorn, 'nothing'))"
    )

    assert told(program) == ["False", "True", "run", "Server", "True", "False"]
