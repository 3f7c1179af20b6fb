"""Bytes on the wire: UDP, TCP and IPv6, the largest messages, lost connections, and what goes through unchanged."""

import socket

import pytest

from harness.message import SDP, Message, build, unique
from harness.phone import Phone
from harness.server import TRUSTED
from harness.wire import TCPListener

FIRST, SECOND = "05012345678", "05023456789"


@pytest.mark.parametrize(("calling", "called"), [("tcp", "tcp"), ("tcp", "udp"), ("udp", "tcp")])
def test_a_call_crosses_from_one_transport_to_the_other(server, sipp, calling, called):
    callee = sipp("callee_answers", transport=called)
    server.add(FIRST)
    server.phone(FIRST).register(contacts=[callee.contact(FIRST)])
    sipp("caller_answered", server, service=FIRST, transport=calling).succeeds()
    callee.succeeds()


@pytest.mark.parametrize("calling", ["udp", "tcp"])
def test_a_phone_on_tcp_is_called_over_the_connection_it_registered_on(server, calling):
    phone = server.registered(FIRST, "tcp")
    caller = server.caller(transport=calling)
    call = caller.invite(FIRST)
    invitation = phone.expect("INVITE")
    assert invitation.items("Via")[0].startswith("SIP/2.0/TCP ")
    phone.respond(invitation, 200)
    answer = call.hear_final(200)
    phone.expect("ACK")
    # Two transports, two Record-Routes: each side sees an address that it can send to.
    assert len(answer.items("Record-Route")) == (1 if calling == "tcp" else 2)
    call.hang_up(answer, phone)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_over_ipv6_is_forwarded(start_server, transport):
    server = start_server(config=TRUSTED, host="::1")
    server.add(FIRST)
    second = server.registered(SECOND, transport)
    server.forward(FIRST, "always", SECOND)
    call = server.caller(transport=transport).invite(FIRST)
    answer = second.answer(call)
    assert call.statuses == [181, 200]
    call.hang_up(answer, second)


def test_the_response_goes_to_the_source_port_and_names_it_in_rport(server):
    probe = server.caller()
    request = probe.request("OPTIONS", "sip:lab.test")
    raw = request.raw.replace(probe.wire.sent_by.encode(), b"192.0.2.9:5060", 1)
    probe.wire.send(raw)
    via = probe.response_to(request).value("Via")
    assert f"rport={probe.wire.port}" in via and "received=127.0.0.1" in via


def test_a_double_crlf_on_a_connection_is_answered_by_a_single_one(server):
    wire = server.wire("tcp")
    wire.send(b"\r\n\r\n")
    probe = Phone(wire, "probe", "probe.invalid")
    probe.ask(probe.request("OPTIONS", "sip:lab.test"))
    assert wire.stray == b"\r\n"


def test_crlf_over_udp_is_no_message(server):
    wire = server.wire()
    wire.send(b"\r\n\r\n")
    probe = Phone(wire, "probe", "probe.invalid")
    probe.ask(probe.request("OPTIONS", "sip:lab.test"))


def filled(phone, method, uri, size):
    """A request of exactly `size` octets, filled up by a body of every octet value."""
    empty = phone.request(method, uri, fields=[("Content-Type", "application/octet-stream")])
    digits = len(str(size - len(empty.raw)))
    length = size - len(empty.raw) + 1 - digits
    fields = [(name, value) for name, value in empty.fields if name != "Content-Length"]
    request = Message(build(empty.start, fields, bytes(index * 37 % 256 for index in range(length))))
    assert len(request.raw) == size
    return request


def test_the_largest_datagram_is_taken_whole(server):
    probe = server.caller()
    request = filled(probe, "OPTIONS", "sip:lab.test", 65_507)
    answer = probe.ask(request)
    assert answer.status == 200, answer


def test_a_large_message_goes_through_byte_for_byte(server):
    phone = server.registered(FIRST, "tcp")
    sender = server.caller(transport="tcp")
    request = filled(sender, "MESSAGE", f"sip:{FIRST}@lab.test", 20_000)
    sender.send(request)
    arrived = phone.expect("MESSAGE")
    assert arrived.body == request.body
    phone.respond(arrived, 200)
    assert sender.response_to(request).status == 200


def test_a_stream_is_cut_into_its_messages_wherever_its_segments_end(server):
    wire = server.wire("tcp")
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    probe = Phone(wire, "probe", "probe.invalid")
    requests = [probe.request("OPTIONS", "sip:lab.test", body=b"\r\n\r\n" * index) for index in range(4)]
    stream = b"\r\n" + b"".join(request.raw for request in requests)
    for start in range(0, len(stream), 97):
        wire.send(stream[start : start + 97])
    for request in requests:
        assert probe.response_to(request).status == 200


