"""A generated programme, timed: python tests/bench/programme.py [10000] [--processus 2].

Says the wall clock, the CPU time of all processes, and the peak memory of the parent and of one worker.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console

from drafter.programme.run import run_programme
from drafter.programme.settings import Settings
from tests.programme.make import as_csv


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("markets", nargs="?", type=int, default=10_000)
    parser.add_argument("--processus", type=int, default=2)
    asked = parser.parse_args()
    data = as_csv(asked.markets)
    steps: dict[str, float] = {}
    begun = time.perf_counter()

    def progress(step: str, done: int, total: int | None) -> None:
        steps[step] = time.perf_counter() - begun

    with tempfile.TemporaryDirectory() as folder:
        report = run_programme(
            data, "programme.csv", Path(folder), Settings(date(2026, 10, 1)), processes=asked.processus,
            progress=progress,
        )  # fmt: skip
        sizes = {path.name: path.stat().st_size >> 10 for path in sorted(Path(folder).iterdir())}
    wall, out = time.perf_counter() - begun, Console(highlight=False, width=160).print
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_mine, cpu_theirs = mine.ru_utime + mine.ru_stime, theirs.ru_utime + theirs.ru_stime
    out(f"{len(report.order)} markets, {asked.processus} processes, input {len(data) >> 10} KB")
    out(f"wall {wall:.1f} s; end of each step: " + ", ".join(f"{name} {at:.1f} s" for name, at in steps.items()))
    out(
        f"CPU {cpu_mine + cpu_theirs:.1f} s (parent {cpu_mine:.1f}, workers {cpu_theirs:.1f}), "
        f"{(cpu_mine + cpu_theirs) / len(report.order) * 1000:.2f} ms a market"
    )
    out(f"peak memory: parent {mine.ru_maxrss >> 10} MB, largest worker {theirs.ru_maxrss >> 10} MB")
    out("outputs (KB): " + ", ".join(f"{name} {size}" for name, size in sizes.items()))


if __name__ == "__main__":
    main()
