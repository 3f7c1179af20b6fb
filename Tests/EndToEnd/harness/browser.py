"""A real browser: headless Chromium, which finds things on a page by their words, as a person does."""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from harness.network import wait_for
from harness.server import ROOT
from harness.words import said

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SCREENSHOTS = Path(os.environ.get("TSUNAGI_SCREENSHOTS", ROOT / ".build/screenshots"))
NARROW, WIDE, HEIGHT = 360, 1280, 900
PATIENCE = 10

# Where JavaScript is off, nothing that is to happen later ever happens: what axe puts off is done at once there.
AXE = (
    "globalThis.setTimeout = (work, _, ...given) => { Promise.resolve().then(() => work(...given)); return 1 };"
    "globalThis.clearTimeout = () => {};" + files("axe_playwright_python").joinpath("axe.min.js").read_text())
AXE_RUN = """
globalThis.outcome = null;
var rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
var place = node => `\\n    ${node.html}\\n    ${node.failureSummary}`;
// What is in order need not be told of, nor where: that would be most of the work.
axe.run(document, {preload: false, runOnly: rules, resultTypes: ["violations"], selectors: false}).then(
    found => { globalThis.outcome = found.violations.map(each =>
        `${each.id}: ${each.help}` + each.nodes.map(place).join("")) },
    failure => { globalThis.outcome = [`axe itself failed: ${failure}`] });
"""

# The elements of a kind whose words fit best: exactly, else at their beginning, else anywhere.
FIND = """
const [selector, wanted, within] = arguments;
const plain = text => (text ?? "").replace(/\\s+/g, " ").trim();
const places = !within ? [document] : [...document.querySelectorAll("tr, li, fieldset, section, article, form, dialog")]
    .filter(place => within.some(words => plain(place.textContent).includes(words)));
const innermost = places.filter(place => !places.some(other => other !== place && place.contains(other)));
const words = element => [...(element.labels ?? []), ...(element.matches("input") ? [] : [element])]
    .concat((element.getAttribute("aria-labelledby") ?? "").split(" ").flatMap(id => document.getElementById(id) ?? []))
    .map(each => plain(each.textContent)).concat(plain(element.getAttribute("aria-label")));
const fit = element => Math.min(...words(element).flatMap(has => wanted.map(wish =>
    has === wish ? 0 : has.startsWith(wish) ? 1 : has.includes(wish) ? 2 : 3)));
const found = [...new Set(innermost.flatMap(place => [...place.querySelectorAll(selector)]))]
    .filter(element => element.type !== "hidden" && fit(element) < 3);
const best = Math.min(...found.map(fit));
return found.filter(element => fit(element) === best);
"""
CONTROLS = "button, a[href], summary, input[type=submit]"
FIELDS = "input, select, textarea"
BOXES = "input[type=checkbox]"

# Text in Japanese where the page says that it is in English.
FOREIGN = """
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), foreign = [];
const isEnglish = node => node.parentElement.closest("[lang]").lang === "en";
for (let node = texts.nextNode(); node; node = texts.nextNode())
    if (isEnglish(node) && /[ぁ-んァ-ヶ一-龠]/.test(node.data)) foreign.push(node.data);
return foreign;
"""


