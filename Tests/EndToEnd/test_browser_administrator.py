"""管理者用設定ホームページ and サービス設定用ホームページ in a browser: each procedure of their manuals."""

import re

from harness.people import (
    ADMINISTRATOR,
    ADMINISTRATOR_MOBILE,
    DATA,
    OWN_PASSWORD,
    USER,
    USER_MOBILE,
    choose_password,
    give_code,
    give_password,
    sign_in_administrator,
    sign_in_user,
)

NUMBER = "05012345678"
WITHHELD = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=withheld'


def reject_anonymous_calls(browser):
    """From the page of a user's services."""
    browser.press("設定を変更", within="番号非通知拒否サービス")
    browser.is_at("番号非通知拒否サービス設定")
    browser.choose("する", "非通知")
    browser.press("設定")
    browser.is_at("番号非通知拒否サービス設定完了")


def test_an_administrator_sets_an_option_for_a_user_in_another_window(browser, lab):
    sign_in_administrator(browser, lab)
    row = browser.row(USER)
    assert NUMBER in row.replace("-", ""), row
    browser.choose(USER)
    browser.photograph("oa-list-selected")
    with browser.window_of("ユーザ画面参照"):
        browser.is_at("サービス設定")
        browser.sees(USER, ADMINISTRATOR)
        browser.look("ou-for-home", DATA)
        reject_anonymous_calls(browser)
        browser.look("ou-for-done", DATA)
    phone, caller = lab.phone_of(NUMBER), lab.caller()
    caller.invite(NUMBER, sender=WITHHELD).hear_final(433)
    assert not phone.has_rung()
    newest = lab.records("history", NUMBER)[0]
    assert ADMINISTRATOR in str(newest) and USER in str(newest), newest

    # With the administrator's own session the window's authority ends.
    browser.press("ログアウト")
    with browser.other_window():
        browser.open(browser.path)
        assert not browser.has_control("設定を変更"), browser.text
        browser.look("ou-for-ended")


def test_the_window_of_a_user_can_be_ended_by_itself(browser, lab):
    sign_in_administrator(browser, lab)
    browser.choose(USER)
    with browser.window_of("ユーザ画面参照"):
        browser.press("代理設定を終了")
        browser.is_at("代理設定は終了しました")
        browser.look("ou-for-closed")
    browser.reload()
    browser.is_at("利用者番号一覧")


def test_a_locked_login_id_is_unlocked_by_the_administrator(browser, lab):
    for _ in range(5):
        give_password(browser, "/ou", USER, "Wrong2026")
    sign_in_administrator(browser, lab)
    assert browser.row(USER) != browser.row("lab0002")
    browser.look("oa-list-locked", DATA)
    browser.choose(USER)
    browser.press("ロックアウトの解除")
    browser.is_at("ロックアウトの解除")
    browser.sees("自動的に解除される時刻")
    browser.look("oa-unlock", DATA)
    browser.press("OK")
    browser.is_at("ロックアウトを解除しました")
    browser.look("oa-unlocked", DATA)
    browser.press("OK")
    browser.is_at("利用者番号一覧")
    give_password(browser, "/ou", USER, lab.passwords[USER])
    browser.is_at("SMS認証")


def make_token(browser, name):
    """From the page of one's own tokens; shown once."""
    browser.is_at("APIトークン")
    browser.fill({"用途": name})
    browser.choose("参照と変更", "30日間", "番号の設定と記録だけに限る")
    browser.press("作成する")
    browser.is_at("トークンを作成しました")


def test_what_was_changed_is_found_and_taken_back(browser, lab):
    lab.cli("anonymous", "reject", NUMBER)
    sign_in_administrator(browser, lab)
    browser.open("/oa/history")
    browser.is_at("変更履歴")
    browser.look("oa-history", DATA)
    browser.fill({"種類": "番号", "変更した人（ID・メールアドレス）": "nobody"})
    browser.press("絞り込む")
    browser.sees("該当する変更はありません。")
    browser.look("oa-history-none", DATA)
    browser.open(f"/oa/numbers/{NUMBER}/history")
    browser.look("oa-number-history", DATA)
    browser.driver.find_element("css selector", ".change__undo a").click()
    browser.is_at("変更を元に戻す")
    browser.look("oa-undo", DATA)
    browser.press("元に戻す")
    browser.sees("変更を元に戻しました。")


def test_tokens_of_ones_own_programs_are_made_and_ended(browser, lab):
    sign_in_administrator(browser, lab)
    browser.press("APIトークン")
    browser.look("oa-tokens-none", DATA)
    make_token(browser, "Nightly")
    browser.look("oa-token", DATA)
    browser.press("OK")
    browser.look("oa-tokens", DATA)
    browser.press("無効にする")
    browser.is_at("トークンの無効化")
    browser.look("oa-token-end", DATA)
    browser.press("OK")
    browser.sees("トークンを無効にしました。", "トークンはありません。")

    sign_in_user(browser, lab)
    browser.open("/ou/tokens")
    make_token(browser, "Desk")
    browser.open("/ou/history")
    browser.look("ou-history", DATA)


