"""The words of the pages, in the language that a test runs in."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from pathlib import Path

from harness.server import ROOT

TEXTS = ROOT / "Sources/Portal/Texts"


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    texts = {}
    for path in sorted(Path(TEXTS / language).glob("*.txt")):
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                key, text = line.split(" = ", 1)
                texts[key] = text
    return texts


@functools.cache
def _by_japanese() -> dict[str, list[str]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for key, text in catalogue("ja").items():
        keys[text].append(key)
    return keys


@functools.cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """Texts with places in them, as patterns of what becomes of them; not those that are little else than places."""
    found = []
    for key, text in catalogue("ja").items():
        parts = re.split(r"\{(\w+)\}", text)
        if len(parts) > 1 and len("".join(parts[::2])) > 1 and len(set(parts[1::2])) == len(parts[1::2]):
            pattern = "".join(
                f"(?P<{part.replace('-', '_')}>.+?)" if index % 2 else re.escape(part)
                for index, part in enumerate(parts))
            found.append((re.compile(pattern), key))
    return found


@functools.cache
def said(japanese: str, language: str) -> list[str]:
    """What pages in `language` say for these words: one text, or several if pages differ.

    Tests use the words of the Japanese originals. In Japanese nothing is looked up, so that a page that says something
    else fails; in English it is what the catalogue has under the same keys. What it has not is somebody's name.
    """
    if language == "ja":
        return [japanese]
    texts = {catalogue(language)[key] for key in _by_japanese().get(japanese, [])}
    if not texts:
        for pattern, key in _templates():
            if values := pattern.fullmatch(japanese):
                texts.add(re.sub(r"\{(\w+)\}", lambda place: values[place[1]], catalogue(language)[key]))
    return sorted(texts) or [japanese]
