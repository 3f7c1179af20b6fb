"""tools/bench: CPU and answer time of a call through Tsunagi, Kamailio and a relay that only hands on datagrams, in
turn on the same machine."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import load
import proxies
import scenarios
from build import built_clock
from multitude import BINARY
from processes import Failed
from table import print_table


def main() -> int:
    options = parse_options()
    folder = Path(tempfile.mkdtemp(prefix="tsunagi-bench-"))
    try:
        results = run_all(options, folder)
    except Failed as failure:
        print(f"tools/bench: {failure}\nThe output of every program is in {folder}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntools/bench: interrupted; everything it started has been stopped", file=sys.stderr)
        return 130
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")
    failed = sum(result.failed for result in results)
    if options.keep or failed:
        print(f"\nOutput and figures of every run: {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if failed else 0


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="scenarios:\n" + "\n".join(f"  {each.name:<10} {each.about}" for each in scenarios.ALL.values()))
    parser.add_argument(
        "--scenario", type=lambda text: text.split(","), default=["plain"], metavar="NAME,...",
        help="which calls, or all (default plain)")
    parser.add_argument("--rate", type=int, default=2000, help="calls a second (default 2000)")
    parser.add_argument("--seconds", type=int, default=8, help="how long each run calls (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="how often every proxy takes its turn (default 3)")
    parser.add_argument("--hold", type=int, default=100, help="milliseconds from ACK to BYE (default 100)")
    parser.add_argument(
        "--proxies", type=lambda text: text.split(","), default=list(proxies.known(BINARY)), metavar="NAME,...",
        help="which take part (default %(default)s)")
    parser.add_argument(
        "--binary", type=Path, default=BINARY, help="tsunagi to measure (default $TSUNAGI_BIN or the release build)")
    parser.add_argument(
        "--phones-first", action="store_true",
        help="let the phones have the processor before the proxy, as if on machines of their own: then times are what "
        "the proxy keeps them waiting (needs root)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every run's figures there as well")
    parser.add_argument("--keep", action="store_true", help="keep the folder with every program's output")
    options = parser.parse_args()
    if options.scenario == ["all"]:
        options.scenario = list(scenarios.ALL)
    for name, all_names in ((options.scenario, scenarios.ALL), (options.proxies, proxies.known(BINARY))):
        for each in name:
            if each not in all_names:
                parser.error(f"nothing is called {each}; there are {', '.join(all_names)}")
    for name in ("rate", "seconds", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} must be 1 or more")
    if any(name.startswith("tsunagi") for name in options.proxies) and not options.binary.exists():
        parser.error(f"{options.binary} does not exist; build it with tools/build")
    options.binary = options.binary.resolve()
    return options


def run_all(options: argparse.Namespace, folder: Path) -> list[load.Result]:
    """Each scenario with its table, one after the other."""
    clock = built_clock(folder)
    all_proxies = proxies.known(options.binary)
    chosen = [all_proxies[name] for name in options.proxies]
    calls = load.Load(options.rate, options.seconds, options.hold)
    results: list[load.Result] = []
    for name in options.scenario:
        scenario = scenarios.ALL[name]
        # Who can't carry it takes no part, unless nobody else does: then it is refused.
        able = [proxy for proxy in chosen if proxy.can_carry(scenario)] or chosen
        results += run_scenario(scenario, able, calls, options.rounds, folder / name, clock, options.phones_first)
    return results


def run_scenario(
    scenario: scenarios.Scenario, chosen: list[proxies.Proxy], calls: load.Load, rounds: int, folder: Path, clock: Path,
    phones_first: bool
) -> list[load.Result]:
    """Every proxy in turn, `rounds` times, so that what else the machine does falls on all of them alike."""
    results: list[load.Result] = []
    total = rounds * len(chosen)
    for round in range(1, rounds + 1):
        for proxy in chosen:
            result = load.run(
                proxy, round, calls, folder / f"{round}-{proxy.name}", clock, scenario, are_phones_first=phones_first)
            results.append(result)
            print(
                f"[{len(results)}/{total}] {proxy.name:<15} {result.cpu_per_call:6.1f} us a call "
                f"({result.kernel_per_call:.0f} in the kernel), "
                f"{result.failed} of {result.calls} failed, {result.retransmitted} retransmitted, "
                f"answered in {result.answer_p50:.2f} ms (p99 {result.answer_p99:.2f} ms)", flush=True)
    print_table(scenario, results, calls)
    return results


if __name__ == "__main__":
    sys.exit(main())
