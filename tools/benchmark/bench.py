"""tools/bench: CPU and answer time of a call through Tsunagi and through Kamailio, in turn on the same machine."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import load
import proxies
from processes import Failed

ROOT = Path(__file__).resolve().parents[2]
BASELINE = "kamailio"


def main() -> int:
    options = parse_options()
    all_proxies = proxies.known(options.binary)
    chosen = [all_proxies[name] for name in options.proxies]
    folder = Path(tempfile.mkdtemp(prefix="tsunagi-bench-"))
    try:
        results = run_all(chosen, options, folder)
    except Failed as failure:
        print(f"tools/bench: {failure}\nThe output of every program is in {folder}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntools/bench: interrupted; everything it started has been stopped", file=sys.stderr)
        return 130
    print_table(chosen, results, options)
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")
    failed = sum(result.failed for result in results)
    if options.keep or failed:
        print(f"\nOutput and figures of every run: {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if failed else 0


def parse_options() -> argparse.Namespace:
    binary = Path(os.environ.get("TSUNAGI_BIN", ROOT / ".build/release/tsunagi"))
    parser = argparse.ArgumentParser(prog="tools/bench", description=__doc__)
    parser.add_argument("--rate", type=int, default=2000, help="calls a second (default 2000)")
    parser.add_argument("--seconds", type=int, default=8, help="how long each run calls (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="how often every proxy takes its turn (default 3)")
    parser.add_argument("--hold", type=int, default=100, help="milliseconds from ACK to BYE (default 100)")
    parser.add_argument(
        "--proxies", type=lambda text: text.split(","), default=list(proxies.known(binary)), metavar="NAME,...",
        help="which take part (default %(default)s)")
    parser.add_argument(
        "--binary", type=Path, default=binary, help="tsunagi to measure (default $TSUNAGI_BIN or the release build)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run's figures there as well")
    parser.add_argument("--keep", action="store_true", help="keep the folder with every program's output")
    options = parser.parse_args()
    for name in options.proxies:
        if name not in proxies.known(binary):
            parser.error(f"no proxy is called {name}; there are {', '.join(proxies.known(binary))}")
    for name in ("rate", "seconds", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be 1 or more")
    if any(name.startswith("tsunagi") for name in options.proxies) and not options.binary.exists():
        parser.error(f"{options.binary} does not exist; build it with tools/build")
    options.binary = options.binary.resolve()
    return options


def run_all(chosen: list, options: argparse.Namespace, folder: Path) -> list[load.Result]:
    """Every proxy in turn, `rounds` times, so that what else the machine does falls on all of them alike."""
    clock = load.build_clock(folder)
    calls = load.Load(options.rate, options.seconds, options.hold)
    results: list[load.Result] = []
    total = options.rounds * len(chosen)
    for round in range(1, options.rounds + 1):
        for proxy in chosen:
            result = load.run(proxy, round, calls, folder / f"{round}-{proxy.name}", clock)
            results.append(result)
            print(
                f"[{len(results)}/{total}] {proxy.name:<15} {result.cpu_per_call:6.1f} us a call "
                f"({result.kernel_per_call:.0f} in the kernel), "
                f"{result.failed} of {result.calls} failed, {result.retransmitted} retransmitted, "
                f"answered in {result.answer_p50:.2f} ms (p99 {result.answer_p99:.2f} ms)", flush=True)
    return results


def print_table(chosen: list, results: list[load.Result], options: argparse.Namespace) -> None:
    print(
        f"\n{options.rate} calls a second for {options.seconds} s, {options.rounds} rounds, {os.cpu_count()} cores; "
        "median (lowest to highest)\n")
    print(f"{'proxy':<15} {'CPU a call, us':>22} {'kernel':>7} {'failed':>7} {'p50, ms':>8} {'p99, ms':>8}   ratio to {BASELINE}")
    for proxy in chosen:
        runs = [result for result in results if result.proxy == proxy.name]
        cpu = spread([run.cpu_per_call for run in runs], 1)
        print(
            f"{proxy.name:<15} {cpu:>22} {statistics.median(run.kernel_per_call for run in runs):>7.0f} {sum(run.failed for run in runs):>7} "
            f"{statistics.median(run.answer_p50 for run in runs):>8.2f} "
            f"{statistics.median(run.answer_p99 for run in runs):>8.2f}   {spread(ratios(proxy.name, results), 2)}")


def ratios(name: str, results: list[load.Result]) -> list[float]:
    """CPU a call over the baseline's in the same round, one figure a round."""
    cpu = {(result.proxy, result.round): result.cpu_per_call for result in results}
    both = [round for (proxy, round) in cpu if proxy == name and (BASELINE, round) in cpu]
    return [cpu[name, round] / cpu[BASELINE, round] for round in both]


def spread(figures: list[float], digits: int) -> str:
    if not figures:
        return "-"
    return f"{statistics.median(figures):.{digits}f} ({min(figures):.{digits}f} to {max(figures):.{digits}f})"


if __name__ == "__main__":
    sys.exit(main())
