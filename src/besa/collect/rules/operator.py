"""Whether the account of the person who captures still stands in what they send (practice: nobody is exposed)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, quote_plus, unquote

#: Shorter names would be found everywhere.
SHORTEST = 3
#: Shorter ones turn up by chance among the bytes of a recording, which would then never be taken.
SHORTEST_IN_BYTES = 6
_WHOLE_WORD_BELOW = 6


def pattern(names: Sequence[str], shortest: int = SHORTEST) -> re.Pattern[bytes] | None:
    """What finds any of the names in bytes, however they are written there; None where there are none."""
    forms: set[bytes] = set()
    for name in names:
        name = " ".join(name.split()).lstrip("@").lower()
        if len(name) < shortest:
            continue
        for form in _forms(name):
            found = re.escape(form)
            forms.add(rb"(?<![0-9a-z])" + found + rb"(?![0-9a-z])" if len(name) < _WHOLE_WORD_BELOW else found)
    return re.compile(b"|".join(sorted(forms, key=len, reverse=True))) if forms else None


def stands_in(found: re.Pattern[bytes] | None, data: bytes | str) -> bool:
    """Whether one of the names stands in the data, as it is or once entities and percent signs are undone."""
    if found is None:
        return False
    if isinstance(data, str):
        data = data.encode("utf-8", "replace")
    if found.search(_lower(data)):
        return True
    if b"&" not in data and b"%" not in data:
        return False
    return bool(found.search(html.unescape(unquote(data.decode("utf-8", "replace"))).lower().encode()))


def _lower(data: bytes) -> bytes:
    """Lower case as text where the bytes are text; where not, of the Latin letters alone."""
    try:
        return data.decode("utf-8").lower().encode()
    except UnicodeDecodeError:
        return data.lower()


def _forms(name: str) -> Iterable[bytes]:
    texts = {name, *(name.replace(" ", mark) for mark in ("", ".", "\u00a0")), html.escape(name)}
    texts |= {quote(name).lower(), quote_plus(name).lower(), json.dumps(name)[1:-1].lower()}
    yield from (text.encode() for text in texts)
    yield name.encode("utf-16-le")
    yield name.encode("utf-16-be")
