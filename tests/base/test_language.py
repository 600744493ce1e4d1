from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.language import AT_MOST_AMONG_SLAVIC, detect, parts
from besa.base.script import to_latin
from hard_texts import BARE_SERBIAN, CHAT_ALBANIAN, MIXED

WANTED = ("sq", "sr", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sot folëm me qytetarët për ujin dhe rrugët e komunës sonë.", "sq"),
        ("Sot folem me qytetaret per ujin dhe rruget e komunes sone.", "sq"),
        ("Qysh jeni, tash krejt po dalim me votu", "sq"),
        ("Danas smo razgovarali sa građanima o vodi i putevima.", "sr"),
        ("Danas smo razgovarali sa gradjanima o vodi i putevima.", "sr"),
        ("Данас смо разговарали са грађанима о води и путевима.", "sr"),
        ("Денес разговаравме со граѓаните за водата и патиштата.", "mk"),
        ("Today we spoke with the citizens about water and roads.", "en"),
        ("Bugün vatandaşlarla su ve yollar hakkında konuştuk.", "tr"),
        ("Heute haben wir mit den Bürgern über Wasser und Straßen gesprochen.", "und"),
        ("Сегодня мы говорили с гражданами о воде и дорогах, это было важно.", "und"),
        ("", "und"), (None, "und"), ("🦅🦅🦅", "und"), ("https://a.example/x", "und"), ("ok", "und"),
        ("2027!!!", "und"),
    ],
)  # fmt: skip
def test_languages_of_the_region(text, language):
    found, confidence = detect([text], WANTED)[0]
    assert found == language and 0 <= confidence <= 1


def test_bosnian_and_croatian_count_as_serbian_only_where_they_are_not_listed():
    text = "Tko je htio glasovati u općini, trebao je priopćiti svoju adresu tijekom siječnja i veljače."
    assert detect([text], ("sq", "sr"))[0][0] == "sr"
    assert detect([text], ("sq", "sr", "hr"))[0][0] == "hr"
    assert detect([text], ("sq", "bs"))[0][0] == "bs"


@pytest.mark.parametrize(("language", "least"), [("sq", 0.97), ("sr", 0.95), ("bs", 0.95), ("hr", 0.95), ("mk", 0.95),
                                                 ("tr", 0.95), ("en", 0.98)])  # fmt: skip
def test_real_sentences(samples, language, least):
    lines = (samples / "langid" / f"{language}.sentences.txt").read_text(encoding="utf-8").split("\n")
    texts = [line for line in lines if line.strip()]
    wanted = "sr" if language in ("bs", "hr") else language
    right = sum(found == wanted for found, _ in detect(texts, ("sq", "sr", "en", "tr", "mk")))
    assert right / len(texts) >= least


def told(texts, languages=("sq", "sr", "en", "tr", "mk")):
    return [language for language, _ in detect(texts, languages)]


@pytest.mark.parametrize(("texts", "language"), [(CHAT_ALBANIAN, "sq"), (BARE_SERBIAN, "sr")])
def test_texts_as_they_are_typed(texts, language):
    wrong = [text for text in texts if told([text]) != [language]]
    assert len(wrong) / len(texts) <= 0.05, wrong


def test_serbian_is_uncertain_where_the_election_does_not_say_which():
    text = "Danas smo razgovarali sa ljudima o vodi i putevima."
    assert detect([text], ("sq", "sr"))[0][1] > 0.9
    for languages in (("sq", "sr", "bs"), ("sq", "en"), ("sr", "hr", "bs")):
        language, confidence = detect([text], languages)[0]
        assert language in ("sr", "bs", "hr") and confidence <= AT_MOST_AMONG_SLAVIC


def test_what_stands_before_or_after_in_the_batch_changes_nothing():
    texts = [*CHAT_ALBANIAN, "", None, *BARE_SERBIAN, "ok", "🦅", CHAT_ALBANIAN[0]]
    assert detect(texts) == [detect([text])[0] for text in texts]


@pytest.mark.parametrize(("text", "languages"), MIXED)
def test_parts_of_a_mixed_post(text, languages):
    found = parts(text, ("sq", "sr", "en", "tr"))
    assert [part.language for part in found] == languages
    assert found[0].start == 0 and text[found[-1].end :].strip(".! ") == ""


PIECES = st.lists(
    st.sampled_from([*CHAT_ALBANIAN, *BARE_SERBIAN, "https://a.example/x", "@ana", "🦅", "e\u0308", ". "])
)


@given(st.text(max_size=60) | PIECES.map(" ".join))
def test_parts_lie_in_the_text_one_after_another(text):
    last = 0
    for part in parts(text):
        assert last <= part.start < part.end <= len(text) and part.language
        last = part.end


def cut(lines, rng, bare):
    """Three to seven words of each sentence, as in a comment."""
    for line in lines:
        words = line.split()
        begin = rng.randint(0, max(0, len(words) - 5))
        text = " ".join(words[begin : begin + rng.randint(3, 7)])
        if bare:
            text = unicodedata.normalize("NFKD", text.replace("đ", "dj")).encode("ascii", "ignore").decode().lower()
        yield text


@pytest.mark.parametrize(("language", "least"), [("sq", 0.95), ("bs", 0.95), ("hr", 0.95), ("tr", 0.96), ("en", 0.98)])
def test_cut_and_bare_sentences_that_nothing_was_fitted_to(samples, language, least):
    lines = (samples / "langid" / f"{language}.sentences.txt").read_text(encoding="utf-8").split("\n")
    held_out = [line for line in lines if line.strip()][1::2]
    texts = list(cut(held_out, random.Random(1), bare=True))
    wanted = "sr" if language in ("bs", "hr") else language
    assert told(texts).count(wanted) / len(texts) >= least


def test_serbian_in_latin_script(samples):
    lines = (samples / "langid" / "sr.sentences.txt").read_text(encoding="utf-8").split("\n")
    texts = [to_latin(line) for line in lines if line.strip()]
    assert told(texts).count("sr") / len(texts) >= 0.985
