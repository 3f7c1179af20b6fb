"""ビジネスポータル: each procedure of its users' manuals, over real HTTP, with the words that stand there."""

import re

import pytest

from harness.network import free_port, wait_for
from harness.totp import totp
from harness.visitor import Visitor

COMPANY, OTHER = "繋ぎ商事株式会社", "隣社"
ADMINISTRATOR, MEMBER = "hanako@lab.example", "taro@lab.example"
PASSWORD = "Himitsu1"
TERMS = "第1条 この規約は、ポータルの利用にあたって守っていただくことを定めます。"


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
        return Visitor(self.base, language)

    def invitation(self, to):
        """The link of the newest invitation."""
        return re.search(rf"{self.base}/portal/invitation/\S+", self.mail(to, "登録")).group(0)

    def mailed_code(self, to):
        return re.search(r"(?<!\d)(\d{6})(?!\d)", self.mail(to, "ワンタイムパスワード")).group(1)

    def accept(self, browser, email, name, telephone="03-1234-5678", password=PASSWORD):
        """From the invitation to the first password."""
        browser.open(self.invitation(email))
        browser.submit({"email": email, "name": name, "telephone": telephone})
        return browser.submit({"password": password, "repeated": password})

    def sign_in(self, browser, email, code=None, password=PASSWORD):
        """To the dashboard, by MailOTP unless a code is given."""
        browser.open("/portal/sign-in")
        page = browser.submit({"name": email, "password": password})
        if page.heading in ("MailOTP認証", "TOTP認証"):
            page = browser.submit({"code": code or self.mailed_code(email)}, action="/portal/sign-in/code")
        if page.heading in ("カスタマーポータル規約", "Customer portal terms"):
            page = browser.submit({"agree": "yes"})
        assert page.path == "/portal", page.text
        return page


@pytest.fixture
def portal(start_server, tmp_path):
    return Portal(start_server, tmp_path)


def test_an_invitation_leads_by_identity_password_and_totp_to_the_dashboard(portal):
    portal.add_user(ADMINISTRATOR, "繋ぎ 花子", "--role", "administrator")
    browser = portal.browser()
    link = portal.invitation(ADMINISTRATOR)

    page = browser.open(link)
    assert page.heading == "本人確認"
    assert link.rsplit("/", 1)[1] not in page.address + page.html, "the token stays in no address and on no page"
    wrong = browser.submit({"email": ADMINISTRATOR, "name": "別人", "telephone": "0312345678"})
    assert wrong.status == 422 and "登録内容と一致しません" in wrong.text
    assert wrong.value("name") == "別人", "what was typed stays"

    # Full width and without hyphens is the same telephone number.
    page = browser.submit({"name": "繋ぎ花子", "telephone": "０３１２３４５６７８"})
    assert page.heading == "第1パスワード入力" and "6文字以上32文字以下" in page.text
    weak = browser.submit({"password": "himitsu", "repeated": "himitsu"})
    assert weak.status == 422 and "大文字" in weak.text and "数字" in weak.text
    unequal = browser.submit({"password": PASSWORD, "repeated": PASSWORD + "x"})
    assert unequal.status == 422 and "一致しません" in unequal.text
    page = browser.submit({"password": PASSWORD, "repeated": PASSWORD})
    assert "第1認証パスワードが設定されました。" in page.text

    page = browser.follow("第2段階認証方式の選択")
    assert page.heading == "第2段階認証方式の選択"
    page = browser.submit({"factor": "totp"})
    assert page.heading == "TOTP設定" and '<svg viewBox="0 0' in page.html
    secret = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page.html).group(1)
    assert browser.open(page.path).html.count(secret) == 1, "loaded again it is the same app"
    wrong = browser.submit({"code": "000000"})
    assert wrong.status == 422 and "ワンタイムパスワードが正しくありません" in wrong.text
    page = browser.submit({"code": totp(secret)})
    assert page.heading == "TOTP設定完了"
    codes = re.findall(r"<li><code>([0-9A-Z-]{19})</code>", page.html)
    assert len(set(codes)) == 10
    page = browser.follow("サービスへ戻る")
    assert page.path == "/portal" and page.heading == "ビジネスポータル"
    browser.follow("ログインページへ")

    page = browser.submit({"name": ADMINISTRATOR, "password": PASSWORD})
    assert page.heading == "TOTP認証", page.text
    # The code that set the app up is used; a recovery code stands in for it, once.
    page = browser.follow("リカバリーコードを使う")
    assert browser.submit({"code": "0000-0000-0000-0000"}).status == 422
    page = browser.submit({"code": codes[3].lower().replace("-", "")})
    assert page.heading == "カスタマーポータル規約" and TERMS in page.text
    assert browser.open("/portal").heading == "ビジネスポータル", "without the terms nobody gets in"
    browser.open("/portal/sign-in/step")
    page = browser.submit({"agree": "yes"})
    assert page.heading == "ダッシュボード" and COMPANY in page.text

    # Both are done once: the link is used, and the terms are not shown again.
    late = portal.browser()
    page = late.open(link)
    assert page.status == 410 and "すでに使用されています" in page.text
    again = portal.browser()
    again.open("/portal/sign-in")
    again.submit({"name": ADMINISTRATOR, "password": PASSWORD})
    again.follow("リカバリーコードを使う")
    assert again.submit({"code": codes[3]}).status == 422, "a recovery code works once"
    assert again.submit({"code": codes[4]}).path == "/portal"


