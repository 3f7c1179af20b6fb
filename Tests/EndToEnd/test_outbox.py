"""Mails and short messages: that they arrive as they were written, once, and what happens when they can't."""

import json
import re
import signal
import time
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs

import pytest

from harness.gateway import Gateway
from harness.mail import PASSWORD, USERNAME, Certificate, MailServer
from harness.network import free_port, wait_for
from harness.server import Server

QUICK = {"retry": {"initial": 1, "maximum": 1}}
TO, MOBILE = "taro@example.jp", "09012345678"
SERVICE = "ビジネスポータル"


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


@pytest.fixture
def mail_server():
    """Starts mail servers with the arguments of `MailServer`, and ends them after the test."""
    running = []

    def start(*arguments, **options):
        running.append(MailServer(*arguments, **options).start())
        return running[-1]

    yield start
    for each in running:
        each.stop()


@pytest.fixture
def gateway():
    gateway = Gateway().start()
    yield gateway
    gateway.stop()


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "mail-password"
    path.write_text(PASSWORD + "\n")
    return str(path)


def mail(server, **keys):
    return {
        "mail": {
            "delivery": "smtp", "server": f"127.0.0.1:{server if isinstance(server, int) else server.port}",
            "from": f"{SERVICE} <noreply@portal.example.jp>", "tls": "none", **keys},
        "outbox": QUICK}


def sms(gateway, **keys):
    return {"sms": {"delivery": "http", "url": gateway.url, **keys}, "outbox": QUICK}


def send_test(server, *arguments):
    return server.json("outbox", "send-test", *arguments)["id"]


def shown(server, message):
    return server.json("outbox", "show", str(message))


def wait_for_state(server, message, state, seconds=15):
    def look():
        now = shown(server, message)
        return now if now["message"]["state"] == state else None

    return wait_for(look, seconds, f"message {message} {state}; it is {shown(server, message)}")


def wait_for_error(server, message, text, seconds=15):
    def look():
        now = shown(server, message)["message"]
        return now if text in now.get("lastError", "") else None

    return wait_for(look, seconds, f"the error {text!r}; it is {shown(server, message)}")


def put(server, event, *, channel="mail", body="パスワード: 012345", repeatable=False, seconds=600):
    """Puts a secret message into the outbox, as a sign-in does."""
    now = int(time.time() * 1000)
    with server.database() as database:
        cursor = database.execute(
            "INSERT INTO outbox (event, kind, channel, recipient, language, subject, body, is_secret, is_repeatable, "
            "created_at, queued_at, expires_at, state, next_attempt_at) "
            "VALUES (?, ?, ?, ?, 'ja', ?, ?, 1, ?, ?, ?, ?, 'waiting', ?)",
            (event, f"{channel}-code", channel, TO if channel == "mail" else MOBILE,
             "件名" if channel == "mail" else "", body, repeatable, now, now, now + seconds * 1000, now))
        return cursor.lastrowid


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        pytest.param("ja", f"{SERVICE} 送信テスト", "送信設定を確認するため", id="Japanese"),
        pytest.param("en", f"{SERVICE}: test", "a test of how mail is sent", id="English"),
    ])
def test_a_mail_arrives_with_its_headers_in_both_languages(start_server, mail_server, language, subject, said):
    smtp = mail_server()
    server = start_server(config=mail(smtp))
    server.cli("settings", "service-name", SERVICE)
    message = send_test(server, "--mail", TO, "--language", language)
    wait_for_state(server, message, "sent")
    [got] = smtp.taken
    assert (got.sender, got.recipients) == ("noreply@portal.example.jp", [TO])
    assert got.message["Subject"] == subject
    assert got.message["From"].addresses[0].display_name == SERVICE
    assert got.message["From"].addresses[0].addr_spec == "noreply@portal.example.jp"
    assert got.message["To"] == TO
    assert got.message["Auto-Submitted"] == "auto-generated"
    assert got.message["Content-Language"] == language
    assert got.message["Content-Transfer-Encoding"] == "base64"
    assert got.message.get_content_type() == "text/plain"
    assert re.fullmatch(r"<[0-9a-f]{32}@portal\.example\.jp>", got.message["Message-ID"])
    assert abs(parsedate_to_datetime(got.message["Date"]).timestamp() - time.time()) < 60
    assert said in got.text and SERVICE in got.text
    assert all(len(line) <= 78 for line in got.raw.split(b"\r\n"))


