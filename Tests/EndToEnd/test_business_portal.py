"""ビジネスポータル: each procedure of its users' manuals, over real HTTP, with the words that stand there."""

import re

import pytest

from harness.network import free_port, wait_for
from harness.web import Browser, totp

COMPANY, OTHER = "繋ぎ商事株式会社", "隣社"
ADMINISTRATOR, MEMBER = "hanako@lab.example", "taro@lab.example"
PASSWORD = "Himitsu1"
TERMS = "第1条　この規約は、ポータルの利用にあたって守っていただくことを定めます。"


class Portal:
    """A server with the portal of two companies."""

    def __init__(self, start, tmp_path):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.server = start(arguments=("--http", f"127.0.0.1:{self.port}"))
        self.cli = self.server.cli
        for company in (COMPANY, OTHER):
            self.cli("company", "add", company)
        self.cli("settings", "portal-url", f"{self.base}/portal")
        for language, text in (("ja", TERMS), ("en", "Article 1. Keep to these terms.")):
            (tmp_path / f"terms-{language}.txt").write_text(text)
        self.cli(
            "settings", "terms", "1", "--japanese", str(tmp_path / "terms-ja.txt"), "--english",
            str(tmp_path / "terms-en.txt"))

    def add_user(self, email, name, *arguments, company=COMPANY, telephone="03-1234-5678"):
        self.cli("user", "add", email, "--company", company, "--name", name, "--telephone", telephone, *arguments)

    def mail(self, to, subject):
        """The newest mail to somebody whose subject holds these words."""

        def look():
            for entry in self.server.records("outbox", "list"):
                if entry["recipient"] == to and subject in (entry.get("subject") or ""):
                    return self.server.json("outbox", "show", str(entry["id"]))["body"]
            return None

        return wait_for(look, 10, f"a mail about {subject} to {to}; there are {self.server.records('outbox', 'list')}")

    def browser(self, language="ja"):
        return Browser(self.base, language)

    def invitation(self, to):
        """The link of the newest invitation."""
        return re.search(rf"{self.base}/portal/invitation/\S+", self.mail(to, "登録")).group(0)

    def mailed_code(self, to):
        return re.search(r"(?<!\d)(\d{6})(?!\d)", self.mail(to, "ワンタイムパスワード")).group(1)

    def accept(self, browser, email, name, telephone="03-1234-5678", password=PASSWORD):
        """From the invitation to the first password."""
        browser.get(self.invitation(email))
        browser.submit({"email": email, "name": name, "telephone": telephone})
        return browser.submit({"password": password, "repeated": password})

    def sign_in(self, browser, email, code=None, password=PASSWORD):
        """To the dashboard, by MailOTP unless a code is given."""
        browser.get("/portal/sign-in")
        page = browser.submit({"name": email, "password": password})
        if "/code" in page.action():
            page = browser.submit({"code": code or self.mailed_code(email)})
        if page.heading in ("カスタマーポータル規約", "Customer portal terms"):
            page = browser.submit({"agree": "yes"})
        assert page.path == "/portal", page.main
        return page


@pytest.fixture
def portal(start_server, tmp_path):
    return Portal(start_server, tmp_path)


