"""Writes the SQL of every statement into the package, so that it need not be compiled.

python scripts/compile_statements.py      run it after a change of a models.py or statements.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import ClauseElement, Dialect, Executable, Insert
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite3
from sqlalchemy.dialects.postgresql import psycopg

from pomichnyk.gradebook import statements as gradebook
from pomichnyk.storage._sql import statements_postgresql
from pomichnyk.storage._sql.statements import full_text, statements

SOURCE = Path(__file__).parent.parent / "src/pomichnyk"
Statements = Mapping[str, Executable]
EVERY: Mapping[str, Mapping[str, Callable[[], Statements]]] = {
    "sqlite": {
        "storage/_sql": lambda: statements(sqlite3.insert) | full_text(),
        "gradebook": gradebook.statements,
    },
    "postgresql": {
        "storage/_sql": lambda: {
            **statements(postgresql.insert),
            **statements_postgresql.full_text(),
            **statements_postgresql.records(),
        },
        "gradebook": gradebook.statements,
    },
}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEAD = '''"""``statements.py`` as SQL of {name}: made by scripts/compile_statements.py."""

from __future__ import annotations

STATEMENTS = {{
'''


def module(folder: str = "storage/_sql", kind: str = "sqlite") -> str:
    """Return the text of the module of the statements of a folder for a kind of database."""
    sql = {"sqlite": sqlite, "postgresql": postgres}[kind]
    every = EVERY[kind][folder]()
    lines = (f'    "{name}": "{sql(every[name])}",\n' for name in sorted(every))
    return "".join((HEAD.format(name=NAMES[kind]), *lines, "}\n"))


def sqlite(statement: Executable) -> str:
    """Return a statement as SQL of SQLite with named parameters; a list is passed as JSON."""
    assert isinstance(statement, ClauseElement)
    compiled = statement.compile(dialect=sqlite3.dialect(paramstyle="named"))
    text = re.sub(r"__\[POSTCOMPILE_(\w+)\]", r"SELECT value FROM json_each(:\1)", str(compiled))
    for name, value in compiled.params.items():
        if value is not None:  # a constant of the statement
            text = re.sub(rf":{name}\b", repr(value), text)
    return " ".join(text.split())


def postgres(statement: Executable) -> str:
    """Return a statement as SQL of PostgreSQL as psycopg takes it; a list is passed as an array."""
    assert isinstance(statement, ClauseElement)
    if isinstance(statement, Insert):
        statement = statement.inline()  # the new key is not asked for
    dialect: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
    compiled = statement.compile(dialect=dialect)
    text = str(compiled).replace(' COLLATE "C"', "")  # a column's own collation wins
    text = re.sub(r"IN \(__\[POSTCOMPILE_(\w+)\]\)", r"= ANY(%(\1)s)", text)
    for name, value in compiled.params.items():
        if value is not None:  # a constant of the statement
            text = re.sub(rf"%\({name}\)s(::\w+)?", repr(value), text)
    return " ".join(text.split())


if __name__ == "__main__":
    for kind, folders in EVERY.items():
        for folder in folders:
            path = SOURCE / folder / f"compiled_{kind}.py"
            path.write_text(module(folder, kind), encoding="utf-8")
