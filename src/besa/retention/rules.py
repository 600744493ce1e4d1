"""When something is due, and covering names and quoted words in what stays. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

#: So many words of an erased text in a row are a quotation of it.
RUN = 4
_WORD = re.compile(r"\w+")
#: What an erased post is called in the rows that stay.
PREFIX = "erased:"


def due_on(days: int, counted_from: str, polling_day: date | None, published: date | None) -> date | None:
    """The first day on which it may no longer be kept; None where the period has not begun."""
    begun = polling_day if counted_from == "polling_day" else published
    return begun + timedelta(days=days) if begun else None


def mark(secret: bytes, kind: str, value: str) -> str:
    """A keyed hash: the same for the same value, and without the key it leads back to nothing."""
    return hmac.new(secret, f"{kind}:{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def pseudonym(secret: bytes, post_key: str) -> str:
    return PREFIX + mark(secret, "post", post_key)[:24]


def telling(word: str) -> bool:
    """Whether a name is long enough to be covered wherever it stands without spoiling other words."""
    return len(word) >= 5 and not (word.isdigit() and len(word) < 8)


class Cover:
    """Puts pseudonyms in the place of names, and […] in the place of quoted words, in any JSON-like value.

    `names`: name -> pseudonym, found as whole words whatever their case. `texts`: what may not be quoted any more.
    """

    def __init__(self, names: Mapping[str, str], texts: Iterable[str] = ()):
        self._names = {name.casefold(): instead for name, instead in names.items() if telling(name)}
        longest_first = sorted(map(re.escape, self._names), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.I) if longest_first else None
        self._runs: set[tuple[str, ...]] = set()
        for text in texts:
            words = [found[0].casefold() for found in _WORD.finditer(text)]
            length = min(RUN, len(words))
            if sum(map(len, words)) >= 12:  # “OK” and the like are not this text's own
                self._runs |= {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
        self._lengths = sorted({len(run) for run in self._runs}, reverse=True)

    @property
    def words(self) -> list[str]:
        return sorted(self._names)

    def __bool__(self) -> bool:
        return bool(self._names or self._runs)

    def __call__(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, Sequence):
            return [self(item) for item in value]
        return value

    def _text(self, text: str) -> str:
        if self._pattern:
            text = self._pattern.sub(lambda found: self._names.get(found[0].casefold(), "…"), text)
        return self._unquoted(text) if self._runs else text

    def _unquoted(self, text: str) -> str:
        found = list(_WORD.finditer(text))
        words = [one[0].casefold() for one in found]
        gone = [False] * len(words)
        for length in self._lengths:
            for at in range(len(words) - length + 1):
                if tuple(words[at : at + length]) in self._runs:
                    gone[at : at + length] = [True] * length
        if not any(gone):
            return text
        out, end, at = [], 0, 0
        while at < len(words):
            if gone[at]:
                last = at
                while last + 1 < len(words) and gone[last + 1]:
                    last += 1
                out += [text[end : found[at].start()], "[…]"]
                end, at = found[last].end(), last
            at += 1
        return "".join([*out, text[end:]])
