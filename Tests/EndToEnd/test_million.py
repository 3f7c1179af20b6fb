"""Very many numbers: the import, the commands and the server stay within their bounds."""

import os
import subprocess
import sys

from harness.server import BINARY, ROOT

NUMBERS = 50_000


def test_very_many_numbers_are_imported_and_served_in_bounded_memory(tmp_path):
    # Other tests run beside it, so times tell little here; tools/million by itself measures them with a million.
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/million"), "--numbers", str(NUMBERS), "--folder", str(tmp_path),
         "--patience", "20"], env={**os.environ, "TSUNAGI_BIN": str(BINARY)}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{NUMBERS:,} added" in done.stdout
    assert "TOO MUCH" not in done.stdout


def test_an_import_shows_its_progress_on_a_terminal_and_nowhere_else(tmp_path):
    table = tmp_path / "numbers.csv"
    table.write_text("number\n" + "".join(f"050{index:08}\n" for index in range(10_000_000, 10_005_000)))
    command = f"{BINARY} number import {table} --data {tmp_path}/data"
    terminal = subprocess.run(
        ["script", "-qec", command + " --preview", "/dev/null"], capture_output=True, text=True, timeout=120)
    assert terminal.returncode == 0, terminal.stdout
    assert "[###" in terminal.stdout and " rows  0:0" in terminal.stdout
    assert "5,000 added; nothing was changed" in terminal.stdout
    piped = subprocess.run(command.split(), capture_output=True, text=True, timeout=120)
    assert piped.returncode == 0 and piped.stderr == ""
    assert piped.stdout.endswith("5,000 added\n")
