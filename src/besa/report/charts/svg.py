"""A small hand for drawing: SVG text that is the same bytes for the same figures, on every machine.

One accent, dark to light; numbers written beside what they measure; readable in grey and on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

INK, MUTED, LINE, BAND = "#1d2329", "#5b6670", "#c9d0d6", "#f1f3f5"
ACCENT = "#12507b"
#: One hue, darkest first; neighbours differ in lightness by enough to be told apart in grey.
SHADES = ("#0b3a5c", "#3f83b5", "#a9cfe8", "#5b6670", "#8fb3c9", "#1d5f8f", "#d5e6f1", "#7a8791", "#c2ccd4", "#2f4858")
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
WIDTH = 720
_SIZE = 13


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    words: str


@dataclass(frozen=True)
class Band:
    """A stretch of the time axis: `first`, `last` in weeks from the left (fractions of a week count)."""

    label: str
    first: float
    last: float


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, words: str, *, anchor="start", fill=INK, size=_SIZE, weight="normal") -> str:
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}" fill="{fill}" '
        f'font-size="{size}" font-weight="{weight}">{escape(words)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "") -> str:
    edge = f' stroke="{stroke}" stroke-width="1"' if stroke else ""
    return (
        f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(max(width, 0))}" '
        f'height="{_number(max(height, 0))}" fill="{fill}"{edge}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str = LINE) -> str:
    return (
        f'<line x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}" '
        f'stroke="{stroke}" stroke-width="1"/>'
    )


def _page(height: float, language: str, title: str, alt: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{_number(height)}" '
        f'viewBox="0 0 {WIDTH} {_number(height)}" role="img" lang={quoteattr(language)} '
        f'font-family="{FONT}"><title>{escape(title)}</title><desc>{escape(alt)}</desc>'
        + _rect(0, 0, WIDTH, height, "#ffffff")
        + "".join(parts)
        + "</svg>"
    )


def wrapped(words: str, width: float, size: float = _SIZE) -> list[str]:
    """Lines of about `width` pixels; a character is taken as 0.54 of the size."""
    room = max(6, int(width / (size * 0.54)))
    lines, line = [], ""
    for word in words.split():
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line or not lines else lines


def bars(title: str, alt: str, language: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars, the label to the left, the figure at the end of the bar."""
    left, right, gap = 250, 130, 10
    top, parts = 8, []
    most = max((row.value for row in rows), default=0) or 1
    for row in rows:
        lines = wrapped(row.label, left - 14)
        height = max(20, 15 * len(lines))
        middle = top + height / 2
        for index, line in enumerate(lines):
            parts.append(_text(left - 10, middle + 4.5 + 15 * (index - (len(lines) - 1) / 2), line, anchor="end"))
        width = (WIDTH - left - right) * row.value / most
        parts.append(_rect(left, middle - 9, max(width, 1 if row.value else 0), 18, ACCENT))
        parts.append(_text(left + max(width, 1) + 7, middle + 4.5, row.words, weight="bold"))
        top += height + gap
    parts.append(_line(left - 0.5, 4, left - 0.5, top - 4, MUTED))
    return _page(top + 2, language, title, alt, parts)


def pairs(
    title: str, alt: str, language: str, names: tuple[str, str], rows: Sequence[tuple[str, int, int, str, str]]
) -> str:
    """Two bars per row: the first filled, the second outlined, so that grey tells them apart."""
    left, right = 250, 60
    parts = [
        _rect(left, 8, 14, 12, ACCENT), _text(left + 20, 18.5, names[0]),
        _rect(left + 215.5, 8.5, 13, 11, "#ffffff", stroke=ACCENT), _text(left + 236, 18.5, names[1]),
    ]  # fmt: skip
    top = 36.0
    most = max((max(row[1], row[2]) for row in rows), default=0) or 1
    scale = (WIDTH - left - right) / most
    for label, first, second, first_words, second_words in rows:
        lines = wrapped(label, left - 14)
        height = max(34, 15 * len(lines))
        middle = top + height / 2
        for index, line in enumerate(lines):
            parts.append(_text(left - 10, middle + 4.5 + 15 * (index - (len(lines) - 1) / 2), line, anchor="end"))
        parts.append(_rect(left, middle - 15, first * scale, 14, ACCENT))
        parts.append(_text(left + first * scale + 6, middle - 3.5, first_words, weight="bold", size=12))
        if second:
            parts.append(_rect(left + 0.5, middle + 1.5, second * scale - 1, 13, "#ffffff", stroke=ACCENT))
        parts.append(_text(left + second * scale + 6, middle + 12.5, second_words, size=12))
        top += height + 8
    parts.append(_line(left - 0.5, 30, left - 0.5, top - 4, MUTED))
    return _page(top + 2, language, title, alt, parts)


