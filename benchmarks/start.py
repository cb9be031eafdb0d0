"""Start, search and list as whole processes, against khard and a script with nothing to spare.

    uv venv /tmp/khard && uv pip install --python /tmp/khard/bin/python khard==0.22.0
    python benchmarks/start.py /tmp/khard/bin/khard [ROUNDS]

Needs this package installed for the Python that runs it, and khard in an environment of its own.
Contacts are invented; they and their stores live in a folder that is removed at the end.
The limit is one script: argparse, sqlite3 and an FTS5 table, no validation, languages or views.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from people import people
from rounds import rounds, table

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.folding import document
from pomichnyk.storage import open_storage
from pomichnyk.vcard import format as written
from pomichnyk.vcard.editing import card

QUERY = "шевчен"
LIMIT = """\
import argparse, sqlite3, sys
parser = argparse.ArgumentParser()
parser.add_argument("db")
parser.add_argument("query", nargs="?")
args = parser.parse_args()
db = sqlite3.connect(args.db)
if args.query:
    rows = db.execute(
        "select name, phones, emails from person join words on person.id = words.rowid"
        " where words match ? limit 50",
        (args.query + "*",),
    )
else:
    rows = db.execute("select name, phones, emails from person order by name")
sys.stdout.write("".join("\\t".join(row) + "\\n" for row in rows))
"""
KHARD = """\
[addressbooks]
[[book]]
path = {folder}
[general]
default_action = list
"""


def main(khard: str, count: int) -> None:
    """Print the ratios at a thousand and at ten thousand contacts."""
    with TemporaryDirectory() as folder:
        program = Path(folder) / "limit.py"
        program.write_text(LIMIT)
        for size in (1_000, 10_000):
            compare(Path(folder), khard, size, count if size == 1_000 else max(3, count // 3))


def compare(folder: Path, khard: str, size: int, count: int) -> None:
    """Store so many contacts in each way; time the start, a search and a list of them all."""
    contacts = [*people(size)]
    url, limit = f"sqlite:///{folder / f'{size}.db'}", folder / f"limit{size}.db"
    with open_storage(url) as storage:
        storage.contacts.put(Entry(contact) for contact in contacts)
    fill_limit(limit, contacts)
    environ = fill_khard(folder / f"khard{size}", contacts)
    ours = [sys.executable, "-m", "pomichnyk", "--storage", url]
    script = [sys.executable, str(folder / "limit.py"), str(limit)]
    python = [sys.executable, "-c"]
    jobs: dict[str, dict[str, list[str]]] = {
        "start": {
            "khard": [khard, "--version"],
            "pomichnyk": [*ours, "--version"],
            "python": [*python, "pass"],
            "python, argparse and sqlite3": [*python, "import argparse, sqlite3"],
        },
        "find": {
            "khard": [khard, "list", "Шевчен"],
            "pomichnyk": [*ours, "contact", "find", QUERY],
            "limit": [*script, QUERY],
        },
        "list": {
            "khard": [khard, "list"],
            "pomichnyk": [*ours, "contact", "list"],
            "limit": script,
        },
    }
    for job, contenders in jobs.items():
        runs = {name: quiet(words, environ) for name, words in contenders.items()}
        table(f"{job}, {size:,} contacts", rounds(runs, count), "khard")


def quiet(words: list[str], environ: Mapping[str, str]) -> Callable[[], object]:
    """Return what runs a program to its end, its output thrown away."""
    return partial(
        subprocess.run, words, env=environ, check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def fill_limit(path: Path, contacts: list[Contact]) -> None:
    """Store the contacts for the script: one table of text, one index of folded words."""
    db = sqlite3.connect(path)
    db.execute("create table person (id integer primary key, name, phones, emails)")
    db.execute("create virtual table words using fts5 (folded, prefix='2 3')")
    for number, one in enumerate(contacts):
        phones, emails = (
            " ".join(each.value for each in many) for many in (one.phones, one.emails)
        )
        db.execute("insert into person values (?, ?, ?, ?)", (number, one.name, phones, emails))
        db.execute(
            "insert into words (rowid, folded) values (?, ?)", (number, document(one.searched()))
        )
    db.commit()
    db.close()


def fill_khard(home: Path, contacts: list[Contact]) -> Mapping[str, str]:
    """Store the contacts as khard reads them, a file for each; return its environment."""
    folder = home / "book"
    folder.mkdir(parents=True)
    for contact in contacts:
        (folder / f"{contact.id}.vcf").write_text(written([card(Entry(contact))]), newline="")
    settings = home / "khard" / "khard.conf"
    settings.parent.mkdir()
    settings.write_text(KHARD.format(folder=folder))
    return os.environ | {"XDG_CONFIG_HOME": str(home), "EDITOR": "true", "LC_ALL": "C.UTF-8"}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9)
