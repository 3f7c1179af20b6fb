"""Each forward, end to end: SIPp calls and is called, and the rule was written by the command line just before."""

import time

import pytest

from harness.message import address_of
from harness.wire import UDPWire

FIRST, SECOND, THIRD = "05012345678", "05023456789", "1001"


def called_by_forward(sipp, reason, cause, diverter="5012345678"):
    """SIPp as the phone that a call is forwarded to, which checks Diversion and History-Info."""
    return sipp("callee_forwarded_to", replacing={"DIVERTER": diverter, "REASON": reason, "CAUSE": str(cause)})


def register(server, number, callee):
    """Registers SIPp's address for a number, which is added if it is not there."""
    server.ensure(number)
    server.phone(number).register(contacts=[callee.contact(number)])


def test_unconditional_forwarding_rings_only_the_destination(server, sipp):
    phone = server.registered(FIRST)
    destination = called_by_forward(sipp, "unconditional", 302)
    register(server, SECOND, destination)
    server.forward(FIRST, "always", SECOND)
    caller = sipp("caller_forwarded", server, service=FIRST)
    caller.succeeds()
    destination.succeeds()
    assert not phone.has_rung()


def test_a_busy_phone_forwards_the_call(server, sipp):
    busy = sipp("callee_refuses", replacing={"STATUS": "486 Busy Here"})
    destination = called_by_forward(sipp, "user-busy", 486)
    register(server, FIRST, busy)
    register(server, SECOND, destination)
    server.forward(FIRST, "busy", SECOND)
    sipp("caller_forwarded", server, service=FIRST).succeeds()
    busy.succeeds()
    destination.succeeds()


def test_a_phone_that_nobody_answers_forwards_the_call_when_its_ring_time_is_up(server, sipp):
    ringing = sipp("callee_rings")
    destination = called_by_forward(sipp, "no-answer", 408)
    register(server, FIRST, ringing)
    register(server, SECOND, destination)
    server.forward(FIRST, "no-answer", SECOND, ring=5)
    started = time.monotonic()
    sipp("caller_forwarded", server, service=FIRST).succeeds()
    assert 5 <= time.monotonic() - started < 9
    ringing.succeeds()
    destination.succeeds()


def test_a_number_without_a_registered_phone_forwards_as_unreachable(server, sipp):
    server.add(FIRST)
    destination = called_by_forward(sipp, "unavailable", 503)
    register(server, SECOND, destination)
    server.forward(FIRST, "unreachable", SECOND)
    sipp("caller_forwarded", server, service=FIRST).succeeds()
    destination.succeeds()


def test_a_phone_that_says_nothing_forwards_as_unreachable_within_seconds(server, sipp):
    silent = server.registered(FIRST)
    destination = called_by_forward(sipp, "unavailable", 503)
    register(server, SECOND, destination)
    server.forward(FIRST, "unreachable", SECOND)
    started = time.monotonic()
    sipp("caller_forwarded", server, service=FIRST).succeeds()
    assert time.monotonic() - started < 10
    silent.expect("INVITE")
    destination.succeeds()


@pytest.mark.parametrize(
    ("when", "reason", "cause"),
    [("always", "unconditional", 302), ("busy", "user-busy", 486), ("unreachable", "unavailable", 503)])
def test_a_rule_to_a_sip_address_outside_reaches_it(server, sipp, when, reason, cause):
    destination = called_by_forward(sipp, reason, cause)
    if when == "busy":
        register(server, FIRST, sipp("callee_refuses", replacing={"STATUS": "486 Busy Here"}))
    else:
        server.add(FIRST)
    server.forward(FIRST, when, f"sip:bob@{destination.address}")
    sipp("caller_forwarded", server, service=FIRST).succeeds()
    destination.succeeds()


def test_a_rule_to_a_name_of_our_domain_rings_that_name(server):
    server.add(FIRST)
    bob = server.registered("bob")
    server.forward(FIRST, "always", "sip:bob@lab.test")
    caller = server.caller()
    call = caller.invite(FIRST)
    bob.respond(bob.expect("INVITE"), 200)
    assert call.hear_final(200) and call.statuses == [181, 200]


