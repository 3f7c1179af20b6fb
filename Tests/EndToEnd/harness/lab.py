"""The lab that tools/start makes, served with its web sites: its people, and the codes and mails that they get."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.network import LOOPBACK, free_port
from harness.server import BINARY, ROOT, TRUSTED, Server


def make_lab(folder: Path) -> Path:
    """A new lab's data directory in `folder`, made by tools/lab."""
    data = folder / "lab"
    made = subprocess.run(
        [ROOT / "tools/lab", data], capture_output=True, text=True, timeout=60,
        env={**os.environ, "TSUNAGI_BIN": str(BINARY)})
    assert made.returncode == 0, f"tools/lab exited {made.returncode}:\n{made.stdout}{made.stderr}"
    return data


@dataclass
class Letter:
    """A mail or a short message."""

    recipient: str
    subject: str
    text: str

    @property
    def code(self) -> str:
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.text)
        assert found, f"no code of six digits in {self}"
        return found[0]

    @property
    def link(self) -> str:
        """The path of the first address in it that leads beyond the portal's first page."""
        found = re.search(r"http://[^/\s]+(/portal/\S+)", self.text)
        assert found, f"no link into the portal in {self}"
        return found[1]


class Lab(Server):
    """`tsunagi serve --lab` on a copy of a lab, or of what another one has come to, where the other one was served."""

    def __init__(self, folder: Path, lab: Path | Lab, config: dict[str, Any] | None = None, **options: Any):
        super().__init__(folder, config=config or TRUSTED, **options)
        self.origin = lab if isinstance(lab, Lab) else None
        shutil.copytree(lab.data if isinstance(lab, Lab) else lab, self.data)
        # The cookies of those who are signed in.
        self.sessions: dict[str, list[dict[str, Any]]] = self.origin.sessions if self.origin else {}
        rows = [row.split() for row in self._sign_ins.read_text().splitlines()]
        self.passwords = {name: password for _, name, password in rows}
        self.http = self.origin.http if self.origin else free_port()
        self.arguments += ("--http", f"{LOOPBACK}:{self.http}", "--lab")

    def start(self) -> Lab:
        if not self.origin:
            self.name_site()
        super().start()
        return self

    def name_site(self) -> None:
        """The links in mails lead to this server."""
        self.cli("settings", "portal-url", f"{self.site}/portal")

    @property
    def _sign_ins(self) -> Path:
        return self.data / "lab-sign-ins.txt"

    def settle(self, passwords: dict[str, str]) -> None:
        """After its end, to be copied: these have passwords of their own, and nobody was sent anything just now."""
        rows = [row.split() for row in self._sign_ins.read_text().splitlines()]
        self._sign_ins.write_text(
            "".join(f"{kind} {name} {passwords.get(name, password)}\n" for kind, name, password in rows))
        with self.database() as database:
            database.execute("DELETE FROM send_history")

    @property
    def site(self) -> str:
        return f"http://{LOOPBACK}:{self.http}"

    def phone_of(self, number: str) -> Any:
        """A registered phone of one of the lab's numbers."""
        return self.registered(number, password=self.passwords[number])

    # MARK: Mails and short messages

    def letters(self, recipient: str) -> list[Letter]:
        """What was sent to a mail address or a mobile number, as /lab/outbox shows it: the newest first."""
        with urllib.request.urlopen(f"{self.site}/lab/outbox", timeout=10) as answer:
            page = answer.read().decode()
        letters = []
        for article in re.findall(r"<article.*?</article>", page, re.DOTALL):
            subject = re.search(r"<h2[^>]*>(.*?)</h2>", article, re.DOTALL)
            text = re.search(r"<pre[^>]*>(.*?)</pre>", article, re.DOTALL)
            assert text and subject, f"/lab/outbox shows a message without a text: {article}"
            if recipient in html.unescape(article):
                letters.append(Letter(recipient, html.unescape(subject[1]), html.unescape(text[1])))
        return letters

    def letter(self, recipient: str) -> Letter:
        """The newest one."""
        letters = self.letters(recipient)
        assert letters, f"nothing was sent to {recipient}"
        return letters[0]