def test_a_mail_in_plain_english_is_sent_as_it_is(start_server, mail_server):
    smtp = mail_server()
    server = start_server(config=mail(smtp, **{"from": "noreply@portal.example.jp"}))
    wait_for_state(server, send_test(server, "--mail", TO), "sent")
    assert smtp.taken[0].message["Content-Transfer-Encoding"] == "7bit"
    assert b"\r\n\r\nThis mail was sent automatically by Tsunagi.\r\n" in smtp.taken[0].raw


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_mail_goes_over_tls_with_a_password(start_server, mail_server, certificate, password_file, tls):
    smtp = mail_server(certificate=certificate, starttls=tls == "starttls", implicit=tls == "implicit", passwords=True)
    server = start_server(
        config=mail(
            smtp, tls=tls, username=USERNAME, **{"password.file": password_file, "ca.file": str(certificate.path)}))
    wait_for_state(server, send_test(server, "--mail", TO), "sent")
    [got] = smtp.taken
    assert got.username == USERNAME
    assert got.encrypted or tls == "implicit"


def test_a_wrong_password_keeps_the_mail_and_is_told_once(start_server, mail_server, certificate, tmp_path):
    smtp = mail_server(certificate=certificate, starttls=True, passwords=True)
    password = tmp_path / "password"
    password.write_text("hunter2\n")
    server = start_server(
        config=mail(
            smtp, tls="starttls", username=USERNAME,
            **{"password.file": str(password), "ca.file": str(certificate.path)}))
    messages = [send_test(server, "--mail", TO) for _ in range(2)]
    for message in messages:
        waiting = wait_for(
            lambda: (now := shown(server, message)["message"])["attempts"] >= 2 and now, 15, "a second attempt")
        assert waiting["state"] in ("waiting", "sending")
        assert "Login denied" in waiting["lastError"] and "535" in waiting["lastError"]
    assert "hunter2" not in server.output() + waiting["lastError"]
    assert server.output().count("mail can't be sent: Login denied") == 1
    assert smtp.taken == []
    password.write_text(PASSWORD + "\n")
    server.stop()
    server.start()
    for message in messages:
        wait_for_state(server, message, "sent")


def test_a_server_that_wants_tls_keeps_the_mail_waiting(start_server, mail_server, certificate):
    smtp = mail_server(certificate=certificate, starttls=True)
    server = start_server(config=mail(smtp))
    waiting = wait_for_error(server, send_test(server, "--mail", TO), "530")
    assert waiting["state"] in ("waiting", "sending")


def test_without_the_tls_that_is_asked_for_nothing_is_sent(start_server, mail_server, certificate):
    plain = mail_server()
    server = start_server(config=mail(plain, tls="starttls"))
    wait_for_error(server, send_test(server, "--mail", TO), "STARTTLS")
    assert plain.taken == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(start_server, mail_server, certificate):
    smtp = mail_server(certificate=certificate, starttls=True)
    server = start_server(config=mail(smtp, tls="starttls"))
    wait_for_error(server, send_test(server, "--mail", TO), "certificate")
    assert smtp.taken == []


def test_tls_that_is_optional_is_used_where_it_is_offered(start_server, mail_server, certificate):
    for smtp, encrypted in (
        (mail_server(), False), (mail_server(certificate=certificate, starttls=True), True)
    ):
        server = start_server(config=mail(smtp, tls="optional", **{"ca.file": str(certificate.path)}))
        wait_for_state(server, send_test(server, "--mail", TO), "sent")
        assert [got.encrypted for got in smtp.taken] == [encrypted]


