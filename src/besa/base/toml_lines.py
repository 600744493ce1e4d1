"""On which line a key of a TOML file stands; the standard parser does not say."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


def toml_lines(text: str) -> dict[tuple, int]:
    """Path of keys (and positions in lists) -> line, for TOML that has parsed."""
    lines: dict[tuple, int] = {(): 1}
    counts: dict[tuple, int] = {}
    table: tuple = ()
    quote, depth, key, element = "", 0, (), -1
    for number, line in enumerate(text.splitlines(), 1):
        if not quote and not depth:
            if header := _HEADER.match(line):
                table = ()
                names = _names(header[2])
                for at, name in enumerate(names, 1):
                    table = (*table, name)
                    if at == len(names) and header[1] == "[[":
                        counts[table] = counts.get(table, -1) + 1
                        lines.setdefault(table, number)
                    if table in counts:
                        table = (*table, counts[table])
                lines.setdefault(table, number)
                continue
            if found := _KEY.match(line):
                key, element = (*table, *_names(found[1])), -1
                lines.setdefault(key, number)
        elif depth == 1 and not quote and line.lstrip().startswith("{"):
            element += 1
            lines.setdefault((*key, element), number)
        quote, depth = _open_after(line, quote, depth)
    return lines


def _names(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""\s*(?:"[^"]*"|'[^']*'|[^.]+)""", dotted)]


def _open_after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Which quote is open and how deep the brackets are after this line."""
    at = 0
    while at < len(line):
        if quote:
            if line[at] == "\\" and quote[0] == '"':
                at += 2
                continue
            if line.startswith(quote, at):
                at += len(quote)
                quote = ""
                continue
        elif line[at] == "#":
            break
        elif line[at] in "\"'":
            quote = line[at] * 3 if line.startswith(line[at] * 3, at) else line[at]
            at += len(quote)
            continue
        elif line[at] in "[{":
            depth += 1
        elif line[at] in "]}":
            depth -= 1
        at += 1
    return (quote if len(quote) == 3 else ""), depth
