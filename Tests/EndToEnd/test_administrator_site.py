"""管理者用設定ホームページ: every procedure of the administrator, over real HTTP, from first to last."""

import json
import re

import pytest
from harness.sites import ADMINISTRATOR_MOBILE, MOBILES, NUMBERS, PASSWORD, refused, shown


def test_an_administrator_signs_in_by_short_message_and_sees_every_login_id(sites):
    password = sites.issue("admin", "labadmin")
    visitor = sites.visitor()
    assert visitor.open("/oa").path == "/oa/sign-in"
    refused(visitor.press("ログイン", name="labadmin", password="wrong"), "IDまたはパスワードが正しくない")
    assert visitor.page.value("name") == "labadmin" and "wrong" not in visitor.page.html
    page = visitor.press("ログイン", name="ｌａｂａｄｍｉｎ", password=password)
    assert page.path == "/oa/sign-in/step" and "6桁の認証コードを送信しました" in page.text

    code = visitor.last_code(ADMINISTRATOR_MOBILE)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(3):
        refused(visitor.press("認証", code=wrong), "認証コードが正しくありません")
    page = visitor.press("認証", code=code)
    assert "パスワードの変更" in page.text
    refused(visitor.press("変更する", password=PASSWORD, repeated="Chosen2pass"), "新しいパスワードと一致しません")
    page = visitor.press("変更する", password=PASSWORD, repeated=PASSWORD)

    assert page.path == "/oa" and "利用者番号一覧" in page.text and "基本契約番号 C-1001" in page.text
    for login in ("lab0001", "lab0002", "lab0003"):
        row = page.row(login)
        assert shown(NUMBERS[login]) in row and "転送・留守番" in row and "番号非通知拒否" in row
        assert "この電話が鳴ります" in row
    assert "設定済" in page.row("lab0001") and "未設定" in page.row("lab0003")
    assert "パスワード未設定" in page.row("lab0001")
    assert "other1" not in page.html and "0009" not in page.text
    assert "050複数番号" in page.text and "合計 3 件" in page.text
    # It is no secret of ours: neither the session nor the code is in an address.
    assert visitor.open("/oa/sign-in").status == 200
    assert visitor.open("/oa").path == "/oa"


def test_a_code_that_was_not_sent_is_not_said_to_be(sites):
    password = sites.issue("admin", "labadmin")
    visitor = sites.visitor()
    visitor.open("/oa/sign-in")
    page = visitor.press("ログイン", name="labadmin", password=password)
    sent = re.search(r"送信しました（(\d\d:\d\d:\d\d)）", page.text)
    again = re.search(r"新しいコードは (\d\d:\d\d:\d\d) から送信できます", page.text)
    assert sent and again and sent[1] != again[1]
    code = visitor.last_code(ADMINISTRATOR_MOBILE)
    page = visitor.press("新しいコードを送信")
    refused(page, f"新しいコードは送信していません。 新しいコードは {again[1]} から送信できます")
    assert f"送信しました（{sent[1]}）" in page.text and 'aria-invalid="true"' not in page.html

    # Who begins again types the code of the first time, and is told when that was sent.
    other = sites.visitor("en")
    other.open("/oa/sign-in")
    page = other.press("Sign in", name="labadmin", password=password)
    assert f"sent to your registered mobile phone at {sent[1]}" in page.text
    assert f"A new code can be sent from {again[1]} on" in page.text
    assert other.press("Verify", code=code).has_button("Change")


def test_who_signs_in_sees_when_that_was_done_before(sites):
    first = sites.sign_in("labadmin")
    assert "前回のログイン" not in first.page.everything
    sites.server.cli("settings", "sign-in", "--pre-registration", "2000-01-01..2999-12-31")
    sites.server.cli("admin", "sms", "--contract", "C-1001", "--administrator", "")
    again = sites.visitor()
    again.open("/oa/sign-in")
    page = again.press("ログイン", name="labadmin", password=PASSWORD)
    assert page.path == "/oa" and re.search(r"前回のログイン \d{4}-\d\d-\d\d \d\d:\d\d", page.everything)


