"""What tests share, servers and a browser: each is started by the first test that needs it."""

from __future__ import annotations

import signal

# A shell starts what it runs in the background deaf to Ctrl-C, and what tests start would be too.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ("browser_driver", "mongodb_server", "postgresql_server", "redis_server")
