"""Calls that a number does not want: anonymous ones by their reason, blocked callers, and what no rule may touch."""

import pytest

FIRST, SECOND = "05012345678", "05023456789"
ANONYMOUS = "sip:anonymous@anonymous.invalid"

# What the caller's From says for each reason (the display names that Japanese networks use).
DISPLAYED = {
    "withheld": f'"Anonymous" <{ANONYMOUS}>',
    "payphone": f'"Coin line/payphone" <{ANONYMOUS}>',
    "unavailable": f'"Unavailable" <{ANONYMOUS}>',
    "interaction": f'"Interaction with other service" <{ANONYMOUS}>',
}


def sender(reason):
    return f"{DISPLAYED[reason]};tag=anonymous-{reason}"


def test_a_withheld_number_is_rejected_433_before_any_forwarding(server, sipp):
    phone, destination = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, "always", SECOND)
    server.cli("anonymous", "reject", FIRST)
    sipp("caller_refused", server, service=FIRST, replacing={"STATUS": "433", "FROM": DISPLAYED["withheld"]}).succeeds()
    assert not phone.has_rung() and not destination.has_rung()


def test_the_configuration_can_make_it_403(start_server, sipp):
    server = start_server(config={"anonymous": {"status": 403}})
    server.add(FIRST)
    server.cli("anonymous", "reject", FIRST)
    sipp("caller_refused", server, service=FIRST, replacing={"STATUS": "403", "FROM": DISPLAYED["withheld"]}).succeeds()


@pytest.mark.parametrize("reason", ["payphone", "unavailable", "interaction"])
def test_each_other_reason_is_rejected_only_when_it_was_named(server, reason):
    phone, caller = server.registered(FIRST), server.caller()
    server.cli("anonymous", "reject", FIRST)
    call = caller.invite(FIRST, sender=sender(reason))
    phone.refuse()
    call.hear_final(486)

    server.cli("anonymous", "reject", FIRST, "--reason", reason)
    caller.invite(FIRST, sender=sender(reason)).hear_final(433)
    caller.invite(FIRST, sender=sender("withheld")).hear_final(433)
    assert not phone.has_rung()

    server.cli("anonymous", "accept", FIRST, "--reason", reason)
    caller.invite(FIRST, sender=sender(reason))
    phone.expect("INVITE")
    caller.invite(FIRST, sender=sender("withheld")).hear_final(433)

    server.cli("anonymous", "accept", FIRST)
    caller.invite(FIRST, sender=sender("withheld"))
    phone.expect("INVITE")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param([("Privacy", "id")], id="privacy-id"),
        pytest.param([("Privacy", "history"), ("Privacy", "user")], id="second-privacy-line"),
        pytest.param([("Privacy", "session;id;critical")], id="among-others"),
    ])
def test_a_privacy_header_in_any_place_withholds_the_number(server, fields):
    phone = server.registered(FIRST)
    server.cli("anonymous", "reject", FIRST)
    server.caller().invite(FIRST, fields=fields).hear_final(433)
    assert not phone.has_rung()


@pytest.mark.parametrize("privacy", ["history", "session", "none"])
def test_privacy_that_does_not_concern_the_caller_s_number_is_no_reason(server, privacy):
    phone = server.registered(FIRST)
    server.cli("anonymous", "reject", FIRST)
    server.caller().invite(FIRST, fields=[("Privacy", privacy)])
    phone.expect("INVITE")


def test_the_forwarder_s_own_privacy_does_not_make_the_caller_anonymous(server):
    phone = server.registered(FIRST)
    server.cli("anonymous", "reject", FIRST)
    server.caller().invite(
        FIRST, fields=[("Diversion", "<sip:anonymous@anonymous.invalid>;reason=user-busy;privacy=full")])
    phone.expect("INVITE")


def test_anonymous_show_tells_what_is_rejected(server):
    server.add(FIRST)
    server.cli("anonymous", "reject", FIRST)
    server.cli("anonymous", "reject", FIRST, "--reason", "payphone")
    shown = server.cli("anonymous", "show", FIRST, "--json").stdout
    assert "withheld" in shown and "payphone" in shown
    assert server.cli("anonymous", "reject", FIRST, "--reason", "weather", status=None).returncode in (1, 64)