def test_the_list_is_filtered_and_has_pages(sites):
    plan = json.loads((sites.server.folder / "lab.yaml").read_text())
    for index in range(120):
        number = f"0501112{index:04}"
        plan["numbers"].append({"number": number, "contract": "C-1001", "kind": "direct-dial"})
        plan["logins"].append({"login": f"staff{index:03}", "contract": "C-1001", "numbers": [number]})
    sites.fill(plan)
    visitor = sites.sign_in("labadmin")
    page = visitor.open("/oa")
    assert "合計 123 件" in page.text and "staff021" in page.html and "staff022" not in page.html
    page = visitor.follow("5")
    assert "staff119" in page.html and "staff096" not in page.html
    page = visitor.press("絞り込む", q="staff11")
    assert "合計 10 件" in page.text and page.value("q") == "staff11"
    assert "staff042" in visitor.press("絞り込む", q="０５０-1112-0042").html
    assert "該当するログインIDはありません" in visitor.press("絞り込む", q="other1").text
    assert "staff119" in visitor.open("/oa?page=99").html
    assert visitor.open("/oa?page=-1&q=%FF").status == 400

    page = visitor.open("/oa/sms-numbers")
    assert page.value("sms.staff119") == "" and len(page.forms[-1].names) == 126


def test_an_administrator_sets_a_users_service_on_their_behalf(sites):
    visitor = sites.sign_in("labadmin")
    window = sites.view(visitor, "lab0001")
    assert "サービス設定" in window.page.text and shown(NUMBERS["lab0001"]) in window.page.text
    assert "管理者 labadmin が、ログインID lab0001 の利用者に代わって操作しています" in window.page.everything
    assert "ID/パスワード変更" not in window.page.everything
    page = window.follow("設定を変更：番号非通知拒否サービス")
    assert "代わって操作しています" in page.everything
    page = window.press("設定", reject="on", reason=["withheld", "payphone"])
    assert page.path.endswith("/done") and "設定が完了しました" in page.text
    assert "代わって操作しています" in page.everything
    state = sites.server.json("anonymous", "show", NUMBERS["lab0001"])
    assert sorted(state["rejected"]) == ["payphone", "withheld"]
    entry = sites.history(1)[0]
    assert (entry["actor"], entry["onBehalfOf"]) == ("labadmin", "lab0001")

    window.follow("OK")
    window.follow("設定を変更：転送・留守番サービス")
    page = window.press("設定", forward="on", operation="always", list1="03-1234-5678", **{"target-always": "1"})
    assert page.path.endswith("/forwarding/done") and "代わって操作しています" in page.everything
    rules = sites.server.json("forward", "show", NUMBERS["lab0001"])["rules"]
    assert [(rule["when"], rule["to"]) for rule in rules] == [("always", "0312345678")]
    entry = sites.history(1)[0]
    assert (entry["actor"], entry["onBehalfOf"]) == ("labadmin", "lab0001")
    row = visitor.open("/oa").row("lab0001")
    assert "03-1234-5678" in row and "接続しません" in row
    assert "labadmin (127.0.0.1) for lab0001" in sites.server.cli("history", NUMBERS["lab0001"]).stdout


def test_a_users_screen_ends_with_the_administrators_session(sites):
    visitor = sites.sign_in("labadmin")
    first, second = sites.view(visitor, "lab0001"), sites.view(visitor, "lab0002")
    assert first.page.path != second.page.path
    # Each by itself.
    home = first.page.path
    page = first.press("代理設定を終了")
    assert page.status == 200 and "代理設定は終了しました" in page.text
    assert first.open(home).path == f"{home}/ended"
    assert shown(NUMBERS["lab0002"]) in second.open(second.page.path).text

    form = second.open(f"{second.page.path}/numbers/{NUMBERS['lab0002']}/anonymous")
    assert form.status == 200
    visitor.open("/oa")
    assert visitor.press("ログアウト").path == "/oa/sign-in"
    assert "代理設定は終了しました" in second.press("設定", reject="on", reason=["withheld"]).text
    assert sites.server.json("anonymous", "show", NUMBERS["lab0002"])["rejected"] == []
    assert visitor.open("/oa").path == "/oa/sign-in"


