"""Phones that register: one, or over UDP thousands behind one socket. SIPp can't take their part: it registers over TCP
from another port than it answers at, and of the challenges that a server offers it reads the first one only."""

from __future__ import annotations

import hashlib
import re
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from processes import Failed
from scenarios import PASSWORD, Phone
from sipp import Placed

ANSWER = re.compile(rb"SIP/2\.0 (\d{3}) .*?\r\nCSeq:\s*(\d+) ", re.DOTALL | re.IGNORECASE)
CHALLENGE = re.compile(rb"\r\n(?:WWW|(Proxy))-Authenticate:\s*Digest ([^\r]*)", re.IGNORECASE)
PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
#: RFC 3261 §17.1.2.2: the first wait for an answer, the longest, and when it is given up; seconds.
FIRST_WAIT, LONGEST_WAIT, PATIENCE = 0.5, 4.0, 32.0
RECEIVED_AT_ONCE = 64
SECONDS_FOR_ONE = 5


@dataclass
class Request:
    """A REGISTER that has not been answered yet."""

    user: str
    text: bytes
    #: When the registration began, was last sent, and how long it then waits.
    began: float
    sent: float
    wait: float = FIRST_WAIT
    is_answer: bool = False


class Registering:
    """Registers `users`, one after the other, again and again, at the server on `port`, each at `contact_port`."""

    def __init__(self, port: int, users: Sequence[str], contact_port: int):
        self.port = port
        self.users = users
        self.contact_port = contact_port
        #: So many registrations were begun, and so many requests written.
        self.begun = 0
        self.sequence = 0
        #: Who was refused, or never answered.
        self.refused: list[str] = []
        self.wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for side in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self.wire.setsockopt(socket.SOL_SOCKET, side, 4 << 20)
        self.wire.bind(("127.0.0.1", 0))
        self.wire.connect(("127.0.0.1", port))
        self.wire.setblocking(False)
        self.own_port = self.wire.getsockname()[1]

    def place(self, rate: int, count: int, _: str = "") -> Placed:
        """`count` registrations, `rate` a second, until the last one is answered or given up."""
        self.waiting: dict[int, Request] = {}
        self.placed = Placed(0, 0, [])
        start, last = time.monotonic(), self.begun + count
        first, looked = self.begun, start
        while self.begun < last or self.waiting:
            now = time.monotonic()
            while self.begun < last and now >= start + (self.begun - first) / rate:
                self._begin(now)
            if now - looked > FIRST_WAIT / 5:
                self._send_again(now)
                looked = now
            due = start + (self.begun - first) / rate if self.begun < last else now + 0.05
            if select.select([self.wire], [], [], max(0, due - time.monotonic()))[0]:
                self._receive()
        self.placed.times.sort()
        return self.placed

    def _begin(self, now: float) -> None:
        user = self.users[self.begun % len(self.users)]
        self.begun += 1
        self._send(user, now, now)

    def _send(self, user: str, began: float, now: float, credentials: str = "") -> None:
        self.sequence += 1
        contact = f"<sip:{user}@127.0.0.1:{self.contact_port}>"
        text = written(user, contact, "UDP", self.own_port, self.sequence, credentials)
        self.waiting[self.sequence] = Request(user, text, began, now, is_answer=bool(credentials))
        self._put(text)

    def _put(self, text: bytes) -> None:
        # What finds no room is sent again as what is lost is.
        try:
            self.wire.send(text)
        except BlockingIOError:
            pass

    def _receive(self) -> None:
        for _ in range(RECEIVED_AT_ONCE):
            try:
                text = self.wire.recv(65_535)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                raise Failed(f"nobody listens on port {self.port} any more") from None
            found = ANSWER.match(text)
            # Of a retransmission the answer may come twice.
            if not found or not (request := self.waiting.pop(int(found[2]), None)):
                continue
            now, status = time.monotonic(), int(found[1])
            if status == 200:
                self.placed.succeeded += 1
                self.placed.times.append((now - request.began) * 1000)
            elif status == 401 and not request.is_answer:
                self._send(request.user, request.began, now, credentials(request.user, text))
            else:
                self.refused.append(request.user)

    def _send_again(self, now: float) -> None:
        for sequence, request in list(self.waiting.items()):
            if now - request.began > PATIENCE:
                self.refused.append(self.waiting.pop(sequence).user)
            elif now - request.sent > request.wait:
                self.placed.retransmitted += 1
                request.sent, request.wait = now, min(2 * request.wait, LONGEST_WAIT)
                self._put(request.text)

    def close(self) -> None:
        self.wire.close()


