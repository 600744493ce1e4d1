"""The PDF takes any text: what its font cannot draw is written out by name, never dropped in silence."""

from __future__ import annotations

import json

import typst

from besa.base.glyphs import _DRAWN, printable


def _compiles(text: str, folder) -> None:
    (folder / "a.json").write_text(json.dumps(text))
    (folder / "a.typ").write_text(
        '#set document(title: "x")\n#set text(font: "Libertinus Serif", lang: "en")\n#json("a.json")'
    )
    typst.compile(folder / "a.typ", root=folder, ignore_system_fonts=True, pdf_standards=["ua-1"])


def test_every_character_that_is_let_through_has_a_glyph(tmp_path):
    through = [chr(point) for point in range(0x20, 0x2300) if _DRAWN.match(chr(point))]
    _compiles(" ".join(through), tmp_path)


def test_emoji_and_other_scripts_are_named(tmp_path):
    shown = printable("Bravo 👏🏽 për të gjithë! 投票 \u202egjanë\u0000")
    assert shown == (
        "Bravo [clapping hands sign] për të gjithë! [cjk unified ideograph-6295][cjk unified ideograph-7968] gjanë"
    )
    _compiles(shown, tmp_path)


def test_albanian_and_both_serbian_scripts_pass_unchanged():
    text = "Çështje të reja: ë ç Ë. Đorđe, žena, čovek. Ђорђе, жена, човек, љубав, њива, џеп — „овако“ «kështu»"
    assert printable(text) == text
