"""Free loopback ports, and waiting for what another process does to them."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable
from pathlib import Path

LOOPBACK = "127.0.0.1"
_given_out: set[int] = set()


def _own_ports() -> range:
    """The ports that are this test process's to give out.

    They lie below those that the kernel gives to whoever asks for any port (32768 and up), so that none is taken
    between its choice and its use; and each process of a parallel run has a range of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    each = (32_000 - 10_000) // count
    return range(10_000 + worker * each, 10_000 + (worker + 1) * each)


def free_port(span: int = 1) -> int:
    """A loopback port that is free on UDP and TCP, as are the `span - 1` ports after it; never the same one twice."""
    for _ in range(500):
        first = random.choice(_own_ports())
        ports = range(first, first + span)
        if _given_out.isdisjoint(ports) and all(_is_free(port) for port in ports):
            _given_out.update(ports)
            return first
    raise RuntimeError(f"no {span} free loopback ports in a row")


def _is_free(port: int) -> bool:
    for family, host in ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, "::1")):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(family, kind) as probe:
                try:
                    probe.bind((host, port))
                except OSError:
                    return False
    return True


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> object:
    """The first true value of `condition`, asked again and again for `seconds`; `what` says what did not come."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        # Only the pace of the asking: what is waited for is the condition.
        time.sleep(0.02)


def is_bound(port: int, transport: str) -> bool:
    """Whether some process holds `port` on this machine: a UDP socket, or a listening TCP one."""
    for table in (transport, f"{transport}6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            listening = transport == "udp" or fields[3] == "0A"
            if listening and int(fields[1].rsplit(":", 1)[1], 16) == port:
                return True
    return False
