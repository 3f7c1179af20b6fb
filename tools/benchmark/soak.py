"""tools/bench --soak: whether a server that carries calls for long is at the end as it was at the beginning.

Each minute has plain calls at the given rate, and then some of every other kind, forwarded, turned away and over TCP,
and registrations. Prints for each what calls cost and waited and what the server held, and in the end what the last
third of the minutes is to the second; the first fills what is remembered. Exits 1 if calls were lost, a descriptor is
left, or anything has grown by more than it says there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sipp
from build import built_clock
from figures import Figure, judged
from load import caller_of, quantile
from multitude import BINARY
from processes import Process, free_ports
from proxies import Tsunagi
from registering import register_phone
from scenarios import ALL, NUMBER, OTHER, PLAIN, Phone, Scenario

#: Of each minute; what is left of it is for SIPp to start and for the last calls to end.
PLAIN_SECONDS, OTHERS_SECONDS = 45, 2
#: How much rarer the other kinds are.
OTHERS_SHARE = 0.1
#: By how much memory, the slowest of a hundred answers and CPU of the last third may be more than those of the second.
MEMORY, P99, CPU = 1.02, 1.2, 1.1
#: After the last call: longer than any transaction waits (RFC 3261 timer J, 32 s).
SECONDS_TO_REST = 40
#: The phones register once, for an hour.
LONGEST = 55
HOLD = 100


@dataclass
class Minute:
    calls: int
    failed: int
    #: Of the plain calls, milliseconds.
    p50: float
    p99: float
    #: Of all calls of the minute, microseconds a call.
    cpu: float
    #: Octets in memory, pages of files included, and how many files and sockets are open.
    memory: int
    descriptors: int


class Kind:
    """One kind of call, between phones and numbers of its own."""

    def __init__(self, scenario: Scenario, index: int):
        own = {NUMBER: f"0505000{index:02}00", OTHER: f"0505000{index:02}01"}

        def moved(text: str) -> str:
            return text.replace(NUMBER, own[NUMBER]).replace(OTHER, own[OTHER])

        self.scenario = replace(
            scenario, phones={own[number]: answers for number, answers in scenario.phones.items()},
            called=[own.get(number, number) for number in scenario.called],
            numbers=json.loads(moved(json.dumps(list(scenario.numbers)))))
        self.answering: list[tuple[Phone, Process]] = []

    def answer(self, port: int, folder: Path) -> None:
        """Registers the phones, which are ready then."""
        for phone in self.scenario.phones_at(free_ports(len(self.scenario.phones))):
            register_phone(port, phone, self.scenario.transport)
            self.answering.append((phone, sipp.answer(phone, self.scenario.transport, folder)))
        (self.own_port,) = free_ports(1)

    def place(self, port: int, rate: int, seconds: int, folder: Path, clock: Path) -> sipp.Placed:
        folder.mkdir(parents=True)
        caller = caller_of(self.scenario, port, self.own_port, HOLD, folder, clock)
        try:
            return caller.place(rate, rate * seconds, "caller")
        finally:
            caller.close()

    def end(self, folder: Path) -> int:
        """How many calls the phones count as failed."""
        for _, process in self.answering:
            process.end(by=signal.SIGUSR1)
        return sum(int(sipp.statistics_of(phone, folder)["FailedCall(C)"]) for phone, _ in self.answering)


def main() -> int:
    options = parse_options()
    return judged("tools/bench --soak", lambda folder: measured(options, folder))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench --soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=30, help=f"how long, 3 to {LONGEST} (default 30)")
    parser.add_argument("--rate", type=int, default=2000, help="plain calls a second (default 2000)")
    parser.add_argument("--shards", type=int, default=1, help="event loops of the server (default 1)")
    options = parser.parse_args()
    if not 3 <= options.minutes <= LONGEST:
        parser.error(
            f"--minutes: 3 to {LONGEST}, because the last third is held to the second, and phones register for an hour")
    return options


def measured(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    clock = built_clock(folder)
    kinds = [Kind(scenario, index) for index, scenario in enumerate(ALL.values())]
    numbers = [number for kind in kinds for number in kind.scenario.numbers]
    (port,) = free_ports(1)
    server = Tsunagi("tsunagi", options.shards, BINARY, streams=True).start(
        port, folder, replace(PLAIN, numbers=numbers))
    try:
        before = server.descriptors()
        for kind in kinds:
            kind.answer(port, folder)
        minutes: list[Minute] = []
        for number in range(1, options.minutes + 1):
            minutes.append(minute(server, port, kinds, options.rate, folder / f"minute-{number}", clock))
            print(shown(number, minutes[-1]), flush=True)
        failed = sum(each.failed for each in minutes) + sum(kind.end(folder) for kind in kinds)
        time.sleep(SECONDS_TO_REST)
        server.require_alive()
        after = server.descriptors()
    finally:
        for kind in kinds:
            for _, process in kind.answering:
                process.end()
        server.end()
    yield Figure(f"calls lost of {sum(each.calls for each in minutes):,}", failed, 0, "")
    yield growth("memory", MEMORY, [each.memory for each in minutes])
    yield growth("p99 of the time to the answer", P99, [each.p99 for each in minutes])
    yield growth("CPU a call", CPU, [each.cpu for each in minutes])
    yield Figure("descriptors left", after - before, 0, "")


def minute(server: Process, port: int, kinds: Sequence[Kind], rate: int, folder: Path, clock: Path) -> Minute:
    used = sum(server.cpu_seconds())
    plain, *others = kinds
    placed = {plain: (rate * PLAIN_SECONDS, plain.place(port, rate, PLAIN_SECONDS, folder / "plain", clock))}
    for kind in others:
        few = max(1, int(rate * OTHERS_SHARE))
        path = folder / kind.scenario.name
        placed[kind] = (few * OTHERS_SECONDS, kind.place(port, few, OTHERS_SECONDS, path, clock))
    server.require_alive()
    calls = sum(count for count, _ in placed.values())
    times = placed[plain][1].times
    made = Minute(
        calls=calls, failed=calls - sum(each.succeeded for _, each in placed.values()),
        p50=quantile(times, 0.50), p99=quantile(times, 0.99),
        cpu=(sum(server.cpu_seconds()) - used) / calls * 1e6,
        memory=server.memory(), descriptors=server.descriptors())
    # What SIPp writes of half a million calls a minute would fill the disk.
    shutil.rmtree(folder)
    return made


def shown(number: int, minute: Minute) -> str:
    return (
        f"minute {number:>3}: {minute.calls:,} calls, {minute.failed} failed, answered in {minute.p50:.2f} ms "
        f"(p99 {minute.p99:.2f} ms), {minute.cpu:.1f} us a call, {minute.memory / 1e6:.1f} MB, "
        f"{minute.descriptors} descriptors")


def growth(name: str, limit: float, values: Sequence[float]) -> Figure:
    """What the last third of them is to the second."""
    third = len(values) // 3
    second, last = (statistics.median(part) for part in (values[-2 * third:-third], values[-third:]))
    return Figure(f"{name}, last third to second", last / second, limit, "")


if __name__ == "__main__":
    sys.exit(main())
