"""Files: a full disk and a kill half-way leave the old file whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

OLD = b"the old content"

HALF = """
import sys, time
from pomichnyk.files import replacing
with replacing(sys.argv[1]) as file:
    file.write(b"half of the new content" * 100_000)
    file.flush()
    print("half", flush=True)
    time.sleep(600)
"""

FULL = """
import resource, signal, sys
from pomichnyk.files import replacing
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    with replacing(sys.argv[1]) as file:
        file.write(b"more than there is room for" * 100_000)
except OSError as error:
    print(error.strerror)
"""


def test_killed_half_way_the_old_file_is_whole(tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_bytes(OLD)

    with subprocess.Popen([sys.executable, "-c", HALF, str(book)], stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"half\n"
        child.kill()

    assert book.read_bytes() == OLD


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    book.write_bytes(OLD)

    done = subprocess.run(
        [sys.executable, "-c", FULL, str(book)], check=True, capture_output=True, text=True
    )

    assert done.stdout == "File too large\n"
    assert book.read_bytes() == OLD
    assert [*tmp_path.iterdir()] == [book]