def test_what_is_not_changed_goes_through_byte_for_byte(server):
    phone = server.registered(FIRST)
    caller = server.caller()
    body = b"--x\r\nContent-Type: application/sdp\r\n\r\n" + SDP + b"\r\n--x\r\n\r\n\x00\x01\xff\x00binary\r\n--x--\r\n"
    odd = [
        ("s", "  a compact subject "), ("X-Unknown", "Übung,  繋ぎ;\t=<\"\\\"\">"), ("Accept-Language", "ja ;q=0.5,en"),
        ("Call-Info", "<http://www.example.com/alice/photo.jpg> ;purpose=icon,\r\n  <http://x.example/>;purpose=info"),
        ("k", "timer, 100rel"), ("Session-Expires", "1800;refresher=uac"), ("Identity", 'eyJ.."x";info=<https://c.example/>'),
        ("Content-Type", 'multipart/mixed;boundary="x"'),
    ]
    request = caller.request("INVITE", f"sip:{FIRST}@lab.test", fields=[("m", f"<{caller.contact}>"), *odd], body=body)
    caller.send(request)
    arrived = phone.expect("INVITE")
    assert arrived.body == body
    for name, value in odd:
        assert f"\r\n{name}: {value}\r\n".encode() in arrived.raw, name
    assert f"\r\nm: <{caller.contact}>\r\n".encode() in arrived.raw
    response = phone.respond(arrived, 183, "進行中", fields=[("X-Answer", "  ünïcode\t \\ "), ("Server", "a/1 (b;c)")])
    heard = caller.response_to(request)
    assert heard.start == response.start
    assert b"\r\nX-Answer:   \xc3\xbcn\xc3\xafcode\t \\ \r\n" in heard.raw


def test_a_request_too_large_for_udp_tries_tcp(server):
    server.add(FIRST)
    udp = server.phone(FIRST)
    listener = TCPListener(port=udp.wire.port)
    udp.register()
    sender = server.caller(transport="tcp")
    request = filled(sender, "MESSAGE", f"sip:{FIRST}@lab.test", 3_000)
    sender.send(request)
    connection = Phone(listener.accept(), FIRST)
    arrived = connection.expect("MESSAGE")
    assert arrived.items("Via")[0].startswith("SIP/2.0/TCP ")
    assert arrived.body == request.body
    connection.respond(arrived, 200)
    assert sender.response_to(request).status == 200
    connection.close()
    listener.close()


def test_a_request_too_large_for_udp_falls_back_to_it_where_nothing_listens_on_tcp(server):
    phone = server.registered(FIRST)
    sender = server.caller()
    request = filled(sender, "MESSAGE", f"sip:{FIRST}@lab.test", 3_000)
    sender.send(request)
    arrived = phone.expect("MESSAGE")
    assert arrived.items("Via")[0].startswith("SIP/2.0/UDP ")
    assert arrived.body == request.body
    phone.respond(arrived, 200)
    assert sender.response_to(request).status == 200


def test_a_response_reconnects_to_the_via_when_its_connection_is_gone(server):
    phone = server.registered(FIRST)
    listener = TCPListener()
    caller = server.caller(transport="tcp")
    request = caller.request("INVITE", f"sip:{FIRST}@lab.test", fields=[("Contact", f"<{caller.contact}>")], body=SDP)
    raw = request.raw.replace(f"TCP {caller.wire.sent_by}".encode(), f"TCP 127.0.0.1:{listener.port}".encode(), 1)
    caller.wire.send(raw)
    invitation = phone.expect("INVITE")
    caller.close()
    phone.respond(invitation, 486, "Busy Here")
    returned = listener.accept()
    assert returned.receive(lambda message: message.status == 486)
    returned.close()
    listener.close()


def test_a_retransmitted_invite_reaches_the_phone_once_and_gets_the_last_response_again(server):
    phone = server.registered(FIRST)
    caller = server.caller()
    call = caller.invite(FIRST)
    phone.ring(call)
    caller.wire.send(call.invitation.raw)
    assert b" 180 " in caller.wire.receive_datagram()
    assert not phone.has_rung()


def test_an_invite_is_answered_100_at_once(server):
    phone = server.registered(FIRST)
    caller = server.caller()
    call = caller.invite(FIRST)
    trying = caller.wire.receive(lambda message: not message.is_request, seconds=0.5)
    assert trying.status == 100 and trying.value("CSeq") == call.invitation.value("CSeq")
    phone.expect("INVITE")


def test_a_response_without_a_transaction_is_dropped(server):
    target, stranger = server.wire(), server.wire()
    stranger.send(build("SIP/2.0 200 OK", [
        ("Via", f"SIP/2.0/UDP 127.0.0.1:{server.port};branch=z9hG4bKnever"),
        ("Via", f"SIP/2.0/UDP {target.sent_by};branch=z9hG4bKours"), ("From", "<sip:a@a.example>;tag=1"),
        ("To", "<sip:b@b.example>;tag=2"), ("Call-ID", unique("stray")), ("CSeq", "1 INVITE"),
    ]))
    probe = Phone(stranger, "probe", "probe.invalid")
    probe.ask(probe.request("OPTIONS", "sip:lab.test"))
    assert target.unread() == []


def test_a_thousand_connections_that_say_nothing_hinder_nobody(server):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(1000, (hard if hard > 0 else 1024) - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 200), hard))
    idle = [socket.create_connection(server.address, timeout=5) for _ in range(count)]
    phone = server.registered(FIRST, "tcp")
    call = server.caller(transport="tcp").invite(FIRST)
    phone.refuse()
    call.hear_final(486)
    for connection in idle:
        connection.close()

