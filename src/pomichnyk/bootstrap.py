"""The one place that knows every concrete part and puts them together."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pomichnyk.config import Config
    from pomichnyk.services.contacts import ContactBook
    from pomichnyk.services.notes import Notebook
    from pomichnyk.storage import Storage
    from pomichnyk.views import View


class App:
    """The parts of one run, each made when it is first needed and freed by ``close``."""

    def __init__(self, config: Config, view: View) -> None:
        self.config, self.view = config, view
        self._resources = ExitStack()

    @cached_property
    def storage(self) -> Storage:
        """The home of contacts and notes that the settings name."""
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
