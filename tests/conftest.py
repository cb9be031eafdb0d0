"""What tests share, servers and a browser: each is started by the first test that needs it."""

from __future__ import annotations

pytest_plugins = ("browser_driver", "mongodb_server", "postgresql_server", "redis_server")
