"""Servers that the tests share: each is started by the first test of a run that needs it."""

from __future__ import annotations

pytest_plugins = ("mongodb_server", "postgresql_server", "redis_server")
