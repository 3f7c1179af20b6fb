"""The examples of the help, as one story: all of them, in one data directory, pasted into a shell."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
from pathlib import Path

from harness.server import BINARY

# What has to be there before the others, in this order; those follow in the order of the help.
FIRST = [
    "company add", "contract add", "site add", "contract voice add", "number add", "number assign", "option add",
    "group add", "user add", "admin add", "login add", "token add",
]
# Reads what an export has written, or takes away what others are about.
LAST = [
    "number import", "destination import", "login import", "option remove", "login remove", "admin remove",
    "group rename", "group remove", "user remove", "number remove", "contract voice remove", "site remove",
    "contract close", "contract remove", "company rename", "company remove",
]
SKIPPED = {
    "serve": "serves until it is ended",
    "top": "looks at a server that runs",
    "calls show": "no call was made",
    "registrations remove": "no phone is registered",
    "session end": "nobody is signed in",
    "token end": "the id is another one each time",
    "history undo": "which change has which number depends on all others",
    "user reset-totp": "nobody has set up an authenticator app",
    "replay": "a capture of one's own",
}
# They tell by the code that they exit with whether there was something.
FOUND = {"check": (0, 1), "forward restore": (0, 1)}
# So that examples have not passed one day.
YEARS = {"2026": str(datetime.date.today().year + 1)}
# Where the shell of a test may write.
PLACES = {"/var/backups/": "", "/var/lib/": ""}
FILES = {
    "tsunagi.yaml": "domains: [lab.test]\nvoicemail.uri: sip:voicemail@192.0.2.90\n",
    "numbers.txt": "05012345678\n05012345679\n",
    "terms-ja.txt": "規約\n",
    "terms-en.txt": "Terms\n",
    "syukujitsu.csv": "国民の祝日・休日月日,国民の祝日・休日名称\n2030/1/1,元日\n",
}


def commands(command: dict, words: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The examples of each command that does something, by its words."""
    parts = [part for part in command.get("subcommands", []) if part["commandName"] != "help"]
    found = {} if parts else {" ".join(words): examples(command["discussion"])}
    for part in parts:
        found |= commands(part, (*words, part["commandName"]))
    return found


def examples(discussion: str) -> list[str]:
    """Each with the lines that it is broken into."""
    section = discussion.split("EXAMPLE\n")[1].split("\n\n")[0]
    joined = section.replace("\\\n", "\\\0").split("\n")
    return [line.strip().replace("\0", "\n") for line in joined if line.startswith("  ")]


def test_the_examples_of_the_help_work_one_after_the_other(tmp_path: Path) -> None:
    tsunagi = tmp_path / "bin" / "tsunagi"
    tsunagi.parent.mkdir()
    tsunagi.symlink_to(BINARY)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    told = json.loads(subprocess.check_output([BINARY, "--experimental-dump-help"], text=True))
    help_ = commands(told["command"])
    assert help_.keys() >= {*FIRST, *LAST, *SKIPPED, *FOUND}
    between = [name for name in help_ if name not in (*FIRST, *LAST, *SKIPPED)]
    failures = []
    for name in (*FIRST, *between, *LAST):
        for example in help_[name]:
            line = example
            for old, new in (YEARS | PLACES).items():
                line = line.replace(old, new)
            done = subprocess.run(
                ["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=60,
                env={**os.environ, "PATH": f"{tsunagi.parent}:{os.environ['PATH']}", "PASSWORD": "secret",
                     "TSUNAGI_DATA": str(tmp_path / "data")})
            if done.returncode not in FOUND.get(name, (0,)) or "tsunagi: " in done.stderr:
                failures.append(f"{line}\n    {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    assert not failures, "\n".join(failures)
