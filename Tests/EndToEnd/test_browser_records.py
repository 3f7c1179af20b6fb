"""変更履歴 with the way back, what would happen to a call, and what happened to those that came, in a browser."""

from harness.network import wait_for
from harness.people import (
    ADMINISTRATOR,
    DATA,
    USER,
    forward,
    is_forwarded,
    open_voice_group,
    sign_in_administrator,
    sign_in_portal_administrator,
    sign_in_user,
)
from harness.words import said

NUMBER, OTHER = "05012345678", "05023456789"
WITHHELD = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=withheld'


def show_call(browser, place):
    """One of the list, the newest being 0."""
    browser.driver.find_elements("css selector", "tbody th a")[place].click()
    wait_for(lambda: "/calls/" in browser.path, 10, "the call is not shown")


def wait_for_calls(lab, count):
    """The log is written a moment after a call has ended."""
    wait_for(lambda: len(lab.records("calls", "list")) >= count, 10, f"{count} calls in the log")


def test_a_change_is_found_in_the_history_and_taken_back_and_the_next_call_rings_again(browser, lab):
    phone, other = lab.phone_of(NUMBER), lab.phone_of(OTHER)
    sign_in_user(browser, lab)
    browser.press("設定を変更", within="転送・留守番サービス")
    forward(browser, "無条件転送", to="リスト1", entries={"リスト1": "050-2345-6789", "リスト2": ""})
    is_forwarded(browser)
    browser.press("設定画面に戻る")
    browser.press("変更履歴", within="いまの着信先")
    browser.is_at("変更履歴")
    browser.sees("転送設定", "無条件転送", "050-2345-6789", USER)
    browser.look("ou-history", DATA)
    browser.press("元に戻す", within="無条件転送")
    browser.is_at("変更を元に戻す")
    browser.look("ou-history-undo", DATA)
    browser.press("元に戻す")
    browser.sees("変更を元に戻しました。", "元に戻しました")
    browser.look("ou-history-undone", DATA)
    caller = lab.caller()
    caller.invite(NUMBER)
    phone.expect("INVITE")
    assert not other.has_rung()
    newest = lab.records("history", NUMBER)[0]
    assert (newest["actor"], newest["action"]) == (USER, "forward undo"), newest


def test_what_was_changed_again_is_not_taken_back(browser, lab):
    sign_in_user(browser, lab)
    browser.press("設定を変更", within="番号非通知拒否サービス")
    browser.choose("する", "非通知")
    browser.press("設定")
    browser.press("変更履歴")
    browser.press("元に戻す", within="番号非通知拒否")
    lab.cli("anonymous", "reject", NUMBER, "--reason", "payphone")
    browser.press("元に戻す")
    browser.is_at("変更を元に戻す")
    browser.sees(
        "後から行われた別の変更があるため、元に戻せません。変更履歴で新しいものから順に戻すか、設定し直してください。")
    browser.look("ou-history-undo-refused", DATA)
    assert lab.json("anonymous", "show", NUMBER)["rejected"] == ["withheld", "payphone"]


def test_an_administrator_and_a_portal_administrator_see_the_history_of_what_is_theirs(browser, lab):
    sign_in_administrator(browser, lab)
    browser.choose(USER)
    with browser.window_of("ユーザ画面参照"):
        browser.press("設定を変更", within="番号非通知拒否サービス")
        browser.choose("する", "公衆電話")
        browser.press("設定")
        browser.press("変更履歴")
        browser.sees(ADMINISTRATOR, USER)
        browser.look("ou-for-history", DATA)
    browser.press("変更履歴")
    browser.is_at("変更履歴")
    browser.sees("番号非通知拒否", ADMINISTRATOR)
    browser.misses("03-1234-5670")
    browser.look("oa-history", DATA)
    browser.press("元に戻す", within="番号非通知拒否")
    browser.look("oa-history-undo", DATA)
    browser.press("元に戻す")
    browser.sees("変更を元に戻しました。")
    assert lab.json("anonymous", "show", NUMBER)["rejected"] == []

    sign_in_portal_administrator(browser, lab)
    browser.press("変更履歴")
    browser.is_at("変更履歴")
    browser.sees("ユーザーグループの追加", "lab0001")
    browser.look("portal-history", DATA)


