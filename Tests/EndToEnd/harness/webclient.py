"""Somebody who visits the web sites: a browser without a window, or a program with a token."""

from __future__ import annotations

import html
import http.client
import json
import re
import ssl
import urllib.parse
from dataclasses import dataclass
from typing import Any

from harness.network import LOOPBACK


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    text: str

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def main(self) -> str:
        """What stands in the page's main part, as text."""
        found = re.search(r"<main.*?</main>", self.text, re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", found[0] if found else self.text))).strip()

    @property
    def seal(self) -> str:
        found = re.search(r'name="seal" value="([^"]+)"', self.text)
        assert found, f"no form in {self.text[:2000]}"
        return html.unescape(found[1])


class WebClient:
    """Keeps its cookies and follows no redirection. Each request has a connection of its own."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None, token: str | None = None, host: str = LOOPBACK):
        self.port = port
        self.tls = tls
        self.token = token
        self.host = host
        self.cookies: dict[str, str] = {}

    def connection(self, seconds: float = 20) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection(self.host, self.port, timeout=seconds)
        return http.client.HTTPSConnection(self.host, self.port, timeout=seconds, context=self.tls)

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, headers: dict[str, str] | None = None,
        connection: http.client.HTTPConnection | None = None,
    ) -> Answer:
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        line = connection or self.connection()
        line.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=sent)
        response = line.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read().decode(errors="replace"))
        if connection is None:
            line.close()
        for cookie in answer.all("Set-Cookie"):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer

    def get(self, path: str, **options: Any) -> Answer:
        return self.ask("GET", path, **options)

    def post(self, path: str, page: Answer | None = None, headers: dict[str, str] | None = None, **fields: str) -> Answer:
        """Sends a form, with the seal of the page that it stands on."""
        if page is not None:
            fields = {"seal": page.seal, **fields}
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.ask("POST", path, urllib.parse.urlencode(fields), sent)

    def api(self, method: str, path: str, value: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Asks the interface for programs: `path` is below /api/v1."""
        body = None if value is None else json.dumps(value)
        sent = {"Content-Type": "application/json"} if body is not None else {}
        return self.ask(method, f"/api/v1{path}", body, {**sent, **(headers or {})})
