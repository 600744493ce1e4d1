"""Files go in: counts, mappings, what is kept and what is never stored."""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from besa.base.errors import BadInput, Refused, UnknownFormat
from besa.base.home import Home
from besa.collect.actions import import_file, recover, save_mapping
from besa.collect.connectors import NAMES, connector, folder
from besa.collect.models import Import
from besa.collect.rules.columns import Columns
from besa.collect.types import Row
from besa.corpus import Corpus
from besa.ledger.verify import problems
from besa.vault.store import Vault

pytestmark = pytest.mark.django_db

EXAMPLES = [path for name in NAMES for path in sorted((folder(name) / "examples").iterdir()) if path.suffix != ".toml"]
LISTENED = {
    "platform": "x",
    "fields": {
        "native_id": "id", "text": "text", "posted_at": "created_at", "account_id": "author.id",
        "account_handle": "author.username", "account_name": "author.name", "reactions": "figures.likes",
        "hashtags": "found.tags[].tag", "language": "lang",
    },
}  # fmt: skip


@pytest.fixture
def bring(home, election, users):
    def bring(path, **more):
        return import_file(by=users["coordinator"], election=election, path=path, **more)

    return bring


def corpus() -> Corpus:
    return Corpus(Home.here().corpus)


def added(row: dict) -> int:
    return row["mapped"] + row["duplicate"] + sum(row["skipped"].values())


@pytest.mark.parametrize("path", [p for p in EXAMPLES if "generic" not in p.parts], ids=lambda path: path.name)
def test_each_example_goes_in_once(bring, path):
    consent = "A member of the group agreed on 14 September, on paper." if "closed_chat" in path.parts else ""
    bring = partial(bring, consent=consent)
    first = bring(path)
    assert first["connector"] == path.parts[-3] and first["mapped"] > 0
    assert first["read"] == added(first) and first["problems"] == []
    digest = corpus().digest()
    again = bring(path)
    assert again["mapped"] == 0 and again["duplicate"] == first["mapped"] + first["duplicate"]
    assert corpus().digest() == digest and not list(problems())
    keys = corpus().rows("SELECT post_key, platform, native_id, text_normal, raw, election FROM observations")
    assert all(row["post_key"] == f"{row['platform']}:{row['native_id']}" for row in keys)
    assert {row["election"] for row in keys} == {"tirona-2027"}
    assert all(isinstance(json.loads(row["raw"]), dict) for row in keys)


def test_what_the_researchers_browser_said_of_them_is_stored_nowhere(bring, home):
    path = folder("zeeschuimer") / "examples" / "tiktok.ndjson"
    assert b"SECRET" in path.read_bytes(), "the example must hold something to hide"
    bring(path)
    stored = [file for file in home.root.rglob("*") if file.is_file()]
    assert not [file for file in stored if b"SECRET" in file.read_bytes()]
    raws = corpus().rows("SELECT raw FROM observations")
    assert raws and all("SECRET" not in row["raw"] and "[redacted]" in row["raw"] for row in raws)


def test_the_original_file_is_kept_where_nothing_must_be_hidden(bring):
    path = folder("crowdtangle") / "examples" / "facebook.csv"
    bring(path)
    row = Import.objects.get()
    assert Vault(Home.here().vault).get(row.file_sha256) == path.read_bytes()


def test_a_mapping_of_dotted_paths_reads_a_file_that_no_connector_knows(bring, users, election, unknown_file):
    path = unknown_file
    with pytest.raises(UnknownFormat, match=r"listened\.jsonl"):
        bring(path)
    mapping = save_mapping(by=users["coordinator"], election=election, name="Listened", body=LISTENED)
    row = bring(path, mapping=mapping)
    assert (row["connector"], row["read"], row["mapped"]) == ("generic", 40, 40)
    assert row["unmapped_keys"]["author.bot"] == 40 and "author.username" not in row["unmapped_keys"]
    post = corpus().rows("SELECT * FROM posts WHERE len(hashtags) > 0 ORDER BY post_key LIMIT 1")[0]
    assert post["account_key"].startswith("x:") and post["account_handle"] and post["posted_at"].tzinfo
    assert post["reactions"] is not None and not post["hashtags"][0].startswith("#")


