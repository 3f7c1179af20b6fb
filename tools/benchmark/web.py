"""tools/bench-web: how long pages take among very many numbers, and what people at work on them cost the calls.

First each of some pages is asked for by wrk, as somebody who is signed in. Then SIPp calls through the same server, as
tools/bench has it do, in turn while nobody and while fifty people look at pages and set rules. Prints what it measured
and what that may be; exits 1 if anything is more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import load
from build import built_clock
from elsewhere import phones_elsewhere, stand_back
from figures import Figure, judged
from multitude import BINARY, CONTRACTS, VOICE_GROUP, make, number, numbers_under, run
from people import LOGINS, Doors, Person, everybody, furnish, user
from processes import Failed, Process, free_ports
from proxies import Tsunagi

HERE = Path(__file__).resolve().parent
PAGE_LIMIT = 50.0
#: How many times as long the slowest of a hundred calls may take to be answered while people are at work.
CALL_LIMIT = 1.2
SECONDS_UNTIL_AT_WORK = 3
#: Where wrk is, browsers would be elsewhere.
NICENESS = 10


@dataclass
class Page:
    name: str
    path: str
    header: str
    value: str


def main() -> int:
    options = parse_options()
    return judged("tools/bench-web", lambda folder: measured(options, folder))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench-web", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", type=int, default=1_000_000, help="how many there are (default 1000000)")
    parser.add_argument(
        "--data", type=Path, metavar="DIR",
        help="the data directory: made there when it is missing, which takes minutes, and kept for the next time")
    parser.add_argument("--connections", type=int, default=10, help="of wrk, as many as it takes by itself (default 10)")
    parser.add_argument("--page-seconds", type=int, default=5, help="how long wrk asks for each page (default 5)")
    parser.add_argument("--rate", type=int, default=500, help="calls a second (default 500)")
    parser.add_argument("--seconds", type=int, default=15, help="how long each run calls (default 15)")
    parser.add_argument("--rounds", type=int, default=5, help="how often nobody and everybody take their turns (default 5)")
    parser.add_argument("--only", choices=["pages", "calls"], help="one of the two promises alone")
    options = parser.parse_args()
    for name in ("connections", "page_seconds", "rate", "seconds", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be 1 or more")
    return options


def measured(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    data = (options.data or folder / "data").resolve()
    if not data.exists():
        make(data, options.numbers, furnish)
    (port, http) = free_ports(2)
    server = Tsunagi("tsunagi", shards=0, binary=BINARY, data=data, http=http).start(port, folder)
    try:
        wait_until_listening(server, http)
        doors = Doors(data, f"http://127.0.0.1:{http}")
        people = everybody(doors, options.numbers)
        print(f"bench-web: {options.numbers:,} numbers, {len(people)} people signed in, {os.cpu_count()} cores")
        if options.only != "calls":
            for page in pages(data, people, options.numbers):
                yield answered(server, page, doors.base, options)
        if options.only != "pages":
            yield from called(server, port, people, options, folder)
    finally:
        server.end()


def wait_until_listening(server: Process, port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        server.require_alive()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise Failed(f"{server.name} did not listen on port {port} within {seconds:.0f} s") from None
            time.sleep(0.05)


def pages(data: Path, people: list[Person], count: int) -> list[Page]:
    """What is asked for: lists, searches and forms of each site, and lists of the interface for programs."""
    user_site, administrator_site, portal = people[0], people[LOGINS], people[-1]
    middle = numbers_under(CONTRACTS - 1, count)
    chosen = number(middle[len(middle) // 2])
    voice = f"/portal/voice/{VOICE_GROUP}/numbers"
    token = json.loads(run(data, "token", "add", "bench", "--user", user(0), "--json")[2])["secret"]
    cookies = [
        (administrator_site, "administrator: login IDs, first page", "/oa"),
        (administrator_site, "administrator: login IDs, page 100", "/oa?page=100"),
        (administrator_site, "administrator: login IDs, search", "/oa?q=0123"),
        (user_site, "user: forwarding form", f"/ou/numbers/{number(0)}/forwarding"),
        (portal, "portal: dashboard", "/portal"),
        (portal, "portal: numbers of a voice group", voice),
        (portal, "portal: numbers of a voice group, search", f"{voice}?ip={chosen[-4:]}"),
        (portal, "portal: forwarding form", f"{voice}/{chosen}/forwarding"),
    ]
    lists = [
        ("API: numbers", "/api/v1/numbers"),
        ("API: numbers, further on", f"/api/v1/numbers?cursor={chosen}"),
        ("API: numbers of a contract", f"/api/v1/numbers?contract={VOICE_GROUP}"),
        ("API: contracts", "/api/v1/contracts"),
        ("API: history", "/api/v1/history"),
    ]
    return [Page(name, path, "Cookie", person.cookie) for person, name, path in cookies] + [
        Page(name, path, "Authorization", f"Bearer {token}") for name, path in lists]


def answered(server: Process, page: Page, base: str, options: argparse.Namespace) -> Figure:
    """Milliseconds until half of the requests for a page have been answered."""
    before = sum(server.cpu_seconds())
    asked = subprocess.run(
        ["nice", "-n", str(NICENESS), "wrk", "-t", "1", "-c", str(options.connections), "-d", f"{options.page_seconds}s",
         "-s", HERE / "page.lua", base + page.path, "--", page.header, page.value],
        capture_output=True, text=True)
    line = asked.stdout.strip().split("\n")[-1]
    if asked.returncode != 0 or not line.startswith("{"):
        raise Failed(f"wrk exited {asked.returncode} for {page.path}: {asked.stderr or asked.stdout}")
    found = json.loads(line)
    if found["failed"] or not found["requests"]:
        raise Failed(f"{page.path}: {found['failed']} of {found['requests']} requests were not answered with the page")
    cpu = (sum(server.cpu_seconds()) - before) / found["requests"] * 1000
    return Figure(page.name, found["p50"], PAGE_LIMIT, "ms", f"p99 {found['p99']:,.0f} ms, CPU {cpu:.1f} ms")


def called(server: Process, port: int, people: list[Person], options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    """What calls lose, and how much longer they take, while people are at work: medians of rounds in turn."""
    clock = built_clock(folder)
    calls = load.Load(options.rate, options.seconds, hold=100)
    alone: list[load.Result] = []
    together: list[load.Result] = []
    for round in range(1, options.rounds + 1):
        for results, workers in ((alone, []), (together, people)):
            path = folder / f"{round}-{len(workers)}"
            path.mkdir()
            with at_work(workers), phones_elsewhere():
                result = load.measure(server, port, round, calls, path, clock)
            results.append(result)
            print(
                f"[{round}/{options.rounds}] {len(workers):>2} people: {result.failed} of {result.calls} calls failed, "
                f"{result.retransmitted} retransmitted, answered in {result.answer_p50:.2f} ms "
                f"(p99 {result.answer_p99:.2f} ms)", flush=True)
    yield Figure("calls lost while people are at work", sum(each.failed for each in together), 0, "")
    yield Figure("calls lost while nobody is", sum(each.failed for each in alone), 0, "")
    for name in ("answer_p50", "answer_p99"):
        before, after = (statistics.median(getattr(each, name) for each in results) for results in (alone, together))
        print(f"bench-web: {name.replace('_', ' ')}: {before:.2f} ms, with {len(people)} people {after:.2f} ms")
    yield Figure("p99 of call set-up, to what it is without them", after / before, CALL_LIMIT, "")


@contextmanager
def at_work(people: list[Person]) -> Iterator[None]:
    """While the block runs, the people look at pages and set rules."""
    if not people:
        yield
        return
    is_over = threading.Event()
    with ThreadPoolExecutor(len(people), initializer=stand_back) as pool:
        busy = [pool.submit(person.work, random.Random(index), is_over) for index, person in enumerate(people)]
        try:
            is_over.wait(SECONDS_UNTIL_AT_WORK)
            yield
        finally:
            is_over.set()
        done = [each.result() for each in busy]
    looked, saved = (sum(each[index] for each in done) for index in (0, 1))
    print(f"bench-web: {len(people)} people looked at {looked} pages and set {saved} rules")


if __name__ == "__main__":
    sys.exit(main())