def test_a_call_forwarded_to_voicemail_says_whose_box_it_is_for_and_why(start_server):
    box = UDPWire(("127.0.0.1", 9))
    server = start_server(config={
        "trusted": {"networks": ["127.0.0.0/8"]}, "voicemail": {"uri": f"sip:voicemail@{box.sent_by}"}})
    server.add(FIRST)
    server.forward(FIRST, "unreachable", "voicemail")
    call = server.caller().invite(FIRST)
    arrived = box.receive(lambda message: message.method == "INVITE")
    parameters = arrived.uri.split(";")[1:]
    assert arrived.uri.startswith("sip:voicemail@")
    assert "cause=503" in parameters
    target = next(each for each in parameters if each.startswith("target="))
    assert "5012345678%40" in target and "@" not in target
    assert call.hear(181)
    box.close()


def test_forwarding_to_voicemail_without_a_voicemail_server_is_refused_with_the_setting_to_make(server):
    server.add(FIRST)
    refused = server.cli("forward", "set", FIRST, "--when", "busy", "--to", "voicemail", status=None)
    # The server's configuration is not the command line's: whoever refuses it names the key.
    if refused.returncode == 0:
        call = server.caller().invite(FIRST)
        assert call.hear_final().status >= 400
    else:
        assert refused.returncode == 1 and "voicemail.uri" in refused.stderr


def test_the_forwarded_invite_tells_the_same_story_in_diversion_and_history_info(server):
    server.add(FIRST)
    second = server.registered(SECOND)
    server.forward(FIRST, "always", SECOND)
    caller = server.caller()
    call = caller.invite(FIRST)
    told = call.hear(181)
    assert told.tag("To") and told.value("From") == call.invitation.value("From")
    assert not told.body
    forwarded = second.expect("INVITE")
    diversions = forwarded.items("Diversion")
    assert len(diversions) == 1
    assert "5012345678@" in address_of(diversions[0])
    assert "reason=unconditional" in diversions[0] and "counter=1" in diversions[0]
    history = forwarded.items("History-Info")
    # The number, where its call was sent on to, and the contact that is registered there (RFC 7044 §10.1).
    assert [each.split(">;", 1)[1] for each in history] == ["index=1", "index=1.1;mp=1", "index=1.1.1;rc=1.1"]
    assert "5012345678@" in address_of(history[0]) and "cause=" not in history[0]
    assert "5023456789@" in address_of(history[1]) and "cause=302" in address_of(history[1])
    assert address_of(history[2]) == forwarded.uri
    # A phone of ours is rung at the contact that it gave, and the caller stays the caller.
    assert forwarded.uri == second.contact
    assert forwarded.value("From") == call.invitation.value("From")
    assert forwarded.value("To") == call.invitation.value("To")
    assert forwarded.body == call.invitation.body
    second.respond(forwarded, 180)
    call.hear(180)
    second.respond(forwarded, 200)
    answer = call.hear_final(200)
    second.expect("ACK")
    assert call.statuses == [181, 180, 200]
    call.hang_up(answer, second)


def test_a_busy_phone_s_answer_stands_in_the_history_as_the_reason(server):
    first, second = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, "busy", SECOND)
    server.caller().invite(FIRST)
    first.refuse(486, "Busy Here")
    forwarded = second.expect("INVITE")
    diverting = forwarded.items("History-Info")[0]
    assert "Reason=SIP%3Bcause%3D486" in diverting
    assert "cause=486" in address_of(forwarded.items("History-Info")[1])


def test_a_rule_holds_for_the_next_call_without_a_restart_and_so_does_taking_it_away(server):
    first, second, third = (server.registered(number) for number in (FIRST, SECOND, THIRD))
    caller = server.caller()

    def rings(phone):
        call = caller.invite(FIRST)
        invitation = phone.expect("INVITE")
        phone.respond(invitation, 603, "Decline")
        call.hear_final(603)

    rings(first)
    server.forward(FIRST, "always", SECOND)
    rings(second)
    server.forward(FIRST, "always", THIRD)
    rings(third)
    server.cli("forward", "off", FIRST)
    rings(first)


