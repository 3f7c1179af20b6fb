"""Web設定変更サイト in a browser: many numbers at once, and a whole site for the day it loses its line."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from harness.people import DATA, MEMBER, open_voice_group

NUMBER, OSAKA, OUTSIDE = "0312345670", "0661234560", "05023456789"
TOKYO = ZoneInfo("Asia/Tokyo")


def goes_to(lab, number, destination):
    """A call to the number makes this phone ring, which refuses it."""
    call = lab.caller().invite(number)
    destination.refuse(480)
    call.hear_final(480)


def test_many_numbers_are_forwarded_after_a_look_at_what_would_change_and_taken_back_as_one(browser, lab):
    phone, other = lab.phone_of(NUMBER), lab.phone_of(OUTSIDE)
    open_voice_group(browser, lab)
    browser.press("転送を設定する")
    browser.choose("03-1234-5670", "03-1234-5671", "06-6123-4560")
    browser.press("まとめて設定")
    browser.is_at("まとめて設定")
    browser.unfold("3番号を選択中")
    browser.sees("03-1234-5671")
    browser.look("voice-many", DATA)
    browser.press("確認する")
    browser.sees("「転送する」か「転送しない」を選んでください。")
    browser.look("voice-many-refused", DATA)
    browser.choose("転送する")
    browser.fill({"転送動作": "無条件転送", "転送先の番号": "117"})
    browser.press("確認する")
    assert browser.problem("転送先の番号")
    browser.look("voice-many-forbidden", DATA)
    browser.fill({"転送先の番号": "06-6123-4560"})
    browser.press("確認する")
    browser.is_at("まとめて設定の確認")
    # A number can't be forwarded to itself: it is left out.
    browser.sees("1番号には設定できません（飛ばします）", "2番号の設定が変わります（変更なし 0番号）。")
    browser.look("voice-many-preview", DATA)
    assert lab.json("forward", "show", NUMBER)["rules"] == []
    browser.press("戻る")
    browser.is_at("まとめて設定")
    assert browser.field("転送先の番号").get_attribute("value") == "06-6123-4560"
    browser.fill({"転送先の番号": "050-2345-6789"})
    browser.press("確認する")
    browser.sees("3番号の設定が変わります（変更なし 0番号）。")
    # Somebody else changes one of them: it is shown once more.
    lab.cli("forward", "set", OSAKA, "--when", "busy", "--to", OUTSIDE)
    browser.press("実行する")
    browser.is_at("まとめて設定の確認")
    browser.sees("まだ設定していません", "このページを開いた後に、1番号の設定が変更されました。", "06-6123-4560")
    browser.look("voice-many-overtaken", DATA)
    assert lab.json("forward", "show", NUMBER)["rules"] == []
    browser.press("実行する")
    browser.is_at("まとめて設定完了")
    browser.sees("3番号の設定が完了しました。")
    browser.look("voice-many-done", DATA)
    goes_to(lab, NUMBER, other)
    assert not phone.has_rung()
    browser.press("番号の一覧へ")
    browser.look("voice-numbers-all-forwarded", DATA)

    browser.driver.back()
    browser.press("この変更を元に戻す")
    browser.is_at("まとめて設定完了")
    goes_to(lab, NUMBER, phone)
    assert not other.has_rung()


def test_a_site_is_forwarded_until_a_time_and_back(browser, lab):
    phone, other, osaka = lab.phone_of(NUMBER), lab.phone_of(OUTSIDE), lab.phone_of(OSAKA)
    open_voice_group(browser, lab)
    browser.press("障害時の一括転送")
    browser.is_at("障害時の一括転送")
    browser.look("voice-outage", DATA)
    browser.press("確認する")
    assert browser.problem("転送先の番号") and browser.problem("いつまで")
    browser.sees("拠点を選んでください。")
    browser.look("voice-outage-refused", DATA)
    browser.choose("東京本社")
    browser.fill({"転送先の番号": "０５０－２３４５－６７８９"})
    browser.set_time("いつまで", datetime.now(TOKYO) - timedelta(hours=1))
    browser.press("確認する")
    assert browser.problem("いつまで")
    until = datetime.now(TOKYO) + timedelta(hours=3)
    browser.set_time("いつまで", until)
    browser.press("確認する")
    browser.is_at("一括転送の確認")
    browser.sees("2番号の設定が変わります（変更なし 0番号）。", f"{until:%Y-%m-%d %H:%M}")
    browser.look("voice-outage-preview", DATA)
    goes_to(lab, NUMBER, phone)
    # Back to the form, with what was typed.
    browser.press("戻る")
    browser.is_at("障害時の一括転送")
    assert browser.field("転送先の番号").get_attribute("value") == "０５０－２３４５－６７８９"
    browser.press("確認する")
    browser.press("実行する")
    browser.is_at("障害時の一括転送")
    browser.sees("一括転送を開始しました。次の着信から転送します。", "一括転送中", MEMBER, f"{until:%Y-%m-%d %H:%M}")
    browser.look("voice-outage-started", DATA)
    goes_to(lab, NUMBER, other)
    goes_to(lab, OSAKA, osaka)
    browser.open(f"/portal/voice/Y0001234/numbers/{NUMBER}/forwarding")
    browser.look("voice-forwarding-covered", DATA)
    browser.open("/portal/voice/Y0001234/outage")
    browser.press("いま元に戻す")
    browser.sees("元の設定に戻しました。")
    browser.misses("一括転送中")
    browser.look("voice-outage-ended", DATA)
    goes_to(lab, NUMBER, phone)
    assert not other.has_rung()


def test_the_pages_of_a_voice_group_tell_its_sites_and_its_history(browser, lab):
    open_voice_group(browser, lab)
    browser.press("変更履歴", within="契約・拠点・音声契約の変更を確認します。")
    browser.is_at("Y0001234 の契約の変更履歴")
    browser.sees("拠点の追加", "オプションの契約", "メッセージボックス")
    browser.look("voice-history", DATA)
    browser.press("Web設定変更サイト")
    browser.press("転送を設定する")
    browser.press("03-1234-5670")
    browser.press("変更履歴", within="いまの着信先")
    browser.sees("番号の追加", "03-1234-5670")
    browser.look("voice-number-history", DATA)


def test_times_are_those_of_the_persons_zone(browser, lab):
    lab.cli("user", "edit", MEMBER, "--time-zone", "Europe/London")
    phone, other = lab.phone_of(NUMBER), lab.phone_of(OUTSIDE)
    lab.cli("forward", "set", NUMBER, "--when", "busy", "--to", OUTSIDE, "--hours", "18:00-09:00", "--days", "mon-fri")
    open_voice_group(browser, lab)
    browser.press("障害時の一括転送")
    browser.choose("東京本社")
    browser.fill({"転送先の番号": OUTSIDE})
    until = datetime.now(TOKYO) + timedelta(hours=3)
    here = until.astimezone(ZoneInfo("Europe/London"))
    browser.set_time("いつまで", here)
    browser.press("確認する")
    browser.sees(f"{here:%Y-%m-%d %H:%M}")
    browser.press("実行する")
    browser.sees(f"{here:%Y-%m-%d %H:%M}")
    assert f"{until:%Y-%m-%d %H:%M}" in lab.cli("forward", "show", NUMBER).stdout
    goes_to(lab, NUMBER, other)
    assert not phone.has_rung()
    browser.open(f"/portal/voice/Y0001234/numbers/{NUMBER}/forwarding")
    browser.sees(f"{here:%Y-%m-%d %H:%M}", "18:00" if browser.language == "en" else "月～金 18:00～09:00（Asia/Tokyo）")
    browser.look("voice-forwarding-elsewhere", DATA)


def test_numbers_are_paged_by_twenty(browser, lab):
    lab.apply(numbers=[
        {"number": f"03999900{index:02}", "voice-contract": "N0005679", "kind": "direct-dial"} for index in range(25)])
    open_voice_group(browser, lab)
    browser.press("転送を設定する")
    browser.fill({"IP電話番号": "039999"})
    browser.press("検索")
    browser.sees("合計 25 件", "03-9999-0019")
    browser.misses("03-9999-0020", "先頭へ")
    browser.look("voice-numbers-page", DATA)
    browser.press("次へ")
    browser.sees("03-9999-0020", "03-9999-0024")
    browser.misses("次へ", "03-9999-0019")
    browser.press("選択")
    # Still on that page.
    browser.sees("番号を選んでから、［選択］を押してください。", "03-9999-0020")
    browser.press("先頭へ")
    browser.sees("03-9999-0000")
