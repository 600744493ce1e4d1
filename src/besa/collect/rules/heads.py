"""The beginning of a file as connectors look at it: its JSON keys, or the columns of its first row."""

from __future__ import annotations

import csv
import re
from functools import lru_cache

_KEY = re.compile(r'"((?:@|\w)[\w.$ -]{0,60})"\s*:')
#: A line that is one web address and nothing else, with remarks (#) above it or none.
URL_LINE = re.compile(rb"\s*(?:#[^\n]*\n\s*){0,50}https?://[^\s,;|\"<>]+[ \t\r]*(?:\n|$)")
_SEPARATORS = ",;\t|"
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]')


@lru_cache(maxsize=4)
def keys(head: bytes) -> frozenset[str]:
    """Names of all keys, at any depth, in a head that is JSON; empty for anything else.

    A browser capture (Zeeschuimer, or 4CAT that kept one) holds other people's records inside its own, and so
    has no keys here.
    """
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return frozenset()
    found = frozenset(_KEY.findall(text))
    wrapped = "__import_meta" in found or {"source_platform", "data", "nav_index"} <= found
    return frozenset() if wrapped else found


@lru_cache(maxsize=4)
def levels(head: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the records themselves, and those of the records in their `data`; empty for anything but JSON."""
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    found: dict[tuple[str, ...], set[str]] = {(): set(), ("data",): set()}
    if text.startswith(("{", "[")):
        # For each bracket that is open the keys on the way to it, and the key that was named last inside.
        stack: list[list] = []
        for token in _TOKEN.finditer(text):
            mark = token[0]
            if mark in ("{", "["):
                way = () if not stack else stack[-1][0] + ((stack[-1][1],) if stack[-1][1] is not None else ())
                stack.append([way, None])
            elif mark in ("}", "]"):
                if stack:
                    stack.pop()
            elif token[2] and stack:
                stack[-1][1] = token[1]
                if stack[-1][0] in found:
                    found[stack[-1][0]].add(token[1])
    return frozenset(found[()]), frozenset(found[("data",)])


@lru_cache(maxsize=4)
def columns(head: bytes) -> frozenset[str]:
    """Names in the first row of a head that is a table; empty for JSON."""
    lines = head.decode("utf-8", "replace").lstrip("\ufeff").splitlines()
    if not lines or lines[0].lstrip().startswith(("{", "[")):
        return frozenset()
    line = lines[0][:20_000]
    try:
        rows = [next(csv.reader([line], delimiter=mark), []) for mark in _SEPARATORS]
    except csv.Error:
        return frozenset()
    return frozenset(cell.strip() for cell in max(rows, key=len))
