"""SIPp as caller and callee: each scenario a file in scenarios/, run for one call, its end awaited and checked."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path

from harness.network import LOOPBACK, free_port, is_bound, wait_for

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"

#: What SIPp writes above each of its events and of its messages.
EVENT = re.compile(r"^(?='?\d{4}-\d\d-\d\d\t)", re.MULTILINE)
MESSAGE = re.compile(r"^(?=-{10,} )", re.MULTILINE)


class Sipp:
    """One running SIPp. `@NAME@` in the scenario is replaced by the replacement of that name."""

    def __init__(
        self, folder: Path, scenario: str, remote: tuple[str, int] | None, *, service: str = "service",
        transport: str = "udp", calls: int = 1, keys: dict[str, str] | None = None,
        replacing: dict[str, str] | None = None, arguments: tuple[str, ...] = (), host: str = LOOPBACK,
        port: int | None = None,
    ):
        self.scenario = scenario
        self.port = port or free_port()
        self.transport = transport
        self.folder = folder / f"sipp-{scenario}-{self.port}"
        self.folder.mkdir(parents=True)
        text = (SCENARIOS / f"{scenario}.xml").read_text()
        for name, value in (replacing or {}).items():
            assert f"@{name}@" in text, f"{scenario}.xml has no @{name}@"
            text = text.replace(f"@{name}@", value)
        (self.folder / "scenario.xml").write_text(text)
        command = ["sipp"]
        if remote:
            command.append(f"[{remote[0]}]:{remote[1]}" if ":" in remote[0] else f"{remote[0]}:{remote[1]}")
        command += [
            "-sf", "scenario.xml", "-i", host, "-mi", host, "-p", str(self.port),
            "-t", "t1" if transport == "tcp" else "u1",
            "-s", service, "-m", str(calls), "-nostdin", "-timeout", "60", "-timeout_error",
            "-trace_err", "-error_file", "errors.log", "-trace_msg", "-message_file", "messages.log",
            "-default_behaviors", "all,-bye", *arguments,
        ]
        for key, value in {"caller": "0901111222", **(keys or {})}.items():
            command += ["-key", key, value]
        with open(self.folder / "output.log", "wb") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder)
        if remote is None:
            # Calls that come before the socket is there would be refused by the kernel.
            wait_for(
                lambda: is_bound(self.port, transport) or self.process.poll() is not None, 10, f"{scenario} listening")

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def contact(self, user: str) -> str:
        return f"<sip:{user}@{self.address}{';transport=tcp' if self.transport == 'tcp' else ''}>"

    def succeeds(self, seconds: float = 45) -> None:
        """Waits for SIPp's end; anything but every call gone as the scenario says fails the test."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        ending = "did not end" if status is None else f"exited {status}"
        assert status == 0, f"SIPp {self.scenario} {ending}\n{self.failure()}"

    def failure(self) -> str:
        """What SIPp tells of what went wrong, and the messages of the first call that it names; of no call: the last ones.

        That a message has come for a call that had gone well is nothing wrong. Calls that were given up after sending
        again and again are in the statistics only.
        """
        events = [
            event.strip() for event in EVENT.split(self._tell("errors.log")) if "(successful), received" not in event]
        messages = MESSAGE.split(self._tell("messages.log"))
        named = re.search(r"\d+-\d+@[\w.:\[\]]+", "\n".join(events))
        of_it = [message for message in messages if named and f"{named[0]}\n" in message.replace("\r", "")]
        failed = {
            name: count for name, count in self._statistics().items() if name.startswith("Failed") and count not in ("", "0")}
        return f"{failed}\n" + "\n".join(events[:10]) + "\n\n" + "".join(of_it or messages[-20:])[-8000:]

    def _statistics(self) -> dict[str, str]:
        """Empty: it was not told to write them, or has not ended."""
        path = self.folder / "statistics.csv"
        if not path.exists():
            return {}
        with open(path, newline="") as lines:
            return list(csv.DictReader(lines, delimiter=";"))[-1]

    def successful(self) -> int:
        """How many calls went as the scenario says, of a SIPp that has ended and was told to write statistics."""
        return int(self._statistics()["SuccessfulCall(C)"])

    def messages(self) -> str:
        """Everything it has sent and received, as text."""
        return self._tell("messages.log")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _tell(self, name: str) -> str:
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else f"(no {name})"
