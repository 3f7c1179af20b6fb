"""A caller and a phone that let calls ring, thousands of them at once, each behind one socket."""

from __future__ import annotations

import select
import socket

from processes import Failed
from registering import register

#: So many calls are waited for at once: as many as surely find room in the sockets.
AT_ONCE = 50
SECONDS = 10


class Ringing:
    """Calls a number through the server on `port`, at a phone that rings and never answers."""

    def __init__(self, port: int, number: str):
        self.number = number
        self.caller, self.phone = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for wire in (self.caller, self.phone):
            wire.bind(("127.0.0.1", 0))
            wire.connect(("127.0.0.1", port))
        register(self.phone, number)
        for wire in (self.caller, self.phone):
            wire.setblocking(False)
        self.own_port, self.phone_port = (wire.getsockname()[1] for wire in (self.caller, self.phone))
        self.begun = self.ringing = 0

    def place(self, count: int) -> None:
        """`count` calls more, until the caller has heard each of them ring."""
        last = self.begun + count
        while self.ringing < last:
            while self.begun < min(last, self.ringing + AT_ONCE):
                self._call()
            readable, _, _ = select.select([self.caller, self.phone], [], [], SECONDS)
            if not readable:
                raise Failed(f"only {self.ringing} of {last} calls ring")
            for wire in readable:
                self._take(wire, wire.recv(65_535))

    def _call(self) -> None:
        self.begun += 1
        call = f"{self.begun}-{self.own_port}"
        body = (
            "v=0\r\no=caller 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            "m=audio 6000 RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n")
        self.caller.send((
            f"INVITE sip:{self.number}@lab.test SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.own_port};branch=z9hG4bK{call}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:0901111222@127.0.0.1:{self.own_port}>;tag={call}\r\nTo: <sip:{self.number}@lab.test>\r\n"
            f"Call-ID: {call}@127.0.0.1\r\nCSeq: 1 INVITE\r\nContact: <sip:0901111222@127.0.0.1:{self.own_port}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())

    def _take(self, wire: socket.socket, message: bytes) -> None:
        if message.startswith(b"SIP/2.0 180 "):
            self.ringing += 1
        elif message.startswith(b"SIP/2.0 ") and not message.startswith(b"SIP/2.0 1"):
            raise Failed(f"a call that should ring was answered {message[8:40].splitlines()[0].decode()}")
        elif wire is self.phone and message.startswith(b"INVITE "):
            wire.send(self._ring(message.decode()).encode())

    def _ring(self, request: str) -> str:
        head, _, _ = request.partition("\r\n\r\n")
        lines = head.split("\r\n")
        copied = [line for line in lines if line.split(":")[0] in ("Via", "Record-Route", "From", "Call-ID", "CSeq")]
        to = next(line for line in lines if line.startswith("To:"))
        return "\r\n".join([
            "SIP/2.0 180 Ringing", *copied, f"{to};tag=ringing", f"Contact: <sip:127.0.0.1:{self.phone_port}>",
            "Content-Length: 0", "", ""])

    def close(self) -> None:
        for wire in (self.caller, self.phone):
            wire.close()
