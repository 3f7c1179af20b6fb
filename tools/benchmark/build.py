"""The C programs of the benchmark, compiled when they are needed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from processes import Failed

HERE = Path(__file__).resolve().parent


def built_clock(folder: Path) -> Path:
    """clock.c, which gives SIPp a clock of microseconds."""
    return built("clock.c", folder / "clock.so", "-shared", "-fPIC", "-ldl")


def built(source: str, program: Path, *arguments: str) -> Path:
    """One of the C files here, compiled to `program`."""
    compiled = subprocess.run(
        ["cc", "-O2", "-Wall", "-o", program, HERE / source, *arguments], capture_output=True, text=True)
    if compiled.returncode != 0:
        raise Failed(f"cc could not build {source}: {compiled.stderr}")
    return program
