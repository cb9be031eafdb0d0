"""Containers of the language and its library."""

from __future__ import annotations

from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sized
from itertools import chain
from typing import Any, TypeVar

from pomichnyk.serialization._kinds import DamagedError, Kind, UnkeepableError, bare, exact
from pomichnyk.text import Text

CROWD = 256
"""How many keys may have the same hash: looking among them takes quadratic time."""
_SALTED = {str, bytes}
Made = TypeVar("Made", bound=Sized)
FACTORIES: Mapping[str, type[Any]] = {
    factory.__name__: factory
    for factory in (
        *(bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset),
        *(deque, Counter, OrderedDict),
    )
}


def check_crowd(keys: Collection[Any]) -> None:
    """Let pass keys of which no more than ``CROWD`` have the same hash.

    Raises:
        UnkeepableError: more have.
    """
    if len(keys) <= CROWD or set(map(type, keys)) <= _SALTED:
        return
    hashes = list(map(hash, keys))
    if len(hashes) - len(set(hashes)) >= CROWD and max(Counter(hashes).values()) > CROWD:
        raise UnkeepableError(Text("more than {limit} keys have the same hash", limit=CROWD))


def keys_and_values(value: Mapping[Any, Any]) -> Iterable[Any]:
    """Return the keys and the values, one after another.

    Raises:
        UnkeepableError: too many keys have the same hash.
    """
    check_crowd(value)
    return chain(value, value.values())


def _elements(value: Collection[Any]) -> Iterable[Any]:
    check_crowd(value)
    return value


def _pairs(value: Mapping[Any, Any]) -> list[list[Any]]:
    return [[*pair] for pair in value.items()]


def _plain(value: dict[Any, Any]) -> dict[Any, Any]:
    return dict(bare(value))


def _dict(pairs: list[list[Any]]) -> dict[Any, Any]:
    return same_size(dict(exact(pair, None, None) for pair in pairs), pairs)


def _set(body: list[Any]) -> set[Any]:
    return same_size(set(body), body)


def _frozenset(body: list[Any]) -> frozenset[Any]:
    return same_size(frozenset(body), body)


def same_size(made: Made, body: list[Any]) -> Made:
    """Return what was made of the parts if none of them was lost, as one of two equal is.

    Raises:
        DamagedError: some were lost.
    """
    if len(made) != len(body):
        raise DamagedError(Text("the same key twice"))
    return made


def _deque(body: list[Any]) -> deque[Any]:
    limit, *items = body
    return same_size(deque(items, limit), items)


def _refill(empty: deque[Any], value: deque[Any]) -> None:
    # The one way to give a deque that exists its limit.
    deque.__init__(empty, value, value.maxlen)


def _ordered(body: dict[Any, Any]) -> OrderedDict[Any, Any]:
    return OrderedDict(_is_dict(body))


def _counter(body: dict[Any, Any]) -> Counter[Any]:
    counter: Counter[Any] = Counter()
    dict.update(counter, _is_dict(body))
    return counter


def _fill_counter(empty: Counter[Any], value: Counter[Any]) -> None:
    dict.update(empty, value)


def _maps(value: ChainMap[Any, Any]) -> list[Any]:
    maps: list[Any] = bare(value, "maps").maps
    return maps


def _chain_map(maps: list[Any]) -> ChainMap[Any, Any]:
    if type(maps) is not list or not maps:
        raise DamagedError
    made: ChainMap[Any, Any] = ChainMap()
    made.maps = maps
    return made


def _fill_chain_map(empty: ChainMap[Any, Any], value: ChainMap[Any, Any]) -> None:
    empty.maps = value.maps


def _is_dict(body: Any) -> dict[Any, Any]:
    if type(body) is not dict:
        raise DamagedError
    return body


def default_dicts(factories: Mapping[str, Callable[[], Any]]) -> Kind:
    """Return the kind of dicts that make what is missing, by one of these factories or none."""
    names = {id(factory): name for name, factory in factories.items()}

    def take(value: defaultdict[Any, Any]) -> list[Any]:
        factory = value.default_factory
        if factory is not None and id(factory) not in names:
            raise UnkeepableError(Text("its factory is no class that is known"))
        return [None if factory is None else names[id(factory)], dict(value)]

    def make(body: list[Any]) -> defaultdict[Any, Any]:
        name, content = exact(body, None, dict)
        if name is not None and type(name) is not str:
            raise DamagedError
        return defaultdict(None if name is None else factories[name], content)

    def fill(empty: defaultdict[Any, Any], value: defaultdict[Any, Any]) -> None:
        empty.default_factory = value.default_factory
        empty.update(value)

    return Kind(
        "defaultdict",
        defaultdict,
        take,
        make,
        code=7,
        inside=keys_and_values,
        new=defaultdict,
        fill=fill,
    )


KINDS = (
    Kind("list", list, list, list, code=1, inside=iter, new=list, fill=list.extend),
    Kind(
        "dict",
        dict,
        _pairs,
        _dict,
        code=2,
        inside=keys_and_values,
        new=dict,
        fill=dict.update,
        hashed=True,
    ),
    Kind("tuple", tuple, list, tuple, code=3, inside=iter),
    Kind("set", set, list, _set, code=4, inside=_elements, new=set, fill=set.update, hashed=True),
    Kind("frozenset", frozenset, list, _frozenset, code=5, inside=_elements, hashed=True),
    Kind(
        "deque",
        deque,
        lambda value: [value.maxlen, *value],
        _deque,
        code=6,
        inside=iter,
        new=deque,
        fill=_refill,
    ),
    Kind(
        "ordereddict",
        OrderedDict,
        _plain,
        _ordered,
        code=8,
        inside=keys_and_values,
        new=OrderedDict,
        fill=OrderedDict.update,
        whole=True,
    ),
    Kind(
        "counter",
        Counter,
        _plain,
        _counter,
        code=9,
        inside=keys_and_values,
        new=Counter,
        fill=_fill_counter,
        whole=True,
    ),
    Kind(
        "chainmap",
        ChainMap,
        _maps,
        _chain_map,
        code=10,
        inside=lambda value: (value.maps,),
        new=ChainMap,
        fill=_fill_chain_map,
        whole=True,
    ),
)
