"""The language of a text, quickly: letters and function words decide most, a model the rest.

Texts without their diacritics count as the language they are in. What is too short or too unsure,
or in a language that nobody here reads, is `und`: better a shown gap than a wrong queue.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache, lru_cache

from besa.base.text import ADDRESS

#: What posts of the region are mistaken for; always among the candidates.
LOOK_ALIKES = ("sq", "sr", "bs", "hr", "mk", "tr", "en")
#: Languages that are met but not read here: recognised, so that they are not taken for one of ours.
OTHERS = ("de", "fr", "it", "es", "ru", "bg", "sl")
#: Below this confidence of the model nobody can tell; in texts of few letters it must be surer.
UNSURE = 0.45
UNSURE_SHORT = 0.6
SHORT = 12

#: Where an election does not say in which languages its posts are written.
USUAL = ("sq", "sr", "en")

_SLAVIC = ("sr", "bs", "hr")
_WORDS = {
    "sq": "dhe të një nje për per është eshte nuk që kjo janë jane por ose edhe këtë kete nga prej pse shumë shume "
          "ndaj sepse kur gjithë gjithe duhet mund kemi kanë kane tyre tij saj pra në më së asht osht qysh krejt çka "
          "cka qka tash nji ju jeni jam kam ata këta keta atë ate tonë tone jonë jone jetë sot nesër neser vetëm vetem "
          "mos asnjë asnje çdo cdo ku ndër si ti unë une duke nëse nese ishte ishin deri gjatë gjate qytetarët kete "
          "këto keto tek ka mirë mire faleminderit komuna zgjedhje zgjedhjet",
    "sr": "je su koji koja koje što sto nije nisu ali ili smo ste biti će ce sam kao već vec od iz kako ovo ovaj ova "
          "samo bi jer zato treba naš nas vas njih ima nema može moze da za li svi sve bez kod kad kada gde "
          "gdje ovde ovdje tako ljudi ne neće nece bilo bio bila hvala dobro izbori izbora opštine opstine kroz pre "
          "prije posle nakon dok čak cak mi vi oni moj moja tvoj njegov protiv zbog",
    "tr": "bir ve bu için icin değil degil çok cok ile olarak gibi daha var yok olan kadar sonra ben biz onlar mi mu "
          "ama her şey sey nasıl nasil neden ise oldu olur seçim secim teşekkürler",
    "en": "the and of is are to in that for with this not you have was will we they it be from as at by an or but "
          "has his her our your who what their he she been were there would can all about",
}  # fmt: skip
_CYRILLIC_WORDS = {
    "mk": "во со не ќе дека ги го ја тоа оваа овој сум беше според нив сите оти кај бидат биде уште тие тој таа ние "
          "вие кои кој е би било била биле еден една при меѓу како",
    "sr": "је су у са да сте ли ће који која које није нису али као смо сам би јер сте овај ово они ми ви ипак већ "
          "него све зато због када где овде људи бити нас вас хвала избори општине",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_MACEDONIAN = re.compile(r"[ѓќѕЃЌЅ]")
_SERBIAN = re.compile(r"[ђћЂЋ]")
_SHARED_YUGOSLAV = re.compile(r"[јљњџЈЉЊЏ]")
_OTHER_CYRILLIC = re.compile(r"[ыэъщйюяёіїєЫЭЪЩЙЮЯЁІЇЄ]")


def detect(texts: Sequence[str | None], languages: Sequence[str] = USUAL) -> list[tuple[str, float]]:
    """(language, confidence 0..1) for each text. `languages`: the election's post languages.

    Where it lists `sr` and neither `bs` nor `hr`, those two count as Serbian (nobody tells them
    apart in a sentence). `und` with the confidence of the best guess where nobody can tell.
    """
    wanted = tuple(languages)
    known: dict[str, tuple[str, float]] = {}
    out = []
    for text in texts:
        found = known.get(text or "")
        if found is None:
            found = known[text or ""] = _one(text or "", wanted)
        out.append(found)
    return out


def _one(text: str, wanted: tuple[str, ...]) -> tuple[str, float]:
    bare = ADDRESS.sub(" ", text) if "@" in text or "://" in text or "www." in text else text
    words = _WORD.findall(bare.lower())
    letters = sum(map(len, words))
    if letters < 3:
        return "und", 0.0
    if not bare.isascii() and _CYRILLIC.search(bare) and len(_CYRILLIC.findall(bare)) * 2 > letters:
        return _cyrillic(bare, words, wanted)
    votes = _votes(words)
    best = max(votes, key=votes.__getitem__)
    most = votes.pop(best)
    next_most = max(votes.values())
    plain = most >= 3 and most >= 3 * next_most and most >= 0.12 * len(words)
    if plain and (best != "sr" or _one_slavic(wanted)):
        return _slavic(best, wanted), min(0.99, 0.8 + 0.03 * most)
    guess, confidence = _model(bare, _candidates(wanted))
    floor = UNSURE_SHORT if letters < SHORT else UNSURE
    if _family(guess) == best and most > next_most:
        return _slavic(guess, wanted), max(confidence, 0.7)
    if most > next_most and (most - next_most >= 2 or confidence < 0.75):
        # function words against the model: an Albanian text without ë and ç looks like nothing to it
        return _slavic(best, wanted), 0.6
    if confidence < floor or guess in OTHERS:
        return "und", confidence
    return _slavic(guess, wanted), confidence


def _cyrillic(text: str, words: list[str], wanted: tuple[str, ...]) -> tuple[str, float]:
    if _OTHER_CYRILLIC.search(text) and not _SHARED_YUGOSLAV.search(text):
        return "und", 0.5
    macedonian, serbian = len(_MACEDONIAN.findall(text)), len(_SERBIAN.findall(text))
    if macedonian != serbian:
        return ("mk" if macedonian > serbian else _slavic("sr", wanted)), 0.97
    tables = _tables()[1]
    mk, sr = (sum(word in tables[language] for word in words) for language in ("mk", "sr"))
    if mk != sr:
        return ("mk" if mk > sr else _slavic("sr", wanted)), 0.9
    guess, confidence = _model(text, ("mk", "sr"))
    if confidence >= UNSURE_SHORT:
        return _slavic(guess, wanted), confidence
    return (_slavic("sr", wanted), confidence) if "mk" not in wanted and "sr" in wanted else ("und", confidence)


def _votes(words: list[str]) -> dict[str, int]:
    table = _tables()[0]
    votes = {"sq": 0, "sr": 0, "tr": 0, "en": 0}
    for languages in [table[word] for word in words if word in table]:
        for language in languages:
            votes[language] += 1
    return votes


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], dict[str, frozenset[str]]]:
    by_word: dict[str, tuple[str, ...]] = {}
    for language, listed in _WORDS.items():
        for word in set(listed.split()):
            by_word[word] = (*by_word.get(word, ()), language)
    return by_word, {language: frozenset(listed.split()) for language, listed in _CYRILLIC_WORDS.items()}


@lru_cache(maxsize=64)
def _one_slavic(wanted: tuple[str, ...]) -> bool:
    return sum(language in wanted for language in _SLAVIC) <= 1


@lru_cache(maxsize=256)
def _slavic(language: str, wanted: tuple[str, ...]) -> str:
    """The one of sr, bs, hr that the election lists, where it lists one only (sr where none)."""
    if language not in _SLAVIC or not _one_slavic(wanted):
        return language
    return next((listed for listed in _SLAVIC if listed in wanted), "sr")


def _family(language: str) -> str:
    return "sr" if language in _SLAVIC else language


@lru_cache(maxsize=64)
def _candidates(wanted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*LOOK_ALIKES, *OTHERS, *wanted}))


_lock = threading.Lock()


def _model(text: str, candidates: tuple[str, ...]) -> tuple[str, float]:
    """The best family of languages with its whole probability: bs, hr and sr share theirs."""
    ranked = _identifier(candidates).rank(text)
    language, confidence = ranked[0]
    if language in _SLAVIC:
        confidence = sum(share for other, share in ranked if other in _SLAVIC)
    return language, float(confidence)


@lru_cache(maxsize=8)
def _identifier(candidates: tuple[str, ...]):
    """The model, loaded at the first doubtful text (0.4 s), one narrowed copy per set of candidates."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    with _lock:
        identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        identifier.set_languages([code for code in candidates if code in set(identifier.labels)])
    return identifier