def test_the_administrator_sees_and_ends_the_windows_that_are_open(sites):
    visitor = sites.sign_in("labadmin")
    window = sites.view(visitor, "lab0001")
    page = visitor.open("/oa/sessions")
    assert "この画面" in page.text and "代理設定： lab0001" in page.text
    form = next(form for form in page.forms if "lab0001" in page.html and form.buttons[0].text.startswith("ログアウトさせる"))
    rows = [row for row in page.html.split("<tr>") if "lab0001" in row]
    assert form and len(rows) == 1
    session = rows[0].split('name="session" value="')[1].split('"')[0]
    page = visitor.open("/oa/sessions/end", [("seal", page.value("seal")), ("session", session)])
    assert page.path == "/oa/sessions" and "lab0001" not in page.text
    assert window.open(window.page.path).path.endswith("/ended")
    assert visitor.open("/oa/sessions/end", [("seal", page.value("seal")), ("session", session)]).status == 404


def test_a_window_of_one_login_id_is_no_way_to_another(sites):
    visitor = sites.sign_in("labadmin")
    window = sites.view(visitor, "lab0001")
    base = window.page.path
    for path in (
        f"{base}/numbers/{NUMBERS['lab0002']}/anonymous", f"{base}/numbers/{NUMBERS['other1']}/anonymous",
        f"{base}/password", f"{base}/sessions", f"{base}/sign-in",
    ):
        assert window.open(path).status == 404, path
    assert window.open("/ou").path == "/ou/sign-in"
    assert window.open("/ou/for/AAAAAAAAAAAAAAAA").path == "/ou/for/AAAAAAAAAAAAAAAA/ended"


def test_a_locked_login_id_is_unlocked(sites):
    password = sites.issue("login", "lab0001")
    user = sites.visitor()
    user.open("/ou/sign-in")
    for _ in range(5):
        refused(user.press("ログイン", name="lab0001", password="Wrong1pass"), "正しくない")
    refused(user.press("ログイン", name="lab0001", password=password), "正しくない")

    visitor = sites.sign_in("labadmin")
    page = visitor.open("/oa")
    assert "ロック中" in page.row("lab0001")
    page = visitor.press("ロックアウトの解除", login="lab0001")
    assert page.path == "/oa/login-ids/lab0001/unlock" and shown(NUMBERS["lab0001"]) in page.text
    page = visitor.press("OK")
    assert "ロックアウトを解除しました" in page.text and "お伝えください" in page.text
    assert "ロック中" not in visitor.follow("OK").row("lab0001")
    entry = sites.history(1)[0]
    assert (entry["action"], entry["actor"]) == ("login unlock", "labadmin")

    page = user.press("ログイン", name="lab0001", password=password)
    assert page.path == "/ou/sign-in/step"
    visitor.press("ロックアウトの解除", login="lab0001")
    assert "ロックアウトされていません" in visitor.page.text and not visitor.page.has_button("OK")


def test_a_password_is_issued_anew_shown_once_and_changed_by_the_user(sites):
    visitor = sites.sign_in("labadmin")
    visitor.open("/oa")
    page = visitor.press("パスワードの初期化", login="lab0002")
    assert page.path == "/oa/login-ids/lab0002/password" and "よろしいですか" in page.text
    before = sites.history(1)[0]["id"]
    assert "パスワードの初期化" in visitor.open("/oa/login-ids/lab0002/password").text
    assert sites.history(1)[0]["id"] == before
    page = visitor.press("OK")
    assert "パスワードを初期化しました" in page.text and "一度だけ" in page.text
    password = page.html.split('secret__value">')[1].split("<")[0]
    page = visitor.follow("OK")
    assert page.path == "/oa" and password not in page.html and "初期パスワード" in page.row("lab0002")
    assert password not in visitor.open("/oa/login-ids/lab0002/password").html
    assert password not in sites.server.output()

    user = sites.sign_in("lab0002", password=password)
    assert shown(NUMBERS["lab0002"]) in user.page.text
    visitor.open("/oa")
    assert "通常" in visitor.page.row("lab0002")


