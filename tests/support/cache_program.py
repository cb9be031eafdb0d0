"""Programs that share a cache, each a process of its own: started together, and killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

Program = subprocess.Popen[str]


@contextmanager
def programs(source: str, count: int, *words: str) -> Iterator[list[Program]]:
    """Start a source as so many programs, each of which says a line when it is ready."""
    line = [sys.executable, "-W", "error", "-X", "dev", "-c", source, *words]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    try:
        for one in started:
            assert said(one) == "ready"
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate()


def tell(program: Program, line: str) -> None:
    """Write a line to a program."""
    assert program.stdin
    program.stdin.write(f"{line}\n")
    program.stdin.flush()


def said(program: Program) -> str:
    """Return the next line that a program writes."""
    assert program.stdout
    return program.stdout.readline().rstrip("\n")
