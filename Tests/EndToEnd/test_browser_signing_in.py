"""Signing in to the administrator site and the user site, in a browser: the steps of the SMS authentication manual."""

import pytest
from harness.people import (
    ADMINISTRATOR,
    ADMINISTRATOR_MOBILE,
    DATA,
    OWN_PASSWORD,
    USER,
    choose_password,
    give_code,
    give_password,
    sign_in_administrator,
)

pytestmark = pytest.mark.newcomers


def test_an_administrator_signs_in_by_a_code_and_changes_the_issued_password(browser, lab):
    browser.open("/oa")
    browser.is_at("管理者IDでログイン")
    browser.look("oa-sign-in")

    give_password(browser, "/oa", ADMINISTRATOR, "Wrong2026")
    browser.is_at("管理者IDでログイン")
    assert browser.field("管理者ID").get_attribute("value") == ADMINISTRATOR
    browser.look("oa-sign-in-refused")
    assert browser.driver.title.startswith("エラー" if browser.language == "ja" else "Error")

    give_password(browser, "/oa", ADMINISTRATOR, lab.passwords[ADMINISTRATOR])
    browser.is_at("SMS認証")
    browser.sees("SMSの送信元は「Tsunagi」と表示されます。")
    browser.look("oa-code")
    code = lab.letter(ADMINISTRATOR_MOBILE).code
    give_code(browser, "000000" if code != "000000" else "111111")
    assert browser.problem("認証コード")
    browser.look("oa-code-refused")

    give_code(browser, code)
    browser.is_at("パスワードの変更")
    browser.look("oa-new-password")
    browser.fill({"新しいパスワード": "short", "新しいパスワード（確認）": "short"})
    browser.press("変更する")
    assert browser.problem("新しいパスワード")
    browser.look("oa-new-password-refused")
    choose_password(browser)
    browser.is_at("利用者番号一覧")
    browser.look("oa-list", DATA)

    browser.press("ログアウト")
    browser.is_at("管理者IDでログイン")
    browser.open("/oa")
    browser.is_at("管理者IDでログイン")


def test_a_new_code_voids_the_one_before(browser, lab):
    give_password(browser, "/oa", ADMINISTRATOR, lab.passwords[ADMINISTRATOR])
    first = lab.letter(ADMINISTRATOR_MOBILE).code
    give_password(browser, "/oa", ADMINISTRATOR, lab.passwords[ADMINISTRATOR])
    second = lab.letter(ADMINISTRATOR_MOBILE).code
    if first != second:
        give_code(browser, first)
        assert browser.problem("認証コード")
    give_code(browser, second)
    browser.is_at("パスワードの変更")


def test_an_administrator_without_a_mobile_number_gives_it_when_signing_in(browser, lab):
    lab.cli("admin", "sms", "--contract", "C-1001", "--administrator", "")
    give_password(browser, "/oa", ADMINISTRATOR, lab.passwords[ADMINISTRATOR])
    browser.is_at("管理者IDでログイン")
    browser.look("oa-sign-in-mobile-number")
    browser.fill({"パスワード": lab.passwords[ADMINISTRATOR], "SMS認証用電話番号": "0012345678"})
    browser.press("ログイン")
    assert browser.problem("SMS認証用電話番号")
    assert browser.field("SMS認証用電話番号").get_attribute("value") == "0012345678"
    browser.look("oa-sign-in-mobile-number-refused")
    # Full-width digits are digits.
    browser.field("SMS認証用電話番号").clear()
    browser.fill({"パスワード": lab.passwords[ADMINISTRATOR], "SMS認証用電話番号": "０９０５５５５６６６６"})
    browser.press("ログイン")
    give_code(browser, lab.letter("09055556666").code)
    choose_password(browser)
    browser.press("ログアウト")
    # It is kept: from now on the code goes there by itself.
    give_password(browser, "/oa", ADMINISTRATOR, OWN_PASSWORD)
    browser.is_at("SMS認証")
    assert not browser.has_field("SMS認証用電話番号")


def test_a_user_without_a_mobile_number_is_sent_to_the_administrator(browser, lab):
    give_password(browser, "/ou", "lab0003", lab.passwords["lab0003"])
    browser.is_at("ログインIDでログイン")
    assert not browser.has_field("SMS認証用電話番号")
    browser.look("ou-sign-in-refused")


def test_five_wrong_passwords_lock_a_login_id(browser, lab):
    for _ in range(5):
        give_password(browser, "/ou", USER, "Wrong2026")
    give_password(browser, "/ou", USER, lab.passwords[USER])
    browser.is_at("ログインIDでログイン")
    assert not lab.letters("09033334441")


def test_every_page_can_be_switched_to_the_other_language(browser, lab):
    browser.open("/portal/sign-in")
    browser.is_at("ビジネスポータルにログイン")
    browser.look("portal-sign-in")
    browser.press("English" if browser.language == "ja" else "日本語")
    assert browser.heading == (
        "Sign in to the business portal" if browser.language == "ja" else "ビジネスポータルにログイン")


def test_an_address_without_a_page_says_so(browser, lab):
    browser.open("/oa/nothing")
    browser.is_at("ページが見つかりません")
    browser.look("not-found")


def test_a_form_that_was_given_to_somebody_else_changes_nothing(browser, lab):
    browser.open("/oa")
    browser.driver.delete_all_cookies()
    browser.fill({"管理者ID": ADMINISTRATOR, "パスワード": lab.passwords[ADMINISTRATOR]})
    browser.press("ログイン")
    browser.is_at("ページの有効期限が切れました")
    browser.look("expired")


def test_the_lab_shows_what_would_be_sent(browser, lab):
    sign_in_administrator(browser, lab)
    browser.open("/lab/outbox")
    browser.is_at("送信トレイ（ラボ）")
    browser.look("lab-outbox", DATA)
