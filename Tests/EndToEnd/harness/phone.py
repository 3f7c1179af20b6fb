"""A phone, step by step: the test says what it sends and when it answers, and sees every octet that comes."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.digest import Challenge
from harness.message import SDP, Message, address_of, branch, build, unique
from harness.wire import Wire

Fields = list[tuple[str, str]]


class Phone:
    """A user agent on one wire. Nothing happens by itself: no answer, no retransmission, no ACK."""

    def __init__(self, wire: Wire, user: str, domain: str = "lab.test", password: str | None = None):
        self.wire = wire
        self.user = user
        self.domain = domain
        self.password = password
        self.registration_id = unique("reg")
        self.registration_number = 0

    @property
    def address(self) -> str:
        """The address of record."""
        return f"sip:{self.user}@{self.domain}"

    @property
    def contact(self) -> str:
        transport = ";transport=tcp" if self.wire.transport == "TCP" else ""
        return f"sip:{self.user}@{self.wire.sent_by}{transport}"

    def via(self, own_branch: str | None = None) -> str:
        return f"SIP/2.0/{self.wire.transport} {self.wire.sent_by};branch={own_branch or branch()};rport"

    def request(
        self, method: str, uri: str, to: str | None = None, *, sender: str | None = None, fields: Fields | None = None,
        body: bytes = b"", number: int = 1, call_id: str | None = None, own_branch: str | None = None,
    ) -> Message:
        """A request outside of any dialog, ready to be sent; `sender` and `to` are whole From and To values."""
        return Message(build(
            f"{method} {uri} SIP/2.0",
            [
                ("Via", self.via(own_branch)),
                ("Max-Forwards", "70"),
                ("From", sender or f"<{self.address}>;tag={unique('f')}"),
                ("To", to or f"<{uri}>"),
                ("Call-ID", call_id or unique("call")),
                ("CSeq", f"{number} {method}"),
                *(fields or []),
            ],
            body,
        ))

    def send(self, message: Message) -> Message:
        self.wire.send(message.raw)
        return message

    def ask(self, message: Message, *statuses: int, seconds: float = 5) -> Message:
        """Sends a request and answers with its final response, which has to be one of `statuses` (any, if none)."""
        self.send(message)
        response = self.response_to(message, final=True, seconds=seconds)
        assert not statuses or response.status in statuses, f"{message.method} was answered {response!r}"
        return response

    def response_to(self, request: Message, final: bool = False, seconds: float = 5) -> Message:
        """The next response to a request that is not 100; with `final`, the next that is not provisional."""
        key = request.value("Call-ID"), request.value("CSeq")
        return self.wire.receive(
            lambda message: not message.is_request
            and (message.value("Call-ID"), message.value("CSeq")) == key
            and message.status >= (200 if final else 101),
            seconds, f"a {'final ' if final else ''}response to {request.start!r}")

    def register(
        self, *statuses: int, contacts: list[str] | None = None, expires: int | None = 600,
        fields: Fields | None = None, algorithm: str = "SHA-256", number: int | None = None,
    ) -> Message:
        """Registers (its own contact, unless others are given), with the password if asked for one."""
        request = self.registration(contacts, expires, fields, number)
        response = self.ask(request)
        if response.status == 401 and self.password is not None and 401 not in statuses:
            challenge = choose(response, algorithm)
            value = challenge.credentials("REGISTER", request.uri, self.user, self.password)
            response = self.ask(self.registration(contacts, expires, [*(fields or []), ("Authorization", value)]))
        expected = statuses or (200,)
        assert response.status in expected, f"REGISTER was answered {response!r}"
        return response

    def registration(
        self, contacts: list[str] | None = None, expires: int | None = 600, fields: Fields | None = None,
        number: int | None = None,
    ) -> Message:
        """A REGISTER of the one sequence that this phone keeps (RFC 3261 §10.2)."""
        self.registration_number = number if number is not None else self.registration_number + 1
        chosen = [f"<{self.contact}>"] if contacts is None else contacts
        extra: Fields = [("Contact", contact) for contact in chosen]
        if expires is not None:
            extra.append(("Expires", str(expires)))
        return self.request(
            "REGISTER", f"sip:{self.domain}", f"<{self.address}>", fields=[*extra, *(fields or [])],
            number=self.registration_number, call_id=self.registration_id)

    def invite(
        self, target: str, *, sender: str | None = None, to: str | None = None, fields: Fields | None = None,
        body: bytes = SDP,
    ) -> Call:
        """Sends an INVITE to a number of the domain, or to a whole URI."""
        uri = target if ":" in target else f"sip:{target}@{self.domain}"
        extra: Fields = [("Contact", f"<{self.contact}>"), *(fields or [])]
        if body:
            extra.append(("Content-Type", "application/sdp"))
        call = Call(self, self.request("INVITE", uri, to, sender=sender, fields=extra, body=body))
        self.send(call.invitation)
        return call

    def expect(self, method: str, seconds: float = 5) -> Message:
        """The next request of that method."""
        return self.wire.receive(
            lambda message: message.is_request and message.method == method, seconds, f"{method} to {self.user}")

    def ring(self, call: Call) -> Message:
        """Takes a call and rings, which its caller hears; answers with the INVITE."""
        invitation = self.expect("INVITE")
        self.respond(invitation, 180)
        call.hear(180)
        return invitation

    def refuse(self, status: int = 486, reason: str = "Reason", *, fields: Fields | None = None) -> Message:
        """Takes the next call and ends it with a failure; answers with the INVITE."""
        invitation = self.expect("INVITE")
        self.respond(invitation, status, reason, fields=fields)
        return invitation

    def answer(self, call: Call) -> Message:
        """Takes a call, which both sides then have; answers with the response that its caller has heard."""
        self.respond(self.expect("INVITE"), 200)
        answer = call.hear_final(200)
        self.expect("ACK")
        return answer

    def stop_ringing(self, invitation: Message) -> Message:
        """Is cancelled and ends the call with 487; answers with the CANCEL."""
        cancel = self.expect("CANCEL")
        self.respond(cancel, 200)
        self.respond(invitation, 487)
        return cancel

    def has_rung(self) -> bool:
        """Whether an INVITE has come that no test step has received. A round trip to the server comes first."""
        self.ask(self.request("OPTIONS", f"sip:{self.domain}", sender=f"<sip:probe@probe.invalid>;tag={unique()}"))
        return any(message.is_request and message.method == "INVITE" for message in self.wire.unread())

    def respond(
        self, request: Message, status: int, reason: str = "Reason", *, tag: str | None = None,
        fields: Fields | None = None, body: bytes = b"",
    ) -> Message:
        """Answers a request as its callee: with Record-Route and a To tag, 2xx to INVITE with Contact and SDP."""
        to = request.value("To")
        if status > 100 and request.tag("To") is None:
            to += f";tag={tag or self.dialog_tag(request)}"
        copied: Fields = [("Via", value) for value in request.values("Via")]
        if request.method == "INVITE" and 100 < status < 300:
            copied += [("Record-Route", value) for value in request.values("Record-Route")]
            copied.append(("Contact", f"<{self.contact}>"))
            if 200 <= status < 300 and not body:
                body = SDP
        copied += [("From", request.value("From")), ("To", to)]
        copied += [(name, request.value(name)) for name in ("Call-ID", "CSeq")]
        if body:
            copied.append(("Content-Type", "application/sdp"))
        return self.send(Message(build(f"SIP/2.0 {status} {reason}", [*copied, *(fields or [])], body)))

    def dialog_tag(self, request: Message) -> str:
        """The tag that this phone gives to every answer to the same INVITE."""
        return f"{self.user}-{self.wire.port}-{request.value('Call-ID')}"[:60].replace("@", "-")

    def hang_up(self, invitation: Message, number: int = 1) -> Message:
        """BYE from the callee's side of an answered call; answers with the request, whose response is still to come."""
        routes = [("Route", value) for value in invitation.items("Record-Route")]
        return self.send(Message(build(
            f"BYE {address_of(invitation.value('Contact'))} SIP/2.0",
            [
                ("Via", self.via()), *routes, ("Max-Forwards", "70"),
                ("From", f"{invitation.value('To')};tag={self.dialog_tag(invitation)}"),
                ("To", invitation.value("From")), ("Call-ID", invitation.value("Call-ID")),
                ("CSeq", f"{number} BYE"),
            ],
        )))

    def close(self) -> None:
        self.wire.close()


