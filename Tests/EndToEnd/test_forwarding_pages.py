"""The form of a number's forwarding, over real HTTP, and a call right after that goes where the page says."""

import time

import pytest

from harness.network import free_port
from harness.server import TRUSTED
from harness.sites import NUMBERS, Sites, refused

FIRST, SECOND, OTHERS = NUMBERS["lab0001"], NUMBERS["lab0002"], NUMBERS["other1"]
FORM = f"/ou/numbers/{FIRST}/forwarding"


def call_goes_to(server, phones, number=FIRST):
    """Calls the number until one of the phones rings; that one refuses the call, and is answered with."""
    call = server.caller().invite(number)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for phone in phones:
            if phone.has_rung():
                phone.refuse(480)
                call.hear_final(480)
                return phone
    raise AssertionError("no phone has rung")


@pytest.fixture
def sites(start_server):
    """A lab whose numbers register without a password."""
    address = f"127.0.0.1:{free_port()}"
    server = start_server(config=TRUSTED, arguments=("--http", address, "--lab"))
    return Sites(server, f"http://{address}").fill()


@pytest.fixture
def user(sites):
    """The owner of FIRST, on the form."""
    visitor = sites.sign_in("lab0001")
    visitor.open("/ou")
    page = visitor.follow("設定を変更：転送・留守番サービス")
    assert page.path == FORM and "転送（番号ごと）設定" in page.text
    return visitor


def test_unconditional_forwarding_holds_for_the_next_call(sites, user):
    own, destination = sites.server.registered(FIRST), sites.server.registered(SECOND)
    page = user.press("設定", forward="on", operation="always", list1="050-1111-0002", **{"target-always": "1"})
    assert page.path == f"{FORM}/done" and "転送の設定が完了しました。" in page.text
    assert "すべての着信を 050-1111-0002 へ転送します。" in page.text
    assert call_goes_to(sites.server, [own, destination]) is destination
    assert not own.has_rung()
    entry = sites.history(1)[0]
    assert (entry["actor"], entry["action"]) == ("lab0001", "forward form")


def test_a_busy_phone_forwards_the_call_to_the_second_entry(sites, user):
    own, destination = sites.server.registered(FIRST), sites.server.registered(SECOND)
    page = user.press(
        "設定", forward="on", operation=["busy", "unreachable"], list1="03-1234-5678", list2=SECOND,
        **{"target-busy": "2", "target-unreachable": "1"})
    assert "話中は 050-1111-0002 へ転送します。不通時は 03-1234-5678 へ転送します。" in page.text
    call = sites.server.caller().invite(FIRST)
    own.refuse(486)
    destination.refuse(480)
    call.hear_final(480)


def test_a_call_that_nobody_answers_is_forwarded_when_the_ring_time_is_up(sites, user):
    own, destination = sites.server.registered(FIRST), sites.server.registered(SECOND)
    page = user.press(
        "設定", forward="on", operation="no-answer", ring="５", list5="０５０ー１１１１ー０００２", **{"target-no-answer": "5"})
    assert "5秒応答がなければ 050-1111-0002 へ転送します。" in page.text
    started = time.monotonic()
    call = sites.server.caller().invite(FIRST)
    own.ring(call)
    destination.expect("INVITE", seconds=10)
    assert time.monotonic() - started >= 5


def test_a_number_without_a_phone_forwards_as_unreachable(sites, user):
    destination = sites.server.registered(SECOND)
    user.press("設定", forward="on", operation="unreachable", list1=SECOND, **{"target-unreachable": "1"})
    assert call_goes_to(sites.server, [destination]) is destination


def test_switched_off_the_phone_rings_and_the_entries_are_kept(sites, user):
    own, destination = sites.server.registered(FIRST), sites.server.registered(SECOND)
    user.press("設定", forward="on", operation="always", list1=SECOND, list3="06-1234-5678", **{"target-always": "1"})
    user.follow("設定画面に戻る")
    page = user.press("設定", forward="off")
    assert "転送しません。この電話が鳴ります。" in page.text
    page = user.follow("設定画面に戻る")
    assert page.value("list1") == SECOND and page.value("list3") == "06-1234-5678"
    assert call_goes_to(sites.server, [own, destination]) is own


def test_a_form_that_is_refused_keeps_what_was_typed_and_says_what_is_wrong_beside_each_field(sites, user):
    page = user.press(
        "設定", forward="on", operation=["always", "no-answer"], ring="4", list1=FIRST, list2="184-03-1234-5678",
        list3="117", list4="abc", **{"target-always": "1", "target-no-answer": "5"})
    refused(page, "設定できませんでした。入力内容を確認してください（7件）")
    for text in (
        "転送動作：無条件転送は、ほかの転送動作と一緒には設定できません。", "呼出時間：5～30の半角数字で入力してください。",
        "リスト1：この番号自身へは転送できません。", "リスト2：先頭の184・186は使えません。", "リスト3：3桁のサービス番号へは転送できません。",
        "リスト4：半角数字とハイフンで入力してください。", "リスト5：転送先に選ばれています。電話番号を入力してください。"):
        assert text in page.text
    assert page.value("list2") == "184-03-1234-5678" and page.value("list4") == "abc" and page.value("ring") == "4"
    assert 'id="list4-error"' in page.html and "list4-error list-hint" in page.html
    assert sites.server.json("forward", "show", FIRST)["rules"] == []


