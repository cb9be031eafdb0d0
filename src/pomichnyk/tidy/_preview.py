"""The preview: what tidying would do, told without touching anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress

from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._names import Names
from pomichnyk.tidy._opening import open_folder
from pomichnyk.tidy._plan import Batch, Rules, below, planned
from pomichnyk.tidy._report import Planned
from pomichnyk.tidy._targets import Identities, from_folder


def preview(folder: str, into: str, rules: Rules) -> Iterator[Planned]:
    """Yield the moves that a run over a folder would make.

    Where several files have one name, which of them gets which number may differ.

    Raises:
        OSError: the folder cannot be opened.
    """
    with ExitStack() as opened:
        root = opened.enter_context(open_folder(folder))
        keys, names, chosen = Identities(), Names(), set[str]()
        with suppress(FileNotFoundError):
            keys.base = opened.enter_context(open_folder(into))
        for path, batch in _batches(root, rules, keys):
            for _, name, key in batch.moves:
                places = (below(key, new) for new in names.candidates(key, name))
                place = next(
                    one for one in places if one not in chosen and not _is_there(keys, one)
                )
                chosen.add(place)
                yield Planned(below(path, name), below(from_folder(folder, into), place))


def _batches(root: Folder, rules: Rules, keys: Identities) -> Iterator[tuple[str, Batch]]:
    waiting = [""]
    while waiting:
        path = waiting.pop()
        # A folder that cannot be read is left alone; the run itself says why.
        with suppress(OSError), root.child(path) as folder:
            batch = planned(folder.entries(), path, folder.identity, rules, keys)
            waiting += (below(path, name) for name in reversed(batch.folders))
            yield path, batch


def _is_there(keys: Identities, place: str) -> bool:
    with suppress(NotADirectoryError):
        return bool(keys.base and keys.base.find(place))
    return False
