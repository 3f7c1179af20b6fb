"""baresip without a screen or a sound card: a real softphone, told what to do over its control socket."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from harness.network import LOOPBACK, free_port, wait_for

# A sine tone in and a bridge to nowhere out: RTP flows without a sound device. ausine speaks 48 kHz stereo only, which
# Opus carries. SIP takes its port and, for TLS, the next.
CONFIG = """\
poll_method epoll
net_interface 127.0.0.1
sip_listen 127.0.0.1:{sip}
call_local_timeout 120
call_max_calls 4
audio_source ausine,440
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
ausrc_srate 48000
auplay_srate 48000
ausrc_channels 2
auplay_channels 2
rtp_ports {rtp}-{rtp_end}
module_path {modules}
module opus.so
module ausine.so
module aubridge.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Softphone:
    """One baresip with one account. `answers` says whether it picks up by itself."""

    def __init__(self, folder: Path, number: str, password: str, server: tuple[str, int], *, answers: bool,
                 transport: str = "udp"):
        self.number = number
        self.folder = folder / f"baresip-{number}"
        self.folder.mkdir(parents=True)
        self.control_port = free_port()
        rtp = free_port(span=12)
        (self.folder / "config").write_text(CONFIG.format(
            sip=free_port(span=2), rtp=rtp + rtp % 2, rtp_end=rtp + 11, control=self.control_port, modules=modules()))
        (self.folder / "accounts").write_text(
            f"<sip:{number}@lab.test;transport={transport}>;auth_user={number};auth_pass={password};"
            f'outbound="sip:{server[0]}:{server[1]};transport={transport}";regint=60;'
            f"answermode={'auto' if answers else 'manual'}\n")
        (self.folder / "contacts").touch()
        self.log = self.folder / "output.log"
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                ["baresip", "-f", str(self.folder), "-v"], stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, cwd=self.folder)
        self._buffer = b""
        self._events: list[dict[str, Any]] = []
        self.control: socket.socket = wait_for(self._connect, 15, f"baresip of {number}")  # type: ignore[assignment]

    def _connect(self) -> socket.socket | None:
        assert self.process.poll() is None, f"baresip ended:\n{self.output()}"
        try:
            return socket.create_connection((LOOPBACK, self.control_port), timeout=5)
        except OSError:
            return None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_registered(self, seconds: float = 15) -> None:
        wait_for(lambda: "200 OK" in self.output(), seconds, f"{self.number} registered (see {self.log})")

    def command(self, name: str, parameters: str = "") -> None:
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        self.control.sendall(f"{len(text)}:".encode() + text + b",")

    def dial(self, number: str) -> None:
        self.command("dial", f"sip:{number}@lab.test")

    def answer(self) -> None:
        self.command("accept")

    def hang_up(self) -> None:
        self.command("hangup")

    def wait_for_event(self, kind: str, seconds: float = 15) -> dict[str, Any]:
        """The next event of that kind: CALL_INCOMING, CALL_RINGING, CALL_ESTABLISHED, CALL_RTPESTAB, CALL_CLOSED ..."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self._events:
                if event.get("type") == kind:
                    self._events.remove(event)
                    return event
            left = deadline - time.monotonic()
            assert left > 0 and self._read(left), (
                f"{self.number} saw no {kind} within {seconds:g} s, only {[e.get('type') for e in self._events]}")

    def has_seen(self, kind: str) -> bool:
        """Whether such an event has come and was not waited for."""
        while self._read(0.001):
            pass
        return any(event.get("type") == kind for event in self._events)

    def _read(self, seconds: float) -> bool:
        self.control.settimeout(seconds)
        try:
            octets = self.control.recv(65536)
        except TimeoutError:
            return False
        self._buffer += octets
        while b":" in self._buffer:
            length, _, rest = self._buffer.partition(b":")
            if len(rest) <= int(length):
                break
            text, self._buffer = rest[: int(length)], rest[int(length) + 1 :]
            message = json.loads(text)
            if message.get("event"):
                self._events.append(message)
        return bool(octets)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.control.close()


def modules() -> str:
    """Where Debian has put baresip's modules; the folder differs by release and architecture."""
    for folder in (Path("/usr/lib/baresip/modules"), *Path("/usr/lib").glob("*/baresip/modules")):
        if folder.is_dir():
            return str(folder)
    raise FileNotFoundError("baresip's modules are not under /usr/lib: is baresip-core installed?")
