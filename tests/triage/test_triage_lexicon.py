"""What the lexicon sees through, and what it must leave alone."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.script import to_cyrillic
from besa.triage.detectors.lexicon import detect
from besa.triage.types import Resources, TermSpec

TERMS = (
    TermSpec("sq", "tradhtar", "stem", "hate", "", 0.6),
    TermSpec("sq", "kurvë", "stem", "gendered_abuse", "", 0.8),
    TermSpec("sq", "armik", "stem", "hate", "", 0.5),
    TermSpec("sq", "çnjerëzor", "stem", "hate", "", 0.5),
    TermSpec("sq", "mal", "word", "falsehood", "", 0.5),
    TermSpec("sq", "racë e poshtër", "phrase", "hate", "", 0.9),
    TermSpec("sq", "hajn", "stem", "harassment", "", 0.5, ("hajnat hynë në dyqan",)),
    TermSpec("sr", "izdajnik", "stem", "hate", "", 0.6, ("roman o izdajniku",)),
    TermSpec("sr", "budala", "stem", "harassment", "", 0.5),
    TermSpec("sr", "đubre", "stem", "hate", "", 0.7),
    TermSpec("sr", "štetočina", "stem", "hate", "", 0.7),
    TermSpec("sr", "glasanje je odloženo", "phrase", "false_voting", "", 0.9),
    TermSpec("en", "idiot", "stem", "harassment", "", 0.6),
)
#: As the standard writes them; Gheg and chats write them otherwise.
STANDARD = tuple(
    TermSpec("sq", term, match, "hate", "", 0.6)
    for term, match in (
        ("gjarpërinj", "stem"), ("gënjeshtar", "stem"), ("çmendur", "stem"), ("mbret", "word"), ("punuar", "word"),
        ("qenërisht", "word"), ("dashuri e blerë", "phrase"), ("s'kanë vend këtu", "phrase"),
        ("nuk janë si ne", "phrase"),
        ("për të vrarë", "phrase"), ("për të punuar", "phrase"), ("është turp", "phrase"), ("zëri i djallit", "phrase"),
        ("një grua", "phrase"), ("mësuesi ynë", "phrase"), ("shumë keq", "phrase"), ("budallai", "word"),
    )
)  # fmt: skip
RESOURCES = Resources(terms=TERMS + STANDARD)


def seen(text: str, language: str = "und") -> list[str]:
    """What is marked in the text."""
    batch = pa.table(
        {"post_key": ["x:1"], "observation_id": ["o"], "text": [text], "title": pa.array([None], pa.string()),
         "language": [language]}
    )  # fmt: skip
    rows = detect(batch, RESOURCES, 1).to_pylist()
    return [text[span["start"] : span["end"]] for row in rows for span in row["spans"]]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        # endings
        ("tradhtari", "sq", "tradhtari"), ("TRADHTARËVE!", "sq", "TRADHTARËVE"), ("këto kurva", "sq", "kurva"),
        ("kurvave", "sq", "kurvave"), ("armiqtë e popullit", "sq", "armiqtë"), ("izdajnici", "sr", "izdajnici"),
        ("izdajniče!", "sr", "izdajniče"), ("budalo jedna", "sr", "budalo"), ("budalama", "sr", "budalama"),
        # dropped diacritics
        ("kurve", "sq", "kurve"), ("kurv", "sq", "kurv"), ("cnjerezor", "sq", "cnjerezor"), ("djubre", "sr", "djubre"),
        ("dubre", "sr", "dubre"), ("stetocine", "sr", "stetocine"), ("shtetochine", "sr", "shtetochine"),
        ("race e poshter", "sq", "race e poshter"), ("racë   e\nposhtëra", "sq", "racë   e\nposhtëra"),
        # the other script
        ("издајницима", "sr", "издајницима"), ("ЂУБРЕ", "sr", "ЂУБРЕ"), ("штеточине", "sr", "штеточине"),
        ("гласање је одложено", "sr", "гласање је одложено"),
        # disguises
        ("trrraadhtaaaar", "sq", "trrraadhtaaaar"), ("tr4dht@r", "sq", "tr4dht@r"), ("1d1ot id1ot", "en", "id1ot"),
        ("i d i o t", "en", "i d i o t"), ("i.d.i.o.t.", "en", "i.d.i.o.t"), ("i_d_i_o_t", "en", "i_d_i_o_t"),
        ("i\u200bd\u200biot", "en", "i\u200bd\u200biot"), ("#izdajnici", "sr", "izdajnici"),
        ("budalla", "sr", "budalla"),
        ("“Idiot”", "en", "Idiot"), ("maaaal", "sq", "maaaal"),
        # dialect: Gheg, as it is written in chats
        ("gjarpnij gjarpninjtë", "sq", "gjarpninjtë"), ("xharprinj", "sq", "xharprinj"),
        ("gnjeshtarat", "sq", "gnjeshtarat"),
        ("qmendur", "sq", "qmendur"), ("mret", "sq", "mret"), ("punue", "sq", "punue"),
        ("PUNU", "sq", "PUNU"), ("dashni e bler", "sq", "dashni e bler"),
        ("skan ven ktu", "sq", "skan ven ktu"), ("s’kon vend ktu", "sq", "s’kon vend ktu"),
        ("s'jan si ne", "sq", "s'jan si ne"), ("me vra", "sq", "me vra"), ("me  vrâ!", "sq", "me  vrâ"),
        ("për t vrarë", "sq", "për t vrarë"), ("me punu", "sq", "me punu"), ("âsht turp", "sq", "âsht turp"),
        ("asht turp", "sq", "asht turp"), ("osht turp", "sq", "osht turp"), ("zani i djallit", "sq", "zani i djallit"),
        ("nji grue", "sq", "nji grue"), ("msuesi ynë", "sq", "msuesi ynë"), ("shum keq", "sq", "shum keq"),
        # a figure or sign for l; an i without one is no l
        ("buda1a", "sr", "buda1a"), ("budallai", "sq", "budallai"),
        # emoji as letters and between letters
        ("🅱️udala", "sr", "🅱️udala"), ("i👏🏽d👏🏽i👏🏽o👏🏽t", "en", "i👏🏽d👏🏽i👏🏽o👏🏽t"),
        ("idi⭕t", "en", "idi⭕t"),
        # another language than the post's, long enough to be sure
        ("Ti si tradhtar", "sr", "tradhtar"),
    ],
)  # fmt: skip
def test_seen_through(text, language, found):
    assert found in seen(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mall dhe punë", "sq"), ("malësi", "sq"), ("normal", "sq"), ("kurrë më", "sq"), ("kurs", "sq"),
        ("pretradhtar", "sq"), ("Hajnat hynë në dyqan mbrëmë", "sq"), ("Napisao je roman o izdajniku.", "sr"),
        ("https://a.example/idiot", "en"), ("shih @tradhtar1", "sq"), ("glasanje nije odloženo", "sr"),
        ("race te tjera e poshte", "sq"), ("i d e a", "en"), ("", "sq"),
        ("me vrapue", "sq"), ("me punë", "sq"), ("një gur", "sq"), ("budaia", "sr"), ("kanë vend këtu", "sq"),
        ("Zëri i popullit", "sq"),
    ],
)  # fmt: skip
def test_left_alone(text, language):
    assert seen(text, language) == []


def test_a_counter_example_excuses_its_own_place_only():
    assert seen("Roman o izdajniku, kažu izdajnici", "sr") == ["izdajnici"]


def test_a_short_foreign_term_is_not_sought_in_other_languages():
    assert seen("mal", "sr") == [] and seen("mal", "sq") == ["mal"]


@given(
    st.sampled_from(["izdajnik", "budala", "đubre", "štetočina"]), st.sampled_from([str.lower, str.upper, str.title])
)
def test_both_scripts_alike(word, case):
    assert seen(case(word), "sr") == [case(word)]
    assert seen(to_cyrillic(case(word)), "sr") == [to_cyrillic(case(word))]


@given(
    st.text(alphabet="ëç dhe\n!🦅́", max_size=12),
    st.integers(0, 7),
    st.integers(0, 4),
    st.sampled_from(["\u200b", "\u00ad"]),
)
def test_disguised_words_are_found_where_they_stand(before, at, more, unseen):
    word = "tradhtar"
    disguised = word[: at + 1] + word[at] * (more + 1) * (more > 0) + unseen + word[at + 1 :]
    text = f"{before} {disguised} te ne"
    assert [found.replace(unseen, "") if unseen else found for found in seen(text, "sq")] == [
        disguised.replace(unseen, "")
    ]
