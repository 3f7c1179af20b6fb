"""tools/bench --scale: what a call costs among a million numbers with rules and among 200,000 registered phones,
to what it costs among a thousand of each, and what a registration and a ringing call take of memory.

Prints what it measured and what that may be; exits 1 if anything is more.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from figures import Figure, judged
from load import Load
from multitude import BINARY, make, number, run, wait_for_rules
from processes import free_ports
from ringing import Ringing
from scenarios import NUMBER, Phone, Scenario
from server import REGISTRATION_RATE, Server, enrol

FEW, MANY, MANY_PHONES = 1_000, 1_000_000, 200_000
FEW_RINGING, MANY_RINGING = 1_000, 10_000
#: By how much a call may cost more, and what a registration and a ringing call may take; octets.
GROWTH, REGISTRATION, RINGING = 1.15, 600, 8_192
#: How long a registration's transaction is there over UDP (RFC 3261 timer J, 32 s).
SECONDS_OF_TRANSACTIONS = 33


def main() -> int:
    options = parse_options()

    def measured(folder: Path) -> Iterator[Figure]:
        options.data = (options.data or folder / "data").resolve()
        for part in options.only:
            yield from PARTS[part](options, folder)

    return judged("tools/bench --scale", measured)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench --scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, metavar="DIR",
        help="the data directories: made there when they are missing, which takes minutes, and kept for the next time")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(PARTS), metavar="PART,...",
        help=f"some of the parts alone (default {','.join(PARTS)})")
    parser.add_argument("--rate", type=int, default=1000, help="calls a second (default 1000)")
    parser.add_argument("--seconds", type=int, default=8, help="how long each run calls (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="how often few and many take their turns (default 3)")
    options = parser.parse_args()
    for name in options.only:
        if name not in PARTS:
            parser.error(f"no part is called {name}; there are {', '.join(PARTS)}")
    options.binary = BINARY
    options.load = Load(options.rate, options.seconds, hold=100)
    return options


def directory(options: argparse.Namespace, count: int) -> Path:
    """A data directory with so many numbers that nobody has used."""
    data: Path = options.data / str(count)
    if not data.exists():
        make(data, count)
    # Phones and calls of the runs before this one.
    for left in data.glob("runtime.db*"):
        left.unlink()
    # In the kernel's memory before the first call, as where calls come all day: the disk is not what is measured.
    with open(data / "control.db", "rb") as database:
        while database.read(1 << 24):
            pass
    return data


def numbers(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """Calls that are sent on, each by the rule of another number."""
    costs: dict[int, list[float]] = {FEW: [], MANY: []}
    for round in range(1, options.rounds + 1):
        for count, found in costs.items():
            # Even numbers forward every call, one in ten of all to another of ours.
            called = [number(index) for index in range(0, count, 2) if index % 10]
            place, callee = folder / f"numbers-{round}-{count}", free_ports(1)[0]
            data = directory(options, count)
            trunk = {"trunks": [{"prefix": "03", "gateways": [f"sip:127.0.0.1:{callee}"]}]}
            run(data, "apply", "-", text=json.dumps(trunk))
            scenario = Scenario("numbers", "sent on", called=sample(called))
            with_phone = [Phone(None, "callee.xml", callee)]
            with Server(options.binary, options.load, data, place) as server:
                if count == MANY:
                    # As where it has run for longer than some seconds.
                    wait_for_rules(server.process.log.read_text())
                found.append(server.cost(scenario, with_phone, round))
    yield growth("numbers with rules", costs)


def registrations(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """Calls to a thousand phones of those that are registered, and the memory that registrations take."""
    data, copy = directory(options, MANY), folder / "copy"
    shutil.copytree(data, copy)
    # Odd numbers forward only when busy.
    users = [number(index) for index in range(1, 2 * MANY_PHONES, 2)]
    callee = free_ports(1)[0]
    costs: dict[int, list[float]] = {FEW: [], MANY_PHONES: []}
    served = partial(Server, options.binary, options.load)
    with served(data, folder / "few") as few, served(copy, folder / "many") as many:
        enrol(few.port, users[:FEW], callee)
        # Transactions that wait take room too: as many are there before as after.
        enrol(many.port, users[:FEW], callee, REGISTRATION_RATE * SECONDS_OF_TRANSACTIONS)
        before = many.memory()
        enrol(many.port, users[FEW:], callee)
        octets = (many.memory() - before) / (MANY_PHONES - FEW)
        time.sleep(SECONDS_OF_TRANSACTIONS)
        for round in range(1, options.rounds + 1):
            for server, (count, found) in zip((few, many), costs.items(), strict=True):
                # As many in both, so that nothing else differs.
                called = random.Random(round).sample(users[:count], FEW)
                scenario = Scenario("registrations", "looked up", called=called)
                found.append(server.cost(scenario, [Phone(None, "callee.xml", callee)], round))
    yield growth("registrations", costs)
    yield Figure("memory a registration", octets, REGISTRATION, "B")


def ringing(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """The memory that calls take while they ring."""
    octets: list[float] = []
    for round in range(1, options.rounds + 1):
        with Server(options.binary, options.load, None, folder / f"ringing-{round}") as server:
            calls = Ringing(server.port, NUMBER)
            calls.place(FEW_RINGING)
            few = server.memory()
            calls.place(MANY_RINGING - FEW_RINGING)
            octets.append((server.memory() - few) / (MANY_RINGING - FEW_RINGING))
            calls.close()
    yield Figure("memory a ringing call", statistics.median(octets), RINGING, "B")


PARTS = {"numbers": numbers, "registrations": registrations, "ringing": ringing}


def sample(called: Sequence[str]) -> list[str]:
    """As many of them as SIPp may well have a list of."""
    return random.Random(5).sample(called, min(100_000, len(called)))


def growth(name: str, costs: dict[int, list[float]]) -> Figure:
    few, many = costs
    for count, found in costs.items():
        middle = statistics.median(found)
        print(f"scale: {count:,} {name}: {middle:.1f} us a call ({min(found):.1f} to {max(found):.1f})")
    ratio = statistics.median(more / less for less, more in zip(costs[few], costs[many], strict=True))
    return Figure(f"CPU a call, {many:,} {name} to {few:,}", ratio, GROWTH, "")


if __name__ == "__main__":
    sys.exit(main())