def test_all_mobile_numbers_are_set_in_one_form_that_is_shown_once_more(sites):
    visitor = sites.sign_in("labadmin")
    visitor.open("/oa")
    page = visitor.follow("SMS認証番号設定")
    assert "SMS認証用番号設定" in page.text and page.value("administrator") == ADMINISTRATOR_MOBILE
    assert page.value("sms.lab0001") == MOBILES["lab0001"] and page.value("sms.lab0003") == ""

    typed = {"administrator": "090-9999-8888", "sms__lab0001": "0033334441", "sms__lab0003": "００312345678"}
    page = visitor.press("設定", **typed)
    assert page.status == 422 and "入力内容を確認してください（3件）" in page.text
    assert "ハイフンなしで" in page.text and "入力された桁数：10" in page.text and "「00」で始まる" in page.text
    for name, value in typed.items():
        assert page.value(name.replace("__", ".")) == value
    assert 'aria-describedby="sms.lab0003-error sms-rule"' in page.html
    # Out of all that nothing was set.
    assert sites.server.json("login", "show", "lab0001")["smsNumber"] == MOBILES["lab0001"]

    page = visitor.press(
        "設定", administrator="09099998888", sms__lab0001=MOBILES["lab0001"], sms__lab0002="", sms__lab0003="０９０55556666")
    assert "SMS認証用番号の確認" in page.text
    assert "変更あり" in page.row("labadmin") and "変更なし" in page.row("lab0001")
    assert "未設定" in page.row("lab0002") and "09055556666" in page.row("lab0003")
    assert sites.server.json("login", "show", "lab0003").get("smsNumber") is None
    page = visitor.press("戻る")
    assert page.status == 200 and page.value("sms.lab0003") == "09055556666"
    page = visitor.press("設定", sms__lab0003="09055557777")
    page = visitor.press("OK")
    assert page.path == "/oa/sms-numbers/done" and "設定しました" in page.text
    assert "設定済" in visitor.follow("OK").row("lab0003")
    assert sites.server.json("login", "show", "lab0003")["smsNumber"] == "09055557777"
    assert sites.server.json("login", "show", "lab0002").get("smsNumber") is None
    assert sites.server.json("admin", "show", "labadmin")["smsNumber"] == "09099998888"
    assert [(entry["action"], entry["actor"]) for entry in sites.history(3)] == [
        ("login sms", "labadmin"), ("login sms", "labadmin"), ("admin sms", "labadmin")]

    user = sites.sign_in("lab0003", mobile="09055557777")
    assert shown(NUMBERS["lab0003"]) in user.page.text


def test_an_administrator_without_a_number_gives_the_first_one_when_signing_in(sites):
    password = sites.issue("admin", "otheradmin")
    visitor = sites.visitor()
    page = visitor.open("/oa/sign-in")
    assert "mobile" not in page.forms[-1].names
    page = visitor.press("ログイン", name="otheradmin", password=password)
    refused(page, "SMS認証用電話番号が登録されていません")
    assert page.value("name") == "otheradmin"
    refused(visitor.press("ログイン", password=password, mobile="090-3333-2222"), "ハイフンなしで")
    assert visitor.page.value("mobile") == "090-3333-2222"
    refused(visitor.press("ログイン", password="Wrong1pass", mobile="09033332222"), "正しくない")
    assert visitor.page.value("mobile") == "09033332222"
    page = visitor.press("ログイン", password=password)
    assert page.path == "/oa/sign-in/step"
    assert visitor.press("認証", code=visitor.last_code("09033332222")).status == 200
    assert visitor.press("変更する", password=PASSWORD, repeated=PASSWORD).path == "/oa"
    assert sites.server.json("admin", "show", "otheradmin")["smsNumber"] == "09033332222"

    # Kept for later, and nobody is asked for a second one.
    other = sites.visitor()
    other.open("/oa/sign-in")
    assert other.press("ログイン", name="otheradmin", password=PASSWORD).path == "/oa/sign-in/step"


