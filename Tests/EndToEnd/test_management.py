"""What a server tells those who look after it: metrics, health, its log, copies of messages, and `tsunagi top`."""

from __future__ import annotations

import json
import re
import termios
import time
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from harness.hep import CaptureServer
from harness.network import wait_for
from harness.server import BINARY, ROOT, TRUSTED
from harness.terminal import Terminal

FIRST, SECOND = "05012345678", "05023456789"
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'


def ask(server, path):
    """Status, type and text of what the management address answers."""
    # A server answers SIP a moment before it says where it is.
    told = wait_for(
        lambda: re.search(r"metrics at (http://[0-9.:]+)/metrics", server.output()), 10, "a line with the address")
    address = told.group(1)
    try:
        with urllib.request.urlopen(address + path, timeout=5) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers["Content-Type"], refusal.read().decode()


def metrics(server):
    """Every sample by its name and labels."""
    samples = {}
    for family in text_string_to_metric_families(ask(server, "/metrics")[2]):
        for sample in family.samples:
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in samples, f"{key} stands twice"
            samples[key] = sample.value
    return samples


def value(server, name, **labels):
    return metrics(server)[(name, *sorted(labels.items()))]


@pytest.fixture
def capture():
    server = CaptureServer()
    yield server
    server.close()


@pytest.fixture
def watched(start_server, capture):
    """A server that tells all it can: metrics, a log in JSON, and copies of its messages."""
    return start_server(
        config=TRUSTED | {"log": {"level": "debug", "format": "json"}, "hep": {"server": capture.address, "id": 4711}},
        arguments=("--metrics", "127.0.0.1:0", "--shards", "2"))


def calls_of_each_kind(server):
    """A call that is answered, one that is forwarded to a busy phone, and one that is turned away."""
    first, second, caller = server.registered(FIRST), server.registered(SECOND), server.caller()
    call = caller.invite(SECOND)
    second.respond(second.ring(call), 200)
    answer = call.hear_final(200)
    second.expect("ACK")
    call.hang_up(answer, second)
    server.forward(FIRST, "always", SECOND)
    forwarded = caller.invite(FIRST)
    second.refuse()
    forwarded.hear_final(486)
    server.cli("anonymous", "reject", FIRST)
    caller.invite(FIRST, sender=ANONYMOUS).hear_final(433)
    assert not first.has_rung()


def test_the_readme_has_every_metric_with_its_labels(start_server, capture):
    server = start_server(
        config=TRUSTED | {"hep": {"server": capture.address}},
        arguments=("--metrics", "127.0.0.1:0", "--http", "127.0.0.1:0"))
    told = {}
    for row in re.findall(r"^\| (`tsunagi_.*`) \| (.*)\| .* \|$", (ROOT / "README.md").read_text(), re.MULTILINE):
        told |= {name: set(re.findall(r"\w+", row[1])) for name in re.findall(r"`(\w+)`", row[0])}
    served = {
        family.name + ("_total" if family.type == "counter" else ""):
            {label for sample in family.samples for label in sample.labels} - {"le"}
        for family in text_string_to_metric_families(ask(server, "/metrics")[2])}
    assert told == {name: labels for name, labels in served.items() if name.startswith("tsunagi_")}


def test_metrics_tell_what_became_of_calls_in_prometheus_own_format(watched):
    calls_of_each_kind(watched)
    status, kind, text = ask(watched, "/metrics")
    assert status == 200 and kind == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(text))
    for family in families:
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), family
        assert re.fullmatch("(tsunagi|process)_[a-z_]+", family.name), family.name
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names)), "a family stands twice"
    assert all(name.endswith("_total") == (kind == "counter") for _, _, name, kind in
               (line.split() for line in text.splitlines() if line.startswith("# TYPE")))

    found = metrics(watched)
    assert found[("tsunagi_calls_begun_total",)] == 3 and found[("tsunagi_calls_in_progress",)] == 0
    outcomes = {key[1][1]: number for key, number in found.items() if key[0] == "tsunagi_calls_total" and number}
    assert outcomes == {"answered": 1, "busy": 1, "rejected": 1}
    rules = {key[1][1]: number for key, number in found.items() if key[0] == "tsunagi_call_rules_total" and number}
    assert rules == {"forwarded_unconditional": 1, "rejected_anonymous": 1}
    assert found[("tsunagi_registered_contacts",)] == 2
    assert found[("tsunagi_requests_total", ("direction", "received"), ("method", "INVITE"))] == 3
    assert found[("tsunagi_responses_total", ("class", "4xx"), ("direction", "sent"))] == 2
    assert found[("tsunagi_call_ringing_seconds_count",)] == 1
    assert found[("tsunagi_call_final_seconds_count", ("result", "failed"))] == 2
    assert found[("tsunagi_database_commit_seconds_count", ("database", "runtime"))] >= 2
    assert {key[1][1] for key in found if key[0] == "tsunagi_shard_up"} == {"0", "1"}
    assert not any(number for key, number in found.items() if key[0] == "tsunagi_limit_hits_total")
    assert found[("tsunagi_bans_total",)] == 0
    assert found[("process_resident_memory_bytes",)] > 1e6 and found[("process_open_fds",)] > 5
    assert abs(found[("process_start_time_seconds",)] - time.time()) < 60
    bounds = [key for key in found if key[0] == "tsunagi_call_final_seconds_bucket" and ("result", "failed") in key]
    assert ("le", "+Inf") in bounds[-1] and found[bounds[-1]] == 2

    # The public sites have none of it, and it is on loopback unless somebody says otherwise.
    assert ask(watched, "/oa")[0] == 404


