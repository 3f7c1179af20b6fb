"""A person at the web sites: opens pages, fills in forms and presses buttons as they stand in the HTML, without a script."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import Cookie, CookieJar

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Button:
    text: str
    attributes: dict[str, str]


@dataclass
class Form:
    attributes: dict[str, str]
    fields: list[tuple[str, str]] = field(default_factory=list)
    # Every name that can be filled in, whether or not it is sent as the form stands.
    names: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


class _Reader(HTMLParser):
    """The forms, links and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        # Those of the page's main part.
        self.main_links: dict[str, str] = {}
        self.heading: str | None = None
        self.main: list[str] = []
        self.everything: list[str] = []
        self._stack: list[str] = []
        self._form: Form | None = None
        self._button: Button | None = None
        self._link: str | None = None
        self._words: list[str] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._stack.append(tag)
        if tag == "form":
            self._form = Form(attributes)
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and attributes.get("name"):
            self._form.names.add(attributes["name"])
            if attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes:
                self._form.fields.append((attributes["name"], attributes.get("value", "")))
        elif tag == "select" and self._form is not None:
            self._select = attributes.get("name", "")
            self._form.names.add(self._select)
        elif tag == "option" and self._form is not None and "selected" in attributes and self._select:
            self._form.fields.append((self._select, attributes.get("value", "")))
        elif tag == "button":
            self._button = Button("", attributes)
            self._words = []
        elif tag == "textarea" and self._form is not None:
            self._area = attributes.get("name", "")
            self._form.names.add(self._area)
            self._words = []
        elif tag == "a":
            self._link = attributes.get("href", "")
            self._words = []
        elif tag == "h1":
            self._words = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            self._button.text = _plain("".join(self._words))
            if self._form is not None:
                self._form.buttons.append(self._button)
            self._button = None
        elif tag == "a" and self._link is not None:
            words = _plain("".join(self._words))
            self.links.append((words, self._link))
            if "main" in self._stack:
                self.main_links[words] = self._link
            self._link = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            self._form.fields.append((self._area, "".join(self._words)))
            self._area = None
        elif tag == "h1":
            self.heading = _plain("".join(self._words))
        elif tag == "form":
            self._form = None
        while self._stack and self._stack.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.everything.append(data)
        self._words.append(data)
        if "main" in self._stack:
            self.main.append(data)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


# Numbers and days that are kept in one piece, in the middle of a text.
NUMBER = re.compile('<span class="num">([^<]*)</span>')
# Forms that stand on every page.
EVERYWHERE = re.compile("/language|/(oa|ou|portal)/sign-out")