def test_mail_otp_is_asked_for_at_each_sign_in_and_a_declined_agreement_opens_nothing(portal):
    portal.add_user(MEMBER, "通信 太郎", "--second-factor", "mail")
    browser = portal.browser()
    page = portal.accept(browser, MEMBER, "通信 太郎")
    assert list(page.main_links) == ["サービスに戻る"], "nothing is to be set up"
    browser.follow("サービスに戻る")
    browser.follow("ログインページへ")
    page = browser.submit({"name": MEMBER, "password": "Chigau11"})
    assert page.status == 422 and page.value("name") == MEMBER
    page = browser.submit({"password": PASSWORD})
    assert page.heading == "MailOTP認証"
    assert browser.submit({"code": "12"}, action="/portal/sign-in/code").status == 422
    page = browser.submit({"code": portal.mailed_code(MEMBER)}, action="/portal/sign-in/code")
    assert page.heading == "カスタマーポータル規約"
    assert browser.submit({"agree": "no"}).path == "/portal/sign-in"
    assert browser.open("/portal").heading == "ビジネスポータル"


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(portal):
    portal.add_user(MEMBER, "通信 太郎", "--second-factor", "mail")
    browser = portal.browser()
    portal.accept(browser, MEMBER, "通信 太郎")
    browser.open("/portal/sign-in")
    browser.follow("パスワード再設定はこちら")
    known = browser.submit({"email": MEMBER})
    browser.open("/portal/password-reset")
    unknown = browser.submit({"email": "nobody@lab.example"})
    assert known.text == unknown.text and known.path == unknown.path
    link = re.search(rf"{portal.base}/portal/password-reset/\S+", portal.mail(MEMBER, "再設定")).group(0)
    page = browser.open(link)
    assert link.rsplit("/", 1)[1] not in page.address + page.html
    same = browser.submit({"password": PASSWORD, "repeated": PASSWORD})
    assert same.status == 422 and "現在と異なる" in same.text
    page = browser.submit({"password": "Atarashii2", "repeated": "Atarashii2"})
    assert "パスワードを変更しました" in page.text
    assert portal.browser().open(link).status == 410
    portal.sign_in(browser, MEMBER, password="Atarashii2")


def test_an_expired_invitation_points_to_the_way_to_another_one(portal):
    page = portal.browser().open("/portal/invitation/nonsense")
    assert page.status == 410
    assert page.main_links["パスワード再設定はこちら"] == "/portal/password-reset"
    english = portal.browser("en").open("/portal/invitation/nonsense")
    assert english.main_links["Reset your password"] == "/portal/password-reset"


# MARK: Behind the sign-in


