"""Merging: what two people changed of a contact since both knew it alike, in one contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Labelled
from pomichnyk.domain.folding import fold

Value = TypeVar("Value")
Many = TypeVar("Many", bound=Labelled)


def merged(base: Contact, ours: Contact, theirs: Contact) -> Contact:
    """Return our contact with what they changed since it was ``base``.

    Field by field: what only they changed is theirs, what we changed stays ours. Of lists, each
    value goes by itself: it stays unless one of us took it away.
    """
    return replace(
        ours,
        name=_one(base.name, ours.name, theirs.name),
        phones=_labelled(base.phones, ours.phones, theirs.phones),
        emails=_labelled(base.emails, ours.emails, theirs.emails),
        addresses=_labelled(base.addresses, ours.addresses, theirs.addresses),
        messengers=_labelled(base.messengers, ours.messengers, theirs.messengers),
        birthday=_one(base.birthday, ours.birthday, theirs.birthday),
        tags=_many(base.tags, ours.tags, theirs.tags, fold),
        comment=_one(base.comment, ours.comment, theirs.comment),
        keywords=theirs.keywords,
    )


def completed(part: Contact, whole: Contact) -> Contact:
    """Return a contact with what it lacks taken from another: for a source that cannot say all."""
    return replace(
        part,
        phones=_filled(part.phones, whole.phones),
        emails=_filled(part.emails, whole.emails),
        addresses=_filled(part.addresses, whole.addresses),
        messengers=_filled(part.messengers, whole.messengers),
        birthday=part.birthday or whole.birthday,
        tags=_many((), part.tags, whole.tags, fold),
        comment=part.comment or whole.comment,
    )


def _filled(part: Sequence[Many], whole: Sequence[Many]) -> tuple[Many, ...]:
    labels = {_key(one): one.label for one in whole}
    part = [one.relabelled(one.label or labels.get(_key(one), "")) for one in part]
    return _many((), part, whole, _key)


def _one(base: Value | None, ours: Value, theirs: Value) -> Value:
    return theirs if ours == base else ours


def _labelled(
    base: Sequence[Many], ours: Sequence[Many], theirs: Sequence[Many]
) -> tuple[Many, ...]:
    return _many(base, ours, theirs, _key)


def _key(one: Labelled) -> str:
    return one.value.casefold()


def _many(
    base: Sequence[Value],
    ours: Sequence[Value],
    theirs: Sequence[Value],
    key: Callable[[Value], str],
) -> tuple[Value, ...]:
    then, here, there = ({key(one): one for one in values} for values in (base, ours, theirs))
    return tuple(
        _one(then.get(each), one, there.get(each, one))
        for each, one in {**here, **there, **here}.items()
        if each not in then or (each in here and each in there)
    )