def test_health_says_what_is_wrong_and_what_helps(watched):
    assert ask(watched, "/health/live")[0] == 200
    status, kind, text = ask(watched, "/health/ready")
    assert (status, kind) == (200, "application/json") and json.loads(text) == {"status": "ready", "problems": []}
    control = watched.data / "control.db"
    control.rename(watched.data / "control.db.away")
    status, _, text = ask(watched, "/health/ready")
    assert status == 503 and ask(watched, "/health/live")[0] == 200
    (problem,) = json.loads(text)["problems"]
    assert problem["part"] == "control.db" and "moved away" in problem["problem"] and "put it back" in problem["problem"]
    (watched.data / "control.db.away").rename(control)
    assert ask(watched, "/health/ready")[0] == 200


def test_every_message_is_copied_to_the_capture_server_and_each_event_of_a_call_has_its_call_id(watched, capture):
    phone, caller = watched.registered(SECOND), watched.caller()
    capture.drain()
    call = caller.invite(SECOND)
    phone.refuse()
    call.hear_final(486)
    call_id = call.invitation.value("Call-ID")
    packets = []
    while len(packets) < 6:
        packet = capture.next()
        if packet.message.value("Call-ID") == call_id:
            packets.append(packet)
    server, near, far = watched.address, caller.wire, phone.wire
    ways = {
        "INVITE in": ((near.host, near.port), server), "INVITE out": (server, (far.host, far.port)),
        "486 in": ((far.host, far.port), server), "ACK out": (server, (far.host, far.port)),
        "486 out": (server, (near.host, near.port)), "ACK in": ((near.host, near.port), server),
    }
    for packet in packets:
        assert (packet.family, packet.protocol, packet.kind, packet.agent) == (2, 17, 1, 4711)
        assert abs(packet.time - time.time()) < 30
        start = packet.message.raw.split()[0].decode()
        name = packet.message.raw.split()[1].decode() if start == "SIP/2.0" else start
        direction = "in" if packet.destination == server else "out"
        assert ways.pop(f"{name} {direction}") == (packet.source, packet.destination)
    assert not ways
    (first,) = [packet for packet in packets if packet.source == (near.host, near.port)][:1]
    assert first.message.raw == call.invitation.raw
    assert value(watched, "tsunagi_hep_packets_total", result="sent") >= 6
    assert value(watched, "tsunagi_hep_packets_total", result="dropped") == 0

    lines = [json.loads(line) for line in watched.output().splitlines() if line.startswith("{")]
    (told,) = [line for line in lines if line.get("call-id") == call_id]
    assert told["level"] == "debug" and "486" in told["message"] and SECOND in told["message"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["time"]) for line in lines)


def test_top_shows_the_server_of_the_data_directory(watched):
    calls_of_each_kind(watched)
    load = json.loads(watched.cli("top", "--once", "--json").stdout)
    assert load["callsBegun"]["total"] == 3 and load["registrations"] == 2 and len(load["shards"]) == 2
    assert {each["name"]: each["total"] for each in load["outcomes"] if each["total"]} == {
        "answered": 1, "busy": 1, "rejected": 1}
    text = watched.cli("top", "--once").stdout
    assert "\x1b" not in text and all(len(line) <= 80 for line in text.splitlines())
    assert "forwarded_unconditional" in text and "none was hit" in text

    terminal = Terminal([str(BINARY), "top", "--data", str(watched.data)])
    terminal.sees("answered")
    assert "\x1b[?1049h" in terminal.output and terminal.flags() & termios.ECHO == 0
    terminal.types("q")
    assert terminal.ends() == 0
    assert terminal.output.rstrip().endswith("\x1b[?25h\x1b[?1049l") and terminal.flags() & termios.ECHO

    watched.stop()
    watched.process = None
    refused = watched.cli("top", "--once", status=1)
    assert "no server runs on the data directory" in refused.stderr
