"""Invented posts for the benchmarks: Albanian, Serbian in both scripts, English; about thirty words each.

Everything is fictional. A fifth are short comments (the hard case for telling the language), one in
twenty says something the demo lexicon looks for, one in forty is a copy of an earlier text.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

#: First second of the demo election's pre-campaign; posts are spread over the eight weeks that follow.
FIRST = int(datetime(2027, 8, 30, tzinfo=UTC).timestamp())
SPAN = 57 * 86_400

SENTENCES = {
    "sq": (
        "Sot folëm me qytetarët për ujin, rrugët dhe shkollat e komunës sonë.",
        "Programi ynë ka dhjetë pika, buxhet të qartë dhe afate që mund t'i kontrolloni vetë.",
        "Ejani të gjithë nesër në sheshin kryesor, ora shtatë, me familjet tuaja!",
        "Kryetari premtoi kanalizimin para katër vitesh dhe ende nuk e kemi parë asnjë metër gyp.",
        "Faleminderit për mbështetjen, së bashku do ta kthejmë jetën në qytet.",
        "Mjekët e qendrës shëndetësore punojnë pa ilaçe e pa ngrohje, kjo nuk mund të vazhdojë kështu.",
        "A keni dëgjuar çka tha mbrëmë në debat për taksat e bizneseve të vogla?",
        "Të rinjtë po ikin se ketu nuk ka pune, e pushteti merret me foto e shirita.",
        "Ndertimet pa leje po i zene rruget, kurse inspektorati nuk del askund ne terren.",
        "Ne kerkojme transport publik per fshatrat, jo vetem per qendren e qytetit.",
    ),
    "sr": (
        "Danas smo razgovarali sa građanima o vodi, putevima i školama naše opštine.",
        "Program ima deset tačaka, jasan budžet i rokove koje svako može sam da proveri.",
        "Vidimo se sutra na glavnom trgu u sedam sati, povedite porodicu i prijatelje!",
        "Predsednik je pre četiri godine obećao kanalizaciju, a do danas nismo videli ni metar cevi.",
        "Hvala svima na podršci, zajedno vraćamo život u naš grad.",
        "Lekari u domu zdravlja rade bez lekova i bez grejanja, to više ne može ovako.",
        "Da li ste čuli šta je sinoć rekao u debati o porezu za male radnje?",
        "Mladi odlaze jer ovde nema posla, a vlast se slika i seče vrpce.",
        "Gradi se bez dozvole nasred ulice, a inspekcija nikako da izadje na teren.",
        "Trazimo javni prevoz za sela, a ne samo za centar grada.",
    ),
    "en": (
        "Today we spoke with citizens about water, roads and the schools of our municipality.",
        "Our programme has ten points, a clear budget and dates that you can check yourselves.",
        "Join us tomorrow at seven on the main square and bring your family along!",
        "Four years ago the mayor promised a sewer and we have not seen a single metre of pipe.",
        "Thank you all for your support, together we bring life back into town.",
        "Did you hear what he said last night in the debate about taxes for small shops?",
    ),
}
SHORT = (
    "Bravo!", "Suksese", "Respekt", "Rrofsh vëlla", "Me fat", "Krejt", "Hahaha", "Tako je", "Bravo majstore", "Sramota",
    "Turp", "Svaka čast", "Живели", "Срамота једна", "Vote!", "Well said", "👏👏👏", "Ska shanse", "Nema šanse",
    "Ti lumt goja",
)  # fmt: skip
PLANTED = {
    "sq": ("Ata janë tradhtarë dhe hajna.", "Ky është i d i o t, le të shporret.", "Votimi u shty për të mërkurën!"),
    "sr": ("Oni su izdajnici i lopovi.", "To je obična budala i idiot.", "Glasanje je odloženo za sredu!"),
    "en": ("They are traitors and thieves.", "What an idiot this candidate is.", "Voting was moved to Wednesday!"),
}
_TO_CYRILLIC = {
    "lj": "љ", "nj": "њ", "dž": "џ",
    **dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)),
}  # fmt: skip


def cyrillic(text: str) -> str:
    for latin, letter in _TO_CYRILLIC.items():
        text = text.replace(latin, letter).replace(latin.capitalize(), letter.upper())
    return text


def text(number: int, chance: random.Random) -> str:
    """One text of one to six sentences or, one time in five, a short comment."""
    if chance.random() < 0.2:
        return " ".join(chance.choices(SHORT, k=chance.randint(1, 3)))
    language = chance.choices(("sq", "sr", "en"), (60, 35, 5))[0]
    said = chance.choices(SENTENCES[language], k=chance.randint(1, 5))
    if chance.random() < 0.06:
        said.insert(chance.randrange(len(said) + 1), chance.choice(PLANTED[language]))
    whole = " ".join(said)
    if language == "sr" and chance.random() < 0.4:
        whole = cyrillic(whole)
    if chance.random() < 0.025:
        return whole
    tail = chance.choice(("", "🙏", "❤️🔥", f"https://lajme.example/{number}", f"@llogaria{number % 900}"))
    return f"{whole} {number % 7_919} {tail} #debati{number % 50}"


def line(number: int, chance: random.Random) -> str:
    """One line as Zeeschuimer writes it for TikTok."""
    account = chance.randrange(2_000)
    data = {
        "id": str(7_400_000_000_000_000_000 + number), "desc": text(number, chance),
        "createTime": FIRST + chance.randrange(SPAN),
        "author": {"id": str(6_800_000_000_000 + account), "uniqueId": f"llogaria{account}", "nickname": "Llogaria"},
        "authorStats": {"followerCount": 5_200, "videoCount": 40, "heartCount": 81_000, "diggCount": 310},
        "stats": {"diggCount": number % 999, "commentCount": 18, "shareCount": 7, "playCount": 15_000},
        "textExtra": [{"hashtagName": f"debati{number % 50}"}], "challenges": [{"title": "debati"}],
        "video": {"cover": "https://cdn.example/c.jpg", "duration": 31, "bitrate": [1, 2, 3], "ratio": "720p"},
        "music": {"id": "1", "title": "original", "authorName": "x"}, "isAd": False, "digged": False,
        "diversificationLabels": ["a", "b"], "duetEnabled": True, "stitchEnabled": True,
    }  # fmt: skip
    envelope = {
        "id": number, "nav_index": f"1:2:{number}", "item_id": data["id"], "timestamp_collected": 1_824_990_000_000,
        "source_platform": "tiktok.com", "source_platform_url": "https://www.tiktok.com/",
        "source_url": "https://www.tiktok.com/api/?device_id=1&msToken=2", "user_agent": "Mozilla/5.0", "data": data,
    }  # fmt: skip
    return json.dumps(envelope, ensure_ascii=False)


def lines(count: int, seed: int = 7) -> Iterator[str]:
    chance = random.Random(seed)
    return (line(number, chance) for number in range(count))


def write(path: Path, count: int, seed: int = 7) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(one + "\n" for one in lines(count, seed))
    return path
