"""Times: dates, times and what belongs to them, with zone and fold."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from pomichnyk.serialization._kinds import DamagedError, Kind, UnkeepableError, exact
from pomichnyk.text import Text

_ZONE = re.compile(r"[\w+-]+(/[\w+-]+)*", re.ASCII)


def _parts(value: datetime | time) -> str | list[Any]:
    """Return the ISO form where it says all, else the clock, its zone and its fold."""
    zone = value.tzinfo
    if not value.fold and (zone is None or zone is UTC or _is_offset_only(zone)):
        return value.isoformat()
    return [value.replace(tzinfo=None, fold=0).isoformat(), zone, value.fold]


def _is_offset_only(zone: tzinfo) -> bool:
    return type(zone) is timezone and len(_offset_parts(zone)) == 1


def _datetime(body: str | list[Any]) -> datetime:
    if isinstance(body, str):
        return datetime.fromisoformat(body)
    clock, zone, fold = exact(body, str, None, int)
    return datetime.fromisoformat(clock).replace(tzinfo=zone, fold=fold)


def _time(body: str | list[Any]) -> time:
    if isinstance(body, str):
        return time.fromisoformat(body)
    clock, zone, fold = exact(body, str, None, int)
    return time.fromisoformat(clock).replace(tzinfo=zone, fold=fold)


def _timedelta(body: list[int]) -> timedelta:
    return timedelta(*exact(body, int, int, int))


def _offset_parts(zone: timezone) -> list[Any]:
    """Return the offset, and the name if it was given one: what its maker takes."""
    return list(zone.__reduce__()[1])


def _offset(body: list[Any]) -> tzinfo:
    return timezone(*exact(body, timedelta, *([str] if len(body) > 1 else [])))


def _zone_key(zone: ZoneInfo) -> str:
    if not zone.key:
        raise UnkeepableError(Text("a time zone without a name"))
    return zone.key


def _zone(key: str) -> ZoneInfo:
    # A name with dots would be looked for outside the time zones' folder.
    if not _ZONE.fullmatch(key):
        raise DamagedError
    return ZoneInfo(key)


KINDS = (
    Kind("datetime", datetime, _parts, _datetime, code=40),
    Kind("date", date, date.isoformat, date.fromisoformat, code=41),
    Kind("time", time, _parts, _time, code=42),
    Kind(
        "timedelta", timedelta, lambda d: [d.days, d.seconds, d.microseconds], _timedelta, code=43
    ),
    Kind("timezone", timezone, _offset_parts, _offset, code=44),
    Kind("zone", ZoneInfo, _zone_key, _zone, code=45),
)
