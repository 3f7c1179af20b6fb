"""A real mail server on loopback, with TLS and passwords as a test wants them, that keeps what it takes."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.network import LOOPBACK, free_port

USERNAME, PASSWORD = "tsunagi", "correct horse"


@dataclass
class Mail:
    """What the server was given in one transaction."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes
    encrypted: bool
    username: str | None

    @property
    def text(self) -> str:
        return self.message.get_content()


class Certificate:
    """A certificate for 127.0.0.1 that signs itself, and its key, in PEM files."""

    def __init__(self, folder: Path):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256()))
        self.path = folder / "certificate.pem"
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.key_path = folder / "key.pem"
        self.key_path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key_path)
        return context


class MailServer:
    """An SMTP server (aiosmtpd).

    `replies` are given to the next messages in place of "250 OK", which follows when they are used up; None hangs until
    `release` is set.
    """

    def __init__(
        self, port: int | None = None, certificate: Certificate | None = None, *, starttls: bool = False,
        implicit: bool = False, passwords: bool = False,
    ):
        self.port = port or free_port()
        self.taken: list[Mail] = []
        self.replies: list[str | None] = []
        self.release = threading.Event()
        options: dict[str, Any] = {}
        if starttls and certificate:
            options |= {"tls_context": certificate.context(), "require_starttls": True}
        if implicit and certificate:
            options |= {"ssl_context": certificate.context()}
        if passwords:
            options |= {
                "authenticator": self._authenticate, "auth_required": True, "auth_require_tls": not implicit}
        self._controller = Controller(self, hostname=LOOPBACK, port=self.port, **options)

    def start(self) -> MailServer:
        self._controller.start()
        return self

    def stop(self) -> None:
        self.release.set()
        self._controller.stop()

    @staticmethod
    def _authenticate(_: Any, __: Any, ___: Any, mechanism: str, data: Any) -> AuthResult:
        right = LoginPassword(USERNAME.encode(), PASSWORD.encode())
        return AuthResult(success=data == right, handled=False, auth_data=USERNAME)

    async def handle_DATA(self, _: Any, session: Session, envelope: Envelope) -> str:
        raw = envelope.content
        assert isinstance(raw, bytes)
        self.taken.append(
            Mail(
                envelope.mail_from or "", envelope.rcpt_tos,
                BytesParser(policy=default).parsebytes(raw), raw,  # type: ignore[arg-type]
                session.ssl is not None, session.auth_data if session.authenticated else None))
        reply = self.replies.pop(0) if self.replies else "250 OK"
        while reply is None:
            await asyncio.sleep(0.02)
            if self.release.is_set():
                reply = "421 closing"
        return reply

    async def handle_RCPT(
        self, _: Any, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return f"550 5.1.1 <{address}> there is no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"
