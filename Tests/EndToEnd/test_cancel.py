"""A caller who hangs up before an answer: whoever rings stops, and nothing new is rung."""

FIRST, SECOND = "05012345678", "05023456789"


def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing(server, sipp):
    ringing = sipp("callee_rings")
    server.add(FIRST)
    server.phone(FIRST).register(contacts=[ringing.contact(FIRST)])
    sipp("caller_cancels", server, service=FIRST).succeeds()
    ringing.succeeds()


def test_a_caller_who_hangs_up_after_the_call_was_forwarded_stops_the_destination(server, sipp):
    ringing = sipp("callee_rings")
    server.add(FIRST)
    server.add(SECOND)
    server.phone(SECOND).register(contacts=[ringing.contact(SECOND)])
    server.forward(FIRST, "always", SECOND)
    sipp("caller_cancels_forwarded", server, service=FIRST).succeeds()
    ringing.succeeds()


def test_nothing_is_forwarded_after_the_caller_has_hung_up(server):
    first, second = server.registered(FIRST), server.registered(SECOND)
    for when in ("busy", "no-answer", "unreachable"):
        server.forward(FIRST, when, SECOND)
    call = server.caller().invite(FIRST)
    invitation = first.ring(call)
    call.cancel()
    first.respond(first.expect("CANCEL"), 200)
    # The phone happened to be busy when CANCEL reached it.
    first.respond(invitation, 486)
    assert call.hear_final().status in (486, 487)
    assert not second.has_rung()


def test_a_phone_that_has_said_nothing_yet_is_cancelled_once_it_does(server):
    first = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    invitation = first.expect("INVITE")
    call.cancel()
    # RFC 3261 §9.1: CANCEL may not go out before a provisional response has come.
    assert not any(message.method == "CANCEL" for message in first.wire.unread())
    first.respond(invitation, 180)
    first.stop_ringing(invitation)
    call.hear_final(487)


def test_a_cancel_that_matches_no_call_is_answered_481(server):
    caller = server.caller()
    server.add(FIRST)
    cancel = caller.request("CANCEL", f"sip:{FIRST}@lab.test")
    assert caller.ask(cancel).status == 481
