"""The interface for programs: /api/v1."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from harness.company import ADMINISTRATOR, FOREIGN, MANAGER, MEMBER, NUMBER, SECOND, STRANGER, USER, Company, Furnished
from harness.server import Server
from harness.webclient import Answer, WebClient

DOCUMENT = "/api/openapi.json"


@pytest.fixture
def company(start_server: Callable[..., Server], furnished: Furnished) -> Company:
    return Company(start_server, furnished)


def problem(answer: Answer, status: int, kind: str) -> None:
    assert answer.status == status, answer.text
    assert answer.header("Content-Type") == "application/problem+json"
    shown = answer.json
    assert shown["status"] == status and shown["type"] == f"urn:tsunagi:problem:{kind}"
    assert shown["title"] and shown["detail"] and "tsunagi " not in shown["detail"]


def test_a_program_without_a_token_learns_nothing(company: Company) -> None:
    for path in ("/numbers", f"/numbers/{NUMBER}", f"/numbers/{FOREIGN}", "/users"):
        for headers in ({}, {"Authorization": "Bearer " + "A" * 43}, {"Authorization": "Basic YTpi"}):
            answer = company.visitor().api("GET", path, headers=headers)
            problem(answer, 401, "unauthorized")
            assert answer.header("WWW-Authenticate") == "Bearer"
            assert not answer.all("Set-Cookie")


def test_what_is_set_holds_for_the_command_line_and_is_recorded_with_its_token(company: Company) -> None:
    program = company.program("--login", USER)
    answer = program.api("PUT", f"/numbers/{NUMBER}/forwarding/busy", {"to": "0312345678", "ringSeconds": 10})
    assert answer.status == 200, answer.text
    assert answer.json["rules"][0]["to"] == "0312345678"
    assert company.server.json("forward", "show", NUMBER)["rules"] == answer.json["rules"]
    change = company.server.records("history", NUMBER)[0]
    [token] = company.server.records("token", "list")
    assert change["actor"] == USER and change["source"] == f"127.0.0.1 token {token['id']}"
    assert token["usedFrom"] == "127.0.0.1"


def test_the_rules_of_a_number_are_set_as_a_whole(company: Company) -> None:
    program = company.program("--login", USER)
    program.api("PUT", f"/numbers/{NUMBER}/forwarding/unreachable", {"to": "0311111111"})
    rules = [{"when": "busy", "to": "0322222222"}, {"when": "no-answer", "to": "0333333333"}]
    answer = program.api("PUT", f"/numbers/{NUMBER}/forwarding", {"ringSeconds": 12, "rules": rules})
    assert answer.status == 200, answer.text
    shown = program.api("GET", f"/numbers/{NUMBER}/forwarding").json
    assert [(rule["when"], rule["to"]) for rule in shown["rules"]] == [
        ("busy", "0322222222"), ("no-answer", "0333333333")]
    assert shown["ringSeconds"] == 12 and shown == answer.json
    problem(program.api("PUT", f"/numbers/{NUMBER}/forwarding", {"rules": rules * 2}), 422, "invalid")
    problem(program.api("PUT", f"/numbers/{NUMBER}/forwarding", {"rules": [{"when": "busy", "to": "110"}]}), 422, "invalid")


def test_what_was_decided_on_old_grounds_is_refused(company: Company) -> None:
    one, other = company.program("--login", USER), company.program("--admin", ADMINISTRATOR)
    path = f"/numbers/{NUMBER}/forwarding"
    tag = one.api("GET", path).header("ETag")
    assert tag
    assert other.api("PUT", f"{path}/busy", {"to": "0312345678"}).status == 200
    refused = one.api("PUT", f"{path}/busy", {"to": "0387654321"}, {"If-Match": tag})
    problem(refused, 412, "changed")
    shown = one.api("GET", path)
    assert shown.json["rules"][0]["to"] == "0312345678"
    now = shown.header("ETag")
    assert now and now != tag
    done = one.api("PUT", f"{path}/busy", {"to": "0387654321"}, {"If-Match": now})
    assert done.status == 200 and done.header("ETag") not in (None, now)
    known = one.api("GET", path, headers={"If-None-Match": str(done.header("ETag"))})
    assert known.status == 304 and not known.text


def test_a_request_is_done_once_under_its_key(company: Company) -> None:
    program = company.program("--login", USER)
    key = {"Idempotency-Key": "7f0a"}
    path, rule = f"/numbers/{NUMBER}/forwarding/busy", {"to": "0312345678"}
    first = program.api("PUT", path, rule, key)
    assert first.status == 200
    program.api("DELETE", path)
    again = program.api("PUT", path, rule, key)
    assert (again.status, again.text, again.header("ETag")) == (200, first.text, first.header("ETag"))
    assert program.api("GET", f"/numbers/{NUMBER}/forwarding").json["rules"] == []
    problem(program.api("PUT", path, {"to": "0387654321"}, key), 409, "conflict")
    # What was refused may be tried again, and one account's keys are not another's.
    refused = {"Idempotency-Key": "8f0a"}
    problem(program.api("PUT", path, {"to": "110"}, refused), 422, "invalid")
    assert program.api("PUT", path, rule, refused).status == 200
    assert company.program("--admin", ADMINISTRATOR).api("PUT", path, {"to": "0399999999"}, key).status == 200


def test_nothing_is_acknowledged_while_the_database_is_not_in_its_place(company: Company) -> None:
    program = company.program("--login", USER)
    path = f"/numbers/{NUMBER}/block-list"
    assert program.api("PUT", f"{path}/0311111111").status == 200
    control = company.server.data / "control.db"
    control.rename(company.server.folder / "away.db")
    problem(program.api("PUT", f"{path}/0322222222"), 503, "busy")
    (company.server.folder / "away.db").rename(control)
    assert program.api("PUT", f"{path}/0333333333").status == 200
    blocked = company.server.cli("block", "list", NUMBER).stdout
    assert "0311111111" in blocked and "0333333333" in blocked and "0322222222" not in blocked


def test_a_scope_says_how_far_a_token_goes(company: Company) -> None:
    reader = company.program("--user", MANAGER, write=False)
    assert reader.api("GET", f"/numbers/{NUMBER}").status == 200
    problem(reader.api("PUT", f"/numbers/{NUMBER}/block-list/0311111111"), 403, "forbidden")
    numbers = company.program("--user", MANAGER, "--numbers-only")
    assert numbers.api("PUT", f"/numbers/{NUMBER}/block-list/0311111111").status == 200
    for path in ("/users", f"/users/{MEMBER}", "/sessions", "/tokens", "/history"):
        problem(numbers.api("GET", path), 403, "forbidden")
    problem(numbers.api("POST", "/tokens", {"name": "more", "mayWrite": True}), 403, "forbidden")
    problem(reader.api("POST", "/tokens", {"name": "more", "mayWrite": True}), 403, "forbidden")
    made = company.program("--user", MANAGER).api("POST", "/tokens", {"name": "less", "numbersOnly": True, "days": 1})
    assert made.status == 201, made.text
    assert company.visitor(token=made.json["secret"]).api("GET", "/numbers").status == 200
    assert made.json["secret"] not in company.server.output()


def test_a_token_is_over_when_it_is_ended_or_its_account_changes(company: Company) -> None:
    program = company.program("--user", MEMBER)
    assert program.api("GET", "/numbers").status == 200
    company.server.cli("user", "suspend", MEMBER)
    problem(program.api("GET", "/numbers"), 401, "unauthorized")
    company.server.cli("user", "resume", MEMBER)
    assert program.api("GET", "/numbers").status == 200
    company.server.cli("user", "password", MEMBER)
    problem(program.api("GET", "/numbers"), 401, "unauthorized")
    other = company.program("--user", MEMBER)
    [token] = other.api("GET", "/tokens").json["items"]
    manager = company.program("--user", MANAGER)
    assert manager.api("DELETE", f"/tokens/{token['id']}").status == 200
    problem(other.api("GET", "/numbers"), 401, "unauthorized")
    stranger = company.program("--user", STRANGER)
    [own] = [each for each in manager.api("GET", "/tokens").json["items"] if each["account"] == MANAGER]
    problem(stranger.api("DELETE", f"/tokens/{own['id']}"), 404, "not-found")
    assert STRANGER not in manager.api("GET", "/tokens").text


def test_what_is_anothers_is_not_there(company: Company) -> None:
    for owner in (("--login", USER), ("--admin", ADMINISTRATOR), ("--user", MANAGER), ("--user", MEMBER)):
        program = company.program(*owner)
        for method, path, value in (
            ("GET", f"/numbers/{FOREIGN}", None), ("GET", f"/numbers/{FOREIGN}/forwarding", None),
            ("PUT", f"/numbers/{FOREIGN}/forwarding/busy", {"to": "0312345678"}),
            ("GET", "/contracts/C-2001", None), ("GET", f"/users/{STRANGER}", None),
            ("POST", f"/users/{STRANGER}/suspend", None), ("GET", "/numbers?contract=C-2001", None),
            ("GET", f"/calls?number={FOREIGN}", None),
        ):
            missing = path.replace(FOREIGN, "05099999999").replace("C-2001", "C-4040").replace(
                STRANGER, "nobody@other.example")
            answer, ghost = program.api(method, path, value), program.api(method, missing, value)
            assert answer.status == ghost.status and answer.status in (403, 404), (owner, method, path, answer.text)
            assert answer.status == 403 or answer.json["type"] == ghost.json["type"]
        refused = program.api("POST", "/operations", {"numbers": [FOREIGN], "when": "busy", "to": "0312345678"})
        assert refused.status == 200 and not refused.json["isDone"] and not refused.json["changed"]
        assert FOREIGN not in program.api("GET", "/numbers?limit=200").text
    assert company.server.json("forward", "show", FOREIGN)["rules"] == []


def test_lists_come_in_pages(company: Company) -> None:
    program = company.program("--admin", ADMINISTRATOR)
    first = program.api("GET", "/numbers?limit=1").json
    second = program.api("GET", f"/numbers?limit=1&cursor={first['next'].replace('+', '%2B')}").json
    assert [first["items"][0]["number"], second["items"][0]["number"]] == [NUMBER, SECOND]
    assert "next" not in second
    for caller in ("0311111111", "0322222222", "0333333333"):
        program.api("PUT", f"/numbers/{NUMBER}/block-list/{caller}")
    changes, path = [], "/history?limit=2"
    while True:
        page = program.api("GET", path).json
        changes += [each["id"] for each in page["items"]]
        if "next" not in page:
            break
        path = f"/history?limit=2&cursor={page['next']}"
    assert changes == sorted(changes, reverse=True) and len(changes) == len(set(changes)) >= 3
    for query in ("limit=0", "limit=201", "limit=x", "nonsense=1", "limit=1&limit=2"):
        problem(program.api("GET", f"/numbers?{query}"), 422, "invalid")


def pages(program: WebClient, path: str) -> list[str]:
    """The ids of everything in a list, one a page."""
    found, cursor = [], ""
    while True:
        page = program.api("GET", f"{path}?limit=1{cursor}").json
        found += [str(each["id"]) for each in page["items"]]
        if "next" not in page:
            return found
        cursor = f"&cursor={quote(page['next'])}"


def test_lists_that_have_the_newest_first_are_gone_on_with(company: Company) -> None:
    program = company.program("--admin", ADMINISTRATOR)
    for to in ("0311111111", "0322222222", "0333333333"):
        program.api("POST", "/operations", {"contract": "C-1001", "when": "always", "to": to})
        company.token("--login", USER)
    for path, count in (("/operations", 3), ("/tokens", 4), (f"/numbers/{NUMBER}/history", 4)):
        found = pages(program, path)
        whole = [str(each["id"]) for each in program.api("GET", f"{path}?limit=200").json["items"]]
        assert found == whole and len(set(found)) == count, (path, found, whole)
    for path in ("/operations", "/tokens", "/sessions", f"/numbers/{NUMBER}/history"):
        problem(program.api("GET", f"{path}?cursor=x"), 400, "malformed")
    assert program.api("GET", "/sessions").json == {"items": []}


def test_a_program_asks_what_would_happen_to_a_call(company: Company) -> None:
    company.server.cli("forward", "set", NUMBER, "--when", "always", "--to", "0312345678")
    reader = company.program("--login", USER, "--numbers-only", write=False)
    path = f"/numbers/{NUMBER}/explanation"
    told = reader.api("GET", f"{path}?from=0901111222")
    assert told.status == 200, told.text
    assert (told.json["from"], told.json["to"]) == ("0901111222", NUMBER)
    assert "0312345678" in " ".join(each["text"] for each in told.json["decisions"]), told.text
    company.server.cli("anonymous", "reject", NUMBER)
    withheld = reader.api("GET", f"{path}?reason=withheld&at=2030-01-01T09:00:00Z").json
    assert withheld["at"] == "2030-01-01T09:00:00.000Z" and "from" not in withheld
    assert "0312345678" not in str(withheld), withheld
    for query in ("", "?at=noon&from=1", "?from=%20", "?reason=shy"):
        problem(reader.api("GET", path + query), 422, "invalid")
    problem(reader.api("GET", f"/numbers/{FOREIGN}/explanation?from=0901111222"), 404, "not-found")


def test_a_program_adds_a_user(company: Company) -> None:
    manager = company.program("--user", MANAGER)
    new = {
        "company": "Acme", "email": "new@acme.example", "name": "New", "telephone": "0312345678", "language": "en",
        "groups": ["sales"]}
    added = manager.api("POST", "/users", new)
    assert added.status == 201, added.text
    assert (added.json["status"], added.json["language"], added.json["groups"]) == ("invited", "en", ["sales"])
    mails = [each["recipient"] for each in company.server.records("outbox", "list")]
    assert "new@acme.example" in mails
    quiet = {**new, "email": "quiet@acme.example", "invites": False}
    assert manager.api("POST", "/users", quiet).status == 201
    assert "quiet@acme.example" not in [each["recipient"] for each in company.server.records("outbox", "list")]
    problem(manager.api("POST", "/users", new), 409, "conflict")
    problem(manager.api("POST", "/users", {**new, "email": "x"}), 422, "invalid")
    problem(manager.api("POST", "/users", {**new, "email": "y@acme.example", "company": "Other"}), 404, "not-found")
    problem(company.program("--user", MEMBER).api("POST", "/users", new), 403, "forbidden")


def test_a_rule_is_given_an_end(company: Company) -> None:
    program = company.program("--login", USER)
    path, end = f"/numbers/{NUMBER}/forwarding", "2030-12-28T00:00:00.000Z"
    rule = {"to": "0312345678", "hours": "18:00-09:00", "days": "mon-fri", "ends": end}
    set_ = program.api("PUT", f"{path}/busy", rule)
    assert set_.status == 200, set_.text
    schedule = set_.json["rules"][0]["schedule"]
    assert (schedule["hours"], schedule["days"], schedule["ends"]) == ("18:00-09:00", "mon-fri", end)
    assert "2030-12-28 09:00" in schedule["text"]
    # As a whole: what has no time applies at any time.
    rules = [{"when": "busy", "to": "0312345678"}, {"when": "no-answer", "to": "0312345678", "ends": end}]
    busy, no_answer = program.api("PUT", path, {"rules": rules}).json["rules"]
    assert "schedule" not in busy and no_answer["schedule"]["ends"] == end
    problem(program.api("PUT", f"{path}/busy", {"to": "0312345678", "ends": "2020-01-01T00:00:00Z"}), 422, "invalid")
    for none in ("soon", "2030-12-28T09:99:00Z", "2030-02-29T09:00:00Z"):
        problem(program.api("PUT", f"{path}/busy", {"to": "0312345678", "ends": none}), 422, "invalid")
    rejection = program.api("PUT", f"/numbers/{NUMBER}/anonymous", {"rejected": ["withheld"], "ends": end})
    assert rejection.status == 200 and rejection.json["schedule"]["ends"] == end, rejection.text


def test_many_numbers_are_previewed_changed_and_put_back(company: Company) -> None:
    program = company.program("--admin", ADMINISTRATOR)
    order = {"contract": "C-1001", "when": "always", "to": "0312345678"}
    seen = program.api("POST", "/operations", {**order, "preview": True})
    assert seen.status == 200 and not seen.json["isDone"] and len(seen.json["changed"]) == 2, seen.text
    assert company.server.json("forward", "show", NUMBER)["rules"] == []
    done = program.api("POST", "/operations", order).json
    assert done["isDone"] and len(done["changed"]) == 2
    assert program.api("GET", "/operations").json["items"][0]["id"] == done["operation"]
    back = program.api("POST", f"/operations/{done['operation']}/restore")
    assert back.status == 200 and back.json["isDone"], back.text
    assert company.server.json("forward", "show", NUMBER)["rules"] == []


def test_many_numbers_that_were_changed_since_the_preview_stay_as_they_are(company: Company) -> None:
    program = company.program("--admin", ADMINISTRATOR)
    order = {"contract": "C-1001", "when": "always", "to": "0312345678"}
    seen = program.api("POST", "/operations", {**order, "preview": True}).json["lastChange"]
    company.server.cli("forward", "set", NUMBER, "--when", "busy", "--to", "0398765432")
    order["unlessChangedSince"] = seen
    overtaken = program.api("POST", "/operations", order).json
    assert not overtaken["isDone"] and [refusal["number"] for refusal in overtaken["refused"]] == [NUMBER], overtaken
    assert "changed" in overtaken["refused"][0]["reason"], overtaken
    others = program.api("POST", "/operations", {**order, "skipRefused": True}).json
    assert others["isDone"] and NUMBER not in [change["number"] for change in others["changed"]], others
    assert [rule["when"] for rule in company.server.json("forward", "show", NUMBER)["rules"]] == ["busy"]
    # After another look it is done to all of them.
    order["unlessChangedSince"] = program.api("POST", "/operations", {**order, "preview": True}).json["lastChange"]
    assert program.api("POST", "/operations", order).json["isDone"]


def test_what_nobody_can_have_seen_protects_nothing_and_is_refused(company: Company) -> None:
    program = company.program("--admin", ADMINISTRATOR)
    order = {"contract": "C-1001", "when": "always", "to": "0312345678"}
    seen = program.api("POST", "/operations", {**order, "preview": True}).json["lastChange"]
    for ahead in (1, 10**15):
        problem(program.api("POST", "/operations", {**order, "unlessChangedSince": seen + ahead}), 412, "changed")
    path = f"/numbers/{NUMBER}/forwarding/busy"
    problem(program.api("PUT", path, {"to": "0312345678"}, {"If-Match": f'"{seen + 1}"'}), 412, "changed")
    assert company.server.json("forward", "show", NUMBER)["rules"] == []
    assert program.api("POST", "/operations", {**order, "unlessChangedSince": seen}).json["isDone"]


def test_requests_are_held_to_the_document(company: Company) -> None:
    program = company.program("--login", USER)
    path = f"/numbers/{NUMBER}/forwarding/busy"
    for value in ({}, {"to": 5}, {"to": "0312345678", "ringSecond": 5}, {"to": "0312345678", "ringSeconds": 31}, [], "x"):
        problem(program.api("PUT", path, value), 422, "invalid")
    plain = {"Content-Type": "text/plain"}
    problem(program.ask("PUT", f"/api/v1{path}", "{}", plain), 415, "unsupported-media")
    problem(program.ask("PUT", f"/api/v1{path}", "{", {"Content-Type": "application/json"}), 400, "malformed")
    large = json.dumps({"to": "0" * (1 << 20)})
    problem(program.ask("PUT", f"/api/v1{path}", large, {"Content-Type": "application/json"}), 413, "too-large")
    wrong = program.api("POST", path, {})
    problem(wrong, 405, "method-not-allowed")
    assert wrong.header("Allow") == "PUT, DELETE"
    problem(program.api("GET", "/nothing"), 404, "not-found")
    problem(program.ask("GET", "/api"), 404, "not-found")


def test_wrong_tokens_are_slowed_down(company: Company) -> None:
    guesser = company.visitor(token="B" * 43)
    kinds = [guesser.api("GET", "/numbers").status for _ in range(40)]
    assert kinds[:30] == [401] * 30 and kinds[-1] == 429
    answer = guesser.api("GET", "/numbers")
    problem(answer, 429, "too-many-tries")
    assert int(answer.header("Retry-After") or 0) > 0
    # A right one is heard all the same.
    assert company.program("--login", USER).api("GET", "/numbers").status == 200


def test_the_document_can_be_read_by_everybody(company: Company) -> None:
    answer = company.visitor().get(DOCUMENT)
    document = answer.json
    assert document["openapi"] == "3.1.0"
    operations = [each for path in document["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names)) >= 30
    references = set(re.findall(r"#/components/schemas/(\w+)", answer.text))
    assert references == set(document["components"]["schemas"])


@pytest.mark.parametrize("owner", [("--user", MANAGER), ("--login", USER)])
def test_schemathesis_finds_no_fault_and_no_answer_that_the_document_lacks(
    company: Company, owner: tuple[str, str], tmp_path: Path
) -> None:
    token = company.token(*owner)
    # Things that are there; no condition, which would hide what else is wrong with a request; and not the token itself,
    # which would be ended.
    known = {
        "path.number": NUMBER, "path.contract": "C-1001", "path.email": MEMBER, "path.token": "no-such-token",
        "header.If-Match": "*",
    }
    lines = ["[parameters]", *(f'"{name}" = "{value}"' for name, value in known.items())]
    (tmp_path / "schemathesis.toml").write_text("\n".join(lines) + "\n")
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"), "run", f"http://127.0.0.1:{company.port}{DOCUMENT}",
            "--header", f"Authorization: Bearer {token}", "--phases", "coverage,fuzzing", "--max-examples", "8",
            "--checks", "all", "--exclude-checks", "positive_data_acceptance,use_after_free,ensure_resource_availability",
            "--max-time", "40", "--seed", "1", "--no-color", "--suppress-health-check", "all",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=88, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert "Internal" not in company.server.output()
