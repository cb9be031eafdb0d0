"""The one place that knows every concrete part and puts them together."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from pomichnyk.config import Config
    from pomichnyk.gradebook.sessions import Database
    from pomichnyk.services.arrivals import Arrivals
    from pomichnyk.services.contacts import ContactBook
    from pomichnyk.services.homes import Home
    from pomichnyk.services.messages import Mailbox
    from pomichnyk.services.notes import Notebook
    from pomichnyk.storage import Storage
    from pomichnyk.storage._sql.sessions import Database as SqlDatabase
    from pomichnyk.views import View

GRADEBOOKS = ("sqlite", "postgresql")
"""The kinds of storages that carry a gradebook."""


class App:
    """The parts of one run, each made when it is first needed and freed by ``close``.

    Attributes:
        serve_web: runs the assistant in a browser; the edge gives it, since it is an edge itself.
    """

    serve_web: Callable[..., int]

    def __init__(self, config: Config, view: View) -> None:
        self.config, self.view = config, view
        self._resources = ExitStack()

    @cached_property
    def storage(self) -> Storage:
        """The home of contacts, notes and messages that the settings name."""
        from pomichnyk.storage import open_storage

        return self._resources.enter_context(open_storage(self.config.storage))

    @cached_property
    def contacts(self) -> ContactBook:
        """The address book."""
        from pomichnyk.services.contacts import ContactBook

        return ContactBook(self.storage, region=self.config.region)

    @cached_property
    def notes(self) -> Notebook:
        """The notebook."""
        from pomichnyk.services.notes import Notebook

        return Notebook(self.storage)

    @cached_property
    def mailbox(self) -> Mailbox:
        """The messages that came, and the outbox."""
        import os

        from pomichnyk.config import data_folder
        from pomichnyk.services.messages import Mailbox

        return Mailbox(self.storage, data_folder(os.environ))

    @cached_property
    def arrivals(self) -> Arrivals:
        """The messages that came and were not shown yet."""
        from pomichnyk.services.arrivals import Arrivals

        return Arrivals(self.storage)

    @cached_property
    def gradebook(self) -> Database:
        """The gradebook, kept in the storage that the settings name.

        Raises:
            UsageError: a storage of that kind carries none.
        """
        database = _gradebook(self)
        self._resources.callback(database.close)
        return database

    def home(self, *, gradebook: bool = True) -> Home:
        """Return the storage with its gradebook, if one is asked for and it carries one."""
        from pomichnyk.services.homes import Home

        carried = gradebook and _kind(self.config.storage) in GRADEBOOKS
        return Home(self.storage, self.gradebook if carried else None)

    def close(self) -> None:
        """Free what was made, the latest first."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _kind(url: str) -> str:
    """Return the kind of a storage, by the beginning of its URL."""
    return url.partition(":")[0].partition("+")[0]


def _gradebook(app: App) -> SqlDatabase:
    from importlib import import_module

    from pomichnyk.errors import UsageError
    from pomichnyk.storage._sql.storage import SqlStorage
    from pomichnyk.storage._urls import shown
    from pomichnyk.text import Text

    kind = _kind(app.config.storage)
    if kind not in GRADEBOOKS:
        raise UsageError(
            Text(
                "{url} carries no gradebook; sqlite:/// and postgresql:// do",
                url=shown(app.config.storage),
            )
        )
    assert isinstance(app.storage, SqlStorage)
    compiled = import_module(f"pomichnyk.gradebook.compiled_{kind}")
    return app.storage.beside(compiled.STATEMENTS)
