"""Cases and their dossiers: sealed from what is preserved, the monitors as numbers, private records left out."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.db import connection, transaction
from pypdf import PdfReader
from reply_made import change
from reply_made import finding as made_finding

from besa.base.errors import BadInput, Conflict, Refused, Tampered
from besa.edition import keys
from besa.evidence import actions as evidence
from besa.evidence.dossier import problems
from besa.evidence.models import Custody, Exhibit
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.reply.actions import cases as actions
from besa.reply.models import Case, Dossier
from besa.reply.queries import cases as queries
from besa.vault import Vault

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def case(home, election, users):
    """Two findings with a screenshot each, put in by a monitor, the account of the first on the watch-list."""
    found = [made_finding(election, text=text) for text in ("Ata janë minj. 🐀", "=HYPERLINK(1)")]
    for number, one in enumerate(found):
        evidence.add_file(
            by=users["coder"], item=one.adjudication.item, kind="screenshot", data=PNG + bytes([number]),
            media_type="image/png", file_name="../../etc/passwd.png", note=f"seen by {users['coder'].username}",
        )  # fmt: skip
    return actions.open_case(by=users["adjudicator"], election=election, title="Minjtë e urës", findings=found)


def unpacked(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("language", ["sq", "sr-Latn", "sr-Cyrl", "en"])
def test_a_dossier_is_whole_in_each_language_and_names_no_monitor(home, election, users, case, language, tmp_path):
    out = tmp_path / "out" / "c1.zip"
    made = actions.make_dossier(by=users["coordinator"], case=case, language=language, recipient="The panel", out=out)
    assert list(problems(out)) == [] and Vault(home.vault).has(made.sha256)
    held = unpacked(out)
    assert sum(name.startswith("data/F-") for name in held) == 2 and len(held) == made.files
    told = json.loads(held["data/findings.json"])
    assert [one["text"] for one in told["findings"]] == ["Ata janë minj. 🐀", "=HYPERLINK(1)"]
    pages = PdfReader(io.BytesIO(held["data/cover.pdf"]))
    text = " ".join(page.extract_text() for page in pages.pages)
    assert "Minjtë e urës" in text and "The panel" in text and pages.metadata.title.startswith("C-1")
    assert "sha256sum -c manifest-sha256.txt" in held["README.txt"].decode()
    whole = b"".join(data for name, data in held.items() if name != "data/cover.pdf") + text.encode()
    for user in users.values():
        assert user.username.encode() not in whole, user.username
    rows = list(csv.DictReader(io.StringIO(held["data/custody.csv"].decode("utf-8-sig"))))
    assert sorted(row["act"] for row in rows) == [act for act in ("captured", "exported", "sealed") for _ in range(2)]
    assert all(row["by"] and row["by"] not in {user.username for user in users.values()} for row in rows)
    assert Custody.objects.filter(act="exported").count() == 2 and list(verify.problems()) == []


def test_a_record_that_names_a_private_person_is_left_out_and_told(home, election, users, case, tmp_path):
    item = change(
        queries.findings_of(case)[0].adjudication.item, account=None, account_key="facebook:@arbena.p",
        account_handle="arbena.p", account_name="Arbena Private", url="https://facebook.com/arbena.p/posts/1",
    )  # fmt: skip
    raw = b'{"author": "Arbena Private"}'
    with transaction.atomic():
        exhibit = Exhibit.objects.create(
            item=item, kind="raw", sha256=Vault(home.vault).put(raw), size=len(raw), media_type="application/json",
            file_name="record.json", captured_at=item.posted_at,
        )  # fmt: skip
        record(by=BELT, act="test.raw", rows=[exhibit])
    actions.make_dossier(
        by=users["coordinator"], case=case, language="en", recipient="The panel", out=tmp_path / "c1.zip"
    )
    held = unpacked(tmp_path / "c1.zip")
    listed = {row["sha256"]: row for row in json.loads(held["data/files.json"])}
    assert listed[exhibit.sha256]["withheld"] and not listed[exhibit.sha256]["file"]
    whole = b"".join(held.values())
    assert b"Arbena" not in whole and b"arbena" not in whole


def test_what_cannot_be_sealed_is_refused_with_the_next_step(home, election, users, case, tmp_path):
    with pytest.raises(BadInput, match="Who will get"):
        actions.make_dossier(by=users["coordinator"], case=case, language="en", recipient=" ")
    with pytest.raises(Refused):
        actions.make_dossier(by=users["coder"], case=case, language="en", recipient="x")
    bare = actions.open_case(
        by=users["adjudicator"], election=election, title="Bare", findings=[made_finding(election)]
    )
    with pytest.raises(BadInput, match="Nothing of this case is preserved"):
        actions.make_dossier(by=users["coordinator"], case=bare, language="en", recipient="x", out=tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists() and not Dossier.objects.exists()
    with pytest.raises(BadInput):
        actions.open_case(by=users["adjudicator"], election=election, title=" ", findings=[made_finding(election)])
    with pytest.raises(Conflict):
        actions.add_to_case(by=users["adjudicator"], case=case, finding=queries.findings_of(case)[0])
    assert [one.number for one in Case.objects.all()] == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_the_commands_export_verify_and_name_what_was_changed(home, election, users, case, tmp_path):
    out = tmp_path / "c1.zip"
    actions.make_dossier(by=users["coordinator"], case=case, language="sq", recipient="Paneli", out=out)

    def verified(path):
        done = subprocess.run(
            [sys.executable, "-m", "besa.site.cli", "verify", str(path), "--json"], capture_output=True, text=True
        )
        return done.returncode, json.loads(done.stdout)

    code, document = verified(out)
    assert code == 0 and document["ok"] and document["checked"] > 8
    assert document["sealed_by"] == keys.public_hex(keys.signing_key(home.signing_key))
    bent = bytearray(out.read_bytes())
    at = bent.index("janë".encode())
    bent[at] ^= 1
    out.write_bytes(bent)
    code, document = verified(out)
    assert code == 1 and document["problems"]
    (tmp_path / "no.zip").write_bytes(b"PK")
    assert (
        subprocess.run(
            [sys.executable, "-m", "besa.site.cli", "verify", str(tmp_path / "no.zip")], capture_output=True
        ).returncode
        == 2
    )


def test_from_a_finding_to_a_sealed_file_at_the_desk(client, home, election, users, case):
    client.force_login(users["adjudicator"])
    number = queries.findings_of(case)[0].number
    page = client.get(f"/desk/reply/cases/new/?finding={number}")
    assert number in page.content.decode()
    answer = client.post("/desk/reply/cases/new/", {"title": "Bridge", "findings": f"{number}, F-absent"})
    assert answer.status_code == 422 and "F-absent" in answer.content.decode()
    answer = client.post("/desk/reply/cases/new/", {"title": "<b>Bridge", "findings": number})
    assert answer.headers["Location"].endswith("/cases/2/")
    page = client.get("/desk/reply/cases/2/").content.decode()
    assert "&lt;b&gt;Bridge" in page and number in page and "Seal it" not in page
    assert client.post("/desk/reply/cases/2/dossier/", {"recipient": "x", "language": "en"}).status_code == 403
    client.force_login(users["coordinator"])
    assert client.post("/desk/reply/cases/2/dossier/", {"recipient": "", "language": "en"}).status_code == 422
    assert client.post("/desk/reply/cases/2/dossier/", {"recipient": "Panel", "language": "sq"}).status_code == 302
    made = Dossier.objects.get()
    got = client.get(f"/desk/reply/cases/dossier/{made.pk}/")
    assert b"".join(got.streaming_content) == Vault(home.vault).get(made.sha256)
    assert "C-2" in client.get("/desk/reply/cases/").content.decode()


def test_bytes_that_changed_in_the_vault_are_never_sealed(home, election, users, case, tmp_path):
    exhibit = Exhibit.objects.filter(kind="screenshot").order_by("id").first()
    path = Vault(home.vault).path_of(exhibit.sha256)
    path.chmod(0o640)
    path.write_bytes(PNG + b"changed afterwards")
    with pytest.raises(Tampered, match="changed"):
        actions.make_dossier(by=users["coordinator"], case=case, language="en", recipient="x", out=tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists() and not Dossier.objects.exists()
    assert not Custody.objects.filter(act="exported").exists()


def test_what_was_handed_over_is_in_the_custody_of_each_file_once(home, election, users, case, tmp_path):
    made = actions.make_dossier(by=users["coordinator"], case=case, language="en", recipient="The panel")
    actions.handed_over(by=users["coordinator"], dossier=made)
    rows = Custody.objects.filter(act="handed_over")
    assert rows.count() == 2 and "The panel" in rows[0].reason and list(verify.problems()) == []
    with pytest.raises(Conflict):
        actions.handed_over(by=users["coordinator"], dossier=made)


def test_a_file_that_is_not_in_the_vault_any_more_is_told_not_passed_over(home, election, users, case, tmp_path):
    gone = Exhibit.objects.filter(kind="screenshot").order_by("id").first()
    Vault(home.vault).erase(gone.sha256, at="2027-09-15", ground="asked for")
    actions.make_dossier(by=users["coordinator"], case=case, language="en", recipient="x", out=tmp_path / "x.zip")
    listed = {row["sha256"]: row for row in json.loads(unpacked(tmp_path / "x.zip")["data/files.json"])}
    assert listed[gone.sha256]["withheld"] and not listed[gone.sha256]["file"]
    assert not Custody.objects.filter(act="exported", exhibit=gone).exists()


def test_the_words_of_the_case_name_no_monitor_either(home, election, users, case, tmp_path):
    change(case, note="Found by coder2, see adjudicator's note.", title="For coder2")
    actions.make_dossier(by=users["coordinator"], case=case, language="en", recipient="x", out=tmp_path / "x.zip")
    held = unpacked(tmp_path / "x.zip")
    cover = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(held["data/cover.pdf"])).pages)
    whole = b"".join(data for name, data in held.items() if name != "data/cover.pdf") + cover.encode()
    assert b"coder2" not in whole and b"adjudicator" not in whole


def test_no_write_waits_while_authorities_are_asked(home, election, users, case, monkeypatch):
    """They may take long to answer, and one writer holds up all others."""
    asked = []

    def stamps(manifest):
        asked.append(len(connection.savepoint_ids))
        return []

    monkeypatch.setattr(actions, "_stamps", stamps)
    outside = len(connection.savepoint_ids)
    actions.make_dossier(by=users["coordinator"], case=case, language="en", recipient="x")
    assert asked == [outside]