@pytest.fixture
def staffed(portal):
    """Contracts, an administrator and a member in one company, an administrator in another; nobody has a second factor."""
    for contract, kind, company in (
        ("C-1001", "dotphone-office", COMPANY), ("Y0001234", "ip-voice", COMPANY), ("P-2001", "smart-pbx", COMPANY),
        ("Y0009999", "ip-voice", OTHER)):
        portal.cli("contract", "add", contract, "--kind", kind, "--company", company)
        if contract != "Y0001234":
            portal.cli("contract", "open", contract, "--on", "2026-04-01")
        portal.cli("option", "add", "forwarding", "--contract", contract)
    portal.cli("site", "add", "Y0001234", "TOKYO", "--name", "東京本社", "--representative")
    portal.cli("contract", "voice", "add", "N0005678", "--site", "TOKYO", "--contract", "Y0001234")
    for number in ("05012345601", "05012345602", "1001"):
        portal.cli("number", "add", number)
        portal.cli("number", "assign", number, "--contract", "P-2001", "--kind", "direct-dial")
    portal.cli("forward", "set", "05012345601", "--when", "always", "--to", "0312345678")
    portal.add_user(ADMINISTRATOR, "繋ぎ 花子", "--role", "administrator", "--second-factor", "none")
    portal.add_user(MEMBER, "通信 太郎", "--second-factor", "none")
    portal.add_user(
        "boss@other.example", "隣 次郎", "--role", "administrator", "--second-factor", "none", company=OTHER)
    return portal


def signed_in(portal, email, name, language="ja"):
    browser = portal.browser(language)
    portal.accept(browser, email, name)
    portal.sign_in(browser, email)
    return browser


