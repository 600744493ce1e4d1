"""Whether a sentence says what a checked claim says: the same words, numbers, names and polarity.

A rule that can be told: nearly all words of the claim stand in the sentence (with any ending, in another order, or as
a word of the same sense), all its numbers and names do, the same things are denied, nothing is turned into its
opposite, and the sentence does not take the claim back. No network, no chance.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from besa.base.text import ADDRESS, folded
from besa.triage.detectors.claims import vocabulary as words

#: The share of the claim's words that must stand in the sentence, and how far apart they may lie.
ENOUGH, _NO_OTHER = 0.78, 0.9
_SPREAD, _ROOM = 3, 8
_TYPO, _TYPO_LETTERS = 88, 7
#: Letters that the same word has in common in all its forms, and in spite of a slip of the pen.
_BEGINNING = 3
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(
    r"(?P<date>\d{1,2}\.\d{1,2}\.(?:\d{4}\b)?)|(?P<time>\d{1,2}:\d{2})"
    r"|(?P<number>\d{1,3}(?:[.,  ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)|(?P<percent>%)|(?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*)"
)
#: Two words that are one.
_TOGETHER = {"per qind": "%", "per cent": "%", "me shume": "meshume", "me pak": "mepak"}
_PAIRS = re.compile("|".join(rf"\b{pair}\b" for pair in _TOGETHER))
#: Where a sentence ends: not at a dot inside a number or address, nor at one behind an ordinal ("2019. godine").
_END = re.compile(
    r"(?:[!?…]+|(?<!\d)\.+(?=[\s\"”“»)]|$)|(?<=\d)\.+(?=[\"”“»)]*(?:\s+[^\sa-zа-џčćžšđçë]|\s*$)))[\"”“»)]*|\n"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence taken apart. `content[i]` stands at place `places[i]` of all its words."""

    content: tuple[str, ...]
    places: tuple[int, ...]
    numbers: frozenset[tuple[float, str]]
    #: what is denied: place of the denying word, and the word of content that follows it (or nothing)
    denied: tuple[tuple[int, str], ...]
    takes_back: bool
    senses: frozenset[str]
    #: how its words begin: what is in neither of the two cannot be in the sentence
    beginnings: frozenset[str]


@dataclass(frozen=True)
class Claim:
    """A checked claim in one language, ready to be compared."""

    sentence: Sentence
    names: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Match:
    start: int
    end: int
    #: 0 to 1
    similarity: float


def claim(text: str, language: str) -> Claim:
    held = taken_apart(text, language)
    return Claim(held, _names(text, held), sum(map(_weight, held.content)))


def match(held: Claim, text: str, language: str) -> Match | None:
    """Where in the text the claim is said, and how nearly; None where it is not."""
    beginnings = {word[:_BEGINNING] for word in _WORD.findall(folded(text))}
    if _worth(held, beginnings, None) < ENOUGH * held.weight:
        return None
    spans = sentences(text)
    parts = [taken_apart(text[start:end], language) for start, end in spans]
    best: Match | None = None
    for at, (start, end) in enumerate(spans):
        around = parts[max(0, at - 1) : at + 2]
        if (found := _said(held, parts[at], around)) and (best is None or found > best.similarity):
            best = Match(start, end, found)
    if best is None:
        for at in range(len(spans) - 1):
            start, end = spans[at][0], spans[at + 1][1]
            found = _said(held, taken_apart(text[start:end], language), parts[max(0, at - 1) : at + 3])
            if found and (best is None or found > best.similarity):
                best = Match(start, end, found)
    return best


def sentences(text: str) -> list[tuple[int, int]]:
    """Places of the sentences, without the space around them."""
    found, start = [], 0
    for end in (*(one.end() for one in _END.finditer(text)), len(text)):
        part = text[start:end]
        if said := part.strip():
            begin = start + part.index(said)
            found.append((begin, begin + len(said)))
        start = end
    return found


@lru_cache(maxsize=4096)
def taken_apart(text: str, language: str) -> Sentence:
    languages, stop, negation, denial, truth, figures = _of(words.KIN.get(language, language))
    plain = _PAIRS.sub(lambda pair: _TOGETHER[pair[0]], folded(ADDRESS.sub(" ", text)))
    content: list[str] = []
    places: list[int] = []
    numbers: list[list] = []
    denying: list[int] = []
    takes_back, last_number, truths = False, -9, []
    at = -1
    for found in _TOKEN.finditer(plain):
        kind = found.lastgroup
        at += 1
        if kind == "date":
            day, _, year = found[0].strip(".").partition(".")
            numbers += [[float(day), ""], *([[float(year[-4:]), ""]] if len(year) > 4 else [])]
            continue
        if kind == "time":
            hour, minute = found[0].split(":")
            numbers += [[float(hour), ""], *([[float(minute), ""]] if minute != "00" else [])]
            continue
        if kind == "number":
            numbers.append([_number(found[0]), ""])
            last_number = at
            continue
        word = found[0]
        if last_number == at - 1 and numbers and (kind == "percent" or word in words.PERCENT):
            numbers[-1][1] = "%"
            continue
        if last_number == at - 1 and numbers and word in words.SCALES:
            numbers[-1][0] *= words.SCALES[word]
            last_number = at
            continue
        if kind == "percent":
            continue
        if word in figures:
            numbers.append([float(figures[word]), ""])
            last_number = at
            continue
        if word in words.ORDINALS:
            numbers.append([float(words.ORDINALS[word]), "th"])
            continue
        word, negated = _bare(word, languages)
        if negated or word in negation:
            denying.append(at)
            if not negated or word in negation:
                continue
        if words.begins(word, denial):
            takes_back = True
        if words.begins(word, truth):
            truths.append(at)
        if word not in stop and len(word) > 1:
            content.append(word)
            places.append(at)
    takes_back = takes_back or any(0 < place - place_of < 5 for place in truths for place_of in denying)
    denied = tuple(
        (place, next((word for word, where in zip(content, places, strict=True) if where >= place), ""))
        for place in denying
    )
    return Sentence(
        tuple(content), tuple(places), frozenset((value, unit) for value, unit in numbers), denied, takes_back,
        frozenset(filter(None, map(words.sense, content))), frozenset(word[:_BEGINNING] for word in content),
    )  # fmt: skip


