"""RFC 3261 section 16, seen from outside: trunks, number forms, dialogs, and requests that go no further."""

import pytest

from harness.message import unique
from harness.network import free_port, wait_for
from harness.phone import Phone

FIRST, SECOND = "05012345678", "05023456789"


def arrives(wire, method="INVITE"):
    return wire.receive(lambda message: message.is_request and message.method == method, what=method)


def test_the_longest_prefix_chooses_the_trunk(server):
    caller = server.registered(FIRST)
    tokyo, others = server.wire(), server.wire()
    server.cli("trunk", "add", "0", f"sip:{others.sent_by}")
    server.cli("trunk", "add", "03", f"sip:{tokyo.sent_by}")
    call = caller.invite("0312345678")
    invitation = arrives(tokyo)
    assert "312345678@" in invitation.uri
    Phone(tokyo, "gateway").respond(invitation, 200)
    assert call.hear_final(200)
    caller.invite("0612345678")
    assert "612345678@" in arrives(others).uri
    assert tokyo.unread() == [] or all(message.method == "ACK" for message in tokyo.unread())


def test_a_number_that_no_trunk_leads_to_is_not_found(server):
    server.cli("trunk", "add", "03", "sip:127.0.0.1:9")
    server.registered(FIRST).invite("0612345678").hear_final(404)


@pytest.mark.parametrize("failure", ["refused", "silent", "503"])
def test_a_trunk_s_second_gateway_takes_over_from_the_first(server, failure):
    caller = server.registered(FIRST)
    first, second = server.wire(), server.wire()
    address = f"127.0.0.1:{free_port()}" if failure == "refused" else first.sent_by
    server.cli("trunk", "add", "03", f"sip:{address}", f"sip:{second.sent_by}")
    call = caller.invite("0312345678")
    if failure == "503":
        Phone(first, "gateway").respond(arrives(first), 503)
    if failure == "silent":
        arrives(first)
    gateway = Phone(second, "gateway")
    invitation = second.receive(lambda message: message.method == "INVITE", seconds=12, what="the call at the second")
    gateway.respond(invitation, 200)
    call.hear_final(200)


def test_a_trunk_over_tcp_is_connected_to(server, sipp):
    gateway = sipp("callee_answers", transport="tcp")
    server.cli("trunk", "add", "03", f"sip:{gateway.address};transport=tcp")
    caller = server.registered(FIRST)
    call = caller.invite("0312345678")
    answer = call.hear_final(200)
    bye = caller.send(call.in_dialog("BYE", answer))
    assert caller.response_to(bye).status == 200
    gateway.succeeds()


def test_a_call_forwarded_to_a_trunk_says_why_in_its_request_uri(server):
    gateway = server.wire()
    server.cli("trunk", "add", "03", f"sip:{gateway.sent_by}")
    server.add(FIRST)
    server.forward(FIRST, "always", "0312345678")
    call = server.caller().invite(FIRST)
    invitation = arrives(gateway)
    assert "312345678" in invitation.uri and "cause=302" in invitation.uri
    assert "unconditional" in invitation.value("Diversion")
    assert call.hear(181)


def test_an_outside_caller_does_not_reach_a_trunk(strict):
    gateway = strict.wire()
    strict.cli("trunk", "add", "03", f"sip:{gateway.sent_by}")
    assert strict.caller().invite("0312345678").hear_final().status in (403, 404)
    assert gateway.unread() == []


def test_trunks_are_listed_and_removed(server):
    server.cli("trunk", "add", "03", "sip:gw.example:5060", "sip:gw2.example:5060")
    listed = server.cli("trunk", "list").stdout
    assert "gw.example" in listed and "gw2.example" in listed
    assert len(server.records("trunk", "list")) == 1
    server.cli("trunk", "remove", "03")
    assert server.records("trunk", "list") == []


@pytest.mark.parametrize(
    "dialled",
    ["sip:05012345678@lab.test", "sip:050-1234-5678@lab.test", "sip:+815012345678@lab.test",
     "sip:%2B815012345678@lab.test", "sip:+815012345678@lab.test;user=phone", "tel:+81-50-1234-5678",
     "sip:05012345678;npdi@lab.test", "SIP:05012345678@LAB.TEST"])
def test_every_way_to_write_a_number_rings_the_same_phone(server, dialled):
    phone = server.registered(FIRST)
    server.caller().invite(dialled)
    phone.expect("INVITE")


def test_extensions_and_names_are_numbers_too(server):
    for user in ("1001", "alice"):
        phone = server.registered(user)
        server.caller().invite(user)
        phone.expect("INVITE")


@pytest.mark.parametrize("method", ["INFO", "UPDATE", "REFER", "MESSAGE", "NOTIFY", "FROBNICATE"])
def test_a_request_of_any_method_goes_along_the_route_of_its_dialog(server, method):
    phone, caller = server.registered(FIRST), server.caller()
    call = caller.invite(FIRST)
    answer = phone.answer(call)
    request = caller.send(call.in_dialog(method, answer, body=b"anything"))
    arrived = phone.expect(method)
    assert arrived.body == b"anything" and not arrived.values("Route")
    phone.respond(arrived, 202, "Accepted")
    assert caller.response_to(request).status == 202
    call.hang_up(answer, phone)


