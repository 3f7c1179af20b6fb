"""サービス設定用ホームページ: every procedure of the user, over real HTTP, from first to last."""

from harness.sites import MOBILES, NUMBERS, PASSWORD, refused, shown

FIRST, SECOND = NUMBERS["lab0001"], NUMBERS["lab0002"]


def test_a_user_signs_in_by_short_message_and_sees_what_the_number_has(sites):
    sites.server.cli("anonymous", "reject", FIRST, "--reason", "payphone")
    user = sites.sign_in("lab0001")
    page = user.open("/ou")
    assert shown(FIRST) in page.text and "転送・留守番サービス 転送しない" in page.text and "ログインID lab0001" in page.text
    assert "番号非通知拒否サービス 拒否する" in page.text and "公衆電話" in page.text
    assert shown(SECOND) not in page.text and SECOND not in page.html and "代わって操作しています" not in page.everything
    assert user.press("ログアウト").path == "/ou/sign-in"
    assert user.open("/ou").path == "/ou/sign-in"
    assert user.cookie("tsunagi-ou") is None


def test_anonymous_calls_are_rejected_by_reason(sites):
    user = sites.sign_in("lab0001")
    user.open("/ou")
    page = user.follow("設定を変更：番号非通知拒否サービス")
    assert page.value("reject") == "off" and page.value("reason") == "withheld"
    refused(user.press("設定", reject="on", reason=None), "拒否する着信を1つ以上選択してください")
    assert user.page.value("reject") == "on"
    page = user.press("設定", reject="on", reason=["withheld", "unavailable", "interaction"])
    assert f"{shown(FIRST)} の番号非通知拒否サービスの設定が完了しました" in page.text
    assert sorted(sites.server.json("anonymous", "show", FIRST)["rejected"]) == [
        "interaction", "unavailable", "withheld"]
    entry = sites.history(1)[0]
    assert entry["actor"] == "lab0001" and entry.get("onBehalfOf") is None
    page = user.follow("OK")
    assert "次の着信は接続しません：非通知、表示圏外、サービス競合" in page.text
    user.follow("設定を変更：番号非通知拒否サービス")
    user.press("設定", reject="off")
    assert "拒否しない" in user.follow("OK").text
    assert sites.server.json("anonymous", "show", FIRST)["rejected"] == []


def test_what_somebody_else_has_set_meanwhile_is_told_and_not_overwritten_unseen(sites):
    user = sites.sign_in("lab0001")
    user.open("/ou")
    user.follow("設定を変更：番号非通知拒否サービス")
    sites.server.cli("anonymous", "reject", FIRST, "--reason", "payphone", "--hours", "18:00-09:00", "--days", "mon-fri")
    page = user.press("設定", reject="on", reason=["withheld"])
    refused(page, "まだ設定していません")
    assert "時間帯「月～金 18:00～09:00」の間だけ" in page.text and page.value("reject") == "on"
    assert sites.server.json("anonymous", "show", FIRST)["rejected"] == ["payphone"]
    user.press("設定", reject="on", reason=["withheld"])
    assert sites.server.json("anonymous", "show", FIRST)["rejected"] == ["withheld"]


def test_a_login_id_with_several_numbers_sets_each_of_them(sites):
    sites.server.cli("login", "remove", "lab0002")
    sites.server.cli("login", "assign", "lab0001", FIRST, SECOND)
    sites.server.cli("option", "remove", "anonymous-rejection", "--number", SECOND)
    user = sites.sign_in("lab0001")
    page = user.open("/ou")
    assert shown(FIRST) in page.text and shown(SECOND) in page.text
    assert f"/ou/numbers/{FIRST}/anonymous" in page.html and f"/ou/numbers/{SECOND}/anonymous" not in page.html
    assert user.open(f"/ou/numbers/{SECOND}/anonymous").status == 404