def test_each_condition_has_a_destination_of_its_own_and_always_comes_before_them(server):
    first, second, third = (server.registered(number) for number in (FIRST, SECOND, THIRD))
    fourth = server.registered("1002")
    server.forward(FIRST, "busy", SECOND)
    server.forward(FIRST, "unreachable", THIRD)
    caller = server.caller()

    caller.invite(FIRST)
    first.refuse()
    assert "user-busy" in second.expect("INVITE").value("Diversion")

    caller.invite(FIRST)
    first.refuse(503)
    assert "unavailable" in third.expect("INVITE").value("Diversion")

    server.forward(FIRST, "always", "1002")
    caller.invite(FIRST)
    assert "unconditional" in fourth.expect("INVITE").value("Diversion")
    server.cli("forward", "off", FIRST, "--when", "always")
    caller.invite(FIRST)
    first.refuse()
    assert "user-busy" in second.expect("INVITE").value("Diversion")


def test_a_chain_of_forwards_adds_a_diversion_each_and_tells_the_caller_of_each(server):
    server.add(FIRST)
    server.add(SECOND)
    third = server.registered(THIRD)
    server.forward(FIRST, "always", SECOND)
    server.forward(SECOND, "unreachable", THIRD)
    call = server.caller().invite(FIRST)
    arrived = third.expect("INVITE")
    diversions = arrived.items("Diversion")
    assert [("5023456789" in each, "5012345678" in each) for each in diversions] == [(True, False), (False, True)]
    assert "unavailable" in diversions[0] and "unconditional" in diversions[1]
    history = arrived.items("History-Info")
    assert [each.split(">;", 1)[1] for each in history] == [
        "index=1", "index=1.1;mp=1", "index=1.1.1;mp=1.1", "index=1.1.1.1;rc=1.1.1"]
    assert "cause=302" in address_of(history[1]) and "cause=503" in address_of(history[2])
    third.respond(arrived, 200)
    call.hear_final(200)
    assert call.statuses == [181, 181, 200]


def test_a_loop_of_forwards_is_refused_when_it_is_set(server):
    server.add(FIRST)
    server.add(SECOND)
    server.forward(FIRST, "always", SECOND)
    refused = server.cli("forward", "set", SECOND, "--when", "always", "--to", FIRST, status=1)
    assert FIRST in refused.stderr
    assert server.cli("forward", "set", FIRST, "--when", "busy", "--to", FIRST, status=1).stderr


@pytest.mark.parametrize(("when", "status"), [("always", 480), ("busy", 486)])
def test_a_call_forwarded_five_times_elsewhere_is_not_forwarded_again(server, when, status):
    first, second = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, when, SECOND)
    fields = [
        ("Diversion", "<sip:0312345678@other.example>;reason=user-busy;counter=3"),
        ("Diversion", "<sip:0311111111@other.example>;reason=unconditional;counter=2")]
    call = server.caller().invite(FIRST, fields=fields)
    if when == "busy":
        first.refuse()
    refused = call.hear_final(status)
    assert refused.value("Warning").startswith("399 ") and "Too many diversions" in refused.value("Warning")
    assert not second.has_rung()


def test_a_forwarding_limit_from_the_configuration_holds(start_server):
    server = start_server(config={"trusted": {"networks": ["127.0.0.0/8"]}, "forwarding": {"limit": 1}})
    server.add(FIRST)
    server.add(SECOND)
    third = server.registered(THIRD)
    server.forward(FIRST, "always", SECOND)
    server.forward(SECOND, "always", THIRD)
    call = server.caller().invite(FIRST)
    call.hear_final(480)
    assert call.statuses == [181, 480] and not third.has_rung()


def test_a_phone_that_sends_the_call_on_is_followed_and_the_caller_sees_no_redirection(server):
    first, second = server.registered(FIRST), server.registered(SECOND)
    call = server.caller().invite(FIRST)
    invitation = first.expect("INVITE")
    first.respond(invitation, 302, "Moved Temporarily", fields=[("Contact", f"<sip:{SECOND}@lab.test>")])
    first.expect("ACK")
    forwarded = second.expect("INVITE")
    assert "deflection" in forwarded.value("Diversion")
    second.respond(forwarded, 200)
    call.hear_final(200)
    assert call.statuses == [181, 200]


