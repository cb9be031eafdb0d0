"""Interleaved rounds: every contender once a round, so that a noisy machine slows all alike.

A ratio is the median of the rounds' own ratios; its spread is where the middle half lies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median, quantiles
from time import perf_counter

Clock = Callable[[], float]
Contenders = Mapping[str, Callable[[], object]]
Times = dict[str, list[float]]


def rounds(
    contenders: Contenders, count: int, *, warm: int = 1, clock: Clock = perf_counter
) -> Times:
    """Run every contender once a round; return the seconds of each of ``count`` rounds.

    ``time.process_time`` as the clock leaves out what other programs take of a busy machine, and
    what is waited for.
    """
    times: Times = {name: [] for name in contenders}
    for turn in range(-warm, count):
        for name, run in contenders.items():
            start = clock()
            run()
            if turn >= 0:
                times[name].append(clock() - start)
    return times


def table(title: str, times: Times, base: str) -> None:
    """Print the medians, and the ratios to one of the contenders with their spread."""
    print(f"\n{title} (median of {len(times[base])} rounds; ratio to “{base}”)")
    for name, seconds in times.items():
        ratios = [one / other for one, other in zip(seconds, times[base], strict=True)]
        low, middle, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
        print(
            f"  {name:<44}{median(seconds) * 1000:>12.3f} ms"
            f"  x{middle:<8.3g} ({low:.3g} to {high:.3g})"
        )
