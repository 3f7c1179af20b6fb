"""Forwarding that lies over a number's own rules for a time, in a server that runs all the while."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FIRST, SECOND, THIRD = "05012345678", "05023456789", "1001"
TOKYO = ZoneInfo("Asia/Tokyo")


def place_call(server, phones):
    """Calls FIRST until one of the phones has refused; answers with that phone and the call."""
    call = server.caller().invite(FIRST)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for phone in phones:
            if phone.has_rung():
                phone.refuse(486)
                call.hear_final(486)
                return phone, call
    raise AssertionError("no phone has rung")


def decisions(server, call):
    shown = server.logged_call(call.invitation.value("Call-ID"))
    return "\n".join(each["text"] for each in shown["decisions"])


def test_a_call_goes_where_the_temporary_rule_says_and_after_its_end_where_the_own_one_does(server, tmp_path):
    phone, temporary, own = server.registered(FIRST), server.registered(SECOND), server.registered(THIRD)
    server.forward(FIRST, "always", THIRD)
    numbers = tmp_path / "numbers"
    numbers.write_text(f"{FIRST}\n")
    end = datetime.now(TOKYO) + timedelta(seconds=5)
    server.cli(
        "forward", "set", "--numbers", str(numbers), "--to", SECOND, "--until", f"{end:%Y-%m-%dT%H:%M:%S}")
    rung, first = place_call(server, [temporary, own])
    assert rung is temporary
    assert f"temporary forwarding until {end:%Y-%m-%d %H:%M} lies over the rule always" in decisions(server, first)

    # Nobody tells the server that the time is over.
    deadline = time.monotonic() + 15
    while rung is temporary:
        assert time.monotonic() < deadline, "the temporary rule has not ended"
        rung, last = place_call(server, [temporary, own])
    assert datetime.now(TOKYO) >= end.replace(microsecond=0)
    assert "temporary" not in decisions(server, last)
    assert not phone.has_rung()


def test_what_is_restored_holds_for_the_next_call(server, tmp_path):
    phone, temporary = server.registered(FIRST), server.registered(SECOND)
    server.cli("forward", "set", FIRST, "--to", SECOND, "--until", "2h")
    assert place_call(server, [phone, temporary])[0] is temporary
    server.cli("forward", "off", FIRST, "--until", "2h")
    assert place_call(server, [phone, temporary])[0] is phone
    server.cli("forward", "set", FIRST, "--to", SECOND, "--until", "2h")
    server.cli("forward", "restore", FIRST)
    assert place_call(server, [phone, temporary])[0] is phone
