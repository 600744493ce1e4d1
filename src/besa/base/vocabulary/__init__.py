"""What a word says about the language it is in: from lists of common words, and from the letters they are made of.

The lists (`*.txt`, the commonest words first) are all that is known: a language is mended by adding words to its
list. Words that stand in no list are judged by the groups of letters that the listed words have. Nothing is
learned from anybody's posts.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import chain, repeat

import numpy as np

from besa.base.script import to_cyrillic, to_latin
from besa.base.text import unrepeated

#: In the order of the columns. `sr` stands for Bosnian, Croatian, Montenegrin and Serbian: no word tells them apart.
LANGUAGES = ("sq", "sr", "mk", "tr", "en", "sl", "de", "it", "fr", "es", "bg", "ru")
_FILES = {language: f"{'hbs' if language == 'sr' else language}.txt" for language in LANGUAGES}
_CYRILLIC_ONLY, _BOTH_SCRIPTS = frozenset({"bg", "ru"}), frozenset({"sr", "mk"})

#: No single word says more than this (natural logarithm of the odds): names and foreign words stray.
MOST = 6.0
#: Letters that only these languages have; said once for a word.
_LETTERS = {
    "ë": ("sq", "fr"), "ç": ("sq", "tr", "fr"), "đ": ("sr",), "ć": ("sr",), "č": ("sr", "sl", "mk"),
    "š": ("sr", "sl", "mk"), "ž": ("sr", "sl", "mk"), "ş": ("tr",), "ğ": ("tr",), "ı": ("tr",), "ö": ("tr", "de"),
    "ü": ("tr", "de", "es"), "ä": ("de",), "ß": ("de",), "ñ": ("es",), "œ": ("fr",), "ê": ("fr",), "ì": ("it",),
    "ò": ("it",), "ђ": ("sr",), "ћ": ("sr",), "ѓ": ("mk",), "ќ": ("mk",), "ѕ": ("mk",), "ј": ("sr", "mk"),
    "љ": ("sr", "mk"), "њ": ("sr", "mk"), "џ": ("sr", "mk"), "ъ": ("bg", "ru"), "щ": ("bg", "ru"), "ь": ("bg", "ru"),
    "ю": ("bg", "ru"), "я": ("bg", "ru"), "й": ("bg", "ru"), "ы": ("ru",), "э": ("ru",), "ё": ("ru",), "і": ("ru",),
    "ї": ("ru",), "є": ("ru",),
}  # fmt: skip
_LETTER_SAYS = 3.0
_OWN_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ORDERS = (2, 4)
#: Added to each count of a group of letters, by its length: what was not met is not impossible.
_SMOOTHING = {2: 0.5, 4: 0.2}
#: Groups of letters overlap, so what they say is not added up in full.
_GROUPS_SAY = 0.38
#: The share of a text that a word makes up which the list of a language lacks.
_UNLISTED = 2e-5
_LONGEST = 40
_ROOM = 200_000


class Remembered:
    """Rows of numbers, one for each text met, that `make` works out once. Several threads may ask."""

    def __init__(self, width: int, make: Callable[[list[str]], np.ndarray]):
        self._width, self._make, self._lock = width, make, threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._places: dict[str, int] = {}
        self._rows = np.empty((1024, self._width), np.float32)

    def rows(self, texts: list[str]) -> np.ndarray:
        """(texts, width)"""
        with self._lock:
            places = np.fromiter(map(self._places.get, texts, repeat(-1)), np.intp, len(texts))
            if (places < 0).any():
                self._learn(texts)
                places = np.fromiter(map(self._places.__getitem__, texts), np.intp, len(texts))
            return self._rows[places]

    def _learn(self, texts: list[str]) -> None:
        if len(self._places) > _ROOM:
            self._clear()
        fresh = [text for text in dict.fromkeys(texts) if text not in self._places]
        first, last = len(self._places), len(self._places) + len(fresh)
        while last > len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[first:last] = self._make(fresh)
        self._places.update(zip(fresh, range(first, last), strict=True))


class Evidence:
    """Rows of natural logarithms, one for each word met, relative to the language that the word fits best (0)."""

    def __init__(self):
        latin, cyrillic = defaultdict(dict), defaultdict(dict)
        for language in LANGUAGES:
            listed = _listed(_FILES[language])
            if language not in _CYRILLIC_ONLY:
                in_latin = map(to_latin, listed) if language == "mk" else listed
                latin[language] = _shares(_plain(word) for word in in_latin)
            if language in _CYRILLIC_ONLY | _BOTH_SCRIPTS:
                cyrillic[language] = _shares(map(to_cyrillic, listed) if language == "sr" else listed)
        self._scripts = (_Script(latin), _Script(cyrillic))
        self._words = Remembered(len(LANGUAGES), self._said_by)

    def rows(self, words: list[str]) -> np.ndarray:
        """(words, languages): what each word (lower case) says."""
        return self._words.rows(words)

    def _said_by(self, words: list[str]) -> np.ndarray:
        in_cyrillic = np.array([bool(_CYRILLIC.search(word)) for word in words])
        said = np.empty((len(words), len(LANGUAGES)), np.float32)
        for script, mine in zip(self._scripts, (~in_cyrillic, in_cyrillic), strict=True):
            said[mine] = script.said_by([_plain(words[at]) for at in np.flatnonzero(mine)])
        for at, word in enumerate(words):
            for letter in set(_OWN_LETTER.findall(word)):
                others = [place for place, language in enumerate(LANGUAGES) if language not in _LETTERS[letter]]
                said[at, others] -= _LETTER_SAYS
        said -= said.max(axis=1, keepdims=True)
        return np.maximum(said, -MOST)


class _Script:
    """Words and groups of letters of the languages that are written in one script."""

    def __init__(self, shares: dict[str, dict[str, float]]):
        self._absent = [at for at, language in enumerate(LANGUAGES) if not shares[language]]
        words = sorted({word for listed in shares.values() for word in listed})
        self._words = {word: at for at, word in enumerate(words)}
        known = np.full((len(words), len(LANGUAGES)), _UNLISTED)
        counts: dict[int, dict[str, np.ndarray]] = {n: defaultdict(lambda: np.zeros(len(LANGUAGES))) for n in _ORDERS}
        for at, language in enumerate(LANGUAGES):
            for word, share in shares[language].items():
                known[self._words[word], at] += share
                for n, group in _groups(word):
                    counts[n][group][at] += 1
        self._known = np.log(known) - np.log(known).max(axis=1, keepdims=True)
        self._groups: dict[str, int] = {}
        says = [np.zeros((1, len(LANGUAGES)))]  # a group that no list has says nothing
        for n, found in counts.items():
            first = len(self._groups) + 1
            self._groups.update(zip(found, range(first, first + len(found)), strict=True))
            matrix = np.array(list(found.values())) + _SMOOTHING[n]
            matrix = np.log(matrix / matrix.sum(axis=0))
            says.append(matrix - matrix.max(axis=1, keepdims=True))
        self._says = np.concatenate(says) * _GROUPS_SAY

    def said_by(self, words: list[str]) -> np.ndarray:
        said = np.zeros((len(words), len(LANGUAGES)))
        if not words:
            return said
        place = self._groups.get
        places = [[place(group, 0) for _, group in _groups(word)] for word in words]
        starts = np.cumsum([0, *map(len, places[:-1])])
        said += np.add.reduceat(self._says[list(chain.from_iterable(places))], starts)
        said -= said.max(axis=1, keepdims=True)
        for at, word in enumerate(words):
            if (known := self._words.get(word)) is not None:
                said[at] = said[at] * 0.3 + self._known[known]
        said[:, self._absent] = -2 * MOST
        return said


def _groups(word: str) -> list[tuple[int, str]]:
    """(length, letters) of each group in the word, whose beginning and end count as letters."""
    bounded = f"^{word}$"
    return [(n, bounded[at : at + n]) for n in _ORDERS for at in range(max(1, len(bounded) - n + 1))]


def _plain(word: str) -> str:
    """Latin without diacritics, Cyrillic as it is; neither with letters drawn out."""
    word = _DRAWN_OUT.sub(r"\1", word[:_LONGEST])
    return word if _CYRILLIC.search(word) else unrepeated(word)


def _listed(name: str) -> list[str]:
    lines = files(__name__).joinpath(name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _shares(words) -> dict[str, float]:
    """Of a text, by the place in the list (the share of the n-th word is about 1/n)."""
    weights = {word: 1 / (place + 30) for place, word in enumerate(dict.fromkeys(words))}
    total = sum(weights.values()) / 0.7
    return {word: weight / total for word, weight in weights.items()}


@cache
def evidence() -> Evidence:
    """Made at the first text (0.2 s), shared by all."""
    return Evidence()
