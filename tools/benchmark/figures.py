"""What was measured, held to what it may be."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from processes import Failed


@dataclass
class Figure:
    """Something measured, and how much it may be."""

    name: str
    value: float
    limit: float
    unit: str
    #: What else there is to say.
    note: str = ""

    @property
    def is_kept(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        shown = f"{self.value:,.0f}" if self.value >= 10 else f"{self.value:.2f}"
        limit = f"{self.limit:,.0f}" if self.limit >= 10 or self.limit == int(self.limit) else f"{self.limit:.2f}"
        return f"{self.name:<42}{shown:>10} {self.unit:<3} (at most {limit}){self.note and f', {self.note}'}{'' if self.is_kept else '  TOO MUCH'}"


def are_kept(figures: Iterable[Figure], patience: float = 1) -> bool:
    """Prints each as it comes. Times may be so many times as long as `patience` says."""
    kept = True
    for figure in figures:
        if figure.unit in ("s", "ms"):
            figure.limit *= patience
        print(figure, flush=True)
        kept = kept and figure.is_kept
    return kept


def judged(program: str, measured: Callable[[Path], Iterable[Figure]]) -> int:
    """What a program exits with whose figures are measured in a folder of their own, which stays when that fails."""
    folder = Path(tempfile.mkdtemp(prefix="tsunagi-bench-"))
    try:
        kept = are_kept(measured(folder))
    except Failed as failure:
        print(f"{program}: {failure}\nThe output of every program is in {folder}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{program}: interrupted; everything it started has been stopped", file=sys.stderr)
        return 130
    shutil.rmtree(folder)
    return 0 if kept else 1