def stacked(
    title: str,
    alt: str,
    language: str,
    columns: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
    bands: Sequence[Band],
) -> str:
    """Columns in order of time over named bands; figures inside the parts that have room for them."""
    left, right, top, depth, side = 34, 10, 48, 230, 205
    wide = WIDTH - left - right - side
    step = wide / max(1, len(columns))
    totals = [sum(values[index] for _, values in series) for index in range(len(columns))]
    most = max(totals, default=0) or 1
    scale = (depth - 20) / most
    floor = top + depth
    parts = []
    for index, band in enumerate(bands):
        x, end = left + band.first * step, left + band.last * step
        parts.append(_rect(x, top, end - x, depth, BAND if index % 2 == 0 else "#e4e8ec"))
        if end - x > 34:
            for row, line in enumerate(wrapped(band.label, max(end - x, 40), 11)[:3]):
                parts.append(_text((x + end) / 2, 12 + 13 * row, line, anchor="middle", fill=MUTED, size=11))
    for index, name in enumerate(columns):
        x, y = left + index * step + step * 0.18, float(floor)
        for number, (_, values) in enumerate(series):
            height = values[index] * scale
            if not height:
                continue
            y -= height
            shade = SHADES[number % len(SHADES)]
            parts.append(_rect(x, y, step * 0.64, height, shade, stroke="#ffffff"))
            if height >= 14:
                dark = shade in ("#0b3a5c", "#12507b", "#1d5f8f", "#5b6670", "#2f4858", "#3f83b5", "#7a8791")
                parts.append(
                    _text(x + step * 0.32, y + height / 2 + 4, str(values[index]), anchor="middle", size=11,
                          fill="#ffffff" if dark else INK)
                )  # fmt: skip
        if totals[index]:
            parts.append(_text(x + step * 0.32, y - 5, str(totals[index]), anchor="middle", weight="bold"))
        parts.append(_text(x + step * 0.32, floor + 17, name, anchor="middle", size=12))
    parts.append(_line(left, floor, left + wide, floor, MUTED))
    y = float(top + 12)
    for number, (label, _) in reversed(list(enumerate(series))):
        parts.append(_rect(WIDTH - side + 6, y - 10, 12, 12, SHADES[number % len(SHADES)]))
        for line in wrapped(label, side - 34, 12):
            parts.append(_text(WIDTH - side + 24, y, line, size=12))
            y += 15
        y += 6
    return _page(max(floor + 28, y), language, title, alt, parts)


def matrix(
    title: str,
    alt: str,
    language: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
    corner: str,
) -> str:
    """A grid of figures, darker where there are more; the number stands in each cell."""
    left, top, cell = 230, 62, 34
    step = min(84.0, (WIDTH - left - 10) / max(1, len(columns)))
    most = max((value for _, values in rows for value in values), default=0) or 1
    parts = [_text(0, top - 8, line, fill=MUTED, size=11) for line in [corner]]
    for index, name in enumerate(columns):
        lines = wrapped(name, step - 4, 11)[:4]
        for row, line in enumerate(lines):
            y = top - 8 - 13 * (len(lines) - 1 - row)
            parts.append(_text(left + step * (index + 0.5), y, line, anchor="middle", size=11))
    for row, (label, values) in enumerate(rows):
        y = top + row * cell
        lines = wrapped(label, left - 14, 12)[:2]
        for index, line in enumerate(lines):
            parts.append(
                _text(left - 10, y + cell / 2 + 4.5 + 14 * (index - (len(lines) - 1) / 2), line, anchor="end", size=12)
            )
        for index, value in enumerate(values):
            share = value / most
            fill = "#ffffff" if not value else SHADES[0] if share > 0.66 else SHADES[1] if share > 0.33 else SHADES[2]
            parts.append(_rect(left + step * index + 1, y + 1, step - 2, cell - 2, fill, stroke=LINE))
            parts.append(
                _text(left + step * (index + 0.5), y + cell / 2 + 4.5, str(value) if value else "·",
                      anchor="middle", fill="#ffffff" if share > 0.33 else INK if value else MUTED)
            )  # fmt: skip
    return _page(top + cell * len(rows) + 8, language, title, alt, parts)
