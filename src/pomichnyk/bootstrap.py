"""The one place that knows every concrete part and puts them together."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pomichnyk.config import Config
    from pomichnyk.gradebook.keeping import Selecting
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
ANSWERS = 1000
"""How many answers of gradebooks are kept on a cache server."""
LONGEST = 3600
"""Seconds for which they are: what is changed past this program marks nothing."""


class App:
    """The parts of one run, each made when it is first needed and freed by ``close``.

    Attributes:
        serve_web: runs the assistant in a browser; the edge gives it, since it is an edge itself.
        lasting: whether more is asked than one command: whether reaching a cache server pays.
    """

    serve_web: Callable[..., int]
    lasting = False

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
        from pomichnyk.gradebook.keeping import KeptDatabase

        database, statements = _gradebook(self)
        self._resources.callback(database.close)
        return KeptDatabase(database, self._kept(statements))

    def home(self, *, gradebook: bool = True) -> Home:
        """Return the storage with its gradebook, if one is asked for and it carries one."""
        from pomichnyk.services.homes import Home

        carried = gradebook and _kind(self.config.storage) in GRADEBOOKS
        return Home(self.storage, self.gradebook if carried else None)

    def _kept(self, statements: Mapping[str, str]) -> Selecting | None:
        """Return what keeps answers of the gradebook on the cache server, if that is to be done.

        Raises:
            InvalidValueError: the settings name no such server.
        """
        from importlib.util import find_spec

        url = self.config.redis
        if not (self.lasting and url and find_spec("redis")):
            return None
        from pomichnyk import cache
        from pomichnyk.gradebook.keeping import select

        _check_cache(url)
        self._resources.callback(cache.close)
        kept: Selecting = cache.lru_cache(
            ANSWERS,
            redis=url,
            ttl=LONGEST,
            namespace="pomichnyk.gradebook",
            version=None,  # the statement itself is part of the key
            key=lambda _, mark, statement, values: (mark, statements[statement], values),
        )(select)
        return kept

    def close(self) -> None:
        """Free what was made, the latest first."""
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _kind(url: str) -> str:
    """Return the kind of a storage, by the beginning of its URL."""
    return url.partition(":")[0].partition("+")[0]


def _gradebook(app: App) -> tuple[SqlDatabase, Mapping[str, str]]:
    """Return the database of the gradebook, and its statements."""
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
    return app.storage.beside(compiled.STATEMENTS), compiled.STATEMENTS


def _check_cache(url: str) -> None:
    from pomichnyk.cache.address import Address
    from pomichnyk.errors import InvalidValueError
    from pomichnyk.storage._urls import shown
    from pomichnyk.text import Text

    try:
        Address(url)
    except ValueError as error:
        expected = Text("{names}", names="redis://HOST, rediss://HOST, unix://PATH")
        raise InvalidValueError(
            Text("{name}", name="POMICHNYK_REDIS"), shown(url), expected
        ) from error
