"""`besa evaluate language`: how well languages are told on one's own labelled texts, by language and by script."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from besa.base.errors import BadInput
from besa.base.language import LOOK_ALIKES, USUAL, detect, load
from besa.base.script import script_of
from besa.triage.evaluation.labelled import TEXT, column, rows

_LABEL = ("language", "lang", "label", "gold", "class")
_NAMES = {
    "sqi": "sq", "alb": "sq", "albanian": "sq", "als": "sq", "srp": "sr", "serbian": "sr", "sh": "sr", "hbs": "sr",
    "cnr": "sr", "me": "sr", "bos": "bs", "bosnian": "bs", "hrv": "hr", "croatian": "hr", "mkd": "mk", "mac": "mk",
    "macedonian": "mk", "tur": "tr", "turkish": "tr", "eng": "en", "english": "en", "unsure": "und", "other": "und",
    "": "und",
}  # fmt: skip
_SLAVIC = frozenset({"sr", "bs", "hr"})
_SCRIPTS = {"Latn": "latin", "Cyrl": "cyrillic", "Mixed": "both", "": "none"}


def evaluate(path: Path, *, text: str = "", label: str = "", languages: Sequence[str] = ()) -> dict:
    """The figures of the command contract. `languages`: those of the election; without, those that the labels name
    and Besa reads, and Albanian, Serbian and English.

    `accuracy` counts bs, hr and sr as one language, `accuracy_apart` tells them apart. A language that Besa does
    not read is told rightly where the answer is `und`. `plain` is py3langid alone, in the same run.
    """
    found = rows(path)
    names = list(found[0][1])
    text_column, label_column = column(path, names, text, TEXT, "--text"), column(path, names, label, _LABEL, "--label")
    texts, labels = [], []
    for line, row in found:
        if not (row.get(label_column) or "").strip():
            raise BadInput(f"The column “{label_column}” is empty.", where=f"{path}:{line}")
        texts.append(row.get(text_column) or "")
        labels.append(row[label_column].strip())
    truth = [_code(one) for one in labels]
    read = tuple(languages) or tuple(dict.fromkeys([*USUAL, *(one for one in LOOK_ALIKES if one in truth)]))
    together = tuple(dict.fromkeys("sr" if one in _SLAVIC else one for one in read))
    load()  # what is loaded once is not counted
    began = time.perf_counter()
    told = [language for language, _ in detect(texts, together)]
    seconds = time.perf_counter() - began
    wanted = [_one(one) if one in LOOK_ALIKES else "und" for one in truth]
    right = [said == should for said, should in zip(told, wanted, strict=True)]
    document = {
        "n": len(texts),
        "accuracy": _share(sum(right), len(right)),
        "unsure": _share(told.count("und"), len(told)),
        "languages": list(read),
        "by_label": _by(labels, wanted, told),
        "by_script": _by([_SCRIPTS[script_of(one)] for one in texts], wanted, told),
        "texts_per_second": round(len(texts) / max(seconds, 1e-9)),
        "plain": _plain(texts, wanted, sorted({*LOOK_ALIKES, *(one for one in truth if len(one) == 2)})),
    }
    if len(_SLAVIC & {*truth}) > 1:
        apart = tuple(dict.fromkeys([*read, *(one for one in LOOK_ALIKES if one in truth)]))
        said = [language for language, _ in detect(texts, apart)]
        exact = [one if one in LOOK_ALIKES else "und" for one in truth]
        document["accuracy_apart"] = _share(sum(map(str.__eq__, said, exact)), len(said))
    return document


def _code(label: str) -> str:
    label = label.strip().lower().replace("_", "-").partition("-")[0]
    return _NAMES.get(label, label)


def _one(language: str) -> str:
    return "sr" if language in _SLAVIC else language


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _by(groups: Sequence[str], wanted: Sequence[str], told: Sequence[str]) -> dict[str, dict]:
    """Of each group: n, the share told rightly (which is the recall), the precision of that answer in the whole
    file, the share left unsure and what was said instead."""
    said, right = Counter(told), Counter(said for said, should in zip(told, wanted, strict=True) if said == should)
    places = defaultdict(list)
    for at, group in enumerate(groups):
        places[group].append(at)
    document = {}
    for group, mine in sorted(places.items()):
        good = sum(told[at] == wanted[at] for at in mine)
        answers = {wanted[at] for at in mine}
        document[group] = {
            "n": len(mine),
            "accuracy": _share(good, len(mine)),
            "recall": _share(good, len(mine)),
            "precision": _share(sum(right[one] for one in answers), sum(said[one] for one in answers)),
            "unsure": _share(sum(told[at] == "und" for at in mine), len(mine)),
            "instead": dict(Counter(told[at] for at in mine if told[at] != wanted[at]).most_common(5)),
        }
    return document


def _plain(texts: Sequence[str], wanted: Sequence[str], candidates: Sequence[str]) -> dict:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([one for one in candidates if one in set(identifier.labels)])
    began = time.perf_counter()
    told = [identifier.classify(one)[0] for one in texts]
    seconds = time.perf_counter() - began
    told = [_one(one) if one in LOOK_ALIKES else "und" for one in told]
    return {
        "accuracy": _share(sum(map(str.__eq__, told, wanted)), len(told)),
        "texts_per_second": round(len(texts) / max(seconds, 1e-9)),
    }


def human(document: dict, out) -> None:
    for title, part in (("By label", "by_label"), ("By script", "by_script")):
        out.table(
            title,
            ["", "n", "right", "precision", "unsure", "told instead"],
            [
                [
                    name or "–", row["n"], row["accuracy"], row["precision"], row["unsure"],
                    ", ".join(f"{language} {count}" for language, count in row["instead"].items()),
                ]
                for name, row in document[part].items()
            ],
        )  # fmt: skip
    apart = f", told apart {document['accuracy_apart']}" if "accuracy_apart" in document else ""
    out.say(
        f"{document['n']:,} texts: {document['accuracy']} right (bs, hr, sr as one{apart}),"
        f" {document['unsure']} unsure; {document['texts_per_second']:,} texts a second."
        f" py3langid alone: {document['plain']['accuracy']}, {document['plain']['texts_per_second']:,} texts a second."
    )
