"""What the runs of a scenario measured, as a table."""

from __future__ import annotations

import os
import statistics

from load import Load, Result
from scenarios import Scenario

#: What the others are held to: Kamailio with its quickest allocator, Kamailio as Debian starts it, and the floor.
BASELINES = ("kamailio", "kamailio-stock", "relay")


def print_table(scenario: Scenario, results: list[Result], load: Load) -> None:
    """A line for each proxy, in the order of their turns."""
    rounds = max(result.round for result in results)
    print(
        f"\n{scenario.name}: {scenario.about}\n{load.rate} calls a second for {load.seconds} s, {rounds} rounds, "
        f"{os.cpu_count()} cores; median (lowest to highest)\n")
    measured = list(dict.fromkeys(result.proxy for result in results))
    baselines = [name for name in BASELINES if name in measured]
    heads = "".join(f"   {'ratio to ' + name:<23}" for name in baselines)
    print(
        f"{'proxy':<15} {'CPU a call, us':>22} {'kernel':>7} {'failed':>7} {'p50, ms':>8} {'p99, ms':>8}{heads}".rstrip())
    for name in measured:
        runs = [result for result in results if result.proxy == name]
        cpu = spread([run.cpu_per_call for run in runs], 1)
        held_to = "".join(f"   {spread(ratios(name, results, baseline), 2):<23}" for baseline in baselines)
        print(
            f"{name:<15} {cpu:>22} {statistics.median(run.kernel_per_call for run in runs):>7.0f} "
            f"{sum(run.failed for run in runs):>7} "
            f"{statistics.median(run.answer_p50 for run in runs):>8.2f} "
            f"{statistics.median(run.answer_p99 for run in runs):>8.2f}{held_to}".rstrip())


def ratios(name: str, results: list[Result], baseline: str) -> list[float]:
    """CPU a call over the baseline's in the same round, one figure a round."""
    cpu = {(result.proxy, result.round): result.cpu_per_call for result in results}
    both = [round for (proxy, round) in cpu if proxy == name and (baseline, round) in cpu]
    return [cpu[name, round] / cpu[baseline, round] for round in both]


def spread(figures: list[float], digits: int) -> str:
    if not figures:
        return "-"
    return f"{statistics.median(figures):.{digits}f} ({min(figures):.{digits}f} to {max(figures):.{digits}f})"
