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

    def make(target):
        lines.append(BadLine(target, LOSS, seed=len(lines) + 1))
        return lines[-1]

    yield make
    for line in lines:
        line.end()


# One side at a time: where both are bad, one call in a hundred thousand is lost by chance alone, because eleven answers
# in a row and their ACKs do not come through.
@pytest.mark.xdist_group("loss")
@pytest.mark.parametrize("side", ["caller", "callee"])
def test_no_call_fails_where_one_message_in_ten_is_lost_each_way(start_server, sipp, bad_line, side):
    server = start_server(config={"trusted": {"networks": ["127.0.0.0/8"]}})
    server.add(NUMBER)
    calls = RATE * SECONDS
    long = ("-timeout", "150", "-max_invite_retrans", "8")
    port = free_port()
    line = bad_line(server.address if side == "caller" else (LOOPBACK, port))
    seen = f"{LOOPBACK}:{port}" if side == "caller" else f"{LOOPBACK}:{line.address[1]}"
    callee = sipp(
        "callee_over_a_bad_line", calls=calls, port=port, replacing={"ADDRESS": seen}, arguments=long)
    server.phone(NUMBER).register(contacts=[f"<sip:{NUMBER}@{seen}>"])

    caller = sipp(
        "caller_over_a_bad_line", line.address if side == "caller" else server, service=NUMBER, calls=calls,
        arguments=(*long, "-r", str(RATE), "-l", str(calls), "-trace_stat", "-stf", "statistics.csv", "-fd", "3600"))
    caller.succeeds(150)
    callee.succeeds(60)
    assert caller.successful() == calls
    part = line.lost / (line.lost + line.passed)
    print(f"{calls} calls, {line.lost} of {line.lost + line.passed} messages lost at the {side}'s side")
    assert abs(part - LOSS) < 0.02
