"""Search among many contacts in SQLite, beside the bare FTS5 statement for the same rows.

python benchmarks/search.py 10000 100000 [1000000]      needs nothing but this package

Books of invented people are kept in ``--folder`` (2 GB for a million, some minutes to make) and
used again. Times are of the processor: the disk is not waited for. “bare” selects, by plain
sqlite3, the columns, details and tags of the first 50 hits of the same words in the same index,
and makes nothing of them; ours also ranks and orders them and makes 50 contacts. “simple index”
is a bare statement on an index as one would first make it: no beginnings beyond three letters.
"""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import gettempdir
from time import perf_counter, process_time

from people import people
from rounds import rounds, table

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.storage import Storage, open_storage

ROUNDS = 21
PARTS = """
  (SELECT json_group_array(json_array(kind, label, value)) FROM contact_details WHERE contact = pk),
  (SELECT json_group_array(tag) FROM contact_tags WHERE contact = pk)
"""
BARE = f"""
SELECT pk, id, name, birthday, comment, keywords, created, changed, {PARTS}
FROM {{index}} JOIN contacts ON pk = {{index}}.rowid WHERE {{index}} MATCH ? LIMIT 50
"""
QUERIES = {
    "the beginning of a word": ("шевчен", "contact_index", '"шевчен"* OR "shevchen"*'),
    "a whole word": ("шевченко", "contact_index", '"шевченко" OR "shevchenko"'),
    "two words": (
        "олена шевч",
        "contact_index",
        '("олена"* OR "olena"*) AND ("шевч"* OR "shevch"*)',
    ),
    "inside a word": ("вченк", "contact_parts", '"вченк"'),
    "the end of a phone": ("638990", "contact_parts", '"638990"'),
    "a typo": ("шевчнеко", "contact_index", '"шевченко" OR "shevchenko"'),
    "nothing": ("хтозна", "contact_index", '"хтозна"'),
}


def main() -> None:
    """Measure books of as many people as the arguments say."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=Path(gettempdir()) / "pomichnyk-search")
    chosen = parser.parse_args()
    chosen.folder.mkdir(exist_ok=True)
    for size in chosen.sizes:
        measure(book(chosen.folder, size), size)


def book(folder: Path, size: int) -> Path:
    """Return a file with so many people, making it if need be."""
    path = folder / f"{size}.db"
    with open_storage(f"sqlite:///{path}") as storage:
        if storage.contacts.count() != size:
            start, cpu = perf_counter(), process_time()
            storage.contacts.put(map(Entry, people(size)))
            took, cpu = perf_counter() - start, process_time() - cpu
            print(f"put {size:,}: {size / took:,.0f} a second, {size / cpu:,.0f} of the processor")
            with sqlite3.connect(path) as connection:
                simple_index(connection)
    return path


def simple_index(connection: sqlite3.Connection) -> None:
    """Make the index that the bare statements are also tried on."""
    connection.execute(
        "CREATE VIRTUAL TABLE simple USING fts5(folded, content='contacts', content_rowid='pk',"
        " prefix='1 2 3', tokenize='unicode61 remove_diacritics 0')"
    )
    connection.execute("INSERT INTO simple (simple) VALUES ('rebuild')")


def measure(path: Path, size: int) -> None:
    """Print what there is to know of one book."""
    connection = sqlite3.connect(path)
    with open_storage(f"sqlite:///{path}") as storage:
        print(f"\n{size:,} contacts, {path.stat().st_size / 1e6:,.0f} MB")
        for name, (query, index, match) in QUERIES.items():
            contenders: dict[str, Callable[[], object]] = {
                "bare": partial(bare, connection, index, match),
                "ours": partial(storage.contacts.find, query),
            }
            if index == "contact_index":
                contenders["bare, simple index"] = partial(bare, connection, "simple", match)
            found = len(storage.contacts.find(query))
            title = f"{name}: “{query}”, {found} found among {size:,}"
            table(title, rounds(contenders, ROUNDS, clock=process_time), "bare")
        others(storage, connection, size)
    connection.close()


def bare(connection: sqlite3.Connection, index: str, match: str) -> list[tuple[object, ...]]:
    """Return the first hits as the bare statement gives them."""
    return connection.execute(BARE.format(index=index), (match,)).fetchall()


def others(storage: Storage, connection: sqlite3.Connection, size: int) -> None:
    """Print how long everything else takes that is done every day."""
    contacts = storage.contacts
    first = next(contacts.all())
    new = iter(list(people(ROUNDS + 1, seed=size)))
    columns = f"SELECT pk, id, name, comment, created, changed, {PARTS} FROM contacts"

    def add_and_remove() -> None:
        one: Contact = next(new)
        contacts.add(one)
        contacts.remove(one.id)

    doings: dict[str, Callable[[], object]] = {
        "bare: the first 50 by name": lambda: connection.execute(
            f"{columns} ORDER BY place, id LIMIT 50"
        ).fetchall(),
        "list, the first 50": lambda: [*contacts.all(limit=50)],
        "list, cut short after 50": lambda: [*islice(contacts.all(), 50)],
        "show one": lambda: contacts.get(first.id),
        "complete a name": lambda: contacts.names("Олена Ш"),
        "add and remove": add_and_remove,
    }
    title = f"everything else among {size:,}"
    table(title, rounds(doings, ROUNDS, clock=process_time), "bare: the first 50 by name")


if __name__ == "__main__":
    main()
