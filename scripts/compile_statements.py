"""Writes the SQL of every statement for SQLite into the package, so that it need not be compiled.

python scripts/compile_statements.py      run it after a change of models.py or statements.py
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import ClauseElement
from sqlalchemy.dialects import sqlite

from pomichnyk.storage._sql.statements import full_text, statements

COMPILED = Path(__file__).parent.parent / "src/pomichnyk/storage/_sql/compiled_sqlite.py"
HEAD = '''"""``statements.py`` as SQL of SQLite: made by scripts/compile_statements.py."""

from __future__ import annotations

STATEMENTS = {
'''


def module() -> str:
    """Return the text of the module of compiled statements."""
    every = statements(sqlite.insert) | full_text()
    lines = (f'    "{name}": "{sql(every[name])}",\n' for name in sorted(every))
    return "".join((HEAD, *lines, "}\n"))


def sql(statement: ClauseElement) -> str:
    """Return a statement as SQL of SQLite with named parameters; a list is passed as JSON."""
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    text = re.sub(r"__\[POSTCOMPILE_(\w+)\]", r"SELECT value FROM json_each(:\1)", str(compiled))
    for name, value in compiled.params.items():
        if value is not None:  # a constant of the statement
            text = re.sub(rf":{name}\b", repr(value), text)
    return " ".join(text.split())


if __name__ == "__main__":
    COMPILED.write_text(module(), encoding="utf-8")
