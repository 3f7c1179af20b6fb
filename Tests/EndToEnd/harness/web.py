"""A browser without a window: cookies, links and forms of the web sites, over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.cookiejar
import re
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
from html import unescape
from html.parser import HTMLParser


class Page:
    """What came back: the address that was arrived at, the status, the HTML, and its forms."""

    def __init__(self, url: str, status: int, html: str):
        self.url = url
        self.path = urllib.parse.urlsplit(url).path
        self.status = status
        self.html = html
        self.forms = _Forms.of(html)

    @property
    def main(self) -> str:
        """The text of the page's main part, as a person reads it."""
        part = self.html[self.html.find("<main"):self.html.find("</main>")]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.S)
        assert found, f"no heading at {self.url}:\n{self.html[:2000]}"
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group(1))).split())

    def links(self) -> dict[str, str]:
        """The addresses of the main part's links, by their words."""
        part = self.html[self.html.find("<main"):self.html.find("</main>")]
        found = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', part, re.S)
        return {
            " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()): unescape(path) for path, text in found}

    def form(self, action: str | None = None) -> dict[str, list[str]]:
        """The fields of the form that is sent there (the only one of the main part), with what stands in them."""
        chosen = [form for form in self.forms if form.action not in ("/language", *_SIGN_OUTS)]
        if action is not None:
            chosen = [form for form in chosen if form.action == action]
        assert len(chosen) == 1, f"{len(chosen)} forms for {action} at {self.url}: {[f.action for f in chosen]}"
        return chosen[0].fields

    def action(self) -> str:
        chosen = [form for form in self.forms if form.action not in ("/language", *_SIGN_OUTS)]
        assert len(chosen) == 1, f"{[f.action for f in chosen]} at {self.url}"
        return chosen[0].action


_SIGN_OUTS = ("/portal/sign-out", "/oa/sign-out", "/ou/sign-out")


class Browser:
    """Follows links and fills forms in, as the pages give them; keeps cookies."""

    def __init__(self, base: str, language: str = "ja"):
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self._opener.addheaders = [("Accept-Language", language)]
        self.page: Page | None = None

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def follow(self, text: str) -> Page:
        """The link of the present page with these words."""
        assert self.page is not None
        links = self.page.links()
        assert text in links, f"no link {text!r} at {self.page.url}: {list(links)}"
        return self.get(links[text])

    def submit(self, fields: dict[str, str | list[str]] | None = None, *, action: str | None = None) -> Page:
        """Sends the form of the present page, with these fields filled in."""
        assert self.page is not None
        sent = {**self.page.form(action), **(fields or {})}
        return self.post(action or self.page.action(), sent)

    def post(self, path: str, fields: dict[str, str | list[str]]) -> Page:
        pairs = [
            (name, value) for name, values in fields.items()
            for value in ([values] if isinstance(values, str) else values)]
        return self._open(
            urllib.request.Request(
                urllib.parse.urljoin(self.base, path), urllib.parse.urlencode(pairs).encode()))

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.page = Page(answer.geturl(), answer.status, answer.read().decode())
        return self.page


class _Form:
    def __init__(self, action: str):
        self.action = action
        self.fields: dict[str, list[str]] = {}

    def put(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


class _Forms(HTMLParser):
    """What a browser would send of each form, if nothing in it were touched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._open: _Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._text = ""

    @staticmethod
    def of(html: str) -> list[_Form]:
        parser = _Forms()
        parser.feed(html)
        return parser.found

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = _Form(given.get("action", ""))
            self.found.append(self._open)
        if self._open is None:
            return
        name = given.get("name")
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("radio", "checkbox") or "checked" in given:
                self._open.put(name, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._open.put(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area and self._open:
            self._open.put(self._area, self._text)
            self._area = None


def totp(secret: str, moment: float | None = None) -> str:
    """The code that an authenticator app shows (RFC 6238 with SHA-1, 30 seconds, 6 digits)."""
    typed = secret.replace(" ", "").upper()
    key = base64.b32decode(typed + "=" * (-len(typed) % 8))
    counter = struct.pack(">Q", int(time.time() if moment is None else moment) // 30)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
