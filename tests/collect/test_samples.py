"""Other people's real files: the right connector without a hint, or refused by name; nothing lost, no crash."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from besa.base.errors import BadInput, UnknownFormat
from besa.base.home import Home
from besa.collect.actions.importing import connector_for
from besa.collect.actions.opening import source_of
from besa.collect.actions.reading import rows
from besa.collect.rules.columns import Columns
from besa.corpus import Corpus
from besa.corpus.schema import OBSERVATIONS
from besa.site.cli import main

FOLDERS = ("x-twarc", "youtube-api", "aggie-fixtures", "formats-small", "warc-wacz")
#: file: connector, rows read, posts mapped, rows left out. Every file of the folders that is not here is refused.
KNOWN = {
    "aggie-fixtures/ct-1.json": ("crowdtangle", 2, 2, {}),
    "formats-small/crowdtangle_facebook_header.csv": ("crowdtangle", 0, 0, {}),
    "formats-small/crowdtangle_facebook_partial_rows.csv": ("crowdtangle", 5, 5, {}),
    "formats-small/google_political_ads_advertiser_stats_head.csv": ("google_ads", 13, 0, {"advertiser_total": 13}),
    "formats-small/meta_ads_archive_api_2019.json": ("meta_ad_library", 1, 1, {}),
    "formats-small/telegram_result_fixture.json": ("telegram_desktop", 3, 3, {}),
    "warc-wacz/example-collection.warc": ("web_archive", 4, 1, {"no_page": 3}),
    "warc-wacz/example-resource.warc.gz": ("web_archive", 3, 1, {"no_page": 2}),
    "warc-wacz/valid_example_1.wacz": ("web_archive", 4, 1, {"no_page": 3}),
    "x-twarc/brexit.jsonl": ("x_api", 100, 100, {}),
    "x-twarc/cashtags.jsonl": ("x_api", 1, 1, {}),
    "x-twarc/flat.jsonl": ("x_api", 100, 100, {}),
    "x-twarc/geo_tweets.jsonl": ("x_api", 2, 2, {}),
    "x-twarc/many_urls.jsonl": ("x_api", 1, 1, {}),
    "x-twarc/media_tweet.jsonl": ("x_api", 1, 1, {}),
    "x-twarc/mentions_tweet.jsonl": ("x_api", 1, 1, {}),
    "x-twarc/noflat.jsonl": ("x_api", 101, 100, {"error_row": 1}),
    "x-twarc/two_tweets.jsonl": ("x_api", 1, 1, {}),
    "x-twarc/tweets_compliance.jsonl": ("x_api", 2, 0, {"deleted": 2}),
    "x-twarc/users_compliance.jsonl": ("x_api", 2, 0, {"deleted": 2}),
    "youtube-api/comment_threads/comment_thread_single.json": ("youtube", 1, 1, {}),
    "youtube-api/comment_threads/comment_threads_multi.json": ("youtube", 2, 2, {}),
    "youtube-api/comments/comments_by_parent_paged_1.json": ("youtube", 2, 2, {}),
    "youtube-api/comments/comments_by_parent_paged_2.json": ("youtube", 1, 1, {}),
    "youtube-api/comments/comments_multi.json": ("youtube", 2, 2, {}),
    "youtube-api/comments/comments_single.json": ("youtube", 1, 1, {}),
    "youtube-api/comments/insert_response.json": ("youtube", 1, 1, {}),
    "youtube-api/videos/insert_response.json": ("youtube", 1, 1, {}),
    "youtube-api/videos/videos_chart_paged_1.json": ("youtube", 5, 5, {}),
    "youtube-api/videos/videos_chart_paged_2.json": ("youtube", 3, 3, {}),
    "youtube-api/videos/videos_info_multi.json": ("youtube", 2, 2, {}),
    "youtube-api/videos/videos_info_single.json": ("youtube", 1, 1, {}),
    "youtube-api/videos/videos_myrating_paged_1.json": ("youtube", 2, 2, {}),
    "youtube-api/videos/videos_myrating_paged_2.json": ("youtube", 1, 1, {}),
}


def read(path):
    """Connector, counts and posts of a file, as an import would have them."""
    source = source_of(path)
    columns = Columns(connector_for(source), {})
    posts = pa.Table.from_batches(list(columns.batches(rows(source))), OBSERVATIONS).to_pylist()
    return columns.connector.name, columns.counts, posts


def test_every_sample_is_read_by_the_right_connector_or_refused_by_name(samples):
    for folder in FOLDERS:
        for path in sorted(file for file in (samples / folder).rglob("*") if file.is_file()):
            name = path.relative_to(samples).as_posix()
            if name in KNOWN:
                connector, counts, posts = read(path)
                assert (connector, counts.read, len(posts), counts.skipped) == KNOWN[name], name
                assert counts.unmapped_keys == {} or connector == "crowdtangle", (name, counts.unmapped_keys)
                continue
            with pytest.raises(BadInput) as raised:
                read(path)
            assert raised.value.exit_code == 2 and path.name in str(raised.value) and raised.value.remedy, name
            if path.stat().st_size:
                assert isinstance(raised.value, UnknownFormat), (name, raised.value)


@pytest.mark.django_db
def test_besa_import_of_every_sample_as_typed(samples, home, election, capsys):
    """One command for all: each file's row by the contract, every other file named on the error stream, exit 2."""
    files = [path for folder in FOLDERS for path in sorted((samples / folder).rglob("*")) if path.is_file()]
    code = main(["import", *map(str, files), "--json"])
    said = capsys.readouterr()
    done = iter(json.loads(said.out))
    assert code == 2 and "Traceback" not in said.err
    for path in files:
        name = path.relative_to(samples).as_posix()
        if name not in KNOWN:
            assert path.name in said.err
            continue
        connector, read, mapped, skipped = KNOWN[name]
        row = next(done)
        found = (row["file"], row["connector"], row["read"], row["skipped"])
        assert found == (path.name, connector, read, skipped), name
        assert row["mapped"] + row["duplicate"] == mapped, name
        assert row["read"] == row["mapped"] + row["duplicate"] + sum(row["skipped"].values()), name
    assert next(done, None) is None, "nothing else was imported"
    held = Corpus(Home.here().corpus).rows("SELECT * FROM posts")
    assert len(held) > 200 and all(post["native_id"] and isinstance(post["native_id"], str) for post in held)
    times = [post["posted_at"] for post in held if post["posted_at"]]
    assert all(time.utcoffset() == timedelta(0) for time in times)


