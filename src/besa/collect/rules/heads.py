"""The beginning of a file as connectors look at it: its JSON keys, or the columns of its first row."""

from __future__ import annotations

import csv
import re
from functools import lru_cache

_KEY = re.compile(r'"((?:@|\w)[\w.$ -]{0,60})"\s*:')
_SEPARATORS = ",;\t|"


@lru_cache(maxsize=4)
def keys(head: bytes) -> frozenset[str]:
    """Names of all keys, at any depth, in a head that is JSON; empty for anything else.

    A browser capture (Zeeschuimer) holds other people's records inside its own and so has no keys here.
    """
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        return frozenset()
    found = frozenset(_KEY.findall(text))
    return frozenset() if {"source_platform", "data", "nav_index"} <= found else found


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
