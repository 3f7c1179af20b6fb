"""What was acknowledged is there: after kills at any moment, and when two processes change the same at once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.message import Message
from harness.network import wait_for
from harness.phone import Phone
from harness.server import BINARY, Server

#: How often a process is killed; every fourth time it is the server, otherwise a command.
KILLS = int(os.environ.get("TSUNAGI_KILLS", "1000"))
#: Everything is looked through each time that so many have been killed, and at the end.
LOOK_EVERY = 100
NUMBERS = [f"0502{index:07}" for index in range(40)]
#: Numbers that phones register for, a few each time that the server is killed.
REGISTERING = 3
CONDITIONS = ["always", "busy", "no-answer", "unreachable"]


class Writers:
    """Commands and a server that write into one data directory, and what they have acknowledged."""

    def __init__(self, server: Server, seed: int):
        self.server = server
        self.random = random.Random(seed)
        #: (number, condition) to the destinations that may stand there; one, unless a command was killed.
        self.rules: dict[tuple[str, str], set[str]] = {}
        #: Numbers that were acknowledged as added.
        self.added: list[str] = []
        #: Numbers whose REGISTER was answered 200, with the contact.
        self.registered: dict[str, str] = {}
        self.acknowledged = 0
        self.serial = 0
        #: How long a command takes that is not killed, seconds.
        started = time.monotonic()
        server.cli("number", "list")
        self.duration = time.monotonic() - started

    # MARK: Commands

    def command(self) -> None:
        """Runs a command and kills it at some moment of its life, or just after."""
        self.serial += 1
        if self.random.random() < 0.3:
            number = f"0503{self.serial:07}"
            if self._run("number", "add", number):
                self.added.append(number)
            return
        key = self.random.choice(NUMBERS), self.random.choice(CONDITIONS)
        destination = f"03{self.serial:08}"
        if self._run("forward", "set", key[0], "--when", key[1], "--to", destination):
            self.rules[key] = {destination}
        else:
            self.rules.setdefault(key, {""}).add(destination)

    def _run(self, *arguments: str) -> bool:
        process = subprocess.Popen(
            [str(BINARY), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "TSUNAGI_DATA": str(self.server.data)})
        started = time.monotonic()
        try:
            process.wait(self.random.uniform(0, 1.3 * self.duration))
        except subprocess.TimeoutExpired:
            process.kill()
        output, errors = process.communicate()
        if process.returncode == 0:
            self.duration = 0.9 * self.duration + 0.1 * (time.monotonic() - started)
            self.acknowledged += 1
            assert output
            return True
        assert process.returncode == -9, f"{arguments} exited {process.returncode}: {errors.decode()}"
        return False

    # MARK: The server

    def kill_server(self) -> None:
        """Has phones register, and kills the server at some moment of it."""
        wire = self.server.wire()
        sent = []
        for _ in range(REGISTERING):
            self.serial += 1
            number = NUMBERS[self.serial % len(NUMBERS)]
            phone = self.server.phone(number)
            contact = f"sip:{number}@{phone.wire.sent_by};serial={self.serial}"
            # One phone for each number, whose registrations follow one another.
            phone.registration_id = f"phone-of-{number}"
            message = phone.registration([f"<{contact}>"], number=self.serial)
            sent.append((number, contact, phone))
            phone.send(message)
        time.sleep(self.random.uniform(0, 0.02))
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        for number, contact, phone in sent:
            answers = [answer for answer in self._arrived(phone) if answer.status == 200]
            if answers:
                self.registered[number] = contact
                self.acknowledged += 1
            elif number in self.registered:
                # Perhaps it was written and not answered any more.
                self.registered.pop(number)
            phone.wire.close()
        wire.close()
        self.server.start()

    @staticmethod
    def _arrived(phone) -> list[Message]:
        phone.wire.unread()
        found = []
        while phone.wire._waiting:
            found.append(phone.wire._waiting.popleft())
        return [message for message in found if not message.is_request]

    # MARK: What is there

    def look(self) -> None:
        """Nothing that was acknowledged is missing, and nothing is damaged."""
        for name in ("control.db", "runtime.db"):
            with self.server.database(name) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        self.server.cli("history", "verify")

        there = {
            (state["number"], rule["when"]): rule["to"]
            for state in self.server.records("forward", "list") for rule in state["rules"]
        }
        for key, allowed in self.rules.items():
            assert there.get(key, "") in allowed, f"{key} leads to {there.get(key)!r} and not to {allowed}"
            # Whatever a killed command has brought about, from now on it is known.
            self.rules[key] = {there.get(key, "")}
        numbers = {entry["number"] for entry in self.server.records("number", "list")}
        assert [number for number in self.added if number not in numbers] == []

        contacts = json.dumps(self.server.json("registrations", "list"))
        assert [contact for contact in self.registered.values() if contact not in contacts] == []


@pytest.mark.xdist_group("durability")
def test_nothing_acknowledged_is_missing_after_a_thousand_kills(start_server):
    seed = int(os.environ.get("TSUNAGI_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    server = start_server(
        config={"trusted": {"networks": ["127.0.0.0/8"]}, "registrar": {"contacts": {"maximum": 100}}})
    folder: Path = server.folder
    plan = folder / "numbers.yaml"
    plan.write_text(json.dumps({"numbers": [{"number": number} for number in NUMBERS]}))
    server.cli("apply", str(plan))
    writers = Writers(server, seed)
    for count in range(1, KILLS + 1):
        if count % 4 == 0:
            writers.kill_server()
        else:
            writers.command()
        if count % LOOK_EVERY == 0 or count == KILLS:
            writers.look()
    # The moments were such that both came about.
    print(f"{KILLS} kills, {writers.acknowledged} changes acknowledged")
    assert KILLS / 10 < writers.acknowledged < KILLS * REGISTERING
    assert writers.registered and writers.added and writers.rules


def test_two_processes_that_change_the_same_number_at_once_lose_nothing(start_server):
    server = start_server()
    server.add("05011111111")
    with ThreadPoolExecutor(8) as pool:
        destinations = [f"03123456{index:02}" for index in range(24)]
        list(pool.map(lambda to: server.cli("forward", "set", "05011111111", "--when", "busy", "--to", to), destinations))
    history = [entry for entry in server.records("history", "05011111111") if entry["action"] == "forward set"]
    written = {rule["to"] for entry in history for rule in entry["after"]["rules"]}
    assert written == set(destinations)
    # Each has seen what the one before it has left.
    for later, earlier in zip(history, history[1:]):
        assert later["before"] == earlier["after"]
    assert server.json("forward", "show", "05011111111")["rules"] == history[0]["after"]["rules"]
    server.cli("history", "verify")


def test_of_two_processes_that_decide_on_the_same_grounds_one_is_told(start_server):
    server = start_server()
    server.add("05011111111")
    for attempt in range(10):
        seen = str(server.records("history", "05011111111")[0]["id"])

        def change(to: str):
            return server.cli(
                "forward", "set", "05011111111", "--when", "busy", "--to", to, "--unless-changed-since", seen, status=None)

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(change, [f"0312345{attempt}01", f"0312345{attempt}02"]))
        assert sorted(result.returncode for result in results) == [0, 1]
        winner, loser = sorted(results, key=lambda result: result.returncode)
        newest = server.records("history", "05011111111")[0]
        assert f"change {newest['id']}" in loser.stderr and "forward set" in loser.stderr
        assert newest["after"]["rules"][0]["to"] in winner.stdout


#: Calls a second that go on while the server is killed, and for how long.
RATE, SECONDS = 500, 5
#: Calls that stand when it is killed and are ended through the next process, and phones that register just then.
STANDING, REGISTERED = 20, 200


@pytest.mark.xdist_group("durability")
def test_a_kill_under_load_loses_no_registration_and_no_call_that_stands(start_server, sipp):
    server = start_server(config={"trusted": {"networks": ["127.0.0.0/8"]}})
    service, called, numbers = "05030000000", "05030000001", [f"0504{index:07}" for index in range(REGISTERED)]
    plan = server.folder / "numbers.yaml"
    plan.write_text(json.dumps({"numbers": [{"number": number} for number in (service, called, *numbers)]}))
    server.cli("apply", str(plan))
    callee = sipp("callee_answers", calls=RATE * SECONDS)
    server.phone(service).register(contacts=[callee.contact(service)])
    phone = server.phone(called)
    phone.register()
    standing = []
    for _ in range(STANDING):
        call = server.caller().invite(called)
        standing.append((call, phone.answer(call)))
    caller = sipp(
        "caller_answered", server, service=service, calls=RATE * SECONDS,
        # A call whose answer went with the process is given up after a while: its caller had heard that it rings.
        arguments=("-r", str(RATE), "-l", "2000", "-recv_timeout", "8000", "-trace_stat", "-stf", "statistics.csv",
                   "-fd", "3600"))
    time.sleep(SECONDS / 2)

    registering = [server.phone(number) for number in numbers]
    for each in registering:
        each.send(each.registration())

    def acknowledged() -> list[Phone]:
        return [each for each in registering if any(answer.status == 200 for answer in each.wire.unread())]

    wait_for(acknowledged, 5, "some registrations")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    killed = time.monotonic()
    kept = acknowledged()
    server.start()

    call = server.caller().invite(called)
    phone.answer(call)
    assert time.monotonic() - killed < 2
    contacts = json.dumps(server.json("registrations", "list"))
    assert [each.contact for each in kept if each.contact not in contacts] == []
    for call, answer in standing:
        call.hang_up(answer, phone)
    # SIPp sends again what was lost; what had no answer yet is answered by the next process.
    assert caller.process.wait(45) in (0, 1)
    assert caller.successful() > 0.99 * RATE * SECONDS
    print(f"{len(kept)} registrations and {STANDING} calls stand, {caller.successful()} calls went through")