def test_a_question_is_answered_as_the_rules_would(browser, lab):
    lab.cli("forward", "set", NUMBER, "--when", "busy", "--to", OTHER, "--hours", "18:00-09:00", "--days", "mon-fri")
    lab.cli("anonymous", "reject", NUMBER)
    lab.phone_of(NUMBER)
    sign_in_user(browser, lab)
    browser.press("設定を変更", within="転送・留守番サービス")
    browser.fill({"発信者の番号": "090-1111-2222"})
    browser.press("調べる")
    browser.is_at("もし、この番号に着信があったら")
    browser.sees("050-1234-5678 が鳴ります（電話機 1台）", "着信中転送", "無応答転送")
    assert browser.field("発信者の番号").get_attribute("value") == "090-1111-2222"
    browser.look("ou-question", DATA)
    browser.fill({"番号の通知": "非通知"})
    browser.press("調べる")
    browser.sees("番号非通知拒否：接続しません")
    browser.look("ou-question-rejected", DATA)
    browser.fill({"発信者の番号": "12ab", "番号の通知": "通知する"})
    browser.press("調べる")
    assert browser.problem("発信者の番号")
    browser.look("ou-question-refused", DATA)


def test_calls_are_listed_with_their_reason_and_each_is_shown_as_a_picture(browser, lab):
    phone, other = lab.phone_of(NUMBER), lab.phone_of(OTHER)
    lab.cli("anonymous", "reject", NUMBER)
    caller = lab.caller("09011112222")
    # Answered, then called on from a busy phone, called off by the caller, and turned away.
    call = caller.invite(NUMBER)
    call.hang_up(phone.answer(call), phone)
    lab.forward(NUMBER, "busy", OTHER)
    call = caller.invite(NUMBER)
    phone.refuse()
    answer = other.answer(call)
    call.hang_up(answer, other)
    call = caller.invite(NUMBER)
    invitation = phone.ring(call)
    call.cancel()
    phone.stop_ringing(invitation)
    call.hear_final(487)
    caller.invite(NUMBER, sender=WITHHELD).hear_final(433)
    wait_for_calls(lab, 4)

    sign_in_user(browser, lab)
    browser.press("設定を変更", within="転送・留守番サービス")
    browser.press("最近の通話")
    browser.is_at("最近の通話")
    outcomes = ["拒否", "発信者が切断", "応答", "応答"]
    assert browser.column("結果") == [said(each, browser.language)[0] for each in outcomes]
    browser.sees("090-1111-2222", "番号非通知拒否：接続しません", "050-2345-6789")
    browser.look("ou-calls", DATA)
    show_call(browser, 2)
    browser.sees("050-1234-5678 は話中です", "050-2345-6789")
    browser.sees("486 Reason")
    browser.look("ou-call-forwarded", DATA)
    browser.unfold("表で見る")
    assert "486" in browser.row("486 Reason")
    browser.look("ou-call-table", DATA)
    browser.press("最近の通話")
    show_call(browser, 1)
    # The messages of a call on which no rule acted are not kept.
    browser.sees("発信者が、応答の前に切りました", "この通話の流れは記録されていません。")
    browser.look("ou-call-cancelled", DATA)
    browser.press("最近の通話")
    show_call(browser, 0)
    browser.sees("番号非通知拒否：接続しません", "433")
    browser.look("ou-call-rejected", DATA)


def test_a_number_without_calls_says_so(browser, lab):
    open_voice_group(browser, lab)
    browser.press("転送を設定する")
    browser.press("03-1234-5670")
    browser.press("最近の通話")
    browser.sees(
        "この番号からの発信も、この番号への着信もありません。ほかの番号から転送された通話は、その番号の「最近の通話」にあります。")
    browser.look("voice-calls-none", DATA)
