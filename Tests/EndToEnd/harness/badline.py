"""A line that loses datagrams, between somebody and the server."""

from __future__ import annotations

import random
import selectors
import socket
import threading
from collections import Counter

from harness.network import LOOPBACK, free_port


class BadLine:
    """Passes datagrams that come to `address` on to `target`, and what comes back to whoever sent them: but for a part of
    them, which is lost each way. With `most`, the same datagram, sent again and again, is lost so many times at most.

    Each sender has a socket of its own towards the target, so that answers find their way back.
    """

    def __init__(self, target: tuple[str, int], loss: float, seed: int, most: int | None = None):
        self.target = target
        self.loss = loss
        self.most = most
        self.passed = self.lost = 0
        self._random = random.Random(seed)
        #: How often each that was lost was.
        self._losses: Counter[bytes] = Counter()
        self._selector = selectors.DefaultSelector()
        self._outside = self._socket(free_port())
        self.address: tuple[str, int] = self._outside.getsockname()
        self._senders: dict[tuple[str, int], socket.socket] = {}
        self._selector.register(self._outside, selectors.EVENT_READ, None)
        self._stop, self._stopping = socket.socketpair()
        self._selector.register(self._stopping, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @staticmethod
    def _socket(port: int) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # What is lost here is lost on purpose only.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        made.bind((LOOPBACK, port))
        made.setblocking(False)
        return made

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._stopping:
                    return
                self._drain(key.fileobj, key.data)  # type: ignore[arg-type]

    def _drain(self, line: socket.socket, sender: tuple[str, int] | None) -> None:
        while True:
            try:
                octets, source = line.recvfrom(65_535)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            if self._loses(octets):
                self.lost += 1
                continue
            self.passed += 1
            if sender is None:
                self._towards(source).sendto(octets, self.target)
            else:
                self._outside.sendto(octets, sender)

    def _loses(self, octets: bytes) -> bool:
        if self._random.random() >= self.loss or self._losses[octets] == self.most:
            return False
        self._losses[octets] += 1
        return True

    def _towards(self, source: tuple[str, int]) -> socket.socket:
        """The socket that stands for this sender."""
        if source not in self._senders:
            self._senders[source] = self._socket(free_port())
            self._selector.register(self._senders[source], selectors.EVENT_READ, source)
        return self._senders[source]

    def end(self) -> None:
        self._stop.send(b"!")
        self._thread.join()
        self._selector.close()
        for line in (self._outside, self._stop, self._stopping, *self._senders.values()):
            line.close()
