"""What people of the lab do again and again: sign in at each site."""

from __future__ import annotations

from typing import Any

from harness.browser import Browser
from harness.lab import Lab
from harness.totp import totp

ADMINISTRATOR, ADMINISTRATOR_MOBILE = "labadmin", "09011112222"
USER, USER_MOBILE = "lab0001", "09033334441"
PORTAL_ADMINISTRATOR, MEMBER, INVITED = "hanako@lab.example", "taro@lab.example", "jiro@lab.example"
PORTAL_USERS = (PORTAL_ADMINISTRATOR, MEMBER, INVITED)
OWN_PASSWORD = "Harukaze2026"
# Names on the pages that are nobody's to translate.
DATA = ("つなぎ商事株式会社", "東京本社", "大阪支店", "総務部", "山田 花子", "鈴木 太郎", "佐藤 次郎")
OPERATIONS = {"無条件転送": "無条件", "着信中転送": "着信中", "無応答転送": "無応答", "不通時転送": "不通時"}


def give_password(browser: Browser, door: str, name: str, password: str) -> None:
    """The first page of signing in at /oa or /ou."""
    browser.open(door)
    browser.fill({"管理者ID" if door == "/oa" else "ログインID": name, "パスワード": password})
    browser.press("ログイン")


def give_code(browser: Browser, code: str) -> None:
    browser.is_at("SMS認証")
    browser.fill({"認証コード": code})
    browser.press("認証")


def choose_password(browser: Browser, password: str = OWN_PASSWORD) -> None:
    """The page on which an issued password is changed for the person's own."""
    browser.is_at("パスワードの変更")
    browser.fill({"新しいパスワード": password, "新しいパスワード（確認）": password})
    browser.press("変更する")


def settle(browser: Browser, lab: Lab) -> dict[str, list[dict[str, Any]]]:
    """Everybody signs in for the first time; answers with the cookies by which each of them goes on from there."""
    sessions = {}
    for name, sign_in in (
        (ADMINISTRATOR, sign_in_administrator), (USER, sign_in_user), (MEMBER, sign_in_member),
        (PORTAL_ADMINISTRATOR, sign_in_portal_administrator),
    ):
        browser.begin(lab.site)
        sign_in(browser, lab)
        sessions[name] = browser.cookies()
    return sessions


def _goes_on(browser: Browser, lab: Lab, name: str, door: str) -> bool:
    """Whether somebody has signed in before; the session is still there then."""
    if name not in lab.sessions:
        return False
    browser.take(lab.sessions[name])
    browser.open(door)
    return True


def sign_in_administrator(browser: Browser, lab: Lab) -> None:
    """For the first time, with the issued password."""
    if _goes_on(browser, lab, ADMINISTRATOR, "/oa"):
        return
    give_password(browser, "/oa", ADMINISTRATOR, lab.passwords[ADMINISTRATOR])
    give_code(browser, lab.letter(ADMINISTRATOR_MOBILE).code)
    choose_password(browser)
    browser.is_at("利用者番号一覧")


def sign_in_user(browser: Browser, lab: Lab) -> None:
    """For the first time, with the issued password."""
    if _goes_on(browser, lab, USER, "/ou"):
        return
    give_password(browser, "/ou", USER, lab.passwords[USER])
    give_code(browser, lab.letter(USER_MOBILE).code)
    choose_password(browser)


def give_portal_password(browser: Browser, email: str, password: str) -> None:
    """第1パスワード入力: the first page of signing in to the business portal."""
    browser.open("/portal/sign-in")
    browser.fill({"ユーザーID（メールアドレス）": email, "パスワード": password})
    browser.press("ログイン")


def give_one_time_password(browser: Browser, code: str) -> None:
    browser.fill({"ワンタイムパスワード": code})
    browser.press("送信")


def sign_in_member(browser: Browser, lab: Lab) -> None:
    """The general user, for the first time: a code by mail, a password of his own, and the terms."""
    if _goes_on(browser, lab, MEMBER, "/portal"):
        return
    give_portal_password(browser, MEMBER, lab.passwords[MEMBER])
    give_one_time_password(browser, lab.letter(MEMBER).code)
    choose_password(browser)
    browser.press("同意します")


def sign_in_portal_administrator(browser: Browser, lab: Lab) -> None:
    """For the first time: a code by mail, the authenticator app, a password of her own, and the terms."""
    if _goes_on(browser, lab, PORTAL_ADMINISTRATOR, "/portal"):
        return
    give_portal_password(browser, PORTAL_ADMINISTRATOR, lab.passwords[PORTAL_ADMINISTRATOR])
    give_one_time_password(browser, lab.letter(PORTAL_ADMINISTRATOR).code)
    secret = browser.driver.execute_script("return document.getElementById('secret').textContent")
    browser.fill({"ワンタイムパスワード": totp(secret)})
    browser.press("登録")
    browser.press("次へ")
    choose_password(browser)
    browser.press("同意します")


def forward(
    browser: Browser, *operations: str, to: str, ring: int | None = None, entries: dict[str, str | bool] | None = None,
) -> None:
    """Fills in the form of a number's forwarding: each of these operations goes to one entry of the list."""
    browser.choose("転送する")
    browser.tick({name: name in operations for name in OPERATIONS})
    if ring:
        browser.fill({"呼出時間": str(ring)})
    browser.fill(entries or {})
    for operation in operations:
        browser.choose(OPERATIONS[operation], within=to)
    browser.press("設定")


def is_forwarded(browser: Browser) -> None:
    """The form of a number's forwarding was taken."""
    browser.is_at("転送（番号ごと）設定完了")
    browser.sees("転送の設定が完了しました。")


def open_voice_group(browser: Browser, lab: Lab) -> None:
    """From the portal's first page, as the general user, to that of Web設定変更サイト."""
    sign_in_member(browser, lab)
    browser.press("サービスメニュー")
    browser.press("設定変更・契約変更（転送設定等）", within="Arcstar IP Voice")
    browser.press("設定変更", within="Y0001234")
    browser.is_at("Web設定変更サイト トップページ")