def test_a_password_that_the_administrator_issues_is_changed_by_the_user(browser, lab):
    sign_in_administrator(browser, lab)
    browser.choose(USER)
    browser.press("パスワードの初期化")
    browser.is_at("パスワードの初期化")
    browser.look("oa-password", DATA)
    browser.press("OK")
    browser.is_at("パスワードを初期化しました")
    issued = browser.driver.find_element("css selector", ".secret__value").text
    browser.look("oa-password-issued", DATA)
    browser.press("OK")
    browser.is_at("利用者番号一覧")
    browser.press("ログアウト")

    give_password(browser, "/ou", USER, lab.passwords[USER])
    browser.is_at("ログインIDでログイン")
    give_password(browser, "/ou", USER, issued)
    browser.look("ou-code")
    give_code(browser, lab.letter(USER_MOBILE).code)
    browser.look("ou-new-password")
    choose_password(browser)
    browser.is_at("サービス設定")
    browser.press("ログアウト")
    give_password(browser, "/ou", USER, OWN_PASSWORD)
    browser.is_at("SMS認証")


def test_mobile_numbers_are_registered_confirmed_and_corrected(browser, lab):
    sign_in_administrator(browser, lab)
    browser.press("SMS認証番号設定")
    browser.is_at("SMS認証用番号設定")
    assert browser.field(ADMINISTRATOR).get_attribute("value") == ADMINISTRATOR_MOBILE
    browser.look("oa-sms", DATA)
    browser.fill({"lab0003": "09-1234"})
    browser.press("設定")
    assert browser.problem("lab0003")
    assert browser.field("lab0003").get_attribute("value") == "09-1234"
    browser.look("oa-sms-refused", DATA)
    browser.fill({"lab0003": "０９０３３３３４４４３"})
    browser.press("設定")
    browser.is_at("SMS認証用番号の確認")
    assert "09033334443" in browser.row("lab0003").replace("-", "")
    browser.look("oa-sms-confirm", DATA)
    browser.press("OK")
    browser.is_at("SMS認証用番号を設定しました")
    browser.look("oa-sms-done", DATA)
    browser.press("OK")

    # A wrong one is corrected by the same steps.
    browser.press("SMS認証番号設定")
    browser.fill({"lab0003": "09033334449"})
    browser.press("設定")
    browser.press("OK")
    browser.press("ログアウト")
    give_password(browser, "/ou", "lab0003", lab.passwords["lab0003"])
    give_code(browser, lab.letter("09033334449").code)
    browser.is_at("パスワードの変更")


def test_the_list_is_filtered_by_what_is_typed(browser, lab):
    sign_in_administrator(browser, lab)
    browser.fill({"番号・ログインIDで絞り込み": "lab0002"})
    browser.press("絞り込む")
    assert "lab0002" in browser.row("lab0002")
    browser.misses(USER)
    browser.fill({"番号・ログインIDで絞り込み": "nobody"})
    browser.press("絞り込む")
    browser.sees("該当するログインIDはありません。")
    browser.look("oa-list-none", DATA)
    browser.press("すべて表示")
    browser.sees(USER)


def test_a_user_sets_own_options_and_changes_the_password(browser, lab):
    sign_in_user(browser, lab)
    browser.is_at("サービス設定")
    browser.look("ou-home", DATA)
    browser.press("設定を変更", within="番号非通知拒否サービス")
    browser.look("ou-anonymous", DATA)
    # する without any reason is refused.
    browser.fill({"する": True, "非通知": False})
    browser.press("設定")
    browser.sees("拒否する着信を1つ以上選択してください。")
    browser.look("ou-anonymous-refused", DATA)
    browser.choose("非通知")
    browser.press("設定")
    browser.look("ou-anonymous-done", DATA)
    browser.press("OK")
    browser.sees("拒否する")
    lab.caller().invite(NUMBER, sender=WITHHELD).hear_final(433)

    browser.press("ID/パスワード変更")
    browser.look("ou-password", DATA)
    changed = {"新しいパスワード": "Akikaze2026", "新しいパスワード（確認）": "Akikaze2026"}
    browser.fill({"現在のパスワード": "Wrong2026", **changed})
    browser.press("変更する")
    assert browser.problem("現在のパスワード")
    browser.look("ou-password-refused", DATA)
    browser.fill({"現在のパスワード": OWN_PASSWORD, **changed})
    browser.press("変更する")
    browser.sees("パスワードの変更が完了しました。")
    browser.look("ou-password-done", DATA)
    browser.press("ログイン中の画面")
    browser.look("ou-sessions", DATA)
    browser.press("ログアウト")
    give_password(browser, "/ou", USER, "Akikaze2026")
    browser.is_at("SMS認証")
    assert re.fullmatch(r"\d{6}", lab.letter(USER_MOBILE).code)