class Page:
    """What came back from an address of the site: its path, maybe with a query."""

    def __init__(self, status: int, address: str, html: str):
        self.status = status
        self.address = address
        self.path = address.split("?")[0]
        self.html = html
        reader = _Reader()
        reader.feed(NUMBER.sub(r"\1", html))
        self.forms = reader.forms
        self.links = reader.links
        self.main_links = reader.main_links
        self.heading = reader.heading
        # What a person reads below the heading of the site, and on the whole page.
        self.text = _plain(" ".join(reader.main))
        self.everything = _plain(" ".join(reader.everything))

    def __repr__(self) -> str:
        return f"<{self.status} {self.path}: {self.text[:1500]}>"

    def form(self, button: str) -> tuple[Form, Button]:
        """The form with a button whose text begins like that."""
        for form in self.forms:
            for each in form.buttons:
                if each.text.startswith(button):
                    return form, each
        raise AssertionError(f"no button {button!r} on {self!r}")

    def only_form(self, action: str | None = None) -> Form:
        """The one form that is sent there; without an action the one that the page is there for."""
        forms = [
            form for form in self.forms
            if (not EVERYWHERE.fullmatch(form.attributes.get("action", "")) if action is None
                else form.attributes.get("action") == action)]
        assert len(forms) == 1, f"{len(forms)} forms for {action} on {self!r}"
        return forms[0]

    def has_button(self, button: str) -> bool:
        return any(each.text.startswith(button) for form in self.forms for each in form.buttons)

    def value(self, name: str) -> str:
        """What a field is filled with."""
        for form in self.forms:
            for field_name, value in form.fields:
                if field_name == name:
                    return value
        raise AssertionError(f"no field {name!r} on {self!r}")

    def row(self, name: str) -> str:
        """The text of the table row that names something."""
        for row in re.findall(r"<tr>.*?</tr>", self.html, re.DOTALL):
            if name in row:
                return _plain(re.sub(r"<[^>]+>", " ", NUMBER.sub(r"\1", row)))
        raise AssertionError(f"no row of {name!r} on {self!r}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Visitor:
    """One browser, with its cookies."""

    def __init__(self, base: str, language: str = "ja"):
        self.base = base
        self.language = language
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            _NoRedirect(), urllib.request.HTTPCookieProcessor(self.cookies))
        self.page: Page | None = None

    def open(self, path: str, form: list[tuple[str, str]] | None = None, headers: dict[str, str] | None = None) -> Page:
        """A page, after all redirections, which stay on the site; `path` may be a whole address, such as of a mail."""
        path = path.removeprefix(self.base)
        data = None if form is None else urllib.parse.urlencode(form).encode()
        for _ in range(5):
            request = urllib.request.Request(
                self.base + path, data, {"Accept-Language": self.language, **(headers or {})})
            try:
                response = self._opener.open(request, timeout=30)
            except urllib.error.HTTPError as error:
                response = error
            with response:
                body = response.read().decode()
                location = response.headers.get("Location")
                if not location:
                    self.page = Page(response.status, path, body)
                    return self.page
            assert location.startswith("/") and not location.startswith("//"), location
            path, data = location, None
        raise AssertionError(f"redirected for ever: {path}")

    def follow(self, text: str) -> Page:
        """The page behind a link with this text, or else one whose text begins like that."""
        assert self.page is not None
        for fits in (str.__eq__, str.startswith):
            for words, href in self.page.links:
                if fits(words, text):
                    return self.open(href)
        raise AssertionError(f"no link {text!r} on {self.page!r}")

    def press(self, button: str, **typed: str | list[str] | None) -> Page:
        """Fills in a form and sends it by a button of it, as a browser would.

        `typed` names fields with `__` for a dot; a list is sent as several values, None sends nothing.
        """
        assert self.page is not None
        form, pressed = self.page.form(button)
        values = {name.replace("__", "."): value for name, value in typed.items()}
        unknown = set(values) - form.names
        assert not unknown, f"no fields {unknown} beside {button!r} on {self.page!r}"
        fields = [each for each in form.fields if each[0] not in values]
        for name, value in values.items():
            fields += [(name, each) for each in ([value] if isinstance(value, str) else value or [])]
        if pressed.attributes.get("name"):
            fields.append((pressed.attributes["name"], pressed.attributes.get("value", "")))
        action = pressed.attributes.get("formaction") or form.attributes.get("action") or self.page.address
        if form.attributes.get("method", "get").lower() == "get":
            return self.open(f"{action}?{urllib.parse.urlencode(fields)}")
        return self.open(action, fields)

    def submit(self, typed: dict[str, str | list[str]], *, action: str | None = None) -> Page:
        """Sends the page's one form, or the one that is sent to `action`, with these fields filled in."""
        assert self.page is not None
        form = self.page.only_form(action)
        fields = [each for each in form.fields if each[0] not in typed]
        for name, value in typed.items():
            fields += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        return self.open(form.attributes.get("action") or self.page.address, fields)

    def other_window(self) -> Visitor:
        """Another window of the same browser."""
        window = Visitor(self.base, self.language)
        window.cookies = self.cookies
        window._opener = urllib.request.build_opener(
            _NoRedirect(), urllib.request.HTTPCookieProcessor(self.cookies))
        window.page = self.page
        return window

    def cookie(self, name: str) -> Cookie | None:
        return next((each for each in self.cookies if each.name == name), None)

    def last_message(self, recipient: str) -> str:
        """The newest message to somebody, of those that the lab shows."""
        window = self.other_window()
        html = window.open("/lab/outbox").html
        for article in re.findall(r"<article.*?</article>", html, re.DOTALL):
            if recipient in article:
                return article[article.index("<pre"):]
        raise AssertionError(f"no message to {recipient}")

    def last_code(self, recipient: str) -> str:
        found = re.search(r"\b\d{6}\b", self.last_message(recipient))
        assert found, "no code in the message"
        return found.group()
