"""Terms in texts: a sieve over all texts at once, then each place is looked at letter by letter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

import pyarrow as pa

from besa.base.text import ADDRESS, Folded, fold, folded, unrepeated
from besa.triage.detectors.lexicon import sieve
from besa.triage.detectors.lexicon.forms import Shape, family, runs, shape
from besa.triage.types import FOUND, Resources, TermSpec

#: A term of another language than the post's must have this many letters, and counts for less.
FOREIGN_LETTERS, FOREIGN_WEIGHT = 6, 0.7
#: Below this many letters double letters must stand as in the term (mall is not mal).
EXACT_BELOW = 5
_UNSURE = {"", "und", "rom"}
#: Signs by which a text may mean an l where it is read as i.
_FOR_L = re.compile(r"[1!|❗]")


@dataclass(frozen=True, eq=False)
class _Sought:
    spec: TermSpec
    shape: Shape

    @cached_property
    def counters(self) -> list[tuple[re.Pattern, bool]]:
        return [_counter(text, self.shape) for text in self.spec.counter_examples if folded(text).strip()]


class Lexicon:
    """All terms by their anchors; which terms a word may begin is remembered from word to word."""

    def __init__(self, terms: Iterable[TermSpec]):
        self.by_anchor: dict[str, list[_Sought]] = defaultdict(list)
        for spec in terms:
            if found := shape(spec.term, spec.match, spec.language):
                sought = _Sought(spec, found)
                for anchor in {sieve.anchor(anchor) for anchor in found.anchors}:
                    self.by_anchor[anchor].append(sought)
        self.anchors = list(self.by_anchor)
        self.lengths = sorted({len(anchor) for anchor in self.anchors})
        self._of_word: dict[str, list[_Sought]] = {}

    def sought(self, texts: Sequence[str | None]) -> dict[int, dict[_Sought, None]]:
        """Place of a text -> the terms that may be in it; texts without any are left out."""
        found: dict[int, dict[_Sought, None]] = defaultdict(dict)
        if self.anchors:
            for at, word in sieve.words(sieve.sieved(texts), self.anchors):
                found[at] |= dict.fromkeys(self._beginning(word))
        return dict(sorted(found.items()))

    def _beginning(self, word: str) -> list[_Sought]:
        if word not in self._of_word:
            if len(self._of_word) > 50_000:
                self._of_word.clear()
            starts = [f" {word}"[:length] for length in self.lengths if length <= len(word) + 1]
            self._of_word[word] = [sought for start in starts for sought in self.by_anchor.get(start, ())]
        return self._of_word[word]


@lru_cache(maxsize=4)
def lexicon(terms: tuple[TermSpec, ...]) -> Lexicon:
    return Lexicon(terms)


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post and concern, with all the places in the original text."""
    texts, titles, languages = (batch[name].to_pylist() for name in ("text", "title", "language"))
    found = lexicon(resources.terms)
    hits: dict[int, list[tuple]] = defaultdict(list)
    for at, sought in found.sought(texts).items():
        hits[at] += _hits(sought, texts[at], languages[at] or "und")
    titles = [None if title == text else title for title, text in zip(titles, texts, strict=True)]
    for at, sought in found.sought(titles).items() if any(titles) else ():
        hits[at] += [
            (spec, score, None, word) for spec, score, _, word in _hits(sought, titles[at], languages[at] or "und")
        ]
    rows: dict[str, list] = {name: [] for name in FOUND.names}
    places = []
    for at in sorted(hits):
        for (concern, clause), group in groupby(sorted(hits[at], key=_by_concern), key=_by_concern):
            told = {"concern": concern, "clause": clause} | _together(list(group))
            places.append(at)
            for name, value in told.items():
                rows[name].append(value)
    for name in ("post_key", "observation_id"):
        rows[name] = batch[name].take(pa.array(places, pa.int64())).combine_chunks()
    return pa.table(rows, schema=FOUND)


