"""The storages side by side: each beside the bare indexed statement of its own database.

python benchmarks/storages.py [100000] [--only sqlite --only postgresql --only mongodb]

Servers are those of the tests, started for the occasion with what they acknowledge on the disk, and
stopped in the end. A “bare” statement selects, by the plain driver, the columns, details and tags
of the first 50 hits of the same words in the same index, and makes nothing of them; ours also
begins a transaction, ranks and orders the hits, and makes 50 contacts. Nobody tells a program
the right word for a typo, nor that there is none: there “bare” also reads the words of about that
length and takes the nearest. That nobody has a word is known by the index of what stands inside
words alone, so “nothing” is asked of that one. Times of searches are of
the processors, this program's and the server's together (Linux): a busy machine changes little.
"""

from __future__ import annotations

import sqlite3
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import clock_gettime, perf_counter, process_time, time
from typing import Any, ClassVar

from people import people
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne
from rounds import rounds, table

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.storage import Storage, open_storage

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
ROUNDS = 21


@dataclass(frozen=True)
class Asked:
    """What is looked for: each word in the spellings that will do, and how it is to fit.

    The spellings in ``mistyped`` are compared with all words of about their length first.
    """

    query: str
    words: tuple[tuple[str, ...], ...]
    fits: str
    mistyped: tuple[str, ...] = ()


QUERIES = {
    "a whole word": Asked("шевченко", (("шевченко", "shevchenko"),), "whole"),
    "the beginning of a word": Asked("шевчен", (("шевчен", "shevchen"),), "beginning"),
    "two words": Asked("олена шевч", (("олена", "olena"), ("шевч", "shevch")), "beginning"),
    "inside a word": Asked("вченк", (("вченк", "vchenk"),), "inside"),
    "the end of a phone": Asked("638990", (("638990",),), "inside"),
    "a typo": Asked("шевчнеко", (("шевченко", "shevchenko"),), "whole", ("шевчнеко", "shevchneko")),
    "nothing": Asked("хтозна", (("хтозна", "khtozna"),), "inside", ("хтозна", "khtozna")),
}


class Bare(ABC):
    """A storage, and its database as reached by the driver alone."""

    name: str

    def __init__(self, url: str) -> None:
        self.url = url

    @abstractmethod
    def find(self, asked: Asked) -> object:
        """Return the first 50 hits, with their details and tags."""

    def answer(self, asked: Asked) -> object:
        """Return the first 50 hits, after a look at the words that may be meant, if any."""
        if asked.mistyped:
            lengths = [*map(len, asked.mistyped)]
            words = self.words(min(lengths) - 2, max(lengths) + 2)
            for one in asked.mistyped:
                extractOne(one, words, scorer=OSA.distance, score_cutoff=2)
        return self.find(asked)

    @abstractmethod
    def words(self, shortest: int, longest: int) -> list[str]:
        """Return the words of so many letters that contacts have."""

    @abstractmethod
    def first(self) -> object:
        """Return the first 50 by name, with their details and tags."""

    @abstractmethod
    def settle(self) -> None:
        """Let the database do what it does by itself after many writes."""

    def processes(self) -> Iterable[int]:
        """Return the numbers of the server's processes."""
        return ()

    def clock(self) -> float:
        """Return the seconds that the processors have worked for this storage."""
        return process_time() + sum(map(worked, self.processes()))

    @classmethod
    @abstractmethod
    def served(cls, folder: Path) -> Any:
        """Return a context in which there is one, empty."""


class BareSqlite(Bare):
    """SQLite by ``sqlite3``."""

    name = "sqlite"
    parts = """
        (SELECT json_group_array(json_array(kind, label, value)) FROM contact_details
         WHERE contact = pk),
        (SELECT json_group_array(tag) FROM contact_tags WHERE contact = pk)
    """
    columns = f"SELECT pk, id, name, birthday, comment, keywords, created, changed, {parts}"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._connection = sqlite3.connect(url.removeprefix("sqlite:///"))

    def find(self, asked: Asked) -> object:
        """Return the first 50 hits, with their details and tags."""
        ending = '"*' if asked.fits == "beginning" else '"'
        match = expression(asked.words, " OR ", " AND ", lambda one: f'"{one}{ending}')
        index = "contact_parts" if asked.fits == "inside" else "contact_index"
        join = f"FROM {index} JOIN contacts ON pk = {index}.rowid WHERE {index} MATCH ? LIMIT 50"
        return self._connection.execute(f"{self.columns} {join}", (match,)).fetchall()

    def words(self, shortest: int, longest: int) -> list[str]:
        """Return the words of so many letters that contacts have."""
        statement = "SELECT word FROM contact_words WHERE length(word) BETWEEN ? AND ?"
        found = self._connection.execute(statement, (shortest, longest))
        return [word for (word,) in found]

    def first(self) -> object:
        """Return the first 50 by name, with their details and tags."""
        by_name = "FROM contacts ORDER BY place, id LIMIT 50"
        return self._connection.execute(f"{self.columns} {by_name}").fetchall()

    def settle(self) -> None:
        """Let it look at how many there are of everything."""
        self._connection.execute("PRAGMA optimize")

    @classmethod
    @contextmanager
    def served(cls, folder: Path) -> Iterator[Bare]:
        """Return a context in which there is a file."""
        made = cls(f"sqlite:///{folder}/book.db")
        yield made
        made._connection.close()


