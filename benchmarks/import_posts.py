"""How many posts a second go in: `python benchmarks/import_posts.py [POSTS]`.

Writes invented Zeeschuimer TikTok posts to a file, imports it into a fresh home, and, in the same
run, reads the same file with nothing but orjson, so that the two can be compared on any machine.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

WORDS = """
sonte debati në komunë për rrugët ujin shkollat kandidatët partia votuesit faleminderit
вечерас дебата у општини о путевима вода школе кандидати странка бирачи хвала
večeras debata u opštini o putevima voda škole kandidati stranka birači hvala
""".split()  # noqa: SIM905 - words are read best as words


def line(number: int, chance: random.Random) -> str:
    text = " ".join(chance.choices(WORDS, k=chance.randint(5, 40))) + f" #debati{number % 50}"
    account = number % 900
    data = {
        "id": str(7_400_000_000_000_000_000 + number), "desc": text, "createTime": 1_820_900_000 + number,
        "author": {"id": str(6_800_000_000_000 + account), "uniqueId": f"llogaria{account}", "nickname": "Llogaria"},
        "authorStats": {"followerCount": 5_200, "videoCount": 40},
        "stats": {"diggCount": number % 999, "commentCount": 18, "shareCount": 7, "playCount": 15_000},
        "textExtra": [{"hashtagName": f"debati{number % 50}"}], "challenges": [{"title": "debati"}],
        "video": {"cover": "https://cdn.example/c.jpg", "duration": 31, "bitrate": [1, 2, 3]},
        "music": {"id": "1", "title": "original", "authorName": "x"}, "isAd": False, "digged": False,
        "diversificationLabels": ["a", "b"], "duetEnabled": True, "stitchEnabled": True,
    }  # fmt: skip
    envelope = {
        "id": number, "nav_index": f"1:2:{number}", "item_id": data["id"], "timestamp_collected": 1_820_990_000_000,
        "source_platform": "tiktok.com", "source_platform_url": "https://www.tiktok.com/",
        "source_url": "https://www.tiktok.com/api/?device_id=1&msToken=2", "user_agent": "Mozilla/5.0", "data": data,
    }  # fmt: skip
    return json.dumps(envelope, ensure_ascii=False)


def main(posts: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="besa-bench-"))
    os.environ["BESA_HOME"] = str(home)
    from besa.site.start import start

    start()
    import orjson

    from besa.base import clock
    from besa.collect.actions import import_file
    from besa.ledger.chain import record
    from besa.people.queries import local_operator
    from besa.pledge.models import Election

    election = Election(slug="bench", names={"en": "Bench"}, timezone="UTC", languages=["en"], post_languages=["sq"])
    from django.db import transaction

    with transaction.atomic():
        election.save()
        record(by=local_operator(), act="bench.election", rows=[election], at=clock.now())
    path = home / "posts.ndjson"
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as out:
        out.writelines(line(number, chance) + "\n" for number in range(posts))
    print(f"{posts:,} posts, {path.stat().st_size >> 20} MB, home {home}")

    started = time.perf_counter()
    with path.open("rb") as file:
        read = sum(1 for row in file if orjson.loads(row)["data"])
    plain = time.perf_counter() - started
    started = time.perf_counter()
    row = import_file(by=local_operator(), election=election, path=path)
    took = time.perf_counter() - started
    started = time.perf_counter()
    again = import_file(by=local_operator(), election=election, path=path)
    second = time.perf_counter() - started
    if not (row["mapped"] == read == posts and again["duplicate"] == posts):
        raise SystemExit(f"wrong counts: {row} {again}")
    print(f"orjson alone   {plain:6.1f} s  {posts / plain:10,.0f} posts/s")
    print(f"import         {took:6.1f} s  {posts / took:10,.0f} posts/s  ({took / plain:.1f} times orjson alone)")
    print(f"import again   {second:6.1f} s  {posts / second:10,.0f} posts/s  (all duplicates)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
