"""The torture messages of RFC 4475, each over UDP, four over TCP: what a proxy and registrar may do with them.

The messages are third-party data and not part of this project; what is accepted here follows the RFC's own words.
"""

import random
import re
import socket

import pytest

from harness.message import Message, address_of
from harness.server import TRUSTED, Server
from harness.wire import TCPWire

# One server's tests, in their order: it has to live through all of them.
pytestmark = pytest.mark.xdist_group("torture")

# The names that the messages use as their own domains, for a server whose own they are.
DOMAINS = ("lab.test", "example.com", "example.net", "example.org", "company.com", "registrar.example.com",
           "chair-dnrc.example.com")

# Dropped without an answer: responses that belong to no transaction.
SILENCE = frozenset({None})
NOT_HERE = frozenset({404})

ACCEPTED: dict[str, frozenset[int | None]] = {
    # §3.1.1 valid messages
    "wsinv": frozenset({404, 481}),
    "intmeth": NOT_HERE,
    "esc01": NOT_HERE,
    "escnull": frozenset({200, 404, 403}),
    "esc02": frozenset({404, 501}),
    "lwsdisp": frozenset({404, 200}),
    "longreq": NOT_HERE,
    "dblreq": frozenset({200, 404}),
    "semiuri": frozenset({404, 200}),
    "transports": frozenset({404, 200}),
    "mpart01": frozenset({404, 405}),
    "unreason": SILENCE,
    "noreason": SILENCE,
    # §3.1.2 invalid messages
    "badinv01": frozenset({400, None}),
    "clerr": frozenset({400}),
    "ncl": frozenset({400}),
    "scalar02": frozenset({400}),
    "scalarlg": SILENCE,
    "quotbal": frozenset({400}),
    "ltgtruri": frozenset({400}),
    "lwsruri": frozenset({400}),
    "lwsstart": frozenset({400, 404}),
    "trws": frozenset({400, 404, 200}),
    "escruri": frozenset({400, 404}),
    "baddate": frozenset({404, 400}),
    "regbadct": frozenset({400, 200}),
    "badaspec": frozenset({400, 403, 404}),
    "baddn": frozenset({400}),
    "badvers": frozenset({505}),
    "mismatch01": frozenset({400}),
    "mismatch02": frozenset({501, 400}),
    "bigcode": SILENCE,
    # §3.2 transaction layer, §3.3 application layer
    "badbranch": frozenset({400, 404, 200}),
    "insuf": frozenset({400, None}),
    "unkscm": frozenset({416}),
    "novelsc": frozenset({416, 404}),
    "unksm2": frozenset({400}),
    "bext01": frozenset({420}),
    "invut": NOT_HERE,
    "regaut01": frozenset({401, 200}),
    "multi01": frozenset({400, None}),
    "mcl01": frozenset({400}),
    "bcast": SILENCE,
    "zeromf": frozenset({483}),
    "cparam01": frozenset({200}),
    "cparam02": frozenset({200}),
    "regescrt": frozenset({200}),
    "sdp01": frozenset({404, 406}),
    # §3.4 RFC 2543
    "inv2543": NOT_HERE,
}

# Sent to the server where the users exist whose registrations are to be accepted.
REGISTRATIONS = {"escnull", "dblreq", "regbadct", "regaut01", "cparam01", "cparam02", "regescrt", "scalar02", "unksm2"}
REGISTRANTS = ("watson", "user", "j.user")
# Its Route leads to a port of this machine, which is none of ours: only strangers are refused that way.
ROUTED = {"mpart01"}


class Host:
    """A loopback address of its own, listening where the message's Via wants its response, on UDP and on TCP."""

    def __init__(self, raw: bytes):
        via = re.search(rb"(?im)^v(?:ia)?\s*:.*?[^\s]+\s+([^\s;,]+)", raw.replace(b"\r\n ", b" "))
        port = re.search(rb":(\d+)$", via.group(1)) if via else None
        self.port = int(port.group(1)) if port else 5060
        for _ in range(50):
            self.address = f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"
            try:
                self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self.udp.bind((self.address, self.port))
                self.tcp = socket.create_server((self.address, self.port))
                return
            except OSError:
                self.udp.close()
        pytest.fail(f"port {self.port} is taken on every loopback address that was tried")

    def send(self, raw: bytes, server) -> None:
        self.udp.sendto(raw, server.address)

    def response(self, seconds: float) -> Message | None:
        """The first final response, by datagram or over a connection that the server makes."""
        self.udp.settimeout(seconds)
        self.tcp.settimeout(0.3)
        try:
            while True:
                message = Message(self.udp.recv(65536))
                if message.status >= 200:
                    return message
        except TimeoutError:
            pass
        try:
            connection, peer = self.tcp.accept()
        except TimeoutError:
            return None
        return TCPWire(peer, accepted=connection).receive(lambda message: message.status >= 200)

    def close(self) -> None:
        self.udp.close()
        self.tcp.close()


@pytest.fixture(scope="module")
def torture(tmp_path_factory):
    """Three servers: one that serves none of the messages' domains, one where they are at home but nobody is there,
    and one where the registrants are."""
    stranger = Server(tmp_path_factory.mktemp("stranger")).start()
    home = Server(tmp_path_factory.mktemp("home"), domains=DOMAINS, config=TRUSTED).start()
    registrar = Server(tmp_path_factory.mktemp("registrar"), domains=DOMAINS, config=TRUSTED)
    for user in REGISTRANTS:
        registrar.add(user)
    registrar.start()
    servers = {"stranger": stranger, "home": home, "registrar": registrar}
    yield servers
    for each in servers.values():
        each.finish()