class Browser:
    """Chromium in one language, with or without JavaScript; `site` is where paths lead."""

    def __init__(self, language: str = "ja", script: bool = True):
        self.language = language
        self.site = ""
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", f"--lang={language}",
                         "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
                         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        # 2: blocked.
        options.add_experimental_option("prefs", {
            "intl.accept_languages": language,
            "profile.managed_default_content_settings.javascript": 1 if script else 2,
            "credentials_enable_service": False, "profile.password_manager_leak_detection": False})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        # What the driver is and where the browser is are given: nothing is looked for, and nothing downloaded.
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.driver.set_page_load_timeout(2 * PATIENCE)
        self.driver.set_script_timeout(PATIENCE)

    def quit(self) -> None:
        self.driver.quit()

    def begin(self, site: str) -> None:
        """A test begins: one empty window, nobody signed in anywhere."""
        first, *others = self.driver.window_handles
        for each in others:
            self.driver.switch_to.window(each)
            self.driver.close()
        self.driver.switch_to.window(first)
        self._tell("Network.clearBrowserCookies")
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.resize(WIDE)
        self.site = site

    def cookies(self) -> list[dict[str, Any]]:
        """What the sites have left, for `take`."""
        kept = ("name", "value", "path", "httpOnly", "sameSite")
        return [
            {name: each[name] for name in kept if name in each}
            for each in self._tell("Network.getAllCookies")["cookies"]]

    def take(self, cookies: list[dict[str, Any]]) -> None:
        """As if the sites had left these here."""
        self._tell("Network.setCookies", cookies=[{**each, "url": self.site} for each in cookies])

    def _tell(self, command: str, **parameters: Any) -> dict[str, Any]:
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def resize(self, width: int) -> None:
        """A window of that width, in light colours."""
        self._stretch(width, HEIGHT)
        self._colour(dark=False)

    def _stretch(self, width: int, height: int) -> None:
        self._tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def _colour(self, dark: bool) -> None:
        self._tell("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    # MARK: What a person does. Words are those of the Japanese pages, whatever the language is.

    def open(self, address: str) -> None:
        """Types an address: a path of the site, or a whole one."""
        self.driver.get(address if address.startswith("http") else self.site + address)

    def press(self, words: str, within: str | None = None) -> None:
        """Presses a button or follows a link, and waits for the page that it leads to."""
        page = self.driver.find_element(By.TAG_NAME, "html")
        self._unfolded(words, within).click()
        wait_for(lambda: _is_gone(page), PATIENCE, f"{words!r} leads to no other page")
        self._wait_until_loaded()

    @contextmanager
    def window_of(self, words: str, within: str | None = None) -> Iterator[None]:
        """What happens in the other window that a button opens; the window stays open, and this one comes back."""
        before, own = set(self.driver.window_handles), self.driver.current_window_handle
        self._unfolded(words, within).click()
        wait_for(lambda: set(self.driver.window_handles) - before, PATIENCE, f"{words!r} opens no window")
        self.driver.switch_to.window((set(self.driver.window_handles) - before).pop())
        self.resize(WIDE)
        self._wait_until_loaded()
        yield
        self.driver.switch_to.window(own)

    @contextmanager
    def other_window(self) -> Iterator[None]:
        """What happens in the one other window that is open."""
        own = self.driver.current_window_handle
        others = [each for each in self.driver.window_handles if each != own]
        assert len(others) == 1, f"{len(others)} other windows are open"
        self.driver.switch_to.window(others[0])
        yield
        self.driver.switch_to.window(own)

    def fill(self, values: dict[str, str | bool], within: str | None = None) -> None:
        """Fills fields by their labels: text, the first words of an option, or whether a box is ticked."""
        for label, value in values.items():
            field = self.field(label, within)
            if isinstance(value, bool):
                if field.is_selected() != value:
                    field.click()
            elif field.tag_name == "select":
                texts = tuple(said(value, self.language))
                options = [each.text for each in Select(field).options if each.text.startswith(texts)]
                assert len(options) == 1, f"{len(options)} options of {label!r} begin with {texts}"
                Select(field).select_by_visible_text(options[0])
            else:
                field.clear()
                field.send_keys(value)

    def choose(self, *labels: str, within: str | None = None) -> None:
        """Chooses radio buttons and ticks boxes."""
        self.fill(dict.fromkeys(labels, True), within)

    def set_time(self, label: str, moment: datetime) -> None:
        """Sets a field of a day and a time, whose keys are not the same in every language."""
        self.driver.execute_script(
            "arguments[0].value = arguments[1]", self.field(label), f"{moment:%Y-%m-%dT%H:%M}")

    def tick(self, boxes: dict[str, bool]) -> None:
        """Ticks boxes and unticks others, where radio buttons begin with the same words."""
        for label, value in boxes.items():
            box = self._find(BOXES, label, None)
            if box.is_selected() != value:
                box.click()

    def unfold(self, words: str) -> None:
        """Opens what is folded away under these words."""
        self._find("summary", words, None).click()

    def reload(self) -> None:
        self.driver.refresh()

    # MARK: What a person sees

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.site)

    @property
    def text(self) -> str:
        """What stands on the page, with single blanks."""
        return re.sub(r"\s+", " ", self.driver.find_element(By.TAG_NAME, "body").text)

    @property
    def heading(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def shows(self, words: str) -> bool:
        return any(text in self.text for text in said(words, self.language))

    def sees(self, *words: str) -> None:
        """These words have to be on the page."""
        for each in words:
            assert self.shows(each), f"{each!r} is not on the page {self.path}:\n{self.text}"

    def misses(self, *words: str) -> None:
        """These words must not be on the page."""
        for each in words:
            assert not self.shows(each), f"{each!r} is on the page {self.path}:\n{self.text}"

    def is_at(self, heading: str) -> None:
        """This page has to be the one with that heading."""
        assert self.heading in said(heading, self.language), (
            f"the page {self.path} is {self.heading!r}, not {heading!r}:\n{self.text}")

    def row(self, words: str) -> str:
        """The text of the row of a table in which these words stand."""
        rows = [each.text for each in self.driver.find_elements(By.CSS_SELECTOR, "tbody tr")]
        found = [re.sub(r"\s+", " ", row) for row in rows if any(text in row for text in said(words, self.language))]
        assert len(found) == 1, f"{words!r} is in {len(found)} of the rows {rows}"
        return found[0]

    def column(self, heading: str) -> list[str]:
        """The texts of a column of the page's table, from above."""
        headings = [each.text for each in self.driver.find_elements(By.CSS_SELECTOR, "thead th, thead td")]
        place = [each in said(heading, self.language) for each in headings].index(True) + 1
        return [each.text for each in self.driver.find_elements(By.CSS_SELECTOR, f"tbody tr > :nth-child({place})")]

    def problem(self, label: str, within: str | None = None) -> str:
        """What is said to be wrong with a field, beside it and to a screen reader."""
        field = self.field(label, within)
        assert field.get_attribute("aria-invalid") == "true", f"{label!r} is not marked as wrong:\n{self.text}"
        parts = (field.get_attribute("aria-describedby") or "").split()
        texts = [self.driver.find_element(By.ID, each).text for each in parts if not each.endswith("-hint")]
        assert "".join(texts), f"nothing says what is wrong with {label!r}"
        return " ".join(texts)

    def scan(self) -> str:
        """What a telephone's camera reads from the QR code on the page."""
        picture = Image.open(io.BytesIO(self.driver.find_element(By.CSS_SELECTOR, ".qr").screenshot_as_png))
        read = zxingcpp.read_barcode(picture.convert("L"))
        assert read, f"no QR code to be read on the page {self.path}"
        return read.text

    # MARK: Parts of a page

    def control(self, words: str, within: str | None = None) -> WebElement:
        """A button or link."""
        return self._find(CONTROLS, words, within)

    def field(self, label: str, within: str | None = None) -> WebElement:
        return self._find(FIELDS, label, within)

    def has_control(self, words: str, within: str | None = None) -> bool:
        return bool(self._all(CONTROLS, words, within))

    def has_field(self, label: str, within: str | None = None) -> bool:
        return bool(self._all(FIELDS, label, within))

    def _all(self, selector: str, words: str, within: str | None) -> list[WebElement]:
        place = said(within, self.language) if within else None
        return self.driver.execute_script(FIND, selector, said(words, self.language), place)

    def _find(self, selector: str, words: str, within: str | None) -> WebElement:
        found = self._all(selector, words, within)
        # A link may stand on a page twice.
        if len({each.get_attribute("href") or each.id for each in found}) == 1:
            found = found[-1:]
        where = f" within {within!r}" if within else ""
        assert len(found) == 1, f"{len(found)} times {words!r}{where} on the page {self.path}:\n{self.text}"
        return found[0]

    def _unfolded(self, words: str, within: str | None) -> WebElement:
        """A control, with what it is folded away in opened as a person opens it."""
        target = self.control(words, within)
        for fold in target.find_elements(By.XPATH, "ancestor::details[not(@open)]"):
            summary = fold.find_element(By.TAG_NAME, "summary")
            if summary != target:
                summary.click()
        return target

    def _wait_until_loaded(self) -> None:
        wait_for(
            lambda: self.driver.execute_script("return document.readyState") == "complete", PATIENCE,
            "the page has not loaded")

    # MARK: What every page has to be

    def look(self, name: str, data: tuple[str, ...] = ()) -> None:
        """Photographs the page on a wide and a narrow screen, and in dark colours, and examines it.

        `data` are words on it that are not the page's own, and may be in another language.
        """
        self.photograph(name)
        axe = self._axe()
        complaints = [*self._wording(data), *axe(), *self._console()]
        self.photograph(name, NARROW)
        reach = self.driver.execute_script("return document.documentElement.scrollWidth")
        if reach > NARROW:
            complaints.append(f"the page is {reach} px wide on a screen of {NARROW}")
        self._colour(dark=True)
        self._write(f"{name}-dark", NARROW)
        complaints += axe()
        self.resize(WIDE)
        assert not complaints, f"{name}, {self.path}:\n" + "\n".join(complaints)

    def photograph(self, name: str, width: int = WIDE) -> str:
        """Writes a picture of the whole page, and answers where it is."""
        self.resize(width)
        # As tall as the page, so that what sticks to the window's edge covers nothing.
        height = self._tell("Page.getLayoutMetrics")["cssContentSize"]["height"]
        self._stretch(width, max(int(height), HEIGHT))
        return self._write(name, width)

    def _write(self, name: str, width: int) -> str:
        # Larger files, in a fraction of the time.
        picture = self._tell("Page.captureScreenshot", optimizeForSpeed=True)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{self.language}-{width}-{name}.png"
        path.write_bytes(base64.b64decode(picture["data"]))
        return str(path)

    def _wording(self, data: tuple[str, ...]) -> list[str]:
        complaints = []
        said_language = self.driver.find_element(By.TAG_NAME, "html").get_attribute("lang")
        if said_language != self.language:
            complaints.append(f"the page is in {said_language!r}, not {self.language!r}")
        if unknown := re.findall(r"\[[a-z-]+(?:\.[A-Za-z-]+)+\]|\{[a-zA-Z]+\}", self.text):
            complaints.append(f"texts are missing: {unknown}")
        if self.language == "en":
            for text in self.driver.execute_script(FOREIGN):
                rest = text
                for each in data:
                    rest = rest.replace(each, "")
                if re.search("[ぁ-んァ-ヶ一-龠]", rest):
                    complaints.append(f"not in English: {text.strip()!r}")
        return complaints

    def _axe(self) -> Callable[[], list[str]]:
        """Says what axe finds wrong with the page as it is then. It is read once for a page, into a world of its own, which
        the page's policy has no say in."""
        frame = self._tell("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._tell("Page.createIsolatedWorld", frameId=frame, worldName="axe")["executionContextId"]

        def evaluate(text: str) -> Any:
            answer = self._tell("Runtime.evaluate", expression=text, contextId=world, returnByValue=True)
            assert "exceptionDetails" not in answer, answer["exceptionDetails"]
            return answer["result"].get("value")

        def examine() -> list[str]:
            evaluate(AXE_RUN + ";0")
            wait_for(lambda: evaluate("outcome !== null"), PATIENCE, "axe has not ended")
            return evaluate("outcome")

        evaluate(AXE + ";0")
        return examine

    def _console(self) -> list[str]:
        """What the browser complains of; that an answer was a refusal is no complaint."""
        entries = [each for each in self.driver.get_log("browser") if each["level"] in ("WARNING", "SEVERE")]
        return [
            f"the browser says: {each['message']}" for each in entries
            if "the server responded with a status of" not in each["message"]]


def _is_gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
        return False
    except WebDriverException:
        return True
