"""The call log and the dry run: what happened to a call, told with its reasons, and the same told before it."""

import json

import pytest

FIRST, SECOND, THIRD = "05012345678", "05023456789", "1001"


def decisions(shown):
    """The decisions of `calls show --json` or `explain --json`, in the words in which they are told."""
    found = shown["decisions"] if isinstance(shown, dict) else shown
    return [each["text"] for each in found]


def test_a_forwarded_call_is_in_the_log_with_its_decisions_legs_and_status(server):
    first, second = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, "busy", SECOND)
    caller = server.caller("0901111222")
    call = caller.invite(FIRST)
    first.refuse(486, "Busy Here")
    invitation = second.expect("INVITE")
    second.respond(invitation, 180)
    second.respond(invitation, 200)
    answer = call.hear_final(200)
    second.expect("ACK")
    call.hang_up(answer, second)

    shown = server.logged_call(call.invitation.value("Call-ID"))
    told = "\n".join(decisions(shown))
    assert f"{FIRST} is busy" in told and f"{FIRST} forwards calls when busy: on to {SECOND}" in told
    assert shown["status"] == 200
    assert [leg["status"] for leg in shown["legs"]] == [486, 200]
    printed = server.cli("calls", "show", str(shown["id"])).stdout
    assert "busy" in printed and "INVITE" in printed, "the ladder of a call that a rule acted on"


def test_a_rejected_call_is_in_the_log_without_the_number_that_was_withheld(server):
    server.add(FIRST)
    server.cli("anonymous", "reject", FIRST)
    caller = server.caller("09087654321")
    call = caller.invite(
        FIRST, sender='"Anonymous" <sip:anonymous@anonymous.invalid>;tag=x',
        fields=[("P-Asserted-Identity", "<sip:09087654321@peer.example>"), ("Privacy", "id")])
    call.hear_final(433)
    shown = server.logged_call(call.invitation.value("Call-ID"))
    assert shown["status"] == 433
    assert "87654321" not in json.dumps(shown)


def test_a_call_that_was_given_up_is_in_the_log(server):
    phone = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    invitation = phone.ring(call)
    call.cancel()
    phone.stop_ringing(invitation)
    call.hear_final(487)
    assert server.logged_call(call.invitation.value("Call-ID"))["status"] == 487


def test_calls_are_listed_with_an_id_each(server):
    for _ in range(3):
        server.caller().invite("05099999999").hear_final(404)
    call = server.caller().invite("05099999998")
    call.hear_final(404)
    server.logged_call(call.invitation.value("Call-ID"))
    listed = server.records("calls", "list")
    assert len(listed) == 4 and len({entry["id"] for entry in listed}) == 4
    assert "05099999999" in server.cli("calls", "list").stdout


def test_a_call_that_is_not_in_the_log_is_refused(server):
    assert "no-such-call" in server.cli("calls", "show", "no-such-call", status=1).stderr


def test_an_acknowledged_log_survives_the_end_of_the_server(start_server):
    server = start_server()
    call = server.caller().invite("05099999999")
    call.hear_final(404)
    server.stop()
    assert len(server.records("calls", "list")) == 1
    server.start()


@pytest.mark.parametrize(
    "situation", ["always", "unreachable", "anonymous", "blocked", "unknown", "plain"])
def test_explain_tells_beforehand_what_the_call_then_does(server, situation):
    first, second = server.registered(FIRST), server.registered(SECOND)
    caller, sender, asked = server.caller("09011112222"), None, FIRST
    if situation == "always":
        server.forward(FIRST, "always", SECOND)
    elif situation == "unreachable":
        first.register(contacts=["*"], expires=0)
        server.forward(FIRST, "unreachable", SECOND)
    elif situation == "anonymous":
        server.cli("anonymous", "reject", FIRST)
        sender = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=x'
    elif situation == "blocked":
        server.cli("block", "add", FIRST, "09011112222")
    elif situation == "unknown":
        asked = "05099999999"
    withheld = ["--anonymous"] if sender else []
    explained = server.json("explain", "--from", "09011112222", "--to", asked, *withheld)

    call = caller.invite(asked, sender=sender)
    if situation in ("always", "unreachable"):
        second.refuse()
    elif situation == "plain":
        first.refuse()
    call.hear_final()
    happened = decisions(server.logged_call(call.invitation.value("Call-ID")))
    foretold = decisions(explained)
    # What was foretold of the rules is among what happened, in the same words; the call itself adds its outcome, and
    # the dry run adds what might still follow.
    certain = [each for each in foretold if "would" not in each and "has no rule" not in each]
    missing = [each for each in certain if each not in happened]
    assert certain and not missing, f"foretold {foretold}, happened {happened}"


def test_explain_places_no_call(server):
    phone = server.registered(FIRST)
    printed = server.cli("explain", "--from", "0901111222", "--to", FIRST).stdout
    assert FIRST in printed
    assert not phone.has_rung()
    assert server.records("calls", "list") == []


def test_explain_takes_a_time_and_refuses_one_that_is_none(server):
    server.add(FIRST)
    server.cli("explain", "--from", "0901111222", "--to", FIRST, "--at", "2026-12-01T09:00")
    refused = server.cli("explain", "--from", "0901111222", "--to", FIRST, "--at", "tomorrow", status=None)
    assert refused.returncode in (1, 64) and "tomorrow" in refused.stderr


def test_every_change_is_in_the_history_with_before_and_after(server):
    server.add(FIRST)
    server.add(SECOND)
    server.forward(FIRST, "busy", SECOND)
    server.forward(FIRST, "busy", "0312345678")
    server.cli("forward", "off", FIRST, "--when", "busy")
    server.cli("anonymous", "reject", FIRST)
    history = server.records("history", FIRST)
    assert len(history) >= 5
    told = json.dumps(history)
    assert "312345678" in told and "23456789" in told
    assert server.cli("history", FIRST).stdout.count("\n") >= 5
