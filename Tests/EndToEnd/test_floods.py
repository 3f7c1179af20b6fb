"""Who floods the server, guesses or scans is refused and then not heard any more, and the others notice nothing."""

from __future__ import annotations

import socket

import pytest

from harness.network import LOOPBACK, wait_for
from harness.phone import choose

NUMBER, PASSWORD = "05012345678", "correct horse"
FLOODER, SCANNER, GUESSER, UNWANTED, NEIGHBOUR = (f"127.0.0.{last}" for last in range(2, 7))
#: Small enough for a test, and far from what the neighbour does.
LIMITS = {"rate": 100, "burst": 100, "passwords": 3, "exempt": [LOOPBACK]}


@pytest.fixture
def server(start_server):
    server = start_server(config={"sources": LIMITS})
    server.add(NUMBER, PASSWORD)
    return server


def options(server, phone, **fields):
    return phone.request("OPTIONS", f"sip:{LOOPBACK}:{server.port}", fields=list(fields.items()))


def is_heard(server, host, seconds=0.3):
    phone = server.caller(host=host)
    try:
        phone.ask(options(server, phone), 200, seconds=seconds)
        return True
    except AssertionError:
        return False


def reasons(server):
    return {ban["source"]: ban["reason"] for ban in server.records("bans", "list")}


def test_who_floods_is_refused_then_not_heard_and_the_others_notice_nothing(server):
    phone = server.phone(NUMBER, password=PASSWORD, host=NEIGHBOUR)
    phone.register()
    flooder = server.caller(host=FLOODER)
    for _ in range(30):
        for _ in range(20):
            flooder.invite("05000000000")
        call = server.caller(host=NEIGHBOUR).invite(NUMBER)
        phone.refuse(486)
        call.hear(486, seconds=1)
    wait_for(lambda: reasons(server).get(FLOODER) == "flood", 3, "the flooder on the list")
    refusals = [message for message in flooder.wire.unread() if message.status == 503]
    assert refusals and all(5 <= int(message.value("Retry-After")) <= 10 for message in refusals)
    assert not is_heard(server, FLOODER) and is_heard(server, NEIGHBOUR)

    with socket.create_connection(server.address, 5, source_address=(FLOODER, 0)) as connection:
        connection.settimeout(5)
        assert connection.recv(1) == b""

    server.cli("bans", "remove", FLOODER)
    wait_for(lambda: is_heard(server, FLOODER), 3, "the flooder heard again")
    assert [entry["action"] for entry in server.records("history")][0] == "ban remove"


def test_connections_that_bring_nothing_are_closed_when_they_come_too_fast(server):
    def opened(host):
        connection = socket.create_connection(server.address, 5, source_address=(host, 0))
        connection.setblocking(False)
        return connection

    def is_open(connection):
        try:
            return connection.recv(1) != b""
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False

    other = opened(NEIGHBOUR)
    connections = [opened(FLOODER) for _ in range(100)]
    # Each connection counts as five messages: a burst of 20 fits, for each shard, and one more each 50 ms.
    wait_for(lambda: sum(map(is_open, connections)) < 60, 5, "the end of those that came too fast")
    assert all(is_open(connection) for connection in connections[:LIMITS["burst"] // 5])
    assert is_open(other) and is_heard(server, NEIGHBOUR)
    for connection in (other, *connections):
        connection.close()


def test_scanners_and_guessers_are_banned_and_a_ban_outlives_the_server(server):
    # Over UDP the address may be somebody else's.
    forged = server.caller(host=NEIGHBOUR)
    forged.send(options(server, forged, **{"User-Agent": "friendly-scanner"}))
    scanner = server.caller(transport="tcp", host=SCANNER)
    scanner.send(options(server, scanner, **{"User-Agent": "friendly-scanner"}))
    guesser = server.phone(NUMBER, host=GUESSER)
    for _ in range(4):
        challenge = choose(guesser.ask(guesser.registration(), 401), "SHA-256")
        value = challenge.credentials("REGISTER", "sip:lab.test", NUMBER, "wrong horse")
        guesser.ask(guesser.registration(fields=[("Authorization", value)]), 401)
    assert server.json("bans", "add", UNWANTED, "--hours", "24")["reason"] == "administrator"
    expected = {SCANNER: "scanner", GUESSER: "passwords", UNWANTED: "administrator"}
    wait_for(lambda: reasons(server) == expected, 3, "three bans")
    wait_for(lambda: not is_heard(server, UNWANTED), 3, "the administrator's ban")
    assert forged.wire.unread() == []
    assert not is_heard(server, SCANNER) and not is_heard(server, GUESSER)
    assert "bans remove 127.0.0.3" in server.output()

    server.stop(9)
    server.start()
    assert reasons(server) == expected
    assert not is_heard(server, SCANNER) and is_heard(server, NEIGHBOUR)

    for arguments, told in [
        (("bans", "add", "example.com"), "no address"),
        (("bans", "remove", NEIGHBOUR), "is not banned"),
    ]:
        assert told in server.cli(*arguments, status=1).stderr