def test_in_the_period_of_pre_registration_numbers_are_registered_at_the_site_beforehand(sites):
    sites.server.cli("settings", "sign-in", "--pre-registration", "2000-01-01..2999-12-31")
    visitor = sites.visitor()
    visitor.open("/oa/sign-in")
    visitor.press("ログイン", name="otheradmin", password=sites.issue("admin", "otheradmin"))
    page = visitor.press("変更する", password=PASSWORD, repeated=PASSWORD)
    assert page.path == "/oa" and "other1" in page.html
    visitor.follow("SMS認証番号設定")
    visitor.press("設定", administrator="09033332222", sms__other1="09044443333")
    assert "設定しました" in visitor.press("OK").text

    # From now on by its code, as everybody.
    other = sites.visitor()
    other.open("/oa/sign-in")
    assert other.press("ログイン", name="otheradmin", password=PASSWORD).path == "/oa/sign-in/step"
    assert other.last_code("09033332222")


def test_a_user_without_a_number_is_sent_to_the_administrator(sites):
    user = sites.visitor()
    user.open("/ou/sign-in")
    refused(user.press("ログイン", name="lab0003", password=sites.issue("login", "lab0003")), "設定を依頼してください")


@pytest.mark.parametrize("login", ["other1", "nobody", "a", "%2e%2e", "lab0001%00"])
def test_what_is_not_under_the_contract_is_not_there(sites, login):
    visitor = sites.sign_in("labadmin")
    seal = visitor.open("/oa").value("seal")
    for path in (f"/oa/login-ids/{login}/unlock", f"/oa/login-ids/{login}/password"):
        assert visitor.open(path).status == 404, path
        assert visitor.open(path, [("seal", seal)]).status == 404, path
    assert visitor.open(f"/oa/login-ids/{login}/unlocked").status == 404
    before = sites.history(1)[0]["id"]
    for action in ("view", "unlock", "password"):
        assert visitor.open(f"/oa/login-ids/{action}", [("seal", seal), ("login", login)]).status == 404
    # A field of another contract's login ID is none of this form's.
    page = visitor.open(
        "/oa/sms-numbers/set", [("seal", seal), ("administrator", ADMINISTRATOR_MOBILE), (f"sms.{login}", "09000000000")])
    assert page.path == "/oa/sms-numbers/done" and sites.history(1)[0]["id"] == before
    assert sites.server.json("login", "show", "other1").get("smsNumber") is None


def test_nothing_is_done_without_a_selection_or_without_our_form(sites):
    visitor = sites.sign_in("labadmin")
    seal = visitor.open("/oa").value("seal")
    for action in ("view", "unlock", "password"):
        refused(visitor.open(f"/oa/login-ids/{action}", [("seal", seal)]), "ログインIDが選択されていません")
    before = sites.history(1)[0]["id"]
    for path in ("/oa/login-ids/lab0001/password", "/oa/sms-numbers/set", "/oa/sessions/end", "/oa/sign-out"):
        assert visitor.open(path, [("sms.lab0001", "")]).status == 403, path
    assert visitor.open(
        "/oa/login-ids/lab0001/password", [("seal", seal)], {"Origin": "http://evil.example"}).status == 403
    assert sites.history(1)[0]["id"] == before
    assert visitor.open("/oa").path == "/oa"


