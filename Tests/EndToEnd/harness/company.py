"""Two companies with people of each kind, served with their web sites."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.network import LOOPBACK, free_port, wait_for
from harness.server import TRUSTED, Server
from harness.webclient import WebClient

ADMINISTRATOR, USER = "acme-admin", "acme-01"
ADMINISTRATOR_MOBILE, USER_MOBILE = "09011112222", "09033334444"
NUMBER, SECOND, FOREIGN = "05012345601", "05012345602", "05087654321"
MANAGER, MEMBER, STRANGER = "hanako@acme.example", "taro@acme.example", "jiro@other.example"


class Furnished:
    """A data directory with `Acme`, and `Other` beside it, of whom nobody at Acme is to see anything. Made once, and copied:
    a password takes its time to be hashed."""

    def __init__(self, folder: Path):
        self.server = Server(folder)
        self.data = self.server.data
        self.passwords: dict[str, str] = {}
        run = self.server.cli
        for company, contract in (("Acme", "C-1001"), ("Other", "C-2001")):
            run("company", "add", company)
            run("contract", "add", contract, "--kind", "dotphone-office", "--company", company)
            for option in ("forwarding", "anonymous-rejection"):
                run("option", "add", option, "--contract", contract)
        for number, contract, login in (
            (NUMBER, "C-1001", USER), (SECOND, "C-1001", "acme-02"), (FOREIGN, "C-2001", "other-01"),
        ):
            run("number", "add", number)
            run("number", "assign", number, "--contract", contract, "--kind", "direct-dial")
            run("login", "add", login, number, "--contract", contract)
        run("admin", "add", ADMINISTRATOR, "--contract", "C-1001")
        run("admin", "sms", "--contract", "C-1001", "--administrator", ADMINISTRATOR_MOBILE, f"{USER}={USER_MOBILE}")
        for email, company, role in (
            (MANAGER, "Acme", "administrator"), (MEMBER, "Acme", "general"), (STRANGER, "Other", "administrator"),
        ):
            run("user", "add", email, "--company", company, "--name", email.split("@")[0], "--telephone",
                "03-1234-5678", "--role", role)
            self._issue("user", email)
        run("group", "add", "sales", "--company", "Acme")
        run("group", "contracts", "sales", "C-1001", "--company", "Acme")
        run("group", "members", "sales", MEMBER, "--company", "Acme")
        self._issue("admin", ADMINISTRATOR)
        self._issue("login", USER)

    def _issue(self, kind: str, name: str) -> None:
        self.passwords[name] = str(self.server.json(kind, "password", name)["password"])


class Company:
    """What is furnished, served with its web sites."""

    def __init__(
        self, start_server: Callable[..., Server], furnished: Furnished | None, config: dict[str, Any] | None = None,
        *arguments: str,
    ):
        self.port = free_port()
        folder = Path(tempfile.mkdtemp(dir=furnished.server.folder)) if furnished else None
        if furnished and folder:
            shutil.copytree(furnished.data, folder / "data")
        self.passwords = dict(furnished.passwords) if furnished else {}
        self.server = start_server(
            config={**TRUSTED, **(config or {})}, arguments=("--http", f"{LOOPBACK}:{self.port}", *arguments),
            **({"data": folder / "data"} if folder else {}))
        wait_for(lambda: "; ready" in self.server.output(), 20, "the web sites to be served")

    def token(self, *arguments: str, write: bool = True) -> str:
        """The secret of a new token, such as of `--login acme-01`."""
        issued = self.server.json("token", "add", "test", *arguments, *(["--write"] if write else []))
        return str(issued["secret"])

    def visitor(self, **options: Any) -> WebClient:
        return WebClient(self.port, **options)

    def program(self, *arguments: str, write: bool = True) -> WebClient:
        return self.visitor(token=self.token(*arguments, write=write))

    def code(self, mobile: str) -> str:
        """The code that was sent there last."""
        for message in self.server.records("outbox", "list"):
            if message["recipient"] == mobile:
                text = self.server.json("outbox", "show", str(message["id"]))["body"]
                found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
                assert found, f"no code in {text}"
                return found[0]
        raise AssertionError(f"nothing was sent to {mobile}")
