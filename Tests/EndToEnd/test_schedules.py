"""Rules that apply at some times only. No test waits for an evening: the hours are put around the present time, or
around another."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FIRST, SECOND = "05012345678", "05023456789"
TOKYO = ZoneInfo("Asia/Tokyo")


def forward_between(server, begin, end):
    """Forwards FIRST unconditionally on the day and in the hours given; answers whether that is now."""
    server.cli(
        "forward", "set", FIRST, "--when", "always", "--to", SECOND, "--days", f"{begin:%a}".lower(),
        "--hours", f"{begin:%H:%M}-{end:%H:%M}")
    return server.json("forward", "show", FIRST)["rules"][0]["appliesNow"]


def decisions(server, call):
    shown = server.logged_call(call.invitation.value("Call-ID"))
    return "\n".join(each["text"] for each in shown["decisions"])


def test_a_call_goes_where_the_schedule_says_and_the_log_says_why(server):
    phone, destination = server.registered(FIRST), server.registered(SECOND)
    now = datetime.now(TOKYO)
    assert forward_between(server, now - timedelta(hours=3), now + timedelta(hours=3)) is True
    call = server.caller().invite(FIRST)
    destination.refuse(486)
    call.hear_final(486)
    assert not phone.has_rung()
    assert "lies within" in decisions(server, call)

    assert forward_between(server, now + timedelta(hours=3), now + timedelta(hours=6)) is False
    call = server.caller().invite(FIRST)
    phone.refuse(486)
    call.hear_final(486)
    assert not destination.has_rung()
    told = decisions(server, call)
    assert "lies outside" in told or "none of the days" in told


def test_the_time_zone_and_the_holidays_of_a_running_server_are_changed(server):
    phone, destination = server.registered(FIRST), server.registered(SECOND)
    today = datetime.now(TOKYO).date()
    server.cli("forward", "set", FIRST, "--when", "always", "--to", SECOND, "--days", "holidays")
    server.cli("holiday", "remove", str(today), status=None)
    call = server.caller().invite(FIRST)
    phone.refuse(486)
    call.hear_final(486)
    server.cli("holiday", "add", str(today), "Office closed")
    call = server.caller().invite(FIRST)
    destination.refuse(486)
    call.hear_final(486)
    assert f"{today} is a {today:%A}, a holiday (Office closed)" in decisions(server, call)
    # Where it is another day, it is no holiday, unless that day is one as well.
    days = {zone: datetime.now(ZoneInfo(zone)).date() for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")}
    far, day = next((zone, day) for zone, day in days.items() if day != today)
    server.cli("holiday", "remove", str(day), status=None)
    server.cli("settings", "time-zone", far)
    call = server.caller().invite(FIRST)
    phone.refuse(486)
    call.hear_final(486)
