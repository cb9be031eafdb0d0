"""Help: every command of the command line, explained."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import Response

from pomichnyk.commands import Command
from pomichnyk.commands.help import explained
from pomichnyk.errors import NotFoundError
from pomichnyk.text import Text, translations
from pomichnyk.views.pages import Table
from pomichnyk.web.links import link
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit


def listed(visit: Visit) -> Response:
    """List the commands."""

    def cells(command: type[Command]) -> tuple[Markup | str, Text]:
        return link(command.name, f"/help/{command.name.replace(' ', '-')}"), command.summary

    commands = sorted(Command.plugs(), key=lambda command: command.name)
    table = Table(
        (Text("command"), Text("what it does")),
        commands,
        cells,
        lambda command: {"command": command.name},
        Text("no commands"),
    )
    return visit.page("help.html", table=visit.shown(table), card=None)


def shown(visit: Visit) -> Response:
    """Explain a command."""
    name = str(visit.path["name"])
    for command in Command.plugs():
        if command.name.replace(" ", "-") == name:
            card = explained(command, translations(visit.language))
            return visit.page("help.html", table=None, card=visit.shown(card))
    raise NotFoundError(Text("There is no such page."))


routes = [page("/help", get=listed), page("/help/{name}", get=shown)]
