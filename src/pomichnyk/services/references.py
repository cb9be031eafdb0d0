"""References: which record a person means, and changing it while others may do the same."""

from __future__ import annotations

from collections.abc import Callable

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.folding import fold
from pomichnyk.errors import AmbiguousError, ConflictError, NotFoundError
from pomichnyk.storage import FOUND, ContactRepository, Record, Repository
from pomichnyk.text import Text

SHOWN = 5
ATTEMPTS = 10


def meant(repository: Repository[Record], ref: str, named: Callable[[Record], str]) -> Record:
    """Return the one record that a reference means; ``named`` gives a record's name.

    Raises:
        NotFoundError: none is meant; the message suggests what a search for it finds.
        AmbiguousError: several may be.
    """
    found = repository.refer(ref, SHOWN)
    if not found:
        raise _unknown(ref, [named(record) for record in repository.find(ref, 3)])
    if len(found) > 1:
        raise AmbiguousError(ref, [f"{named(one)} ({str(one.id)[:8]})" for one in found])
    return found[0]


def namesakes(contacts: ContactRepository, name: str) -> list[Contact]:
    """Return the contacts of that name, compared folded: no id that happens to begin so."""
    return [one for one in contacts.refer(name, FOUND) if fold(one.name) == fold(name.strip())]


def revised(
    repository: Repository[Record], record: Record, change: Callable[[Record], Record]
) -> Record:
    """Change a record and return it, trying anew when somebody else changed it meanwhile.

    ``change`` is given the record as it is stored, and gives it back if nothing is to change.

    Raises:
        ConflictError: others changed it at every attempt.
        NotFoundError: somebody removed it.
    """
    for _ in range(ATTEMPTS):
        new = change(old := repository.get(record.id))
        if new is old:
            return old
        try:
            repository.update(new, was=old)
        except ConflictError:
            continue
        return new
    raise ConflictError(Text("others keep changing “{id}”; try again", id=record.id))


def _unknown(ref: str, alike: list[str]) -> NotFoundError:
    if not alike:
        return NotFoundError(Text("nothing is stored under “{ref}”", ref=ref))
    names = tuple(Text("“{name}”", name=name) for name in dict.fromkeys(alike))
    return NotFoundError(
        Text("nothing is stored under “{ref}”; did you mean {names}?", ref=ref, names=names)
    )
