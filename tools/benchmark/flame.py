"""tools/bench --flame: where a proxy spends its time under the plain calls, as a flame graph.

The widest frames take most of the time; on them stands what they called. A click makes a frame as wide as the picture.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import load
import proxies
import scenarios
from build import built_clock
from drawing import draw
from multitude import BINARY
from processes import Failed, Process, tail

#: A line of `perf script`: the address, the function with its offset, and the file that it is in.
FRAME = re.compile(r"\s+[0-9a-f]+ (.+?)(?:\+0x[0-9a-f]+)? \((.*)\)$")


def main() -> int:
    options = parse_options()
    folder = Path(tempfile.mkdtemp(prefix="tsunagi-flame-"))
    try:
        stacks = record(options, folder)
    except Failed as failure:
        print(f"tools/bench --flame: {failure}\nThe output of every program is in {folder}", file=sys.stderr)
        return 1
    about = f"{options.proxy}, {options.scenario}, {options.rate} calls a second"
    options.file.write_text(draw(stacks, about))
    print_leaves(stacks, options.top)
    print(f"\n{sum(stacks.values())} samples of {about}: {options.file}")
    shutil.rmtree(folder)
    return 0


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/bench --flame", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, metavar="FILE.svg", help="where the graph is written")
    parser.add_argument("--scenario", default="plain", choices=scenarios.ALL, help="which calls (default plain)")
    parser.add_argument(
        "--proxy", default="tsunagi-1", choices=proxies.known(BINARY), help="which is looked at (default tsunagi-1)")
    parser.add_argument("--rate", type=int, default=2000, help="calls a second (default 2000)")
    parser.add_argument("--seconds", type=int, default=8, help="how long it is looked at (default 8)")
    parser.add_argument("--frequency", type=int, default=2999, help="samples a second of its time (default 2999)")
    parser.add_argument("--top", type=int, default=25, help="how many functions are printed (default 25)")
    parser.add_argument(
        "--binary", type=Path, default=BINARY, help="tsunagi to measure (default $TSUNAGI_BIN or the release build)")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    return options


def record(options: argparse.Namespace, folder: Path) -> Counter[tuple[str, ...]]:
    """How often each stack of functions, outermost first, was seen while calls were placed."""
    proxy = proxies.known(options.binary)[options.proxy]
    calls = load.Load(options.rate, options.seconds, hold=100)
    samples = folder / "perf.data"

    @contextmanager
    def watched(running: Process) -> Iterator[None]:
        everybody = ",".join(str(pid) for pid in running.family())
        perf = Process(
            "perf",
            ["perf", "record", "-q", "--call-graph", "fp", "-F", str(options.frequency), "-p", everybody,
             "-o", str(samples)],
            folder / "perf.log")
        try:
            yield
            perf.require_alive()
        finally:
            perf.end(by=signal.SIGINT)

    scenario = scenarios.ALL[options.scenario]
    result = load.run(proxy, 1, calls, folder / "run", built_clock(folder), scenario, watched)
    print(f"{result.cpu_per_call:.1f} us a call, {result.failed} of {result.calls} failed")
    if not samples.exists():
        raise Failed(
            f"perf took no samples: {tail(folder / 'perf.log')}\n"
            "It needs root, or kernel.perf_event_paranoid=1 (sysctl).")
    return fold(samples, folder)


def fold(samples: Path, folder: Path) -> Counter[tuple[str, ...]]:
    script = folder / "perf.txt"
    with open(script, "w") as lines:
        written = subprocess.run(
            ["perf", "script", "-i", samples, "-F", "comm,ip,sym,dso", "--no-inline"],
            stdout=lines, stderr=subprocess.PIPE, text=True)
    if written.returncode != 0:
        raise Failed(f"perf script exited {written.returncode}: {written.stderr}")
    stacks: Counter[tuple[str, ...]] = Counter()
    stack: list[str] = []
    for line in demangled(script).splitlines():
        if not line.strip():
            if stack:
                # The thread comes first, then the innermost function.
                stacks[stack[0], *reversed(stack[1:])] += 1
            stack = []
        elif found := FRAME.match(line):
            name, file = found[1], Path(found[2]).name
            stack.append(f"({file})" if name == "[unknown]" else name)
        else:
            stack.append(line.strip())
    if stack:
        stacks[stack[0], *reversed(stack[1:])] += 1
    return stacks


def demangled(script: Path) -> str:
    """The names of Swift functions as they are in the source; without a toolchain they stay as they are."""
    if not shutil.which("swift"):
        return script.read_text()
    with open(script) as lines:
        return subprocess.run(
            ["swift", "demangle", "--simplified"], stdin=lines, capture_output=True, text=True, check=True).stdout


def print_leaves(stacks: Counter[tuple[str, ...]], count: int) -> None:
    """Which functions took the most time by themselves."""
    alone: Counter[str] = Counter()
    for stack, times in stacks.items():
        alone[stack[-1]] += times
    total = sum(alone.values())
    for name, times in alone.most_common(count):
        print(f"{100 * times / total:5.1f} %  {name[:110]}")


if __name__ == "__main__":
    sys.exit(main())