class BarePostgresql(Bare):
    """PostgreSQL by psycopg."""

    name = "postgresql"
    parts = """
        (SELECT json_agg(json_build_array(kind, label, value)) FROM contact_details
         WHERE contact = pk),
        (SELECT json_agg(tag) FROM contact_tags WHERE contact = pk)
    """
    columns = f"SELECT pk, id, name, birthday, comment, keywords, created, changed, {parts}"

    def __init__(self, url: str) -> None:
        import psycopg

        super().__init__(url)
        self._connection = psycopg.connect(url, autocommit=True)
        self._found: list[int] = []
        self._looked = 0.0

    def find(self, asked: Asked) -> object:
        """Return the first 50 hits, with their details and tags."""
        ending = "':*" if asked.fits == "beginning" else "'"
        piece = _trigrams if asked.fits == "inside" else lambda one: f"'{one}{ending}"
        index = "parts" if asked.fits == "inside" else "words"
        match = expression(asked.words, " | ", " & ", piece)
        where = f"FROM contacts WHERE pomichnyk_{index}(folded) @@ %s::tsquery"
        values: list[object] = [match]
        if asked.fits == "inside":  # trigrams may stand apart from each other
            where += " AND folded LIKE ANY(%s)"
            values.append([f"%{one}%" for word in asked.words for one in word])
        return self._fetched(f"{self.columns} {where} LIMIT 50", values)

    def words(self, shortest: int, longest: int) -> list[str]:
        """Return the words of so many letters that contacts have."""
        statement = "SELECT word FROM contact_words WHERE length(word) BETWEEN %s AND %s"
        found = self._connection.execute(statement.encode(), (shortest, longest))
        return [word for (word,) in found]

    def first(self) -> object:
        """Return the first 50 by name, with their details and tags."""
        return self._fetched(f"{self.columns} FROM contacts ORDER BY place, id LIMIT 50", [])

    def settle(self) -> None:
        """Let it look at how many there are of everything."""
        self._connection.execute("VACUUM ANALYZE")

    def processes(self) -> Iterable[int]:
        """Return the numbers of the processes that work for each connection."""
        numbers = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        if time() > self._looked + 1:  # looking is work too
            found = self._connection.execute(numbers.encode()).fetchall()
            self._found, self._looked = [pid for (pid,) in found], time()
        return self._found

    def _fetched(self, statement: str, values: list[object]) -> object:
        return self._connection.execute(statement.encode(), values).fetchall()

    @classmethod
    @contextmanager
    def served(cls, folder: Path) -> Iterator[Bare]:
        """Return a context in which there is a server."""
        from postgresql_server import PostgresqlServer

        server = PostgresqlServer(folder, "shared_buffers=512MB", "autovacuum=off").start()
        try:
            made = cls(server.url())
            yield made
            made._connection.close()
        finally:
            server.stop()


class BareMongodb(Bare):
    """A standalone MongoDB server by PyMongo."""

    name = "mongodb"
    hidden: ClassVar = dict.fromkeys(("words", "parts", "card"), 0)

    def __init__(self, url: str, process: int) -> None:
        from pymongo import MongoClient

        super().__init__(url)
        self._client: Any = MongoClient(url)
        self._contacts = self._client.get_default_database().contacts
        self._process = process

    def find(self, asked: Asked) -> object:
        """Return the first 50 hits, with their details and tags."""
        every = [one for word in asked.words for one in self._conditions(word, asked.fits)]
        index = f"{'parts' if asked.fits == 'inside' else 'words'}_1_added_1"
        return [*self._contacts.find({"$and": every}, self.hidden).limit(50).hint(index)]

    def words(self, shortest: int, longest: int) -> list[str]:
        """Return the words of so many letters that contacts have."""
        letters = {"letters": {"$gte": shortest, "$lte": longest}}
        words = self._client.get_default_database().contacts_words
        return [one["_id"] for one in words.find(letters, {"_id": 1}, batch_size=10_000)]

    def first(self) -> object:
        """Return the first 50 by name, with their details and tags."""
        return [*self._contacts.find({}, self.hidden).sort((("place", 1), ("_id", 1))).limit(50)]

    def settle(self) -> None:
        """Let it write what it keeps in memory."""
        self._client.admin.command("fsync")

    def processes(self) -> Iterable[int]:
        """Yield the number of the server's process."""
        yield self._process

    def _conditions(self, word: tuple[str, ...], fits: str) -> Iterator[dict[str, Any]]:
        from bson.regex import Regex

        from pomichnyk.storage._mongo.parts import inside

        if fits == "inside":  # parts may stand apart from each other
            yield {"parts": {"$in": [*{inside(one)[0] for one in word}]}}
        sign = {"whole": "", "beginning": "^", "inside": ""}[fits]
        patterns = [one if fits == "whole" else Regex(sign + one) for one in word]
        yield {"words": {"$in": patterns}}

    @classmethod
    @contextmanager
    def served(cls, folder: Path) -> Iterator[Bare]:
        """Return a context in which there is a server."""
        from mongodb_server import served

        del folder
        with served(cache="1") as server:
            made = cls(server.url("book"), server.process)
            yield made
            made._client.close()


