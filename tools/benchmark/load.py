"""The load of a run: SIPp registers the callee, answers as the callee, and calls as the caller."""

from __future__ import annotations

import csv
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from processes import Failed, Process, free_ports, tail
from proxies import HERE, NUMBER, Kamailio, Tsunagi

# What SIPp needs to carry thousands of calls a second without losing one by itself: socket buffers as large as the
# kernel gives, millisecond timers, no record of dead calls, no terminal, and statistics written once, at the end.
COMMON = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-buff_size", "4194304", "-timer_resol", "1",
          "-deadcall_wait", "0", "-trace_stat", "-fd", "3600"]
SECONDS_BEFORE_MEASURING = 2
# After the last call, transactions wait (RFC 3261 timer K, 5 s over UDP) and are then removed: work of these calls too.
SECONDS_AFTER_CALLS = 6


@dataclass
class Result:
    """What one run measured."""

    proxy: str
    round: int
    calls: int
    #: Calls that the caller or the callee counts as failed, or that were never made.
    failed: int
    #: Requests that the caller and the callee had to send again: datagrams lost or late.
    retransmitted: int
    #: CPU of the proxy a call, user and system, microseconds.
    cpu_per_call: float
    #: How much of it the kernel took: receiving, sending, waking the receivers.
    kernel_per_call: float
    #: From INVITE sent to 200 received, at the caller, milliseconds.
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


def run(proxy: Kamailio | Tsunagi, round: int, load: Load, folder: Path, clock: Path) -> Result:
    """One measured run of a proxy that is started for it."""
    folder.mkdir(parents=True)
    port = free_ports(1)[0]
    running = proxy.start(port, folder)
    try:
        return measure(running, port, round, load, folder, clock)
    finally:
        running.end()


def measure(running: Process, port: int, round: int, load: Load, folder: Path, clock: Path) -> Result:
    """What a running proxy does with this load. The folder is the run's own."""
    callee_port, caller_port, registering_port = free_ports(3)
    callee = None
    try:
        register(port, registering_port, callee_port, folder)
        callee = Process(
            "SIPp as callee",
            ["sipp", "-sf", str(HERE / "callee.xml"), "-p", str(callee_port), "-stf", "callee.csv", *COMMON],
            folder / "callee.log",
        )
        _call(port, caller_port, load, load.rate * SECONDS_BEFORE_MEASURING, folder, clock, "warm")
        before = running.cpu_seconds()
        _call(port, caller_port, load, load.calls, folder, clock, "caller")
        time.sleep(SECONDS_AFTER_CALLS)
        after = running.cpu_seconds()
        running.require_alive()
        # SIPp writes its figures when it ends by itself: SIGUSR1 asks it to, once no call is left.
        callee.end(by=signal.SIGUSR1)
    finally:
        if callee:
            callee.end()
    caller, answerer = _statistics(folder / "caller.csv"), _statistics(folder / "callee.csv")
    times = _answer_times(folder)
    return Result(
        proxy=running.name,
        round=round,
        calls=load.calls,
        failed=max(load.calls - int(caller["SuccessfulCall(C)"]), int(answerer["FailedCall(C)"])),
        retransmitted=int(caller["Retransmissions(C)"]) + int(answerer["Retransmissions(C)"]),
        cpu_per_call=(sum(after) - sum(before)) / load.calls * 1e6,
        kernel_per_call=(after[1] - before[1]) / load.calls * 1e6,
        answer_p50=quantile(times, 0.50),
        answer_p99=quantile(times, 0.99),
    )


def build_clock(folder: Path) -> Path:
    """Compiles clock.c, which gives SIPp a clock of microseconds."""
    library = folder / "clock.so"
    built = subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "clock.c", "-ldl"], capture_output=True, text=True)
    if built.returncode != 0:
        raise Failed(f"cc could not build clock.c: {built.stderr}")
    return library


def register(port: int, own_port: int, callee_port: int, folder: Path) -> None:
    registering = Process(
        "SIPp registering the callee",
        ["sipp", f"127.0.0.1:{port}", "-sf", str(HERE / "register.xml"), "-p", str(own_port), "-s", NUMBER,
         "-key", "callee", f"127.0.0.1:{callee_port}", "-m", "1", "-timeout", "10", "-timeout_error",
         "-stf", "register.csv", "-trace_err", "-error_file", "register.errors", *COMMON],
        folder / "register.log",
    )
    if registering.wait(20) != 0:
        said = "\n".join(tail(folder / name) for name in ("register.errors", "proxy.log"))
        raise Failed(f"the callee could not register:\n{said}")


def _call(
    port: int, own_port: int, load: Load, calls: int, folder: Path, clock: Path, name: str
) -> None:
    measured = ["-trace_rtt", "-rtt_freq", "100"] if name == "caller" else []
    caller = Process(
        "SIPp as caller",
        ["sipp", f"127.0.0.1:{port}", "-sf", str(HERE / "caller.xml"), "-p", str(own_port), "-s", NUMBER,
         "-r", str(load.rate), "-m", str(calls), "-l", str(load.rate * 4), "-d", str(load.hold),
         "-trace_err", "-error_file", f"{name}.errors", "-stf", f"{name}.csv", *measured, *COMMON],
        folder / f"{name}.log",
        environment={"LD_PRELOAD": str(clock)},
    )
    # A call that failed in its last second is retransmitted for 32 s before SIPp gives it up.
    try:
        caller.wait(calls / load.rate + 60)
    finally:
        caller.end()


def _statistics(path: Path) -> dict[str, str]:
    if not path.exists():
        raise Failed(f"SIPp wrote no figures to {path}: {tail(path.with_suffix('.log'))}")
    with open(path, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))[-1]


def _answer_times(folder: Path) -> list[float]:
    times: list[float] = []
    for path in folder.glob("caller_*_rtt.csv"):
        with open(path, newline="") as lines:
            times += [float(row["response_time_ms"]) for row in csv.DictReader(lines, delimiter=";")]
    return sorted(times)


def quantile(ordered: list[float], share: float) -> float:
    """The figure that this share of them stays below."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
