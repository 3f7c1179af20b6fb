"""Programs that share the machine with the server here, and would not where it serves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from processes import Failed, Process

#: The shortest time that the kernel lets a group run, microseconds.
TURN = 1000


@contextmanager
def phones_elsewhere() -> Iterator[None]:
    """What is started in the block has the processor before the server, as if it had a machine of its own.

    What calls lose to others is what the server keeps them waiting, not what it keeps SIPp from doing.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        raise Failed("SIPp has to come before the server, which only root or CAP_SYS_NICE may arrange") from None
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def stand_back() -> None:
    """Who asks is elsewhere too: this thread has what nobody else wants."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


@contextmanager
def held_to(process: Process, cores: float) -> Iterator[None]:
    """While the block runs, the process has so much of the processors and no more: a control group sees to it."""
    folder = Path("/sys/fs/cgroup")
    is_unified = (folder / "cgroup.controllers").exists()
    group = folder / ("" if is_unified else "cpu") / f"tsunagi-bench-{os.getpid()}"
    period = round(TURN / min(cores, 1))
    limits = {"cpu.cfs_period_us": str(period), "cpu.cfs_quota_us": str(round(period * cores))}
    if is_unified:
        limits = {"cpu.max": f"{round(period * cores)} {period}"}
    try:
        group.mkdir()
        for name, value in limits.items():
            (group / name).write_text(value)
        (group / "cgroup.procs").write_text(str(process.child.pid))
    except OSError as error:
        with suppress(OSError):
            group.rmdir()
        raise Failed(
            f"the server can't be held to {cores:g} of a core, which takes root and control groups for the processor: "
            f"{error}") from None
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            (group.parent / "cgroup.procs").write_text(str(process.child.pid))
        group.rmdir()
