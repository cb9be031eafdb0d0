"""The factorize command: every divisor of the numbers that a person types."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from math import inf
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import natural
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Card, Page, Record, Table

if TYPE_CHECKING:
    from pomichnyk.factorize.comparison import Timing

STDIN = "-"


class Factorize(Command):
    """Finds divisors."""

    name = "factorize"
    summary = Text("Find all divisors of numbers, on every core.")
    examples = (
        "factorize 128 255 99999 10651060",
        "factorize 10651060 --compare --plot ways.svg",
        "factorize - --workers 4 --timeout 60 < numbers.txt",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the numbers, and how to work."""
        parser.add_argument(
            "numbers",
            nargs="+",
            metavar="N",
            help=Text("whole numbers of any length; - reads them from a pipe").said(catalogue),
        )
        parser.add_argument(
            "--workers",
            type=natural(Text("workers")),
            metavar="N",
            help=Text("so many processes; one on each core unless told otherwise").said(catalogue),
        )
        parser.add_argument(
            "--timeout",
            type=_seconds,
            metavar="SECONDS",
            help=Text("give up after so many seconds").said(catalogue),
        )
        parser.add_argument(
            "--compare",
            action="store_true",
            help=Text("measure plain loops, one process and several instead").said(catalogue),
        )
        parser.add_argument(
            "--plot",
            type=Path,
            metavar="FILE",
            help=Text("draw the comparison into a file ending in .svg or .png").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Find the divisors, or compare the ways to them."""
        numbers = _numbers(args.numbers)
        if args.compare or args.plot:
            return _comparison(app, args, numbers)
        from pomichnyk.factorize.parallel import each

        start = perf_counter()
        lists = each(numbers, workers=args.workers, timeout=args.timeout)
        found = [*app.view.track(lists, Text("factorizing"), len(numbers))]
        return _card(numbers, found, perf_counter() - start)


def _numbers(typed: Sequence[str]) -> list[int]:
    """Return the numbers that were typed.

    Python refuses to read and write numbers of more digits than a limit that guards servers
    from strangers; it is raised to the longest that the person typed: no divisor is longer.
    """
    words = [word for text in typed for word in _words(text)]
    longest = max(map(len, words), default=0)
    if 0 < sys.get_int_max_str_digits() < longest:
        sys.set_int_max_str_digits(longest)
    return [_number(word) for word in words]


def _words(typed: str) -> Sequence[str]:
    return sys.stdin.read().split() if typed == STDIN else (typed,)


def _number(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        expected = Text("a whole number from 1 on")
        raise InvalidValueError(Text("number"), typed, expected) from None


def _seconds(typed: str) -> float:
    """Return how many seconds were typed; an argument's type."""
    try:
        seconds = float(typed)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < inf:
        raise InvalidValueError(Text("timeout"), typed, Text("a number of seconds above 0"))
    return seconds


def _card(numbers: Sequence[int], found: Sequence[list[int]], seconds: float) -> Card:
    title = Plural(
        "{count} number in {time}",
        "{count} numbers in {time}",
        count=len(numbers),
        time=_lasting(seconds),
    )
    records = [_record(divisors) for divisors in found]
    fields = [_field(record) for record in records]
    return Card(title, fields, {"numbers": records, "seconds": seconds})


def _record(divisors: list[int]) -> Record:
    from pomichnyk.factorize.divisors import primes_among

    return {
        "number": divisors[-1],
        "count": len(divisors),
        "primes": [*map(list, primes_among(divisors).items())],
        "divisors": divisors,
    }


def _field(record: Record) -> tuple[str, Sequence[str | Text]]:
    from pomichnyk.factorize.errors import written

    powers = (str(p) if power == 1 else f"{p}^{power}" for p, power in record["primes"])
    summary = Plural(
        "{count} divisor; {product}",
        "{count} divisors; {product}",
        count=record["count"],
        product=" × ".join(powers) or "1",
    )
    return str(written(record["number"])), [" ".join(map(str, record["divisors"])), summary]


def _lasting(seconds: float) -> Text:
    """Return a length of time with three digits that matter."""
    if seconds < 1:
        return Text("{time} ms", time=f"{seconds * 1000:.3g}")
    return Text("{time} s", time=f"{seconds:.3g}")


def _comparison(app: App, args: Namespace, numbers: Sequence[int]) -> Table[Timing]:
    """Measure each way to the divisors, and draw what was measured where it is asked for."""
    from pomichnyk import plots
    from pomichnyk.factorize import plot
    from pomichnyk.factorize.comparison import Way, compared

    if args.plot:
        plots.check(args.plot)
    measured = compared(numbers, workers=args.workers, timeout=args.timeout)
    timings = [*app.view.track(measured, Text("measuring"), len(Way))]
    if args.plot:
        say = app.view.say
        bars = [
            plot.Bar(say(_name(one)), one.seconds, say(_time(one)), one.done) for one in timings
        ]
        plot.draw(args.plot, bars, say(_heading(len(numbers))))
    sync = next(one for one in timings if one.way == Way.SYNC)
    return Table(
        (Text("way"), Text("time"), Text("to one process")),
        timings,
        lambda one: (_name(one), _time(one), f"× {one.seconds / sync.seconds:.3g}"),
        lambda one: {"way": one.way, "seconds": one.seconds, "done": one.done},
        Text("nothing was measured"),
    )


def _heading(count: int) -> Text:
    return Plural(
        "Divisors of {count} number, seconds", "Divisors of {count} numbers, seconds", count=count
    )


def _name(timing: Timing) -> Text:
    return {
        "naive": Text("every number tried"),
        "square-root": Text("every number up to the square root tried"),
        "sync": Text("prime factors, one process"),
        "parallel": Text("prime factors, in parallel"),
    }[timing.way]


def _time(timing: Timing) -> Text:
    time = _lasting(timing.seconds)
    return time if timing.done else Text("given up after {time}", time=time)
