"""The site: what its pages share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from pomichnyk.bootstrap import App
from pomichnyk.services.access import Access
from pomichnyk.text import Text
from pomichnyk.web.assets import Assets
from pomichnyk.web.backoff import Backoff
from pomichnyk.web.bodies import Bodies
from pomichnyk.web.changes import State, unknown
from pomichnyk.web.jobs import Jobs
from pomichnyk.web.repeats import Repeats
from pomichnyk.web.sessions import Sessions
from pomichnyk.web.turns import Turns
from pomichnyk.web.uploads import Uploads

MENU = (
    ("/contacts", Text("Contacts")),
    ("/notes", Text("Notes")),
    ("/messages", Text("Messages")),
    ("/grades", Text("Gradebook")),
    ("/tidy", Text("Tidy")),
    ("/storage", Text("Storage")),
)
"""What the head of every page leads to."""
THREADS = 16
"""How many pages are made at once."""
TEMPLATES = Path(__file__).parent / "templates"


@dataclass
class Site:
    """What the pages share.

    Attributes:
        local: only this computer can reach it, so Host must be one of its own names.
        secure: it is served by TLS.
        cookie: the name of the cookie; browsers give one to every port of a computer.
        changes: tells the state of the storage; see ``changes.counted``.
    """

    app: App
    access: Access
    sessions: Sessions
    local: bool = True
    secure: bool = False
    cookie: str = "pomichnyk"
    changes: State = unknown
    backoff: Backoff = field(default_factory=Backoff)
    bodies: Bodies = field(default_factory=Bodies)
    uploads: Uploads = field(default_factory=Uploads)
    jobs: Jobs = field(default_factory=Jobs)
    repeats: Repeats = field(default_factory=Repeats)
    turns: Turns = field(default_factory=partial(Turns, THREADS))

    def close(self) -> None:
        """Free what the pages hold: threads, and files that wait."""
        self.jobs.close()
        self.turns.close()
        self.uploads.close()

    @cached_property
    def assets(self) -> Assets:
        """The styles, scripts and pictures."""
        return Assets(Path(__file__).parent / "static")