def test_the_destination_s_failure_is_what_the_caller_hears(server):
    first, second = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, "busy", SECOND)
    call = server.caller().invite(FIRST)
    first.refuse()
    second.refuse(404, "Not Found")
    call.hear_final(404)


def test_rules_of_the_forwarding_number_are_not_applied_again_to_the_forwarded_call(server):
    first, second, third = (server.registered(number) for number in (FIRST, SECOND, THIRD))
    server.forward(FIRST, "busy", SECOND)
    server.forward(FIRST, "unreachable", THIRD)
    call = server.caller().invite(FIRST)
    first.refuse()
    second.refuse(503)
    assert call.hear_final().status in (480, 500)
    assert not third.has_rung()


@pytest.mark.parametrize("status", [600, 603])
def test_a_phone_that_declines_everywhere_forwards_nothing(server, status):
    first, second = server.registered(FIRST), server.registered(SECOND)
    for when in ("busy", "no-answer", "unreachable"):
        server.forward(FIRST, when, SECOND)
    call = server.caller().invite(FIRST)
    first.refuse(status, "Decline")
    call.hear_final(status)
    assert not second.has_rung()


def test_a_caller_that_requires_reliable_responses_is_told_of_no_diversion(server):
    server.add(FIRST)
    second = server.registered(SECOND)
    server.forward(FIRST, "always", SECOND)
    call = server.caller().invite(FIRST, fields=[("Require", "100rel")])
    second.respond(second.expect("INVITE"), 200)
    call.hear_final(200)
    assert call.statuses == [200]


def test_a_phone_that_answers_while_its_call_is_being_forwarded_gets_the_call(server):
    first, second = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, "no-answer", SECOND, ring=5)
    call = server.caller().invite(FIRST)
    invitation = first.ring(call)
    cancel = first.expect("CANCEL", seconds=8)
    assert "cause=408" in cancel.value("Reason")
    forwarded = second.expect("INVITE")
    # RFC 3261 §9.1: only what has answered provisionally can be cancelled.
    second.respond(forwarded, 180)
    # The phone was picked up before CANCEL came.
    first.respond(invitation, 200)
    first.respond(cancel, 200)
    answer = call.hear_final(200)
    assert answer.tag("To") == first.dialog_tag(invitation)
    assert first.expect("ACK")
    second.stop_ringing(forwarded)
    call.hang_up(answer, first)


def test_all_phones_of_a_number_ring_and_the_first_answer_ends_the_others(server):
    desk = server.registered(FIRST)
    mobile = server.phone(FIRST)
    mobile.register()
    call = server.caller().invite(FIRST)
    at_desk, at_mobile = desk.expect("INVITE"), mobile.expect("INVITE")
    desk.respond(at_desk, 180)
    mobile.respond(at_mobile, 180)
    mobile.respond(at_mobile, 200)
    call.hear_final(200)
    desk.stop_ringing(at_desk)
    desk.expect("ACK")


def test_contacts_of_lower_preference_ring_after_the_better_one_has_failed(server):
    server.add(FIRST)
    better, worse = server.phone(FIRST), server.phone(FIRST)
    better.register(contacts=[f"<{better.contact}>;q=0.9"])
    worse.register(contacts=[f"<{worse.contact}>;q=0.2"])
    call = server.caller().invite(FIRST)
    invitation = better.expect("INVITE")
    assert not worse.has_rung()
    better.respond(invitation, 404)
    worse.respond(worse.expect("INVITE"), 200)
    call.hear_final(200)


def test_a_number_that_cannot_be_reached_and_has_no_rule_is_unavailable(server):
    server.add(FIRST)
    server.caller().invite(FIRST).hear_final(480)


def test_an_unknown_number_of_our_domain_is_not_found(server):
    server.caller().invite("05099999999").hear_final(404)
