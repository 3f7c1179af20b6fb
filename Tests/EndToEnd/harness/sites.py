"""The web sites of a lab: a company with two contracts, an administrator of each, and login IDs."""

from __future__ import annotations

import json
from typing import Any

from harness.server import Server
from harness.visitor import Page, Visitor

PASSWORD = "Chosen1pass"
ADMINISTRATOR_MOBILE = "09011112222"
MOBILES = {"lab0001": "09033334441", "lab0002": "09033334442"}
NUMBERS = {"lab0001": "05011110001", "lab0002": "05011110002", "lab0003": "05011110003", "other1": "05022220001"}


def shown(number: str) -> str:
    """As pages group a number of this kind."""
    return f"{number[:3]}-{number[3:7]}-{number[7:]}"


def blueprint() -> dict[str, Any]:
    """lab0003 and otheradmin have no mobile number. 05011110009 is one of the multiple numbers of a line."""
    options = ["forwarding", "anonymous-rejection", "message-box"]
    contracts = [{"number": "C-1001", "company": "Lab KK"}, {"number": "C-2001", "company": "Other KK"}]
    return {
        "version": 1,
        "companies": [{"name": "Lab KK"}, {"name": "Other KK"}],
        "contracts": [
            {**each, "kind": "dotphone-office", "opened-on": "2026-04-01", "options": options} for each in contracts],
        "numbers": [
            {"number": number, "contract": "C-2001" if login == "other1" else "C-1001", "kind": "direct-dial"}
            for login, number in NUMBERS.items()
        ] + [{"number": "05011110009", "contract": "C-1001", "kind": "multiple"}],
        "admins": [
            {"admin": "labadmin", "contract": "C-1001", "sms": ADMINISTRATOR_MOBILE},
            {"admin": "otheradmin", "contract": "C-2001"},
        ],
        "logins": [
            {"login": login, "contract": "C-2001" if login == "other1" else "C-1001", "numbers": [number],
             **({"sms": MOBILES[login]} if login in MOBILES else {})}
            for login, number in NUMBERS.items()
        ],
    }


class Sites:
    """A server with the sites, and its people."""

    def __init__(self, server: Server, base: str):
        self.server = server
        self.base = base

    def fill(self, plan: dict[str, Any] | None = None) -> Sites:
        path = self.server.folder / "lab.yaml"
        # JSON is YAML.
        path.write_text(json.dumps(plan or blueprint()))
        self.server.cli("apply", str(path))
        # All tests come from one address.
        self.server.cli("settings", "sign-in", "--throttle-burst", "1000", "--throttle-seconds", "1")
        return self

    def visitor(self, language: str = "ja") -> Visitor:
        return Visitor(self.base, language)

    def issue(self, kind: str, name: str) -> str:
        """A random password, as the operator issues it."""
        return self.server.json(kind, "password", name)["password"]

    def sign_in(self, name: str, mobile: str | None = None, language: str = "ja", password: str | None = None) -> Visitor:
        """Somebody who has just signed in, with a password that was issued and then changed.

        Who signs in twice within half a minute gets no second code: a test signs each person in once.
        """
        site, kind = ("/oa", "admin") if name.endswith("admin") else ("/ou", "login")
        visitor = self.visitor(language)
        words = WORDS[language]
        visitor.open(f"{site}/sign-in")
        visitor.press(words["sign-in"], name=name, password=password or self.issue(kind, name))
        mobile = mobile or (ADMINISTRATOR_MOBILE if kind == "admin" else MOBILES[name])
        page = visitor.press(words["verify"], code=visitor.last_code(mobile))
        if page.has_button(words["change"]):
            page = visitor.press(words["change"], password=PASSWORD, repeated=PASSWORD)
        assert page.status == 200 and page.path == site, page
        return visitor

    def view(self, administrator: Visitor, login: str) -> Visitor:
        """ユーザ画面参照 of a login ID, in another window."""
        administrator.open("/oa")
        window = administrator.other_window()
        page = window.press(WORDS[administrator.language]["view"], login=login)
        assert page.status == 200 and page.path.startswith("/ou/for/"), page
        return window

    def history(self, limit: int = 10) -> list[dict[str, Any]]:
        return self.server.records("history", "--limit", str(limit))


WORDS = {
    "ja": {"sign-in": "ログイン", "verify": "認証", "change": "変更する", "view": "ユーザ画面参照"},
    "en": {"sign-in": "Sign in", "verify": "Verify", "change": "Change", "view": "View user's screen"},
}


def refused(page: Page, text: str) -> None:
    """A form that was not taken, and says why."""
    assert page.status == 422, page
    assert text in page.text, page
