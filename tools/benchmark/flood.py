"""tools/bench --flood: what calls notice of somebody who floods the server.

Calls go through one server, in turn while nobody and while somebody floods it, each in a way of its own: with INVITEs from
one address, with calls from one of our numbers, with wrong passwords, as a scanner, with TCP connections that say nothing,
and with such that say one octet at a time. Prints what it measured and what that may be; exits 1 if anything is more.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import load
from build import built_clock
from elsewhere import phones_elsewhere, stand_back
from figures import Figure, judged
from multitude import BINARY
from processes import Failed, Process, free_ports
from proxies import Tsunagi
from registering import credentials, written
from scenarios import NUMBER, OTHER, PASSWORD, PLAIN

#: Where the floods come from. The calls come from 127.0.0.1, which is held to nothing.
FLOODER = "127.0.0.2"
#: How many times as long the slowest of a hundred calls may take while somebody floods the server.
CALL_LIMIT = 1.2
#: Between two bursts of a flood.
TICK = 0.01
SECONDS_OF_FLOOD_BEFORE = 3
CONNECTIONS = 2_000


@dataclass
class Flood:
    """What somebody has done, and what came back: by its status code, or what became of a connection."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        answers = ", ".join(f"{answer}: {count:,}" for answer, count in sorted(self.answers.items())) or "nothing"
        return f"{self.sent:,}; came back {answers}"


def main() -> int:
    options = parse_options()
    return judged("tools/bench --flood", lambda folder: measured(options, folder))


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench --flood", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=500, help="calls a second (default 500)")
    parser.add_argument("--seconds", type=int, default=8, help="how long each run calls (default 8)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each has its turn (default 3)")
    parser.add_argument("--messages", type=int, default=3000, help="a second of a flood (default 3000)")
    parser.add_argument("--only", choices=FLOODS, help="one kind of flood")
    return parser.parse_args()


def measured(options: argparse.Namespace, folder: Path) -> Iterator[Figure]:
    clock = built_clock(folder)
    calls = load.Load(options.rate, options.seconds, hold=100)
    results: dict[str, list[load.Result]] = {}
    for round in range(1, options.rounds + 1):
        for name in ["nobody", *([options.only] if options.only else FLOODS)]:
            path = folder / f"{round}-{name.replace(' ', '-')}"
            path.mkdir()
            # A server for each: who was banned stays so.
            (port,) = free_ports(1)
            settings = {"trusted": {"networks": ["127.0.0.1/32"]}, "sources": {"exempt": ["127.0.0.1/32"]}}
            numbers = [{"number": NUMBER}, {"number": OTHER, "password-env": "BENCHMARK_PASSWORD"}]
            server = Tsunagi("tsunagi", shards=0, binary=BINARY, settings=settings, streams=True).start(
                port, path, replace(PLAIN, numbers=numbers))
            try:
                with flooded(name, server, port, options.messages), phones_elsewhere():
                    result = load.measure(server, port, round, calls, path, clock)
            finally:
                server.end()
            results.setdefault(name, []).append(result)
            print(
                f"[{round}/{options.rounds}] {name}: {result.failed} of {result.calls} calls failed, "
                f"{result.retransmitted} retransmitted, answered in {result.answer_p50:.2f} ms "
                f"(p99 {result.answer_p99:.2f} ms)", flush=True)
    alone = statistics.median(each.answer_p99 for each in results.pop("nobody"))
    for name, those in results.items():
        yield Figure(f"calls lost beside {name}", sum(each.failed for each in those), 0, "")
        slowest = statistics.median(each.answer_p99 for each in those)
        yield Figure(f"p99 beside {name}, to without", slowest / alone, CALL_LIMIT, "")


@contextmanager
def flooded(name: str, server: Process, port: int, rate: int) -> Iterator[None]:
    if name == "nobody":
        yield
        return
    is_over = threading.Event()
    done: list[Flood] = []

    def work() -> None:
        stand_back()
        done.append(FLOODS[name](port, rate, is_over))

    thread = threading.Thread(target=work)
    start = time.monotonic()
    thread.start()
    try:
        time.sleep(SECONDS_OF_FLOOD_BEFORE)
        yield
        server.require_alive()
    finally:
        is_over.set()
        thread.join()
    if not done:
        raise Failed(f"the flood ({name}) has failed: its thread has ended with the error above")
    print(f"flood: {name}: in {time.monotonic() - start:.0f} s {done[0]}")


def bursts(rate: int, is_over: threading.Event) -> Iterator[int]:
    """Numbers from 1 on, so many a second."""
    start, count = time.monotonic(), 0
    while not is_over.is_set():
        while count < (time.monotonic() - start) * rate:
            count += 1
            yield count
        time.sleep(TICK)


