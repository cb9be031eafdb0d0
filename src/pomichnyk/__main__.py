"""Lets ``python -m pomichnyk`` do what the command ``pomichnyk`` does."""

from __future__ import annotations

import sys

from pomichnyk.cli import main

if __name__ == "__main__":
    sys.exit(main())
