"""The class diagram in the words of Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagram.source import Class

ARROWS = {"extends": "--|>", "owns": "*--", "refers": "-->", "uses": "..>"}


def mermaid(classes: Sequence[Class]) -> str:
    """Return the diagram in Mermaid's words."""
    names = [one.name for one in classes]
    key = {
        one.path: one.name if names.count(one.name) == 1 else one.path.replace(".", "_")
        for one in classes
    }
    lines = ["classDiagram", "    direction TB"]
    for floor in dict.fromkeys(one.floor for one in classes):
        lines.append(f"    namespace {floor} {{")
        for one in classes:
            if one.floor == floor:
                lines += _mermaid_class(one, key[one.path])
        lines.append("    }")
    for one in classes:
        for link in one.links:
            count = f' "{link.count}"' if link.count else ""
            lines.append(f"    {key[one.path]} {ARROWS[link.kind]}{count} {key[link.target]}")
    return "\n".join(lines) + "\n"


def _mermaid_class(one: Class, key: str) -> Iterator[str]:
    label = "" if key == one.name else f'["{one.name}"]'
    members = [f"+{member}".replace(": ", " ", 1) for member in (*one.attributes, *one.methods)]
    yield f"        class {key}{label} {{"
    yield from (f"            {line}" for line in ([f"<<{one.kind}>>"] if one.kind else []))
    yield from (f"            {member}" for member in members)
    yield "        }"
