"""Digest credentials (RFC 7616, RFC 8760) as a phone computes them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass
class Challenge:
    """One WWW-Authenticate or Proxy-Authenticate line."""

    parameters: dict[str, str]

    @classmethod
    def parse(cls, value: str) -> Challenge:
        scheme, _, rest = value.partition(" ")
        assert scheme.lower() == "digest", f"not a digest challenge: {value}"
        pairs = re.findall(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', rest)
        return cls({name.lower(): quoted or token for name, quoted, token in pairs})

    @property
    def algorithm(self) -> str:
        return self.parameters.get("algorithm", "MD5")

    @property
    def nonce(self) -> str:
        return self.parameters["nonce"]

    @property
    def is_stale(self) -> bool:
        return self.parameters.get("stale", "false").lower() == "true"

    def credentials(
        self, method: str, uri: str, user: str, password: str, count: int = 1, cnonce: str = "c0ffee"
    ) -> str:
        """The value of Authorization or Proxy-Authorization that answers this challenge."""
        digest = HASHES[self.algorithm.upper()]

        def of(text: str) -> str:
            return digest(text.encode()).hexdigest()

        realm, nc = self.parameters["realm"], f"{count:08x}"
        response = of(
            f"{of(f'{user}:{realm}:{password}')}:{self.nonce}:{nc}:{cnonce}:auth:{of(f'{method}:{uri}')}")
        value = (
            f'Digest username="{user}", realm="{realm}", nonce="{self.nonce}", uri="{uri}", response="{response}", '
            f'algorithm={self.algorithm}, cnonce="{cnonce}", qop=auth, nc={nc}')
        if opaque := self.parameters.get("opaque"):
            value += f', opaque="{opaque}"'
        return value
