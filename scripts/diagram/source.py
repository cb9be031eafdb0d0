"""What the class diagram shows: the assistant's public classes, as its source states them.

The source is read, not run, so the diagram depends on no package that a driver would need.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src/pomichnyk"

FLOORS: Mapping[str, tuple[str, ...]] = {
    "commands": ("cli", "repl", "commands"),
    "services": ("bootstrap", "services"),
    "views": ("views",),
    "storage": ("storage", "database"),
    "formats": ("vcard", "serialization"),
    "domain": ("domain",),
    "foundation": ("config", "errors", "files", "meta", "plugs", "text"),
}
"""The floors from the top down, each with the modules and packages that make it."""

KNOWN_TO_ALL = "foundation"  # an arrow from everything to Text would say nothing
MANY = ("tuple[", "list[", "Sequence[", "Iterable[", "Iterator[", "Mapping[", "dict[", "set[")


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute, or a method if it has arguments (which may be none, but are a string)."""

    name: str
    type: str
    arguments: str | None = None

    def __str__(self) -> str:
        call = "" if self.arguments is None else f"({self.arguments})"
        return f"{self.name}{call}" + (f": {self.type}" if self.type else "")


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from a class: ``extends``, ``owns``, ``refers`` or ``uses``, and how many."""

    kind: str
    target: str
    count: str = ""


@dataclass(slots=True)
class Class:
    """What the source says of a class.

    Attributes:
        path: where it is, such as ``domain.contact.Contact``.
        plug: the name by which its family finds it, if it states one.
        kind: ``family``, ``value``, ``protocol`` or empty.
        public: whether neither it nor its module is private, or a public module offers it.
    """

    path: str
    plug: str = ""
    kind: str = ""
    public: bool = True
    bases: list[str] = field(default_factory=list)
    attributes: list[Member] = field(default_factory=list)
    methods: list[Member] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its module."""
        return self.path.rpartition(".")[2]

    @property
    def floor(self) -> str:
        """The floor of its module; empty if it is not of the assistant."""
        first = self.path.partition(".")[0]
        return next((floor for floor, modules in FLOORS.items() if first in modules), "")


class Reader:
    """Reads the classes of one module; ``known`` maps a name in it to a class's path."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.module, self.tree = module, tree
        self.known = dict(self._names())

    def _names(self) -> Iterator[tuple[str, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pomichnyk"):
                source = (node.module or "").removeprefix("pomichnyk").removeprefix(".")
                for alias in node.names:
                    yield alias.asname or alias.name, f"{source}.{alias.name}"
            elif isinstance(node, ast.ClassDef):
                yield node.name, f"{self.module}.{node.name}"

    def offered(self) -> set[str]:
        """Return the paths of the classes that the module's ``__all__`` names."""
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                return {
                    self.known[name] for name in ast.literal_eval(node.value) if name in self.known
                }
        return set()

    def classes(self) -> Iterator[Class]:
        """Yield the module's own classes, in the order of the source."""
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef):
                yield self._class(node)

    def _class(self, node: ast.ClassDef) -> Class:
        found = Class(f"{self.module}.{node.name}", plug=_plug(node), kind=_kind(node))
        for base in node.bases:
            found.bases += self._paths(base)[:1]
        for item in node.body:
            if isinstance(item, ast.AnnAssign):
                self._field(found, item)
            elif isinstance(item, ast.FunctionDef) and item.name == "__init__":
                self._constructor(found, item)
            elif isinstance(item, ast.FunctionDef) and not item.name.startswith("_"):
                self._function(found, item)
        return found

    def _field(self, found: Class, item: ast.AnnAssign) -> None:
        name = ast.unparse(item.target)
        if not name.startswith("_"):
            found.attributes.append(Member(name, _short(item.annotation)))
            self._link(found, "owns", item.annotation)

    def _constructor(self, found: Class, item: ast.FunctionDef) -> None:
        types = {one.arg: one.annotation for one in (*item.args.args, *item.args.kwonlyargs)}
        for annotation in types.values():
            self._link(found, "refers", annotation)
        for target, value in _assigned(item):
            declared = any(one.name == target for one in found.attributes)
            if not target.startswith("_") and not declared:
                annotation = types.get(value.id) if isinstance(value, ast.Name) else None
                found.attributes.append(Member(target, _short(annotation)))

    def _function(self, found: Class, item: ast.FunctionDef) -> None:
        marks = {ast.unparse(mark).rpartition(".")[2] for mark in item.decorator_list}
        if marks & {"property", "cached_property"}:
            found.attributes.append(Member(item.name, _short(item.returns)))
            self._link(found, "owns" if "cached_property" in marks else "refers", item.returns)
            return
        arguments = [one.arg for one in (*item.args.args, *item.args.kwonlyargs)]
        said = ", ".join(name for name in arguments if name not in {"self", "cls"})
        found.methods.append(Member(item.name, _short(item.returns), said))
        if "abstractmethod" in marks:
            for annotation in (*(one.annotation for one in item.args.args), item.returns):
                self._link(found, "uses", annotation)

    def _link(self, found: Class, kind: str, annotation: ast.expr | None) -> None:
        for path in self._paths(annotation):
            count = _count(_short(annotation)) if kind == "owns" else ""
            if all(link.target != path for link in found.links):
                found.links.append(Link(kind, path, count))

    def _paths(self, annotation: ast.expr | None) -> list[str]:
        """Return the classes of ours that an annotation names, in its order."""
        nodes = ast.walk(annotation) if annotation else ()
        names = (node.id for node in nodes if isinstance(node, ast.Name))
        return [self.known[name] for name in names if name in self.known]


