"""Where one message in ten is lost each way, what was lost is sent again until every call has gone as it should."""

from __future__ import annotations

import pytest

from harness.badline import BadLine
from harness.network import LOOPBACK, free_port

NUMBER = "05012345678"
LOSS, RATE, SECONDS = 0.1, 200, 10


@pytest.fixture
def bad_line():
    """Makes lines to targets, which end with the test."""
    lines = []

    def make(target, most=None):
        lines.append(BadLine(target, LOSS, seed=len(lines) + 1, most=most))
        return lines[-1]

    yield make
    for line in lines:
        line.end()


@pytest.mark.xdist_group("loss")
@pytest.mark.parametrize("sides", [("caller",), ("callee",), ("caller", "callee")], ids=" and ".join)
def test_no_call_fails_where_one_message_in_ten_is_lost_each_way(start_server, sipp, bad_line, sides):
    server = start_server(config={"trusted": {"networks": ["127.0.0.0/8"]}})
    server.add(NUMBER)
    calls = RATE * SECONDS
    long = ("-timeout", "150", "-max_invite_retrans", "8")
    port = free_port()
    # Where each side's messages go: to the server or the phone itself, or into the line to it.
    ways = {"caller": server.address, "callee": (LOOPBACK, port)}
    # Over both lines a 200 and its ACK would be lost by chance alone in one call of 50,000, until the phone gives up: it
    # sends the 200 eleven times, and with these they are lost eight times at most.
    lines = {side: bad_line(ways[side], most=2 if len(sides) == 2 else None) for side in sides}
    ways |= {side: line.address for side, line in lines.items()}
    seen = "{}:{}".format(*ways["callee"])
    callee = sipp(
        "callee_over_a_bad_line", calls=calls, port=port, replacing={"ADDRESS": seen}, arguments=long)
    server.phone(NUMBER).register(contacts=[f"<sip:{NUMBER}@{seen}>"])

    caller = sipp(
        "caller_over_a_bad_line", ways["caller"], service=NUMBER, calls=calls,
        arguments=(*long, "-r", str(RATE), "-l", str(calls), "-trace_stat", "-stf", "statistics.csv", "-fd", "3600"))
    caller.succeeds(150)
    callee.succeeds(60)
    assert caller.successful() == calls
    for side, line in lines.items():
        part = line.lost / (line.lost + line.passed)
        print(f"{calls} calls, {line.lost} of {line.lost + line.passed} messages lost at the {side}'s side")
        assert abs(part - LOSS) < 0.02
