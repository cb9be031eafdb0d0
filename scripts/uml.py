"""Draws the class diagram of the assistant from its source: Mermaid and SVG, into docs/uml.

python scripts/uml.py            writes docs/uml/assistant.mmd and docs/uml/assistant.svg
python scripts/uml.py --check    only tells, by its exit code, whether they are up to date
"""

from __future__ import annotations

import sys
from pathlib import Path

from diagram.mermaid import mermaid
from diagram.source import read
from diagram.svg import svg

PICTURES = Path(__file__).parent.parent / "docs/uml"


def main(arguments: list[str]) -> int:
    """Write the pictures, or with ``--check`` tell whether they are what would be written."""
    classes = read()
    pictures = {"assistant.mmd": mermaid(classes), "assistant.svg": svg(classes)}
    old = [path for name, text in pictures.items() if _read(path := PICTURES / name) != text]
    if arguments == ["--check"]:
        return len(old)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in old:
        path.write_text(pictures[path.name], encoding="utf-8")
        print(f"drawn anew: {path.name}")
    return 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
