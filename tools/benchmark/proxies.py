"""The proxies that are compared: how each is started, in which settings, and how it ends."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from processes import Failed, Process, wait_until_answering

HERE = Path(__file__).resolve().parent
NUMBER = "05012345678"


class Kamailio:
    """Kamailio of the Debian package, one UDP worker.

    `allocator` is its memory manager: `qm`, what the package starts with, keeps books for debugging and costs more than
    all the rest together; `tlsf` is the quickest of the three it comes with, and so its best setting.
    """

    def __init__(self, name: str, allocator: str):
        self.name = name
        self.allocator = allocator

    def start(self, port: int, folder: Path) -> Process:
        process = Process(
            self.name,
            ["kamailio", "-f", str(HERE / "kamailio.cfg"), "-A", f"LISTEN=127.0.0.1:{port}", "-DD", "-E",
             "-m", "512", "-M", "16", "-x", self.allocator, "-X", self.allocator,
             "-P", str(folder / "kamailio.pid"), "-Y", str(folder)],
            folder / "proxy.log",
        )
        return _ready(process, port)


class Tsunagi:
    """The release build, with `shards` event loops and everything that is on by default, the call log too.

    `data` is a data directory that has the callee's number; without it there is a new one for each start. `http` is the
    port of the web sites, which show their codes then.
    """

    def __init__(self, name: str, shards: int, binary: Path, data: Path | None = None, http: int | None = None):
        self.name = name
        self.shards = shards
        self.binary = binary
        self.data = data
        self.http = http

    def start(self, port: int, folder: Path) -> Process:
        (folder / "tsunagi.yaml").write_text('trusted:\n  networks: ["127.0.0.0/8"]\n')
        sites = ["--http", "off"] if self.http is None else ["--http", f"127.0.0.1:{self.http}", "--lab"]
        process = Process(
            self.name,
            [str(self.binary), "serve", *sites, "--data", str(self.data or self._new_data(folder)),
             "--config", str(folder / "tsunagi.yaml"), "--sip", f"udp:127.0.0.1:{port}", "--domain", "lab.test",
             "--shards", str(self.shards)],
            folder / "proxy.log",
        )
        return _ready(process, port)

    def _new_data(self, folder: Path) -> Path:
        data = folder / "data"
        added = subprocess.run(
            [self.binary, "number", "add", NUMBER, "--data", data],
            capture_output=True, text=True, env={**os.environ, "TSUNAGI_DATA": str(data)},
        )
        if added.returncode != 0:
            raise Failed(f"tsunagi number add {NUMBER} exited {added.returncode}: {added.stderr or added.stdout}")
        return data


def known(binary: Path) -> dict[str, Kamailio | Tsunagi]:
    """Every proxy by the name that --proxies takes, in the order in which they take their turns."""
    proxies = [
        Kamailio("kamailio", allocator="tlsf"),
        Kamailio("kamailio-stock", allocator="qm"),
        Tsunagi("tsunagi-1", shards=1, binary=binary),
        Tsunagi("tsunagi-2", shards=2, binary=binary),
    ]
    return {proxy.name: proxy for proxy in proxies}


def _ready(process: Process, port: int) -> Process:
    try:
        wait_until_answering(process, port)
    except BaseException:
        process.end()
        raise
    return process
