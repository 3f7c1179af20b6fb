"""ビジネスポータル in a browser: each procedure of its manuals, from the invitation to the dashboard."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from harness.people import (
    DATA,
    INVITED,
    MEMBER,
    OWN_PASSWORD,
    choose_password,
    give_one_time_password,
    give_portal_password,
    sign_in_member,
)
from harness.totp import totp

pytestmark = pytest.mark.newcomers


def accept_invitation(browser, lab, look=False):
    """From the mail to the page that says that the password is set."""
    browser.open(lab.letter(INVITED).link)
    browser.is_at("本人確認")
    if look:
        browser.look("portal-identity", DATA)
        browser.fill({"メールアドレス": INVITED, "氏名": "佐藤 花子", "連絡先電話番号": "06-6123-4560"})
        browser.press("パスワード設定へ")
        browser.is_at("本人確認")
        browser.look("portal-identity-refused", DATA)
    browser.fill({"メールアドレス": INVITED, "氏名": "佐藤 次郎", "連絡先電話番号": "06-6123-4560"})
    browser.press("パスワード設定へ")
    browser.is_at("第1パスワード入力")
    if look:
        browser.look("portal-first-password", DATA)
    browser.fill({"新しいパスワード": OWN_PASSWORD, "新しいパスワード（確認）": OWN_PASSWORD})
    browser.press("保存")
    browser.is_at("第1認証パスワードの設定完了")
    if look:
        browser.look("portal-first-password-done", DATA)


def test_an_invitation_leads_by_identity_password_and_totp_to_the_dashboard(browser, lab):
    accept_invitation(browser, lab, look=True)
    browser.press("第2段階認証方式の選択")
    browser.is_at("第2段階認証方式の選択")
    browser.look("portal-factor", DATA)
    browser.choose("TOTP")
    browser.press("選択")
    browser.is_at("TOTP設定")
    browser.look("portal-totp-set-up", DATA)
    address = urlsplit(browser.scan())
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    secret = parse_qs(address.query)["secret"][0]
    code = totp(secret)
    browser.fill({"ワンタイムパスワード": "000000" if code != "000000" else "111111"})
    browser.press("登録")
    assert browser.problem("ワンタイムパスワード")
    assert parse_qs(urlsplit(browser.scan()).query)["secret"][0] == secret
    browser.look("portal-totp-set-up-refused", DATA)
    browser.fill({"ワンタイムパスワード": totp(secret)})
    browser.press("登録")
    browser.is_at("TOTP設定完了")
    browser.look("portal-totp-done", DATA)
    recovery = browser.driver.find_element("css selector", ".codes code").text
    browser.press("サービスへ戻る")
    browser.is_at("ビジネスポータル")
    browser.look("portal-welcome")
    browser.press("ログインページへ")
    browser.is_at("ビジネスポータルにログイン")
    give_portal_password(browser, INVITED, OWN_PASSWORD)
    browser.is_at("TOTP認証")
    browser.look("portal-totp", DATA)
    # A code is taken once: not the one that confirmed the app.
    give_one_time_password(browser, totp(secret, time.time() + 30))
    browser.is_at("カスタマーポータル規約")
    browser.look("portal-terms", DATA)
    browser.press("同意します")
    browser.is_at("ダッシュボード")
    browser.press("ログアウト")

    # The next time: no terms; and with the telephone lost, a recovery code.
    give_portal_password(browser, INVITED, OWN_PASSWORD)
    browser.press("リカバリーコードを使う")
    browser.look("portal-recovery", DATA)
    browser.fill({"リカバリーコード": recovery})
    browser.press("送信")
    browser.is_at("ダッシュボード")


def test_an_invitation_leads_by_mail_otp_to_the_dashboard(browser, lab):
    accept_invitation(browser, lab)
    browser.press("第2段階認証方式の選択")
    browser.choose("MailOTP")
    browser.press("選択")
    give_portal_password(browser, INVITED, OWN_PASSWORD)
    browser.is_at("MailOTP認証")
    browser.look("portal-mail-otp", DATA)
    code = lab.letter(INVITED).code
    give_one_time_password(browser, "000000" if code != "000000" else "111111")
    assert browser.problem("ワンタイムパスワード")
    give_one_time_password(browser, code)
    browser.press("同意します")
    browser.is_at("ダッシュボード")


def test_a_member_has_a_history_and_tokens_of_his_own(browser, lab):
    lab.cli("forward", "set", "05012345678", "--when", "busy", "--to", "0312345678")
    sign_in_member(browser, lab)
    browser.press("変更履歴")
    browser.is_at("変更履歴")
    browser.look("portal-history", DATA)
    browser.open("/portal/tokens")
    browser.fill({"用途": "Nightly"})
    browser.press("作成する")
    browser.look("portal-token", DATA)
    browser.press("OK")
    browser.look("portal-tokens", DATA)


def test_who_does_not_accept_the_terms_gets_no_further(browser, lab):
    give_portal_password(browser, MEMBER, lab.passwords[MEMBER])
    give_one_time_password(browser, lab.letter(MEMBER).code)
    choose_password(browser)
    browser.is_at("カスタマーポータル規約")
    browser.press("同意しません")
    browser.open("/portal")
    browser.is_at("ビジネスポータル")


def test_a_forgotten_password_is_set_anew_by_a_link(browser, lab):
    browser.open("/portal/sign-in")
    browser.press("パスワード再設定はこちら")
    browser.look("portal-reset", DATA)
    browser.fill({"ユーザーID（メールアドレス）": "nobody@lab.example"})
    browser.press("送信")
    unknown = browser.text.replace("nobody@lab.example", MEMBER)
    browser.open("/portal/password-reset")
    browser.fill({"ユーザーID（メールアドレス）": MEMBER})
    browser.press("送信")
    # Whether or not the address exists, the answer is the same.
    assert browser.text == unknown
    browser.look("portal-reset-sent", DATA)
    browser.open(lab.letter(MEMBER).link)
    browser.look("portal-reset-password", DATA)
    browser.fill({"新しいパスワード": OWN_PASSWORD, "新しいパスワード（確認）": OWN_PASSWORD})
    browser.press("変更する")
    browser.sees("パスワードを変更しました。新しいパスワードでログインしてください。")
    browser.look("portal-reset-done", DATA)
    give_portal_password(browser, MEMBER, OWN_PASSWORD)
    browser.is_at("MailOTP認証")


def test_a_link_that_was_used_says_so(browser, lab):
    link = lab.letter(INVITED).link
    accept_invitation(browser, lab)
    browser.open(link)
    browser.misses("氏名")
    browser.look("portal-link-unknown", DATA)
