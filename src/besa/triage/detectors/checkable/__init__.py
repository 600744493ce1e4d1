"""Sentences with a figure that could be checked: a weak pointer for fact-checkers, never more.

A sentence counts where it has a number and at least three of these: something grew, fell, was spent, built or counted;
it is more or less than something else; a per cent sign or a large unit; a stretch of time to compare with; a source
that is named. What is promised for the future cannot be checked, what is asked is not said, comments of citizens are
left alone. So few posts are touched that they do not flood the docket, and the score stays at or below 0.3: with the
weight of a falsehood (0.6) such a post ranks below nearly every post on which another detector speaks, and takes a
place only where these leave one.
"""

from __future__ import annotations

import re

import polars as pl
import pyarrow as pa

from besa.base.text import folded
from besa.triage.detectors.claims.alike import sentences
from besa.triage.types import FOUND, Resources

MOST = 0.3
_LEAST, _STEP, _CUES = 0.1, 0.05, 3
_KINDS = frozenset({"comment", "reply", "message", "ad"})
#: A look that decides for nearly all posts: without a figure there is nothing to check.
_FIGURE = r"\d|dyfish|dvostru|двостру|doubled|halved|përgjysm|prepolov|преполов"
_WORTH = re.compile(_FIGURE, re.IGNORECASE)
_NUMBER = re.compile(r"\d|dyfish|dvostru|doubl|halv|pergjysm|prepolov")
_LARGE = re.compile(r"%|per ?qind|odsto|posto|procen|per ?cent|\bmil(?:ion|ijard|iard)|\bmije\b|hiljad|thousand|bilion")
_COUNTED = re.compile(
    r"(?<![^\W_])(?:rit\w*|ul(?:ur|et|i)\b|shpenz|harxh|ndertua|ndertuam|investua|investuam|punes|papunes|kushto|humb|"
    r"statistik|buxhet|eksport|import|porast|povec|smanj|potros|ulozi|ulozen|izgradi|zaposl|nezaposl|kosta|izgub|"
    r"statisti|budzet|izvoz|uvoz|opao|opad|increas|decreas|rose|fel\b|grew|drop|spent|spend|built|invest|cost|unemploy|"
    r"employ|budget|export|doubl|halv|dyfish|dvostru|pergjysm|prepolov)"
)  # fmt: skip
_COMPARED = re.compile(
    r"(?<![^\W_])(?:me (?:shume|pak|i madh|e madhe|i larte|e larte|i ulet|e ulet)|krahas|here me|vise|manje|"
    r"naj[a-z]{4,}|puta|upored|u odnosu|more than|les than|fewer|compared|than any|the most|highest|lowest|"
    r"largest|worst|times)"
)  # fmt: skip
_SAID = re.compile(
    r"(?<![^\W_])(?:tha\b|thote|deklaro|sipas|rekao|rekla|izjavi|kaze|kazu|prema podacima|said|says|acording|claims)"
)
_SINCE = re.compile(
    r"(?<![\w])(?:(?:19|20)\d\d(?!\w)|vjet|viti\w*|muaj\w*|godin\w*|mesec\w*|lani|lane|since|years?|months?|qe nga|"
    r"last (?:year|month|election))"
)
#: The future, and what is wished: nobody can check it yet.
_PROMISED = re.compile(
    r"(?<![^\W_])(?:do te\b|do t'|synojm|premtoj|zotohe|planifik|"
    r"(?:cu|ces|ce|cemo|cete|necemo|nece)\b|\w{3,}(?:cemo|cete)\b|obecav|planira|"
    r"wil\b|shal\b|going to|pledge|promis|plan to|aim to)"
)


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """At most one signal for each post: its sentence with the most cues."""
    if not batch.num_rows:
        return FOUND.empty_table()
    worth = pl.from_arrow(batch["text_normal"].combine_chunks()).str.contains(_FIGURE).fill_null(False)
    clause = resources.clauses.get("falsehood", "")
    rows = []
    columns = [batch[name].to_pylist() for name in ("post_key", "observation_id", "kind", "text")]
    for post_key, observation_id, kind, text in (
        each for each, look in zip(zip(*columns, strict=True), worth.to_list(), strict=True) if look
    ):
        if kind in _KINDS or not text:
            continue
        found = max(((_cues(text[start:end]), -start, end) for start, end in sentences(text)), default=(0,))
        if not found[0]:
            continue
        rows.append(
            {
                "post_key": post_key, "observation_id": observation_id,
                "concern": "falsehood", "clause": clause, "score": round(min(MOST, _LEAST + _STEP * found[0]), 2),
                "spans": [{"start": -found[1], "end": found[2]}], "reason": "states a figure that can be checked",
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=FOUND)


def _cues(sentence: str) -> int:
    """How much in the sentence can be checked; 0 where nothing can."""
    if sentence.rstrip().endswith("?"):
        return 0
    if not _WORTH.search(sentence):
        return 0
    plain = folded(sentence)
    if not _NUMBER.search(plain) or _PROMISED.search(plain):
        return 0
    found = [bool(pattern.search(plain)) for pattern in (_COUNTED, _COMPARED, _LARGE, _SINCE, _SAID)]
    return sum(found) if any(found[:2]) and sum(found) >= _CUES else 0


EXAMPLES = (
    {"text": "Papunësia u ul për 20 përqind në katër vjet.", "concerns": ["falsehood"]},
    {"text": "Papunësia u ul për 20 përqind.", "concerns": []},
    {"text": "Општина је потрошила 3 милиона више него лане.", "concerns": ["falsehood"]},
    {"text": "Mirë se erdhët. According to the report, crime doubled since 2023.", "concerns": ["falsehood"],
     "says": ["According to the report, crime doubled since 2023."]},
    {"text": "Do të ndërtojmë 20 kilometra rrugë dhe punësojmë 300 të rinj.", "concerns": []},
    {"text": "Izgradićemo, i to ćemo završiti, 20 škola.", "concerns": []},
    {"text": "Unemployment rose by 20 percent since 2023?", "concerns": []},
    {"text": "Takimi është në orën 19:00 më 12 tetor.", "concerns": []},
    {"text": "Papunësia u ul për 20 përqind në katër vjet.", "kind": "comment", "concerns": []},
)  # fmt: skip
