"""Registration and who may call as whom: digest, contacts, expiry, and what the command line shows of it."""

import itertools

import pytest

from harness.digest import Challenge
from harness.message import address_of
from harness.network import wait_for
from harness.phone import choose

FIRST, SECOND, PASSWORD = "05012345678", "05023456789", "correct horse"


@pytest.fixture
def phone(strict):
    strict.add(FIRST, PASSWORD)
    return strict.phone(FIRST, password=PASSWORD)


@pytest.mark.parametrize("algorithm", ["SHA-256", "MD5"])
def test_sipp_registers_with_a_password(strict, sipp, algorithm):
    strict.add(FIRST, PASSWORD)
    phone = strict.phone(FIRST)
    challenge = choose(phone.ask(phone.registration(), 401), algorithm)
    credentials = challenge.credentials("REGISTER", "sip:lab.test", FIRST, PASSWORD)
    sipp("register", strict, service=FIRST, keys={"credentials": credentials}).succeeds()
    assert len(strict.records("registrations", "list", FIRST)) == 1


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("algorithm", ["SHA-256", "MD5"])
def test_a_phone_registers_with_either_algorithm(strict, algorithm, transport):
    strict.add(FIRST, PASSWORD)
    phone = strict.phone(FIRST, transport, password=PASSWORD)
    answer = phone.register(200, algorithm=algorithm)
    assert len(answer.values("Contact")) == 1


def test_the_stronger_algorithm_is_offered_first_with_a_nonce_of_its_own_request(phone):
    refused = phone.ask(phone.registration(), 401)
    challenges = [Challenge.parse(value) for value in refused.values("WWW-Authenticate")]
    assert [challenge.algorithm for challenge in challenges] == ["SHA-256", "MD5"]
    for challenge in challenges:
        assert challenge.parameters["realm"] == "tsunagi"
        assert "auth" in challenge.parameters["qop"].split(",")
        assert not challenge.is_stale


def answered(phone, challenge, password=PASSWORD, user=None, **options):
    """A REGISTER with the answer to a challenge, sent; its final response."""
    value = challenge.credentials("REGISTER", f"sip:{phone.domain}", user or phone.user, password, **options)
    return phone.ask(phone.registration(fields=[("Authorization", value)]))


def test_a_wrong_password_is_challenged_anew_and_registers_nothing(phone, strict):
    challenge = choose(phone.ask(phone.registration(), 401), "SHA-256")
    refused = answered(phone, challenge, password="wrong horse")
    assert refused.status in (401, 403)
    assert strict.records("registrations", "list", FIRST) == []


def test_a_number_that_does_not_exist_looks_like_one_with_another_password(phone, strict):
    known = phone.ask(phone.registration(), 401)
    unknown_phone = strict.phone("05098765432", password="anything")
    unknown = unknown_phone.ask(unknown_phone.registration(), 401)
    assert [name for name, _ in known.fields] == [name for name, _ in unknown.fields]
    refused_known = answered(phone, choose(known, "SHA-256"), password="wrong")
    refused_unknown = answered(unknown_phone, choose(unknown, "SHA-256"), password="wrong")
    assert refused_known.status == refused_unknown.status


def test_the_same_answer_twice_is_a_replay(phone):
    challenge = choose(phone.ask(phone.registration(), 401), "SHA-256")
    assert answered(phone, challenge, count=1).status == 200
    assert answered(phone, challenge, count=2).status == 200
    replayed = answered(phone, challenge, count=2)
    assert replayed.status == 401
    assert answered(phone, challenge, count=1).status == 401


def test_a_nonce_that_is_not_ours_is_stale_or_refused_and_the_new_one_works(phone):
    challenge = choose(phone.ask(phone.registration(), 401), "SHA-256")
    forged = Challenge({**challenge.parameters, "nonce": challenge.nonce[:-6] + "AAAAAA"})
    refused = answered(phone, forged)
    assert refused.status == 401
    assert answered(phone, choose(refused, "SHA-256")).status == 200


def test_an_expired_nonce_is_told_to_be_stale(start_server):
    server = start_server(config={"authentication": {"nonce": {"lifetime": 1}}})
    server.add(FIRST, PASSWORD)
    phone = server.phone(FIRST, password=PASSWORD)
    challenge = choose(phone.ask(phone.registration(), 401), "SHA-256")
    counts = itertools.count(1)
    refusals = []

    def is_refused():
        response = answered(phone, challenge, count=next(counts))
        refusals.extend([response] if response.status == 401 else [])
        return refusals

    wait_for(is_refused, 10, "the nonce to expire")
    renewed = choose(refusals[0], "SHA-256")
    assert renewed.is_stale
    assert answered(phone, renewed).status == 200