def test_the_callee_s_requests_reach_the_caller(server):
    phone, caller = server.registered(FIRST), server.caller()
    call = caller.invite(FIRST)
    invitation = phone.expect("INVITE")
    phone.respond(invitation, 200)
    call.hear_final(200)
    phone.expect("ACK")
    bye = phone.hang_up(invitation)
    caller.respond(caller.expect("BYE"), 200)
    assert phone.response_to(bye).status == 200


def test_reliable_provisional_responses_are_acknowledged_end_to_end(server):
    phone, caller = server.registered(FIRST), server.caller()
    call = caller.invite(FIRST, fields=[("Supported", "100rel")])
    invitation = phone.expect("INVITE")
    phone.respond(invitation, 183, fields=[("Require", "100rel"), ("RSeq", "1")])
    progress = call.hear(183)
    assert progress.value("RSeq") == "1"
    prack = caller.send(call.in_dialog("PRACK", progress, fields=[("RAck", "1 1 INVITE")]))
    phone.respond(phone.expect("PRACK"), 200)
    assert caller.response_to(prack).status == 200
    phone.respond(invitation, 200)
    call.hear_final(200)


def test_a_route_that_nobody_here_has_given_out_is_not_followed_for_strangers(strict):
    victim = strict.wire()
    caller = strict.caller()
    request = caller.request(
        "INVITE", f"sip:anyone@{victim.sent_by}", f"<sip:anyone@{victim.sent_by}>;tag=dialog",
        fields=[("Route", f"<sip:127.0.0.1:{strict.port};lr>"), ("Contact", f"<{caller.contact}>")])
    assert caller.ask(request).status in (403, 404, 481)
    assert victim.unread() == []


def test_hops_that_are_used_up_end_the_request_483(server):
    caller = server.caller()
    server.add(FIRST)
    for method in ("INVITE", "MESSAGE"):
        request = caller.request(method, f"sip:{FIRST}@lab.test")
        raw = request.raw.replace(b"Max-Forwards: 70", b"Max-Forwards: 0")
        caller.wire.send(raw)
        assert caller.response_to(request, final=True).status == 483


def test_an_extension_that_the_proxy_does_not_know_is_420_with_its_name(server):
    caller = server.caller()
    server.add(FIRST)
    request = caller.request("MESSAGE", f"sip:{FIRST}@lab.test", fields=[("Proxy-Require", "teleport, timer-travel")])
    refused = caller.ask(request, 420)
    assert [each.strip() for each in refused.value("Unsupported").split(",")] == ["teleport", "timer-travel"]


def test_a_scheme_that_nobody_knows_is_416(server):
    caller = server.caller()
    caller.ask(caller.request("MESSAGE", "carrier-pigeon:coop7"), 416)


def test_a_request_that_comes_back_unchanged_is_a_loop(server):
    phone = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    arrived = phone.expect("INVITE")
    # The phone sends it back as it came, as a proxy would that points here again.
    looped = arrived.raw.replace(
        b"\r\n", f"\r\nVia: SIP/2.0/UDP {phone.wire.sent_by};branch=z9hG4bK{unique()}\r\n".encode(), 1)
    looped = looped.replace(arrived.uri.encode(), f"sip:{FIRST}@lab.test".encode(), 1)
    phone.wire.send(looped)
    back = phone.wire.receive(lambda message: not message.is_request and message.status >= 200)
    assert back.status == 482
    phone.respond(arrived, 486)
    call.hear_final(486)


def test_max_breadth_1_lets_two_phones_ring_only_one_after_the_other(server):
    server.add(FIRST)
    phones = [server.phone(FIRST), server.phone(FIRST)]
    for phone in phones:
        phone.register()
    call = server.caller().invite(FIRST, fields=[("Max-Breadth", "1")])
    wait_for(lambda: any(phone.has_rung() for phone in phones), 5, "a phone that rings")
    first, second = sorted(phones, key=lambda phone: not phone.has_rung())
    assert not second.has_rung()
    first.refuse()
    second.refuse()
    call.hear_final(486)


def test_options_to_the_server_itself_are_answered_with_what_it_allows(server):
    probe = server.caller()
    answer = probe.ask(probe.request("OPTIONS", f"sip:127.0.0.1:{server.port}"), 200)
    assert answer.tag("To")


def test_the_best_of_several_failures_is_relayed(server):
    server.add(FIRST)
    desk, mobile = server.phone(FIRST), server.phone(FIRST)
    desk.register()
    mobile.register()
    call = server.caller().invite(FIRST)
    desk.refuse(503)
    mobile.refuse(415, "Unsupported Media Type")
    call.hear_final(415)


def test_503_from_the_only_phone_becomes_500(server):
    phone = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    invitation = phone.ring(call)
    phone.respond(invitation, 503)
    call.hear_final(500)


def test_a_phone_s_challenge_reaches_the_caller(server):
    phone = server.registered(FIRST)
    call = server.caller().invite(FIRST)
    challenge = 'Digest realm="phone", nonce="abc", algorithm=MD5, qop="auth"'
    phone.refuse(401, fields=[("WWW-Authenticate", challenge)])
    assert call.hear_final(401).value("WWW-Authenticate") == challenge
