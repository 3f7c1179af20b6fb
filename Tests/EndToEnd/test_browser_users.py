"""ビジネスポータル behind the sign-in, in a browser: dashboard, contracts, and users added, edited, filtered, paged."""

from harness.people import (
    DATA,
    INVITED,
    MEMBER,
    give_one_time_password,
    give_portal_password,
    sign_in_member,
    sign_in_portal_administrator,
)


def test_the_dashboard_leads_to_each_contract(browser, lab):
    sign_in_portal_administrator(browser, lab)
    browser.is_at("ダッシュボード")
    browser.look("portal-dashboard", DATA)
    browser.press("契約中の詳細情報", within="Arcstar Smart PBX")
    browser.is_at("契約中の詳細情報")
    browser.sees("S-3001", "1001")
    browser.look("portal-contract-smart-pbx", DATA)
    browser.press("ダッシュボード")
    browser.press("設定変更", within="Arcstar Smart PBX")
    browser.is_at("Web設定変更サイト トップページ")
    browser.look("voice-top-smart-pbx", DATA)
    browser.press("サービス管理")
    browser.look("portal-services", DATA)
    browser.press("設定変更", within="S-3001")
    browser.press("転送を設定する")
    browser.sees("1001")
    browser.press("サービス管理")
    browser.press("契約中の詳細情報", within="Y0001234")
    browser.look("portal-contract-ip-voice", DATA)
    browser.press("ご自身の情報")
    browser.look("portal-account", DATA)


def test_a_general_user_sees_the_contracts_of_the_groups_and_no_users(browser, lab):
    sign_in_member(browser, lab)
    browser.sees("Y0001234", "C-1001")
    browser.misses("S-3001", "ポータル管理者向け")
    browser.look("portal-dashboard-member", DATA)
    browser.open("/portal/users")
    browser.look("not-permitted", DATA)
    browser.misses(INVITED)


def test_a_user_is_added_invited_edited_and_removed(browser, lab):
    sign_in_portal_administrator(browser, lab)
    browser.press("ポータル管理者向け")
    browser.look("portal-administration", DATA)
    browser.press("ユーザー管理")
    browser.is_at("ユーザー一覧")
    browser.look("portal-users", DATA)
    browser.press("ユーザーを追加する")
    browser.is_at("ユーザー追加")
    browser.look("portal-user-add", DATA)
    browser.fill({"名前": "高橋 三郎", "メールアドレス": "hanako@lab.example", "役職": "営業部長"})
    browser.fill({"電話番号": "０３－１２３４－５６７２"})
    browser.choose("MailOTP", within="第2段階認証方式")
    browser.choose("一般ユーザー", "English", "受信する", "総務部")
    browser.fill({"タイムゾーン": "Asia/Tokyo"})
    browser.press("追加する")
    assert browser.problem("メールアドレス")
    assert browser.field("名前").get_attribute("value") == "高橋 三郎"
    browser.look("portal-user-add-refused", (*DATA, "高橋 三郎", "営業部長"))
    browser.fill({"メールアドレス": "saburo@lab.example"})
    browser.press("追加する")
    browser.sees("ユーザーを追加し、招待メールを送信しました。")
    # In the language of that person.
    assert lab.letter("saburo@lab.example").text.isascii()
    assert lab.letter("saburo@lab.example").link.startswith("/portal/invitation/")
    browser.open("/portal/users")
    browser.press("高橋 三郎")
    browser.look("portal-user", (*DATA, "高橋 三郎", "営業部長"))
    browser.press("編集")
    browser.look("portal-user-edit", (*DATA, "高橋 三郎", "営業部長"))
    browser.fill({"役職": "本部長"})
    browser.press("保存する")
    browser.sees("変更を保存しました。", "本部長")
    browser.press("ユーザーの削除")
    browser.look("portal-user-remove", (*DATA, "高橋 三郎"))
    browser.press("OK")
    browser.is_at("ユーザー一覧")
    browser.misses("saburo@lab.example")


def test_users_are_filtered_and_paged(browser, lab):
    lab.apply(users=[
        {"email": f"user{number:02}@lab.example", "company": "つなぎ商事株式会社", "name": f"User {number:02}",
         "telephone": f"03-1234-{number:04}"} for number in range(24)])
    sign_in_portal_administrator(browser, lab)
    browser.open("/portal/users")
    browser.sees("合計 27 件")
    browser.look("portal-users-many", DATA)
    browser.press("2ページ")
    browser.look("portal-users-many-2", DATA)
    browser.fill({"絞り込みキーワード": "user07"})
    browser.press("表示")
    browser.sees("合計 1 件", "user07@lab.example")
    browser.fill({"絞り込みキーワード": "", "表示件数": "50"})
    browser.press("表示")
    browser.sees("user23@lab.example", "user00@lab.example")
    browser.fill({"絞り込みキーワード": "nobody"})
    browser.press("表示")
    browser.sees("該当するユーザーはいません。")
    browser.look("portal-users-none", DATA)


def test_an_administrator_suspends_and_resumes_a_user_who_is_kept_out_meanwhile(browser, lab):
    sign_in_portal_administrator(browser, lab)
    browser.open("/portal/users")
    browser.press("鈴木 太郎")
    browser.press("ユーザーの停止")
    browser.look("portal-user-suspend", DATA)
    browser.press("OK")
    browser.sees("ユーザーを停止しました。", "停止")
    browser.look("portal-user-suspended", DATA)
    browser.press("停止を解除")
    browser.sees("ユーザーの停止を解除しました。")
    browser.press("ログアウト")
    give_portal_password(browser, MEMBER, lab.passwords[MEMBER])
    give_one_time_password(browser, lab.letter(MEMBER).code)
    browser.is_at("ダッシュボード")


def test_a_group_is_given_contracts_and_members(browser, lab):
    sign_in_portal_administrator(browser, lab)
    browser.press("ポータル管理者向け")
    browser.press("ユーザーグループ管理")
    browser.look("portal-groups", DATA)
    browser.press("ユーザーグループを追加する")
    browser.look("portal-group-add", DATA)
    browser.fill({"グループ名": "営業部"})
    browser.press("追加する")
    browser.sees("ユーザーグループを追加しました。")
    browser.open("/portal/groups")
    browser.press("営業部")
    browser.choose("S-3001", "佐藤 次郎")
    browser.photograph("portal-group")
    browser.press("保存する")
    browser.sees("変更を保存しました。")
    group = lab.cli("group", "show", "営業部", "--company", "つなぎ商事株式会社").stdout
    assert "S-3001" in group and INVITED in group, group
