"""The proxies that are compared: how each is started, in which settings, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from build import built
from processes import Failed, Process, wait_until_answering, wait_until_bound
from scenarios import PASSWORD, PLAIN, Phone, Scenario

HERE = Path(__file__).resolve().parent


class Kamailio:
    """Kamailio of the Debian package, one UDP worker.

    `allocator` is its memory manager: `qm`, with which the package's service starts it, keeps books for debugging and costs
    more than all the rest together; `tlsf` is the quickest of the three it comes with, and so its best setting.
    """

    has_registrar = True

    def __init__(self, name: str, allocator: str):
        self.name = name
        self.allocator = allocator

    def can_carry(self, _: Scenario) -> bool:
        return True

    def start(self, port: int, folder: Path, scenario: Scenario = PLAIN, _: Sequence[Phone] = ()) -> Process:
        process = Process(
            self.name,
            ["kamailio", "-f", str(HERE / "kamailio.cfg"),
             "-A", f"LISTEN=127.0.0.1:{port}", "-A", f"WITH_{scenario.name.upper()}", "-DD", "-E",
             "-m", "512", "-M", "16", "-x", self.allocator, "-X", self.allocator,
             "-P", str(folder / "kamailio.pid"), "-Y", str(folder)],
            folder / "proxy.log",
        )
        return _ready(process, port)


class Tsunagi:
    """The release build, with `shards` event loops and everything that is on by default, the call log too.

    `data` is a data directory that has the numbers; without it there is a new one for each start. `http` is the
    port of the web sites, which show their codes then. `settings` are of the configuration, and `streams` says that TCP
    is served whatever the scenario.
    """

    has_registrar = True

    def __init__(
        self, name: str, shards: int, binary: Path, data: Path | None = None, http: int | None = None,
        settings: dict[str, object] | None = None, streams: bool = False
    ):
        self.name = name
        self.settings = {"trusted": {"networks": ["127.0.0.0/8"]}} | (settings or {})
        self.streams = streams
        self.shards = shards
        self.binary = binary
        self.data = data
        self.http = http

    def can_carry(self, _: Scenario) -> bool:
        return True

    def start(self, port: int, folder: Path, scenario: Scenario = PLAIN, _: Sequence[Phone] = ()) -> Process:
        if not os.access(self.binary, os.X_OK):
            raise Failed(f"{self.binary} is not there: build it with tools/build, or set TSUNAGI_BIN")
        # JSON is YAML.
        (folder / "tsunagi.yaml").write_text(json.dumps(self.settings))
        sites = ["--http", "off"] if self.http is None else ["--http", f"127.0.0.1:{self.http}", "--lab"]
        stream = ["--sip", f"tcp:127.0.0.1:{port}"] if self.streams or scenario.transport == "tcp" else []
        process = Process(
            self.name,
            [str(self.binary), "serve", *sites, "--data", str(self.data or self._new_data(folder, scenario)),
             "--config", str(folder / "tsunagi.yaml"), "--sip", f"udp:127.0.0.1:{port}", *stream,
             "--domain", "lab.test", "--shards", str(self.shards)],
            folder / "proxy.log",
        )
        return _ready(process, port)

    def _new_data(self, folder: Path, scenario: Scenario) -> Path:
        data = folder / "data"
        applied = subprocess.run(
            [self.binary, "apply", "-", "--data", data], input=json.dumps({"numbers": list(scenario.numbers)}),
            capture_output=True, text=True, env={**os.environ, "BENCHMARK_PASSWORD": PASSWORD},
        )
        if applied.returncode != 0:
            raise Failed(f"tsunagi apply exited {applied.returncode}: {applied.stderr or applied.stdout}")
        return data


class Relay:
    """The floor: relay.c, which knows nothing of SIP. All that it can carry are calls to one phone over UDP."""

    name = "relay"
    has_registrar = False

    def can_carry(self, scenario: Scenario) -> bool:
        return scenario == PLAIN

    def start(self, port: int, folder: Path, _: Scenario, phones: Sequence[Phone]) -> Process:
        (phone,) = phones
        program = built("relay.c", folder / "relay")
        process = Process(self.name, [str(program), str(port), str(phone.port)], folder / "proxy.log")
        wait_until_bound(process, port, "udp")
        return process


Proxy = Kamailio | Tsunagi | Relay


def known(binary: Path) -> dict[str, Proxy]:
    """Every proxy by the name that --proxies takes, in the order in which they take their turns."""
    proxies = [
        Kamailio("kamailio", allocator="tlsf"),
        Kamailio("kamailio-stock", allocator="qm"),
        Tsunagi("tsunagi-1", shards=1, binary=binary),
        Tsunagi("tsunagi-2", shards=2, binary=binary),
        Relay(),
    ]
    return {proxy.name: proxy for proxy in proxies}


def _ready(process: Process, port: int) -> Process:
    try:
        wait_until_answering(process, port)
    except BaseException:
        process.end()
        raise
    return process
