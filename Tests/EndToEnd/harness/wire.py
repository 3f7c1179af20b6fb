"""Sockets that carry SIP messages, a message at a time, and keep those that nobody has asked for yet."""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable

from harness.message import Message
from harness.network import LOOPBACK

Matching = Callable[[Message], bool]


class Wire:
    """What UDP and TCP have in common: `receive` hands out messages in their order, repeated datagrams only once."""

    transport: str
    host: str
    port: int

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()
        self._seen: set[bytes] = set()
        #: Keepalive answers (RFC 5626 §4.4.1) and other octets between messages.
        self.stray = b""

    @property
    def sent_by(self) -> str:
        """Host and port as they stand in a Via or a URI."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def send(self, raw: bytes) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def receive(self, matching: Matching = lambda _: True, seconds: float = 5, what: str = "a message") -> Message:
        """The next message that matches; others stay for later."""
        deadline = time.monotonic() + seconds
        for message in self._waiting:
            if matching(message):
                self._waiting.remove(message)
                return message
        while (left := deadline - time.monotonic()) > 0:
            message = self._read(left)
            if message is None:
                break
            if matching(message):
                return message
            self._waiting.append(message)
        waiting = "".join(f"\n    {message!r}" for message in self._waiting) or " nothing"
        raise AssertionError(f"{what} did not come to {self.sent_by} within {seconds:g} s; waiting there:{waiting}")

    def unread(self) -> list[Message]:
        """Everything that has come and was not received, without waiting."""
        while message := self._read(0.001):
            self._waiting.append(message)
        return list(self._waiting)

    def _read(self, seconds: float) -> Message | None:
        raise NotImplementedError


class UDPWire(Wire):
    """A UDP socket that talks to one server address."""

    transport = "UDP"

    def __init__(self, server: tuple[str, int], host: str = LOOPBACK, port: int = 0):
        super().__init__()
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        self.socket.bind((host, port))
        self.server = server
        self.host, self.port = self.socket.getsockname()[:2]

    def send(self, raw: bytes) -> None:
        self.socket.sendto(raw, self.server)

    def receive_datagram(self, seconds: float = 5) -> bytes:
        """The next datagram as it is, a repeated one too."""
        self.socket.settimeout(seconds)
        return self.socket.recv(65536)

    def _read(self, seconds: float) -> Message | None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                raw = self.socket.recv(65536)
            except TimeoutError:
                return None
            except ConnectionRefusedError:
                continue
            # The same datagram again is a retransmission: the transaction layer's affair, not the test's.
            if raw not in self._seen:
                self._seen.add(raw)
                return Message(raw)
        return None

    def close(self) -> None:
        self.socket.close()


class TCPWire(Wire):
    """A TCP connection to the server, or one accepted from it; messages are cut by Content-Length."""

    transport = "TCP"

    def __init__(self, server: tuple[str, int], accepted: socket.socket | None = None, host: str | None = None):
        super().__init__()
        self.server = server
        source = (host, 0) if host else None
        self.socket = accepted or socket.create_connection(server, timeout=5, source_address=source)
        self.host, self.port = self.socket.getsockname()[:2]
        self._buffer = b""

    def send(self, raw: bytes) -> None:
        self.socket.settimeout(10)
        self.socket.sendall(raw)

    def is_closed(self, seconds: float) -> bool:
        """Whether the server closes the connection within `seconds`; what it says before is kept."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self.socket.settimeout(left)
                octets = self.socket.recv(65536)
            except TimeoutError:
                return False
            except ConnectionResetError:
                return True
            if not octets:
                return True
            self._buffer += octets
        return False

    def _read(self, seconds: float) -> Message | None:
        deadline = time.monotonic() + seconds
        while True:
            if message := self._cut():
                return message
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                octets = self.socket.recv(65536)
            except (TimeoutError, ConnectionResetError):
                return None
            if not octets:
                return None
            self._buffer += octets

    def _cut(self) -> Message | None:
        while self._buffer.startswith(b"\r\n"):
            self.stray += b"\r\n"
            self._buffer = self._buffer[2:]
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return None
        length = int(Message(head + separator).value("Content-Length"))
        if len(rest) < length:
            return None
        raw, self._buffer = head + separator + rest[:length], rest[length:]
        return Message(raw)

    def close(self) -> None:
        self.socket.close()


class TCPListener:
    """A listening TCP socket, for what the server connects to by itself."""

    def __init__(self, host: str = LOOPBACK, port: int = 0):
        self.socket = socket.create_server((host, port))
        self.host, self.port = self.socket.getsockname()[:2]

    def accept(self, seconds: float = 5) -> TCPWire:
        self.socket.settimeout(seconds)
        connection, peer = self.socket.accept()
        return TCPWire(peer, accepted=connection)

    def close(self) -> None:
        self.socket.close()
