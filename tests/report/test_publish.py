"""From a freeze to a signed edition: four eyes, the same bytes twice, nothing that may not be said."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import casework
import pytest
from django.db import transaction

from besa.base.errors import Conflict, Refused
from besa.edition import reader, verifier, writer
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge.models import Actor
from besa.report import actions, queries
from besa.report.content import fill
from besa.report.facts import load
from besa.report.models import Freeze, Publication, SignOff
from besa.triage.models import DocketItem

pytestmark = pytest.mark.django_db
AT = datetime(2027, 10, 1, tzinfo=UTC)
WEEK = "2027-W37"


@pytest.fixture
def case(home, election, users, at):
    at.move_to(AT)
    casework.in_languages(election, "sr-Latn")
    casework.more_people(election)
    casework.findings(election, users, 24, seed=4)
    return election


def frozen(case, users, week=WEEK) -> Freeze:
    return actions.freeze(by=users["analyst"], election=case, week=week)


def signed(case, users, week=WEEK) -> Freeze:
    held = frozen(case, users, week)
    for name in ("editor", "editor2"):
        actions.sign_off(by=users[name], freeze=held)
    return held


def test_the_same_facts_are_one_freeze_and_the_same_bytes(case, users, home, at):
    held = frozen(case, users)
    at.advance(minutes=5)
    assert frozen(case, users) == held and Freeze.objects.count() == 1
    facts = load(home.freezes, held.name)
    first, second = home.root / "one", home.root / "two"
    for folder in (first, second):
        fill(folder, facts, held.name, {"en": "Words."})
    assert writer.name_of(first) == writer.name_of(second)
    assert {path.suffix for path in first.rglob("*.*")} >= {".pdf", ".docx", ".html", ".svg", ".csv", ".parquet"}


def test_a_changed_freeze_is_not_read(case, users, home):
    held = frozen(case, users)
    file = home.freezes / held.name / "findings.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(Exception, match="changed since"):
        queries.facts_of(held)


def test_unsigned_is_refused_and_says_what_is_missing(case, users):
    held = frozen(case, users)
    with pytest.raises(Conflict, match="two sign-offs by two different people"):
        actions.publish(by=users["coordinator"], election=case)
    actions.sign_off(by=users["editor"], freeze=held)
    with pytest.raises(Conflict, match="one more sign-off"):
        actions.publish(by=users["coordinator"], election=case, freeze=held)
    with pytest.raises(Conflict, match="already"):
        actions.sign_off(by=users["editor"], freeze=held)
    assert Publication.objects.count() == 0 and list(verify.problems()) == []


def test_the_maker_does_not_sign_and_new_words_lift_the_signatures(case, users):
    held = actions.freeze(by=users["editor"], election=case, week=WEEK)
    with pytest.raises(Refused):
        actions.sign_off(by=users["editor"], freeze=held)
    with pytest.raises(Refused):
        actions.sign_off(by=users["analyst"], freeze=held)
    actions.sign_off(by=users["editor2"], freeze=held)
    actions.write_prose(by=users["editor"], freeze=held, language="sq", text="Fjalë.")
    assert SignOff.objects.count() == 0 and list(verify.problems()) == []


def test_an_edition_is_whole_and_knows_the_one_before(case, users, at):
    signed(case, users, "2027-W36")
    first = actions.publish(by=users["coordinator"], election=case)
    assert first.number == 1 and first.previous == ""
    held = signed(case, users)
    second = actions.publish(by=users["editor"], election=case, change_note="A wrong date was put right.")
    assert (second.number, second.previous, second.freeze) == (2, first.edition, held)
    path = Path(second.path)
    assert list(verifier.problems(path)) == [] and list(verify.problems()) == []
    envelope = reader.read_envelope(path)
    assert envelope.change_note == "A wrong date was put right."
    edition = reader.read(path)
    assert list(verify.problems(known_head=(envelope.ledger_seq, envelope.ledger_head))) == []
    before = {finding.number for finding in reader.read(Path(first.path)).findings}
    new = next(row for row in edition.tables["sr-Latn"]["first-page"].rows if row["key"] == "instances")["new"]
    assert new == sum(f.decision == "violation" and f.number not in before for f in edition.findings)
    with pytest.raises(Conflict, match="published already"):
        actions.publish(by=users["coordinator"], election=case)
    with pytest.raises(Conflict):
        actions.write_prose(by=users["editor"], freeze=held, language="en", text="Late.")


def test_an_edition_left_behind_by_a_crash_is_written_anew(case, users, monkeypatch):
    signed(case, users)
    with monkeypatch.context() as broken:
        broken.setattr(actions.shutil, "rmtree", lambda *args, **more: None)
        broken.setattr(actions.Publication.objects, "create", lambda **row: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.publish(by=users["coordinator"], election=case)
    made = actions.publish(by=users["coordinator"], election=case)
    assert list(verifier.problems(Path(made.path))) == []


def test_what_may_not_be_said_is_nowhere_in_the_bytes(home, election, users, at):
    """A canary in name, handle and text of every finding that may not be named, and of every undecided post."""
    at.move_to(AT)
    casework.in_languages(election, "sr-Latn")
    casework.more_people(election)
    with transaction.atomic():
        hidden = Actor(election=election, slug="canary-person", kind="council_candidate", name="Canarius Secretus")
        hidden.save()
        record(by=BELT, act="test", rows=[hidden], election=election.slug)
    canary = "CANARYTEXT"
    for seed, fixed in enumerate(
        [
            {"notice": "running"}, {"notice": "unreachable"}, {"notice": "intent"}, {"notice": "disputed"},
            {"grade": "probable"}, {"undecided": True},
        ],
        start=20,
    ):  # fmt: skip
        casework.findings(election, users, 3, seed=seed, source=hidden, **{"decision": "violation", **fixed})
    items = list(DocketItem.objects.filter(election=election))
    with transaction.atomic():
        for item in items:
            item.text, item.account_handle, item.account_name = canary, canary, canary
            item.save()
        record(by=BELT, act="test", rows=items, election=election.slug)
    named = casework.findings(election, users, 2, seed=40, notice="passed", decision="violation", grade="confirmed",
                              source=Actor.objects.get(slug="ana-pl"))  # fmt: skip
    signed(election, users)
    made = actions.publish(by=users["coordinator"], election=election)
    blob = {}
    for file in Path(made.path).rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            if file.suffix == ".docx":
                import zipfile

                with zipfile.ZipFile(file) as package:
                    data = b"".join(package.read(name) for name in package.namelist())
            blob[file.name] = data
    edition = reader.read(Path(made.path))
    assert {finding.number for finding in edition.findings if finding.attributed} == {row.number for row in named}
    assert any(b"Ana of PL" in data for data in blob.values())
    for name, data in blob.items():
        for word in (b"Canarius", b"canary-person", b"CANARYTEXT"):
            assert word not in data, name


def test_text_that_looks_like_a_formula_is_guarded_in_the_data(case, users):
    hostile = "=HYPERLINK(1)"
    with transaction.atomic():
        items = list(DocketItem.objects.filter(election=case))
        for item in items:
            item.text = hostile
            item.save()
        record(by=BELT, act="test", rows=items, election=case.slug)
    signed(case, users)
    made = actions.publish(by=users["coordinator"], election=case)
    text = (Path(made.path) / "content" / "data" / "findings.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK" in text and ",=HYPERLINK" not in text and ',"=HYPERLINK' not in text


def test_a_flipped_byte_in_any_file_is_named(case, users, tmp_path):
    signed(case, users)
    made = actions.publish(by=users["coordinator"], election=case)
    copy = tmp_path / Path(made.path).name
    shutil.copytree(made.path, copy)
    for file in sorted(path for path in copy.rglob("*") if path.is_file()):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 4]))
        assert file.relative_to(copy).as_posix() in {problem["where"] for problem in verifier.problems(copy)}
        file.write_bytes(whole)


def test_the_commands_answer_as_agreed(case, users, capsys):
    from besa.site import cli

    election = ["--election", case.slug, "--json"]

    def run(*arguments) -> tuple[int, object]:
        code = cli.main([*arguments, *election])
        text = capsys.readouterr().out
        return code, json.loads(text) if text else None

    from besa.people.actions import first_start

    first_start()
    code, listed = run("table", "--list")
    assert code == 0 and {"findings-by-type", "funnel", "coverage", "agreement", "remedies"} <= {
        r["name"] for r in listed
    }
    code, made = run("table", "findings-by-type", "--week", WEEK)
    assert code == 0
    assert {"name", "title", "denominator", "unit", "overlap", "rows", "total", "notes"} <= set(made)
    assert run("table", "no-such-table")[0] == run("table", "funnel", "--week", "soon")[0] == 2
    code, report = run("report", "weekly", "--week", WEEK, "--lang", "sq", "--format", "html,xlsx")
    assert code == 0 and set(report) == {"files", "freeze", "seconds"} and len(report["files"]) == 2
    assert run("publish")[0] == 1
    held = Freeze.objects.get()
    for name in ("editor", "editor2"):
        actions.sign_off(by=users[name], freeze=held)
    code, published = run("publish")
    assert code == 0 and {"edition", "path", "files", "seconds"} <= set(published)
    assert run("verify", published["path"]) == (0, {
            "ok": True, "checked": len(published["files"]), "problems": [], "time_stamps": [],
        })  # fmt: skip
    (Path(published["path"]) / "content" / "edition.json").write_text("{}")
    code, found = run("verify", published["path"])
    assert code == 1 and {"where": "content/edition.json", "problem": "was changed"} in found["problems"]
    assert run("verify", "--ledger")[1]["ok"]
    Freeze.objects.update(week="2027-W36")
    code, found = run("verify", "--ledger")
    assert code == 1 and found["problems"][0]["where"].startswith("report_freeze row")
