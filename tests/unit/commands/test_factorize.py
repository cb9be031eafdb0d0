"""The factorize command: what a person types and gets."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.factorize import comparison

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    """Leave the limit of digits as it was."""
    before = sys.get_int_max_str_digits()
    yield
    sys.set_int_max_str_digits(before)


@pytest.fixture
def record(run: Run) -> Callable[..., object]:
    """Run the command for a program; give what it reads."""

    def record(*words: str) -> object:
        code, out, err = run("factorize", *words, view="json")

        assert (code, err) == (0, "")
        return json.loads(out)

    return record


def test_divisors_count_primes_and_time_are_shown(run: Run) -> None:
    code, out, err = run("factorize", "128", "28")
    title, *lines = out.splitlines()

    assert (code, err) == (0, "")
    assert title.startswith("2 numbers in ")
    assert title.endswith("s")
    assert lines == [
        "128\t1 2 4 8 16 32 64 128",
        "128\t8 divisors; 2^7",
        "28\t1 2 4 7 14 28",
        "28\t6 divisors; 2^2 × 7",
    ]


def test_one_has_one_divisor(run: Run) -> None:
    _, out, _ = run("factorize", "1")

    assert out.splitlines()[1:] == ["1\t1", "1\t1 divisor; 1"]


def test_a_program_reads_numbers(record: Callable[..., dict[str, Any]]) -> None:
    found = record("12", "--timeout", "60", "--workers", "1")

    assert found.pop("seconds")
    assert found == {
        "numbers": [
            {"number": 12, "count": 6, "primes": [[2, 2], [3, 1]], "divisors": [1, 2, 3, 4, 6, 12]}
        ]
    }


def test_numbers_come_by_a_pipe_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("4\n 9\n"))
    code, out, _ = run("factorize", "2", "-")

    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()[1::2]] == ["2", "4", "9"]


def test_numbers_of_5_000_digits_are_taken_and_written(
    record: Callable[..., dict[str, Any]],
) -> None:
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    typed = str(10_007**1_250)
    sys.set_int_max_str_digits(usual)
    (found,) = record(typed)["numbers"]

    assert usual < len(typed) == 5_001
    assert found["number"] == 10_007**1_250
    assert found["divisors"] == [10_007**power for power in range(1_251)]


def test_a_number_of_5_000_digits_is_told_of(run: Run) -> None:
    code, out, err = run("factorize", "1" + "0" * 4_999)

    assert (code, out) == (4, "")
    assert err == (
        "pomichnyk: number: 10000000000000000000… (5000 digits) is not valid; "
        "expected: at most 10000000 divisors; it has 25000000\n"
    )


@pytest.mark.parametrize("typed", ["0", "-5", "abc", "2.5", "1e3", ""])
def test_what_is_no_number_from_1_on_is_refused(run: Run, typed: str) -> None:
    code, out, err = run("factorize", "6", typed)

    assert (code, out) == (4, "")
    assert err.startswith("pomichnyk: number: ")
    assert err.endswith(" is not valid; expected: a whole number from 1 on\n")


@pytest.mark.parametrize(
    "options",
    [
        ("--workers", "0"),
        ("--timeout", "0"),
        ("--timeout", "nan"),
        ("--timeout", "inf"),
        ("--timeout", "soon"),
        ("--plot", "ways.pdf"),
    ],
)
def test_options_that_make_no_sense_are_refused(run: Run, options: tuple[str, ...]) -> None:
    code, out, err = run("factorize", "6", *options)

    assert (code, out) == (4, "")
    assert err.startswith(f"pomichnyk: {options[0].strip('-')}: '{options[1]}' is not valid")


def test_ways_are_compared(run: Run) -> None:
    code, out, err = run("factorize", "128", "255", "--compare")
    names, times, ratios = zip(*(line.split("\t") for line in out.splitlines()), strict=True)

    assert (code, err) == (0, "")
    assert [name.split()[0] for name in names] == ["every", "every", "prime", "prime"]
    assert all(time.endswith("s") for time in times)
    assert ratios[2] == "× 1"


def test_a_drawing_is_a_comparison_too(
    record: Callable[..., list[dict[str, Any]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="pip install matplotlib")
    monkeypatch.setattr(comparison, "PATIENCE", 0.5)
    file = tmp_path / "ways.svg"
    ways = record(str(2**64 - 59), "--plot", str(file))

    assert [(way["way"], way["done"]) for way in ways] == [
        ("naive", False),
        ("square-root", False),
        ("sync", True),
        ("parallel", True),
    ]
    assert file.read_bytes()


def test_a_way_that_was_given_up_says_so(run: Run) -> None:
    _, out, _ = run("factorize", str(2**64 - 59), "--compare", "--timeout", "0.5")

    assert [line.split("\t")[1] for line in out.splitlines()[:2]] == ["given up after 500 ms"] * 2
