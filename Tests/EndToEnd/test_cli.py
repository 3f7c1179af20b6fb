"""The command line and the start of the server: what is done, what is refused and why, and how it ends."""

import json
import signal
import socket
import sqlite3
import subprocess
import termios
import time
from contextlib import closing

import pytest

from harness.network import free_port, wait_for
from harness.server import BINARY, TRUSTED, Server
from harness.terminal import Terminal

FIRST, SECOND = "05012345678", "05023456789"
RULE = ("forward", "set", FIRST, "--when")


@pytest.fixture
def tool(tmp_path):
    """The command line on a data directory that no server runs on."""
    return Server(tmp_path)


def test_the_command_line_works_without_a_server(tool):
    tool.add(FIRST, "secret")
    tool.add(SECOND)
    tool.forward(FIRST, "no-answer", SECOND, ring=20)
    assert "20" in tool.cli("forward", "show", FIRST).stdout
    assert len(tool.records("number", "list")) == 2
    assert len(tool.records("forward", "list")) == 1
    tool.cli("forward", "off", FIRST)
    tool.cli("number", "remove", SECOND)
    assert len(tool.records("number", "list")) == 1


def test_the_data_directory_is_an_option_an_environment_variable_or_data_here(tmp_path):
    def run(*arguments, **environment):
        done = subprocess.run(
            [BINARY, *arguments], cwd=tmp_path, env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True,
            text=True, timeout=30)
        assert done.returncode == 0, done.stderr

    run("number", "add", FIRST)
    run("number", "add", FIRST, TSUNAGI_DATA=str(tmp_path / "by-environment"))
    run("number", "add", FIRST, "--data", str(tmp_path / "by-option"), TSUNAGI_DATA=str(tmp_path / "not-this"))
    assert sorted(path.parent.name for path in tmp_path.glob("*/control.db")) == ["by-environment", "by-option", "data"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("number", "show", "05099999999"), id="a number that is not there"),
        pytest.param(("number", "add", "0501234567"), id="a digit too few"),
        pytest.param(("number", "add", "050123456789"), id="a digit too many"),
        pytest.param(("number", "add", FIRST), id="a number that is there already"),
        pytest.param(("forward", "set", "05099999999", "--when", "busy", "--to", SECOND), id="no such number"),
        pytest.param((*RULE, "no-answer", "--to", SECOND, "--ring", "4"), id="rings too briefly"),
        pytest.param((*RULE, "no-answer", "--to", SECOND, "--ring", "31"), id="rings too long"),
        pytest.param((*RULE, "busy", "--to", "http://example.com/"), id="no destination"),
        pytest.param((*RULE, "busy", "--to", "sip:"), id="an empty address"),
        pytest.param((*RULE, "busy", "--to", "1840312345678"), id="184 before a destination"),
        pytest.param((*RULE, "always", "--to", FIRST), id="itself"),
        pytest.param((*RULE, "always", "--to", "sip:+815012345678@lab.test"), id="itself in disguise"),
        pytest.param(("block", "add", FIRST, "0901111@2222"), id="a blocked number that is none"),
        pytest.param(("trunk", "add", "03", "http://gw.example"), id="a gateway that is none"),
        pytest.param(("trunk", "add", "03", "sip:gw.example:99999"), id="a gateway's port that is none"),
        pytest.param(("trunk", "remove", "03"), id="a trunk that is not there"),
        pytest.param(("calls", "show", "12345"), id="a call that is not there"),
    ])
def test_what_is_refused_exits_1_and_says_why(tool, arguments):
    tool.add(FIRST)
    refused = tool.cli(*arguments, status=1)
    named = [argument.removeprefix("--") for argument in arguments[2:]]
    assert any(word in refused.stderr for word in named), refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",), ("number",), ("number", "add"), ("number", "add", FIRST, "--colour"),
        ("forward", "set", FIRST), (*RULE, "raining", "--to", SECOND),
        (*RULE, "no-answer", "--to", SECOND, "--ring", "soon"), ("serve", "--sip"),
        ("explain", "--from", FIRST),
    ])
def test_what_cannot_be_read_as_a_command_exits_64(tool, arguments):
    if arguments == ("number",):
        # A noun alone shows what can be done with it.
        assert "add" in tool.cli(*arguments, status=None).stdout + tool.cli(*arguments, status=None).stderr
    else:
        assert tool.cli(*arguments, status=64).stderr


