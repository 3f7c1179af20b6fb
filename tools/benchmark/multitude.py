"""A data directory of very many numbers with a rule each, under a hundred contracts of one company."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from processes import Failed

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("TSUNAGI_BIN", ROOT / ".build/release/tsunagi")).resolve()
COMPANY = "Million"
CONTRACTS = 100
FIRST = 10_000_000
#: Numbers whose rules a shard remembers (`limits.numbers.cached`): of more, all are held in memory.
REMEMBERED = 10_000
SECONDS_FOR_RULES = 120
#: The last contract is a voice group, with one voice contract that its numbers are under.
VOICE_GROUP, VOICE_CONTRACT = "Y0000001", "N0000001"


def number(index: int) -> str:
    return f"050{FIRST + index:08}"


def contract(index: int) -> str:
    return VOICE_GROUP if index == CONTRACTS - 1 else f"C-{index:04}"


def numbers_under(index: int, count: int) -> range:
    """Which of `count` numbers are under a contract."""
    return range(-(-index * count // CONTRACTS), -(-(index + 1) * count // CONTRACTS))


def run(data: Path, *arguments: str, text: str | None = None) -> tuple[float, float, str]:
    """Seconds, MB of memory at most, and what a command printed; raises `Failed` when it fails."""
    start = time.monotonic()
    command = subprocess.Popen(
        [BINARY, *arguments, "--data", str(data)], stdin=subprocess.PIPE if text else subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True)
    assert command.stdout is not None
    if text and command.stdin:
        command.stdin.write(text)
        command.stdin.close()
    output = command.stdout.read()
    _, status, usage = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode != 0:
        raise Failed(f"tsunagi {' '.join(arguments)} exited {command.returncode}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, output


def wait_for_rules(ready: str) -> float:
    """Seconds until the server that has printed this has the rules of all numbers in memory."""
    start, address = time.monotonic(), re.search(r"metrics at (http://\S+?)[;)]", ready)
    if not address:
        raise Failed(f"no metrics are told of: {ready}")
    while time.monotonic() - start < SECONDS_FOR_RULES:
        with urllib.request.urlopen(address[1]) as answer:
            if "tsunagi_rules_in_memory_complete 1" in answer.read().decode():
                return time.monotonic() - start
        time.sleep(0.5)
    raise Failed(f"the rules of all numbers were not in memory after {SECONDS_FOR_RULES} s")


def write_table(path: Path, count: int) -> None:
    """Half of the numbers forward every call, the others when busy; one in ten to another of them."""
    chance = random.Random(7)
    with path.open("w", newline="") as table:
        table.write("number,contract,kind,ring-seconds,always,busy,no-answer,unreachable\r\n")
        for index in range(count):
            # To one with a higher number, so that nothing goes in a circle.
            inside = index % 10 == 0 and index + 1 < count
            to = number(chance.randrange(index + 1, count)) if inside else f"03{chance.randrange(20_000_000, 99_999_999)}"
            always, busy = (to, "") if index % 2 == 0 else ("", to)
            under = index * CONTRACTS // count
            place = VOICE_CONTRACT if under == CONTRACTS - 1 else contract(under)
            table.write(f"{number(index)},{place},direct-dial,20,{always},{busy},,\r\n")


def add_contracts(data: Path) -> None:
    """A new data directory with the contracts, and no numbers yet."""
    company = f"company: {COMPANY}, options: [forwarding]"
    site = f"{{site: TOKYO, name: Tokyo, representative: true, voice-contracts: [{VOICE_CONTRACT}]}}"
    lines = [f"  - {{number: {contract(index)}, {company}, kind: dotphone-office}}" for index in range(CONTRACTS - 1)]
    lines += [f"  - {{number: {VOICE_GROUP}, {company}, kind: ip-voice, sites: [{site}]}}"]
    run(data, "apply", "-", text="\n".join([f"companies: [{{name: {COMPANY}}}]", "contracts:", *lines]) + "\n")


def make(data: Path, count: int, furnish: Callable[[Path, int], None] | None = None) -> None:
    """A data directory with so many numbers, and with what `furnish` adds; it is not there before it is whole."""
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    table = new.with_name(f"{data.name}.csv")
    print(f"making {data} with {count:,} numbers", flush=True)
    write_table(table, count)
    add_contracts(new)
    run(new, "number", "import", str(table))
    table.unlink()
    if furnish:
        furnish(new, count)
    new.rename(data)