def register(wire: socket.socket, number: str) -> None:
    """Registers the address of a socket that is connected to the server, in place of what runs before this one have
    left: a call would ring at all of them."""
    own_port = wire.getsockname()[1]
    transport = "TCP" if wire.type == socket.SOCK_STREAM else "UDP"
    contact = f"<sip:{number}@127.0.0.1:{own_port}{';transport=tcp' if transport == 'TCP' else ''}>"
    wire.settimeout(SECONDS_FOR_ONE)
    for sequence, (what, seconds) in enumerate((("*", 0), (contact, 3600)), start=1):
        wire.send(written(number, what, transport, own_port, sequence, expires=seconds))
        try:
            answered = wire.recv(65_535)
        except OSError as error:
            raise Failed(f"{number} could not register: {error}") from None
        if not answered.startswith(b"SIP/2.0 200 "):
            raise Failed(f"{number} could not register:\n{answered.decode(errors='replace')}")


def register_phone(port: int, phone: Phone, transport: str) -> None:
    """Registers a phone that has yet to begin to listen, at the server on `port`."""
    assert phone.number is not None
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as wire:
        # What listens there next may do so while the kernel remembers this connection.
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        wire.bind(("127.0.0.1", phone.port))
        wire.connect(("127.0.0.1", port))
        register(wire, phone.number)


def written(
    user: str, contact: str, transport: str, own_port: int, sequence: int, more: str = "", expires: int = 3600,
    host: str = "127.0.0.1"
) -> bytes:
    """A REGISTER from `host`. `more` are header lines with their ends."""
    return (
        f"REGISTER sip:lab.test SIP/2.0\r\n"
        f"Via: SIP/2.0/{transport} {host}:{own_port};branch=z9hG4bK{own_port}-{sequence}\r\n"
        f"Max-Forwards: 70\r\nFrom: <sip:{user}@lab.test>;tag={sequence}\r\nTo: <sip:{user}@lab.test>\r\n"
        f"Call-ID: {user}-{own_port}@{host}\r\nCSeq: {sequence} REGISTER\r\n"
        f"Contact: {contact}\r\nExpires: {expires}\r\n{more}Content-Length: 0\r\n\r\n"
    ).encode()


def credentials(
    user: str, challenged: bytes, password: str = PASSWORD, method: str = "REGISTER", uri: str = "sip:lab.test",
    count: int = 1
) -> str:
    """The line that answers a challenge by MD5 (RFC 2617 §3.2.2), which both servers offer, for the `count`th time."""
    for proxy, line in CHALLENGE.findall(challenged):
        offered = {name.lower(): quoted or token for name, quoted, token in PARAMETER.findall(line.decode())}
        if offered.get("algorithm", "MD5").upper() == "MD5":
            break
    else:
        raise Failed(f"a challenge offers no MD5: {challenged.decode(errors='replace')}")
    realm, nonce = offered["realm"], offered["nonce"]
    response = md5(f"{secret(user, realm, password)}:{nonce}:{count:08x}:c0ffee:auth:{md5(f'{method}:{uri}')}")
    return (
        f'{"Proxy-" if proxy else ""}Authorization: Digest username="{user}", realm="{realm}", nonce="{nonce}", '
        f'uri="{uri}", response="{response}", algorithm=MD5, cnonce="c0ffee", qop=auth, nc={count:08x}\r\n')


@cache
def secret(user: str, realm: str, password: str) -> str:
    """What a password becomes (RFC 2617 §3.2.2.2): a phone computes it once."""
    return md5(f"{user}:{realm}:{password}")


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
