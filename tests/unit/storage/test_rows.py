"""Moments as they are stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pomichnyk.storage._sql.rows import moment

KYIV = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    "when",
    [
        datetime(2026, 11, 22, 7, 5, 9, 17, tzinfo=UTC),
        datetime(2026, 11, 22, 7, 5, 9, 999_999, tzinfo=UTC),
        datetime(2026, 11, 22, 7, 5, 10, tzinfo=UTC),
        datetime(2026, 1, 1, 1, 30, 0, 5, tzinfo=KYIV),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_a_moment_is_stored_as_iso_8601_in_utc_of_one_width(when: datetime) -> None:
    assert moment(when) == when.astimezone(UTC).isoformat(timespec="microseconds")


def test_moments_of_many_seconds_are_each_stored_as_what_they_are() -> None:
    start = datetime(2026, 11, 22, 23, 59, 30, tzinfo=UTC)
    every = [start + timedelta(seconds=n, microseconds=n) for n in range(100)] * 2

    assert [datetime.fromisoformat(moment(one)) for one in every] == every
