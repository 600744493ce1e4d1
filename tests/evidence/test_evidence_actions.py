"""Bytes are kept exactly, once, with custody, before anyone judges."""

from __future__ import annotations

import hashlib

import pytest

import make
from besa.base.errors import BadInput, Refused, Tampered
from besa.evidence import actions, queries
from besa.evidence.models import Custody, Exhibit
from besa.ledger import verify
from besa.ledger.chain import head
from besa.people.policy import BELT
from besa.triage import actions as triage
from besa.vault import Vault
from triage.posts import bring, post

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def items(home, election):
    bring([post(number, raw=f'{{"id": {number}, "text": "ë  Ђ"}}') for number in range(5)])
    return [
        triage.put(by=BELT, election=election, post_key=f"facebook:{number}", reason="asked for") for number in range(5)
    ]


def test_the_raw_record_is_kept_exactly_and_once(home, election, items):
    assert queries.pending(election) == 5 and not queries.preserved(items[0])
    assert actions.preserve_pending(by=BELT, election=election, limit=2) == 2
    assert actions.preserve_pending(by=BELT, election=election) == 3
    exhibit = queries.exhibits(items[3])[0]
    assert Vault(home.vault).get(exhibit.sha256) == '{"id": 3, "text": "ë  Ђ"}'.encode()
    assert (exhibit.kind, exhibit.size) == ("raw", len('{"id": 3, "text": "ë  Ђ"}'.encode()))
    assert queries.custody(items[3])[exhibit.pk][0].act == "captured"
    before = head()
    assert actions.preserve_pending(by=BELT, election=election) == 0
    assert head() == before and Exhibit.objects.count() == 5 == Custody.objects.count()
    assert list(verify.problems()) == []


def test_a_crash_between_vault_and_rows_leaves_nothing_to_mend(home, election, items, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(actions, "_exhibit_raws", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            actions.preserve_pending(by=BELT, election=election)
    assert Exhibit.objects.count() == 0 and len(Vault(home.vault).files()) == 5
    assert actions.preserve_pending(by=BELT, election=election) == 5
    assert len(Vault(home.vault).files()) == 5


def test_a_post_without_its_record_stays_waiting(home, election, items):
    make.docket_item(election, "not from the corpus", post_key="facebook:absent")
    assert actions.preserve_pending(by=BELT, election=election) == 5
    assert queries.pending(election) == 1


def test_a_screenshot_is_what_its_bytes_say(home, election, items, users):
    exhibit = actions.add_file(
        by=users["coder"], item=items[0], kind="screenshot", data=PNG, media_type="text/html",
        file_name="../../x<y>.html", note="on my phone",
    )  # fmt: skip
    assert (exhibit.media_type, exhibit.file_name, exhibit.kind) == ("image/png", "x_y.png", "screenshot")
    assert exhibit.sha256 == hashlib.sha256(PNG).hexdigest()
    again = actions.add_file(
        by=users["coder"], item=items[0], kind="screenshot", data=PNG, media_type="image/png", file_name="b.png"
    )
    assert again == exhibit and Exhibit.objects.count() == 1
    assert not queries.preserved(items[0]), "a screenshot does not stand for the record"
    assert list(verify.problems()) == []


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90", b"<html>", b"PK\3\4"])
def test_other_files_are_refused_and_nothing_is_kept(home, items, users, data):
    with pytest.raises(BadInput):
        actions.add_file(
            by=users["coder"], item=items[0], kind="screenshot", data=data, media_type="image/png", file_name="a.png"
        )
    assert not Exhibit.objects.exists() and Vault(home.vault).files() == []


def test_a_file_that_is_too_large_is_refused(home, items, users, monkeypatch):
    monkeypatch.setattr(actions.rules, "LARGEST", 10)
    with pytest.raises(BadInput, match="larger"):
        actions.add_file(
            by=users["coder"], item=items[0], kind="screenshot", data=PNG, media_type="image/png", file_name="a.png"
        )


def test_an_editor_preserves_nothing(home, election, items, users):
    with pytest.raises(Refused):
        actions.preserve_pending(by=users["editor"], election=election)


def test_changed_bytes_are_never_handed_out(home, election, items):
    actions.preserve_pending(by=BELT, election=election)
    path = Vault(home.vault).path_of(queries.exhibits(items[0])[0].sha256)
    path.chmod(0o640)
    path.write_bytes(b"{}")
    with pytest.raises(Tampered):
        Vault(home.vault).get(path.name)
