"""Languages: BCP 47 in files and on the command line, Django's codes inside, one mapping."""

from __future__ import annotations

from collections.abc import Mapping

#: BCP 47 tag -> Django's language code, in the order shown to users.
INTERFACE = {"sq": "sq", "sr-Latn": "sr-latn", "sr-Cyrl": "sr", "en": "en"}
NAMES = {"sq": "Shqip", "sr-Latn": "Srpski (latinica)", "sr-Cyrl": "Српски (ћирилица)", "en": "English"}
#: Languages in which a post may be written; `und` where nobody can tell.
POST = ("sq", "sr", "bs", "hr", "mk", "tr", "rom", "en", "und")


def django_code(tag: str) -> str:
    return INTERFACE[tag]


def tag_of(django_code: str) -> str:
    return next((tag for tag, code in INTERFACE.items() if code == django_code.lower()), "en")


def pick(texts: Mapping[str, str] | None, tag: str) -> str:
    """The text in this language; where it is missing, the nearest that people here can read."""
    if not texts:
        return ""
    for candidate in (tag, "sr-Latn" if tag == "sr-Cyrl" else tag, "en", *texts):
        if texts.get(candidate):
            return texts[candidate]
    return ""
