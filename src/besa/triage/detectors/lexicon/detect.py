"""Aho-Corasick over folded texts; only texts with a hit are folded again, with offsets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import ahocorasick
import pyarrow as pa

from besa.base.text import ADDRESS, Folded, fold, fold_all, folded, unrepeated
from besa.triage.detectors.lexicon.forms import family, patterns
from besa.triage.types import FOUND, Resources, TermSpec

#: A term of another language than the post's must have this many letters, and counts for less.
FOREIGN_LETTERS, FOREIGN_WEIGHT = 6, 0.7
#: Below this many letters double letters must stand as in the term (mall is not mal).
EXACT_BELOW = 5
_UNSURE = {"", "und", "rom"}


@dataclass(frozen=True, eq=False)
class _Form:
    spec: TermSpec
    trigger: str
    pattern: re.Pattern
    runs: tuple[int, ...]
    counters: tuple[tuple[re.Pattern, bool], ...]


@lru_cache(maxsize=4)
def automaton(terms: tuple[TermSpec, ...]) -> ahocorasick.Automaton | None:
    """Every spelling and stem of every term, sought by its anchors; the value of an anchor is the list of forms."""
    by_anchor: dict[str, list[_Form]] = defaultdict(list)
    for spec in terms:
        runs = _runs(unrepeated(spec.term))
        found = patterns(spec.term, spec.match, spec.language)
        counters = tuple(_counter(text, found) for text in spec.counter_examples if folded(text).strip())
        for trigger, (pattern, anchors) in found.items():
            form = _Form(spec, trigger, pattern, runs, counters)
            for anchor in anchors:
                by_anchor[anchor].append(form)
    if not by_anchor:
        return None
    made = ahocorasick.Automaton()
    for anchor, forms in by_anchor.items():
        made.add_word(anchor, (len(anchor), forms))
    made.make_automaton()
    return made


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post and concern, with all the places in the original text."""
    found = automaton(resources.terms)
    rows: list[dict] = []
    if found is None or not batch.num_rows:
        return FOUND.empty_table()
    columns = [batch[name].to_pylist() for name in ("post_key", "observation_id", "text", "title", "language")]
    for post_key, observation_id, text, title, language, text_folded, title_folded in zip(
        *columns, fold_all(columns[2]), fold_all(columns[3]), strict=True
    ):
        hits = _hits(found, text, text_folded, language or "und") if text else []
        if title and title != text:
            hits += [(spec, score, None, word) for spec, score, _, word in _hits(
                found, title, title_folded, language or "und")]  # fmt: skip
        for (concern, clause), group in groupby(sorted(hits, key=_by_concern), key=_by_concern):
            rows.append(
                {"post_key": post_key, "observation_id": observation_id, "concern": concern, "clause": clause}
                | _together(list(group))
            )
    return pa.Table.from_pylist(rows, schema=FOUND)


def _by_concern(hit: tuple) -> tuple[str, str]:
    return hit[0].concern, hit[0].clause


def _hits(found: ahocorasick.Automaton, text: str, text_folded: str, language: str) -> list[tuple]:
    """(term, score, (start, end) in the original, the word as written), each place and term once."""
    anchored: dict[_Form, None] = {}
    for last, (letters, forms) in found.iter(text_folded):
        start = last - letters + 1
        if not (start and text_folded[start - 1].isalnum()):
            anchored |= dict.fromkeys(forms)
    candidates = []
    for form in anchored:
        if weight := _weight(form, language):
            candidates += [(form, match, weight) for match in _matches(form.pattern, text_folded)]
    if not candidates:
        return []
    candidates.sort(key=lambda candidate: (candidate[1].start(), -candidate[1].end()))
    whole, addresses = fold(text), [place.span() for place in ADDRESS.finditer(text)]
    best: dict[tuple, tuple] = {}
    for form, match, weight in candidates:
        start, end = whole.span(match.start(), match.end())
        if any(first <= start < last for first, last in addresses):
            continue
        if _doubles_differ(form, match, whole, text) or _countered(form, match, text_folded):
            continue
        key = (form.spec, start)
        if key not in best or end > best[key][2][1]:
            best[key] = (form.spec, form.spec.strength * weight, (start, end), text[start:end])
    return list(best.values())


def _matches(pattern: re.Pattern, text: str) -> Iterable[re.Match]:
    """All matches that begin with a word, overlapping ones too."""
    match = pattern.search(text)
    while match:
        start = match.start()
        if not (start and text[start - 1].isalnum()):
            yield match
        match = pattern.search(text, start + 1)


def _weight(form: _Form, language: str) -> float:
    if language in _UNSURE or form.spec.language in _UNSURE or family(language) == family(form.spec.language):
        return 1.0
    return FOREIGN_WEIGHT if len(form.spec.term) >= FOREIGN_LETTERS else 0.0


def _doubles_differ(form: _Form, match: re.Match, whole: Folded, text: str) -> bool:
    """Whether a short word differs from the term in a double letter (three or more are for effect)."""
    if len(form.trigger) >= EXACT_BELOW:
        return False
    start, end = whole.span(match.start(1), match.end(1))
    for letter, written, meant in zip(form.trigger, _runs(unrepeated(text[start:end])), form.runs, strict=False):
        if written != meant and written < 3 and not (letter in "aeiouy" and written == 2):
            return True
    return False


def _runs(text: str) -> tuple[int, ...]:
    return tuple(len(list(group)) for _, group in groupby(text))


def _counter(text: str, triggers: Iterable[str]) -> tuple[re.Pattern, bool]:
    """What excuses a hit: the term as part of this wording, or this wording anywhere near it."""
    wording = folded(" ".join(text.split()))
    words = r"[\W_]{1,4}".join(map(re.escape, wording.split()))
    return re.compile(rf"(?<![^\W_]){words}[^\W\d_]{{0,3}}(?![^\W_])"), any(trigger in wording for trigger in triggers)


def _countered(form: _Form, match: re.Match, text_folded: str) -> bool:
    for pattern, covers in form.counters:
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
