"""The server under test: the built `tsunagi`, its data directory, and its command line."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from harness.message import unique
from harness.network import LOOPBACK, free_port, wait_for
from harness.phone import Phone
from harness.wire import TCPWire, UDPWire, Wire

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("TSUNAGI_BIN", ROOT / ".build/release/tsunagi")).resolve()
TRUSTED = {"trusted": {"networks": ["127.0.0.0/8", "::1/128"]}}


class Server:
    """`tsunagi serve` on a free loopback port, UDP and TCP, with a data directory of its own."""

    def __init__(
        self, folder: Path, config: dict[str, Any] | None = None, domains: tuple[str, ...] = ("lab.test",),
        host: str = LOOPBACK, port: int | None = None, data: Path | None = None, arguments: tuple[str, ...] = (),
    ):
        self.folder = folder
        self.config = config
        self.domains = domains
        self.host = host
        self.port = port or free_port()
        self.data = data or folder / "data"
        self.arguments = arguments
        self.log = folder / f"serve-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._open: list[Wire] = []

    # MARK: The process

    @property
    def command(self) -> list[str]:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        command = [str(BINARY), "serve", "--data", str(self.data)]
        for transport in ("udp", "tcp"):
            command += ["--sip", f"{transport}:{shown}:{self.port}"]
        for domain in self.domains:
            command += ["--domain", domain]
        if self.config is not None:
            path = self.folder / f"config-{self.port}.yaml"
            # JSON is YAML.
            path.write_text(json.dumps(self.config))
            command += ["--config", str(path)]
        return [*command, *self.arguments]

    @property
    def environment(self) -> dict[str, str]:
        # Most tests leave calls behind that nobody will answer: the server is not to wait for them when it ends, unless
        # the test is about that.
        patience = {} if "shutdown" in (self.config or {}).get("timers", {}) else {"TSUNAGI_TIMERS_SHUTDOWN": "0"}
        # Web sites only where a test is about them: their usual port is one for the whole machine.
        # And nothing is measured where nobody looks.
        return {"TSUNAGI_HTTP_LISTEN": "off", "TSUNAGI_METRICS_LISTEN": "off", **os.environ, **patience}

    def start(self) -> Server:
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder,
                env=self.environment)
        wait_for(self._answers, 20, f"tsunagi serve does not answer OPTIONS; its output:\n{self.output()}")
        return self

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"tsunagi serve ended with {self.process.returncode}:\n{self.output()}")
        probe = self.phone("probe", domain="probe.invalid")
        try:
            probe.ask(probe.request("OPTIONS", f"sip:{probe.wire.server[0]}:{self.port}"), seconds=0.3)
            return True
        except (AssertionError, OSError):
            return False
        finally:
            probe.close()
            self._open.remove(probe.wire)

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, by: int = signal.SIGTERM, seconds: float = 15) -> int:
        """Asks the server to end and answers with its exit status; one that does not end fails the test."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"tsunagi serve was still there {seconds} s after signal {by}") from None

    def finish(self) -> None:
        """At the end of a test: the server has not fallen over, and ends cleanly."""
        for wire in self._open:
            wire.close()
        if self.process is None:
            return
        before = self.process.poll()
        assert before is None, f"tsunagi serve ended by itself with {before}:\n{self.output()[-3000:]}"
        status = self.stop()
        assert status == 0, f"tsunagi serve exited {status} after SIGTERM:\n{self.output()[-3000:]}"
        self.process = None

    @contextmanager
    def database(self, name: str = "control.db") -> Iterator[sqlite3.Connection]:
        """A connection of the test's own to a database of the data directory; what is changed is committed at the end.

        Closed at the end too: a connection keeps a lock on the file, and a server that starts meanwhile would not read the
        log of the database anew. Python itself closes it only when it next collects garbage.
        """
        with closing(sqlite3.connect(self.data / name)) as database, database:
            yield database

    # MARK: Phones

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port

    def wire(self, transport: str = "udp", host: str | None = None, port: int = 0) -> Wire:
        """A new socket that talks to this server, closed at the end of the test."""
        wire = TCPWire(self.address, host=host) if transport == "tcp" else UDPWire(self.address, host or self.host, port)
        self._open.append(wire)
        return wire

    def phone(
        self, user: str, transport: str = "udp", *, domain: str | None = None, password: str | None = None,
        host: str | None = None,
    ) -> Phone:
        """A phone of one of our numbers."""
        return Phone(self.wire(transport, host), user, domain or self.domains[0], password)

    def registered(self, user: str, transport: str = "udp", *, password: str | None = None) -> Phone:
        """A phone that has registered; the number is added if it is not there."""
        self.ensure(user, password)
        phone = self.phone(user, transport, password=password)
        phone.register()
        return phone

    def caller(self, user: str = "0901111222", transport: str = "udp", *, host: str | None = None) -> Phone:
        """Somebody outside: calls our numbers, is none of them."""
        wire = self.wire(transport, host)
        return OutsideCaller(wire, user, self.domains[0])

    # MARK: The command line

    def cli(
        self, *arguments: str, status: int | None = 0, entered: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a subcommand on this data directory; its exit status has to be `status` (any, if None)."""
        result = subprocess.run(
            [str(BINARY), *arguments], input=entered if entered is not None else "", capture_output=True, text=True,
            timeout=30, cwd=self.folder, env={**os.environ, "TSUNAGI_DATA": str(self.data)})
        assert status is None or result.returncode == status, (
            f"tsunagi {' '.join(arguments)} exited {result.returncode} instead of {status}:\n"
            f"{result.stdout}{result.stderr}")
        return result

    def json(self, *arguments: str) -> Any:
        """What a subcommand prints with --json."""
        return json.loads(self.cli(*arguments, "--json").stdout)

    def records(self, *arguments: str) -> list[dict[str, Any]]:
        """A list that a subcommand prints with --json: by itself, or as the only list of an object."""
        answer = self.json(*arguments)
        if isinstance(answer, dict):
            lists = [value for value in answer.values() if isinstance(value, list)]
            assert len(lists) == 1, f"not one list in {answer}"
            return lists[0]
        return answer

    def apply(self, **objects: list[dict[str, Any]]) -> None:
        """Makes many objects at once, as a file states them."""
        # JSON is YAML.
        self.cli("apply", "-", entered=json.dumps({"version": 1, **objects}))

    def ensure(self, number: str, password: str | None = None) -> None:
        """Adds the number unless it is there."""
        if self.cli("number", "show", number, status=None).returncode != 0:
            self.add(number, password)

    def add(self, number: str, password: str | None = None) -> None:
        if password is None:
            self.cli("number", "add", number)
        else:
            self.cli("number", "add", number, "--password-stdin", entered=password + "\n")

    def forward(self, number: str, when: str, to: str, ring: int | None = None) -> None:
        self.cli("forward", "set", number, "--when", when, "--to", to, *(["--ring", str(ring)] if ring else []))

    def logged_call(self, call_id: str, seconds: float = 10) -> dict[str, Any]:
        """`calls show` of the call with that Call-ID, once the log has been written."""

        def find() -> dict[str, Any] | None:
            for entry in self.records("calls", "list"):
                shown = self.json("calls", "show", str(entry["id"]))
                if call_id in json.dumps(shown):
                    return shown
            return None

        return wait_for(find, seconds, f"call {call_id} in the call log")  # type: ignore[return-value]

    def memory(self) -> int:
        """Resident memory, bytes."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024  # type: ignore[union-attr]


class OutsideCaller(Phone):
    """Calls numbers of `domain` from an address of its own."""

    @property
    def address(self) -> str:
        return f"sip:{self.user}@{self.wire.sent_by}"


def elapsed_since(start: float) -> float:
    return time.monotonic() - start


def new_tag() -> str:
    return unique("tag")