@dataclass
class Call:
    """A call from its caller's side."""

    phone: Phone
    invitation: Message
    #: Responses other than 100 so far, in their order.
    heard: list[Message] = field(default_factory=list)
    number: int = 1

    def hear(self, *statuses: int, seconds: float = 5) -> Message:
        """The next response, 100 left aside, which has to be one of `statuses` (any, if none)."""
        response = self.phone.response_to(self.invitation, seconds=seconds)
        self.heard.append(response)
        assert not statuses or response.status in statuses, (
            f"heard {response.status} instead of {' or '.join(map(str, statuses))}: {response!r}")
        return response

    def hear_final(self, *statuses: int, seconds: float = 10) -> Message:
        """The final response, which has to be one of `statuses`; acknowledged. Provisional ones go to `heard`."""
        while (response := self.hear(seconds=seconds)).status < 200:
            pass
        self.acknowledge(response)
        assert not statuses or response.status in statuses, (
            f"the call ended with {response!r} instead of {' or '.join(map(str, statuses))}")
        return response

    @property
    def statuses(self) -> list[int]:
        return [response.status for response in self.heard]

    def acknowledge(self, final: Message, routes: list[str] | None = None) -> None:
        """ACK: part of the transaction after a failure, a request of its own along the route set after 2xx."""
        if final.status >= 300:
            invitation = self.invitation
            self.phone.send(Message(build(
                f"ACK {invitation.uri} SIP/2.0",
                [
                    ("Via", invitation.values("Via")[0]), *[("Route", value) for value in invitation.values("Route")],
                    ("Max-Forwards", "70"), ("From", invitation.value("From")), ("To", final.value("To")),
                    ("Call-ID", invitation.value("Call-ID")),
                    ("CSeq", f"{invitation.value('CSeq').split()[0]} ACK"),
                ],
            )))
        else:
            self.phone.send(self.in_dialog("ACK", final, number=int(final.value("CSeq").split()[0])))

    def in_dialog(
        self, method: str, answer: Message, *, number: int | None = None, fields: Fields | None = None,
        body: bytes = b"",
    ) -> Message:
        """A request of the dialog that `answer` set up, along its route set."""
        if number is None:
            self.number += 1
            number = self.number
        routes = [("Route", value) for value in reversed(answer.items("Record-Route"))]
        return Message(build(
            f"{method} {address_of(answer.value('Contact'))} SIP/2.0",
            [
                ("Via", self.phone.via()), *routes, ("Max-Forwards", "70"), ("From", answer.value("From")),
                ("To", answer.value("To")), ("Call-ID", answer.value("Call-ID")), ("CSeq", f"{number} {method}"),
                *([("Contact", f"<{self.phone.contact}>")] if method != "ACK" else []),
                *(fields or []),
            ],
            body,
        ))

    def hang_up(self, answer: Message, callee: Phone) -> None:
        """BYE from the caller, answered by the callee."""
        bye = self.phone.send(self.in_dialog("BYE", answer))
        callee.respond(callee.expect("BYE"), 200)
        assert self.phone.response_to(bye, final=True).status == 200

    def cancel(self) -> None:
        """CANCEL, which has to be answered 200."""
        invitation = self.invitation
        cancel = self.phone.send(Message(build(
            f"CANCEL {invitation.uri} SIP/2.0",
            [
                ("Via", invitation.values("Via")[0]), *[("Route", value) for value in invitation.values("Route")],
                ("Max-Forwards", "70"), ("From", invitation.value("From")), ("To", invitation.value("To")),
                ("Call-ID", invitation.value("Call-ID")), ("CSeq", f"{invitation.value('CSeq').split()[0]} CANCEL"),
            ],
        )))
        assert self.phone.response_to(cancel, final=True).status == 200


def choose(response: Message, algorithm: str) -> Challenge:
    """The challenge for that algorithm in a 401 or 407."""
    header = "WWW-Authenticate" if response.status == 401 else "Proxy-Authenticate"
    offered = [Challenge.parse(value) for value in response.values(header)]
    for challenge in offered:
        if challenge.algorithm.upper() == algorithm:
            return challenge
    raise AssertionError(f"{algorithm} is not offered: {[each.parameters for each in offered]}")
