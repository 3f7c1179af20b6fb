"""転送（番号ごと）設定 in a browser: what is set there, the next call does."""

from harness.people import DATA, USER, forward, is_forwarded, sign_in_administrator, sign_in_member, sign_in_user

NUMBER, OTHER, THIRD = "05012345678", "05023456789", "1001"
VOICE_NUMBER, VOICE_OTHER = "0312345670", "0312345671"


def test_a_user_sets_each_kind_of_forwarding_and_the_next_call_follows_it(browser, lab):
    phone, other, third = lab.phone_of(NUMBER), lab.phone_of(OTHER), lab.phone_of(THIRD)
    caller = lab.caller()
    sign_in_user(browser, lab)
    browser.look("ou-home-forwarding", DATA)
    browser.press("設定を変更", within="転送・留守番サービス")
    browser.is_at("転送（番号ごと）設定")
    browser.look("ou-forwarding", DATA)

    forward(browser, "無条件転送", to="リスト1", entries={"リスト1": "050-2345-6789", "リスト2": THIRD})
    is_forwarded(browser)
    browser.look("ou-forwarding-done", DATA)
    call = caller.invite(NUMBER)
    other.respond(other.expect("INVITE"), 200)
    assert call.hear_final(200)
    assert not phone.has_rung()

    # A busy phone.
    browser.press("設定画面に戻る")
    browser.look("ou-forwarding-always", DATA)
    forward(browser, "着信中転送", to="リスト2")
    is_forwarded(browser)
    call = caller.invite(NUMBER)
    phone.refuse()
    third.respond(third.expect("INVITE"), 200)
    assert call.hear_final(200)

    # A phone that rings for 5 seconds.
    browser.press("設定画面に戻る")
    forward(browser, "無応答転送", to="リスト1", ring=5)
    is_forwarded(browser)
    call = caller.invite(NUMBER)
    phone.respond(phone.expect("INVITE"), 180)
    other.respond(other.expect("INVITE", seconds=9), 200)
    assert call.hear_final(200)

    # Two of them, each with a destination of its own.
    browser.press("設定画面に戻る")
    browser.tick({"着信中転送": True, "無応答転送": True})
    browser.choose("着信中", within="リスト2")
    browser.choose("無応答", within="リスト1")
    browser.photograph("ou-forwarding-two")
    browser.press("設定")
    is_forwarded(browser)
    rules = {rule["when"]: rule for rule in lab.json("forward", "show", NUMBER)["rules"]}
    assert set(rules) == {"busy", "no-answer"}, rules

    # Nothing is forwarded any more, and the list is kept.
    browser.press("設定画面に戻る")
    browser.choose("転送しない")
    browser.press("設定")
    is_forwarded(browser)
    caller.invite(NUMBER)
    phone.expect("INVITE")
    browser.press("設定画面に戻る")
    assert browser.field("リスト1").get_attribute("value").replace("-", "") == OTHER
    assert browser.field("リスト2").get_attribute("value") == THIRD


def test_a_phone_that_is_gone_forwards_as_unreachable(browser, lab):
    other = lab.phone_of(OTHER)
    sign_in_user(browser, lab)
    browser.press("設定を変更", within="転送・留守番サービス")
    forward(browser, "不通時転送", to="リスト1", entries={"リスト1": OTHER, "リスト2": ""})
    is_forwarded(browser)
    call = lab.caller().invite(NUMBER)
    other.respond(other.expect("INVITE"), 200)
    assert call.hear_final(200)


