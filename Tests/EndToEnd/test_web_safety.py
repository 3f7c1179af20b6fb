"""What the web sites owe to those who use them, over real HTTP: against forged forms, greedy and slow clients, and eyes."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from harness.company import ADMINISTRATOR, ADMINISTRATOR_MOBILE, USER, Company, Furnished
from harness.mail import Certificate
from harness.network import LOOPBACK, free_port, wait_for
from harness.server import Server
from harness.webclient import Answer, WebClient

SITES = ("/oa", "/ou", "/portal")
PUBLIC = [f"{site}/sign-in" for site in SITES] + ["/nothing", "/oa/nothing", "/api/openapi.json", "/api/v1/numbers", "/api/x"]


@pytest.fixture
def company(start_server: Callable[..., Server], furnished: Furnished) -> Company:
    return Company(start_server, furnished)


def sign_in(company: Company, visitor: WebClient) -> Answer:
    """Signs the administrator in, and answers with the list; the password is changed on the way, as it has to be."""
    page = visitor.get("/oa/sign-in")
    answer = visitor.post("/oa/sign-in", page, name=ADMINISTRATOR, password=company.passwords[ADMINISTRATOR])
    assert answer.status == 303, answer.main
    step = visitor.get("/oa/sign-in/step")
    assert visitor.post("/oa/sign-in/code", step, code=company.code(ADMINISTRATOR_MOBILE)).status == 303
    step = visitor.get("/oa/sign-in/step")
    changed = visitor.post("/oa/sign-in/password", step, password="Newpass1", repeated="Newpass1")
    assert changed.status == 303, changed.main
    company.passwords[ADMINISTRATOR] = "Newpass1"
    page = visitor.get("/oa")
    assert page.status == 200, page.main
    return page


def test_every_answer_says_what_a_browser_may_do_with_it(company: Company) -> None:
    visitor = company.visitor()
    stylesheet = re.search(r'href="(/assets/[^"]+\.css)"', visitor.get("/oa/sign-in").text)
    assert stylesheet
    answers = [visitor.get(path) for path in [*PUBLIC, stylesheet[1], "/"]]
    answers += [visitor.ask(method, "/oa/sign-in") for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE")]
    for answer in answers:
        policy = answer.header("Content-Security-Policy") or ""
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert answer.header("X-Frame-Options") == "DENY"
        assert answer.header("Referrer-Policy") == "same-origin"
        assert answer.header("Access-Control-Allow-Origin") is None
        assert answer.header("Server") is None
        assert answer.status < 500
        if "text/html" in (answer.header("Content-Type") or ""):
            assert answer.header("Cache-Control") == "no-store"
            assert "<script" not in answer.text and "style=" not in answer.text


def test_a_form_that_was_not_given_to_this_browser_changes_nothing(company: Company) -> None:
    visitor, stranger = company.visitor(), company.visitor()
    page, foreign = visitor.get("/oa/sign-in"), stranger.get("/oa/sign-in")
    fields = {"name": ADMINISTRATOR, "password": company.passwords[ADMINISTRATOR]}
    origin = f"http://{LOOPBACK}:{company.port}"
    refused = [
        visitor.post("/oa/sign-in", **fields), visitor.post("/oa/sign-in", foreign, **fields),
        visitor.post("/oa/sign-in", **fields, seal=page.seal[:-4] + "AAA="),
        company.visitor().post("/oa/sign-in", page, **fields),
        *(visitor.post("/oa/sign-in", page, headers={"Origin": other}, **fields)
          for other in ("https://evil.example", "null", f"http://{LOOPBACK}:{company.port + 1}", origin + ".evil.example")),
    ]
    assert [answer.status for answer in refused] == [403] * len(refused)
    assert "tsunagi-oa-sign-in" not in visitor.cookies
    assert company.server.records("outbox", "list")[0]["recipient"] != ADMINISTRATOR_MOBILE
    assert visitor.post("/oa/sign-in", page, headers={"Origin": origin}, **fields).status == 303


def test_the_choice_of_a_language_leads_nowhere_else(company: Company) -> None:
    visitor = company.visitor()
    page = visitor.get("/oa/sign-in")
    for back in (
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "/%0d%0aSet-Cookie: a=b\r\nX: y", "evil.example", "",
    ):
        answer = visitor.post("/language", page, language="en", back=back)
        location = answer.header("Location") or ""
        assert answer.status == 303 and re.fullmatch(r"/(?![/\\])[!-~]*", location), (back, location)
        assert answer.header("X") is None
    assert visitor.post("/language", page, language="en", back="/oa/sign-in?x=1").header("Location") == "/oa/sign-in?x=1"
    assert visitor.post("/language", page, language="xx", back="/").status == 400


def test_what_is_too_large_is_refused(company: Company) -> None:
    visitor = company.visitor()
    page = visitor.get("/oa/sign-in")
    assert visitor.post("/oa/sign-in", page, name="a" * (1 << 20), password="b").status == 413
    with socket.create_connection((LOOPBACK, company.port), timeout=10) as line:
        line.sendall(b"GET /oa/sign-in HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 200_000 + b"\r\n\r\n")
        assert_ends(line, by=5)
    with socket.create_connection((LOOPBACK, company.port), timeout=10) as line:
        line.sendall(b"GET /oa/sign-in HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 5_000 + b"\r\n")
        assert_ends(line, by=5)
    assert visitor.get("/oa/sign-in").status == 200


def assert_ends(line: socket.socket, by: float) -> None:
    """The other side closes, whatever it says before."""
    line.settimeout(by)
    said = b""
    try:
        while chunk := line.recv(65536):
            said += chunk
    except ConnectionResetError:
        pass
    assert b" 200 " not in said[:20], said[:200]


def test_many_who_say_nothing_do_not_keep_others_out(company: Company) -> None:
    beginning = time.monotonic()
    lines = [socket.create_connection((LOOPBACK, company.port), timeout=30) for _ in range(200)]
    try:
        for number, line in enumerate(lines):
            line.sendall(b"GET /oa/sign-in HTTP/1.1\r\nHost: a\r\n" if number % 2 else b"P")
        for _ in range(10):
            start = time.monotonic()
            assert company.visitor().get("/oa/sign-in").status == 200
            assert time.monotonic() - start < 1
        # An octet now and then does not keep a connection open, either.
        while time.monotonic() - beginning < 13:
            for line in lines[1:40:2]:
                line.sendall(b"X: y\r\n")
            lines[1].settimeout(1)
            with pytest.raises(TimeoutError):
                lines[1].recv(1)
        for line in lines:
            assert_ends(line, by=10)
        assert time.monotonic() - beginning < 25
    finally:
        for line in lines:
            line.close()


def test_one_address_has_so_many_connections_and_no_more(start_server: Callable[..., Server]) -> None:
    company = Company(start_server, None, {"http.connections.address": 10})
    lines = [socket.create_connection((LOOPBACK, company.port), timeout=10) for _ in range(10)]
    try:
        with socket.create_connection((LOOPBACK, company.port), timeout=10) as one_more:
            assert_ends(one_more, by=5)
        lines.pop().close()

        def answers() -> bool:
            try:
                return company.visitor().get("/oa/sign-in").status == 200
            except OSError:
                return False

        wait_for(answers, 5, "an answer, now that there is room")
    finally:
        for line in lines:
            line.close()


def test_signing_in_tells_nothing_about_accounts_and_slows_down(company: Company) -> None:
    company.server.cli("settings", "sign-in", "--throttle-burst", "20", "--throttle-seconds", "600")
    visitor = company.visitor()
    page = visitor.get("/oa/sign-in")

    def attempt(name: str, password: str) -> tuple[str, float]:
        start = time.monotonic()
        answer = visitor.post("/oa/sign-in", page, name=name, password=password)
        assert answer.status == 422, answer.main
        return answer.main, time.monotonic() - start

    right_name, unknown = [], []
    for _ in range(5):
        right_name.append(attempt(ADMINISTRATOR, "wrong"))
        unknown.append(attempt("nobody-here", "wrong"))
    assert {text for text, _ in right_name} == {text for text, _ in unknown}
    median = sorted(seconds for _, seconds in right_name)[2], sorted(seconds for _, seconds in unknown)[2]
    assert 0.5 < median[0] / median[1] < 2, median
    wrong = right_name[0][0]
    texts = [attempt("nobody-here", "wrong")[0] for _ in range(12)]
    assert texts[-1] != wrong
    # By now even the right password waits, and a session is not begun.
    assert attempt(ADMINISTRATOR, company.passwords[ADMINISTRATOR])[0] == texts[-1]
    assert "tsunagi-oa-sign-in" not in visitor.cookies


def test_no_session_and_no_code_is_in_a_log_or_an_address(
    start_server: Callable[..., Server], furnished: Furnished
) -> None:
    company = Company(start_server, furnished, {"log.level": "debug"})
    visitor = company.visitor()
    locations: list[str] = []
    ask = visitor.ask

    def note(*arguments: Any, **options: Any) -> Answer:
        answer = ask(*arguments, **options)
        locations.extend(answer.all("Location"))
        for cookie in answer.all("Set-Cookie"):
            assert "; HttpOnly" in cookie and "; SameSite=Lax" in cookie and "; Path=/" in cookie, cookie
            assert "; Secure" not in cookie and "Domain" not in cookie
        return answer

    visitor.ask = note  # type: ignore[method-assign]
    page = sign_in(company, visitor)
    secrets = [value for value in visitor.cookies.values() if len(value) > 20]
    secrets += [company.code(ADMINISTRATOR_MOBILE), "Newpass1", page.seal]
    assert len(secrets) >= 4
    visitor.post("/oa/sign-out", page)
    assert locations
    for secret in secrets:
        assert secret not in company.server.output()
        assert all(secret not in location for location in locations)
    assert visitor.get("/oa").header("Location") == "/oa/sign-in"


# MARK: TLS


@pytest.fixture
def certificates(tmp_path: Path) -> Iterator[Callable[[str], Certificate]]:
    def make(name: str) -> Certificate:
        folder = tmp_path / name
        folder.mkdir()
        return Certificate(folder)

    yield make


def context() -> ssl.SSLContext:
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return trusting


def shown(port: int) -> bytes:
    """The certificate that a new connection is shown."""
    with socket.create_connection((LOOPBACK, port), timeout=10) as line, context().wrap_socket(line) as secure:
        return secure.getpeercert(binary_form=True) or b""


def on_disk(certificate: Certificate) -> bytes:
    return x509.load_pem_x509_certificate(certificate.path.read_bytes()).public_bytes(serialization.Encoding.DER)


def test_the_certificate_follows_its_files_and_no_connection_is_lost(
    start_server: Callable[..., Server], furnished: Furnished, certificates: Callable[[str], Certificate]
) -> None:
    first, second = certificates("first"), certificates("second")
    served = first.path
    company = Company(
        start_server, furnished, None, "--tls-cert", str(served), "--tls-key", str(first.key_path))
    assert f"https://{LOOPBACK}:{company.port}" in company.server.output()
    visitor = company.visitor(tls=context())
    kept = visitor.connection()
    answer = visitor.ask("GET", "/oa/sign-in", connection=kept)
    assert answer.status == 200
    assert "max-age=" in (answer.header("Strict-Transport-Security") or "")
    assert all("; Secure" in cookie for cookie in answer.all("Set-Cookie")) and answer.all("Set-Cookie")
    sign_in(company, visitor)
    assert shown(company.port) == on_disk(first)
    # A key that does not fit, and a file that is none: the old certificate stays, and each is told of once.
    good = served.read_bytes()
    served.write_bytes(second.path.read_bytes())
    wait_for(lambda: "does not fit" in company.server.output(), 15, "the log to tell that the key does not fit")
    assert shown(company.port) == x509.load_pem_x509_certificate(good).public_bytes(serialization.Encoding.DER)
    served.write_text("nonsense")
    wait_for(lambda: "has no certificate" in company.server.output(), 15, "the log to tell that it is no certificate")
    assert visitor.get("/oa/sign-in").status == 200
    assert company.server.output().count("does not fit") == 1
    shutil.copy(second.key_path, first.key_path)
    served.write_bytes(second.path.read_bytes())
    wait_for(lambda: shown(company.port) == on_disk(second), 15, "the new certificate")
    assert visitor.ask("GET", "/oa/sign-in", connection=kept).status == 200
    kept.close()


def test_what_can_not_be_served_is_refused_with_words(
    start_server: Callable[..., Server], certificates: Callable[[str], Certificate], tmp_path: Path
) -> None:
    server = start_server()
    first, second = certificates("first"), certificates("second")
    data, port = tmp_path / "refused", free_port()

    def refusal(*arguments: str) -> str:
        refused = server.cli(
            "serve", "--data", str(data), "--sip", f"udp:{LOOPBACK}:{free_port()}", *arguments, status=1)
        return refused.stderr

    http = ("--http", f"{LOOPBACK}:{port}")
    missing = refusal(*http, "--tls-cert", "/nowhere/c.pem", "--tls-key", str(first.key_path))
    assert "/nowhere/c.pem can't be read: no such file, or not ours to read; give another one with --tls-cert" in missing
    assert "does not fit" in refusal(*http, "--tls-cert", str(first.path), "--tls-key", str(second.key_path))
    assert "--tls-key" in refusal(*http, "--tls-cert", str(first.path))
    assert "--tls-cert" in refusal(*http, "--tls-key", str(first.key_path))
    assert "has no key" in refusal(*http, "--tls-cert", str(first.path), "--tls-key", str(first.path))
    for host in ("0.0.0.0", "[::]"):
        assert "loopback" in refusal("--http", f"{host}:{port}", "--lab")


def test_check_tells_of_certificates(
    start_server: Callable[..., Server], certificates: Callable[[str], Certificate], tmp_path: Path
) -> None:
    server = start_server()
    first, second = certificates("first"), certificates("second")

    def findings(certificate: Path, key: Path) -> list[dict[str, str]]:
        config = tmp_path / "check.yaml"
        config.write_text(f"trusted.networks: [127.0.0.0/8]\nhttp.tls: {{certificate: {certificate}, key: {key}}}\n")
        sheet = server.cli("check", "--config", str(config), "--json", status=None).stdout
        return [each for each in json.loads(sheet)["findings"] if each["kind"] == "certificate"]

    # The harness's certificates are good for a day.
    [ending] = findings(first.path, first.key_path)
    assert ending["text"].startswith("it ends at ") and ending["thing"] == str(first.path)
    [misfit] = findings(first.path, second.key_path)
    assert "does not fit" in misfit["text"] and misfit["remedy"]
    [missing] = findings(tmp_path / "nothing.pem", second.key_path)
    assert "can't be read" in missing["text"]
    lasting = tmp_path / "lasting.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    lasting.write_bytes(
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=90))
        .sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    lasting_key = tmp_path / "lasting-key.pem"
    lasting_key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    assert findings(lasting, lasting_key) == []


# MARK: Behind a proxy


def used_from(company: Company, **headers: str) -> str:
    token = company.token("--login", USER)
    answer = company.visitor(token=token).api(
        "GET", "/numbers", headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status == 200
    return str(company.server.records("token", "list")[0]["usedFrom"])


def test_only_a_trusted_proxy_says_who_has_sent_a_request(
    start_server: Callable[..., Server], furnished: Furnished
) -> None:
    plain = Company(start_server, furnished)
    assert used_from(plain, X_Forwarded_For="192.0.2.9") == LOOPBACK
    answer = plain.visitor().get("/oa/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert answer.header("Strict-Transport-Security") is None
    trusting = Company(start_server, furnished, {"http.proxies": ["127.0.0.0/8", "198.51.100.0/24"]})
    for value, address in (
        ("192.0.2.9", "192.0.2.9"), ("203.0.113.5, 192.0.2.9", "192.0.2.9"),
        ("203.0.113.5, 198.51.100.7", "203.0.113.5"), ("[2001:db8::1]:443", "2001:db8::1"), ("", LOOPBACK),
    ):
        assert used_from(trusting, X_Forwarded_For=value) == address, value
    assert used_from(trusting, Forwarded="for=192.0.2.9") == LOOPBACK
    answer = trusting.visitor().get("/oa/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert answer.header("Strict-Transport-Security") and "; Secure" in answer.all("Set-Cookie")[0]
    modern = Company(start_server, furnished, {"http.proxies": ["127.0.0.0/8"], "http.forwarded": "forwarded"})
    assert used_from(modern, Forwarded='for=192.0.2.60;proto=http, for="[2001:db8::7]:80"') == "2001:db8::7"
    assert used_from(modern, X_Forwarded_For="192.0.2.9") == LOOPBACK
