"""A disk that is full, and databases that are locked, damaged or gone: calls go on, the log says what to do, nothing that
was acknowledged is lost, and it is over when its cause is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from harness.message import Message
from harness.network import wait_for
from harness.server import TRUSTED, Server

NUMBER, OTHER, THIRD = "05012345678", "05023456789", "05034567890"


def rings(server: Server, phone) -> bool:
    """Whether a call reaches the phone, and at once."""
    call = server.caller().invite(phone.user)
    started = time.monotonic()
    phone.refuse(486)
    call.hear(486)
    assert time.monotonic() - started < 1
    return True


def registering(server: Server, phone, seconds: float = 9) -> Message:
    """The answer to a REGISTER of another contact."""
    return phone.ask(phone.registration([f"<{phone.contact};serial={time.monotonic_ns()}>"]), seconds=seconds)


def registers(server: Server, phone) -> bool:
    return registering(server, phone).status == 200


def told(server: Server, *words: str) -> None:
    wait_for(lambda: all(word in server.output() for word in words), 5, f"{words} in the log")


def test_a_runtime_database_that_is_locked_damaged_or_gone_costs_no_call_and_no_registration(server):
    phone, other = server.registered(NUMBER), server.registered(OTHER)
    with sqlite3.connect(server.data / "runtime.db", isolation_level=None) as lock:
        lock.execute("BEGIN IMMEDIATE")
        # A rule that is set meanwhile holds for the next call, and no call waits for the lock.
        server.add(THIRD)
        server.forward(THIRD, "always", NUMBER)
        assert rings(server, phone)
        call = server.caller().invite(THIRD)
        phone.refuse(486)
        call.hear_final(486, seconds=1)
        refused = registering(server, other)
        assert (refused.status, refused.value("Retry-After")) == (500, "5")
        told(server, "registrations can't be stored", "is busy")
        lock.execute("ROLLBACK")
    lock.close()
    assert registers(server, other)
    told(server, "over: registrations can't be stored")

    path = server.data / "runtime.db"
    with server.database("runtime.db") as database:
        # From here on the server has to read the file again, and all of it is there and not in its log.
        database.execute("INSERT INTO binding_removal (number, contact, at) VALUES ('nobody', NULL, 0)")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "r+b") as file:
        file.write(os.urandom(path.stat().st_size))
    wait_for(lambda: registering(server, other).status == 500, 10, "a refusal")
    assert rings(server, phone) and rings(server, other)
    told(server, "is damaged", "move it away")

    for suffix in ("", "-wal", "-shm"):
        if (server.data / f"runtime.db{suffix}").exists():
            os.rename(server.data / f"runtime.db{suffix}", server.folder / f"damaged{suffix}")
    told(server, "was moved away", "the registrations of 2 numbers are in")
    assert registers(server, other)
    server.stop(9)
    server.start()
    assert rings(server, phone) and server.records("registrations", "list", OTHER)


def test_a_control_database_that_is_moved_away_leaves_calls_as_they_were(server):
    phone = server.registered(NUMBER)
    server.add(OTHER)
    server.forward(OTHER, "always", NUMBER)
    away = server.folder / "away"
    away.mkdir()
    moved = [name for name in ("control.db", "control.db-wal", "control.db-shm") if (server.data / name).exists()]
    for name in moved:
        os.rename(server.data / name, away / name)
    told(server, "control.db was moved away", "put it back")
    # A number that was not asked for yet is found as well.
    call = server.caller().invite(OTHER)
    phone.refuse(486)
    call.hear_final(486)
    assert registers(server, phone)
    for name in reversed(moved):
        os.rename(away / name, server.data / name)
    told(server, "control.db is in its place again")
    server.cli("forward", "off", OTHER, "--when", "always")
    server.caller().invite(OTHER).hear(480)


def test_a_command_run_while_the_control_database_is_away_takes_away_nothing_that_was_set(server):
    server.add(NUMBER)
    control, away = server.data / "control.db", server.folder / "away.db"
    os.rename(control, away)
    for arguments in (("export",), ("number", "list"), ("number", "add", OTHER)):
        refused = server.cli(*arguments, status=1)
        assert str(control) in refused.stderr and "put it back" in refused.stderr
    assert not control.exists()
    os.rename(away, control)
    server.add(OTHER)
    server.registered(OTHER)
    assert {number["number"] for number in server.records("number", "list")} == {NUMBER, OTHER}
    assert not any("(deleted)" in os.readlink(entry) for entry in Path(f"/proc/{server.process.pid}/fd").iterdir())
    assert server.stop() == 0
    assert len(server.records("number", "list")) == 2
    server.start()


def mounting(size: str, folder: Path, seed: Path) -> list[str]:
    """What runs a command with a small file system of its own at `folder`, a copy of `seed`, seen by nobody else."""
    mount = f'mount -t tmpfs -o size={size} none "{folder}" && cp -a "{seed}/." "{folder}" && exec "$@"'
    for flags in (["-m"], ["-rm"]):
        prefix = ["unshare", *flags, "sh", "-c", mount, "sh"]
        if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix
    pytest.skip("no small disk can be made: unshare(1) is not permitted to mount a tmpfs here")


class SmallDiskServer(Server):
    """A server whose data directory is a small disk."""

    @property
    def command(self) -> list[str]:
        return [*mounting("4m", self.data, self.folder / "seed"), *super().command]

    @property
    def disk(self) -> Path:
        """The data directory as the server sees it."""
        assert self.process is not None
        return Path(f"/proc/{self.process.pid}/root{self.data}")


def test_a_full_disk_costs_no_call_and_no_registration_that_was_acknowledged(tmp_path):
    (tmp_path / "disk").mkdir()
    seed = Server(tmp_path, data=tmp_path / "seed")
    for number in (NUMBER, OTHER):
        seed.add(number)
    server = SmallDiskServer(tmp_path, config=TRUSTED, data=tmp_path / "disk").start()
    try:
        phone, other = server.phone(NUMBER), server.phone(OTHER)
        for each in (phone, other):
            each.register()
        filler = server.disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        # What the log of the database has room for is still stored.
        wait_for(lambda: registering(server, other).status == 500, 20, "a refusal")
        assert rings(server, phone) and rings(server, other)
        told(server, "registrations can't be stored", "is full: free some space")
        # SQLite takes links for what they point at: commands would look beside the disk.
        seed.data = tmp_path / "copy"
        shutil.copytree(server.disk, seed.data)
        assert [entry["contact"] for entry in seed.records("registrations", "list", NUMBER)] == [phone.contact]
        filler.unlink()
        assert registers(server, other)
        told(server, "over: registrations can't be stored")
    finally:
        server.finish()
