"""An authenticator app."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def totp(secret: str, moment: float | None = None) -> str:
    """The code that an authenticator app shows (RFC 6238 with SHA-1, 30 seconds, 6 digits)."""
    typed = secret.replace(" ", "").upper()
    key = base64.b32decode(typed + "=" * (-len(typed) % 8))
    counter = struct.pack(">Q", int(time.time() if moment is None else moment) // 30)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
