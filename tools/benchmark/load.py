"""One run: the phones register and answer, calls are placed, and what they cost the proxy is read from the kernel."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import sipp
from elsewhere import phones_elsewhere
from processes import Failed, Process, free_ports
from proxies import Proxy
from registering import Registering, register_phone
from scenarios import PLAIN, Phone, Scenario

SECONDS_BEFORE_MEASURING = 2
# After the last call, transactions wait (RFC 3261 timer K, 5 s over UDP) and are then removed: work of these calls too.
SECONDS_AFTER_CALLS = 6


@dataclass
class Result:
    """What one run measured."""

    scenario: str
    proxy: str
    round: int
    calls: int
    #: Calls that the caller or a callee counts as failed, or that were never made.
    failed: int
    #: Requests that the caller and the callees had to send again: datagrams lost or late.
    retransmitted: int
    #: CPU of the proxy a call, user and system, microseconds.
    cpu_per_call: float
    #: How much of it the kernel took: receiving, sending, waking the receivers.
    kernel_per_call: float
    #: From the first request to the answer that ends the wait (200, or 433), at the caller, milliseconds.
    answer_p50: float
    answer_p99: float


@dataclass(frozen=True)
class Load:
    """`rate` calls a second for `seconds`, each held for `hold` milliseconds."""

    rate: int
    seconds: int
    hold: int

    @property
    def calls(self) -> int:
        return self.rate * self.seconds


def run(
    proxy: Proxy, round: int, load: Load, folder: Path, clock: Path, scenario: Scenario = PLAIN,
    watch: Callable[[Process], AbstractContextManager[object]] = nullcontext, are_phones_first: bool = False
) -> Result:
    """One measured run of a proxy that is started for it, with the phones before it or beside it."""
    if not proxy.can_carry(scenario):
        raise Failed(f"{proxy.name} can't carry the calls of the scenario {scenario.name}")
    folder.mkdir(parents=True)
    port, *ports = free_ports(1 + len(scenario.phones))
    phones = scenario.phones_at(ports, are_registered=proxy.has_registrar)
    running = proxy.start(port, folder, scenario, phones)
    try:
        with phones_elsewhere() if are_phones_first else nullcontext():
            return measure(running, port, round, load, folder, clock, scenario, phones, watch)
    finally:
        running.end()


def measure(
    running: Process, port: int, round: int, load: Load, folder: Path, clock: Path, scenario: Scenario = PLAIN,
    phones: list[Phone] | None = None, watch: Callable[[Process], AbstractContextManager[object]] = nullcontext
) -> Result:
    """What a running proxy does with this load, and meanwhile `watch`. The folder is the run's own."""
    if phones is None:
        phones = scenario.phones_at(free_ports(len(scenario.phones)))
    (caller_port,) = free_ports(1)
    caller = caller_of(scenario, port, caller_port, load.hold, folder, clock)
    answering: list[Process] = []
    try:
        for phone in phones:
            if phone.number:
                register_phone(port, phone, scenario.transport)
            answering.append(sipp.answer(phone, scenario.transport, folder))
        caller.place(load.rate, load.rate * SECONDS_BEFORE_MEASURING, "warm")
        before = running.cpu_seconds()
        with watch(running):
            placed = caller.place(load.rate, load.calls, "caller")
        time.sleep(SECONDS_AFTER_CALLS)
        after = running.cpu_seconds()
        running.require_alive()
        # SIPp writes its figures when it ends by itself: SIGUSR1 asks it to, once no call is left.
        for each in answering:
            each.end(by=signal.SIGUSR1)
    finally:
        for each in answering:
            each.end()
        caller.close()
    answered = [sipp.statistics_of(phone, folder) for phone in phones]
    return Result(
        scenario=scenario.name,
        proxy=running.name,
        round=round,
        calls=load.calls,
        failed=max(load.calls - placed.succeeded, *(int(each["FailedCall(C)"]) for each in answered), 0),
        retransmitted=placed.retransmitted + sum(int(each["Retransmissions(C)"]) for each in answered),
        cpu_per_call=(sum(after) - sum(before)) / load.calls * 1e6,
        kernel_per_call=(after[1] - before[1]) / load.calls * 1e6,
        answer_p50=quantile(placed.times, 0.50),
        answer_p99=quantile(placed.times, 0.99),
    )


def caller_of(
    scenario: Scenario, port: int, own_port: int, hold: int, folder: Path, clock: Path
) -> sipp.Caller | Registering:
    """Who places a scenario's calls, or registers."""
    if scenario.caller:
        return sipp.Caller(port, own_port, scenario, hold, folder, clock)
    return Registering(port, scenario.called, contact_port=own_port)


def quantile(ordered: list[float], share: float) -> float:
    """The figure that this share of them stays below."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