def test_help_shows_every_noun(tool):
    shown = tool.cli("--help").stdout
    for noun in ("serve", "number", "forward", "anonymous", "block", "trunk", "registrations", "bans", "explain",
                 "calls", "replay", "history"):
        assert noun in shown, noun


@pytest.mark.parametrize(
    "arguments",
    [("number", "list"), ("number", "show", FIRST), ("forward", "show", FIRST), ("forward", "list"),
     ("anonymous", "show", FIRST), ("block", "list", FIRST), ("trunk", "list"), ("registrations", "list"),
     ("calls", "list"), ("history", FIRST), ("explain", "--from", "0901111222", "--to", FIRST)])
def test_json_is_printed_by_everything_that_prints(tool, arguments):
    tool.add(FIRST)
    tool.forward(FIRST, "busy", "0312345678")
    assert isinstance(tool.json(*arguments), (dict, list))


def test_the_eight_combinations_can_be_set(tool):
    tool.add(FIRST)
    conditions = ["busy", "no-answer", "unreachable"]
    for combination in range(8):
        tool.cli("forward", "off", FIRST)
        chosen = [when for bit, when in enumerate(conditions) if combination & 1 << bit] or ["always"]
        for when in chosen:
            tool.forward(FIRST, when, "0312345678")
        shown = json.dumps(tool.json("forward", "show", FIRST))
        for when in chosen:
            assert when in shown or when.replace("-a", "A") in shown


def test_a_number_keeps_five_destinations(tool):
    tool.add(FIRST)
    for index in range(5):
        tool.forward(FIRST, "busy", f"031234567{index}")
    shown = json.dumps(tool.json("forward", "show", FIRST))
    assert "0312345674" in shown or "+81312345674" in shown


