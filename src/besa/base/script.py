"""Which script a text is in, and Serbian from one script into the other.

Cyrillic is made from Latin by rule. Where n+j, l+j or d+ž are two sounds, the word stands in a list
of exceptions. What is not Serbian prose (addresses, handles, tags, placeholders, code, names that
are only ever written in Latin) is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from cyrtranslit.mapping import TRANSLIT_DICT

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_CYRILLIC_LETTERS = re.compile(r"[\u0400-\u04ff]+")
_LATIN_LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f]+")
#: With this share of letters in the other script, a text is mixed; less is a name or a hashtag.
MIXED_FROM = 0.2


def script_of(text: str | None) -> str:
    """`Latn`, `Cyrl`, `Mixed`, or "" where there is no letter of either. Addresses do not count."""
    if not text:
        return ""
    if not _CYRILLIC.search(text):
        return "Latn" if _LATIN_LETTERS.search(text) else ""
    bare = _ADDRESS.sub(" ", text) if "@" in text or "://" in text or "www." in text.lower() else text
    cyrillic = sum(map(len, _CYRILLIC_LETTERS.findall(bare)))
    latin = sum(map(len, _LATIN_LETTERS.findall(bare)))
    if not cyrillic and not latin:
        return ""
    if min(cyrillic, latin) >= MIXED_FROM * (cyrillic + latin):
        return "Mixed"
    return "Cyrl" if cyrillic > latin else "Latn"


def to_latin(text: str) -> str:
    """Serbian in Latin script; Љ Њ Џ become LJ NJ DŽ inside capitals, else Lj Nj Dž."""
    if not _CYRILLIC.search(text):
        return text
    return _CAPITAL_DIGRAPH.sub(_capital_digraph, text).translate(_TO_LATIN)


def to_cyrillic(text: str, keep: Collection[str] = frozenset()) -> str:
    """Serbian in Cyrillic. `keep`: further words or phrases that stay in Latin (names of parties, tools)."""
    pattern = _pattern_of(frozenset(keep))
    out, last = [], 0
    for found in pattern.finditer(text):
        out.append(_prose_to_cyrillic(text[last : found.start()]))
        out.append(found[0])
        last = found.end()
    out.append(_prose_to_cyrillic(text[last:]))
    return "".join(out)


#: Beginnings of words (after any prefix without the group) where the two letters are two sounds.
EXCEPTIONS = (
    "injekc", "injekt", "injurij", "konjug", "konjunk", "konjuk", "vanjezič", "panjezič", "tanjug",
    "nadživ", "nadžnj", "nadžet", "nadžup", "nadžbuk", "odžal", "odživ", "odžnj", "odžvak", "odžvrlj", "podžanr",
    "podžar", "podžbuk", "podžeg", "podžup", "podživ", "predžetv", "predživ", "predžup", "nadždrel", "odždrel",
)  # fmt: skip

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<![\w@])@[\w.]*\w", re.IGNORECASE)
#: Words that are written in Latin in Cyrillic texts as well.
_LATIN_ONLY = (
    "Facebook", "Instagram", "TikTok", "YouTube", "Telegram", "WhatsApp", "Viber", "Messenger", "Threads",
    "Bluesky", "Mastodon", "Twitter", "Meta", "Google", "CrowdTangle", "Zeeschuimer", "Meta Content Library",
    "Meta Ad Library", "Apify", "Junkipedia", "API", "Telegram Desktop",
    "Enter", "JavaScript", "TOML", "Excel", "Ctrl", "Alt", "Shift", "Chrome", "Chromium", "Firefox", "Edge", "Brave",
    "Android", "Safari", "RSS", "Atom", "gzip", "GZIP", "WARC", "WACZ", "WebP", "bookmarklet", "PIN", "HTTPS", "AUC",
    "CSV", "PDF", "DOCX", "XLSX", "HTML", "JSON", "NDJSON", "JSONL", "ZIP", "URL", "SHA", "PNG", "JPEG", "MP4",
    "GIF", "DDI", "UTF", "WebM", "Playwright",
    "Parquet", "DuckDB", "SQL", "SQLite", "PostgreSQL", "Debian", "Python", "Krippendorff", "Ed25519", "Markdown",
)  # fmt: skip
_PROTECTED = (
    r"`[^`\n]*`|<kbd>[^<]*</kbd>|\b(?:chrome://|about:)[\w/-]+",  # code, keys, browser pages
    r"\{%.*?%\}|\{\{.*?\}\}|\{[^{}\n]*\}",  # template tags and {placeholders}
    r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[a-zA-Z]\b",  # %(named)s, %d.%m.%Y
    r"\bbesa [a-z]+(?: (?:--)?[A-Za-z-]+(?:\.[a-z]+)?)*",  # commands
    r"</?[A-Za-z][^<>]*>|<!--.*?-->|&(?:#\d+|#x[0-9a-fA-F]+|\w+);",  # HTML
    r"(?<=\])\([^()\s]*(?:\s+\"[^\"]*\")?\)|(?<=\]):\s*\S+",  # Markdown link targets
    r"(?:https?://|www\.)[^\s<>\"')\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@])@[\w.]*\w",  # addresses, handles
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|eu|info|example|rs|al|mk|html|csv|json|pdf|toml|md|txt|py)\b(?:/\S*)?",
    r"\b(?:I{2,3}|IV|VI{2,3}|IX|X{1,3}(?:I{1,3}|IV|VI{0,3}|IX)|X{2,3})\b",  # Roman numerals (not VI: “you”)
    r"\b[A-Za-zČĆŠŽĐčćšžđ]*[qwxyQWXY]\w*",  # letters that Serbian does not have: a foreign word
    r"\b[A-Za-z]+[0-9][A-Za-z0-9]*\b",  # identifiers such as H1, SHA256
)
_patterns: dict[frozenset[str], re.Pattern] = {}


def _pattern_of(keep: frozenset[str]) -> re.Pattern:
    if keep not in _patterns:
        names = sorted({*_LATIN_ONLY, *keep} - {""}, key=len, reverse=True)
        named = r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)"
        _patterns[keep] = re.compile("|".join((*_PROTECTED, named)), re.DOTALL)
    return _patterns[keep]


_SR = TRANSLIT_DICT["sr"]
_TO_LATIN = {ord(cyrillic): latin for cyrillic, latin in _SR["tolatin"].items()}
_SINGLE = {ord(latin): cyrillic for latin, cyrillic in _SR["tocyrillic"].items() if len(latin) == 1}
#: One-character digraphs that some keyboards and old files hold.
_LIGATURES = str.maketrans(
    {"ǆ": "dž", "ǅ": "Dž", "Ǆ": "DŽ", "ǉ": "lj", "ǈ": "Lj", "Ǉ": "LJ", "ǌ": "nj", "ǋ": "Nj", "Ǌ": "NJ"}
)
_DIGRAPHS = {"nj": "њ", "lj": "љ", "dž": "џ"}
_DIGRAPH = re.compile(r"nj|N[jJ]|lj|L[jJ]|dž|D[žŽ]")
_WORD_WITH_DIGRAPH = re.compile(r"[^\W\d_]*(?:nj|N[jJ]|lj|L[jJ]|dž|D[žŽ])[^\W\d_]*")
_EXCEPTION = re.compile(rf"^(?:naj|ne|pre|pri|za|iz|do|po|pro|raz|u|sa|re)?(?:{'|'.join(EXCEPTIONS)})", re.IGNORECASE)
_CAPITAL_DIGRAPH = re.compile(r"[ЉЊЏ](?=[А-ЯЂЈЉЊЋЏ])|(?<=[А-ЯЂЈЉЊЋЏ])[ЉЊЏ](?![а-яђјљњћџ])")


def _capital_digraph(found: re.Match) -> str:
    return {"Љ": "LJ", "Њ": "NJ", "Џ": "DŽ"}[found[0]]


def _prose_to_cyrillic(text: str) -> str:
    return _WORD_WITH_DIGRAPH.sub(_word_to_cyrillic, text.translate(_LIGATURES)).translate(_SINGLE)


def _word_to_cyrillic(found: re.Match) -> str:
    """Digraphs become one letter; the first one of an exception stays two (nadžnjeti: d+ž, then one nj)."""
    word = found[0]
    if not _EXCEPTION.match(word):
        return _DIGRAPH.sub(_one_letter, word)
    first = _DIGRAPH.search(word).end()
    return word[:first] + _DIGRAPH.sub(_one_letter, word[first:])


def _one_letter(found: re.Match) -> str:
    letter = _DIGRAPHS[found[0].lower()]
    return letter.upper() if found[0][0].isupper() else letter
