from __future__ import annotations

import pytest

from besa.base.language import detect

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