def _by_concern(hit: tuple) -> tuple[str, str]:
    return hit[0].concern, hit[0].clause


def _hits(sought: Iterable[_Sought], text: str, language: str) -> list[tuple]:
    """(term, score, (start, end) in the original, the word as written), each place and term once."""
    weighed = [(one, weight) for one in sought if (weight := _weight(one, language))]
    text_folded = folded(text) if weighed else ""
    candidates = [(one, match, weight) for one, weight in weighed for match in matches(one.shape.pattern, text_folded)]
    if not candidates:
        return []
    candidates.sort(key=lambda candidate: (candidate[1].start(), -candidate[1].end()))
    whole, addresses = fold(text), [place.span() for place in ADDRESS.finditer(text)]
    best: dict[tuple, tuple] = {}
    for one, match, weight in candidates:
        start, end = whole.span(match.start(), match.end())
        if any(first <= start < last for first, last in addresses):
            continue
        if not _as_written(one.shape, match, whole, text) or _countered(one, match, text_folded):
            continue
        key = (one.spec, start)
        if key not in best or end > best[key][2][1]:
            best[key] = (one.spec, one.spec.strength * weight, (start, end), text[start:end])
    return list(best.values())


def matches(pattern: re.Pattern, text: str) -> Iterable[re.Match]:
    """All matches that begin with a word, overlapping ones too."""
    match = pattern.search(text)
    while match:
        start = match.start()
        if not (start and text[start - 1].isalnum()):
            yield match
        match = pattern.search(text, start + 1)


def _weight(sought: _Sought, language: str) -> float:
    spec = sought.spec
    if language in _UNSURE or spec.language in _UNSURE or family(language) == family(spec.language):
        return 1.0
    return FOREIGN_WEIGHT if len(spec.term) >= FOREIGN_LETTERS else 0.0


def _as_written(shape: Shape, match: re.Match, whole: Folded, text: str) -> bool:
    """Not where a short word differs from the term in a double letter (three or more are for effect), nor where
    an i would have to be an l without a sign for it."""
    stem = shape.stem(match)
    if len(stem) >= EXACT_BELOW and stem not in shape.signed:
        return True
    start, end = whole.span(match.start(), match.start() + len(stem))
    if stem in shape.signed and not _FOR_L.search(text[start:end]):
        return False
    if len(stem) < EXACT_BELOW:
        for letter, written, meant in zip(stem, runs(unrepeated(text[start:end])), shape.stems[stem], strict=False):
            if written != meant and written < 3 and not (letter in "aeiouy" and written == 2):
                return False
    return True


def _counter(text: str, shape: Shape) -> tuple[re.Pattern, bool]:
    """What excuses a hit: the term as part of this wording, or this wording anywhere near it."""
    wording = folded(" ".join(text.split()))
    words = r"[\W_]{1,4}".join(map(re.escape, wording.split()))
    covers = next(matches(shape.pattern, wording), None) is not None
    return re.compile(rf"(?<![^\W_]){words}[^\W\d_]{{0,3}}(?![^\W_])"), covers


def _countered(sought: _Sought, match: re.Match, text_folded: str) -> bool:
    for pattern, covers in sought.counters:
        for excuse in pattern.finditer(text_folded):
            if not covers or (excuse.start() <= match.start() and match.end() <= excuse.end()):
                return True
    return False


def _together(hits: list[tuple]) -> dict:
    doubt = 1.0
    for _, score, _, _ in hits:
        doubt *= 1 - min(max(score, 0.0), 1.0)
    spans = sorted({span for _, _, span, _ in hits if span})
    words = list(dict.fromkeys(f"“{word}” (term “{spec.term}”, {spec.language})" for spec, _, _, word in hits))
    where = "in the title" if not spans else ""
    return {
        "score": round(1 - doubt, 4),
        "spans": [{"start": start, "end": end} for start, end in spans],
        "reason": " ".join(filter(None, ["says " + ", ".join(words[:5]), where])),
    }