def test_a_server_that_is_down_gets_the_mail_when_it_is_back(start_server, mail_server):
    port = free_port()
    server = start_server(config=mail(port))
    message = send_test(server, "--mail", TO)
    waiting = wait_for_error(server, message, "Failed to connect")
    assert waiting["state"] in ("waiting", "sending")
    smtp = mail_server(port)
    sent = wait_for_state(server, message, "sent")["message"]
    assert sent["attempts"] >= 2 and "lastError" not in sent
    assert len(smtp.taken) == 1


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(start_server, mail_server):
    smtp = mail_server()
    smtp.replies = ["451 4.3.0 try again later", "250 OK", "554 5.7.1 this is spam"]
    server = start_server(config=mail(smtp))
    postponed = send_test(server, "--mail", TO)
    assert wait_for_state(server, postponed, "sent")["message"]["attempts"] == 2
    first, second = smtp.taken
    assert first.message["Message-ID"] == second.message["Message-ID"]
    refused = send_test(server, "--mail", TO)
    error = wait_for_state(server, refused, "failed")["message"]
    assert error["attempts"] == 1 and "554 5.7.1 this is spam" in error["lastError"]
    unknown = send_test(server, "--mail", "nobody@example.jp")
    error = wait_for_state(server, unknown, "failed")["message"]
    assert "550 5.1.1 <nobody@example.jp> there is no such mailbox" in error["lastError"]
    assert "550 5.1.1 <***> there is no such mailbox" in server.output()
    assert "nobody@example.jp" not in server.output()
    server.cli("outbox", "retry", str(refused))
    wait_for_state(server, refused, "sent")
    assert [line["action"] for line in server.records("history")][0] == "outbox retry"


def test_a_message_is_sent_once_even_when_the_server_is_killed_in_the_middle(start_server, mail_server):
    smtp = mail_server()
    smtp.replies = [None]
    server = start_server(config=mail(smtp))
    code = put(server, "code")
    wait_for(lambda: smtp.taken, 10, "the code is handed over")
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.start()
    failed = wait_for_state(server, code, "failed")
    assert "it may have arrived, and is not sent a second time" in failed["message"]["lastError"]
    after = send_test(server, "--mail", TO)
    wait_for_state(server, after, "sent")
    assert [got.message["Subject"] for got in smtp.taken] == ["件名", "Tsunagi: test"]


def test_a_mail_that_is_repeated_after_a_crash_is_the_same_mail(start_server, mail_server):
    smtp = mail_server()
    smtp.replies = [None]
    server = start_server(config=mail(smtp))
    message = send_test(server, "--mail", TO)
    wait_for(lambda: smtp.taken, 10, "the mail is handed over")
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    server.start()
    wait_for_state(server, message, "sent")
    first, second = smtp.taken
    assert first.raw == second.raw


def test_a_mail_server_that_hangs_stops_neither_calls_nor_short_messages_nor_the_end(
    start_server, mail_server, gateway
):
    smtp = mail_server()
    smtp.replies = [None]
    server = start_server(config={**mail(smtp), **sms(gateway)})
    send_test(server, "--mail", TO)
    wait_for(lambda: smtp.taken, 10, "the mail server hangs")
    server.registered("05012345678", password="secret")
    wait_for_state(server, send_test(server, "--sms", MOBILE), "sent")
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 8
    server.process = None


def test_what_is_secret_is_erased_when_it_is_sent_and_never_told(start_server, mail_server):
    smtp = mail_server()
    server = start_server(config=mail(smtp))
    message = put(server, "code")
    sent = wait_for_state(server, message, "sent")
    assert "body" not in sent and "012345" in smtp.taken[0].text
    assert "012345" not in server.output() and TO not in server.output()
    with server.database() as database:
        assert database.execute("SELECT count(*) FROM outbox WHERE body IS NOT NULL").fetchone() == (0,)


def test_without_a_configuration_messages_stay_in_the_outbox_to_be_read(server):
    message = put(server, "code")
    kept = wait_for_state(server, message, "kept")
    assert "012345" in kept["body"]
    assert "012345" in server.cli("outbox", "show", str(message)).stdout


