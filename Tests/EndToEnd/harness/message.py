"""SIP messages as bytes and as fields, written for the tests: strict, small, and not the server's own parser."""

from __future__ import annotations

import itertools
import re
import secrets

COMPACT = {
    "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type",
    "f": "from", "s": "subject", "k": "supported", "t": "to", "v": "via",
}
_counter = itertools.count(1)


class Message:
    """One request or response. `raw` is what came over the wire; header values keep their text, unfolded."""

    def __init__(self, raw: bytes):
        self.raw = raw
        head, separator, self.body = raw.partition(b"\r\n\r\n")
        assert separator, f"a message without the empty line after its headers: {raw[:200]!r}"
        lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "surrogateescape")).split("\r\n")
        self.start = lines[0]
        self.fields: list[tuple[str, str]] = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            assert colon, f"a header without a colon: {line!r}"
            self.fields.append((name.strip(), value.strip()))

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """The request's method; for a response, that of the request it answers."""
        return self.start.split(" ")[0] if self.is_request else self.value("CSeq").split()[1]

    @property
    def uri(self) -> str:
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        return 0 if self.is_request else int(self.start.split(" ")[1])

    def values(self, name: str) -> list[str]:
        """Every line of that header, top first, in its long or compact form."""
        wanted = name.lower()
        return [value for each, value in self.fields if COMPACT.get(each.lower(), each.lower()) == wanted]

    def value(self, name: str) -> str:
        """The only line of that header."""
        found = self.values(name)
        assert len(found) == 1, f"{len(found)} {name} headers in {self.start!r}: {found}"
        return found[0]

    def items(self, name: str) -> list[str]:
        """The values of a header that may share a line by commas (Via, Route, Diversion, History-Info ...)."""
        return [item.strip() for line in self.values(name) for item in split_outside(line, ",")]

    def tag(self, name: str) -> str | None:
        """The tag of From or To."""
        found = re.search(r";\s*tag\s*=\s*([^;\s>]+)", self.value(name).rsplit(">", 1)[-1])
        return found.group(1) if found else None

    def __repr__(self) -> str:
        return f"<{self.start} | {'; '.join(f'{n}: {v}' for n, v in self.fields)}>"


def split_outside(text: str, separator: str) -> list[str]:
    """Splits at `separator` where it stands in neither quotes nor angle brackets."""
    parts, depth, quoted, start = [], 0, False, 0
    for index, character in enumerate(text):
        if character == '"' and text[index - 1 : index] != "\\":
            quoted = not quoted
        elif not quoted and character == "<":
            depth += 1
        elif not quoted and character == ">":
            depth -= 1
        elif not quoted and depth == 0 and character == separator:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def address_of(value: str) -> str:
    """The URI of a name-addr or addr-spec."""
    found = re.search(r"<([^>]*)>", value)
    return found.group(1) if found else value.split(";")[0].strip()


def unique(prefix: str = "") -> str:
    """A token that no other test and no earlier run has used."""
    return f"{prefix}{next(_counter)}{secrets.token_hex(5)}"


def branch() -> str:
    return unique("z9hG4bK")


def build(start: str, fields: list[tuple[str, str]], body: bytes = b"") -> bytes:
    """The bytes of a message; Content-Length is added unless it is among the fields."""
    lines = [start, *(f"{name}: {value}" for name, value in fields)]
    if not any(name.lower() in ("content-length", "l") for name, _ in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)
