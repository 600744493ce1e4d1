"""The language of a text, quickly: its words decide most, a second model what they leave in doubt.

Texts without their diacritics count as the language they are in. What is too short or too unsure,
or in a language that nobody here reads, is `und`: better a shown gap than a wrong queue.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np

from besa.base.text import ADDRESS, normal
from besa.base.vocabulary import LANGUAGES, Remembered, evidence

#: What posts of the region are mistaken for; always among the candidates.
LOOK_ALIKES = ("sq", "sr", "bs", "hr", "mk", "tr", "en")
#: Languages that are met but not read here: recognised, so that they are not taken for one of ours.
OTHERS = ("de", "fr", "it", "es", "ru", "bg", "sl")
#: Below this confidence nobody can tell.
UNSURE = 0.45
#: Bosnian, Croatian and Serbian, told apart, are never surer than this: a sentence is often all three.
AT_MOST_AMONG_SLAVIC = 0.5

#: Where an election does not say in which languages its posts are written.
USUAL = ("sq", "sr", "en")

_SLAVIC = ("sr", "bs", "hr")
_READ = frozenset(LOOK_ALIKES)
#: Words do not come one by one: what they say together is less than the sum.
_TEMPER = 2.0
#: Below this confidence of the words the second model is asked too, and heard with this weight.
_DOUBT, _SECOND_WEIGHT = 0.75, 1.0
#: How much likelier an election's own languages are than look-alikes, and these than others (natural logarithms).
_OWN, _STRANGE = 1.0, -1.0
#: Macedonian is seldom written in Latin.
_LATIN_MACEDONIAN = -1.5
_FEWEST_LETTERS = 3
#: So many texts are told at once: few enough that what their words say stays near the processor.
_LOT = 256
#: What a change of language within a text costs (natural logarithm): two clear words, or one that begins a sentence.
_CHANGE, _CHANGE_AFTER_SENTENCE = 4.5, 2.0
_SENTENCE_END = re.compile(r"[.!?…;|/\n]")
_LETTER = r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u0400-\u04ff]"
_WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)?")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def detect(
    texts: Sequence[str | None], languages: Sequence[str] = USUAL, *, normals: Sequence[str] | None = None
) -> list[tuple[str, float]]:
    """(language, confidence 0..1) for each text. `languages`: the election's post languages; `normals`: the texts in
    their normal form (`besa.base.text.normal`), where that is at hand.

    Where it lists one of `sr`, `bs`, `hr`, the other two count as that one; where it lists several or
    none, the answer is a guess among them with a confidence of at most AT_MOST_AMONG_SLAVIC.
    `und` with the confidence of the best guess where nobody can tell.
    """
    wanted = tuple(languages)
    distinct = dict(zip(texts, map(normal, texts) if normals is None else normals, strict=True))
    found = dict(zip(distinct, _told(list(distinct.items()), wanted), strict=True))
    return [found[text] for text in texts]


def load() -> None:
    """What else is loaded at the first text, and at the first doubtful one, now (0.6 s)."""
    detect(["fjala"])
    _identifier()


@dataclass(frozen=True)
class Part:
    """Characters start..end-1 of a text, in one language."""

    start: int
    end: int
    language: str


def parts(text: str | None, languages: Sequence[str] = USUAL) -> list[Part]:
    """The parts of a mixed post, in their order: where the language changes, and into which.

    A part is in the likeliest language for its words given that people seldom change it: one borrowed word
    makes no part of its own. A text in one language is one part; empty where nobody can tell.
    """
    wanted = tuple(languages)
    places = _word_places(text)
    if sum(end - start for start, end in places) < _FEWEST_LETTERS:
        return []
    said = evidence().rows([text[start:end].lower() for start, end in places]) / _TEMPER
    gaps = [text[before[1] : after[0]] for before, after in pairwise(places)]
    costs = [_CHANGE_AFTER_SENTENCE if _SENTENCE_END.search(gap) else _CHANGE for gap in gaps]
    path = _likeliest(said + _before(wanted) / len(places), costs)
    found = []
    for language, run in groupby(zip(path, places, strict=True), key=itemgetter(0)):
        spans = [span for _, span in run]
        start, end = spans[0][0], spans[-1][1]
        told = detect([text[start:end]], wanted)[0][0]
        # a stretch that is too short to be judged alone is in the language that its words are likeliest in
        told = told if told != "und" else _answer(LANGUAGES[language], 1.0, text[start:end], wanted)[0]
        if found and found[-1].language == told:
            found[-1] = Part(found[-1].start, end, told)
        else:
            found.append(Part(start, end, told))
    return found if len(found) > 1 or found[0].language != "und" else []


def _word_places(text: str | None) -> list[tuple[int, int]]:
    """Where the words stand, but for those in addresses and mentions."""
    if not text:
        return []
    addresses = [found.span() for found in ADDRESS.finditer(text)]
    return [
        found.span()
        for found in _WORD.finditer(text)
        if not any(start <= found.start() < end for start, end in addresses)
    ]


def _likeliest(said: np.ndarray, costs: list[float]) -> list[int]:
    """The likeliest language of each word (Viterbi), where a change before word n + 1 costs costs[n]."""
    score, back = said[0], []
    for row, cost in zip(said[1:], costs, strict=True):
        best = int(score.argmax())
        changed = score[best] - cost
        back.append(np.where(score >= changed, np.arange(len(score)), best))
        score = np.maximum(score, changed) + row
    path = [int(score.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def _told(texts: list[tuple[str | None, str]], wanted: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    for at in range(0, len(texts), _LOT):
        yield from _told_at_once(texts[at : at + _LOT], wanted)


def _told_at_once(texts: list[tuple[str | None, str]], wanted: tuple[str, ...]) -> list[tuple[str, float]]:
    """The same for a few texts, each with its normal form.

    What is looked up are the parts between blanks: words with the signs around them, which are taken off once.
    """
    told = [("und", 0.0)] * len(texts)
    tokens, starts, judged = [], [], []
    for at, (_, form) in enumerate(texts):
        if mine := form.split():
            judged.append(at)
            starts.append(len(tokens))
            tokens += mine
    if not judged:
        return told
    sums = np.add.reduceat(_of_tokens().rows(tokens), starts)
    said = sums[:, : len(LANGUAGES)] / _TEMPER + _before(wanted)
    letters, cyrillic = sums[:, -2], sums[:, -1]
    said[cyrillic == 0, LANGUAGES.index("mk")] += _LATIN_MACEDONIAN
    shares = _shares(said)
    rows = zip(judged, shares.argmax(axis=1).tolist(), shares.max(axis=1).tolist(), letters.tolist(), strict=True)
    for row, (at, best, confidence, long) in enumerate(rows):
        if long < _FEWEST_LETTERS:
            continue
        language = LANGUAGES[best]
        if confidence < _DOUBT:
            language, confidence = _second_opinion(texts[at][0], said[row])
        told[at] = _answer(language, min(confidence, 0.99), texts[at][0], wanted)
    return told


@lru_cache(maxsize=1)
def _of_tokens() -> Remembered:
    """What the words of each token say together, then how many letters they have, and how many are Cyrillic."""
    return Remembered(len(LANGUAGES) + 2, _said_by_tokens)


def _said_by_tokens(tokens: list[str]) -> np.ndarray:
    made = np.zeros((len(tokens), len(LANGUAGES) + 2), np.float32)
    words = [_WORD.findall(token) for token in tokens]
    told = [at for at, mine in enumerate(words) if mine]
    if told:
        starts = np.cumsum([0, *(len(words[at]) for at in told[:-1])])
        made[told, :-2] = np.add.reduceat(evidence().rows([word for mine in words for word in mine]), starts)
    made[:, -2] = [sum(map(len, mine)) for mine in words]
    made[:, -1] = [len(_CYRILLIC.findall(token)) for token in tokens]
    return made


def _shares(said: np.ndarray) -> np.ndarray:
    likely = np.exp(said - said.max(axis=-1, keepdims=True))
    return likely / likely.sum(axis=-1, keepdims=True)


@lru_cache(maxsize=64)
def _before(wanted: tuple[str, ...]) -> np.ndarray:
    """What is likely before a word is read."""
    own = {"sr" if language in _SLAVIC else language for language in wanted}
    return np.array(
        [_OWN if language in own else 0.0 if language in _READ else _STRANGE for language in LANGUAGES], np.float32
    )


def _second_opinion(text: str, said: np.ndarray) -> tuple[str, float]:
    """The words' and the model's shares, multiplied."""
    ranked = _model(ADDRESS.sub(" ", text))
    model = np.array([ranked.get(language, 0.0) for language in LANGUAGES]) + 0.01
    shares = _shares(said + _SECOND_WEIGHT * np.log(model))
    best = int(shares.argmax())
    return LANGUAGES[best], float(shares[best])


def _answer(language: str, confidence: float, text: str, wanted: tuple[str, ...]) -> tuple[str, float]:
    if confidence < UNSURE or language not in _READ:
        return "und", confidence
    if language != "sr":
        return language, confidence
    listed = [one for one in _SLAVIC if one in wanted]
    if len(listed) == 1:
        return listed[0], confidence
    if _CYRILLIC.search(text):
        return "sr", confidence
    apart = _model(text, apart=True)
    guess = max(listed or ("sr",), key=lambda one: apart.get(one, 0.0))
    return guess, min(confidence, AT_MOST_AMONG_SLAVIC)


_lock = threading.Lock()


def _model(text: str, *, apart: bool = False) -> dict[str, float]:
    """Each language's share by the second model; bs, hr and sr together count as sr unless wanted apart."""
    found: dict[str, float] = {}
    for language, share in _identifier().rank(text):
        family = "sr" if language in _SLAVIC and not apart else language
        found[family] = found.get(family, 0.0) + float(share)
    return found


@lru_cache(maxsize=1)
def _identifier():
    """The model, loaded at the first doubtful text (0.4 s)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with _lock:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        identifier.set_languages(sorted({*LOOK_ALIKES, *OTHERS}))
    return identifier