def test_an_administrator_finds_a_change_in_the_history_and_takes_it_back(sites):
    visitor = sites.sign_in("labadmin")
    window = sites.view(visitor, "lab0001")
    window.open(f"{window.page.path}/numbers/{NUMBERS['lab0001']}/anonymous")
    window.press("設定", reject="on", reason=["withheld"])
    sites.server.cli("anonymous", "reject", NUMBERS["lab0002"])

    visitor.open("/oa")
    page = visitor.follow("変更履歴")
    assert page.path == "/oa/history" and shown(NUMBERS["lab0001"]) in page.text and shown(NUMBERS["lab0002"]) in page.text
    page = visitor.press("絞り込む", who="lab0001", kind="number")
    assert page.value("who") == "lab0001" and page.value("kind") == "number"
    assert shown(NUMBERS["lab0001"]) in page.text and shown(NUMBERS["lab0002"]) not in page.text
    assert "該当する変更はありません。" in visitor.press("絞り込む", who="lab0001", to="2020-12-31").text
    refused(visitor.press("絞り込む", to="soon"), "2026-12-29 のように入力してください。")
    assert visitor.page.value("to") == "soon" and 'aria-describedby="to-error"' in visitor.page.html

    visitor.open("/oa")
    page = visitor.follow(f"変更履歴：{shown(NUMBERS['lab0001'])}")
    assert page.path == f"/oa/numbers/{NUMBERS['lab0001']}/history" and shown(NUMBERS["lab0002"]) not in page.text
    visitor.follow("元に戻す")
    assert "変更を元に戻しました。" in visitor.press("元に戻す").text
    assert sites.server.json("anonymous", "show", NUMBERS["lab0001"])["rejected"] == []
    page = visitor.open("/oa/history?who=lab0001")
    assert "元に戻しました" in page.text
    assert visitor.open(f"/oa/numbers/{NUMBERS['other1']}/history").status == 404


def test_an_administrator_makes_a_token_for_a_program_that_is_shown_once_and_ends_it(sites):
    visitor = sites.sign_in("labadmin")
    page = visitor.follow("APIトークン")
    assert page.path == "/oa/tokens" and "トークンはありません。" in page.text
    page = visitor.press("作成する", name=" ", days="90", scope="write")
    assert page.status == 422 and "入力してください" in page.text
    page = visitor.press("作成する", name="<b>当直</b>の記録", scope="read", days="30", **{"numbers-only": "on"})
    assert "トークンを作成しました" in page.text and "一度だけ" in page.text and "<b>" not in page.html
    secret = page.html.split('secret__value">')[1].split("<")[0]
    page = visitor.follow("OK")
    row = page.row("当直")
    assert secret not in page.html and "参照のみ（番号のみ）" in row and "未使用" in row and "有効" in row
    [token] = sites.server.records("token", "list")
    assert token["account"] == "labadmin" and not token["mayWrite"] and token["numbersOnly"]
    assert (sites.history(1)[0]["action"], sites.history(1)[0]["actor"]) == ("token add", "labadmin")

    program = {"Authorization": f"Bearer {secret}"}
    assert sites.visitor().open(f"/api/v1/numbers/{NUMBERS['lab0001']}/forwarding", headers=program).status == 200
    assert "127.0.0.1" in visitor.open("/oa/tokens").row("当直")
    stranger = sites.sign_in("lab0001")
    assert stranger.open("/ou/tokens").status == 200 and "当直" not in stranger.page.text
    for form in (None, [("seal", stranger.page.value("seal"))]):
        assert stranger.open(f"/ou/tokens/{token['id']}/end", form).status == 404
    page = visitor.follow("無効にする")
    assert "よろしいですか" in page.text and "参照のみ（番号のみ）" in page.text
    page = visitor.press("OK")
    assert "トークンを無効にしました。" in page.text and "当直" not in page.text
    assert sites.visitor().open(f"/api/v1/numbers/{NUMBERS['lab0001']}/forwarding", headers=program).status == 401


def test_all_of_it_is_there_in_english(sites):
    visitor = sites.sign_in("labadmin", language="en")
    page = visitor.open("/oa")
    assert "All login IDs under the base contract number C-1001" in page.text
    assert "Direct-dial additional numbers" in page.text
    window = sites.view(visitor, "lab0001")
    assert "Administrator labadmin is acting for the user lab0001" in window.page.everything
    window.follow("Change: Anonymous call rejection")
    refused(window.press("Set", reject="on", reason=None), "Choose at least one kind")
    page = visitor.open("/oa/sms-numbers")
    refused(visitor.press("Set", sms__lab0001="1"), "has 11 digits; this one has 1")
    visitor.open("/oa")
    visitor.press("Reset password", login="lab0001")
    assert "shown only once" in visitor.press("OK").text
    for path in ("/oa", "/oa/sms-numbers", "/oa/sessions", "/oa/password", "/oa/tokens", "/oa/history"):
        page = visitor.open(path)
        assert page.status == 200 and not any("\u3040" <= letter <= "\u9fff" for letter in page.text), page