def test_a_blocked_caller_is_declined_603_however_the_number_is_written(server, sipp):
    phone, destination = server.registered(FIRST), server.registered(SECOND)
    server.forward(FIRST, "always", SECOND)
    server.cli("block", "add", FIRST, "090-1111-2222")
    caller = server.caller()
    for written in (
        "sip:09011112222@elsewhere.example", "sip:+819011112222@elsewhere.example",
        "sip:%2B819011112222@elsewhere.example", "tel:+81-90-1111-2222",
    ):
        caller.invite(FIRST, sender=f"<{written}>;tag=blocked").hear_final(603)
    sipp("caller_refused", server, service=FIRST, keys={"caller": "09011112222"},
         replacing={"STATUS": "603", "FROM": "<sip:[caller]@[local_ip]:[local_port]>"}).succeeds()
    assert not phone.has_rung() and not destination.has_rung()

    server.cli("block", "remove", FIRST, "09011112222")
    server.caller("09011112222").invite(FIRST)
    destination.expect("INVITE")


def test_a_block_list_holds_thirty_callers(server):
    server.add(FIRST)
    for index in range(30):
        server.cli("block", "add", FIRST, f"090111122{index:02}")
    refused = server.cli("block", "add", FIRST, "09022223333", status=1)
    assert "30" in refused.stderr
    assert len(server.records("block", "list", FIRST)) == 30


def test_an_emergency_call_goes_through_untouched_even_with_the_number_withheld(server):
    phone = server.registered(FIRST)
    centre = server.wire()
    server.cli("trunk", "add", "110", f"sip:{centre.sent_by}")
    for dialled in ("110", "184110"):
        phone.invite(dialled)
        arrived = centre.receive(lambda message: message.method == "INVITE", what=f"the call to {dialled}")
        assert "110" in arrived.uri and not arrived.values("Diversion")


@pytest.mark.parametrize("number", ["110", "118", "119", "104"])
def test_a_service_number_is_no_destination(server, number):
    server.add(FIRST)
    assert number in server.cli("forward", "set", FIRST, "--when", "busy", "--to", number, status=1).stderr


def test_a_call_back_from_an_emergency_service_is_neither_rejected_nor_forwarded(server):
    phone, destination = server.registered(FIRST), server.registered(SECOND)
    server.cli("anonymous", "reject", FIRST)
    server.forward(FIRST, "always", SECOND)
    call = server.caller().invite(FIRST, sender=sender("withheld"), fields=[("Priority", "psap-callback")])
    phone.respond(phone.expect("INVITE"), 200)
    call.hear_final(200)
    assert call.statuses == [200] and not destination.has_rung()


def test_anyone_else_who_claims_to_be_an_emergency_service_is_a_caller_like_others(strict):
    strict.add(FIRST, "secret")
    strict.cli("anonymous", "reject", FIRST)
    call = strict.caller().invite(FIRST, sender=sender("withheld"), fields=[("Priority", "psap-callback")])
    call.hear_final(433)


def test_184_before_the_number_withholds_the_caller_s_from_the_callee_and_186_shows_it(server):
    phone, callee = server.registered(FIRST), server.registered(SECOND)
    call = phone.invite(f"184{SECOND}")
    hidden = callee.expect("INVITE")
    assert "anonymous" in hidden.value("From").lower() and "id" in hidden.value("Privacy")
    assert FIRST[1:] not in hidden.value("From") + hidden.value("Contact") and "184" not in hidden.uri
    callee.respond(hidden, 200)
    answer = call.hear_final(200)
    assert answer.value("From") == call.invitation.value("From")
    # In the dialog too, in both directions, and the call goes on as any other.
    acknowledged = callee.expect("ACK")
    assert FIRST[1:] not in acknowledged.value("From")
    bye = phone.send(call.in_dialog("BYE", answer))
    at_callee = callee.expect("BYE")
    assert FIRST[1:] not in at_callee.value("From") and at_callee.tag("From") == bye.tag("From")
    callee.respond(at_callee, 200)
    assert phone.response_to(bye).status == 200

    phone.invite(f"186{SECOND}")
    shown = callee.expect("INVITE")
    assert FIRST in shown.value("From") and shown.value("Privacy") == "none"


def test_a_caller_of_ours_who_dials_184_is_rejected_by_a_number_that_rejects_withheld_numbers(server):
    phone, callee = server.registered(FIRST), server.registered(SECOND)
    server.cli("anonymous", "reject", SECOND)
    phone.invite(f"184{SECOND}").hear_final(433)
    phone.invite(f"186{SECOND}")
    callee.expect("INVITE")