def test_a_page_of_the_x_api_and_its_flat_lines_are_the_same_observations(samples):
    _, _, pages = read(samples / "x-twarc" / "noflat.jsonl")
    _, _, flat = read(samples / "x-twarc" / "flat.jsonl")
    assert [post["post_key"] for post in pages] == [post["post_key"] for post in flat]
    left_out = [name for name in OBSERVATIONS.names if name not in ("raw", "observation_id")]
    assert [[post[name] for name in left_out] for post in pages] == [[post[name] for name in left_out] for post in flat]
    assert len({post["observation_id"] for post in pages} & {post["observation_id"] for post in flat}) >= 97


def test_a_repetition_on_x_has_the_words_of_what_it_repeats(samples):
    _, _, posts = read(samples / "x-twarc" / "flat.jsonl")
    first = json.loads((samples / "x-twarc" / "flat.jsonl").read_text().splitlines()[0])
    assert posts[0]["kind"] == "share" and posts[0]["parent_key"] == "x:1380175475545362437"
    assert posts[0]["text"] == first["referenced_tweets"][0]["text"] and not posts[0]["text"].startswith("RT ")
    assert posts[0]["posted_at"] == datetime.fromisoformat(first["created_at"].replace("Z", "+00:00"))
    assert posts[0]["observed_at"] == datetime(2021, 4, 8, 19, 34, 32, tzinfo=UTC)
    counted = first["public_metrics"]
    assert (posts[0]["comments"], posts[0]["shares"]) == (0, counted["retweet_count"]) and posts[0]["views"] is None


def test_what_crowdtangles_own_answer_says(samples):
    _, _, posts = read(samples / "aggie-fixtures" / "ct-1.json")
    raw = json.loads((samples / "aggie-fixtures" / "ct-1.json").read_text())["result"]["posts"]
    assert [post["native_id"] for post in posts] == ["10156590943270492", "10153444966305369"]
    first, actual = posts[0], raw[0]["statistics"]["actual"]
    assert first["posted_at"] == datetime(2016, 2, 9, 15, 0, tzinfo=UTC)
    assert (first["reactions"], first["comments"], first["shares"]) == (actual["likeCount"], 465, 1197)
    assert first["views"] is None and first["account_key"] == "facebook:93625750491"


