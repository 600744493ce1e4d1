from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.text import fold, fold_all, folded, normal

TEXTS = st.text(
    alphabet=st.sampled_from(
        "aAbidiotnšŠđĐčćžëËçÇljnjабвђљњџшЖ 01348@$!.-_*\u200b\u00adé́ﬁßıİ🦅👏🏽🇦🇽⭕🅰️⃣\n\t'"
    ),
    max_size=40,
) | st.text(max_size=30)  # fmt: skip


@given(TEXTS)
def test_the_quick_fold_is_the_fold(text):
    assert folded(text) == fold(text).text


@given(TEXTS)
def test_spans_map_back_to_the_original(text):
    whole = fold(text)
    assert len(whole.firsts) == len(whole.lasts) == len(whole.text)
    before = 0
    for first, last in zip(whole.firsts, whole.lasts, strict=True):
        assert before <= first <= last < len(text)
        before = first
    for at, character in enumerate(whole.text):
        start, _ = whole.span(at, at + 1)
        if character.isascii() and character.isalpha() and text[start].isascii() and text[start].isalpha():
            assert text[start].lower() == character
    if whole.text:
        assert whole.span(0, len(whole.text)) == (whole.firsts[0], whole.lasts[-1] + 1)


WORDS = st.lists(st.text(alphabet="abdegijklmnoprstuvzëçšžčćđљњџђжшћч", min_size=4, max_size=9), min_size=1, max_size=4)
HIDDEN = st.sampled_from(["\u200b", "\u00ad", "\ufe0f", "\u200d"])


@given(
    WORDS, st.integers(0, 3), st.integers(0, 30), st.integers(1, 4), HIDDEN, st.sampled_from(["", "👏🏽", " ", "!🇦🇱"])
)
def test_a_disguised_word_is_found_at_its_place_and_the_text_stays(words, which, at, more, hidden, around):
    """Elongated and with something unseen inside: the span is the disguised word, no more and no less."""
    word = words[which % len(words)]
    at %= len(word)
    disguised = word[:at] + word[at] * more + hidden + word[at:]
    before = " ".join(words[: which % len(words)])
    text = f"{before} {around} {disguised} {around} end"
    kept = str(text)
    whole = fold(text)
    start = len(folded(f"{before} {around} x")) - 1
    assert whole.text[start:].startswith(folded(word))
    first, last = whole.span(start, start + len(folded(word)))
    assert text[first:last] == disguised and text == kept


@given(TEXTS)
def test_folding_twice_changes_no_letter_run(text):
    once = folded(text)
    assert not any(a == b and a.isalpha() for a, b in pairwise(once))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Shuuuum MIRË", "shum mire"), ("korrupsion", "korupsion"), ("i d i o t", "idiot"), ("i.d.i.o.t!", "idiot!"),
        ("i-d-1-o-t", "idiot"), ("ti je i d i o t", "ti je idiot"), ("k0rr@ps10n", "korapsion"), ("id10t", "idiot"),
        ("10 000 €", "10 000 €"), ("ђубре", "djubre"), ("Đubre", "djubre"), ("Љубав и Њива", "ljubav i njiva"),
        ("tra\u200bdh\u00adtar", "tradhtar"), ("Çka, ÇËSHTJE", "cka, ceshtje"), ("a b c", "a b c"), ("", ""),
        ("k€q, 10€", "keq, 10€"), ("🅸🅳🅸🅾🆃", "idiot"), ("ⓘⓓⓘⓞⓣ 𝓲𝓭𝓲𝓸𝓽 ｉｄｉｏｔ", "idiot idiot idiot"),
        ("idiοt, іdіоt", "idiot, idiot"),
        ("i_d_i_o_t i*d*i*o*t", "idiot idiot"), ("🅰️ shumë 🇦🇱", "a shume 🇦🇱"),
        ("ŠTA ĆE ĐAVO, šta će đavo", "sta ce djavo, sta ce djavo"),
        ("Шта ће ђаво", "sta ce djavo"), ("Bëje QKA t'dush", "beje qka t'dush"),
        ("Ora 1 e 10 min 5x5", "ora 1 e 10 min 5x5"),
        # emoji as letters, as what stands between letters, with skin tones and joiners, framed keys, flags
        ("id⭕t 🅱️udala 🆎", "idot budala ab"), ("i👏🏽d👏🏽i👏🏽o👏🏽t", "idiot"), ("b1️⃣d0️⃣t", "bidot"),
        ("🇮 🇩 🇮 🇴 🇹", "idiot"), ("🇮🇩🇮🇴🇹", "idiot"), ("Shqipëria🇦🇱🇽🇰", "shqiperia🇦🇱🇽🇰"), ("👨‍👩‍👧 po", "👨👩👧 po"),
        # signs at the edges of longer words; not in names, figures, mentions
        ("4rmik budall4 $krap", "armik budala skrap"),
        ("3D rtk1 @1diot COVID19 5000den", "3d rtk1 @1diot covid19 5000den"),
        # Cyrillic letters for their looks; else by their sounds
        ("рarazit, Сrook", "parazit, crok"), ("izdajниk", "izdajnik"),
    ],
)  # fmt: skip
def test_disguises(text, found):
    assert folded(text) == found == fold_all([text, None])[0]


def test_a_span_covers_what_was_written():
    text = "Ti je i.d.i.o.t! dhe tradhtaaaar"
    whole = fold(text)
    for word, written in (("idiot", "i.d.i.o.t"), ("tradhtar", "tradhtaaaar")):
        start = whole.text.index(word)
        first, last = whole.span(start, start + len(word))
        assert text[first:last] == written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  Nesër\n në  SHESH ", "nesër në shesh"), ("Shih https://a.example/x?y @ana.pl tani", "shih tani"),
        ("www.a.example", ""), (None, ""), ("ﬁ\u200bn", "fin"), ("ana@a.example", "ana@a.example"),
        ("ZEMËR E\u0308", "zemër ë"),
    ],
)  # fmt: skip
def test_normal(text, found):
    assert normal(text) == found


@given(TEXTS)
def test_normal_is_stable(text):
    assert normal(normal(text)) == normal(text)