def serve(tmp_path, *arguments, seconds=20):
    """Runs `tsunagi serve` to its end, which it is expected to find by itself."""
    return subprocess.run(
        [BINARY, "serve", "--http", "off", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=seconds,
        stdin=subprocess.DEVNULL)


def last_leaf(path, table):
    """The offset of a database's page with the last rows of a table, and its length."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    octets = path.read_bytes()
    # An interior page names its right-most child ("B-tree Pages" of SQLite's file format).
    while octets[(page - 1) * size] == 0x05:
        page = int.from_bytes(octets[(page - 1) * size + 8:][:4], "big")
    return (page - 1) * size, size


def test_a_list_that_fails_in_the_middle_is_whole_json_and_the_reason_is_told(tool):
    tool.apply(numbers=[{"number": str(number)} for number in range(1000, 4000)])
    offset, size = last_leaf(tool.data / "control.db", "number")
    with open(tool.data / "control.db", "r+b") as file:
        file.seek(offset)
        file.write(bytes([0xFF]) * size)
    done = tool.cli("number", "list", "--json", status=1)
    assert 0 < len(json.loads(done.stdout)) < 3000
    assert "is damaged" in done.stderr


def test_a_password_prompt_that_is_left_leaves_a_terminal_that_shows_what_is_typed(tool):
    tool.add(FIRST)
    for leave in ("\x03", "secret word\n"):
        terminal = Terminal([str(BINARY), "number", "password", FIRST, "--password-stdin", "--data", str(tool.data)])
        terminal.sees("Password:")
        wait_for(lambda: terminal.flags() & termios.ECHO == 0, 5, "a terminal without echo")
        terminal.types(leave)
        assert terminal.ends() == (-signal.SIGINT if leave == "\x03" else 0)
        assert terminal.flags() & termios.ECHO and "secret word" not in terminal.output


def test_a_password_prompt_leaves_a_signal_ignored_that_was(tool):
    tool.add(FIRST)
    command = [str(BINARY), "number", "password", FIRST, "--password-stdin", "--data", str(tool.data)]
    terminal = Terminal(["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command])
    terminal.sees("Password:")
    wait_for(lambda: terminal.flags() & termios.ECHO == 0, 5, "a terminal without echo")
    terminal.process.send_signal(signal.SIGHUP)
    terminal.types("secret word\n")
    assert terminal.ends() == 0


def test_a_list_whose_reader_goes_away_ends_quietly(tool):
    tool.apply(numbers=[{"number": str(number)} for number in range(1000, 4000)])
    piped = subprocess.run(
        f'"{BINARY}" number list --data "{tool.data}" | head -1', shell=True, capture_output=True, text=True, timeout=30)
    assert piped.stdout.startswith("1000") and not piped.stderr


@pytest.mark.parametrize("command", ["number import -", "apply -", "forward off --numbers -"])
def test_a_closed_standard_input_is_told_as_that(tool, command):
    tool.add(FIRST)
    ended = subprocess.run(
        f'"{BINARY}" {command} --data "{tool.data}" <&-', shell=True, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1 and "the standard input can't be read: it is closed" in ended.stderr, ended.stderr


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_log_that_cannot_be_written_ends_no_server(start_server, tmp_path, format):
    class Unheard(Server):
        @property
        def command(self):
            return ["sh", "-c", 'exec "$@" 2>/dev/full', "sh", *super().command]

    server = Unheard(tmp_path, config=TRUSTED, arguments=("--log-format", format))
    server.start()
    try:
        phone = server.registered(FIRST)
        control = server.data / "control.db"
        # Something to tell of.
        control.rename(tmp_path / "away.db")
        time.sleep(2)
        (tmp_path / "away.db").rename(control)
        server.caller().invite(FIRST)
        phone.expect("INVITE")
    finally:
        server.finish()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_port_that_is_taken_is_named(tmp_path, transport):
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if transport == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        ended = serve(tmp_path, "--data", "data", "--sip", f"{transport}:127.0.0.1:{port}")
    assert ended.returncode == 1
    assert str(port) in ended.stderr and transport in ended.stderr.lower()


@pytest.mark.parametrize("option", ["--http", "--metrics"])
def test_a_web_port_that_is_taken_is_named_each_time(tmp_path, option):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for _ in range(20):
            ended = serve(
                tmp_path, "--data", "data", "--sip", f"udp:127.0.0.1:{free_port()}", option, f"127.0.0.1:{port}")
            assert ended.returncode == 1 and f"127.0.0.1:{port}" in ended.stderr and "listens there" in ended.stderr


@pytest.mark.parametrize("missing", ["--tls-cert", "--tls-key"])
def test_a_file_of_tls_that_is_missing_is_named_before_anything_runs(tmp_path, missing):
    (tmp_path / "there.pem").touch()
    files = {"--tls-cert": "there.pem", "--tls-key": "there.pem", missing: "/nowhere.pem"}
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        ended = serve(
            tmp_path, "--data", "data", "--sip", f"udp:127.0.0.1:{taken.getsockname()[1]}", "--http", "127.0.0.1:0",
            *(word for option in files.items() for word in option))
    assert ended.returncode == 1
    assert "/nowhere.pem can't be read" in ended.stderr and missing in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_data_directory_in_use_is_named(strict, tmp_path):
    ended = serve(tmp_path, "--data", str(strict.data), "--sip", f"udp:127.0.0.1:{free_port()}")
    assert ended.returncode == 1 and str(strict.data) in ended.stderr and "in use" in ended.stderr
    # The one that has it goes on.
    strict.caller().invite("05099999999").hear_final(404)


def test_a_time_zone_that_this_machine_does_not_know_stops_only_what_is_judged_by_it(tool):
    tool.add(FIRST)
    with tool.database("control.db") as control:
        control.execute("INSERT OR REPLACE INTO setting VALUES ('time-zone', 'Moon/Tycho')")
    assert "settings time-zone Asia/Tokyo" in tool.cli("number", "list").stderr
    rule = (*RULE, "busy", "--to", SECOND, "--hours", "09:00-18:00")
    assert "Moon/Tycho" in tool.cli(*rule, status=1).stderr
    tool.cli("settings", "time-zone", "Asia/Tokyo")
    assert tool.cli(*rule).stderr == ""


@pytest.mark.parametrize("name", ["control.db", "runtime.db"])
def test_a_database_of_a_newer_version_is_left_alone(tool, name):
    tool.add(FIRST)
    tool.start()
    tool.finish()
    with tool.database(name) as database:
        database.execute("PRAGMA user_version = 4000")
    ended = serve(tool.folder, "--data", str(tool.data), "--sip", f"udp:127.0.0.1:{free_port()}")
    assert ended.returncode == 1 and name in ended.stderr and "4000" in ended.stderr
    with tool.database(name) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (4000,)


@pytest.mark.parametrize("name", ["control.db", "runtime.db"])
def test_a_file_that_is_no_database_is_named(tool, name):
    tool.data.mkdir()
    (tool.data / name).write_bytes(b"this is not a database, whatever its name says\n" * 100)
    ended = serve(tool.folder, "--data", str(tool.data), "--sip", f"udp:127.0.0.1:{free_port()}")
    assert ended.returncode == 1 and name in ended.stderr


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("trusted:\n  netwroks: [127.0.0.0/8]\n", "netwroks", id="an unknown key"),
        pytest.param("colour: blue\n", "colour", id="an unknown key at the top"),
        pytest.param("trusted:\n  networks: [300.0.0.0/8]\n", "300.0.0.0/8", id="no network"),
        pytest.param("anonymous:\n  status: 200\n", "200", id="a status that rejects nothing"),
        pytest.param("forwarding:\n  limit: many\n", "many", id="no count"),
        pytest.param("voicemail:\n  uri: mailbox\n", "mailbox", id="no address"),
        pytest.param("trusted: [\n", "config.yaml", id="no YAML"),
    ])
def test_a_configuration_that_cannot_hold_is_refused_with_the_key_that_is_wrong(tmp_path, text, named):
    (tmp_path / "config.yaml").write_text(text)
    ended = serve(tmp_path, "--data", "data", "--config", "config.yaml", "--sip", f"udp:127.0.0.1:{free_port()}")
    assert ended.returncode == 1 and named in ended.stderr


def test_a_configuration_that_is_not_there_is_named(tmp_path):
    ended = serve(tmp_path, "--data", "data", "--config", "nowhere.yaml", "--sip", f"udp:127.0.0.1:{free_port()}")
    assert ended.returncode == 1 and "nowhere.yaml" in ended.stderr


@pytest.mark.parametrize("address", ["udp:127.0.0.1", "carrier-pigeon:127.0.0.1:5060", "udp:127.0.0.1:99999", "5060"])
def test_an_address_that_cannot_be_listened_at_is_refused(tmp_path, address):
    ended = serve(tmp_path, "--data", "data", "--sip", address)
    assert ended.returncode in (1, 64) and address in ended.stderr


@pytest.mark.parametrize("shards", [1, 2, 4])
def test_a_call_is_forwarded_with_any_number_of_shards(start_server, shards):
    server = start_server(
        config={"trusted": {"networks": ["127.0.0.0/8"]}}, arguments=("--shards", str(shards)))
    server.add(FIRST)
    second = server.registered(SECOND)
    server.forward(FIRST, "always", SECOND)
    for _ in range(8):
        caller = server.caller()
        call = caller.invite(FIRST)
        answer = second.answer(call)
        call.hang_up(answer, second)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_within_a_limit_and_loses_nothing(start_server, by):
    server = start_server(config={**TRUSTED, "timers": {"shutdown": 2}})
    phone = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    phone.ring(call)
    signalled = time.monotonic()
    assert server.stop(by) == 0
    assert 2 <= time.monotonic() - signalled < 7
    assert len(server.records("registrations", "list", FIRST)) == 1
    server.start()
    server.caller().invite(FIRST)
    phone.expect("INVITE")


def test_a_call_that_is_answered_while_the_server_ends_is_connected_and_logged(start_server):
    server = start_server(config={**TRUSTED, "timers": {"shutdown": 10}})
    phone = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    invitation = phone.ring(call)
    signalled = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    phone.respond(invitation, 200)
    call.hear_final(200)
    assert server.process.wait(15) == 0
    # Nothing was left to wait for.
    assert time.monotonic() - signalled < 8
    assert server.logged_call(call.invitation.value("Call-ID"))["status"] == 200
    server.start()


def test_a_second_signal_ends_the_server_at_once(start_server):
    server = start_server(config={**TRUSTED, "timers": {"shutdown": 60}})
    phone = server.registered(FIRST)
    server.caller().invite(FIRST)
    phone.expect("INVITE")

    def has_ended():
        server.process.send_signal(signal.SIGTERM)
        return server.process.poll() is not None

    wait_for(has_ended, 5, "the end of the server")
    assert server.process.returncode == 1
    server.start()


def test_rules_survive_kill_9(start_server):
    server = start_server(config={"trusted": {"networks": ["127.0.0.0/8"]}})
    second = server.registered(SECOND)
    server.add(FIRST)
    server.forward(FIRST, "always", SECOND)
    server.process.kill()
    server.process.wait()
    server.start()
    server.caller().invite(FIRST)
    second.expect("INVITE")