def test_an_ad_of_2019_keeps_its_range_and_who_paid(samples):
    _, _, (ad,) = read(samples / "formats-small" / "meta_ads_archive_api_2019.json")
    assert ad["kind"] == "ad" and ad["native_id"] == "ad-408322803338923"
    assert ad["posted_at"] == datetime(2019, 5, 13, 15, 30, 13, tzinfo=UTC)
    assert (ad["ad"]["impressions_low"], ad["ad"]["impressions_high"], ad["ad"]["spend_low"]) == (5000, 9999, None)
    assert ad["ad"]["sponsor"].startswith("EPP") and ad["ad"]["currency"] == "EUR"


def test_a_private_chat_stays_private_and_a_time_without_zone_is_not_exact(samples):
    _, _, posts = read(samples / "formats-small" / "telegram_result_fixture.json")
    assert {post["channel"] for post in posts} == {"private"} and {post["posted_precision"] for post in posts} == {
        "day"
    }
    assert [post["native_id"] for post in posts] == ["123456789/1", "123456789/2", "123456789/3"]
    assert posts[0]["account_key"] == "telegram:user100" and posts[0]["views"] is None


def test_comments_are_linked_to_comment_and_video(samples):
    folder = samples / "youtube-api"
    _, _, (top,) = read(folder / "comment_threads" / "comment_thread_single.json")
    assert top["parent_key"] == top["root_key"] == "youtube:D-lhorsDlUQ" and top["kind"] == "comment"
    assert (top["reactions"], top["comments"]) == (0, 0) and top["text"].startswith("Super video !!!\nWith")
    _, _, (reply,) = read(folder / "comments" / "insert_response.json")
    assert reply["parent_key"] == "youtube:Ugy_CAftKrIUCyPr9GR4AaABAg" and reply["kind"] == "reply"
    _, _, (video,) = read(folder / "videos" / "videos_info_single.json")
    assert video["posted_at"] == datetime(2019, 3, 21, 20, 37, 49, tzinfo=UTC) and video["views"] is None


REPORT = """\ufeffPage ID,Page name,Disclaimer,Amount spent (EUR),Number of ads in Library
1,Lajmet,,≤100,1
2,Brda,Brda,900,4
"""


def test_totals_of_the_ad_librarys_report_are_counted_and_are_no_posts(tmp_path):
    path = tmp_path / "report.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("FacebookAdLibraryReport_2027-09-14_XK_advertisers.csv", REPORT)
    name, counts, posts = read(path)
    assert (name, counts.skipped, posts) == ("meta_ad_library", {"advertiser_total": 2}, [])
    path = tmp_path / "locations.csv"
    path.write_text("Location name,Amount spent (EUR)\nLumas,900\n")
    assert read(path)[1].skipped == {"location_total": 1}


def test_no_token_of_the_caller_is_kept(tmp_path):
    from besa.collect.connectors import folder

    for name, file in (("meta_ad_library", "api.json"), ("telegram_desktop", "account.json"),
                       ("fourcat", "received.ndjson"), ("url_list", "addresses.txt")):  # fmt: skip
        source = folder(name) / "examples" / file
        assert "SECRET" in source.read_text("utf-8")
        _, _, posts = read(source)
        assert posts and "SECRET" not in json.dumps(posts, default=str)


def test_a_document_that_is_too_large_or_broken_says_so(tmp_path, monkeypatch):
    path = tmp_path / "feed.json"
    path.write_text('{"data": [\n{"id": "1", "page_id": "2", "page_name": "a", "ad_creation_time": "x"},\n{]}')
    _, counts, _ = read(path)
    assert counts.skipped == {"broken_line": 1} and counts.problems[0]["line"] == 3
    monkeypatch.setattr("besa.collect.actions.reading.DOCUMENT_LIMIT", 50)
    with pytest.raises(BadInput, match="MB cannot be read") as raised:
        read(path)
    assert "feed.json" in str(raised.value) and "JSON lines" in raised.value.remedy


def test_one_thread_is_several_rows_and_one_page_of_the_x_api_is_none(tmp_path):
    thread = {"kind": "youtube#commentThread", "id": "t", "snippet": {
        "videoId": "v", "topLevelComment": {"kind": "youtube#comment", "id": "t", "snippet": {}}},
        "replies": {"comments": [
            {"kind": "youtube#comment", "id": "t.1", "snippet": {"parentId": "t"}}, 5]}}  # fmt: skip
    path = tmp_path / "threads.ndjson"
    path.write_text(f"{json.dumps(thread)}\n" * 2)
    _, counts, posts = read(path)
    assert (counts.read, counts.skipped, len(posts)) == (6, {"not_a_record": 2}, 4)
    assert {post["root_key"] for post in posts} == {"youtube:v"}
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"data": [{"id": "1"}], "includes": {}, "meta": {}}))
    assert len(list(rows(source_of(path)))) == 1
