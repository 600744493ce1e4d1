"""What is not to be published is in no byte of an edition: a canary in every unpublished place of the demo."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pypdf
import pytest

from besa.base.script import to_cyrillic
from processes import besa, environment
from settled_in_sql import settle

WEEK = "2027-W42"
#: Freeze, sign off by two others, publish with its portal; and the workbook, which is no part of an edition.
PUBLISH = """
from besa.site.start import start
start()
from besa import portal
from besa.people.models import User
from besa.pledge.models import Election
from besa.report import actions
from pathlib import Path
import os
election = Election.objects.get()
by = {user.pk: user for user in User.objects.all()}
maker, first, second, publisher = (by[int(pk)] for pk in os.environ["PEOPLE"].split())
frozen = actions.freeze(by=maker, election=election, week=os.environ["WEEK"])
for person in (first, second):
    actions.sign_off(by=person, freeze=frozen)
made = actions.publish(by=publisher, election=election, freeze=frozen, render_site=portal.render)
actions.render(frozen, ["en", "sr-Cyrl"], ["xlsx"], Path(made.path) / "workbooks")
print(made.path)
"""


@pytest.fixture(scope="module")
def published(demo, tmp_path_factory) -> Path:
    """An edition of a copy of the demo in which everything unpublished was made to sing."""
    home = shutil.copytree(demo, tmp_path_factory.mktemp("canaries") / "home")
    people = _plant(home)
    env = environment(home, sqlite=True) | {"PEOPLE": " ".join(map(str, people)), "WEEK": WEEK}
    done = subprocess.run([sys.executable, "-c", PUBLISH], env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    path = Path(done.stdout.strip().splitlines()[-1])
    assert path.is_relative_to(home)
    return path


def _plant(home: Path) -> list[int]:
    """Canaries by raw SQL. Returns the ids of coordinator, two editors, coordinator."""
    con = sqlite3.connect(home / "casework.sqlite3")
    clock = json.loads((home / "demo-clock.json").read_text())["story"].replace("T", " ")[:19]
    settle(con, "state", at=clock, week=WEEK)
    named = [
        row[0]
        for row in con.execute("SELECT id FROM state WHERE decision = 'violation' AND standing = 'named' ORDER BY id")
    ]
    assert len(named) >= 3, "the demo has too few named findings to prove anything"
    open_one, running, unreachable = named[:3]

    def run(statement: str, *values) -> None:
        assert con.execute(statement, values).rowcount > 0, statement

    # findings that lose their name: one whose deadline runs, one that nobody could be told of
    con.execute("DELETE FROM reply_reply WHERE notice_id IN (SELECT id FROM reply_notice WHERE finding_id IN (?, ?))",
                (running, unreachable))  # fmt: skip
    run("UPDATE reply_notice SET deadline_at = '2099-01-01 00:00:00' WHERE finding_id = ?", running)
    run("UPDATE reply_notice SET state = 'unreachable' WHERE finding_id = ?", unreachable)
    for finding, name in ((running, "canaryrunning"), (unreachable, "canaryunreachable")):
        columns = "election_id, kind, names, aliases, gender, gender_source, community, community_source, language, short_name, area_id"  # noqa: E501
        run(
            f"INSERT INTO pledge_actor (slug, name, contact_email, {columns}) SELECT ?, ?, ?, {columns} FROM"
            " pledge_actor WHERE id = (SELECT source_id FROM coding_finding WHERE id = ?)",
            f"{name}author", f"{name}author", f"{name}mail@canary.example", finding,
        )  # fmt: skip
        run("UPDATE coding_finding SET source_id = (SELECT id FROM pledge_actor WHERE slug = ?) WHERE id = ?",
            f"{name}author", finding)  # fmt: skip
    settle(con, "state", at=clock, week=WEEK)
    standing = dict(con.execute("SELECT id, standing FROM state").fetchall())
    assert (standing[open_one], standing[running], standing[unreachable]) == ("named", "awaiting", "unnamed")

    # posts by what became of them; those of published findings are the only ones that may be quoted
    say = "UPDATE triage_docketitem SET text = 'canary{0}text', title = 'canary{0}title', account_name = 'canary{0}name', account_handle = 'canary{0}handle', account_key = 'facebook:canary{0}key', url = 'https://canary{0}.example/', post_key = 'facebook:canary{0}' || id, put_reason = 'canary{0}put' WHERE {1}"  # noqa: E501
    decided = "id IN (SELECT item_id FROM coding_adjudication)"
    for kind, where in (
        ("undecided", f"NOT {decided}"),
        ("nofinding", f"{decided} AND id NOT IN (SELECT item_id FROM state)"),
        ("awaiting", "id IN (SELECT item_id FROM state WHERE standing = 'awaiting')"),
        ("unnamed", "id IN (SELECT item_id FROM state WHERE standing = 'unnamed')"),
    ):
        if kind != "nofinding" or con.execute(f"SELECT 1 FROM triage_docketitem WHERE {where}").fetchone():
            run(say.format(kind, where))
    run("UPDATE coding_finding SET week = ? WHERE id = ?", WEEK, open_one)  # where this week's report tells of it
    run("UPDATE triage_docketitem SET text = 'publicwordtext' WHERE id = (SELECT item_id FROM state WHERE id = ?)",
        open_one)  # fmt: skip
    # what was answered about a finding that is not attributed
    run("INSERT INTO reply_reply (kind, text, at, notice_id) SELECT 'answer', '', ?, min(id) FROM reply_notice"
        " WHERE finding_id = ?", clock, unreachable)  # fmt: skip
    run("UPDATE reply_reply SET text = 'canaryreplytext' WHERE notice_id IN (SELECT n.id FROM reply_notice n JOIN"
        " state s ON s.id = n.finding_id WHERE s.standing <> 'named')")  # fmt: skip

    # the work of people, their names and addresses, and how things are known
    run("UPDATE coding_coding SET note = 'canarynote'")
    run("UPDATE coding_adjudication SET reason = 'canaryreason'")
    con.execute("UPDATE reply_replydecision SET reason = 'canarydecision', by = 'canarymonitor'")
    con.execute("UPDATE reply_remedy SET note = 'canaryremedy', by = 'canarymonitor'")
    run("UPDATE reply_notice SET address = 'canarymail' || id || '@canary.example'")
    run("UPDATE outbox_message SET \"to\" = 'canarymail@canary.example', body = 'canarybody'")
    run("UPDATE pledge_actor SET contact_email = 'canarycontact' || id || '@canary.example'")
    run("UPDATE pledge_signatory SET keeper_email = 'canarykeeper' || id || '@canary.example'")
    run("UPDATE pledge_signature SET signer = 'canarysigner'")
    for table in ("pledge_identity", "pledge_affiliation"):
        run(f"UPDATE {table} SET how_known = 'canaryproof'")
    run("UPDATE pledge_account SET status_evidence = 'canaryproof', name = 'canaryaccount' || id")
    run("UPDATE coding_finding SET how_affiliated = 'canaryproof'")
    run("UPDATE evidence_exhibit SET note = 'canaryexhibit', file_name = 'canaryexhibit.png'")
    run("UPDATE evidence_custody SET by = 'canarymonitor', reason = 'canarycustody'")
    run("UPDATE report_signoff SET note = 'canarysignoff'")
    run("UPDATE triage_term SET note = 'canaryterm'")
    run('UPDATE pledge_election SET languages = \'["en", "sr-Cyrl"]\'')  # two are quicker to read than four
    people = [
        con.execute("SELECT id FROM people_user WHERE username = ?", (name,)).fetchone()[0]
        for name in ("coordinator", "editor1", "editor2", "coordinator")
    ]
    run(
        "UPDATE people_user SET username = 'canarymonitor' || id, first_name = 'canarymonitor', last_name ="
        " 'canarymonitor', email = 'canarymonitor' || id || '@canary.example', monitor_name = 'canarymonitor' || id"
    )
    con.commit()
    con.close()
    return people


def words_of(file: Path) -> bytes:
    """All that can be read in a file, in lower case: its name, its bytes, and what they hold when opened."""
    return file.name.encode() + _opened(file.suffix, file.read_bytes())


@cache
def _opened(suffix: str, data: bytes) -> bytes:
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data += b"".join(name.encode() + package.read(name) for name in package.namelist())
    elif suffix == ".pdf":
        pdf = pypdf.PdfReader(io.BytesIO(data))
        data += "".join(page.extract_text() for page in pdf.pages).encode() + str(pdf.metadata).encode()
    elif suffix == ".parquet":
        table = pq.read_table(io.BytesIO(data))
        data += str(table.to_pylist()).encode() + str(table.schema).encode()
    return data.lower()


def test_what_may_be_published_is_found_in_every_kind_of_file(published):
    """Without this the search below could find nothing because it looks in the wrong way."""
    held = {file for file in published.rglob("*") if file.is_file() and b"publicwordtext" in words_of(file)}
    assert {file.suffix for file in held} >= {".json", ".csv", ".parquet", ".pdf", ".docx", ".html"}
    assert len([file for file in held if file.suffix == ".pdf"]) == 4  # two languages, and their copies on the site
    assert any(b"total" in words_of(file) for file in published.rglob("*.xlsx"))


def test_no_canary_is_in_any_byte_of_the_edition(published):
    files = [file for file in published.rglob("*") if file.is_file()]
    assert len(files) > 150 and any(file.suffix == ".xlsx" for file in files)
    assert to_cyrillic("canary") == "canary"  # it is written the same in every language
    for file in files:
        words = words_of(file)
        assert b"canary" not in words, (file, words[max(0, words.index(b"canary") - 80) :][:160])


def test_the_public_states_are_all_there(published):
    """Awaiting ones are one number; unattributed ones carry nothing that points at somebody."""
    edition = json.loads((published / "content" / "edition.json").read_text())
    standing = {row["key"]: row for row in edition["tables"]["en"]["awaiting-reply"]["rows"]}
    assert set(standing) == {"named", "unnamed", "awaiting"}
    unattributed = [finding for finding in edition["findings"] if not finding["attributed"]]
    assert unattributed
    for finding in unattributed:
        assert not any(finding[name] for name in ("day", "area", "source", "party", "signatory_status", "excerpt"))
        assert not finding["targets"] and not finding["replies"] and not finding["remedies"]


def test_the_edition_with_the_canaries_is_whole(published):
    """What was searched is an edition as it would be published."""
    shutil.move(published / "workbooks", published.parent / "workbooks")
    try:
        done = besa(published.parents[1], "verify", str(published), sqlite=True)
    finally:
        shutil.move(published.parent / "workbooks", published / "workbooks")
    assert done.returncode == 0, done.stdout + done.stderr