def test_an_invitation_leads_by_identity_password_and_totp_to_the_dashboard(portal):
    portal.add_user(ADMINISTRATOR, "繋ぎ 花子", "--role", "administrator")
    browser = portal.browser()
    link = portal.invitation(ADMINISTRATOR)

    page = browser.get(link)
    assert page.heading == "本人確認"
    assert link.rsplit("/", 1)[1] not in page.url + page.html, "the token stays in no address and on no page"
    wrong = browser.submit({"email": ADMINISTRATOR, "name": "別人", "telephone": "0312345678"})
    assert wrong.status == 422 and "登録内容と一致しません" in wrong.main
    assert wrong.form()["name"] == ["別人"], "what was typed stays"

    # Full width and without hyphens is the same telephone number.
    page = browser.submit({"name": "繋ぎ花子", "telephone": "０３１２３４５６７８"})
    assert page.heading == "第1パスワード入力" and "6文字以上32文字以下" in page.main
    weak = browser.submit({"password": "himitsu", "repeated": "himitsu"})
    assert weak.status == 422 and "大文字" in weak.main and "数字" in weak.main
    unequal = browser.submit({"password": PASSWORD, "repeated": PASSWORD + "x"})
    assert unequal.status == 422 and "一致しません" in unequal.main
    page = browser.submit({"password": PASSWORD, "repeated": PASSWORD})
    assert "第1認証パスワードが設定されました。" in page.main

    page = browser.follow("第2段階認証方式の選択")
    assert page.heading == "第2段階認証方式の選択"
    page = browser.submit({"factor": "totp"})
    assert page.heading == "TOTP設定" and '<svg viewBox="0 0' in page.html
    secret = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page.html).group(1)
    assert browser.get(page.path).html.count(secret) == 1, "loaded again it is the same app"
    wrong = browser.submit({"code": "000000"})
    assert wrong.status == 422 and "認証コードが正しくありません" in wrong.main
    page = browser.submit({"code": totp(secret)})
    assert page.heading == "TOTP設定完了"
    codes = re.findall(r"<li><code>([0-9A-Z-]{19})</code>", page.html)
    assert len(set(codes)) == 10
    page = browser.follow("ログインページへ")

    page = browser.submit({"name": ADMINISTRATOR, "password": PASSWORD})
    assert page.heading == "TOTP認証"
    # The code that set the app up is used; a recovery code stands in for it, once.
    page = browser.follow("リカバリーコードを使う")
    assert browser.submit({"code": "0000-0000-0000-0000"}).status == 422
    page = browser.submit({"code": codes[3].lower().replace("-", "")})
    assert page.heading == "カスタマーポータル規約" and TERMS in page.main
    assert browser.get("/portal").path == "/portal/sign-in", "without the terms nobody gets in"
    browser.get("/portal/sign-in/step")
    page = browser.submit({"agree": "yes"})
    assert page.path == "/portal" and page.status == 200

    # Both are done once: the link is used, and the terms are not shown again.
    late = portal.browser()
    page = late.get(link)
    assert page.status == 410 and "すでに使用されています" in page.main
    again = portal.browser()
    again.get("/portal/sign-in")
    again.submit({"name": ADMINISTRATOR, "password": PASSWORD})
    again.follow("リカバリーコードを使う")
    assert again.submit({"code": codes[3]}).status == 422, "a recovery code works once"
    assert again.submit({"code": codes[4]}).path == "/portal"


def test_mail_otp_is_asked_for_at_each_sign_in_and_a_declined_agreement_opens_nothing(portal):
    portal.add_user(MEMBER, "通信 太郎", "--second-factor", "mail")
    browser = portal.browser()
    page = portal.accept(browser, MEMBER, "通信 太郎")
    assert list(page.links()) == ["ログインページへ"], "nothing is to be set up"
    browser.follow("ログインページへ")
    page = browser.submit({"name": MEMBER, "password": "Chigau11"})
    assert page.status == 422 and page.form()["name"] == [MEMBER]
    page = browser.submit({"password": PASSWORD})
    assert page.heading == "メールOTP認証"
    assert browser.submit({"code": "12"}, action="/portal/sign-in/code").status == 422
    page = browser.submit({"code": portal.mailed_code(MEMBER)}, action="/portal/sign-in/code")
    assert page.heading == "カスタマーポータル規約"
    assert browser.submit({"agree": "no"}).path == "/portal/sign-in"
    assert browser.get("/portal").path == "/portal/sign-in"


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(portal):
    portal.add_user(MEMBER, "通信 太郎", "--second-factor", "mail")
    browser = portal.browser()
    portal.accept(browser, MEMBER, "通信 太郎")
    browser.get("/portal/sign-in")
    browser.follow("パスワード再設定はこちら")
    known = browser.submit({"email": MEMBER})
    browser.get("/portal/password-reset")
    unknown = browser.submit({"email": "nobody@lab.example"})
    assert known.main == unknown.main and known.path == unknown.path
    link = re.search(rf"{portal.base}/portal/password-reset/\S+", portal.mail(MEMBER, "再設定")).group(0)
    page = browser.get(link)
    assert link.rsplit("/", 1)[1] not in page.url + page.html
    same = browser.submit({"password": PASSWORD, "repeated": PASSWORD})
    assert same.status == 422 and "現在と異なる" in same.main
    page = browser.submit({"password": "Atarashii2", "repeated": "Atarashii2"})
    assert "パスワードを変更しました" in page.main
    assert portal.browser().get(link).status == 410
    portal.sign_in(browser, MEMBER, password="Atarashii2")


def test_an_expired_invitation_points_to_the_way_to_another_one(portal):
    page = portal.browser().get("/portal/invitation/nonsense")
    assert page.status == 410
    assert page.links()["パスワード再設定はこちら"] == "/portal/password-reset"
    english = portal.browser("en").get("/portal/invitation/nonsense")
    assert english.links()["Reset your password"] == "/portal/password-reset"
