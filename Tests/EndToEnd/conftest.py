"""What every test gets: servers, SIPp, softphones and a browser, and what they show when it fails."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.browser import Browser
from harness.company import Furnished
from harness.lab import Lab, make_lab
from harness.network import free_port
from harness.people import OWN_PASSWORD, PORTAL_USERS, settle
from harness.server import BINARY, ROOT, TRUSTED, Server
from harness.sipp import Sipp
from harness.sites import Sites
from harness.softphone import Softphone

SERVERS = pytest.StashKey[list[Server]]()
BROWSER = pytest.StashKey[Browser]()

# A shell that runs the tests in the background has them ignore it, and what they start would stay so.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.items and not session.config.option.collectonly and not os.access(BINARY, os.X_OK):
        pytest.exit(f"{BINARY} is not there: build it (tools/build) or set TSUNAGI_BIN", 1)


@pytest.fixture
def start_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers with the arguments of `Server`, and ends them after the test."""
    servers: list[Server] = request.node.stash.setdefault(SERVERS, [])

    def start(**options: Any) -> Server:
        folder = options.pop("folder", tmp_path / f"server-{len(servers)}")
        folder.mkdir(parents=True, exist_ok=True)
        server = Server(folder, **options)
        servers.append(server)
        return server.start()

    yield start
    for server in servers:
        server.finish()


@pytest.fixture
def server(start_server: Callable[..., Server]) -> Server:
    """A server that trusts loopback: numbers without a password register, and peers' assertions count."""
    return start_server(config=TRUSTED)


@pytest.fixture
def strict(start_server: Callable[..., Server]) -> Server:
    """A server that trusts nobody."""
    return start_server()


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first of all workers to need it has made, and the others wait for."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / name).exists():
            # Under its name only when it is whole.
            make(factory.mktemp(name, numbered=False))
            (factory.getbasetemp() / name).rename(base / name)
    return base / name


@pytest.fixture(scope="session")
def lab_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a lab that each test gets a copy of."""
    return _made_once(tmp_path_factory, "new-lab", make_lab) / "lab"


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory, chromium: Browser, lab_data: Path) -> Lab:
    """The lab after everybody has signed in for the first time, to be copied: portal users have the browser's language."""

    def make(folder: Path) -> None:
        lab = Lab(folder, lab_data)
        _speak(lab, chromium)
        lab.start()
        sessions = settle(chromium, lab)
        lab.finish()
        lab.settle(dict.fromkeys(sessions, OWN_PASSWORD))
        (folder / "sessions.json").write_text(json.dumps(sessions))

    made = _made_once(tmp_path_factory, f"settled-{chromium.language}", make)
    # Each worker serves it somewhere else.
    lab = Lab(tmp_path_factory.mktemp("settled"), made / "data")
    lab.sessions = json.loads((made / "sessions.json").read_text())
    lab.name_site()
    return lab


def _speak(lab: Lab, chromium: Browser) -> None:
    """Portal users have a language of their own, which goes before the browser's."""
    if chromium.language != "ja":
        for user in PORTAL_USERS:
            lab.cli("user", "edit", user, "--language", chromium.language)


@pytest.fixture
def lab(request: pytest.FixtureRequest, tmp_path: Path, lab_data: Path) -> Iterator[Lab]:
    """The lab with its web sites; trusts loopback as `server` does.

    Those who are looked at in a browser have signed in before and still are, unless the test is about `newcomers`.
    """
    if "chromium" in request.fixturenames and not request.node.get_closest_marker("newcomers"):
        lab = Lab(tmp_path, request.getfixturevalue("settled"))
    else:
        lab = Lab(tmp_path, lab_data)
    request.node.stash.setdefault(SERVERS, []).append(lab)
    yield lab.start()
    lab.finish()


@pytest.fixture(scope="session", params=["ja", "en"])
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """One browser at a time: in Japanese without JavaScript, then in English with it."""
    browser = Browser(request.param, script=request.param == "en")
    yield browser
    browser.quit()


@pytest.fixture
def browser(request: pytest.FixtureRequest, chromium: Browser, lab: Lab) -> Browser:
    """A browser in which nobody is signed in to the lab's sites."""
    if not lab.sessions:
        _speak(lab, chromium)
    chromium.begin(lab.site)
    request.node.stash[BROWSER] = chromium
    return chromium


@pytest.fixture
def sites(start_server: Callable[..., Server]) -> Sites:
    """A server with the web sites of a lab, and people for them."""
    address = f"127.0.0.1:{free_port()}"
    return Sites(start_server(arguments=("--http", address, "--lab")), f"http://{address}").fill()


@pytest.fixture
def sipp(tmp_path: Path) -> Iterator[Callable[..., Sipp]]:
    """Runs a SIPp scenario with the arguments of `Sipp`, and ends it after the test, which shows what each says if it fails."""
    running: list[Sipp] = []

    def run(scenario: str, remote: Server | tuple[str, int] | None = None, **options: Any) -> Sipp:
        address = remote.address if isinstance(remote, Server) else remote
        running.append(Sipp(tmp_path, scenario, address, **options))
        return running[-1]

    yield run
    for each in running:
        each.end()
        print(f"SIPp {each.scenario}: {each.failure()}\n")


@pytest.fixture
def softphone(tmp_path: Path) -> Iterator[Callable[..., Softphone]]:
    """Starts a baresip with the arguments of `Softphone`, and ends it after the test."""
    running: list[Softphone] = []

    def start(*arguments: Any, **options: Any) -> Softphone:
        running.append(Softphone(tmp_path, *arguments, **options))
        return running[-1]

    yield start
    for each in running:
        each.end()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """Two companies with people of each kind, to be served by `Company`."""
    return Furnished(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of third-party test data, which is not part of this project."""
    for folder in (os.environ.get("TSUNAGI_CORPORA"), ROOT.parent / "shared/corpora"):
        if folder and Path(folder).is_dir():
            return Path(folder)
    pytest.skip("no corpora")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed:
        for server in item.stash.get(SERVERS, []):
            report.sections.append((f"{' '.join(server.command)}", server.output()[-4000:]))
        if browser := item.stash.get(BROWSER, None):
            report.sections.append(("browser", browser.photograph(f"failed-{item.originalname}")))
