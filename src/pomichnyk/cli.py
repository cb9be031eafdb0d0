"""The command line: words typed in a shell become a command, its page is shown, errors told."""

from __future__ import annotations


def main() -> int:
    """Run the command that the shell asked for; return its exit code."""
    raise NotImplementedError