def test_an_answer_that_was_overheard_is_worth_nothing_after_a_restart(phone, strict):
    challenge = choose(phone.ask(phone.registration(), 401), "SHA-256")
    assert answered(phone, challenge, count=1).status == 200
    strict.stop()
    strict.start()
    refused = answered(phone, challenge, count=1)
    assert refused.status == 401
    assert answered(phone, choose(refused, "SHA-256")).status == 200


def test_only_hashes_of_passwords_are_stored(phone, strict):
    phone.register()
    for path in strict.data.iterdir():
        assert PASSWORD.encode() not in path.read_bytes(), path


def test_one_number_s_password_does_not_register_another(phone, strict):
    strict.add(SECOND, "another")
    intruder = strict.phone(SECOND, password=PASSWORD)
    challenge = choose(intruder.ask(intruder.registration(), 401), "SHA-256")
    assert answered(intruder, challenge, user=FIRST).status in (401, 403)
    assert strict.records("registrations", "list", SECOND) == []


def test_a_number_without_a_password_registers_only_from_a_trusted_network(strict, server):
    strict.add(FIRST)
    refused = strict.phone(FIRST)
    assert refused.ask(refused.registration()).status in (401, 403)
    assert strict.records("registrations", "list", FIRST) == []
    assert server.registered(FIRST)
    assert len(server.records("registrations", "list", FIRST)) == 1


def test_a_call_from_one_of_our_numbers_is_challenged(strict, sipp):
    strict.add(FIRST, PASSWORD)
    callee = sipp("callee_answers")
    strict.add(SECOND, "another")
    strict.phone(SECOND, password="another").register(contacts=[callee.contact(SECOND)])
    challenge = choose(strict.phone(FIRST).invite(SECOND).hear_final(407), "MD5")
    credentials = challenge.credentials("INVITE", f"sip:{SECOND}@lab.test", FIRST, PASSWORD)
    sipp("caller_challenged", strict, service=SECOND, keys={"caller": FIRST, "credentials": credentials}).succeeds()
    callee.succeeds()


def test_a_wrong_password_places_no_call(strict):
    strict.add(FIRST, PASSWORD)
    callee = strict.registered(SECOND, password="another")
    caller = strict.phone(FIRST)
    call = caller.invite(SECOND)
    challenge = choose(call.hear_final(407), "SHA-256")
    value = challenge.credentials("INVITE", f"sip:{SECOND}@lab.test", FIRST, "wrong")
    assert caller.invite(SECOND, fields=[("Proxy-Authorization", value)]).hear_final().status in (403, 407)
    assert not callee.has_rung()


def test_a_caller_may_not_present_another_number_of_ours(strict):
    strict.add(FIRST, PASSWORD)
    callee = strict.registered(SECOND, password="another")
    caller = strict.phone(FIRST)
    pretended = f"<sip:{SECOND}@lab.test>;tag=pretended"
    challenge = choose(caller.invite(SECOND, sender=pretended).hear_final(407), "SHA-256")
    value = challenge.credentials("INVITE", f"sip:{SECOND}@lab.test", FIRST, PASSWORD)
    call = caller.invite(
        SECOND, sender=f"<sip:{SECOND}@lab.test>;tag=again", fields=[("Proxy-Authorization", value)])
    assert call.hear_final().status in (403, 407)
    assert not callee.has_rung()


def test_a_call_neither_to_us_nor_from_one_of_ours_is_refused(strict):
    bystander = strict.wire()
    refused = strict.caller().invite(f"sip:someone@{bystander.sent_by}").hear_final()
    assert refused.status in (403, 404)
    assert bystander.unread() == []


def test_credentials_for_us_are_not_passed_on(strict):
    strict.add(FIRST, PASSWORD)
    callee = strict.registered(SECOND, password="another")
    caller = strict.phone(FIRST)
    challenge = choose(caller.invite(SECOND).hear_final(407), "SHA-256")
    value = challenge.credentials("INVITE", f"sip:{SECOND}@lab.test", FIRST, PASSWORD)
    caller.invite(SECOND, fields=[("Proxy-Authorization", value)])
    assert callee.expect("INVITE").values("Proxy-Authorization") == []