def test_another_mapping_of_the_same_file_makes_other_observations(bring, users, election, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,body\n1,Përshëndetje\n")
    bodies = [{"platform": "portal", "fields": {"native_id": "id"}}]
    bodies.append({"platform": "portal", "fields": {"native_id": "id", "text": "body"}})
    for body in bodies:
        mapping = save_mapping(by=users["coordinator"], election=election, name="m", body=body)
        assert bring(path, mapping=mapping)["mapped"] == 1
    assert mapping.version == 2


def test_excel_and_csv_give_the_same_posts(bring, users, election, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for line in (["id", "text", "likes", "when"], [12, "Mirëdita", 3, "2027-09-14 10:00"], ["13", "=1+1", None, None]):
        book.active.append(line)
    book.active["B3"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    body = {
        "platform": "facebook", "timezone": "Europe/Belgrade",
        "fields": {"native_id": "id", "text": "text", "reactions": "likes", "posted_at": "when"},
    }  # fmt: skip
    mapping = save_mapping(by=users["coordinator"], election=election, name="sheet", body=body)
    assert bring(tmp_path / "a.xlsx", mapping=mapping)["mapped"] == 2
    first, second = corpus().rows("SELECT native_id, text, reactions, posted_at FROM posts ORDER BY native_id")
    assert (first["native_id"], first["text"], first["reactions"]) == ("12", "Mirëdita", 3)
    assert first["posted_at"].isoformat() == "2027-09-14T08:00:00+00:00"
    assert (second["reactions"], second["posted_at"]) == (None, None)


def test_the_import_row_tells_the_whole_story(bring):
    bring(folder("crowdtangle") / "examples" / "facebook.csv", route="random")
    row = Import.objects.get()
    assert (row.state, row.by, row.route, row.corpus_version) == ("done", "coordinator", "random", 0)
    assert row.read == row.mapped + row.duplicate + sum(row.skipped.values())
    assert corpus().rows("SELECT DISTINCT route, import_id FROM observations") == [
        {"route": "random", "import_id": row.import_id}
    ]


def test_an_unknown_route_connector_or_mapping_is_refused(bring, tmp_path):
    path = folder("crowdtangle") / "examples" / "facebook.csv"
    for more in ({"route": "gossip"}, {"connector": "nosuch"}, {"connector": "generic"}):
        with pytest.raises(BadInput):
            bring(path, **more)
    with pytest.raises(BadInput, match="no such file"):
        bring(tmp_path / "nowhere.csv")
    assert not Import.objects.exists() and corpus().version() == -1


def test_only_those_who_may_bring_files_in(home, election, users):
    with pytest.raises(Refused):
        import_file(by=users["coder"], election=election, path=folder("crowdtangle") / "examples" / "facebook.csv")


def test_an_import_that_dies_before_its_commit_is_settled_by_the_next(bring, monkeypatch, users):
    path = folder("crowdtangle") / "examples" / "facebook.csv"
    monkeypatch.setattr("besa.collect.actions.importing._failed", lambda *_: None)
    with monkeypatch.context() as patch:
        patch.setattr("besa.collect.actions.importing._carry_out", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring(path)
    assert Import.objects.get().state == "intent"
    assert bring(path)["mapped"] > 0
    assert [row.state for row in Import.objects.order_by("id")] == ["failed", "done"]
    assert not list(problems())


def test_locks_of_the_dead_are_swept_and_those_of_the_living_stay(home, users):
    dead, living = home.staging / "i0dead.lock", home.staging / "i0living.lock"
    dead.touch()
    with FileLock(living):
        recover(by=users["coordinator"])
        assert living.exists() and not dead.exists()


def test_an_import_that_dies_after_its_commit_is_found_in_the_log(bring, monkeypatch, users):
    path = folder("crowdtangle") / "examples" / "facebook.csv"
    with monkeypatch.context() as patch:
        patch.setattr("besa.collect.actions.importing._failed", lambda *_: None)
        patch.setattr("besa.collect.actions.importing._done", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring(path)
    held = corpus().rows("SELECT count(*) AS n FROM observations")[0]["n"]
    (row,) = recover(by=users["coordinator"])
    assert (row.state, row.mapped) == ("done", held)
    assert row.read == row.mapped + row.duplicate + sum(row.skipped.values())
    assert row.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_name_from_another_world_is_kept(bring, tmp_path):
    path = tmp_path / "të dhënat \u202e.csv"
    shutil.copy(folder("crowdtangle") / "examples" / "facebook.csv", path)
    assert bring(path)["file"] == path.name == Path(Import.objects.get().file_name).name


def test_several_processes_read_a_file_as_one_would(bring, tmp_path, monkeypatch, home):
    line = (folder("zeeschuimer") / "examples" / "tiktok.ndjson").read_text("utf-8").splitlines()[0]
    lines = [line.replace("0000000001", f"{n:010d}") for n in range(1_100)]
    lines[700], lines[900] = "{broken", line.replace("Debati", "\\ud83d lone")
    path = tmp_path / "many.ndjson"
    path.write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr("besa.collect.connectors.parallel.WORTH_IT", 1 << 40)
    alone = bring(path)
    digest = corpus().digest()
    shutil.rmtree(home.corpus)
    monkeypatch.setattr("besa.collect.connectors.parallel.WORTH_IT", 0)
    monkeypatch.setattr("besa.collect.connectors.parallel.STRETCH", 20_000)
    told = []
    shared = bring(path, advance=told.append)
    for key in ("read", "mapped", "duplicate", "skipped", "unmapped_keys", "problems"):
        assert shared[key] == alone[key], key
    assert corpus().digest() == digest and told[-1] == shared["read"] == 1_100


def test_rows_leave_as_soon_as_a_batch_is_full_however_small_their_shares(monkeypatch):
    monkeypatch.setattr("besa.collect.rules.columns.BATCH", 10)
    columns, left = Columns(connector("url_list"), {}), 0
    for share in range(25):
        rows = [Row(n, {"url": f"https://lajme.example/{share}/{n}"}) for n in range(4)]
        left += sum(batch.num_rows for batch in columns.add(rows))
        assert (share + 1) * 4 - left < 10, "rows pile up in memory"
    assert left + sum(batch.num_rows for batch in columns.rest()) == columns.finish().read == 100
