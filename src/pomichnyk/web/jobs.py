"""Jobs: what takes longer than a page should, run beside the pages, and how far along it is."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TypeVar

from pomichnyk.errors import NotFoundError, PomichnykError
from pomichnyk.text import Text
from pomichnyk.views.pages import Page

Item = TypeVar("Item")

MOST = 20
"""How many jobs are remembered; the oldest that has ended makes room."""


@dataclass(eq=False)
class Job:
    """Something that is being done.

    Attributes:
        owner: the cookie of whoever asked for it.
        about: what it is done to, for the page to name it and to go on from.
        doing: what it is at.
        done: how many of ``total`` things are done; the total may be unknown.
        result: what there is to show in the end.
        error: why it could not be done.
    """

    owner: str
    about: str
    doing: Text | None = None
    done: int = 0
    total: int | None = None
    result: Page | None = None
    error: PomichnykError | None = None
    thread: Thread = field(init=False)

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to wait for."""
        return not self.thread.is_alive()

    def track(self, items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
        """Yield the items, counting them; see ``View.track``."""
        self.doing, self.done, self.total = doing, 0, total
        for item in items:
            yield item
            self.done += 1


Work = Callable[[Job], Page]


class Jobs:
    """The jobs of a site."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()

    def start(self, owner: str, about: str, work: Work) -> str:
        """Begin a job, and return the key by which its owner finds it again."""
        job, key = Job(owner, about), secrets.token_urlsafe(16)
        job.thread = Thread(target=_run, args=(job, work), name=f"job {about}")
        with self._lock:
            self._jobs[key] = job
            ended = [one for one, job in self._jobs.items() if one != key and job.ended]
            for one in ended[: max(0, len(self._jobs) - MOST)]:
                del self._jobs[one]
            job.thread.start()
        return key

    def get(self, owner: str, key: str) -> Job:
        """Return a job.

        Raises:
            NotFoundError: it is not remembered any more, or is somebody else's.
        """
        job = self._jobs.get(key)
        if job is None or job.owner != owner:
            raise NotFoundError(Text("this is not remembered any more"))
        return job

    def close(self) -> None:
        """Wait for the jobs that run: none is broken off."""
        for job in self._jobs.values():
            job.thread.join()


def _run(job: Job, work: Work) -> None:
    try:
        job.result = work(job)
    except PomichnykError as error:
        job.error = error
    finally:
        if job.result is None and job.error is None:
            job.error = PomichnykError(Text("The assistant made a mistake; its log says more."))
