"""All in a MongoDB database: ``mongodb://HOST/DATABASE``, ``mongodb+srv://HOST/DATABASE``, ...

A URL may name every host of a replica set, a user with a password, and any option of the driver,
such as ``serverSelectionTimeoutMS`` or ``readPreference``. On a replica set each change is a
transaction. On a standalone server each document is changed wholly or not at all, and only what
changes many of them (``put``, ``reconcile``, ``receive``) may be done in part when the server or
the program dies in the middle; doing it again does the rest.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from pymongo import MongoClient
from pymongo.errors import ConfigurationError, InvalidURI
from pymongo.uri_parser import parse_uri

from pomichnyk.errors import PomichnykError, UsageError
from pomichnyk.storage import Info, Storage
from pomichnyk.storage._mongo import checks, schema
from pomichnyk.storage._mongo.contacts import MongoContacts
from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.faults import told
from pomichnyk.storage._mongo.messages import MongoMessages
from pomichnyk.storage._mongo.notes import MongoNotes
from pomichnyk.storage._mongo.sessions import MongoDatabase
from pomichnyk.storage._urls import shown
from pomichnyk.text import Text

TIMES = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 30_000,
}
"""Milliseconds that a server is waited for, unless the URL says otherwise."""


class MongodbStorage(Storage):
    """A home in a database of a MongoDB server, or of a replica set."""

    name = "mongodb"
    contacts: MongoContacts
    notes: MongoNotes
    messages: MongoMessages

    def __init__(self, url: str) -> None:
        self._url = url
        name = _database(url)
        client = _client(url)
        self._client: MongoClient[Document] | None = client
        try:
            self._database = MongoDatabase(client, name, shown(url))
            self._version = schema.upgrade(self._database)
        except BaseException:
            client.close()
            raise
        self.contacts = MongoContacts(self._database)
        self.notes = MongoNotes(self._database)
        self.messages = MongoMessages(self._database)

    def info(self) -> Info:
        """Return what there is to know about the storage."""
        counts = self.contacts.count(), self.notes.count(), self.messages.count()
        return Info(shown(self._url), self._version, *counts, size=self._size())

    def upgrade(self) -> str:
        """Bring the schema up to date, mend what ``check`` finds, and sweep unused words."""
        self._version = schema.upgrade(self._database)
        with self._database.told():
            schema.mend(self._database)
            checks.mend(self._database)
        return self._version

    def check(self) -> list[Text]:
        """Look for rules and indexes that are missing, and for records not found by their words."""
        try:
            with self._database.told():
                return [*schema.damage(self._database), *checks.check(self._database)]
        except PomichnykError as error:
            return [error.text]

    def close(self) -> None:
        """Free the connections."""
        client, self._client = self._client, None
        if client:  # closed twice, it would look for the servers again
            client.close()

    def _size(self) -> int:
        with self._database.told():
            return int(self._database.database.command("dbStats")["totalSize"])


def _client(url: str) -> MongoClient[Document]:
    """Return what connects to the servers of a URL; it does so when it is first used."""
    chosen = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}
    times = {name: time for name, time in TIMES.items() if name.lower() not in chosen}
    with told(shown(url)):
        return MongoClient(url, appname="pomichnyk", **times)  # type: ignore[arg-type]  # options


def _database(url: str) -> str:
    """Return the name of the database that a URL names.

    Raises:
        UsageError: it names none, or is not made as the driver's URLs are.
    """
    scheme, _, rest = url.partition("://")
    try:
        parsed = parse_uri(f"mongodb://{rest}")  # whatever the scheme: names are not looked up yet
    except InvalidURI:  # what it says may have a part of a password that was not escaped
        parsed, why = {}, Text("signs such as @ : / % in a name or a password are written %XX")
    except (ConfigurationError, ValueError) as error:
        parsed, why = {}, Text("{error}", error=str(error).partition(". ")[0])
    else:
        why = Text("it names no database")
    name = parsed.get("database")
    if not name or parsed["collection"]:
        expected = f"{scheme}://HOST/DATABASE"
        raise UsageError(
            Text("“{url}”: {why}; expected: {expected}", url=shown(url), why=why, expected=expected)
        )
    return str(name)
