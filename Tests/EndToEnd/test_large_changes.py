"""Large changes: others write meanwhile, what both write stays, and a crash leaves nothing half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness.server import BINARY

NUMBERS = 20_000
BUSY = "05099999999"


def tsunagi(data: Path, *arguments: str, text: str | None = None) -> str:
    done = subprocess.run(
        [str(BINARY), *arguments], input=text, capture_output=True, text=True, timeout=120,
        env={**os.environ, "TSUNAGI_DATA": str(data)})
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def begin(data: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [str(BINARY), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TSUNAGI_DATA": str(data)})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    directory = tmp_path / "data"
    tsunagi(directory, "number", "add", BUSY)
    return directory


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The same numbers in both forms."""
    numbers = [f"050{index:08}" for index in range(10_000_000, 10_000_000 + NUMBERS)]
    table, blueprint = tmp_path / "numbers.csv", tmp_path / "numbers.yaml"
    table.write_text(
        "number,always,busy,no-answer,unreachable\n" + "".join(f"{number},,0312345678,,\n" for number in numbers))
    blueprint.write_text(
        "numbers:\n" + "".join(f'  - number: "{number}"\n    forwarding: {{busy: "0312345678"}}\n' for number in numbers))
    return {"import": table, "apply": blueprint, "plan": blueprint}


def count(data: Path) -> int:
    return tsunagi(data, "number", "list").count("\n")


@pytest.mark.parametrize("how", ["plan", "apply", "import"])
def test_others_write_while_a_large_change_works_and_both_stay(data, files, how):
    arguments = ("number", "import", str(files[how])) if how == "import" else (how, str(files[how]))
    large = begin(data, *arguments)
    written, longest = 0, 0.0
    while large.poll() is None:
        started = time.monotonic()
        tsunagi(data, "forward", "set", BUSY, "--when", "busy", "--to", f"03{20_000_000 + written}")
        longest = max(longest, time.monotonic() - started)
        written += 1
    assert large.returncode == 0, large.stderr.read()
    # Somebody got through while it was judged, and nobody had to be told that it is busy.
    assert written > 3, longest
    rules = json.loads(tsunagi(data, "forward", "show", BUSY, "--json"))["rules"]
    assert [rule["to"] for rule in rules] == [f"03{20_000_000 + written - 1}"]
    assert count(data) == (1 if how == "plan" else NUMBERS + 1)
    # Each change has its entry: the number, and each of those settings.
    entries = 1 + written + (0 if how == "plan" else 2 * NUMBERS)
    assert f"all {entries} entries" in tsunagi(data, "history", "verify")
    assert tsunagi(data, "apply", str(files["apply"])).strip() == "nothing to change" or how == "plan"


@pytest.mark.parametrize("how", ["plan", "apply", "import"])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_large_change_that_is_ended_at_any_moment_leaves_nothing(data, files, how, sign):
    arguments = ("number", "import", str(files[how])) if how == "import" else (how, str(files[how]))
    before = sorted(path.name for path in data.iterdir() if not path.name.startswith("control.db-"))
    for moment in (0.1, 0.5, 1.0):
        large = begin(data, *arguments)
        try:
            large.wait(moment)
        except subprocess.TimeoutExpired:
            large.send_signal(sign)
            large.wait()
        large.stderr.close()
        assert count(data) in (1, NUMBERS + 1)
        tsunagi(data, "history", "verify")
    tsunagi(data, "forward", "set", BUSY, "--when", "busy", "--to", "0312345678")
    left = sorted(path.name for path in data.iterdir() if not path.name.startswith("control.db-"))
    assert left == before