def _plug(node: ast.ClassDef) -> str:
    for item in node.body:
        if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == "name":
            return str(item.value.value) if isinstance(item.value, ast.Constant) else ""
    return ""


def _kind(node: ast.ClassDef) -> str:
    if any(ast.unparse(base).startswith("Protocol") for base in node.bases):
        return "protocol"
    if any(ast.unparse(option.value) == "Meta" for option in node.keywords):
        return "family"
    marks = map(ast.unparse, node.decorator_list)
    return "value" if any("dataclass" in mark and "frozen" in mark for mark in marks) else ""


def _short(annotation: ast.expr | None) -> str:
    """Return an annotation as it is written, without ``ClassVar[...]``."""
    written = ast.unparse(annotation) if annotation else ""
    return written.removeprefix("ClassVar[").removesuffix("]") if "ClassVar" in written else written


def _count(written: str) -> str:
    if written.startswith(MANY):
        return "*"
    return "0..1" if "None" in written else "1"


def _assigned(function: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a constructor gives to attributes of ``self``, and their values."""
    for item in ast.walk(function):
        if not isinstance(item, ast.Assign):
            continue
        target, value = item.targets[0], item.value
        pairs = (
            zip(target.elts, value.elts, strict=True)
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            else [(target, value)]
        )
        for one, given in pairs:
            if isinstance(one, ast.Attribute) and ast.unparse(one.value) == "self":
                yield one.attr, given


def read(package: Path = PACKAGE) -> list[Class]:
    """Return the public classes of the assistant, linked to one another, floor by floor."""
    every: dict[str, Class] = {}
    offered: set[str] = set()
    for path in sorted(package.rglob("*.py")):
        module = ".".join(path.relative_to(package).with_suffix("").parts)
        reader = Reader(
            module.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))
        )
        every |= {found.path: found for found in reader.classes() if found.floor}
        offered |= reader.offered()
    for found in every.values():
        found.public = not _private(found.path) or found.path in offered
    for found in every.values():
        _settle(found, every)
    order = list(FLOORS)
    shown = [found for found in every.values() if found.public]
    return sorted(shown, key=lambda found: order.index(found.floor))


def _private(path: str) -> bool:
    return any(part.startswith("_") for part in path.split("."))


def _settle(found: Class, every: Mapping[str, Class]) -> None:
    """Keep the links to public classes, and what the class has beyond its ancestors."""
    ancestors = list(_ancestors(found, every))
    inherited = {one.name for base in ancestors for one in (*base.attributes, *base.methods)}
    found.attributes = [one for one in found.attributes if one.name not in inherited]
    found.methods = [one for one in found.methods if one.name not in inherited]
    linked = {link.target for base in ancestors for link in base.links} | {found.path}
    found.links = [
        link
        for link in found.links
        if link.target in every
        and link.target not in linked
        and every[link.target].public
        and every[link.target].floor != KNOWN_TO_ALL
    ]
    found.links[:0] = [Link("extends", parent) for parent in _parents(found, every)]


def _ancestors(found: Class, every: Mapping[str, Class]) -> Iterator[Class]:
    for base in filter(None, map(every.get, found.bases)):
        yield base
        yield from _ancestors(base, every)


def _parents(found: Class, every: Mapping[str, Class]) -> list[str]:
    """Return the nearest public classes above, past those that are private."""
    parents: list[str] = []
    for base in filter(None, map(every.get, found.bases)):
        parents += [base.path] if base.public else _parents(base, every)
    return list(dict.fromkeys(parents))
