"""A flame graph as SVG: what was called stands on what called it, as wide as the time that it took."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

WIDTH, HEIGHT, TOP = 1600, 17, 40
#: Narrower frames than this share of the whole are left out: they could not be seen.
THINNEST = 0.0005
#: A letter is so many pixels wide.
LETTER = 6.6

# A click on a frame makes it as wide as the picture, and what stands on it with it; a click on the lowest shows all.
SCRIPT = """
var width = WIDTH, letter = LETTER;
function show(clicked) {
  var from = +clicked.dataset.x, share = +clicked.dataset.w;
  document.querySelectorAll('g').forEach(function (frame) {
    var begin = +frame.dataset.x, end = begin + +frame.dataset.w;
    var isIn = begin >= from && end <= from + share, isUnder = begin <= from && end >= from + share;
    if (+frame.dataset.y < +clicked.dataset.y) isIn = false; else isUnder = false;
    frame.style.display = isIn || isUnder ? '' : 'none';
    var x = isIn ? (begin - from) / share * width : 0, w = isIn ? (end - begin) / share * width : width;
    var box = frame.querySelector('rect'), text = frame.querySelector('text');
    box.setAttribute('x', x); box.setAttribute('width', w);
    text.setAttribute('x', x + 3);
    var room = Math.floor((w - 6) / letter), name = frame.dataset.name;
    text.textContent = room < 3 ? '' : name.length <= room ? name : name.slice(0, room - 1) + '…';
  });
}
document.querySelectorAll('g').forEach(function (frame) { frame.onclick = function () { show(frame); }; });
"""


@dataclass
class Frame:
    """A function, under what called it."""

    name: str
    times: int = 0
    called: dict[str, Frame] = field(default_factory=dict)

    def add(self, stack: tuple[str, ...], times: int) -> None:
        frame = self
        frame.times += times
        for name in stack:
            frame = frame.called.setdefault(name, Frame(name))
            frame.times += times

    def depth(self, least: float) -> int:
        return 1 + max((each.depth(least) for each in self.called.values() if each.times >= least), default=0)


def draw(stacks: Counter[tuple[str, ...]], title: str) -> str:
    """`stacks` are functions, outermost first, and how often they were seen."""
    whole = Frame("all")
    for stack, times in stacks.items():
        whole.add(stack, times)
    depth = whole.depth(THINNEST * whole.times)
    height = TOP + depth * HEIGHT + 10
    frames: list[str] = []
    _draw(whole, 0, 0, whole.times, depth, frames)
    script = SCRIPT.replace("WIDTH", str(WIDTH)).replace("LETTER", str(LETTER))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        "<style>text { font: 11px monospace; pointer-events: none } .title { font-size: 15px } g { cursor: pointer }"
        " rect { stroke: #fff; stroke-width: 0.5 }</style>",
        f'<text class="title" x="10" y="24">{escape(title)}</text>',
        *frames,
        f"<script><![CDATA[{script}]]></script>",
        "</svg>",
    ]) + "\n"


def _draw(frame: Frame, start: int, level: int, total: int, depth: int, frames: list[str]) -> None:
    x, width = WIDTH * start / total, WIDTH * frame.times / total
    y = TOP + (depth - 1 - level) * HEIGHT
    room = int((width - 6) / LETTER)
    shown = "" if room < 3 else frame.name if len(frame.name) <= room else frame.name[:room - 1] + "…"
    quoted = escape(frame.name, {'"': "&quot;"})
    frames.append(
        f'<g data-x="{start}" data-w="{frame.times}" data-y="{level}" data-name="{quoted}">'
        f"<title>{quoted}\n{frame.times} samples, {100 * frame.times / total:.1f} %</title>"
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT - 1}" fill="{_colour(frame.name)}"/>'
        f'<text x="{x + 3:.1f}" y="{y + 12}">{escape(shown)}</text></g>')
    for each in sorted(frame.called.values(), key=lambda each: each.name):
        if each.times >= THINNEST * total:
            _draw(each, start, level + 1, total, depth, frames)
        start += each.times


def _colour(name: str) -> str:
    """The same for the same function in every picture, from yellow to red."""
    chance = zlib.crc32(name.encode())
    return f"hsl({10 + chance % 45}, {65 + chance // 64 % 20}%, {62 + chance // 4096 % 12}%)"
