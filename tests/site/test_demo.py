"""The demonstration: its files, their truth, and the whole method on a small one."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import demo_home
from besa.base.text import normal
from besa.collect.rules.addresses import made_id
from besa.corpus import Corpus
from besa.site.demo import cast, corpus, files
from besa.site.demo.planting import PLAN
from processes import besa

#: Seeds differ, so that a test does not depend on one lucky draw.
SMALL = {"posts": 1500, "seed": 7}

MCL_FACEBOOK = (
    "activities, content_type, creation_time, id, is_branded_content, lang, link_attachment.caption, "
    "link_attachment.description, link_attachment.link, link_attachment.name, match_type, mcl_url, modified_time, "
    "multimedia, post_owner.type, post_owner.id, post_owner.name, post_owner.username, shared_post_id, "
    "statistics.angry_count, statistics.care_count, statistics.comment_count, statistics.haha_count, "
    "statistics.like_count, statistics.love_count, statistics.reaction_count, statistics.sad_count, "
    "statistics.share_count, statistics.views, statistics.views_date_last_refreshed, statistics.wow_count, "
    "surface.type, surface.id, surface.name, surface.username, text"
)
MCL_INSTAGRAM = (
    "content_type, creation_time, hashtags, id, is_branded_content, lang, match_type, mcl_url, modified_time, "
    "multimedia, post_owner.type, post_owner.id, post_owner.name, post_owner.username, statistics.comment_count, "
    "statistics.like_count, statistics.views, statistics.views_date_last_refreshed, text"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, corpus.Truth]:
    folder = tmp_path_factory.mktemp("demo-files")
    return folder, corpus.write(folder, **SMALL)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _header(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return ", ".join(next(csv.reader(file)))


def test_the_same_seed_gives_the_same_files_in_another_process(made, tmp_path):
    folder, _ = made
    code = (
        f"from pathlib import Path; from besa.site.demo import corpus; corpus.write(Path({str(tmp_path)!r}), **{SMALL})"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": "99"})
    assert _bytes(tmp_path) == _bytes(folder)


def test_another_seed_gives_other_files(made, tmp_path):
    folder, _ = made
    corpus.write(tmp_path, posts=SMALL["posts"], seed=8)
    ours, theirs = _bytes(folder), _bytes(tmp_path)
    assert all(ours[name] != theirs[name] for name in set(ours) & set(theirs) if name.endswith("_facebook.csv"))


def test_files_have_the_headers_of_the_tools(made):
    folder, _ = made
    facebook = sorted(folder.glob("*_meta-content-library_facebook.csv"))
    instagram = sorted(folder.glob("*_meta-content-library_instagram.csv"))
    # one more for Facebook: what was captured on polling day
    assert len(facebook) - 1 == len(instagram) == len(corpus.BATCHES)
    for path in facebook:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") and _header(path) == MCL_FACEBOOK
    for path in instagram:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") and _header(path) == MCL_INSTAGRAM


def test_crowdtangle_header_is_the_one_seen_in_the_field(made, samples):
    folder, _ = made
    seen = _header(samples / "formats-small" / "crowdtangle_facebook_header.csv")
    assert next(_header(path) for path in folder.glob("*_crowdtangle_*.csv")) == seen


def test_zeeschuimer_lines_carry_the_whole_envelope(made):
    folder, _ = made
    keys = {
        "id", "nav_index", "item_id", "timestamp_collected", "last_updated", "source_platform", "source_platform_url",
        "source_url", "user_agent", "data",
    }  # fmt: skip
    inner = {
        "tiktok.com": {"id", "desc", "createTime", "author", "authorStats", "stats"},
        "tiktok-comments": {"cid", "aweme_id", "reply_id", "text", "create_time", "digg_count", "user", "share_info"},
        "twitter.com": {"rest_id", "legacy", "core", "views"},
    }
    seen = set()
    for path in folder.glob("*_zeeschuimer_*.ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            seen.add(row["source_platform"])
            assert set(row) == keys
            assert inner[row["source_platform"]] <= set(row["data"])
    assert seen == set(inner)


def test_truth_matches_the_files(made):
    """Every planted post is in just one file, under the id that the truth names."""
    folder, truth = made
    found: Counter = Counter()
    for path in folder.iterdir():
        if path.name.endswith("_facebook.csv") or path.name.endswith("_instagram.csv"):
            platform = "instagram" if "instagram" in path.name else "facebook"
            with path.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    if "mcl_url" in row:
                        found[f"{platform}:mcl-{row['id']}"] += 1
                    else:
                        found["facebook:" + re.search(r"/posts/(\d+)", row["URL"])[1]] += 1
        elif path.name.endswith("_facebook-comments.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                found.update(f"facebook:{row['comment_id']}" for row in csv.DictReader(file))
        elif path.name.endswith("_meta-ad-library.json"):
            found.update(f"facebook:ad-{ad['id']}" for ad in json.loads(path.read_text(encoding="utf-8"))["data"])
        elif path.name.endswith("_portal-articles.ndjson"):
            lines = path.read_text(encoding="utf-8").splitlines()
            found.update(f"portal:{made_id(json.loads(line)['entry']['link'])}" for line in lines)
        elif path.suffix == ".ndjson":
            platform = "x" if path.stem.endswith("_x") else "tiktok"
            lines = path.read_text(encoding="utf-8").splitlines()
            found.update({f"{platform}:{json.loads(line)['item_id']}" for line in lines})
    assert set(truth.planted) <= set(found)
    assert set(found.values()) == {1}
    assert len(found) == truth.posts == sum(file["posts"] for file in truth.files)
    assert corpus.Truth.read(folder / "truth.json").counts() == truth.counts()
    assert set(truth.counts()) == {kind.category for kind in PLAN}


def test_about_as_many_posts_as_asked_for(made):
    assert abs(made[1].posts - SMALL["posts"]) < SMALL["posts"] * 0.05


def test_only_planted_copies_repeat_a_long_text(made):
    folder, truth = made
    texts: Counter = Counter()
    for path in folder.glob("*_meta-content-library_facebook.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts.update(
                normal(row["text"]) for row in csv.DictReader(file) if f"facebook:mcl-{row['id']}" not in truth.planted
            )
    assert [text for text, number in texts.items() if number > 1 and len(text) >= 40] == []


def test_no_address_of_the_pack_reaches_anybody():
    """RFC 2606: nothing sent by accident can arrive."""
    with (cast.pack() / "actors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    addresses = [row[column] for row in rows for column in ("email", "keeper_email") if row[column]]
    assert addresses and all(address.endswith(".example") for address in addresses)


def test_citizens_are_on_no_watch_list():
    people = cast.read()
    watched = {(account.platform, account.handle) for account in people.accounts}
    assert not watched & {(account.platform, account.handle) for account in people.citizens}


def test_mapping_names_columns_that_the_comments_have():
    named = re.findall(r'= "(\w+)"$', files.MAPPING.split("[fields]")[1], flags=re.MULTILINE)
    assert named and set(named) <= set(files.COMMENTS)


def test_a_demo_that_was_cut_off_went_on_to_the_end_and_a_second_run_changes_nothing(tmp_path_factory):
    """Every room by its own actions; killed once in the middle of the reading."""
    home = demo_home.copied(tmp_path_factory)
    first = demo_home.told(demo_home.made(tmp_path_factory))
    assert set(first) == {"home", "election", "posts", "docketed", "findings", "editions", "seconds"}
    assert first["election"] == "demo" and first["docketed"] > first["findings"] > 0
    assert len(first["editions"]) >= 2 and all((Path(path) / "manifest.json").is_file() for path in first["editions"])
    assert first["posts"] == json.loads((home / "demo-files" / "truth.json").read_text())["posts"]

    before = _state(home)
    second = _besa(home, *demo_home.WORDS)
    assert second.returncode == 0, second.stderr[-3000:]
    again = json.loads(second.stdout)
    assert {**again, "home": "", "seconds": 0} == {**first, "home": "", "seconds": 0}
    assert again["seconds"] < 30
    assert _state(home) == before

    ledger = _besa(home, "verify", "--ledger", "--json")
    assert json.loads(ledger.stdout)["problems"] == [] and ledger.returncode == 0
    edition = _besa(home, "verify", first["editions"][-1], "--json")
    assert json.loads(edition.stdout)["problems"] == [] and edition.returncode == 0

    other = _besa(home, "demo", "--no-serve", "--posts", "900")
    assert other.returncode == 1 and f"seed {demo_home.SEED}" in other.stderr


def test_every_page_of_triage_has_something_true_to_show(tmp_path_factory):
    home = demo_home.made(tmp_path_factory)
    posts = Corpus(home / "corpus")
    rows = posts.rows("SELECT detector, count(DISTINCT post_key) AS n FROM signals GROUP BY 1", {})
    found = {row["detector"]: row["n"] for row in rows}
    assert found["coordination"] >= 17 and found["spikes"] and found["claims"] + found["new_claims"] == 3
    assert found["ads"] >= 2 and found["library"] == 3 and found["legal"] == 3
    base = sqlite3.connect(f"file:{home / 'casework.sqlite3'}?mode=ro", uri=True)
    ended = dict(base.execute("select rule, outcome from triage_clock where rule <> 'false-voting-information'"))
    assert ended["polling-day-campaigning"] == "complained" and ended["ads-on-polling-day"] == "lapsed"
    assert base.execute("select count(*) from triage_clock where closed_at is null").fetchone()[0]
    scripts = base.execute("select count(*) from triage_family where accounts = 3 and members like '%facebook:mcl-%'")
    assert scripts.fetchone()[0] and base.execute("select count(*) from triage_budget").fetchone()[0]
    base.close()


def _besa(home: Path, *words: str):
    return besa(home, *words, sqlite=True)


def _state(home: Path) -> dict:
    """What a second run must leave alone: rows, ledger, corpus, editions, files."""
    query = _besa(home, "query", "select count(*) n, max(observation_id) last from observations", "--json")
    base = sqlite3.connect(f"file:{home / 'casework.sqlite3'}?mode=ro", uri=True)
    tables = [name for (name,) in base.execute("select name from sqlite_master where type = 'table' order by name")]
    rows = {name: base.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}
    head = base.execute("select seq, hash from ledger_entry order by seq desc limit 1").fetchone()
    base.close()
    editions = sorted(path.relative_to(home).as_posix() for path in (home / "editions").rglob("*"))
    return {"rows": rows, "head": head, "corpus": query.stdout, "editions": editions}