def test_nobody_elses_number_is_there(sites):
    user = sites.sign_in("lab0001")
    seal = user.open("/ou").value("seal")
    for number in (SECOND, NUMBERS["other1"], "05099999999", "x"):
        path = f"/ou/numbers/{number}/anonymous"
        assert user.open(path).status == 404
        assert user.open(f"{path}/done").status == 404
        assert user.open(path, [("seal", seal), ("reject", "on"), ("reason", "withheld")]).status == 404
    assert sites.server.json("anonymous", "show", SECOND)["rejected"] == []
    # Not a page of the administrator site either, with whatever cookie.
    for path in ("/oa", "/oa/sms-numbers", "/oa/login-ids/lab0001/password", "/oa/sessions"):
        assert user.open(path).path == "/oa/sign-in"
    cookie = user.cookie("tsunagi-ou")
    for path in ("/oa", "/oa/sms-numbers"):
        assert user.open(path, headers={"Cookie": f"tsunagi-oa={cookie.value}"}).path == "/oa/sign-in"


def test_a_user_changes_the_password(sites):
    user = sites.sign_in("lab0001")
    user.open("/ou")
    page = user.follow("ID/パスワード変更")
    assert "ID lab0001 のパスワードを変更します" in page.text
    refused(user.press("変更する", present="Wrong1pass", password="Another1", repeated="Another1"), "現在のパスワードが正しくありません")
    refused(user.press("変更する", present=PASSWORD, password="Another1", repeated="Another2"), "一致しません")
    refused(user.press("変更する", present=PASSWORD, password="abc", repeated="abc"), "アルファベット大文字")
    refused(user.press("変更する", present=PASSWORD, password=PASSWORD, repeated=PASSWORD), "現在と異なる")
    before = user.cookie("tsunagi-ou").value
    page = user.press("変更する", present=PASSWORD, password="Another1", repeated="Another1")
    assert page.path == "/ou/password/done" and "パスワードの変更が完了しました" in page.text
    assert user.cookie("tsunagi-ou").value != before
    assert user.follow("OK").path == "/ou"
    entry = sites.history(1)[0]
    assert (entry["action"], entry["actor"]) == ("login password", "lab0001")

    other = sites.visitor()
    other.open("/ou/sign-in")
    refused(other.press("ログイン", name="lab0001", password=PASSWORD), "正しくない")
    assert other.press("ログイン", password="Another1").path == "/ou/sign-in/step"


def test_a_user_ends_a_session_of_their_own(sites):
    user = sites.sign_in("lab0001")
    page = user.open("/ou/sessions")
    assert "この画面" in page.text and "127.0.0.1" in page.text
    theirs = sites.sign_in("lab0002")
    session = theirs.open("/ou/sessions").html.split('name="session" value="')[1].split('"')[0]
    assert user.open("/ou/sessions/end", [("seal", page.value("seal")), ("session", session)]).status == 404
    assert theirs.open("/ou").path == "/ou"
    user.open("/ou/sessions")
    assert user.press("ログアウトさせる").path == "/ou/sign-in"
    assert user.open("/ou").path == "/ou/sign-in"


def test_an_administrators_new_password_ends_the_users_session(sites):
    user = sites.sign_in("lab0001")
    sites.issue("login", "lab0001")
    assert user.open("/ou").path == "/ou/sign-in"


def test_all_of_it_is_there_in_english(sites):
    user = sites.sign_in("lab0001", language="en")
    page = user.open("/ou")
    assert "Anonymous call rejection" in page.text and "Calls without a number ring like all others" in page.text
    for path in ("/ou", f"/ou/numbers/{FIRST}/anonymous", f"/ou/numbers/{FIRST}/anonymous/done", "/ou/password",
                 "/ou/password/done", "/ou/sessions"):
        page = user.open(path)
        assert page.status == 200 and not any("\u3040" <= letter <= "\u9fff" for letter in page.text), page
    page = user.press("日本語")
    assert page.path == "/ou/sessions" and "ログイン中の画面" in page.text
    assert MOBILES["lab0001"] not in page.html
