"""Processes of a benchmark run: started with their output kept, measured by /proc, ended by their own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A run that could not be made or measured; the text says what to look at."""


class Process:
    """A program started for the benchmark. Its output goes to `log`, and `end` stops it and nothing else."""

    def __init__(self, name: str, command: list[str], log: Path, environment: dict[str, str] | None = None):
        self.name = name
        self.log = log
        with open(log, "wb") as output:
            self.child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                env={**os.environ, **(environment or {})},
            )

    def require_alive(self) -> None:
        """Raises `Failed` with the end of its output when the program is gone."""
        if self.child.poll() is not None:
            raise Failed(f"{self.name} ended with status {self.child.returncode}:\n{tail(self.log)}")

    def cpu_seconds(self) -> tuple[float, float]:
        """User and system time of the process and its descendants so far, all threads, seconds."""
        ticks = [_cpu_ticks(pid) for pid in self.family()]
        return sum(user for user, _ in ticks) / TICKS_PER_SECOND, sum(kernel for _, kernel in ticks) / TICKS_PER_SECOND

    def memory(self) -> int:
        """Octets that the process has in memory now, pages of files included."""
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))

    def descriptors(self) -> int:
        """How many files and sockets the process has open."""
        return len(list(Path(f"/proc/{self.child.pid}/fd").iterdir()))

    def family(self) -> list[int]:
        """The process and its descendants."""
        return [self.child.pid, *_descendants(self.child.pid)]

    def wait(self, seconds: float) -> int:
        """The exit status, within `seconds`; raises `Failed` when it takes longer."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} did not end within {seconds:.0f} s:\n{tail(self.log)}") from None

    def end(self, by: int = signal.SIGTERM, grace: float = 10) -> None:
        """Asks the process to end with the signal `by`, and kills it after `grace` seconds."""
        if self.child.poll() is not None:
            return
        self.child.send_signal(by)
        try:
            self.child.wait(grace)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def free_ports(count: int) -> list[int]:
    """`count` loopback ports that are free on UDP and TCP now, and different from each other."""
    held: list[socket.socket] = []
    ports: list[int] = []
    try:
        for _ in range(200):
            if len(ports) == count:
                return ports
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.bind(("127.0.0.1", 0))
            held.append(udp)
            port = udp.getsockname()[1]
            tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            held.append(tcp)
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
    finally:
        for each in held:
            each.close()
    raise Failed(f"no {count} free loopback ports found")


def wait_until_answering(process: Process, port: int, seconds: float = 20) -> None:
    """Sends OPTIONS over UDP until the proxy on `port` answers anything at all."""
    deadline = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        probe.settimeout(0.25)
        own = probe.getsockname()[1]
        for attempt in range(1_000_000):
            process.require_alive()
            request = (
                f"OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bKready{attempt}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:ready@127.0.0.1>;tag=ready\r\nTo: <sip:127.0.0.1:{port}>\r\n"
                f"Call-ID: ready{attempt}-{own}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
            )
            try:
                probe.sendto(request.encode(), ("127.0.0.1", port))
                if probe.recv(65535).startswith(b"SIP/2.0 "):
                    return
            except (TimeoutError, ConnectionRefusedError):
                pass
            if time.monotonic() > deadline:
                raise Failed(f"{process.name} did not answer OPTIONS within {seconds:.0f} s:\n{tail(process.log)}")


def wait_until_bound(process: Process, port: int, transport: str, seconds: float = 10) -> None:
    """Waits until somebody listens on a loopback port; asks the kernel, so that nobody is sent anything."""
    deadline = time.monotonic() + seconds
    # Of TCP only sockets that listen (0A): one that is connected may have the same port.
    sought, state = f":{port:04X}", "0A" if transport == "tcp" else "07"
    while True:
        sockets = (line.split() for line in Path(f"/proc/net/{transport}").read_text().splitlines()[1:])
        if any(fields[1].endswith(sought) and fields[3] == state for fields in sockets):
            return
        process.require_alive()
        if time.monotonic() > deadline:
            raise Failed(f"{process.name} did not listen within {seconds:.0f} s:\n{tail(process.log)}")
        time.sleep(0.01)


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a file, for a message."""
    if not path.exists():
        return f"({path} was not written)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _cpu_ticks(pid: int) -> tuple[int, int]:
    try:
        # The command name may hold spaces and parentheses: count from the last one. utime and stime are fields 14, 15.
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]), int(fields[12])
    except FileNotFoundError:
        return 0, 0


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = [int(word) for word in (task / "children").read_text().split()]
        except FileNotFoundError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found
