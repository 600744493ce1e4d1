"""A register made ready: which words may be part of which name. Each word of the language is looked up once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from besa.base.text import folded, unrepeated
from besa.triage.mentions import forms
from besa.triage.mentions.types import Mention, Named

WORD = re.compile(r"[^\W_]+")
#: Small words inside the names of groups; they change with the case, so they are passed over.
PARTICLES = frozenset(["i", "e", "te", "se", "of", "the"])
_TITLES = frozenset(["dr", "prof", "mr", "ms", "mrs", "z", "znj", "mag", "msc", "phd", "ing"])
#: Stems from this length on are recognised with a slip; given names are short and many, so theirs must be longer.
SLIP_FROM, SLIP_IN_GIVEN_FROM = 5, 6
_LONGEST_ENDING = 6
#: So many different words are remembered.
_REMEMBERED = 300_000


class Reading(NamedTuple):
    """One way to understand a word: the word of the register, in which language's form, in which cases."""

    word: str
    language: str
    cases: str
    slip: bool = False


class Called(NamedTuple):
    """A name of a group, a nickname or a place, by its words. `who` is an index, or -1 for a place."""

    words: tuple[str, ...]
    who: int
    place: str = ""
    acronym: bool = False
    nick: bool = False


class Register:
    """`named`: persons, parties and groups; `places`: names of each area, where it has more than `Named.area`."""

    def __init__(self, named: Iterable[Named], places: Mapping[str, Iterable[str]] | None = None):
        self.named = tuple(named)
        self._by_id = {one.id: one for one in self.named}
        self.firsts: dict[str, set[int]] = defaultdict(set)
        self.lasts: dict[str, set[int]] = defaultdict(set)
        self.called: dict[str, list[Called]] = defaultdict(list)
        self.names: list[tuple[str, ...]] = []
        self._stems: dict[str, list[tuple[str, str, str, dict[str, str]]]] = defaultdict(list)
        self._known: set[tuple[str, str, bool]] = set()
        for at, one in enumerate(self.named):
            self._take(at, one)
        areas = {one.area: {one.area} for one in self.named if one.area}
        for area, called in (places or {}).items():
            areas[area] = {*called} - {""}
        for area, called in areas.items():
            for name in called:
                self._call(name, -1, forms.ANY, place=area)
        self.own = frozenset((*self.firsts, *self.lasts))
        self._slips: dict[str, set[str]] = defaultdict(set)
        for stem, held in list(self._stems.items()):
            if len(stem) >= SLIP_FROM and any(word in self.own for word, *_ in held):
                for shorter in (stem, *forms.without_one(stem)):
                    self._slips[shorter].add(stem)
        for word in (*given(), *surnames()):
            if word not in self.own:
                self._index(word, word, forms.ANY, phrase=False, spelled={word: forms.ANY})
        #: the first four letters of each stem: most words of a language begin otherwise
        self._beginnings = {stem[:4] for stem in self._stems}
        self._endings = {end for held in self._stems.values() for *_, ends in held for end in ends}
        self.strength = _Strength(self)
        self._looked_up: dict[str, tuple[str, tuple[Reading, ...]]] = {}

    def _take(self, at: int, one: Named) -> None:
        of = forms.tongue(one.name, one.language)
        words = tuple(word for word in WORD.findall(one.name) if folded(word) not in _TITLES)
        self.names.append(())
        if one.group or len(words) < 2:
            for name in dict.fromkeys((one.name, *one.also)):
                self._call(name, at, of if name == one.name else forms.ANY, nick=not one.group)
            return
        keys = tuple(self._name(word, of) for word in words)
        self.names[at] = keys
        self.firsts[keys[0]].add(at)
        self.lasts[keys[-1]].add(at)
        if re.search(rf"{re.escape(words[-2])}\s*[-–]\s*{re.escape(words[-1])}", one.name) and len(words) > 2:
            self.lasts[keys[-2]].add(at)
        self._call("".join(words), at, forms.ANY, nick=True)
        for name in one.also:
            parts = WORD.findall(name)
            if len(parts) == 2 and folded(parts[1]) == keys[-1]:
                self.firsts[self._name(parts[0], of)].add(at)
            else:
                self._call(name, at, of, nick=True)

    def _name(self, word: str, of: str) -> str:
        key = folded(word)
        self._index(key, word, of, phrase=False)
        return key

    def _call(self, name: str, who: int, of: str, *, place: str = "", nick: bool = False) -> None:
        raw = WORD.findall(name)
        if not raw or (len(raw) == 1 and len(raw[0]) < 2):
            return
        if len(raw) == 1 and raw[0].isupper() and len(raw[0]) <= 6:
            key = "^" + unrepeated(raw[0])
            self._index(key, raw[0], of, phrase=False, spelled={key: forms.ANY})
            self.called[key].append(Called((key,), who, place, acronym=True))
            return
        words = []
        for word in raw:
            key = folded(word)
            if key in PARTICLES:
                continue
            self._index(key, word, of, phrase=len(raw) > 1 and not nick)
            words.append(key)
        entry = Called(tuple(words), who, place, nick=nick)
        if words and entry not in self.called[words[0]]:
            self.called[words[0]].append(entry)

    def _index(self, key: str, word: str, of: str, *, phrase: bool, spelled: dict[str, str] | None = None) -> None:
        if (key, of, phrase) in self._known:
            return
        self._known.add((key, of, phrase))
        for spelling, where in (spelled or forms.spellings(word, of)).items():
            if len(spelling) < 2:
                continue
            if key[0] == "^":
                ends = dict.fromkeys(("", *forms.SUFFIXES["sq"], *forms.SUFFIXES["sr"]), "")
                self._stems[spelling].append((key, "", "", ends))
                continue
            for stem, language, ends in (forms.phrase_endings if phrase else forms.inflected)(spelling, of):
                if len(stem) >= 2 and not (where and language and where != language):
                    self._stems[stem].append((key, where or language, where, ends))

    def who(self, mention: Mention) -> tuple[Named, ...]:
        """All whom a mention may mean."""
        return tuple(self._by_id[one] for one in mention.ids)

    def look_up(self, raw: str) -> tuple[str, tuple[Reading, ...]]:
        """A word as it is written: folded, and all ways to understand it; remembered."""
        held = self._looked_up.get(raw)
        if held is None:
            if len(self._looked_up) >= _REMEMBERED:
                self._looked_up.clear()
            plain = folded(raw)
            held = self._looked_up[raw] = (plain, self._read(raw, plain))
        return held

    def _read(self, raw: str, word: str) -> tuple[Reading, ...]:
        found: dict[Reading, None] = {}
        if word[:4] in self._beginnings or word[:3] in self._beginnings or word[:2] in self._beginnings:
            for cut in range(len(word), max(1, len(word) - _LONGEST_ENDING - 1), -1):
                for key, language, _, ends in self._stems.get(word[:cut], ()):
                    if word[cut:] in ends:
                        found[Reading(key, language, ends[word[cut:]])] = None
        if raw[:2].isupper():
            letters = "^" + unrepeated(raw)
            for cut in range(len(letters), max(2, len(letters) - 5), -1):
                for key, language, _, ends in self._stems.get(letters[:cut], ()):
                    if letters[cut:] in ends:
                        found[Reading(key, language, "")] = None
        elif len(raw) >= 3 and "^" + raw in self._stems:
            found[Reading("^" + raw, "", "")] = None
        if found or len(word) < SLIP_FROM + 1 or not raw[0].isupper() or word in common():
            return tuple(found)
        return tuple(self._slipped(word))

    def _slipped(self, word: str) -> Iterable[Reading]:
        found: dict[Reading, None] = {}
        for cut in range(len(word), max(SLIP_FROM - 2, len(word) - _LONGEST_ENDING - 1), -1):
            if (ending := word[cut:]) not in self._endings:
                continue
            begin = word[:cut]
            for shorter in (begin, *forms.without_one(begin)):
                for stem in self._slips.get(shorter, ()):
                    if forms.slipped(begin, stem):
                        for key, language, where, ends in self._stems[stem]:
                            if where or ending not in ends or key not in self.own:
                                continue
                            if key in self.lasts or len(stem) >= SLIP_IN_GIVEN_FROM:
                                found[Reading(key, language, ends[ending], True)] = None
        return found


class _Strength(dict):
    """2 for a word that alone may name somebody, 1 for given names and places, 0 for all others."""

    def __init__(self, register: Register):
        super().__init__()
        self.register = register

    def __missing__(self, raw: str) -> int:
        held = self.register
        found = 0
        for reading in held.look_up(raw)[1]:
            if reading.word in held.lasts or any(one.who >= 0 for one in held.called.get(reading.word, ())):
                found = 2
                break
            if reading.word in held.firsts:
                found = 1
        if len(self) >= _REMEMBERED:
            self.clear()
        self[raw] = found
        return found


def _lines_of(name: str) -> list[str]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def _words_of(name: str) -> frozenset[str]:
    return frozenset(folded(word) for line in _lines_of(name) for word in line.split())


@cache
def given() -> frozenset[str]:
    """Given names of the region, folded."""
    return _words_of("given.txt")


@cache
def surnames() -> frozenset[str]:
    return _words_of("surnames.txt")


@cache
def common(language: str = "") -> frozenset[str]:
    """Words of the language that look like names, folded; those of all languages where none is given."""
    lines = (line.partition(":") for line in _lines_of("common.txt"))
    held = [folded(word) for told, _, words in lines if language in ("", told) for word in words.split()]
    return frozenset(held)