def message(corpora, name):
    return (corpora / "rfc4475/messages" / f"{name}.dat").read_bytes()


def still_answers(server):
    probe = server.caller()
    probe.ask(probe.request("OPTIONS", f"sip:127.0.0.1:{server.port}"), 200)
    probe.close()


def sent(raw, server, seconds=3):
    """Sends a message by datagram; the response to it, or None."""
    host = Host(raw)
    try:
        host.send(raw, server)
        still_answers(server)
        return host.response(seconds)
    finally:
        host.close()


@pytest.fixture(scope="module")
def outcome(torture, corpora):
    """The response to a message, or None, at the server where its domain is at home. Each message is sent once: a
    second one would be a retransmission."""
    responses = {}

    def outcome(name):
        if name not in responses:
            place = "registrar" if name in REGISTRATIONS else "stranger" if name in ROUTED else "home"
            responses[name] = sent(message(corpora, name), torture[place], 0.3 if ACCEPTED[name] == SILENCE else 3)
        return responses[name]

    return outcome


def test_all_49_messages_are_here(corpora):
    assert {path.stem for path in (corpora / "rfc4475/messages").glob("*.dat")} == set(ACCEPTED)
    assert len(ACCEPTED) == 49


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_torture_message_gets_an_answer_that_the_rfc_allows(outcome, name):
    response = outcome(name)
    assert (response.status if response else None) in ACCEPTED[name], response


@pytest.mark.parametrize("name", [name for name in ACCEPTED if name not in REGISTRATIONS | ROUTED])
def test_so_does_one_from_and_to_strangers(torture, corpora, name):
    response = sent(message(corpora, name), torture["stranger"], 0.3 if ACCEPTED[name] == SILENCE else 3)
    assert (response.status if response else None) in ACCEPTED[name], response


def test_the_name_fault_alone_is_refused_too(start_server, corpora):
    raw = (corpora / "rfc4475/variants/baddn-terminated-ersip.dat").read_bytes()
    response = sent(raw, start_server())
    assert response is not None and response.status == 400


def test_an_unknown_contact_parameter_stays_outside_of_the_uri(outcome):
    contact = next(value for value in outcome("cparam01").items("Contact") if "gw1" in value)
    assert address_of(contact) == "sip:+19725552222@gw1.example.net"


def test_an_unknown_uri_parameter_stays_inside_of_the_uri(outcome):
    found = [address_of(value) for value in outcome("cparam02").items("Contact")]
    assert "sip:+19725552222@gw1.example.net;unknownparam" in found


def test_an_escaped_route_in_a_contact_is_kept(outcome):
    found = [address_of(value) for value in outcome("regescrt").items("Contact")]
    assert "sip:user@example.com?Route=%3Csip:sip.example.com%3E" in found


def test_420_names_the_extensions_that_a_proxy_would_have_to_know(outcome):
    refused = outcome("bext01")
    names = {name.strip() for value in refused.values("Unsupported") for name in value.split(",")}
    assert names == {"noProxiesSupportThis", "norDoAnyProxiesSupportThis"}


def test_an_escaped_method_name_registers_nothing(torture, outcome):
    outcome("esc02")
    assert torture["home"].records("registrations", "list") == []


def test_octets_after_a_datagram_s_body_are_no_request(start_server, corpora):
    server = start_server(domains=DOMAINS, config=TRUSTED)
    server.add("j.user")
    raw = message(corpora, "dblreq")
    host = Host(raw)
    host.send(raw, server)
    first = host.response(3)
    assert first is not None and first.method == "REGISTER" and first.status == 200
    still_answers(server)
    assert host.response(0.3) is None
    host.close()


def test_over_tcp_the_second_message_of_a_double_request_is_one_of_its_own(torture, corpora):
    wire = TCPWire(torture["registrar"].address)
    wire.send(message(corpora, "dblreq"))
    methods = {wire.receive(lambda each: each.status >= 200).method for _ in range(2)}
    assert methods == {"REGISTER", "INVITE"}
    wire.close()
    still_answers(torture["registrar"])


@pytest.mark.parametrize("name", ["ncl", "mcl01"])
def test_over_tcp_a_length_that_cannot_be_trusted_is_refused_and_ends_the_connection(torture, corpora, name):
    wire = TCPWire(torture["home"].address)
    wire.send(message(corpora, name))
    assert wire.receive(lambda each: each.status >= 200).status == 400
    assert wire.is_closed(seconds=5)
    wire.close()
    still_answers(torture["home"])


def test_over_tcp_a_message_that_never_ends_is_waited_for_and_then_given_up(start_server, corpora):
    server = start_server(config={"limits": {"connections": {"incomplete": 2}}})
    wire = TCPWire(server.address)
    wire.send(message(corpora, "clerr"))
    # Others are served meanwhile.
    still_answers(server)
    assert not wire.is_closed(seconds=1.5)
    assert wire.is_closed(seconds=20)
    wire.close()
    still_answers(server)


def test_memory_does_not_grow_with_bad_messages(torture, corpora):
    server = torture["home"]
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names = [name for name, accepted in ACCEPTED.items() if accepted & {400, None} and name not in REGISTRATIONS]

    def storm(rounds):
        for _ in range(rounds):
            for name in names:
                sender.sendto(message(corpora, name), server.address)
            still_answers(server)

    storm(20)
    before = server.memory()
    storm(100)
    assert server.memory() - before < 8 << 20
    sender.close()


def test_phones_still_call_after_all_of_it(torture):
    """The last word: a server that has seen every message above works as on its first day."""
    server = torture["registrar"]
    phone = server.registered("05012345678")
    call = server.caller().invite("05012345678")
    answer = phone.answer(call)
    call.hang_up(answer, phone)
