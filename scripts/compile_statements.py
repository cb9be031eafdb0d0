"""Writes the SQL of every statement for SQLite into the package, so that it need not be compiled.

python scripts/compile_statements.py      run it after a change of a models.py or statements.py
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import ClauseElement, Executable
from sqlalchemy.dialects import sqlite

from pomichnyk.gradebook import statements as gradebook
from pomichnyk.storage._sql.statements import full_text, statements

SOURCE = Path(__file__).parent.parent / "src/pomichnyk"
EVERY: Mapping[str, Mapping[str, Executable]] = {
    "storage/_sql": statements(sqlite.insert) | full_text(),
    "gradebook": gradebook.statements(),
}
HEAD = '''"""``statements.py`` as SQL of SQLite: made by scripts/compile_statements.py."""

from __future__ import annotations

STATEMENTS = {
'''


def module(folder: str = "storage/_sql") -> str:
    """Return the text of the module of the compiled statements of a folder."""
    every = EVERY[folder]
    lines = (f'    "{name}": "{sql(every[name])}",\n' for name in sorted(every))
    return "".join((HEAD, *lines, "}\n"))


def sql(statement: Executable) -> str:
    """Return a statement as SQL of SQLite with named parameters; a list is passed as JSON."""
    assert isinstance(statement, ClauseElement)
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    text = re.sub(r"__\[POSTCOMPILE_(\w+)\]", r"SELECT value FROM json_each(:\1)", str(compiled))
    for name, value in compiled.params.items():
        if value is not None:  # a constant of the statement
            text = re.sub(rf":{name}\b", repr(value), text)
    return " ".join(text.split())


if __name__ == "__main__":
    for folder in EVERY:
        path = SOURCE / folder / "compiled_sqlite.py"
        path.write_text(module(folder), encoding="utf-8")
