"""`besa verify` of what is kept: names what is missing, altered or late, and tells who time-stamped it."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput
from besa.evidence import actions
from besa.evidence.actions.stamps import stamp_pending
from besa.evidence.models import Exhibit, TimeStamp
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.retention import actions as retention
from besa.site import verifying
from besa.site.commands import verify as command
from besa.site.output import Output
from besa.triage import actions as triage
from besa.vault import Vault
from fakes.time_authority import TimeAuthority, needs_openssl
from triage.posts import bring, post

pytestmark = [pytest.mark.django_db, needs_openssl]
LATER = timedelta(hours=30)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = TimeAuthority(tmp_path_factory.mktemp("authority"))
    made.address = made.serve()
    yield made
    made.stop()


@pytest.fixture
def kept(home, election, authority, at) -> list[Exhibit]:
    """Three records, two time-stamped in time and one that waits. The authority tells the time of this machine."""
    (home.root / "time.pem").write_bytes(authority.chain)
    home.time_authorities.write_text(
        f'[[authority]]\nname = "Lumas Time"\naddress = "{authority.address}"\nchain = "time.pem"\n'
    )
    bring([post(number) for number in range(3)])
    for number in range(3):
        triage.put(by=BELT, election=election, post_key=f"facebook:{number}", reason="asked for")
    actions.preserve_pending(by=BELT, election=election)
    captured(timedelta())
    authority.down = False
    assert stamp_pending(by=BELT, election=election, limit=2) == {"stamped": 2, "waiting": 0}
    authority.down = True
    stamp_pending(by=BELT, election=election)
    return list(Exhibit.objects.order_by("id"))


def captured(ago: timedelta) -> None:
    with transaction.atomic():
        Exhibit.objects.update(captured_at=datetime.now(UTC) - ago)
        record(by=BELT, act="test.captured", rows=list(Exhibit.objects.all()))


def look(what) -> verifying.Found:
    return verifying.look(str(what), Output().progress)


def said(found: verifying.Found) -> list[tuple[str, str]]:
    return [(one["where"], one["problem"]) for one in found.problems]


def test_one_exhibit_by_number_by_hash_by_post_and_by_the_file_itself(home, kept, tmp_path):
    one = kept[0]
    copy = tmp_path / "handed-over.json"
    copy.write_bytes(Vault(home.vault).get(one.sha256))
    for what in (f"E-{one.pk}", one.sha256, "facebook:0", copy):
        found = look(what)
        assert found.problems == [] and found.checked == 1
        (told,) = found.told["exhibits"]
        assert (told["exhibit"], told["post"], told["sha256"]) == (f"E-{one.pk}", "facebook:0", one.sha256)
        assert [stamp["authority"] for stamp in told["time_stamps"]] == ["Lumas Time"]
        assert told["late_hours"] is None and told["erased"] is None and told["waiting"] == []
    copy.write_bytes(copy.read_bytes() + b" ")
    for what in (copy, "E-999999", "facebook:999", "0" * 64, "nothing"):
        with pytest.raises(BadInput):
            look(what)


def test_what_waits_for_its_time_stamp_and_what_got_it_late_is_told(election, authority, kept, at):
    (told,) = look(f"E-{kept[2].pk}").told["exhibits"]
    assert [one["authority"] for one in told["waiting"]] == ["Lumas Time"] and "503" in told["waiting"][0]["problem"]
    captured(LATER)
    authority.down = False
    at.advance(hours=1)
    stamp_pending(by=BELT, election=election)
    found = look(f"E-{kept[2].pk}")
    assert found.problems == [] and found.told["exhibits"][0]["late_hours"] == pytest.approx(30, abs=0.2)
    assert any("late: first time-stamped 30" in line for line in found.lines)
    assert [one["where"] for one in look("vault").told["late"]] == [f"E-{one.pk}" for one in kept]


def test_missing_altered_and_swapped_are_each_named_for_the_item_and_for_the_vault(home, kept):
    vault = Vault(home.vault)
    assert look("vault").problems == [] and look(home.vault).checked == 6
    gone, bent, _ = kept
    vault.path_of(gone.sha256).unlink()
    path = vault.path_of(bent.sha256)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    assert said(look(f"E-{gone.pk}")) == [(f"E-{gone.pk}", "the file is missing")]
    assert said(look(f"E-{bent.pk}")) == [(f"E-{bent.pk}", "the file was changed")]
    found = said(look("vault"))
    assert (f"E-{gone.pk}", "the file is missing") in found and (str(path), "the bytes have changed") in found
    assert len(found) == 2
    # as owner of the database: the answer for another file, the row left as it was vouched for
    answers = [row.answer_sha256 for row in TimeStamp.objects.filter(state="stamped").order_by("id")]
    TimeStamp.objects.filter(exhibit=bent).update(answer_sha256=answers[0])
    found = dict(said(look(f"E-{bent.pk}")))
    told = [problem for where, problem in said(look(f"E-{bent.pk}")) if "time-stamp" in problem]
    assert told == ["the time-stamp of Lumas Time is of other bytes: its hash is not the file's."], found
    assert any("differs from what the ledger vouches for" in problem for _, problem in said(look(f"E-{bent.pk}")))


def test_a_noted_time_that_the_authority_never_said_is_named(kept):
    TimeStamp.objects.filter(exhibit=kept[0]).update(at=clock.now() - timedelta(days=9))
    problems = [problem for _, problem in said(look(f"E-{kept[0].pk}"))]
    assert "the time-stamp of Lumas Time says another time or number than was noted" in problems
    assert [where for where, _ in said(look("vault"))] == [f"E-{kept[0].pk}"]


def test_what_was_erased_lawfully_is_told_and_is_no_fault(home, election, users, kept):
    one = kept[0]
    asked = {"what": "exhibit", "ground": "person", "reason": "on request", "subject": {"exhibits": [one.pk]}}
    who = users["coordinator"]
    retention.finish(by=who, erasure=retention.order(by=who, election=election, **asked))
    found = look(f"E-{one.pk}")
    assert found.problems == [] and "person concerned" in str(found.told["exhibits"][0]["erased"])
    assert found.told["exhibits"][0]["time_stamps"], "hash and time-stamp stay"
    whole = look("vault")
    assert whole.problems == [] and [gone["where"] for gone in whole.told["erased"]] == [f"E-{one.pk}"]


def test_the_command_speaks_json_and_exits_1(home, kept, capsys):
    def verified(what):
        code = command.run(Namespace(what=what, ledger=False, text="", key=""), Output(json=True))
        return code, json.loads(capsys.readouterr().out)

    code, told = verified(f"E-{kept[0].pk}")
    assert code == 0 and told["ok"] and len(told["exhibits"][0]["time_stamps"][0]["root"]) == 64
    Vault(home.vault).path_of(kept[0].sha256).unlink()
    code, told = verified("vault")
    assert code == 1 and told["problems"] == [{"where": f"E-{kept[0].pk}", "problem": "the file is missing"}]
