from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.script import script_of, to_cyrillic, to_latin

WORDS = st.text(alphabet="abcčćdđefghijklmnoprsštuvzž", min_size=1, max_size=14)
CYRILLIC = st.text(alphabet="абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ ,.!", max_size=30)
EXCEPTIONS = {
    "injekcija": "инјекција", "nadživeti": "надживети", "konjunktura": "конјунктура", "Tanjug": "Танјуг",
    "odžaliti": "оджалити", "nadžnjeti": "наджњети", "konjugacija": "конјугација", "podžanr": "поджанр",
    "NADŽIVETI": "НАДЖИВЕТИ", "konjunkturnije": "конјунктурније",
}  # fmt: skip


@given(WORDS, st.sampled_from([str.lower, str.capitalize, str.upper]))
def test_to_cyrillic_and_back(word, case):
    word = case(word)
    if word.upper() == word and len(word) < 5 and set(word.upper()) <= set("IVXL"):
        return  # Roman numerals stay as they are
    assert to_latin(to_cyrillic(word)) == word


@given(CYRILLIC)
def test_all_of_serbian_cyrillic_becomes_latin(text):
    assert script_of(to_latin(text)) in ("Latn", "")


@pytest.mark.parametrize(("latin", "cyrillic"), EXCEPTIONS.items())
def test_two_sounds_stay_two_letters(latin, cyrillic):
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin


def test_one_sound_is_one_letter_in_every_case():
    assert to_cyrillic("Njegova ljubav, DŽEP i Dževad, odžak, konj") == "Његова љубав, ЏЕП и Џевад, оџак, коњ"
    assert to_latin("ЊЕГОШ, Његош, Љ. Ђ., ДЖЕП ЏЕП") == "NJEGOŠ, Njegoš, Lj. Đ., DŽEP DŽEP"


@pytest.mark.parametrize(
    "kept",
    [
        "https://a.example/njeno?x=dž", "ana@njuz.example", "@ljilja.dz", '<a href="njegov.html" class="dž">',
        "{count}", "%(name)s", "{% translate %}", "{{ ime }}", "`besa import`", "XIV", "TikTok", "&nbsp;", "CSV",
        "SHA256", "%s",
    ],
)  # fmt: skip
def test_what_is_not_prose_stays(kept):
    assert to_cyrillic(f"vidi {kept} ovde") == f"види {kept} овде"


def test_markdown_links_keep_their_targets_and_names_their_letters():
    assert to_cyrillic("[ovde](njegov/spis.html)") == "[овде](njegov/spis.html)"
    assert to_cyrillic("Partija Lake i lake ribe", keep={"Lake"}) == "Партија Lake и лаке рибе"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("zdravo svima", "Latn"), ("здраво свима", "Cyrl"), ("123 !", ""), ("", ""), (None, ""),
        ("здраво свима https://a.example/very/long/address", "Cyrl"), ("Здраво свима на TikTok", "Mixed"),
        ("Сви на трг сутра у подне, доведите комшије! #Besa", "Cyrl"), ("zdravo здраво", "Mixed"),
    ],
)  # fmt: skip
def test_script_of(text, script):
    assert script_of(text) == script


def test_keys_commands_and_forms_of_dates_stay_latin():
    assert to_cyrillic("pritisnite Enter") == "притисните Enter"
    assert to_cyrillic("Proverite: besa verify FOLDER.") == "Проверите: besa verify FOLDER."
    assert to_cyrillic("na primer %d.%m.%Y %H:%M") == "на пример %d.%m.%Y %H:%M"
