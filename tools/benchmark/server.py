"""A server that stays up while it is measured again and again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from build import built_clock
from load import Load, measure
from processes import Failed, Process, free_ports
from proxies import Tsunagi
from registering import Registering
from scenarios import PLAIN, Phone, Scenario

#: Registrations a second while phones come.
REGISTRATION_RATE = 4_000


class Server:
    """Tsunagi with one shard on a data directory, or on a new one with `NUMBER`; ended with the block."""

    def __init__(self, binary: Path, load: Load, data: Path | None, folder: Path):
        folder.mkdir(parents=True)
        self.folder = folder
        self.clock = built_clock(folder)
        self.load = load
        self.port = free_ports(1)[0]
        self.process: Process = Tsunagi("tsunagi-1", 1, binary, data).start(self.port, folder, PLAIN)
        self.runs = 0

    def cost(self, scenario: Scenario, phones: list[Phone], round: int) -> float:
        """CPU a call, microseconds."""
        self.runs += 1
        folder = self.folder / f"run-{self.runs}"
        folder.mkdir()
        result = measure(self.process, self.port, round, self.load, folder, self.clock, scenario, phones)
        print(
            f"scale: {scenario.name}, {len(scenario.called):,} called, {result.cpu_per_call:.1f} us a call "
            f"({result.kernel_per_call:.0f} in the kernel), answered in {result.answer_p50:.2f} ms "
            f"(p99 {result.answer_p99:.2f} ms)", flush=True)
        if result.failed:
            raise Failed(f"{result.failed} of {result.calls} calls failed")
        return result.cpu_per_call

    def memory(self) -> int:
        """Octets that the server has in memory now, pages of files included."""
        return self.process.memory()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.end()


def enrol(port: int, users: Sequence[str], contact_port: int, count: int | None = None) -> None:
    """Registers all of them, or `count` times one after the other; for whom the server has no time, they come again."""
    for _ in range(5):
        registering = Registering(port, users, contact_port)
        registering.place(REGISTRATION_RATE, count or len(users))
        registering.close()
        if not (users := registering.refused):
            return
        count = None
    raise Failed(f"{len(users)} phones could not register")