def test_a_circle_is_told_with_its_path_within_the_company_and_without_it_beyond(sites, user):
    sites.server.forward(SECOND, "busy", FIRST)
    refused(
        user.press("設定", forward="on", operation="always", list1=SECOND, **{"target-always": "1"}),
        "転送が循環するため設定できません（050-1111-0001 → 050-1111-0002 → 050-1111-0001）。")
    sites.server.forward(OTHERS, "busy", FIRST)
    page = user.press("設定", forward="on", operation="always", list1=OTHERS, **{"target-always": "1"})
    refused(page, "転送が循環してこの番号に戻るため、設定できません。")


def test_somebody_elses_change_meanwhile_is_shown_and_nothing_is_lost(sites, user):
    sites.server.forward(FIRST, "busy", "0312345678")
    page = user.press("設定", forward="on", operation="always", list2=SECOND, **{"target-always": "2"})
    refused(page, "まだ設定していません")
    assert page.value("list2") == SECOND
    assert sites.server.json("forward", "show", FIRST)["rules"][0]["to"] == "0312345678"
    page = user.press("設定")
    assert page.path == f"{FORM}/done", page
    assert [rule["to"] for rule in sites.server.json("forward", "show", FIRST)["rules"]] == [SECOND]


def test_nobody_elses_form_is_there(sites, user):
    seal, seen = user.page.value("seal"), user.page.value("seen")
    for number in (SECOND, OTHERS, "05099999999", "%20", "1001"):
        path = f"/ou/numbers/{number}/forwarding"
        assert user.open(path).status == 404
        assert user.open(f"{path}/done").status == 404
        assert user.open(path, [("seal", seal), ("seen", seen), ("forward", "off")]).status == 404
    assert user.open(FORM, [("seal", seal), ("forward", "off")]).status == 400


def test_an_administrator_sets_it_on_behalf_of_the_user(sites):
    window = sites.view(sites.sign_in("labadmin"), "lab0001")
    window.follow("設定を変更：転送・留守番サービス")
    page = window.press("設定", forward="on", operation="always", list1=SECOND, **{"target-always": "1"})
    assert page.path.startswith("/ou/for/") and "転送の設定が完了しました。" in page.text
    entry = sites.history(1)[0]
    assert (entry["actor"], entry["onBehalfOf"], entry["action"]) == ("labadmin", "lab0001", "forward form")


def test_the_form_speaks_english(sites):
    user = sites.sign_in("lab0001", language="en")
    page = user.open(FORM)
    assert "Forwarding of a number" in page.text
    refused(user.press("Set", forward=None), "Choose whether to forward calls.")
    page = user.press("Set", forward="on", operation="busy", list1=SECOND, **{"target-busy": "1"})
    assert "When busy, calls are forwarded to 050-1111-0002." in page.text


def test_a_change_stands_in_the_history_and_can_be_taken_back(sites, user):
    user.press("設定", forward="on", operation="always", list1=SECOND, **{"target-always": "1"})
    page = user.open(f"/ou/numbers/{FIRST}/history")
    assert "050-1111-0001 転送設定" in page.text and "無条件転送" in page.text and "lab0001" in page.text
    page = user.follow("元に戻す")
    assert "次のように戻します。" in page.text
    page = user.press("元に戻す")
    assert page.path.startswith("/ou/history") and "変更を元に戻しました。" in page.text
    assert sites.server.json("forward", "show", FIRST)["rules"] == []
    change = sites.history(1)[0]["id"]
    other = sites.sign_in("lab0002")
    assert other.open(f"/ou/history/{change}/undo").status == 404


def test_what_would_happen_to_a_call_is_told_by_the_rules_themselves(sites, user):
    sites.server.forward(FIRST, "always", SECOND)
    sites.server.cli("anonymous", "reject", FIRST)
    page = user.open(FORM)
    page = user.press("調べる", **{"from": "090-1111-2222", "at": "2026-12-29T20:00"})
    assert "無条件転送：050-1111-0002 へ転送" in page.text
    page = user.press("調べる", reason="withheld")
    assert "番号非通知拒否：接続しません" in page.text and "無条件転送" not in page.text
    refused(user.press("調べる", reason="", **{"from": ""}), "発信者の電話番号を入力してください。")
    refused(user.press("調べる", at="soon"), "日時を入力してください（例：2026-12-29 20:00）。")


def test_the_last_calls_are_told_with_the_reason_of_each_forward_and_their_messages(sites, user):
    destination = sites.server.registered(SECOND)
    user.press("設定", forward="on", operation="always", list1=SECOND, **{"target-always": "1"})
    call = sites.server.caller().invite(FIRST)
    destination.refuse(480)
    call.hear_final(480)
    sites.server.logged_call(call.invitation.value("Call-ID"))
    page = user.open(f"/ou/numbers/{FIRST}/calls")
    assert "着信 0901111222" in page.text and "無条件転送：050-1111-0002 へ転送" in page.text
    link = next(href for _, href in page.links if f"/ou/numbers/{FIRST}/calls/" in href)
    page = user.open(link)
    assert "この通話がこうなった理由" in page.text and '<svg class="ladder"' in page.html
    assert "INVITE" in page.text and "127.0.0.1" not in page.html
    other = sites.sign_in("lab0002")
    identifier = link.rsplit("/", 1)[1]
    assert other.open(f"/ou/numbers/{FIRST}/calls/{identifier}").status == 404