KINDS: tuple[type[Bare], ...] = (BareSqlite, BarePostgresql, BareMongodb)


def main() -> None:
    """Measure the storages that the arguments name, all by default."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("size", nargs="?", type=int, default=100_000)
    parser.add_argument("--only", action="append", choices=[kind.name for kind in KINDS])
    chosen = parser.parse_args()
    kinds = [kind for kind in KINDS if not chosen.only or kind.name in chosen.only]
    entries = [*map(Entry, people(chosen.size))]
    with ExitStack() as stack:
        opened = {}
        for kind in kinds:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix=f"{kind.name}-")))
            folder.chmod(0o755)  # a server may run as somebody else
            bare = stack.enter_context(kind.served(folder))
            opened[bare] = stack.enter_context(open_storage(bare.url))
            put(bare, opened[bare], entries)
        for bare, storage in opened.items():
            measure(bare, storage, len(entries))
        side_by_side(opened, len(entries))


def put(bare: Bare, storage: Storage, entries: Iterable[Entry]) -> None:
    """Fill a storage; print how quickly it took them."""
    start = perf_counter()
    storage.contacts.put(entries)
    took, count = perf_counter() - start, storage.contacts.count()
    size = (storage.info().size or 0) / 1e6
    print(f"{bare.name}: put {count:,}: {count / took:,.0f} a second; {size:,.0f} MB")
    bare.settle()


def measure(bare: Bare, storage: Storage, size: int) -> None:
    """Print how a storage does beside its database's bare statements."""
    for name, asked in QUERIES.items():
        contenders: dict[str, Callable[[], object]] = {
            "bare": partial(bare.answer, asked),
            "ours": partial(storage.contacts.find, asked.query),
        }
        found = len(storage.contacts.find(asked.query))
        title = f"{bare.name}: {name}: “{asked.query}”, {found} found among {size:,}"
        table(title, rounds(contenders, ROUNDS, warm=6, clock=bare.clock), "bare")
    listing: dict[str, Callable[[], object]] = {
        "bare": bare.first,
        "ours": lambda: [*storage.contacts.all(limit=50)],
    }
    times = rounds(listing, ROUNDS, warm=6, clock=bare.clock)
    table(f"{bare.name}: the first 50 by name", times, "bare")


def side_by_side(opened: dict[Bare, Storage], size: int) -> None:
    """Print how the storages do beside each other, by the clock."""
    base = next(iter(opened)).name
    for name, asked in QUERIES.items():
        finding: dict[str, Callable[[], object]] = {
            bare.name: partial(storage.contacts.find, asked.query)
            for bare, storage in opened.items()
        }
        table(f"find: {name} among {size:,}", rounds(finding, ROUNDS, warm=6), base)
    adding: dict[str, Callable[[], object]] = {
        bare.name: partial(add, storage, new(size)) for bare, storage in opened.items()
    }
    table("add one, durably", rounds(adding, ROUNDS), base)


def new(size: int) -> Iterator[Contact]:
    """Yield contacts that none of the storages has."""
    return iter([*people(2 * ROUNDS, seed=size)])


def add(storage: Storage, more: Iterator[Contact]) -> None:
    """Store one contact more."""
    storage.contacts.add(next(more))


def worked(process: int) -> float:
    """Return the seconds that the processors have worked for a process, by its own clock (Linux).

    To add up what /proc says of its threads takes longer than some of what is measured.
    """
    return clock_gettime((~process << 3) | 2)  # as clock_getcpuclockid(3) makes it


def expression(
    words: Iterable[Iterable[str]], either: str, every: str, piece: Callable[[str], str]
) -> str:
    """Return what asks for every word in one of its spellings."""
    return every.join(f"({either.join(map(piece, word))})" for word in words)


def _trigrams(word: str) -> str:
    every = (f"'{word[at : at + 3]}'" for at in range(len(word) - 2))
    return f"({' & '.join(every)})"


if __name__ == "__main__":
    main()