def facts(page):
    """The names and values of a page's facts."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page.html, re.S)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", value).split()) for name, value in found}


def test_the_dashboard_shows_what_is_contracted_and_what_is_to_be_known(staffed):
    browser = signed_in(staffed, ADMINISTRATOR, "繋ぎ 花子")
    page = browser.page
    assert page.heading == "ダッシュボード" and COMPANY in page.text
    for text in ("OCNドットフォン オフィス", "Arcstar IP Voice", "Arcstar Smart PBX", "開通準備中", "2026年4月1日"):
        assert text in page.text
    assert "Arcstar IP Voice（Y0001234）は開通準備中です。" in page.text
    assert "P-2001 番号 3番号 転送中 1番号" in page.text

    page = browser.open("/portal/menu")
    assert page.heading == "サービスメニュー" and "音声・ビデオ・電話" in page.text
    page = browser.follow("設定変更・契約変更（転送設定等）：Arcstar IP Voice")
    # The representative site's contract number is shown although it is not opened yet.
    assert "Y0001234" in page.text and "N0005678" in page.text and "Y0009999" not in page.text

    page = browser.open("/portal/contracts/P-2001")
    assert page.heading == "契約中の詳細情報"
    assert facts(page)["契約番号"] == "P-2001" and facts(page)["利用開始日"] == "2026年4月1日"
    assert facts(page)["オプション"] == "転送・留守番" and "050-1234-5602" in page.text
    assert "1001 内線" in page.text
    page = browser.follow("050-1234-5602")
    assert page.heading == "転送（番号ごと）設定" and "050-1234-5602" in page.text
    page = browser.open("/portal/voice/P-2001/numbers?ip=5602")
    assert "050-1234-5602" in page.text and "050-1234-5601" not in page.text and "契約番号" in page.text


def test_users_are_added_filtered_paged_and_edited(staffed):
    browser = signed_in(staffed, ADMINISTRATOR, "繋ぎ 花子")
    for index in range(11):
        staffed.add_user(f"user{index:02}@lab.example", f"社員 {index:02}", "--no-invitation", telephone=f"090-0000-00{index:02}")
    browser.open("/portal/administration")
    page = browser.follow("ユーザー管理")
    assert page.heading == "ユーザー一覧" and "合計 13 件" in page.text
    assert page.html.count('<th scope="row">') == 10
    page = browser.follow("2")
    assert page.html.count('<th scope="row">') == 3
    page = browser.open("/portal/users?q=%E7%A4%BE%E5%93%A1&size=50")
    assert "合計 11 件" in page.text and MEMBER not in page.text
    assert browser.open("/portal/users?q=09000000004").text.count("@lab.example") == 1

    # Those who have been invited stand before those who are active, until the heading is pressed once more.
    page = browser.open("/portal/users?size=50")
    assert 'aria-sort="ascending"' in page.html and page.text.index("招待中") < page.text.index("有効")
    page = browser.follow("ステータス ▼")
    assert 'aria-sort="descending"' in page.html and page.text.index("有効") < page.text.index("招待中")
    page = browser.follow("電話番号")
    assert page.text.index("03-1234-5678") < page.text.index("090-0000-0000") < page.text.index("090-0000-0010")

    page = browser.open("/portal/users/add")
    assert page.heading == "ユーザー追加"
    new = {
        "name": "新人 三郎", "email": "saburo@lab", "telephone": "", "role": "general", "title": "主任",
        "comment": "<b>四月から</b>"}
    page = browser.submit(new)
    assert page.status == 422
    for field in ("email", "telephone", "factor", "time-zone"):
        assert f'id="{field}-problem"' in page.html, field
    assert "<b>" not in page.html and page.value("comment") == "<b>四月から</b>"
    assert page.value("title") == "主任"
    page = browser.submit({
        "email": "saburo@lab.example", "telephone": "０３-1111-2222", "factor": "mail", "time-zone": "Europe/London",
        "language": "en"})
    assert page.path == "/portal/users" and "追加し、招待メールを送信しました" in page.text
    page = browser.open("/portal/users?q=saburo")
    assert "招待中" in page.text and "03-1111-2222" in page.text and "MailOTP" in page.text
    assert "/portal/invitation/" in staffed.mail("saburo@lab.example", "")

    page = browser.follow("新人 三郎")
    assert facts(page)["役職"] == "主任"
    first = browser.follow("編集").only_form().fields
    assert ("time-zone", "Europe/London") in first and ("factor", "mail") in first
    page = browser.submit({"name": "新人 四郎", "email": MEMBER})
    assert page.status == 422 and "すでに登録されています" in page.text
    page = browser.submit({"email": "shiro@lab.example"})
    assert page.heading == "新人 四郎" and "変更を保存しました" in page.text
    # Who edits what somebody else has changed meanwhile is told so.
    page = browser.open(
        f"{page.path}/edit", [*(each for each in first if each[0] != "name"), ("name", "新人 五郎")])
    assert page.status == 422 and f"{ADMINISTRATOR}が変更しました" in page.text
    # What was typed stays, beside what it is now; what was left alone is as the other one has made it.
    assert page.value("name") == "新人 五郎" and "いまは「新人 四郎」に変更されています" in page.text
    assert page.value("email") == "shiro@lab.example" and page.text.count("が変更しました") == 1
    page = browser.submit({})
    assert page.heading == "新人 五郎" and facts(page)["メールアドレス"] == "shiro@lab.example"


def test_an_administrator_suspends_resumes_invites_and_removes_but_never_the_last_one(staffed):
    browser = signed_in(staffed, ADMINISTRATOR, "繋ぎ 花子")
    member = signed_in(staffed, MEMBER, "通信 太郎")
    browser.open("/portal/users?q=taro")
    user = browser.follow("通信 太郎").path
    page = browser.follow("ユーザーの停止")
    assert "よろしいですか" in page.text
    page = browser.submit({})
    assert page.path == user and facts(page)["ステータス"] == "停止"
    assert member.open("/portal/menu").path == "/portal/sign-in", "a suspension ends what is open"
    page = browser.submit({}, action=f"{user}/resume")
    assert facts(page)["ステータス"] == "有効"

    for _ in range(20):
        page = member.open("/portal/sign-in")
        if "ロック" in staffed.cli("user", "show", MEMBER).stdout or "locked" in staffed.cli("user", "show", MEMBER).stdout:
            break
        member.submit({"name": MEMBER, "password": "Chigau11"})
    page = browser.open(user)
    assert facts(page)["ステータス"].startswith("ロック")
    assert "通信 太郎さんのIDがロックされています。" in browser.open("/portal").text
    browser.open(user)
    page = browser.submit({}, action=f"{user}/unlock")
    assert facts(page)["ステータス"] == "有効" and "ロックを解除しました" in page.text

    own = browser.open("/portal/users?q=hanako") and browser.follow("繋ぎ 花子").path
    browser.follow("ユーザーの削除")
    page = browser.submit({})
    assert page.status == 422 and "最後のポータル管理者です" in page.text
    browser.open(f"{own}/edit")
    page = browser.submit({"role": "general"})
    assert page.status == 422 and 'id="role-problem"' in page.html

    browser.open(user)
    browser.follow("ユーザーの削除")
    page = browser.submit({})
    assert page.path == "/portal/users" and "合計 1 件" in page.text
    assert browser.open(user).status == 404


def test_a_group_gives_general_users_their_contracts(staffed):
    browser = signed_in(staffed, ADMINISTRATOR, "繋ぎ 花子")
    member = signed_in(staffed, MEMBER, "通信 太郎")
    assert "ご契約中のサービスはありません" in member.page.text
    assert member.open("/portal/contracts/C-1001").status == 404
    browser.open("/portal/groups/add")
    page = browser.submit({"name": " "})
    assert page.status == 422
    page = browser.submit({"name": "本社"})
    group = page.path
    page = browser.submit({"contract": ["C-1001"], "member": [MEMBER]})
    assert "変更を保存しました" in page.text and page.value("contract") == "C-1001"
    assert browser.submit({"contract": ["Y0009999"]}).status == 422, "another company's contract"
    assert member.open("/portal/contracts/C-1001").status == 200
    assert "OCNドットフォン オフィス" in member.open("/portal").text
    assert member.open("/portal/contracts/P-2001").status == 404
    browser.open(group)
    browser.follow("ユーザーグループの削除")
    page = browser.submit({})
    assert "削除しました" in page.text
    assert member.open("/portal/contracts/C-1001").status == 404


def test_nobody_reaches_users_groups_and_contracts_that_are_not_theirs(staffed):
    boss = signed_in(staffed, "boss@other.example", "隣 次郎")
    member = signed_in(staffed, MEMBER, "通信 太郎")
    administrator = signed_in(staffed, ADMINISTRATOR, "繋ぎ 花子")
    administrator.open("/portal/users?q=taro")
    user = administrator.follow("通信 太郎").path
    administrator.open("/portal/groups/add")
    group = administrator.submit({"name": "本社"}).path
    for path in (user, f"{user}/edit", f"{user}/remove", group, f"{group}/remove", "/portal/contracts/P-2001"):
        assert boss.open(path).status == 404, path
    seal = boss.open("/portal/groups/add").value("seal")
    for path in (f"{user}/edit", f"{user}/remove", f"{user}/suspend", f"{user}/invite", group, f"{group}/remove"):
        assert boss.open(path, [("seal", seal), ("name", "x")]).status == 404, path
    for path in (
        "/portal/administration", "/portal/users", "/portal/users/add", user, f"{user}/edit", "/portal/groups",
        "/portal/groups/add", group):
        assert member.open(path).status == 403, path
    assert "ポータル管理者向け" not in member.open("/portal").html
    for path in ("/portal/users", user, "/portal/contracts/P-2001", "/portal/account"):
        assert staffed.browser().open(path).path == "/portal/sign-in", path
    assert administrator.open(user).status == 200, "and all of it is still there"


def test_a_person_sees_their_own_account_in_their_language_and_zone_and_ends_their_sessions(staffed):
    staffed.add_user(
        "alex@lab.example", "Alex Morgan", "--second-factor", "none", "--language", "en", "--time-zone",
        "America/New_York")
    browser = staffed.browser("ja")
    invitation = staffed.mail("alex@lab.example", "")
    browser.open(re.search(rf"{staffed.base}/portal/invitation/\S+", invitation).group(0))
    browser.submit({"email": "alex@lab.example", "name": "alex morgan", "telephone": "03 1234 5678"})
    browser.submit({"password": PASSWORD, "repeated": PASSWORD})
    browser.open("/portal/sign-in")
    browser.submit({"name": "alex@lab.example", "password": PASSWORD})
    page = browser.submit({"agree": "yes"})
    assert page.heading == "Dashboard", "the language of the person, not of the browser"
    page = browser.open("/portal/account")
    assert facts(page)["Time zone"] == "America/New_York" and facts(page)["E-mail address"] == "alex@lab.example"
    assert re.search(r'datetime="[^"]+-0[45]:00"', page.html), "times in the person's zone"

    elsewhere = staffed.browser()
    staffed.sign_in(elsewhere, "alex@lab.example")
    page = browser.open("/portal/sessions")
    others = [row for row in page.html.split("<tr>")[2:] if "state--ok" not in row]
    assert len(others) == 1
    session = re.search(r'name="session" value="([^"]+)"', others[0]).group(1)
    browser.open("/portal/sessions/end", [("seal", page.value("seal")), ("session", session)])
    assert browser.open("/portal").status == 200
    assert elsewhere.open("/portal/menu").path == "/portal/sign-in"

    browser.open("/portal/password")
    assert browser.submit({"present": "Chigau11", "password": "Atarashii2", "repeated": "Atarashii2"}).status == 422
    page = browser.submit({"present": PASSWORD, "password": "Atarashii2", "repeated": "Atarashii2"})
    assert page.path == "/portal/password/done"
    staffed.sign_in(elsewhere, "alex@lab.example", password="Atarashii2")