def test_what_can_not_be_set_is_refused_beside_the_field_and_kept(browser, lab):
    lab.cli("forward", "off", NUMBER, "--when", "no-answer")
    lab.forward(OTHER, "always", NUMBER)
    sign_in_user(browser, lab)
    browser.press("設定を変更", within="転送・留守番サービス")
    for typed, reason in (
        (NUMBER, "この番号自身へは転送できません。"), ("184-03-1234-5678", "先頭の184・186は使えません。"),
        ("117", "3桁のサービス番号へは転送できません。"), ("12ab", "半角数字とハイフンで入力してください。"),
    ):
        forward(browser, "無条件転送", to="リスト1", entries={"リスト1": typed, "リスト2": ""})
        browser.is_at("転送（番号ごと）設定")
        browser.sees(reason)
        assert browser.problem("リスト1")
        assert browser.field("リスト1").get_attribute("value") == typed
    browser.look("ou-forwarding-refused", DATA)
    forward(browser, "無条件転送", to="リスト1", entries={"リスト1": OTHER, "リスト2": ""})
    assert "→" in browser.problem("リスト1")
    browser.look("ou-forwarding-loop", DATA)
    # Full-width digits are digits.
    forward(browser, "無条件転送", to="リスト1", entries={"リスト1": "０３－１２３４－５６７０"})
    is_forwarded(browser)
    rule = lab.json("forward", "show", NUMBER)
    assert VOICE_NUMBER in str(rule), rule


def test_an_administrator_forwards_on_behalf_of_a_user(browser, lab):
    phone, other = lab.phone_of(NUMBER), lab.phone_of(OTHER)
    sign_in_administrator(browser, lab)
    browser.choose(USER)
    with browser.window_of("ユーザ画面参照"):
        browser.press("設定を変更", within="転送・留守番サービス")
        browser.look("ou-for-forwarding", DATA)
        forward(browser, "無条件転送", to="リスト1", entries={"リスト1": OTHER, "リスト2": ""})
        is_forwarded(browser)
    lab.caller().invite(NUMBER)
    other.expect("INVITE")
    assert not phone.has_rung()
    newest = lab.records("history", NUMBER)[0]
    assert "labadmin" in str(newest) and USER in str(newest), newest


def test_a_number_is_searched_in_the_settings_change_site_and_forwarded(browser, lab):
    phone, other = lab.phone_of(VOICE_NUMBER), lab.phone_of(VOICE_OTHER)
    sign_in_member(browser, lab)
    browser.press("サービスメニュー")
    browser.look("portal-menu", DATA)
    browser.press("設定変更・契約変更（転送設定等）", within="Arcstar IP Voice")
    browser.look("portal-voice-groups", DATA)
    browser.press("設定変更", within="Y0001234")
    browser.is_at("Web設定変更サイト トップページ")
    browser.look("voice-top", DATA)
    browser.press("転送を設定する")
    browser.look("voice-numbers", DATA)
    assert browser.field("音声グループID").get_attribute("value") == "Y0001234"
    browser.fill({"拠点ID": "OSAKA"})
    browser.press("検索")
    browser.misses("03-1234-5670")
    browser.sees("06-6123-4560")
    browser.fill({"拠点ID": "", "IP電話番号": "4567"})
    browser.press("検索")
    browser.sees("03-1234-5670")
    browser.fill({"IP電話番号": "99999999"})
    browser.press("検索")
    browser.sees("該当する番号がありません。条件を変えて検索してください。")
    browser.look("voice-numbers-none", DATA)
    browser.fill({"IP電話番号": ""})
    browser.press("検索")
    browser.press("選択")
    browser.sees("番号を選んでから、［選択］を押してください。")
    browser.look("voice-numbers-none-chosen", DATA)
    browser.choose("03-1234-5670")
    browser.press("選択")
    browser.is_at("転送（番号ごと）設定")
    browser.look("voice-forwarding", DATA)
    forward(browser, "無条件転送", to="リスト1", entries={"リスト1": "03-1234-5671"})
    is_forwarded(browser)
    browser.look("voice-forwarding-done", DATA)
    call = lab.caller().invite(VOICE_NUMBER)
    other.respond(other.expect("INVITE"), 200)
    assert call.hear_final(200)
    assert not phone.has_rung()
    browser.press("番号の一覧へ")
    browser.look("voice-numbers-forwarded", DATA)
