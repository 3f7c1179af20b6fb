"""A capture server: takes packets of HEPv3 and reads them, chunk by chunk."""

from __future__ import annotations

import ipaddress
import socket
import struct
from dataclasses import dataclass

from harness.message import Message
from harness.network import LOOPBACK

#: The chunks of vendor 0 that a SIP message over IPv4 has, by type, with the form of their values.
CHUNKS = {
    1: ("family", ">B"), 2: ("protocol", ">B"), 3: ("source", "4s"), 4: ("destination", "4s"),
    7: ("source_port", ">H"), 8: ("destination_port", ">H"), 9: ("seconds", ">I"), 10: ("microseconds", ">I"),
    11: ("kind", ">B"), 12: ("agent", ">I"), 15: ("payload", None),
}


@dataclass
class Packet:
    family: int
    protocol: int
    source: tuple[str, int]
    destination: tuple[str, int]
    time: float
    kind: int
    agent: int
    message: Message


def decode(raw: bytes) -> Packet:
    """Reads a packet; anything in it that is not as the protocol says fails the test."""
    assert raw[:4] == b"HEP3" and struct.unpack(">H", raw[4:6])[0] == len(raw), raw[:16]
    values: dict[str, object] = {}
    place = 6
    while place < len(raw):
        vendor, kind, length = struct.unpack(">HHH", raw[place:place + 6])
        assert vendor == 0 and kind in CHUNKS and length >= 6 and place + length <= len(raw), (vendor, kind, length)
        name, form = CHUNKS[kind]
        assert name not in values, f"chunk {name} stands twice"
        value = raw[place + 6:place + length]
        values[name] = struct.unpack(form, value)[0] if form else value
        place += length
    assert set(values) == {name for name, _ in CHUNKS.values()}, f"only {set(values)}"

    def host(name: str) -> str:
        return str(ipaddress.IPv4Address(values[name]))

    return Packet(
        values["family"], values["protocol"], (host("source"), values["source_port"]),
        (host("destination"), values["destination_port"]), values["seconds"] + values["microseconds"] / 1e6,
        values["kind"], values["agent"], Message(values["payload"]))


class CaptureServer:
    """A UDP socket that HEP packets are sent to."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 0))
        self.address = f"{LOOPBACK}:{self.socket.getsockname()[1]}"

    def next(self, seconds: float = 5) -> Packet:
        self.socket.settimeout(seconds)
        return decode(self.socket.recv(65536))

    def drain(self) -> None:
        """Forgets what has come so far."""
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(65536)
        except BlockingIOError:
            pass

    def close(self) -> None:
        self.socket.close()
