"""Invented posts for the benchmarks: Albanian, Serbian in both scripts, English; about thirty words each.

Everything is fictional. A fifth are short comments (the hard case for telling the language), one in
twenty says something the demo lexicon looks for, one in forty is a copy of an earlier text.
"""

from __future__ import annotations

import csv
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


def full_line(number: int, chance: random.Random) -> str:
    """The same with all that TikTok's own record carries: about 8 kB, most of it addresses of one video's copies."""
    record = json.loads(line(number, chance))
    data = record["data"]
    mark = f"{number:012x}"
    address = (
        f"https://v16-webapp.video.example/{mark}/66f0a1b2/video/tos/useast2a/tos-useast2a-ve-0068c001/o{mark}EfQDBeA/"
        "?a=1988&bti=ODszNWYuMDE6&ch=0&cr=3&dr=0&lr=all&cd=0%7C0%7C0%7C&cv=1&br=2486&bt=1243&cs=0&ds=6&ft=4fUEKMzm8Zmo0"
        f"&mime_type=video_mp4&qs=0&rc=NTU3ZmQ6Zjg0ZTRpaTg5NkBpM2{mark}&btag=e00088000&expire=1825000000&l=2027{mark}"
    )
    picture = (
        f"https://p16-sign.pictures.example/tos-useast2a-avt-0068/{mark}~tplv-dy-resize-origin-image.jpeg?x-expires=1"
    )
    data["video"] |= {
        "id": data["id"], "height": 1024, "width": 576, "dynamicCover": picture, "originCover": picture,
        "playAddr": address, "downloadAddr": address, "shareCover": ["", picture], "reflowCover": picture,
        "codecType": "h264", "definition": "540p", "format": "mp4", "videoQuality": "normal", "encodedType": "normal",
        "bitrateInfo": [
            {
                "GearName": f"adapt_lower_{height}_1", "Bitrate": 1_243_000 // step, "QualityType": 20 + step,
                "PlayAddr": {
                    "DataSize": "4821773", "Uri": f"v12044gd0000{mark}", "UrlKey": f"v12044_h264_{height}p_{mark}",
                    "UrlList": [address, address.replace("v16", "v19"), f"https://www.tiktok.com/aweme/{mark}"],
                },
                "CodecType": "h264",
            }
            for step, height in enumerate((720, 540, 480), 1)
        ],
        "zoomCover": {str(width): f"{picture}&w={width}" for width in (240, 480, 720, 960)},
        "subtitleInfos": [],
    }  # fmt: skip
    data["author"] |= {
        "secUid": f"MS4wLjABAAAA{mark * 4}", "signature": "Llogari e shpikur për matje", "verified": False,
        "avatarLarger": picture, "avatarMedium": picture, "avatarThumb": picture, "privateAccount": False,
        "commentSetting": 0, "duetSetting": 0, "stitchSetting": 0, "openFavorite": False, "secret": False, "ftc": False,
    }  # fmt: skip
    data["music"] |= {"playUrl": address, "coverLarge": picture, "coverMedium": picture, "coverThumb": picture}
    data["textExtra"] = [
        {
            "awemeId": "", "start": 10 * n, "end": 10 * n + 8, "hashtagName": f"debati{(number + n) % 50}", "type": 1,
            "hashtagId": str(7_000 + n), "isCommerce": False, "secUid": "", "subType": 0, "userId": "",
        }
        for n in range(3)
    ]  # fmt: skip
    return json.dumps(record, ensure_ascii=False)


MCL_HEADER = (
    "activities,content_type,creation_time,id,is_branded_content,lang,link_attachment.caption,"
    "link_attachment.description,link_attachment.link,link_attachment.name,match_type,mcl_url,modified_time,multimedia,"
    "post_owner.type,post_owner.id,post_owner.name,post_owner.username,shared_post_id,statistics.angry_count,"
    "statistics.care_count,statistics.comment_count,statistics.haha_count,statistics.like_count,statistics.love_count,"
    "statistics.sad_count,statistics.share_count,statistics.views,statistics.views_date_last_refreshed,"
    "statistics.wow_count,surface.type,surface.id,surface.name,surface.username,text"
)


def mcl_row(number: int, chance: random.Random) -> list[str]:
    """One row of a Meta Content Library download for Facebook."""
    account = chance.randrange(2_000)
    at = datetime.fromtimestamp(FIRST + chance.randrange(SPAN), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    counts = [str(chance.randrange(400)) for _ in range(9)]
    owner = ["page", str(61_550_000_000_000 + account), f"Faqja {account}", f"faqja{account}"]
    link = f"https://lajme.example/{number}"
    return [
        "", "posts", at, str(900_000_000_000 + number), "false", "", "lajme.example", "", link, "Lajme", "",
        f"https://www.facebook.com/transparency-tools/content-library/?id={number}", at, "", *owner, "", *counts,
        at, "3", owner[0], owner[1], owner[2], owner[3], text(number, chance),
    ]  # fmt: skip


def lines(count: int, seed: int = 7, one=line) -> Iterator[str]:
    chance = random.Random(seed)
    return (one(number, chance) for number in range(count))


def write(path: Path, count: int, seed: int = 7, one=line) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(text + "\n" for text in lines(count, seed, one))
    return path


def write_mcl(path: Path, count: int, seed: int = 7) -> Path:
    """A Meta Content Library download, as its CSV comes: with a byte order mark."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(MCL_HEADER.split(","))
        writer.writerows(mcl_row(number, chance) for number in range(count))
    return path