def wire_to(port: int) -> socket.socket:
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((FLOODER, 0))
    wire.connect(("127.0.0.1", port))
    wire.setblocking(False)
    return wire


def put(wire: socket.socket, text: bytes) -> None:
    try:
        wire.send(text)
    except BlockingIOError:
        pass


def heard(wire: socket.socket, seen: Flood) -> bytes | None:
    """The last of what has come."""
    last = None
    while True:
        try:
            last = wire.recv(65_535)
        except BlockingIOError:
            return last
        seen.answers[last[8:11].decode() if last.startswith(b"SIP/2.0 ") else "requests"] += 1


def request(method: str, number: str, port: int, count: int, more: str = "", caller: str = "0901111222") -> bytes:
    return (
        f"{method} sip:{number}@lab.test SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {FLOODER}:{port};branch=z9hG4bK{port}-{count}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:{caller}@lab.test>;tag={count}\r\nTo: <sip:{number}@lab.test>\r\n"
        f"Call-ID: {count}-{port}@{FLOODER}\r\nCSeq: 1 {method}\r\nContact: <sip:{caller}@{FLOODER}:{port}>\r\n"
        f"{more}Content-Length: 0\r\n\r\n").encode()


def requests(method: str, number: str, more: str = "") -> Callable[[int, int, threading.Event], Flood]:
    def work(port: int, rate: int, is_over: threading.Event) -> Flood:
        flood = Flood()
        with wire_to(port) as wire:
            own = wire.getsockname()[1]
            for count in bursts(rate, is_over):
                put(wire, request(method, number, own, count, more))
                heard(wire, flood)
                flood.sent = count
        return flood

    return work


def guesses(port: int, rate: int, is_over: threading.Event) -> Flood:
    """A wrong password for each challenge that comes, and without one another attempt."""
    flood = Flood()
    with wire_to(port) as wire:
        own = wire.getsockname()[1]
        for count in bursts(rate, is_over):
            answer = heard(wire, flood)
            more = credentials(OTHER, answer, f"guess {count}") if answer and b" 401 " in answer[:16] else ""
            put(wire, written(OTHER, f"<sip:{OTHER}@{FLOODER}:{own}>", "UDP", own, count, more, host=FLOODER))
            flood.sent = count
    return flood


def calls_of_one_number(port: int, rate: int, is_over: threading.Event) -> Flood:
    """As many as its address may send, which are more than a number may begin."""
    flood = Flood()
    with wire_to(port) as wire:
        own = wire.getsockname()[1]
        wire.setblocking(True)
        wire.settimeout(5)
        wire.send(request("INVITE", OTHER, own, 0, caller=OTHER))
        answer = b""
        while b" 407 " not in answer[:16]:
            answer = wire.recv(65_535)
        wire.setblocking(False)
        uri = f"sip:{OTHER}@lab.test"
        for count in bursts(min(rate, 400), is_over):
            more = credentials(OTHER, answer, PASSWORD, "INVITE", uri, count)
            put(wire, request("INVITE", OTHER, own, count, more, caller=OTHER))
            heard(wire, flood)
            flood.sent = count
    return flood


def connections(is_slow: bool) -> Callable[[int, int, threading.Event], Flood]:
    """Opens a connection in the place of each that the server has closed. They say nothing, or an octet each second."""

    def work(port: int, rate: int, is_over: threading.Event) -> Flood:
        flood = Flood()
        opened: list[socket.socket] = []
        text = request("INVITE", NUMBER, port, 1)
        try:
            for turn in bursts(rate, is_over):
                if len(opened) < CONNECTIONS:
                    wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                    opened.append(wire)
                    wire.bind((FLOODER, 0))
                    wire.setblocking(False)
                    wire.connect_ex(("127.0.0.1", port))
                    flood.sent += 1
                    continue
                place = turn % CONNECTIONS
                try:
                    if is_slow:
                        opened[place].send(text[turn // CONNECTIONS % len(text):][:1])
                    is_closed = opened[place].recv(1, socket.MSG_DONTWAIT) == b""
                except BlockingIOError:
                    is_closed = False
                except OSError:
                    is_closed = True
                if is_closed:
                    opened.pop(place).close()
                    flood.answers["closed"] += 1
        finally:
            for wire in opened:
                wire.close()
        return flood

    return work


FLOODS: dict[str, Callable[[int, int, threading.Event], Flood]] = {
    "INVITEs": requests("INVITE", NUMBER),
    "calls of one number": calls_of_one_number,
    "wrong passwords": guesses,
    "a scanner": requests("OPTIONS", "100", "User-Agent: friendly-scanner\r\n"),
    "silent connections": connections(is_slow=False),
    "slow connections": connections(is_slow=True),
}


if __name__ == "__main__":
    sys.exit(main())