def test_several_contacts_are_listed_with_their_expiry_and_preference(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    phone.register(contacts=[
        "<sip:desk@192.0.2.1:5060>;q=0.7;expires=300", '"Mobile" <sip:mobile@192.0.2.2>;q=0.5'], expires=900)
    listed = {address_of(value): value for value in phone.register(contacts=[], expires=None).items("Contact")}
    assert set(listed) == {"sip:desk@192.0.2.1:5060", "sip:mobile@192.0.2.2"}
    assert "q=0.7" in listed["sip:desk@192.0.2.1:5060"]
    assert 295 <= int(listed["sip:desk@192.0.2.1:5060"].split("expires=")[1].split(";")[0]) <= 300
    assert 895 <= int(listed["sip:mobile@192.0.2.2"].split("expires=")[1].split(";")[0]) <= 900


def test_a_wildcard_with_expires_0_removes_every_contact_and_without_it_is_malformed(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    phone.register(contacts=["<sip:a@192.0.2.1>", "<sip:b@192.0.2.2>"])
    phone.register(400, contacts=["*"], expires=600)
    phone.register(400, contacts=["*", "<sip:c@192.0.2.3>"], expires=0)
    assert phone.register(contacts=["*"], expires=0).values("Contact") == []


def test_an_expiry_that_is_too_brief_is_423_with_the_least_one(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    refused = phone.register(423, expires=30)
    assert int(refused.value("Min-Expires")) == 60
    assert server.records("registrations", "list", FIRST) == []


def test_an_expiry_that_is_too_long_is_shortened_and_none_gets_the_default(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    assert 7190 <= int(phone.register(expires=100_000).value("Contact").split("expires=")[1]) <= 7200
    assert 3590 <= int(phone.register(expires=None).value("Contact").split("expires=")[1]) <= 3600


def test_an_older_request_of_the_same_sequence_changes_nothing(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    phone.register(number=7)
    late = phone.ask(phone.registration(expires=0, number=5))
    assert late.status >= 400
    assert len(server.records("registrations", "list", FIRST)) == 1
    phone.register(expires=0, number=8)
    assert server.records("registrations", "list", FIRST) == []


def test_a_number_has_ten_contacts_at_most(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    for index in range(10):
        phone.register(contacts=[f"<sip:line{index}@192.0.2.1>"])
    assert phone.ask(phone.registration(contacts=["<sip:line10@192.0.2.1>"])).status >= 400
    assert len(server.records("registrations", "list", FIRST)) == 10


def test_a_path_is_kept_and_calls_take_it(server):
    edge = server.wire()
    phone = server.phone(FIRST)
    server.add(FIRST)
    path = f"<sip:edge@{edge.sent_by};lr>"
    answer = phone.register(
        contacts=["<sip:05012345678@192.0.2.77>"], fields=[("Supported", "path"), ("Path", path)])
    assert answer.value("Path") == path
    server.caller().invite(FIRST)
    arrived = edge.receive(lambda message: message.method == "INVITE")
    assert arrived.uri == "sip:05012345678@192.0.2.77"
    assert arrived.items("Route")[0] == path


def test_the_command_line_lists_registrations_and_removes_them(server):
    phone = server.registered(FIRST)
    assert phone.contact in server.cli("registrations", "list").stdout
    server.cli("registrations", "remove", FIRST)
    assert server.records("registrations", "list", FIRST) == []
    server.caller().invite(FIRST).hear_final(480)
    assert not phone.has_rung()


def test_an_acknowledged_registration_survives_kill_9(start_server):
    server = start_server(config={"trusted": {"networks": ["127.0.0.0/8"]}})
    phone = server.registered(FIRST)
    server.process.kill()
    server.process.wait()
    server.start()
    server.caller().invite(FIRST)
    phone.expect("INVITE")


def test_a_phone_behind_nat_is_reached_where_it_registered_from(server):
    server.add(FIRST)
    phone = server.phone(FIRST)
    # The phone believes in an address of its own: so its Via and Contact say.
    inside = "192.168.7.7:5060"
    registration = phone.registration(contacts=[f"<sip:{FIRST}@{inside}>"])
    raw = registration.raw.replace(f"UDP {phone.wire.sent_by}".encode(), f"UDP {inside}".encode())
    phone.wire.send(raw)
    assert phone.response_to(registration, final=True).status == 200
    server.caller().invite(FIRST)
    assert phone.expect("INVITE").uri == f"sip:{FIRST}@{inside}"