def test_a_code_that_is_too_late_is_not_sent(start_server, mail_server):
    port = free_port()
    server = start_server(config=mail(port))
    message = put(server, "code", seconds=2)
    expired = wait_for_state(server, message, "expired")
    assert "body" not in expired and "Failed to connect" in expired["message"]["lastError"]
    smtp = mail_server(port)
    wait_for_state(server, send_test(server, "--mail", TO), "sent")
    assert len(smtp.taken) == 1


def test_a_short_message_is_a_request_made_of_the_template(start_server, gateway, tmp_path):
    secret = tmp_path / "token"
    secret.write_text("s3cret\n")
    server = start_server(
        config=sms(
            gateway, url=f"{gateway.url}?ref={{id}}&from={{from}}", **{"from": "ポータル", "secret.file": str(secret)},
            headers=["Content-Type: application/json", "Authorization: Bearer {secret}"],
            body='{"destination":"{e164}","local":"{to}","message":{"text":"{text}"}}'))
    text = '【ポータル】"012345" \\ 1行目\n2行目 {to}'
    message = put(server, "code", channel="sms", body=text)
    wait_for_state(server, message, "sent")
    [request] = gateway.taken
    assert request.method == "POST"
    assert parse_qs(request.path.split("?")[1])["from"] == ["ポータル"]
    assert re.fullmatch(r"[0-9a-f]{32}", parse_qs(request.path.split("?")[1])["ref"][0])
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == {
        "destination": "+819012345678", "local": MOBILE, "message": {"text": text}}


def test_a_short_message_goes_as_a_form_or_in_the_url_as_well(start_server, gateway):
    server = start_server(
        config=sms(
            gateway, method="put", headers=["Content-Type: application/x-www-form-urlencoded"],
            body="to={to}&text={text}"))
    put(server, "form", channel="sms", body="コード=1&2 +3")
    wait_for(lambda: gateway.taken, 10, "the form")
    assert gateway.taken[0].method == "PUT"
    assert parse_qs(gateway.taken[0].body.decode()) == {"to": [MOBILE], "text": ["コード=1&2 +3"]}
    server.stop()
    server.process = None
    second = start_server(config=sms(gateway, method="get", url=gateway.url + "?to={to}&text={text}"))
    put(second, "url", channel="sms", body="コード=1&2 +3")
    wait_for(lambda: len(gateway.taken) == 2, 10, "the request")
    assert gateway.taken[1].method == "GET" and gateway.taken[1].body == b""
    assert parse_qs(gateway.taken[1].path.split("?")[1])["text"] == ["コード=1&2 +3"]


def test_a_gateway_that_is_busy_is_asked_again_and_one_that_refuses_is_not(start_server, gateway):
    gateway.replies = [(503, ""), (429, ""), (202, ""), (400, '{"error":"unknown sender"}'), (504, "")]
    server = start_server(config=sms(gateway))
    sent = wait_for_state(server, send_test(server, "--sms", MOBILE), "sent")["message"]
    assert sent["attempts"] == 3 and len(gateway.taken) == 3
    failed = wait_for_state(server, send_test(server, "--sms", MOBILE), "failed")["message"]
    assert failed["attempts"] == 1 and "400" in failed["lastError"] and "unknown sender" in failed["lastError"]
    lost = wait_for_state(server, send_test(server, "--sms", MOBILE), "failed")["message"]
    assert lost["attempts"] == 1 and "it may have arrived" in lost["lastError"]


def test_what_the_gateway_repeats_of_a_code_is_not_kept(start_server, gateway):
    gateway.replies = [(400, "bad text: 012345")]
    server = start_server(config=sms(gateway))
    failed = wait_for_state(server, put(server, "code", channel="sms", body="012345"), "failed")["message"]
    assert "400" in failed["lastError"] and "012345" not in failed["lastError"]
    assert "012345" not in server.output()


@pytest.mark.parametrize(
    "keys", [{"username": "me", "tls": "starttls", "password.file": "/nowhere"}, {"ca.file": "/nowhere"}])
def test_a_configuration_that_can_not_work_stops_the_start(tmp_path, keys):
    server = Server(tmp_path, config=mail(25, **keys))
    with pytest.raises(AssertionError, match="/nowhere can't be read"):
        server.start()
    server.process = None
