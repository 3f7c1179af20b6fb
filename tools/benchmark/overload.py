"""tools/bench --overload: what a proxy does with twice the calls that it can carry, and how soon it is over."""

from __future__ import annotations

import argparse
import csv
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import proxies
import sipp
from elsewhere import held_to
from multitude import BINARY
from processes import Failed, Process, free_ports
from registering import register_phone
from scenarios import NUMBER, PLAIN

#: Seconds after the load has fallen within which everything has to be as before.
RECOVERY = 5
#: The share of the peak that has to be completed at twice the peak.
GOODPUT = 0.9


@dataclass
class Stage:
    """Some seconds at one rate."""

    rate: int
    #: Calls a second, of each second: carried to their end, and refused with 503 and Retry-After.
    completed: list[int]
    refused: list[int]
    #: Begun, and neither completed nor refused.
    failed: int
    #: Begun: fewer than the rate says where SIPp has not kept up with it.
    begun: int

    @property
    def goodput(self) -> float:
        # The first second's calls are still under way when it ends.
        return sum(self.completed[1:]) / max(1, len(self.completed) - 1)


def main() -> int:
    options = parse_options()
    folder = Path(tempfile.mkdtemp(prefix="tsunagi-overload-"))
    try:
        outcome = judge(*run(options, folder))
    except Failed as failure:
        print(f"tools/bench --overload: {failure}\nThe output of every program is in {folder}", file=sys.stderr)
        return 1
    if options.keep or outcome != 0:
        print(f"Output and figures of every run: {folder}")
    else:
        shutil.rmtree(folder)
    return outcome


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/bench --overload", description=__doc__)
    parser.add_argument("--rate", type=int, default=500, help="calls a second to begin with (default 500)")
    parser.add_argument("--step", type=float, default=1.4, help="by how much the rate grows (default 1.4)")
    parser.add_argument("--seconds", type=int, default=8, help="how long each rate is held (default 8)")
    parser.add_argument("--hold", type=int, default=100, help="milliseconds from ACK to BYE (default 100)")
    parser.add_argument(
        "--cores", type=float, default=0.2,
        help="how much of the processors the server has: so little that SIPp can place twice as many calls on what is left "
        "(default 0.2)")
    parser.add_argument("--binary", type=Path, default=BINARY, help="tsunagi to measure")
    parser.add_argument("--keep", action="store_true", help="keep the folder with every program's output")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    return options


def run(options: argparse.Namespace, folder: Path) -> tuple[Stage, Stage, Stage]:
    """The rate at which it carried most, twice that rate, and half of it at once after that."""
    port, callee_port, caller_port = free_ports(3)
    proxy = proxies.Tsunagi("tsunagi-1", shards=1, binary=options.binary).start(port, folder)
    callee = None
    room = ExitStack()
    try:
        room.enter_context(held_to(proxy, options.cores))
        (phone,) = PLAIN.phones_at([callee_port])
        register_phone(port, phone, PLAIN.transport)
        callee = sipp.answer(phone, PLAIN.transport, folder)

        def stage(name: str, rate: int) -> Stage:
            stage = call(name, port, caller_port, rate, options, folder)
            proxy.require_alive()
            print(
                f"{name:<10} {rate:>6} calls a second, {stage.begun:>6} calls: {stage.goodput:7.0f} a second completed, "
                f"{sum(stage.refused):>6} refused, {stage.failed:>5} failed", flush=True)
            return stage

        best = stage("rising", options.rate)
        while (next := stage("rising", int(best.rate * options.step))).goodput > best.goodput * 1.05:
            best = next
        best = max(best, next, key=lambda each: each.goodput)
        peak = int(best.goodput)
        return best, stage("overload", 2 * peak), stage("after", peak // 2)
    finally:
        if callee:
            callee.end(by=signal.SIGUSR1)
        room.close()
        proxy.end()


def call(name: str, port: int, own_port: int, rate: int, options: argparse.Namespace, folder: Path) -> Stage:
    statistics = folder / f"{name}-{rate}.csv"
    # What neither was answered nor refused is sent again for 32 s.
    patience = options.seconds * 2 + 40
    arguments = [argument for argument in sipp.COMMON if argument not in ("-fd", "3600")]
    caller = Process(
        "SIPp as caller",
        ["sipp", f"127.0.0.1:{port}", "-sf", str(sipp.HERE / "caller_refused.xml"), "-p", str(own_port),
         "-s", NUMBER, "-r", str(rate), "-m", str(rate * options.seconds), "-l", str(rate * 8),
         "-d", str(options.hold), "-stf", str(statistics), "-fd", "1", "-timeout", f"{patience}s", *arguments],
        folder / f"{name}-{rate}.log")
    try:
        caller.wait(patience + 60)
    finally:
        caller.end()
    with open(statistics, newline="") as lines:
        # The first one is of the moment when SIPp began.
        rows = list(csv.DictReader(lines, delimiter=";"))[1:]
    refused = [int(row["refused(P)"]) for row in rows]
    completed = [int(row["SuccessfulCall(P)"]) - no for row, no in zip(rows, refused)]
    last = rows[-1]
    begun = int(last["OutgoingCall(C)"])
    failed = begun - int(last["SuccessfulCall(C)"])
    return Stage(rate, completed[:options.seconds], refused[:options.seconds], failed, begun)


def judge(peak: Stage, overload: Stage, after: Stage) -> int:
    share = overload.goodput / peak.goodput
    late = sum(after.refused[RECOVERY:])
    print(
        f"\nAt twice the peak of {peak.goodput:.0f} calls a second, {100 * share:.0f} % of it is carried, "
        f"{sum(overload.refused)} calls are refused, {overload.failed} accepted ones fail; "
        f"{RECOVERY} s after the load has fallen {late} are refused")
    return 0 if share >= GOODPUT and overload.failed == 0 and late == 0 and after.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