@lru_cache
def _of(language: str) -> tuple:
    """The words of a language; a sentence whose language is not known is read with those of all."""
    languages = (language,) if language in words.STOP else tuple(words.STOP)
    sets = [frozenset().union(*(kind[one] for one in languages)) for kind in (words.STOP, words.NEGATION)]
    beginnings = [sum((kind[one] for one in languages), ()) for kind in (words.DENIAL, words.TRUTH)]
    return languages, *sets, *beginnings, {word: n for one in languages for word, n in words.NUMBERS[one].items()}


def _bare(word: str, languages: tuple[str, ...]) -> tuple[str, bool]:
    """The word without what an apostrophe joins to it, and whether that denies it."""
    if "'" not in word:
        return word, False
    if word.endswith("n't"):
        return word[:-3], True
    first, _, rest = word.partition("'")
    if first == "s" and "sq" in languages:
        return rest, True
    return (rest if len(rest) > len(first) else first), False


def _number(text: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:[.,  ]\d{3})+", text):
        return float(re.sub(r"\D", "", text))
    return float(text.replace(",", "."))


def _names(text: str, held: Sentence) -> tuple[str, ...]:
    """Words of the claim that are written large inside it: whom and where it speaks of."""
    found = [
        folded(word[0]) for start, end in sentences(text) for word in re.finditer(r"[^\W\d_]+", text[start:end])
        if word[0][0].isupper() and text[start : start + word.start()].strip(" “”„\"'«»")
    ]  # fmt: skip
    found = [name for name in found if name in held.content]
    # where nearly everything is written large, it says nothing
    return tuple(found) if len(found) <= 0.7 * len(held.content) else ()


def _weight(word: str) -> float:
    return 0.5 if word in words.LIGHT else 1.0


def _worth(held: Claim, beginnings: Collection[str], senses: Collection[str] | None) -> float:
    """The most that the claim's words can come to there; without `senses`, a word that has one is taken to be there."""
    return sum(
        _weight(word)
        for word in held.sentence.content
        if word[:_BEGINNING] in beginnings or ((sense := words.sense(word)) and (senses is None or sense in senses))
    )


def _said(held: Claim, sentence: Sentence, around: list[Sentence]) -> float:
    """How nearly the sentence says it, 0 where it does not."""
    mine = held.sentence
    if not held.weight or not mine.numbers <= sentence.numbers or not sentence.content:
        return 0.0
    if _worth(held, sentence.beginnings, sentence.senses) < ENOUGH * held.weight:
        return 0.0
    matched: dict[int, int] = {}
    left = list(range(len(sentence.content)))
    for at, word in enumerate(mine.content):
        place = next((place for place in left if same_word(word, sentence.content[place])), None)
        if place is not None:
            matched[at] = place
            left.remove(place)
    covered = sum(_weight(mine.content[at]) for at in matched) / held.weight
    if covered < ENOUGH or len(matched) < 2:
        return 0.0
    places = [sentence.places[place] for place in matched.values()]
    first, last = min(places), max(places)
    if last - first > _SPREAD * (mine.places[-1] - mine.places[0] + 1) + _ROOM:
        return 0.0
    # a word that is missing where another stands instead: somebody or something else is spoken of
    if covered < _NO_OTHER and any(
        first <= sentence.places[place] <= last and sentence.content[place] not in words.LIGHT for place in left
    ):
        return 0.0
    if not all(any(same_word(name, word) for word in sentence.content) for name in held.names):
        return 0.0
    if any(words.OPPOSITE[one] in sentence.senses and one not in sentence.senses for one in mine.senses
           if one in words.OPPOSITE):  # fmt: skip
        return 0.0
    if any(one.takes_back for one in around) and not mine.takes_back:
        return 0.0
    if not _denies_the_same(mine, sentence, first, last):
        return 0.0
    return round(0.85 * covered + 0.15 * min(1.0, len(mine.content) / len(sentence.content)), 4)


def _denies_the_same(mine: Sentence, sentence: Sentence, first: int, last: int) -> bool:
    heads = [word for _, word in mine.denied]
    inside = [
        word for place, word in sentence.denied
        if first <= place <= last or (place < first and any(same_word(word, own) for own in mine.content))
    ]  # fmt: skip
    if any(not any(same_word(word, head) for head in heads) for word in inside):
        return False
    others = [word for _, word in sentence.denied]
    for head in heads:
        if not any(same_word(head, word) for word in others):
            stands = any(same_word(head, word) for word in sentence.content)
            if stands or not others:
                return False
    return True


@lru_cache(maxsize=500_000)
def same_word(one: str, other: str) -> bool:
    """Equal but for the ending, of one sense, or a long word with a slip of the pen."""
    if one == other:
        return True
    if (sense := words.sense(one)) and sense == words.sense(other):
        return True
    short = min(len(one), len(other))
    common = next((at for at in range(short) if one[at] != other[at]), short)
    rest = one[common:], other[common:]
    if common >= 4 and max(map(len, rest)) <= (4 if common < 6 else 5):
        return True
    if common < _BEGINNING:
        return False
    if common == _BEGINNING and all(part in words.ENDINGS for part in rest):
        return True
    return short >= _TYPO_LETTERS and ratio(one, other) >= _TYPO
