"""URLs of storages, as they may be shown."""

from __future__ import annotations

import pytest

from pomichnyk.storage._urls import shown


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("memory:", "memory:"),
        ("sqlite:////home/me/my%20book.db", "sqlite:////home/me/my%20book.db"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://me:secret@host:5432/db?a=b", "postgresql://me@host:5432/db?a=b"),
        ("postgresql://:secret@host/db", "postgresql://@host/db"),
        ("postgresql://host/db?password=secret&a=b", "postgresql://host/db?a=b"),
        ("mongodb://me:p%40ss@a,b:27018/db", "mongodb://me@a,b:27018/db"),
        ("mongodb://me:se/cret?@a/db", "mongodb://me@a/db"),
        ("mongodb://a:1,b:2/db?authSource=x@y", "mongodb://a:1,b:2/db?authSource=x@y"),
        ("mongodb://a/db?tlsCertificateKeyFilePassword=secret", "mongodb://a/db"),
        ("postgresql://host:5432/d@b", "postgresql://host:5432/d@b"),
    ],
)
def test_a_password_is_never_shown(url: str, safe: str) -> None:
    assert shown(url) == safe
