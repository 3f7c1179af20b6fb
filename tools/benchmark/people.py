"""People of a directory of very many numbers, at the web sites: who they are, how they sign in, and what they do there."""

from __future__ import annotations

import csv
import json
import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import LWPCookieJar
from pathlib import Path

from multitude import COMPANY, CONTRACTS, ROOT, VOICE_GROUP, contract, number, numbers_under, run
from processes import Failed
from scenarios import NUMBER

sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness.sites import PASSWORD, Sites  # noqa: E402
from harness.visitor import Page, Visitor  # noqa: E402

#: Login IDs of the first contract, administrators of the first ones, and users of the company's portal.
LOGINS, ADMINISTRATORS, USERS = 30, 10, 10
#: A contract's list of login IDs has so many pages' worth of them.
LOGINS_OF_A_CONTRACT = 10_000
#: Seconds that a person looks at a page before the next one, one at a time.
THINKING = (1.0, 4.0)
#: A password takes its time to be hashed.
SIGN_INS_AT_ONCE = 4


def furnish(data: Path, count: int) -> None:
    """Adds the people to a directory that has its numbers."""
    first = list(numbers_under(0, count))[:LOGINS_OF_A_CONTRACT]
    if len(first) < LOGINS or ADMINISTRATORS >= CONTRACTS:
        raise Failed(f"{count} numbers are too few: the first contract needs {LOGINS} of them")
    table = data.parent / f"{data.name}-logins.csv"
    with table.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["login-id", "contract", "numbers", "sms-number"])
        writer.writerows(
            [login(index), contract(0), number(each), mobile(index) if index < LOGINS else ""]
            for index, each in enumerate(first))
    run(data, "login", "import", str(table))
    table.unlink()
    people = {
        "admins": [
            {"admin": administrator(index), "contract": contract(index), "sms": mobile(LOGINS + index)}
            for index in range(ADMINISTRATORS)],
        "users": [
            {"email": user(index), "company": COMPANY, "name": f"User {index}", "telephone": "03-1234-5678",
             "second-factor": "none", "role": "administrator"} for index in range(USERS)],
        "numbers": [{"number": NUMBER}],
    }
    # JSON is YAML.
    run(data, "apply", "-", text=json.dumps(people))
    # All of them sign in from one address.
    run(data, "settings", "sign-in", "--throttle-burst", "10000", "--throttle-seconds", "1",
        "--session-idle-minutes", "1440", "--session-minutes", "10080")


def login(index: int) -> str:
    return f"login{index:05}"


def administrator(index: int) -> str:
    return f"c{index:04}-admin"


def user(index: int) -> str:
    return f"user{index:02}@million.example"


def mobile(index: int) -> str:
    return f"0900000{index:04}"


class Doors(Sites):
    """The sites of a server, which shows its codes."""

    def __init__(self, data: Path, base: str):
        self.data = data
        self.base = base

    def issue(self, kind: str, name: str) -> str:
        return json.loads(run(self.data, kind, "password", name, "--json")[2])["password"]

    def enter(self, person: Person, index: int) -> Visitor:
        """Somebody who has signed in, now or when the directory was used before."""
        kept = LWPCookieJar(self.data / "bench-web" / person.name)
        if Path(kept.filename).exists():
            kept.load(ignore_discard=True)
            for cookie in kept:
                person.visitor.cookies.set_cookie(cookie)
            # The portal's first page is there for everybody.
            inside = "/portal/history" if "@" in person.name else person.home
            if "/sign-in" not in person.visitor.open(inside).path:
                return person.visitor
        visitor = self._sign_in_user(person.name) if "@" in person.name else self.sign_in(person.name, mobile(index))
        for cookie in visitor.cookies:
            kept.set_cookie(cookie)
        Path(kept.filename).parent.mkdir(exist_ok=True)
        kept.save(ignore_discard=True)
        return visitor

    def _sign_in_user(self, email: str) -> Visitor:
        """A portal user who has no second factor."""
        visitor = self.visitor()
        visitor.open("/portal/sign-in")
        visitor.press("ログイン", name=email, password=self.issue("user", email))
        page = visitor.press("変更する", password=PASSWORD, repeated=PASSWORD)
        assert page.status == 200 and page.path == "/portal", page
        return visitor


@dataclass
class Person:
    """Somebody with a browser, and what they may ask for."""

    name: str
    visitor: Visitor
    #: Pages that are looked at one after the other; a form is filled in where there is one.
    pages: Callable[[random.Random], list[str]]

    @property
    def cookie(self) -> str:
        """As a browser sends it."""
        return "; ".join(f"{each.name}={each.value}" for each in self.visitor.cookies)

    @property
    def home(self) -> str:
        return "/portal" if "@" in self.name else "/oa" if self.name.endswith("admin") else "/ou"

    def work(self, chance: random.Random, is_over: threading.Event) -> tuple[int, int]:
        """Looks at pages and sets rules until it is over; how many of each."""
        looked, saved = 0, 0
        while True:
            for path in self.pages(chance):
                if is_over.wait(chance.uniform(*THINKING)):
                    return looked, saved
                page = self.visitor.open(path)
                _require(page, path)
                looked += 1
                if page.has_button("設定"):
                    if is_over.wait(chance.uniform(*THINKING)):
                        return looked, saved
                    _require(self._fill_in(chance), path)
                    saved += 1

    def _fill_in(self, chance: random.Random) -> Page:
        to = f"03{chance.randrange(20_000_000, 99_999_999)}"
        return self.visitor.press("設定", forward="on", operation="busy", list1=to, **{"target-busy": "1"})


def everybody(doors: Doors, count: int) -> list[Person]:
    """All of them, signed in: first the login IDs, then the administrators, and then the portal's users."""
    def own_form(index: int) -> Callable[[random.Random], list[str]]:
        return lambda _: ["/ou", f"/ou/numbers/{number(index)}/forwarding"]

    def lists(chance: random.Random) -> list[str]:
        return ["/oa", f"/oa?page={chance.randrange(1, 20)}", f"/oa?q={chance.randrange(100):02}"]

    def forms(chance: random.Random) -> list[str]:
        voice, chosen = f"/portal/voice/{VOICE_GROUP}", number(chance.choice(numbers_under(CONTRACTS - 1, count)))
        return [voice, f"{voice}/numbers?ip={chosen[-4:]}", f"{voice}/numbers/{chosen}/forwarding"]

    people = [Person(login(index), doors.visitor(), own_form(index)) for index in range(LOGINS)]
    people += [Person(administrator(index), doors.visitor(), lists) for index in range(ADMINISTRATORS)]
    people += [Person(user(index), doors.visitor(), forms) for index in range(USERS)]
    with ThreadPoolExecutor(SIGN_INS_AT_ONCE) as pool:
        for person, visitor in zip(people, pool.map(doors.enter, people, range(len(people))), strict=True):
            person.visitor = visitor
    return people


def _require(page: Page, path: str) -> None:
    if page.status != 200 or "/sign-in" in page.path:
        raise Failed(f"{path} was answered {page!r}")
