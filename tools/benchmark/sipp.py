"""SIPp as the phones and as the caller of a run, and what it writes down of the calls."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from processes import Failed, Process, tail, wait_until_bound
from scenarios import Phone, Scenario

HERE = Path(__file__).resolve().parent
# What SIPp needs to carry thousands of calls a second without losing one by itself: socket buffers as large as the
# kernel gives, millisecond timers, no record of dead calls, no terminal, and statistics written once, at the end.
COMMON = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-buff_size", "4194304", "-timer_resol", "1",
          "-deadcall_wait", "0", "-trace_stat", "-fd", "3600"]


@dataclass
class Placed:
    """What became of some calls."""

    succeeded: int
    #: Requests that the caller had to send again: datagrams lost or late.
    retransmitted: int
    #: From the first request to the answer that was waited for, milliseconds, in order of length.
    times: list[float]


def over(transport: str) -> list[str]:
    """Arguments for a transport: every message of one SIPp goes over one socket."""
    socket, parameters = ("t1", ";transport=tcp") if transport == "tcp" else ("u1", "")
    return ["-t", socket, "-key", "parameters", parameters]


def answer(phone: Phone, transport: str, folder: Path) -> Process:
    """A phone that is ready for calls. It writes its statistics to `statistics_of(phone, folder)` when it ends."""
    process = Process(
        f"SIPp as callee ({phone.answers})",
        ["sipp", "-sf", str(HERE / phone.answers), "-p", str(phone.port), "-stf", f"callee-{phone.port}.csv",
         *over(transport), *COMMON],
        folder / f"callee-{phone.port}.log",
    )
    wait_until_bound(process, phone.port, transport)
    return process


def statistics_of(phone: Phone, folder: Path) -> dict[str, str]:
    return statistics(folder / f"callee-{phone.port}.csv")


@dataclass(frozen=True)
class Caller:
    """Calls through the proxy on `port`, each held for `hold` milliseconds."""

    port: int
    own_port: int
    scenario: Scenario
    hold: int
    folder: Path
    clock: Path

    def place(self, rate: int, count: int, name: str) -> Placed:
        """`count` calls, `rate` a second; SIPp's output and figures are called `name`."""
        called = self.folder / "called.csv"
        if not called.exists():
            called.write_text("\n".join(["RANDOM", *self.scenario.called]) + "\n")
        caller = Process(
            "SIPp as caller",
            ["sipp", f"127.0.0.1:{self.port}", "-sf", str(HERE / str(self.scenario.caller)), "-p", str(self.own_port),
             "-inf", str(called), "-r", str(rate), "-m", str(count), "-l", str(rate * 4), "-d", str(self.hold),
             "-trace_err", "-error_file", f"{name}.errors", "-stf", f"{name}.csv", "-trace_rtt", "-rtt_freq", "100",
             *over(self.scenario.transport), *COMMON],
            self.folder / f"{name}.log",
            environment={"LD_PRELOAD": str(self.clock)},
        )
        # A call that failed in its last second is retransmitted for 32 s before SIPp gives it up.
        try:
            caller.wait(count / rate + self.hold / 1000 + 60)
        finally:
            caller.end()
        made = statistics(self.folder / f"{name}.csv")
        times = self._answer_times(caller.child.pid)
        return Placed(int(made["SuccessfulCall(C)"]), int(made["Retransmissions(C)"]), times)

    def close(self) -> None:
        """Nothing is left of SIPp that has ended."""

    def _answer_times(self, pid: int) -> list[float]:
        times: list[float] = []
        for path in self.folder.glob(f"*_{pid}_rtt.csv"):
            with open(path, newline="") as lines:
                times += [float(row["response_time_ms"]) for row in csv.DictReader(lines, delimiter=";")]
        return sorted(times)


def statistics(path: Path) -> dict[str, str]:
    """The last line of what SIPp wrote."""
    if not path.exists():
        raise Failed(f"SIPp wrote no figures to {path}: {tail(path.with_suffix('.log'))}")
    with open(path, newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))[-1]
