"""What the editors of the demo write above their figures."""

from __future__ import annotations

from besa.base.script import to_cyrillic

_LEDE = {
    "sq": (
        "Java {week}. Pjesa më e madhe e asaj që lexuam ishte fushatë e zakonshme: ujë, autobusë, çerdhe. Shkeljet "
        "janë të pakta përballë asaj, por të rënda për ata që i pësojnë; gratë kandidate edhe këtë javë janë "
        "sulmuar për atë që janë e jo për atë që thonë.\n\nKritika e ashpër e punës është e lirë dhe e kemi shënuar "
        "si të tillë. Gjetjet që presin përgjigje numërohen pa emër dhe kalojnë te java e tyre në botimin e ardhshëm."
    ),
    "sr-Latn": (
        "Nedelja {week}. Najveći deo onoga što smo pročitali bila je obična kampanja: voda, autobusi, vrtići. "
        "Prekršaja je u odnosu na to malo, ali su teški za one koje pogađaju; kandidatkinje su i ove nedelje napadane "
        "zbog onoga što jesu, a ne zbog onoga što govore.\n\nOštra kritika rada slobodna je i tako smo je i "
        "zabeležili. Nalazi koji čekaju odgovor broje se bez imena i u sledećem izdanju prelaze u svoju nedelju."
    ),
    "en": (
        "Week {week}. Most of what we read was ordinary campaigning: water, buses, nurseries. Violations are few "
        "beside it, but heavy for those they hit; women candidates were again attacked for what they are and not "
        "for what they say.\n\nSharp criticism of work done is free, and we have marked it so. Findings that await "
        "a reply are counted without a name and move to their week in the next edition."
    ),
}


def of(week: str) -> dict[str, str]:
    """The editors' text for one week, by language."""
    texts = {language: text.format(week=week) for language, text in _LEDE.items()}
    return texts | {"sr-Cyrl": to_cyrillic(texts["sr-Latn"], keep={week})}
