from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.text import fold, fold_all, folded, normal

TEXTS = st.text(
    alphabet=st.sampled_from("aAbidiotnšŠđĐčćžëËçÇljnjабвђљњџшЖ 0134@$!.-_*\u200b\u00adé́ﬁßıİ🦅\n\t'"), max_size=40
) | st.text(max_size=30)  # fmt: skip


@given(TEXTS)
def test_the_quick_fold_is_the_fold(text):
    assert folded(text) == fold(text).text


@given(TEXTS)
def test_spans_map_back_to_the_original(text):
    whole = fold(text)
    assert len(whole.offsets) == len(whole.text)
    last = 0
    for start, end in whole.offsets:
        assert 0 <= start < end <= len(text) and start >= last
        last = start
    for at, character in enumerate(whole.text):
        start, end = whole.span(at, at + 1)
        if character.isascii() and character.isalpha() and text[start].isascii() and text[start].isalpha():
            assert text[start].lower() == character
    if whole.text:
        assert whole.span(0, len(whole.text)) == (whole.offsets[0][0], whole.offsets[-1][1])


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
