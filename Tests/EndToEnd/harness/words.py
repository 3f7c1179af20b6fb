"""The words of the pages, in the language that a test runs in."""

from __future__ import annotations

import functools
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


def said(japanese: str, language: str) -> list[str]:
    """What pages in `language` say for these words: one text, or several if pages differ.

    Tests use the words of the Japanese originals. In Japanese nothing is looked up, so that a page that says something
    else fails; in English it is what the catalogue has under the same keys. What it has not is somebody's name.
    """
    keys = [] if language == "ja" else _by_japanese().get(japanese, [])
    return sorted({catalogue(language)[key] for key in keys}) or [japanese]
