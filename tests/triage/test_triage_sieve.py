"""The sieve lets nothing fall: what is found with it is what is found by looking for every term in every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from besa.base.text import folded
from besa.triage.detectors.lexicon import sieve
from besa.triage.detectors.lexicon.detect import _hits, lexicon
from besa.triage.types import TermSpec

TERMS = (
    TermSpec("sq", "tradhtar", "stem", "hate"),
    TermSpec("sq", "ndyrë", "word", "hate"),
    TermSpec("sq", "s'janë njerëz", "phrase", "hate"),
    TermSpec("sr", "đubre", "stem", "hate"),
    TermSpec("sr", "njuškalo", "word", "hate"),
    TermSpec("sr", "budala", "stem", "hate"),
    TermSpec("en", "idiot", "word", "hate"),
    TermSpec("en", "sell-out", "phrase", "hate"),
    TermSpec("", "ελα", "word", "hate"),
)
SOUGHT = lexicon(TERMS)
EVERY = dict.fromkeys(one for found in SOUGHT.by_anchor.values() for one in found)
PARTS = [
    "tradhtar", "ndyrë", "nyr", "đubre", "ђубре", "njuškalo", "њушкало", "idiot", "s'janë", "sjan", "njerëz",
    "sell-out",
    "ελα", "budala", "buda1a", "iдiot", "рas", "đđđubre", "djdjubre", "🇮🇩🇮🇴🇹", "i d i o t", "i🐍d🐍i🐍o🐍t", "1diot",
    "id1ot",
    "idi\u200bot", "tr4dht@r", "ﬃ", "ﷺ", "ЋЋ", "🅱udala", "b1️⃣dala", "@idiot", "idiot!", "!", ".", " ", "  ", "_", "\0",
    "\n", "x", "l", "1", "a", "d", "đ", "\ud800", "٢٢", "Ђ\u200bЂ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=8).map("".join)


@given(st.lists(TEXTS | st.none(), min_size=1, max_size=6))
def test_nothing_falls_through(texts):
    every = {at: found for at, text in enumerate(texts) if text and (found := _hits(EVERY, text, "und"))}
    found = {at: hits for at, sought in SOUGHT.sought(texts).items() if (hits := _hits(sought, texts[at], "und"))}
    assert {at: sorted(hits, key=str) for at, hits in found.items()} == {
        at: sorted(hits, key=str) for at, hits in every.items()
    }


@given(TEXTS)
def test_the_words_of_the_sieve_are_the_words_of_the_fold(text):
    """Where all is ASCII, letter by letter."""
    plain = folded(text)
    if plain.isascii():
        words = "".join(piece if piece.isalnum() else " " for piece in plain).split()
        told = {
            word
            for _, word in sieve.words(
                sieve.sieved([text]), [" " + letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
            )
        }
        assert set(words) <= told


def test_texts_keep_their_places():
    texts = [None, "", "idiot", "x" * 3000 + " i d i o t", "ok\0idiot", "budala"] * 50
    found = SOUGHT.sought(texts)
    assert list(found) == [at for at in range(300) if at % 6 >= 2]
    assert SOUGHT.sought([]) == {}
